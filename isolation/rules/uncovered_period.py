"""An account was used, as a log or a person tells, while no recorded session covers it.

## What it checks
Uses that were imported or declared and began after this ledger did: each wants a recorded session of the
account that was open then, or that began up to 5 minutes later (clocks differ). A recorded session without an
end covers 12 hours at most. Low. It is the one finding that recording or importing more can remove.

## Why it matters
What was not recorded was not checked: on which machine and network it happened is known only as far as the log
tells. Amazon's staff ask sellers whose accounts are related to name what could link them (Seller Central, staff
posts 498ddc70 and 6898a332, read 2026-11), and a record with gaps answers that badly.

## What it cannot see
Uses that no log and no person told of. Whether the use was on this machine or on another one that keeps no
ledger.

## Remedy
Begin sessions with `isolation begin` or `isolation run` on every machine that is used for the account, and
import the logs of those that were not. If nobody knows of the use, change the password and look at who has
access.
"""

from __future__ import annotations

from bisect import bisect_left

from isolation.evidence import HOUR, LONGEST, Match
from isolation.messages import message
from isolation.rules.states import stated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.evidence import Visit, VisitGroup
    from isolation.relations import Relations
    from isolation.rules.example import Example

RULE = "uncovered-period"
SLACK = HOUR // 12  # by so much a log's clock may be ahead of this machine's


def check(group: VisitGroup, relations: Relations) -> Iterator[Match]:
    """One account with the uses told since the ledger began and the recorded sessions around -> at most one finding."""
    covered = _covered([visit for visit in group.visits if visit.provenance == "observed"])
    ends = [end for _, end in covered]
    open_uses = []
    for visit in group.visits:
        if visit.provenance != "observed" and visit.begin >= group.since:
            at = bisect_left(ends, visit.begin)
            if at == len(covered) or visit.begin < covered[at][0]:
                open_uses.append(visit)
    if not open_uses:
        return
    told = " and ".join(sorted({visit.provenance for visit in open_uses}))
    state, reason = stated(
        RULE, (group.account,), relations, message("{told} uses that no recorded session covers", told=told)
    )
    yield Match(
        RULE, "low", "certain", state, "account", None, group.tag, (group.account,), len(open_uses),
        min(visit.begin for visit in open_uses), max(visit.begin for visit in open_uses), reason,
    )  # fmt: skip


def _covered(recorded: list[Visit]) -> list[tuple[int, int]]:
    """The stretches of time (µs, both ends included) that recorded sessions cover, apart and in order."""
    joined: list[tuple[int, int]] = []
    for visit in recorded:
        first = visit.begin - SLACK
        last = visit.end if visit.end is not None else visit.begin + LONGEST
        if joined and first <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], last)
        else:
            joined.append((first, last))
    return joined


def examples() -> tuple[Example, ...]:
    """What this rule says of a few logins."""
    from isolation.rules.example import Example, Use

    us = "amazon:store-us"
    recorded = Use(us, 0, None, end=8)
    inside = Use(us, 3, None, provenance="imported")
    outside = Use(us, 30, None, provenance="imported")
    login = Use(us, 48, None)
    return (
        Example("a log tells of a use that was not recorded", (recorded, outside), login, "collision", "low"),
        Example("a log tells of a use within a recorded session", (recorded, inside), login, "pass"),
        Example("no log and no person tells of any use", (recorded,), login, "unknown"),
    )
