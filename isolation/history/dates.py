"""Dates in figures with the year last: which of 03/04/2026 is the day is settled by the whole column, or by a person.

One date that can be read in one way only, like 23/11/2026, settles it for the file. Where none does, or where they
contradict each other, nothing is guessed.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from isolation.errors import UsageError
from isolation.history.rows import RawRow
from isolation.identifiers.escape import excerpt
from isolation.messages import message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ORDERS = ("day-first", "month-first")
_YEAR_LAST = re.compile(r" *(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?!\d)(.*)", re.ASCII | re.DOTALL)
_LOOKED_AT = 1000  # rows that show whether a log writes its dates so at all


class UndecidedDates(UsageError):
    """Which figure is the day can be told by a person only."""


def year_first(text: str, order: str) -> str:
    """The text with its date as year-month-day, where it is in figures with the year last; else as it is."""
    match = _YEAR_LAST.match(text) if order else None
    if match is None:
        return text
    first, _, second, year, rest = match.groups()
    day, month = (first, second) if order == "day-first" else (second, first)
    return f"{year}-{month:0>2}-{day:0>2}{rest}"


def settled_order(rows: Callable[[], Iterable[object]], file: str) -> str:
    """The order of the dates of a log, "" where none is written so. `rows` begins anew each time.

    Raises UndecidedDates, naming a line.
    """
    if next(_year_last(islice(rows(), _LOOKED_AT)), None) is None:
        return ""
    proofs: dict[str, tuple[int, str]] = {}
    last = (0, "")
    for line, text, first, second in _year_last(rows()):
        last = (line, text)
        if first > 12 >= second:
            proofs.setdefault("day-first", last)
        elif second > 12 >= first:
            proofs.setdefault("month-first", last)
        if len(proofs) == 2:
            break
    if len(proofs) == 1:
        return next(iter(proofs))
    hint = message("Say which they are: --date-order day-first or --date-order month-first.")
    if proofs:
        places = " and ".join(
            message("line {line} ({text})", line=line, text=excerpt(text)) for line, text in proofs.values()
        )
        raise UndecidedDates(
            message(
                "{file} has dates with the day first and dates with the month first: {places}.",
                file=file,
                places=places,
            ),
            "Export it again with the year first; or say which order is right, and the others are rejected: "
            "--date-order day-first or --date-order month-first.",
        )
    line, text = last
    raise UndecidedDates(
        message(
            "{file}, line {line}: {text} could be day/month or month/day.", file=file, line=line, text=excerpt(text)
        ),
        hint,
    )


def _year_last(rows: Iterable[object]) -> Iterator[tuple[int, str, int, int]]:
    """Each time or end that is written so: its line, the text, and its first two figures."""
    for row in rows:
        if isinstance(row, RawRow):
            for field in ("time", "end"):
                match = _YEAR_LAST.match(row.cells.get(field, ""))
                if match is not None:
                    yield row.line, match[0], int(match[1]), int(match[3])


__all__ = ["ORDERS", "UndecidedDates", "settled_order", "year_first"]
