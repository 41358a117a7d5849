"""An account was used on a device that it is not assigned to.

## What it checks
Accounts that the policy assigns to machines, by label: every session that read a device id or a permanent MAC
address and none that one of these labels stands for. Medium. Where nobody has taught any of the labels
(`isolation name`), it cannot be told.

## Why it matters
Devices and logins are what the platform's own staff name when they explain related accounts (Seller Central,
staff posts 498ddc70 and 6898a332, read 2026-11). A seller who gives each account a machine of its own wants to
hear of the day it is used on another one before two accounts meet there.

## What it cannot see
Machines whose identifiers could not be read, and uses that were not recorded or imported.

## Remedy
If the machine is a right one, teach it its label: `isolation name machine LABEL`, and assign the account to it
in the policy. If nobody meant the account to be used there, find out who did, and end access that nobody
permitted.
"""

from __future__ import annotations

from isolation.model import MACHINE_FACTS
from isolation.rules.assignment import assignment_examples, unassigned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.evidence import Match, VisitGroup
    from isolation.relations import Relations
    from isolation.rules.example import Example

RULE = "unassigned-device"


def check(group: VisitGroup, relations: Relations) -> Iterator[Match]:
    """One account with sessions that saw something else than it is assigned to -> at most one finding."""
    return unassigned(RULE, group, relations, relations.machines, MACHINE_FACTS)


def examples() -> tuple[Example, ...]:
    """What this rule says of a few logins."""
    from isolation.rules.example import DEVICE, OTHER_DEVICE

    return assignment_examples("machine", "device_id", DEVICE, OTHER_DEVICE)
