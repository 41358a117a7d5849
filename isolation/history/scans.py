"""The access points that a file says were in sight, put together: what was heard within seconds is one scan.

A phone hears hundreds of thousands of them, so they wait in a temporary database, which SQLite keeps in memory while
it is small and else in a file that has no name or goes with it.
"""

from __future__ import annotations

import sqlite3
import weakref
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from isolation.history.rows import Scan

LONGEST_SCAN = 10_000_000  # µs from its first row to its last
_IN_MEMORY = 1000


class Heard(NamedTuple):
    """One scan: when it began (µs), and the strongest signal (dBm) of each BSSID, by rising BSSID."""

    time: int
    points: tuple[tuple[str, int], ...]


class Scans:
    """The rows of one file, in any order; once they are settled, its scans: how many, and each in order of time."""

    def __init__(self) -> None:
        self._latest: list[tuple[int, str, int]] = []
        self._rows: sqlite3.Connection | None = None
        self._count = 0

    def extend(self, rows: Iterable[Scan]) -> None:
        """More access points that were in sight."""
        for row in rows:
            self._latest.append((row.time, row.bssid, row.signal))
            if len(self._latest) >= _IN_MEMORY:
                self._put_away()

    def settled(self) -> Scans:
        """The same, now that no more rows come."""
        if self._latest:
            self._put_away()
        self._count = sum(1 for _ in self)
        return self

    def _put_away(self) -> None:
        if self._rows is None:
            self._rows = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            weakref.finalize(self, self._rows.close)
            self._rows.execute("PRAGMA temp_store = FILE")
            self._rows.execute("CREATE TABLE rows (time INTEGER, bssid TEXT, signal INTEGER)")
        self._rows.execute("BEGIN")
        self._rows.executemany("INSERT INTO rows VALUES (?, ?, ?)", self._latest)
        self._rows.execute("COMMIT")
        self._latest = []

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Heard]:
        """Each scan has the rows of the 10 seconds from its first one."""
        for begin, rows in groupby(self._begun(), itemgetter(0)):
            points: dict[str, int] = {}
            for _, bssid, signal in rows:
                points[bssid] = max(signal, points.get(bssid, signal))
            yield Heard(begin, (*sorted(points.items()),))

    def _begun(self) -> Iterator[tuple[int, str, int]]:
        """The rows in order of time, each with the begin of its scan."""
        if self._rows is None:
            return
        begin: int | None = None
        for time, bssid, signal in self._rows.execute("SELECT time, bssid, signal FROM rows ORDER BY time"):
            if begin is None or time - begin > LONGEST_SCAN:
                begin = time
            yield begin, bssid, signal


__all__ = ["LONGEST_SCAN", "Heard", "Scans"]
