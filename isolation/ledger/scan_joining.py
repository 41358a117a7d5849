"""Scans that another device took, joined to sessions by time and address.

A scan fits a session if it was taken while the session went on, or within 10 minutes of its begin, and heard the
access point that the session itself names. What fits none is not kept: it would tell where somebody was, and of no
session.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from operator import itemgetter
from typing import NamedTuple

from isolation.ledger.packing import unpack_identifiers
from isolation.ledger.scans import add_scan
from isolation.ledger.tags import value_tag
from isolation.model import UNDATED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TypeAlias

    from isolation.ledger.append import Appender
    from isolation.ledger.keys import Keys

    # when it was taken (µs), and the signal (dBm) of each BSSID
    Taken: TypeAlias = tuple[int, tuple[tuple[str, int], ...]]

NEAR = 600_000_000  # µs between a session's begin and a scan of its place
MOST_JOINED = 500  # sessions that one transaction gives their scans
_TIME = itemgetter(0)
_OWN = ("bssid", "access_point")


class JoinedScans(NamedTuple):
    """What joining scans came to: sessions that got one, and scans that fit no session and are not kept."""

    scans_joined: int
    scans_unmatched: int


class _Use(NamedTuple):
    """A session: its entry, begin, end (None: none known), identifiers, and whether it has a scan."""

    entry: int
    begin: int
    end: int | None
    identifiers: bytes
    scanned: int


def join_scans(appender: Appender, keys: Keys, scans: Sequence[Taken], source: str) -> JoinedScans:
    """Gives sessions without a scan the one that fits and is nearest to their begin, at most `MOST_JOINED` of them.

    Where that many got one, more may wait. Raises KeyUnavailable without the index key.
    """
    ordered = sorted(scans)
    heard = _heard(appender, keys.index(), ordered)
    fitting: set[int] = set()
    joined = 0
    for use in list(_uses(appender, ordered)) if heard else ():
        fits = {place for number, _ in unpack_identifiers(use.identifiers) for place in _in_time(heard, number, use)}
        fitting |= fits
        if fits and not use.scanned and joined < MOST_JOINED:
            nearest = min(fits, key=lambda place: (abs(ordered[place][0] - use.begin), place))
            add_scan(appender, keys.points(), use.entry, ordered[nearest][1], source)
            joined += 1
    return JoinedScans(joined, len(ordered) - len(fitting))


def _heard(appender: Appender, key: bytes, scans: Sequence[Taken]) -> dict[int, list[tuple[int, int]]]:
    """Time and place of the scans that heard an access point, in order, by the numbers that sessions have of it."""
    numbers: dict[str, list[int]] = {}
    found: dict[int, dict[int, int]] = {}
    for place, (time, points) in enumerate(scans):
        for bssid, _ in points:
            if bssid not in numbers:
                tags = [value_tag(key, fact, bssid) for fact in _OWN]
                query = "SELECT id FROM main.identifiers WHERE tag IN (?, ?)"
                numbers[bssid] = [number for (number,) in appender.query(query, tags)]
            for number in numbers[bssid]:
                found.setdefault(number, {})[place] = time
    return {number: [(time, place) for place, time in places.items()] for number, places in found.items()}


def _uses(appender: Appender, scans: Sequence[Taken]) -> Iterator[_Use]:
    """The uses that any scan may fit by its time; a failed login is no use, and one at a time not known fits none."""
    first, last = scans[0][0], scans[-1][0]
    for row in appender.query(
        'SELECT entry, begin, "end", identifiers, EXISTS (SELECT 1 FROM main.scans c WHERE c.session = s.entry)'
        ' FROM main.sessions s WHERE begin <= ? AND (begin >= ? OR "end" >= ?) AND begin <> ? AND success = 1'
        " ORDER BY entry",
        (last + NEAR, first - NEAR, first, UNDATED),
    ):
        yield _Use(*row)


def _in_time(heard: dict[int, list[tuple[int, int]]], number: int, use: _Use) -> Iterator[int]:
    """The scans that heard this access point while the use went on, or near its begin."""
    times = heard.get(number, [])
    first = bisect_left(times, use.begin - NEAR, key=_TIME)
    for _, place in times[first : bisect_right(times, max(use.begin + NEAR, use.end or 0), key=_TIME)]:
        yield place
