"""The access points that a file says were in sight, put together: what was heard within seconds is one scan."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from isolation.history.rows import Scan

LONGEST_SCAN = 10_000_000  # µs from its first row to its last


class Heard(NamedTuple):
    """One scan: when it began (µs), and the strongest signal (dBm) of each BSSID, by rising BSSID."""

    time: int
    points: tuple[tuple[str, int], ...]


class Scans:
    """The rows of one file, in any order."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, str, int]] = []

    def extend(self, rows: Iterable[Scan]) -> None:
        """More access points that were in sight."""
        self._rows += [(row.time, row.bssid, row.signal) for row in rows]

    def settled(self) -> tuple[Heard, ...]:
        """The scans, in order of time: each has the rows of the 10 seconds from its first one."""
        found: list[tuple[int, dict[str, int]]] = []
        for time, bssid, signal in sorted(self._rows):
            if not found or time - found[-1][0] > LONGEST_SCAN:
                found.append((time, {}))
            points = found[-1][1]
            points[bssid] = max(signal, points.get(bssid, signal))
        return tuple([Heard(time, (*sorted(points.items()),)) for time, points in found])


__all__ = ["LONGEST_SCAN", "Heard", "Scans"]
