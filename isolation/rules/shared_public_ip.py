"""Two accounts were used from the same public address.

## What it checks
Every public IPv4 or IPv6 address that sessions of two or more accounts came from. High when undeclared
accounts used it within 24 hours of each other, medium otherwise, and weak where the nearest uses lie more
than 30 days apart.

## Why it matters
Amazon permits several accounts for a legitimate business need, and says that deactivating one can reach
every related account; it names access by the seller or by employees as one way in which accounts become
related (Seller Central, staff posts 498ddc70 and 6898a332, read 2026-11).
The public address is what a platform certainly sees of a network.

## What it cannot see
Whether the address stands for one home or for thousands of customers of a mobile network (RFC 6302 asks
servers to log the port for that reason). Providers reassign addresses; a proxy or a tunnel shows its own.
What the platform saw is not known here: these are identifiers on your side.

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

RULE = "shared-public-ip"

ASKS_FOR_USES = True


def check(group: IdentifierGroup, relations: Relations) -> Iterator[Match]:
    """One identifier with its accounts -> its findings."""
    return shared(RULE, group, relations, public_address)


def examples() -> tuple[Example, ...]:
    """What this rule says of a few logins."""
    from isolation.rules.example import network_examples

    return network_examples(message("address"), "203.0.112.7", "198.17.0.9")
