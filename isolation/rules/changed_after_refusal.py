"""A login was refused, and begun within a day with another network, proxy or MAC address.

## What it checks
A begin within 24 hours after a refused one, of the same account on the same machine (by device id or permanent
MAC address), where the router, the access point, the public address or the adapter is another one. High.

## Why it matters
A refusal says that two accounts would be joined here. To come back with another address a moment later removes
no link that was there before: it looks like the attempt to hide one, to the platform and in this ledger alike.
Platforms permit several accounts on conditions and not in order to get round them (eBay's policy on multiple
accounts; Seller Central, staff posts 498ddc70 and 6898a332; read 2026-11).

## What it cannot see
Why it was changed: somebody who went home with the laptop looks the same. What was done on another machine.

## Remedy
Settle what the refusal was about: verify who used the other account, declare the two if it is true, or end
access that nobody permitted. If the change had an ordinary reason, record it: `isolation waive` keeps it with
its reason.
"""

from __future__ import annotations

from isolation.evidence import DAY, Match
from isolation.messages import message
from isolation.model import CONFIDENCES
from isolation.rules.course import moved, read, same_machine
from isolation.rules.states import doubted, stated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.evidence import Visit, VisitGroup
    from isolation.model import Confidence
    from isolation.relations import Relations
    from isolation.rules.example import Example

RULE = "changed-after-refusal"


def check(group: VisitGroup, relations: Relations) -> Iterator[Match]:
    """One account with its refused begins and what followed them -> at most one finding."""
    found = []
    for refusal in group.visits:
        if refusal.refused:
            for visit in group.visits:
                change = _change(refusal, visit)
                if change is not None:
                    found.append((refusal, visit, *change))
    if not found:
        return
    sure = max((confidence for _, _, _, confidence in found), key=CONFIDENCES.index)
    fact = next(fact for _, _, fact, confidence in found if confidence == sure)
    reason: str = message(
        "begun within 24 hours of a refusal, on the same machine, with another network, proxy or MAC address"
    )
    state, reason = stated(RULE, (group.account,), relations, doubted(reason, sure))
    yield Match(
        RULE, "high", sure, state, fact, None, group.tag, (group.account,),
        len({visit.entry for _, visit, _, _ in found}),
        min(refusal.begin for refusal, _, _, _ in found), max(visit.begin for _, visit, _, _ in found), reason,
    )  # fmt: skip


def _change(refusal: Visit, visit: Visit) -> tuple[str, Confidence] | None:
    """What a begin after a refusal has changed; None for one that is no such begin or changed nothing."""
    if visit.refused or not 0 <= visit.begin - refusal.begin <= DAY or not same_machine(refusal, visit):
        return None
    before, after = refusal.of("hardware_mac"), visit.of("hardware_mac")
    if before and after and before != after:
        return "hardware_mac", read(refusal.seen, visit.seen, "hardware_mac")
    return moved(refusal.seen, visit.seen)


def examples() -> tuple[Example, ...]:
    """What this rule says of a few logins."""
    from isolation.rules.example import DEVICE, OTHER_ROUTER, ROUTER, Example, Use

    us = "amazon:store-us"
    refused = (Use(us, 0, DEVICE, refused=True, more={"gateway_mac": ROUTER}),)
    return (
        Example("an hour after a refusal, through another router", refused,
                Use(us, 1, DEVICE, more={"gateway_mac": OTHER_ROUTER}), "collision", "high"),
        Example("an hour after a refusal, and nothing has changed", refused,
                Use(us, 1, DEVICE, more={"gateway_mac": ROUTER}), "pass"),
        Example("two days after a refusal", refused, Use(us, 48, DEVICE, more={"gateway_mac": OTHER_ROUTER}), "pass"),
        Example("the machine could not be read", refused, Use(us, 1, None), "unknown"),
    )  # fmt: skip
