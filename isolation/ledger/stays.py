"""Where and when each account was used: single uses where they are few, otherwise uses of one kind taken together."""

from __future__ import annotations

from isolation.ledger.packing import unpack_identifiers
from isolation.ledger.tags import FACT_CODES, NUMBERS_PER_RANK
from isolation.model import MACHINE_FACTS, NETWORK_FACTS, PROVENANCES, UNDATED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    # account, machine and network (the number of its best identifier, None where none was seen), provenance, begin of
    # the first and of the last use (µs; the end of a single one where it was told), number of uses
    StayRow = tuple[int, int | None, int | None, str, int, int, int]

MOST_SINGLE = 5000  # from more uses on, those of an account with the same machine and network are taken together

_MACHINE_RANKS = {FACT_CODES[fact]: rank for rank, fact in enumerate(MACHINE_FACTS)}
_NETWORK_RANKS = {FACT_CODES[fact]: rank for rank, fact in enumerate(NETWORK_FACTS)}


def stays(query: Callable[..., Any], prefix: str, size: int) -> list[StayRow]:
    """The stays of the dated uses in the session tables with this prefix and below this size, by account and time."""
    dated = f"FROM {prefix}sessions WHERE success = 1 AND begin != {UNDATED} AND entry < ?"
    (uses,) = query(f"SELECT count(*) {dated}", (size,)).fetchone()
    if uses <= MOST_SINGLE:
        columns = 'account, identifiers, provenance, begin, coalesce("end", begin), 1'
        return [_stay(*row) for row in query(f"SELECT {columns} {dated} ORDER BY account, begin, entry", (size,))]
    columns = "account, identifiers, provenance, begin"
    rows = _summed(query(f"SELECT {columns} {dated}", (size,)))
    return sorted(_together(_stay(*row) for row in rows), key=lambda stay: (stay[0], stay[4], stay[5]))


def _summed(uses: Iterable[tuple[int, bytes, int, int]]) -> Iterator[tuple[int, bytes, int, int, int, int]]:
    """Uses with the same identifiers as one; SQLite would sort a million of them, which takes three times as long."""
    found: dict[tuple[int, bytes, int], list[int]] = {}
    for account, packed, provenance, begin in uses:
        known = found.get((account, packed, provenance))
        if known is None:
            found[account, packed, provenance] = [begin, begin, 1]
        else:
            known[:] = min(known[0], begin), max(known[1], begin), known[2] + 1
    for key, (first, last, count) in found.items():
        yield *key, first, last, count


def _stay(account: int, packed: bytes, provenance: int, first: int, last: int, count: int) -> StayRow:
    numbers = [number for number, _ in unpack_identifiers(packed)]
    machine, network = _best(numbers, _MACHINE_RANKS), _best(numbers, _NETWORK_RANKS)
    return account, machine, network, PROVENANCES[provenance], first, last, count


def _best(numbers: list[int], ranks: dict[int, int]) -> int | None:
    """The identifier of the best fact that there is; of several, the one seen first in the session."""
    found = [number for number in numbers if number % NUMBERS_PER_RANK in ranks]
    return min(found, key=lambda number: ranks[number % NUMBERS_PER_RANK], default=None)


def _together(rows: Iterable[StayRow]) -> list[StayRow]:
    """Stays that differ in further identifiers only, as one."""
    merged: dict[tuple[int, int | None, int | None, str], StayRow] = {}
    for row in rows:
        known = merged.get(row[:4], row)
        count = row[6] if known is row else known[6] + row[6]
        merged[row[:4]] = (*row[:4], min(known[4], row[4]), max(known[5], row[5]), count)
    return list(merged.values())
