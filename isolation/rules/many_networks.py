"""One account was used from many networks.

## What it checks
How many different networks one account was used from within 30 days, counted by router, access point, public
address, IPv6 prefix or site address, whichever shows the most. More than 5 is reported as low; the policy's
threshold `many-networks` changes the limit.

## Why it matters
A guide that cross-border sellers are handed names "several IP and MAC addresses for one's accounts" as a reason
for closure (a seller guide, no platform's own text, read 2026-11).

## What it cannot see
Why: a journey, a mobile connection that changes its address and a login that is passed around look alike here.
Networks of sessions that were never recorded or imported.

## Remedy
Nothing, if the account's own staff travel: the record of sessions says who and when. If nobody can explain a
network, change the password, end other sessions on the platform and look at who has access.
"""

from __future__ import annotations

from isolation.rules.dispersion import dispersed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.evidence import AccountGroup, Match
    from isolation.relations import Relations
    from isolation.rules.example import Example

RULE = "many-networks"
LIMIT = 5
FACTS = ("gateway_mac", "bssid", "public_ip", "public_prefix", "site_ip")


def check(group: AccountGroup, relations: Relations) -> Iterator[Match]:
    """One account with its identifiers -> at most one finding."""
    return dispersed(RULE, group, relations, FACTS, LIMIT, "low")


def examples() -> tuple[Example, ...]:
    """What this rule says of a few logins."""
    from isolation.rules.example import Example, Use

    routers = [f"3C-37-86-00-10-0{number}" for number in range(1, 8)]
    earlier = tuple(Use("amazon:store-us", 24 * day, routers[day], fact="gateway_mac") for day in range(6))
    return (
        Example("a seventh router within a week", earlier, Use("amazon:store-us", 150, routers[6]), "collision", "low"),
        Example("the same router again", earlier[:1], Use("amazon:store-us", 150, routers[0]), "pass"),
        Example("no network could be read", earlier[:1], Use("amazon:store-us", 150, None), "unknown"),
    )
