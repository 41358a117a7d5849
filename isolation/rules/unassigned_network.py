"""An account was used from a network that it is not assigned to.

## What it checks
Accounts that the policy assigns to networks, by label: every session that read a router, an access point or an
address and none that one of these labels stands for. Medium. Where nobody has taught any of the labels
(`isolation name`), it cannot be told.

## Why it matters
A guide that cross-border sellers are handed names "several IP and MAC addresses for one's accounts" as a reason
for closure (a seller guide, no platform's own text, read 2026-11). A seller who keeps an account to one office
wants to hear of the day it is used from elsewhere.

## What it cannot see
Why: a journey looks like a login that is passed around. A network whose address was given anew looks like
another one until its label is taught again.

## Remedy
If the network is a right one, teach it its label: `isolation name network LABEL`, and assign the account to it
in the policy. If nobody meant the account to be used there, find out who did, and end access that nobody
permitted.
"""

from __future__ import annotations

from isolation.model import NETWORK_FACTS
from isolation.rules.assignment import assignment_examples, unassigned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.evidence import Match, VisitGroup
    from isolation.relations import Relations
    from isolation.rules.example import Example

RULE = "unassigned-network"


def check(group: VisitGroup, relations: Relations) -> Iterator[Match]:
    """One account with sessions that saw something else than it is assigned to -> at most one finding."""
    return unassigned(RULE, group, relations, relations.networks, NETWORK_FACTS)


def examples() -> tuple[Example, ...]:
    """What this rule says of a few logins."""
    from isolation.rules.example import OTHER_ROUTER, ROUTER

    return assignment_examples("network", "gateway_mac", ROUTER, OTHER_ROUTER)
