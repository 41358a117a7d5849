"""Date columns of which a spreadsheet turned one half into dates of its own and left the other as text.

A spreadsheet that takes the month first makes 4 March of `3/4/2026`, which meant 3 April, and cannot make anything of
`13/4/2026`. Saved, such a column has `2026-03-04` beside `13/4/2026` (in a workbook a true date and a text), and every
date of the first kind has day and month swapped. It shows in two things together: the dates left alone are those
that it could not read, and no other has a day after the 12th. One such day shows that the column is honestly mixed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from isolation.history.rows import RawRow
from isolation.identifiers.escape import excerpt
from isolation.messages import message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, TypeAlias

    from isolation.history.formats import Reader
    from isolation.history.rows import Rejected

    Place: TypeAlias = tuple[int, str]  # a line, and the text of its date

ANSWERS = ("as-written", "swapped", "reject")
_YEAR_FIRST = re.compile(r"( *\d{4})([-/.年])(\d{1,2})([-/.月])(\d{1,2})(?!\d)(.*)", re.ASCII | re.DOTALL)


class Shapes:
    """How the dates of one column are written: what would show that it was converted by halves, or that it was not."""

    def __init__(self) -> None:
        self._honest = False
        self._converted: Place | None = None
        self._left_alone: Place | None = None

    def take_year_first(self, line: int, text: str) -> None:
        """Looks at one more that may have the year first."""
        figures = None if self._honest else month_and_day(text)
        if figures is None:
            return
        month, day = figures
        self._honest = day > 12
        if month != day and self._converted is None:
            self._converted = (line, text)

    def take_left_alone(self, place: Place) -> None:
        """Looks at one more with the year last, which can be read in one order only."""
        self._left_alone = self._left_alone or place

    @property
    def suspect(self) -> bool:
        """Whether those with the year first could all be swapped."""
        return self._converted is not None and not self._honest

    def half_converted(self) -> tuple[Place, Place] | None:
        """A date that was probably swapped and one that was left alone; None where the column shows no such thing."""
        if not self.suspect or self._converted is None or self._left_alone is None:
            return None
        return self._converted, self._left_alone


def month_and_day(text: str) -> tuple[int, int] | None:
    """The two figures after a year that stands first; None in any other text."""
    match = _YEAR_FIRST.match(text)
    return None if match is None else (int(match[3]), int(match[5]))


class Converted:
    """A reader whose dates with the year first are what a person said: turned back, or rejected."""

    def __init__(
        self, reader: Reader, columns: Sequence[str], answer: str, reject: Callable[[int, str], Rejected]
    ) -> None:
        """`columns` are the fields that are half converted, `answer` is "swapped" or "reject"."""
        self.fields = reader.fields
        self._reader = reader
        self._columns = columns
        self._swaps = answer == "swapped"
        self._reject = reject

    def rows(self) -> Iterator[Any]:
        """Every record, as the reader yields them."""
        for row in self._reader.rows():
            yield self._told(row) if isinstance(row, RawRow) else row

    def _told(self, row: RawRow) -> RawRow | Rejected:
        cells = dict(row.cells)
        for field in self._columns:
            text = cells.get(field, "")
            figures = month_and_day(text)
            if figures is None or figures[0] == figures[1]:
                continue
            if not self._swaps:
                return self._reject(
                    row.line,
                    message(
                        "The {field}, {text}, was probably made by a spreadsheet that swapped day and month.",
                        field=field,
                        text=excerpt(text),
                    ),
                )
            cells[field] = _YEAR_FIRST.sub(r"\1\2\5\4\3\6", text)
        return row._replace(cells=cells)


__all__ = ["ANSWERS", "Converted", "Shapes", "month_and_day"]
