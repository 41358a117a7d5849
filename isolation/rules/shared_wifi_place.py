"""Two accounts were used at one place, by the Wi-Fi access points around it.

## What it checks
How alike the lists of visible access points with their signals are, between scans of different accounts that
heard one access point among their strongest. Signals in dBm are compared by strength: the same room agrees,
another floor or 50 metres do not in 99 of 100 cases of a public set of measurements. Where a system tells per
cent only, mere presence is compared, which is weak. Medium, because a place is not yet a shared network or
machine; it stops no login by default.

## Why it matters
Amazon permits several accounts for a legitimate business need, and says that deactivating one can reach every
related account; it names access by the seller or by employees as one way in which accounts become related
(Seller Central, staff posts 498ddc70 and 6898a332, read 2026-11). A place is where people meet: it explains
findings about networks, and shows those that a second line hides.

## What it cannot see
A scan with fewer than 4 access points tells nothing, and a missing scan is never "elsewhere". Neighbours wall
to wall may look like one place. A web page cannot read this list at all. Of one account, the 32 earliest scans
at each access point are compared. Scans are kept for 90 days.

## Remedy
If the accounts belong together, say so, with the evidence: `isolation setup` writes the declaration. If they do
not, find out who used the other account here, and end access that nobody permitted; neighbours who merely live
wall to wall can be told so in a waiver.
"""

from __future__ import annotations

from isolation.evidence import Contact, IdentifierGroup, Match
from isolation.messages import joined, message
from isolation.model import CONFIDENCES, SEVERITIES
from isolation.rules.neighbourhood import same_place
from isolation.rules.sharing import shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from isolation.evidence import Scan, ScanGroup
    from isolation.model import Confidence, Severity
    from isolation.relations import Relations
    from isolation.rules.example import Example

RULE = "shared-wifi-place"

_MOST_SCANS = 32  # of one account at one access point: an office would otherwise be compared for minutes
_REASON = message(
    "undeclared accounts were used among the same Wi-Fi access points; neighbours wall to wall may be, too"
)
_PRESENCE = message("; signals were told in per cent, so only which access points were seen is compared")


def check(group: ScanGroup, relations: Relations) -> Iterator[Match]:
    """One access point with the scans around it -> at most one finding of each state."""
    scans = _by_account(group, relations)
    found: dict[str, Match] = {}
    for first, second in _pairs(sorted(scans), relations.focus):
        pair = _meeting(group, scans[first], scans[second])
        if pair is None:
            continue
        for match in shared(RULE, pair, relations, _judge):
            known = found.get(match.state)
            found[match.state] = match if known is None else _joined(known, match)
    for match in found.values():
        met = [_contact(scans[account]) for account in match.accounts]
        reason = joined("", [match.reason, _PRESENCE]) if match.confidence == "weak" else match.reason
        yield match.replace(sessions=sum(contact.count for contact in met), reason=reason)


def _judge(gap: int | None, common: bool) -> tuple[Severity, Confidence, str]:
    return "medium", "probable", _REASON


def _by_account(group: ScanGroup, relations: Relations) -> dict[int, list[Scan]]:
    scans: dict[int, list[Scan]] = {}
    for scan in sorted(group.scans, key=lambda scan: (scan.begin, sorted(scan.points.items()))):
        account = relations.aliases.get(scan.account, scan.account)
        known = scans.setdefault(account, [])
        if len(known) < _MOST_SCANS:
            known.append(scan.replace(account=account))
    return scans


def _pairs(accounts: list[int], focus: int | None) -> Iterator[tuple[int, int]]:
    for at, first in enumerate(accounts):
        for second in accounts[at + 1 :]:
            if focus is None or focus in (first, second):
                yield first, second


def _meeting(group: ScanGroup, first: Sequence[Scan], second: Sequence[Scan]) -> IdentifierGroup | None:
    """The two accounts as contacts with the access point, if they were at one place; the surest scans settle it."""
    kinds = {(one.dbm and other.dbm) for one in first for other in second}
    for weighted in sorted(kinds, reverse=True):
        for one in first:
            for other in second:
                if (one.dbm and other.dbm) == weighted and same_place(one, other):
                    confidence: Confidence = "probable" if weighted else "weak"
                    contacts = tuple(_contact(scans).replace(confidence=confidence) for scans in (first, second))
                    return IdentifierGroup(group.point, "wifi_scan", group.tag, contacts)
    return None


def _contact(scans: Sequence[Scan]) -> Contact:
    begins = [scan.begin for scan in scans]
    return Contact(scans[0].account, min(begins), max(begins), len(scans), frozenset(scan.channel for scan in scans))


def _joined(first: Match, second: Match) -> Match:
    """Two meetings at one access point as one finding: the graver severity, the surer confidence."""
    graver = max(first, second, key=lambda match: SEVERITIES.index(match.severity))
    return graver.replace(
        accounts=tuple(sorted({*first.accounts, *second.accounts})),
        confidence=max(first.confidence, second.confidence, key=CONFIDENCES.index),
        first=min(first.first, second.first),
        last=max(first.last, second.last),
    )


def examples() -> tuple[Example, ...]:
    """What this rule says of a few logins."""
    from isolation.rules.example import Example, Use

    here = tuple((f"3C-37-86-5D-{number}0-D0", -40 - number) for number in range(5, 10))
    moved = tuple((bssid, signal - 3) for bssid, signal in here)
    elsewhere = tuple((f"3C-37-86-11-{number}0-D0", -40 - number) for number in range(5, 10))
    us, uk = "amazon:store-us", "amazon:store-uk"
    earlier = (Use(us, 0, here),)
    return (
        Example("the same access points, a little weaker", earlier, Use(uk, 1, moved), "collision", "medium"),
        Example("declared to belong together", earlier, Use(uk, 1, moved), "pass", together=(us, uk)),
        Example("other access points", earlier, Use(uk, 1, elsewhere), "pass"),
        Example("only three access points are visible", earlier, Use(uk, 1, here[:3]), "unknown"),
        Example("the access points could not be read", earlier, Use(uk, 1, None), "unknown"),
    )
