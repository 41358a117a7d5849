"""The ends of sessions that a log tells in records of their own: found first, handed to the begins afterwards.

Rows may come in any order, so a reader passes over its file twice: once for the ends, by what names the session
(a logon id, a process, an accounting id), and once for the begins.
"""

from __future__ import annotations

from bisect import bisect_left


class Ends:
    """Moments (µs) at which sessions of each name ended. A name may be given out again, after a restart."""

    def __init__(self) -> None:
        self._moments: dict[str, int | list[int]] = {}

    def add(self, name: str, moment: int) -> None:
        """A session of this name ended then."""
        known = self._moments.get(name)
        if known is None:
            self._moments[name] = moment
        elif isinstance(known, list):
            known.append(moment)
        else:
            self._moments[name] = [known, moment]

    def after(self, name: str, begin: int) -> int | None:
        """The first end of a session of this name at or after its begin; None where the log has none."""
        known = self._moments.get(name)
        if known is None:
            return None
        if isinstance(known, int):
            return known if known >= begin else None
        known.sort()  # nearly free where it is sorted already
        at = bisect_left(known, begin)
        return known[at] if at < len(known) else None


__all__ = ["Ends"]
