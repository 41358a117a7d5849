"""Visits folded into uses: what lies close together in time is one use of the platform.

The rule: a visit more than 30 minutes after the one before it begins another use. 30 minutes is how long web analytics
let a session rest (Google Analytics, "session timeout"), and no platform's own log-out is looked at. A use runs from
its first visit to its last; how long the last page was read is not known and not claimed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

GAP = 30 * 60 * 1_000_000  # µs
_AHEAD = 5 * 60 * 1_000_000  # µs by which a clock that was set since may have run ahead
_EARLIEST = 788_918_400_000_000  # 1995-01-01T00:00:00Z: no seller platform is older


class Use(NamedTuple):
    """Visits that lie close together: the times of the first and the last (µs), and how many."""

    begin: int
    end: int
    visits: int


class Folding:
    """Takes the visits of one host in the order of their times, and holds only the uses they make."""

    def __init__(self, now: int) -> None:
        """`now` is in µs: visits from later than that, and a little, are `misdated`."""
        self._latest = now + _AHEAD
        self.uses: list[Use] = []
        self.misdated = 0

    def add(self, moment: int) -> None:
        """One visit at a time (µs), which is never before the one added last."""
        if not _EARLIEST <= moment <= self._latest:
            self.misdated += 1
            return
        if self.uses and moment - self.uses[-1].end <= GAP:
            last = self.uses[-1]
            self.uses[-1] = Use(last.begin, max(last.end, moment), last.visits + 1)
        else:
            self.uses.append(Use(moment, moment, 1))


def joined(uses: Iterable[Use]) -> list[Use]:
    """The uses of several hosts as uses of one platform, by the same rule; by begin."""
    found: list[Use] = []
    for use in sorted(uses):
        if found and use.begin - found[-1].end <= GAP:
            last = found[-1]
            found[-1] = Use(last.begin, max(last.end, use.end), last.visits + use.visits)
        else:
            found.append(use)
    return found


__all__ = ["GAP", "Folding", "Use", "joined"]
