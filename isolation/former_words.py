"""Reasons that ledgers hold and that are said in other words by now: kept, so that they are still read in Chinese.

Who rewords a reason that is stored puts the old pattern here; nothing else needs this module.
"""

from __future__ import annotations

from isolation.messages import message

FORMER = (
    message("this machine has no identifier of its own; this one is of the installation"),
    message("No service was named to ask for the public address."),
)

__all__ = ["FORMER"]
