"""What is remembered: an append-only log, what is derived from it, and the keys that read it.

Reading comes first in cost: a check before a login opens a ledger, computes tags and reads small groups, and loads
no more than that takes. Appending, opening what is sealed and verifying load their modules when they are used.
"""

from __future__ import annotations

from isolation.ledger.database import LedgerMissing
from isolation.ledger.reader import Reader
from isolation.ledger.store import Ledger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.ledger.verify import VerifyResult
    from isolation.ledger.writer import Log


def __getattr__(name: str) -> object:
    if name == "VerifyResult":
        from isolation.ledger.verify import VerifyResult

        return VerifyResult
    if name == "Log":
        from isolation.ledger.writer import Log

        return Log
    raise AttributeError(f"module 'isolation.ledger' has no attribute {name!r}")


__all__ = ["Ledger", "LedgerMissing", "Log", "Reader", "VerifyResult"]
