"""Two accounts were used on machines with the same permanent network adapter.

## What it checks
The permanent MAC address of a physical adapter, never a randomised or virtual one. High whenever the
accounts are not declared to belong together.

## Why it matters
Amazon permits several accounts for a legitimate business need, and says that deactivating one can reach
every related account; it names access by the seller or by employees as one way in which accounts become
related (Seller Central, staff posts 498ddc70 and 6898a332, read 2026-11).
A permanent address outlives a new installation, a renamed computer and a private Wi-Fi address.

## What it cannot see
A dock or a dongle that moves between machines carries its address along: such a match is marked as
removable and probable. A web page cannot read a MAC address.

## Remedy
If the accounts belong together, say so, with the evidence: `isolation setup` writes the declaration. If
somebody used an account without permission, end that access. Staff are added through the platform's own user
permissions and do not share a login (Seller Central, staff post 1abf5d7e, read 2026-11).
"""

from __future__ import annotations

from isolation.messages import message
from isolation.rules.severity import machine
from isolation.rules.sharing import shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.evidence import IdentifierGroup, Match
    from isolation.relations import Relations
    from isolation.rules.example import Example

RULE = "shared-hardware-mac"


def check(group: IdentifierGroup, relations: Relations) -> Iterator[Match]:
    """One identifier with its accounts -> its findings."""
    return shared(RULE, group, relations, machine)


def examples() -> tuple[Example, ...]:
    """What this rule says of a few logins."""
    from isolation.rules.example import machine_examples

    return machine_examples(message("adapter"), "3C-07-54-1A-2B-3C", "3C-07-54-99-88-77")
