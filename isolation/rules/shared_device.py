"""Two accounts were used on the same device.

## What it checks
The device id of the operating system, stored as a keyed hash. High whenever the accounts are not declared
to belong together. Certain only where a permanent MAC address is shared too; an id alone may be a cloned disk
and is probable.

## Why it matters
Amazon permits several accounts for a legitimate business need, and says that deactivating one can reach
every related account; it names access by the seller or by employees as one way in which accounts become
related (Seller Central, staff posts 498ddc70 and 6898a332, read 2026-11).
Devices and logins are what the platform's own staff name when they explain related accounts.

## What it cannot see
Browser profiles and cookies, and what the platform's own scripts read in them.

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
    from isolation.model import State
    from isolation.relations import Relations
    from isolation.rules.example import Example

RULE = "shared-device"


def check(group: IdentifierGroup, relations: Relations) -> Iterator[Match]:
    """One device id with its accounts -> its findings; an id without a shared permanent MAC is probable."""
    for match in shared(RULE, group, relations, machine):
        if (
            match.state != "declared"
            and match.confidence == "certain"
            and not _corroborated(group, relations, match.state)
        ):
            yield match.replace(
                confidence="probable",
                reason=message(
                    "{reason}; no permanent MAC address is shared, so it may be a cloned disk", reason=match.reason
                ),
            )
        else:
            yield match


def _corroborated(group: IdentifierGroup, relations: Relations, state: State) -> bool:
    """Whether two accounts whose meeting is of this state share a permanent MAC address too."""
    for together in group.corroborated:
        members = group.replace(contacts=tuple(c for c in group.contacts if c.account in together))
        if len(members.contacts) > 1 and any(m.state == state for m in shared(RULE, members, relations, machine)):
            return True
    return False


def examples() -> tuple[Example, ...]:
    """What this rule says of a few logins."""
    from isolation.rules.example import machine_examples

    return machine_examples(message("device"), "1f0c2a9be8d74c4e9a53b7d1c6e2f480", "9e4d7b1a3c5f4e6d8b2a0c1e3f5a7b90")
