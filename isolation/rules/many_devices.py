"""One account was used on many devices.

## What it checks
How many different devices one account was used on within 30 days: by device id, or by permanent MAC address
where there is no id. More than 3 is reported, for each person whom the policy permits to use it: as medium where
they were in use side by side, as low where each came after the other and none again, as when machines are
replaced. The policy's threshold `many-devices` changes the limit.

## Why it matters
A guide that cross-border sellers are handed names the use of several machines and addresses for one account as
a reason for closure, beside the reverse (no platform's own text, read 2026-11). An account that turns up on
device after device looks like a login that is passed around; the platform asks for user permissions instead
(Seller Central, staff post 1abf5d7e, read 2026-11).

## What it cannot see
Devices that have no ledger and whose logs were not imported, and who was at the keyboard.

## Remedy
Give each person a user permission of their own on the platform, and end the access of those who no longer need
it. A new computer needs nothing but its first session.
"""

from __future__ import annotations

from isolation.messages import message
from isolation.rules.dispersion import allowed, busiest, dispersion, in_turn, seeing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.evidence import AccountGroup, Match
    from isolation.relations import Relations
    from isolation.rules.example import Example

RULE = "many-devices"
LIMIT = 3
FACTS = ("device_id", "hardware_mac")


def needs_visits(group: AccountGroup, relations: Relations) -> bool:
    """Whether there are so many that their order must be looked at."""
    return group.visits is None and len(busiest(group, FACTS)) > allowed(RULE, group, relations, LIMIT)


def check(group: AccountGroup, relations: Relations) -> Iterator[Match]:
    """One account with its identifiers -> at most one finding."""
    together = busiest(group, FACTS)
    limit = allowed(RULE, group, relations, LIMIT)
    if len(together) <= limit:
        return
    values = frozenset(sighting.identifier for sighting in together)
    visits = list(seeing(group.visits or (), together))
    if visits and in_turn(visits, values, home=False):
        how = message("one after another, as when machines are replaced")
        yield dispersion(
            RULE,
            group,
            relations,
            together,
            "low",
            message("{how}; {limit} are expected at most", how=how, limit=limit),
        )
    else:
        how = message("in use side by side, where {limit} are expected at most", limit=limit)
        yield dispersion(RULE, group, relations, together, "medium", how)


def examples() -> tuple[Example, ...]:
    """What this rule says of a few logins."""
    from isolation.rules.example import Example, Use

    us = "amazon:store-us"
    ids = [f"{number}f0c2a9be8d74c4e9a53b7d1c6e2f48{number}" for number in range(1, 6)]
    earlier = tuple(Use(us, 24 * day, ids[day], fact="device_id") for day in range(4))
    return (
        Example("the first device again, after three others within a week", earlier, Use(us, 120, ids[0]), "collision",
                "medium"),
        Example("a fifth device within a week, none used again", earlier, Use(us, 120, ids[4]), "collision", "low"),
        Example("the same device again", earlier[:1], Use(us, 120, ids[0]), "pass"),
        Example("the device could not be read", earlier[:1], Use(us, 120, None), "unknown"),
    )  # fmt: skip
