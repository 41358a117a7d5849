"""What was erased: which entries, how many in all, and where the numbering of accounts goes on.

An `erase` entry says it in its open part, without any name: ranges of entries, never what they held.
"""

from __future__ import annotations

from isolation.errors import LedgerDamaged
from isolation.messages import message
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from isolation.ledger.canonical import Json

    Ranges = tuple[tuple[int, int], ...]


class Erasure(Value):
    """One erasure, and the sums of all until then.

    `entries` are ranges, first and last included. `total` counts all entries erased so far. `floor` is the highest
    number within an account that was wholly erased so far: accounts that are new to the ledger are numbered from
    above it, because one of them may be that account. `last` holds (entry, number) pairs: the account of this
    session, which stayed, had numbers up to this one.
    """

    __slots__ = ("entries", "floor", "last", "total")
    entries: Ranges
    total: int
    floor: int
    last: tuple[tuple[int, int], ...]

    def __init__(self, entries: Ranges, total: int, floor: int, last: tuple[tuple[int, int], ...]) -> None:
        self._init(entries=entries, total=total, floor=floor, last=last)

    def told(self) -> dict[str, Json]:
        """As the entry's body holds it."""
        return {"entries": self.entries, "floor": self.floor, "last": self.last, "total": self.total}


def parse_erasure(told: Mapping[str, Any], index: int) -> Erasure:
    """The inverse, of the entry of that index; raises ValueError, TypeError or KeyError for what cannot be one."""
    entries = tuple((int(first), int(last)) for first, last in told["entries"])
    before = -1
    for first, last in entries:
        if not before < first <= last < index or (before >= 0 and first == before + 1):
            raise ValueError("the ranges of erased entries are out of order, or not before it")
        before = last
    return Erasure(entries, int(told["total"]), int(told["floor"]), tuple((int(i), int(n)) for i, n in told["last"]))


def ranges(entries: Iterable[int]) -> Ranges:
    """These numbers as ranges, in order."""
    found: list[tuple[int, int]] = []
    for entry in sorted(entries):
        if found and entry <= found[-1][1] + 1:
            found[-1] = (found[-1][0], entry)
        else:
            found.append((entry, entry))
    return tuple(found)


def latest_erasure(query: Callable[..., Any]) -> Erasure | None:
    """The last erasure of a ledger, which has the sums of all; None where nothing was ever erased."""
    found = query("SELECT latest FROM main.kinds WHERE kind = 'erase'").fetchone()
    if found is None:
        return None
    from isolation.ledger.entry import open_values, parse_body

    try:
        body = query("SELECT body FROM main.entries WHERE i = ?", found).fetchone()[0]
        return parse_erasure(open_values(parse_body(body)[1]), found[0])
    except (ValueError, TypeError, KeyError) as problem:
        raise LedgerDamaged(
            message("Entry {found} should tell what was erased: {problem}.", found=found[0], problem=problem),
            "Run `isolation verify`.",
            entries=found,
        ) from None
