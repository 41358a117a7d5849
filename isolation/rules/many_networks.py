"""One account was used from many networks.

## What it checks
How many different networks one account was used from within 30 days, counted by router, access point, public
address, IPv6 prefix or site address, whichever shows the most. More than 5 is reported, for each person whom
the policy permits to use it. Places of one machine that follow each other are a journey (info; the place used
most may come again, as home does), low where the machine was not read; places that come again in between
others, or several machines, are scatter (medium). The policy's threshold `many-networks` changes the limit.

## Why it matters
A guide that cross-border sellers are handed names "several IP and MAC addresses for one's accounts" as a reason
for closure (a seller guide, no platform's own text, read 2026-11).

## What it cannot see
Why: a mobile connection that changes its address and a login that is passed around look alike here. Networks of
sessions that were never recorded or imported.

## Remedy
Nothing, if the account's own staff travel: the record of sessions says who and when. If nobody can explain a
network, change the password, end other sessions on the platform and look at who has access.
"""

from __future__ import annotations

from isolation.messages import message
from isolation.rules.dispersion import allowed, busiest, dispersion, in_turn, machines_of, seeing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.evidence import AccountGroup, Match, Visit
    from isolation.model import Severity
    from isolation.relations import Relations
    from isolation.rules.example import Example

RULE = "many-networks"
LIMIT = 5
FACTS = ("gateway_mac", "bssid", "public_ip", "public_prefix", "site_ip")


def needs_visits(group: AccountGroup, relations: Relations) -> bool:
    """Whether there are so many that their order must be looked at."""
    return group.visits is None and len(busiest(group, FACTS)) > allowed(RULE, group, relations, LIMIT)


def check(group: AccountGroup, relations: Relations) -> Iterator[Match]:
    """One account with its identifiers -> at most one finding."""
    together = busiest(group, FACTS)
    limit = allowed(RULE, group, relations, LIMIT)
    if len(together) <= limit:
        return
    severity, how = _course(
        list(seeing(group.visits or (), together)), frozenset(sighting.identifier for sighting in together)
    )
    yield dispersion(
        RULE, group, relations, together, severity, message("{how}; {limit} are expected at most", how=how, limit=limit)
    )


def _course(visits: list[Visit], values: frozenset[int]) -> tuple[Severity, str]:
    """Whether these places were a journey of one machine, and how bad it is."""
    if not visits:
        return "medium", message("in an order that is not known")
    if not in_turn(visits, values, home=True):
        return "medium", message("scattered: places come again in between others")
    machines, read = machines_of(visits)
    if machines > 1:
        return "medium", message("scattered: on several machines")
    if machines == 1 and read:
        return "info", message("a journey of one machine, place after place")
    return "low", message("place after place, on machines that were not read")


def examples() -> tuple[Example, ...]:
    """What this rule says of a few logins."""
    from isolation.rules.example import DEVICE, Example, Use

    us = "amazon:store-us"
    routers = [f"3C-37-86-00-10-0{number}" for number in range(1, 9)]
    places = [Use(us, 24 * day, routers[day], fact="gateway_mac") for day in range(6)]
    earlier = tuple(places)
    back_and_forth = (*places, Use(us, 150, routers[1], fact="gateway_mac"))
    journey = tuple(use.replace(more={"device_id": DEVICE}) for use in places)
    return (
        Example("routers that come again in between others", back_and_forth, Use(us, 160, routers[2]), "collision",
                "medium"),
        Example("a seventh router within a week, machine unknown", earlier, Use(us, 150, routers[6]), "collision",
                "low"),
        Example("a seventh router on a journey of one machine", journey,
                Use(us, 150, routers[6], more={"device_id": DEVICE}), "collision", "info"),
        Example("the same router again", earlier[:1], Use(us, 150, routers[0]), "pass"),
        Example("no network could be read", earlier[:1], Use(us, 150, None), "unknown"),
    )  # fmt: skip
