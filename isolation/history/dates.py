"""Dates in figures with the year last: which of 03/04/2026 is the day is settled by the whole column, or by a person.

One date that can be read in one way only, like 23/11/2026, settles it for the file. Where none does, or where they
contradict each other, nothing is guessed. Nor is it where a column has dates with the year first as well, which look
as if a spreadsheet had made them of the others (`half_converted`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from isolation.errors import UsageError
from isolation.history.half_converted import Shapes
from isolation.history.rows import RawRow
from isolation.identifiers.escape import excerpt
from isolation.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from isolation.history.half_converted import Place

ORDERS = ("day-first", "month-first")
_YEAR_LAST = re.compile(r" *(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?!\d)(.*)", re.ASCII | re.DOTALL)
_LOOKED_AT = 1000  # rows that show whether a log writes its dates so at all


class UndecidedDates(UsageError):
    """What only a person can tell of a log's dates: `option` is that of `open_import` which tells it."""

    option = "date_order"


class HalfConverted(UndecidedDates):
    """Dates whose day and month a spreadsheet has probably swapped, beside others that it left alone."""

    option = "mixed_dates"


class Dates:
    """What the dates of a log show: `proofs` of an order, the `last` with the year last, and each field's shapes."""

    def __init__(self) -> None:
        self.proofs: dict[str, Place] = {}
        self.last: Place | None = None
        self.shapes = {field: Shapes() for field in ("time", "end")}

    def take(self, line: int, field: str, text: str) -> None:
        """Looks at one more."""
        match = _YEAR_LAST.match(text)
        if match is None:
            self.shapes[field].take_year_first(line, text)
            return
        self.last = (line, match[0])
        order = _proven(int(match[1]), int(match[3]))
        if order:
            self.proofs.setdefault(order, self.last)
            self.shapes[field].take_left_alone(self.last)

    @property
    def half_converted(self) -> tuple[str, ...]:
        """The fields in which a spreadsheet has probably swapped day and month of some."""
        return tuple(field for field, shapes in self.shapes.items() if shapes.half_converted() is not None)

    @property
    def settled(self) -> bool:
        """Whether none has the year last, and none has its year first because a spreadsheet put it there."""
        return self.last is None and not any(shapes.suspect for shapes in self.shapes.values())


def _proven(first: int, second: int) -> str:
    """The order that two figures before a year can only have; "" where either could be the day, or none."""
    if first > 12 >= second:
        return "day-first"
    return "month-first" if second > 12 >= first else ""


def year_first(text: str, order: str) -> str:
    """The text with its date as year-month-day, where it is in figures with the year last; else as it is."""
    match = _YEAR_LAST.match(text) if order else None
    if match is None:
        return text
    first, _, second, year, rest = match.groups()
    day, month = (first, second) if order == "day-first" else (second, first)
    return f"{year}-{month:0>2}-{day:0>2}{rest}"


def dates_of(rows: Iterable[object]) -> Dates:
    """What the times and ends of a log show: of all of it, unless its beginning settles that its dates are plain."""
    dates = Dates()
    for number, row in enumerate(rows, 1):
        if isinstance(row, RawRow):
            for field in dates.shapes:
                text = row.cells.get(field)
                if text:
                    dates.take(row.line, field, text)
        if number >= _LOOKED_AT and dates.settled:
            break
    return dates


def settled_order(dates: Dates, file: str) -> str:
    """The order of the dates of a log, "" where none is written so. Raises UndecidedDates, naming a line."""
    if dates.last is None:
        return ""
    if len(dates.proofs) == 1:
        return next(iter(dates.proofs))
    if dates.proofs:
        places = " and ".join(_shown(place) for place in dates.proofs.values())
        raise UndecidedDates(
            message(
                "{file} has dates with the day first and dates with the month first: {places}.",
                file=file,
                places=places,
            ),
            "Export it again with the year first; or say which order is right, and the others are rejected: "
            "--date-order day-first or --date-order month-first.",
        )
    line, text = dates.last
    raise UndecidedDates(
        message(
            "{file}, line {line}: {text} could be day/month or month/day.", file=file, line=line, text=excerpt(text)
        ),
        "Say which they are: --date-order day-first or --date-order month-first.",
    )


def require_unconverted(dates: Dates, file: str) -> None:
    """Raises HalfConverted, naming two lines, where a column looks as if a spreadsheet had swapped a part of it."""
    for shapes in dates.shapes.values():
        pair = shapes.half_converted()
        if pair is not None:
            raise HalfConverted(
                message(
                    "{file} has dates with the year first, as in {converted}, beside others as in {left}. None of the "
                    "first kind has a day after the 12th: a spreadsheet that reads dates in another order "
                    "has probably swapped their day and month, and left the others as they were.",
                    file=file,
                    converted=_shown(pair[0]),
                    left=_shown(pair[1]),
                ),
                "Export the log again and import it without a spreadsheet between. Or say what is true of those with "
                "the year first: --mixed-dates swapped (they are turned back), --mixed-dates as-written (they are "
                "right), or --mixed-dates reject (leave these rows out).",
            )


def _shown(place: Place) -> str:
    return message("line {line} ({text})", line=place[0], text=excerpt(place[1]))


__all__ = [
    "ORDERS",
    "Dates",
    "HalfConverted",
    "UndecidedDates",
    "dates_of",
    "require_unconverted",
    "settled_order",
    "year_first",
]
