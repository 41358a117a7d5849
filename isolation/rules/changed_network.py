"""The network changed while a session was going on.

## What it checks
Sessions that were watched while they went on (`isolation run`, or `OpenSession.observe`): another router,
another access point where no router was read, or another public address. Medium. Another public address behind
the same router is probable only: a tunnel that came up, or an address that the provider gave anew.

## Why it matters
A guide that cross-border sellers are handed names "several IP and MAC addresses for one's accounts" as a reason
for closure (a seller guide, no platform's own text, read 2026-11). An address that changes within one login is
what web services commonly treat as a session that somebody took over.

## What it cannot see
What changes between two looks, and sessions that nobody watched: one that was only begun and ended has one
identity.

## Remedy
Nothing, if somebody carried the machine from one place to another or the line broke: the record says when. If
nobody can explain it, end the platform's other sessions, change the password and look at who has access.
"""

from __future__ import annotations

from isolation.evidence import Match
from isolation.messages import joined, message
from isolation.model import CONFIDENCES
from isolation.rules.course import moved
from isolation.rules.states import doubted, stated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.evidence import Visit, VisitGroup
    from isolation.model import Confidence
    from isolation.relations import Relations
    from isolation.rules.example import Example

RULE = "changed-network"

_WORDS = {
    "gateway_mac": message("another router"), "access_point": message("another access point"),
    "public_ip": message("another public address"),
    "public_prefix": "another IPv6 network",
}  # fmt: skip


def check(group: VisitGroup, relations: Relations) -> Iterator[Match]:
    """One account with the sessions that had several identities -> at most one finding."""
    found: list[tuple[Visit, str, Confidence, int]] = []
    for visit in group.visits:
        change = _change(visit)
        if change is not None:
            found.append((visit, *change))
    if not found:
        return
    sure = max((confidence for _, _, confidence, _ in found), key=CONFIDENCES.index)
    fact = next(fact for _, fact, confidence, _ in found if confidence == sure)
    words = joined(", ", sorted({_WORDS[fact] for _, fact, _, _ in found}))
    state, reason = stated(
        RULE, (group.account,), relations, message("{words} came up within one session", words=words)
    )
    if sure == "probable" and fact.startswith("public"):
        reason = message(
            "{reason}; it may be a tunnel that came up, or an address that the provider gave anew", reason=reason
        )
    else:
        reason = doubted(reason, sure)
    yield Match(
        RULE, "medium", sure, state, fact, None, group.tag, (group.account,), len(found),
        min(visit.begin for visit, _, _, _ in found), max(when for _, _, _, when in found), reason,
    )  # fmt: skip


def _change(visit: Visit) -> tuple[str, Confidence, int] | None:
    """The first change of network within a session: the fact that shows it, how surely, and when."""
    before = visit.seen
    for moment, after in visit.later:
        change = moved(before, after)
        if change is not None:
            return (*change, moment)
        before = after
    return None


def examples() -> tuple[Example, ...]:
    """What this rule says of a few logins."""
    from isolation.rules.example import OTHER_ROUTER, ROUTER, Example, Use

    us = "amazon:store-us"
    moving = (Use(us, 0, ROUTER, fact="gateway_mac", later=OTHER_ROUTER),)
    staying = (Use(us, 0, ROUTER, fact="gateway_mac", later=ROUTER),)
    login = Use(us, 5, ROUTER, fact="gateway_mac")
    return (
        Example("the router was another one half way through an earlier session", moving, login, "collision", "medium"),
        Example("it was the same one all the time", staying, login, "pass"),
        Example("no network could be read", (), Use(us, 5, None), "unknown"),
    )
