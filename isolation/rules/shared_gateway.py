"""Two accounts were used behind the same router.

## What it checks
The MAC address of the gateway that traffic left by: the same router, whatever its public address was.
High within 24 hours, medium otherwise. Addresses that many routers share (VRRP, HSRP, virtual machines'
gateways) never count.

## Why it matters
Amazon permits several accounts for a legitimate business need, and says that deactivating one can reach
every related account; it names access by the seller or by employees as one way in which accounts become
related (Seller Central, staff posts 498ddc70 and 6898a332, read 2026-11).
A router stays when the provider's address changes: it shows that two sessions were in one place.

## What it cannot see
Whether a platform knows: a web page cannot read the router's address. A router that answers with a
locally administered address is probable only, because such addresses can repeat.

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

RULE = "shared-gateway"

ASKS_FOR_USES = True


def check(group: IdentifierGroup, relations: Relations) -> Iterator[Match]:
    """One identifier with its accounts -> its findings."""
    return shared(RULE, group, relations, network)


def examples() -> tuple[Example, ...]:
    """What this rule says of a few logins."""
    from isolation.rules.example import network_examples

    return network_examples(message("router"), "3C-37-86-5D-75-D4", "3C-37-86-11-22-33")
