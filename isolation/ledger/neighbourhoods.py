"""The scans around access points, as a rule looks at them: with the points that were among a scan's strongest."""

from __future__ import annotations

from isolation.evidence import Scan, ScanGroup
from isolation.ledger.scans import DBM
from isolation.model import CHANNELS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    Query = Callable[..., Any]

# Two scans are compared where both hear some access point among the strongest of so many ranks. Equal strengths share
# a rank, so that no order decides.
_RANKS = 3
_BLOCK = 400


def strongest(points: Mapping[int, int]) -> set[int]:
    """The points of the three greatest weights."""
    least = sorted(points.values(), reverse=True)[:_RANKS][-1:]
    return {point for point, weight in points.items() if weight >= least[0]} if least else set()


def scan_groups(scans: Iterable[Scan]) -> dict[int, list[Scan]]:
    """The scans by each point that is among their strongest."""
    around: dict[int, list[Scan]] = {}
    for scan in scans:
        for point in strongest(scan.points):
            around.setdefault(point, []).append(scan)
    return around


def groups_of(query: Query, around: Mapping[int, list[Scan]]) -> Iterator[ScanGroup]:
    """The groups of these points that have scans of two accounts, or more."""
    for point in sorted(around):
        if len({scan.account for scan in around[point]}) > 1:
            (tag,) = query("SELECT tag FROM main.identifiers WHERE id = ?", (point,)).fetchone()
            yield ScanGroup(point, tag.hex(), tuple(around[point]))


def groups_around(query: Query, accounts: Iterable[int], now: Scan | None) -> Iterator[ScanGroup]:
    """The groups of the points that are among the strongest of these accounts' scans, or of one not recorded yet."""
    own = scans_of(query, accounts)
    points = {point for scan in (*own, *((now,) if now else ())) for point in strongest(scan.points) if point >= 0}
    scans = [*scans_near(query, points), *((now,) if now else ())]
    around = {point: found for point, found in scan_groups(scans).items() if point in points}
    return groups_of(query, around)


def all_scans(query: Query, prefix: str) -> Iterator[Scan]:
    """Every scan of a use that the session tables with this prefix have."""
    yield from _scans(query(_SELECT.format(prefix=prefix, where="s.success = 1")))


def scans_of(query: Query, accounts: Iterable[int]) -> list[Scan]:
    """The scans of these accounts' uses."""
    found: list[Scan] = []
    for account in accounts:
        found += _scans(query(_SELECT.format(prefix="main.", where="s.account = ? AND s.success = 1"), (account,)))
    return found


def scans_near(query: Query, points: Iterable[int]) -> list[Scan]:
    """The scans of uses that saw any of these access points."""
    wanted = sorted(points)
    found: list[Scan] = []
    for at in range(0, len(wanted), _BLOCK):
        block = wanted[at : at + _BLOCK]
        marks = ", ".join("?" * len(block))
        where = f"s.success = 1 AND c.entry IN (SELECT entry FROM main.scans WHERE point IN ({marks}))"
        found += _scans(query(_SELECT.format(prefix="main.", where=where), tuple(block)))
    return found


_SELECT = (
    "SELECT c.entry, s.account, s.begin, s.channel, c.unit, c.point, c.weight FROM main.scans c"
    " JOIN {prefix}sessions s ON s.entry = c.session WHERE {where} ORDER BY c.entry"
)


def _scans(rows: Iterable[tuple[int, int, int, int, int, int, int]]) -> Iterator[Scan]:
    entry = None
    head: tuple[int, int, int, int] = (0, 0, 0, 0)
    points: dict[int, int] = {}
    for number, account, begin, channel, unit, point, weight in rows:
        if number != entry:
            if entry is not None:
                yield _scan(head, points)
            entry, head, points = number, (account, begin, channel, unit), {}
        points[point] = weight
    if entry is not None:
        yield _scan(head, points)


def _scan(head: tuple[int, int, int, int], points: dict[int, int]) -> Scan:
    account, begin, channel, unit = head
    return Scan(account, begin, CHANNELS[channel], unit == DBM, points)
