"""Two accounts were used from the same IPv6 /64 network.

## What it checks
Every public IPv6 /64 prefix that sessions of two or more accounts came from: single addresses change daily
(RFC 8981), the /64 is one subscriber network. High within 24 hours, medium otherwise.

## Why it matters
Amazon permits several accounts for a legitimate business need, and says that deactivating one can reach
every related account; it names access by the seller or by employees as one way in which accounts become
related (Seller Central, staff posts 498ddc70 and 6898a332, read 2026-11).
RIPE-690 recommends that providers give each customer a /56 or a /48, so that strangers seldom share a /64.

## What it cannot see
Whether the prefix was given to another customer in between, and what happens under a wider prefix.

## Remedy
If the accounts belong together, say so, with the evidence: `isolation setup` writes the declaration. If
they do not, find out who used this network and end access that nobody permitted; staff of a client work under
their own user permissions, not with its password.
"""

from __future__ import annotations

from isolation.messages import message
from isolation.rules.severity import public_address
from isolation.rules.sharing import needs_uses, shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.evidence import IdentifierGroup, Match
    from isolation.relations import Relations
    from isolation.rules.example import Example

__all__ = ["ASKS_FOR_USES", "RULE", "check", "examples", "needs_uses"]

RULE = "shared-ipv6-prefix"

ASKS_FOR_USES = True


def check(group: IdentifierGroup, relations: Relations) -> Iterator[Match]:
    """One identifier with its accounts -> its findings."""
    return shared(RULE, group, relations, public_address)


def examples() -> tuple[Example, ...]:
    """What this rule says of a few logins."""
    from isolation.rules.example import network_examples

    return network_examples(message("prefix"), "2a02:810d:1:2::/64", "2a02:810d:1:3::/64")
