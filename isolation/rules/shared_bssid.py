"""Two accounts were used on the same Wi-Fi access point.

## What it checks
The BSSID of the connected access point. High within 24 hours, medium otherwise.

## Why it matters
Amazon permits several accounts for a legitimate business need, and says that deactivating one can reach
every related account; it names access by the seller or by employees as one way in which accounts become
related (Seller Central, staff posts 498ddc70 and 6898a332, read 2026-11).
A guide that cross-border sellers are handed names "the same computer and Wi-Fi for several selling accounts" as a
reason for closure (no platform's own text, read 2026-11).

## What it cannot see
Whether a platform knows: a web page cannot read a BSSID. An office with several access points shows a
different BSSID in the same place; the gateway's address and the access-point group tell more there.

## Remedy
If the accounts belong together, say so, with the evidence: `isolation setup` writes the declaration. If
they do not, find out who used this network and end access that nobody permitted; staff of a client work under
their own user permissions, not with its password.
"""

from __future__ import annotations

from isolation.messages import message
from isolation.rules.severity import network
from isolation.rules.sharing import needs_uses, shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.evidence import IdentifierGroup, Match
    from isolation.relations import Relations
    from isolation.rules.example import Example

__all__ = ["ASKS_FOR_USES", "RULE", "check", "examples", "needs_uses"]

RULE = "shared-bssid"

ASKS_FOR_USES = True


def check(group: IdentifierGroup, relations: Relations) -> Iterator[Match]:
    """One identifier with its accounts -> its findings."""
    return shared(RULE, group, relations, network)


def examples() -> tuple[Example, ...]:
    """What this rule says of a few logins."""
    from isolation.rules.example import network_examples

    return network_examples(message("access point"), "3C-37-86-5D-75-D5", "3C-37-86-11-22-34")
