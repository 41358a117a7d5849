"""Two accounts were used on the same access-point hardware, on different radios or networks of it.

## What it checks
The group of adjacent BSSIDs that one radio box announces (its bands and guest networks). High within 24
hours, medium otherwise, never more than probable.

## Why it matters
Amazon permits several accounts for a legitimate business need, and says that deactivating one can reach
every related account; it names access by the seller or by employees as one way in which accounts become
related (Seller Central, staff posts 498ddc70 and 6898a332, read 2026-11).
A guest network of the same box is the same place and the same line.

## What it cannot see
Two boxes of one maker with adjacent addresses look like one.

## Remedy
If the accounts belong together, say so, with the evidence: `isolation setup` writes the declaration. If
they do not, find out who used this network and end access that nobody permitted; staff of a client work under
their own user permissions, not with its password.
"""

from __future__ import annotations

from isolation.evidence import weaker
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

RULE = "shared-access-point"

ASKS_FOR_USES = True


def check(group: IdentifierGroup, relations: Relations) -> Iterator[Match]:
    """One access-point group with its accounts -> its findings, never more than probable."""
    for match in shared(RULE, group, relations, network):
        reason = message(
            "{reason}; that adjacent addresses are one radio box is likely, and no more", reason=match.reason
        )
        yield match.replace(confidence=weaker(match.confidence, "probable"), reason=reason)


def examples() -> tuple[Example, ...]:
    """What this rule says of a few logins."""
    from isolation.rules.example import network_examples

    return network_examples(message("access point"), "3C-37-86-5D-75-D0", "3C-37-86-11-22-30")
