"""Excel workbooks (.xlsx, ISO/IEC 29500), by openpyxl's streaming reader: one row in memory, whatever the sheet's size.

Cells become the text that a CSV of the same sheet would have to say: a moment as `2026-11-23 15:11:00` by the
workbook's own calendar (from 1900 or 1904), a whole number without decimals. Excel keeps 15 digits of a number, so a
longer one has lost digits and stands as `7.25E+18`, which no name field takes.
"""

from __future__ import annotations

import datetime
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from isolation.errors import UsageError
from isolation.history.archives import members
from isolation.history.mapping import no_such_column, same_name
from isolation.history.rows import RawRow
from isolation.identifiers.escape import excerpt, printable
from isolation.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from isolation.history.documents import Document
    from isolation.history.mapping import Mapping
    from isolation.history.rows import Rejected

_TITLE_ROWS = 20  # rows that may stand above the header
_MOST_COLUMNS = 1000
_MOMENTS = ("time", "end")
_EXACT = 10**15  # what Excel keeps of a number: 15 digits
_LAST_SERIAL = 2_958_466  # 9999-12-31 and a day


class Layout(NamedTuple):
    """Where a table stands: its sheet, the header's row (from 1) and its columns (trimmed, NFC)."""

    sheet: str
    row: int
    columns: tuple[str, ...]


class Reader:
    """The rows of one sheet, as often as asked."""

    def __init__(self, document: Document, encoding: str, mapping: Mapping) -> None:
        """Find the sheet and its header; raises UsageError where no sheet has the mapped columns, or several do."""
        self._document = document
        self.fields = mapping.fields
        self._layout = layout = _chosen(document, mapping)
        twice = next((column for column in mapping.columns if layout.columns.count(column) > 1), None)
        if twice is not None:
            raise UsageError(
                message("{name} has several columns named {twice}.", name=document.name, twice=excerpt(twice)),
                "Give each a name of its own.",
            )
        self._cells = tuple(
            (field, layout.columns.index(column)) for field, column in zip(mapping.fields, mapping.columns, strict=True)
        )

    def rows(self) -> Iterator[RawRow | Rejected]:
        """Every row below the header. Empty rows are none."""
        with _opened(self._document) as book:
            # What a workbook says of its own size is often wrong, so it is not asked.
            sheet = book[self._layout.sheet]
            sheet.reset_dimensions()
            width = len(self._layout.columns)
            for number, cells in enumerate(_rows(self._document, sheet), 1):
                if number <= self._layout.row or all(cell.value is None for cell in cells):
                    continue
                beyond = next((cell for cell in cells[width:] if cell.value is not None), None)
                if beyond is not None:
                    yield self._document.reject(
                        number, message("The row has cells to the right of the last column's header.")
                    )
                    continue
                row = {
                    field: _text(cells[at], field, book.epoch) if at < len(cells) else "" for field, at in self._cells
                }
                if any(row.values()):
                    yield RawRow(number, row)
                else:
                    yield self._document.reject(number, message("The row has nothing in the mapped columns."))


def recognises(head: str, name: str) -> bool:
    """Whether a file that begins like this is a workbook; other ZIP archives were told apart before."""
    return head.startswith("PK\x03\x04")


def columns(document: Document, encoding: str) -> tuple[str, ...]:
    """The columns of the first sheet that has a table, for a message."""
    return tables(document)[0].columns


def tables(document: Document) -> list[Layout]:
    """The sheets that have a header: the first row with two texts or more. Raises UsageError where there is none."""
    found = [layouts[0] for layouts in _layouts(document).values() if layouts]
    if not found:
        raise UsageError(message("{name} has no sheet with a header.", name=document.name))
    return found


def _layouts(document: Document) -> dict[str, list[Layout]]:
    """By sheet, the rows near its top that may be a header."""
    found: dict[str, list[Layout]] = {}
    with _opened(document) as book:
        for name in book.sheetnames:
            sheet = book[name]
            if not hasattr(sheet, "reset_dimensions"):
                continue  # a sheet that is a chart
            sheet.reset_dimensions()
            found[name] = []
            for number, cells in enumerate(_rows(document, sheet), 1):
                texts = [same_name(_plain(cell.value)) for cell in cells]
                while texts and not texts[-1]:
                    texts.pop()
                if sum(map(bool, texts)) > 1:
                    found[name].append(Layout(name, number, tuple(texts)))
                if number >= _TITLE_ROWS:
                    break
    return found


def _chosen(document: Document, mapping: Mapping) -> Layout:
    """The sheet that was named or, of all, the only one with the mapped columns."""
    sheets = _layouts(document)
    if mapping.sheet and mapping.sheet not in sheets:
        raise UsageError(
            message(
                "{name} has no sheet {sheet}; its sheets are {listed}.",
                name=document.name,
                sheet=excerpt(mapping.sheet),
                listed=_listed(list(sheets)),
            )
        )
    looked_at = [mapping.sheet] if mapping.sheet else list(sheets)
    fitting = {name: [one for one in sheets[name] if set(mapping.columns) <= set(one.columns)] for name in looked_at}
    found = [layouts[0] for layouts in fitting.values() if layouts]
    if len(found) > 1:
        raise UsageError(
            message(
                "{name} has these columns in the sheets {listed}.",
                name=document.name,
                listed=_listed([one.sheet for one in found]),
            ),
            "Say which to read with --sheet NAME, one at a time.",
        )
    if not found:
        known = next((layouts[0].columns for name in looked_at for layouts in [sheets[name]] if layouts), ())
        missing = [column for column in mapping.columns if column not in known]
        raise no_such_column(document.name, missing or mapping.columns, known)
    return found[0]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(excerpt(name) for name in names[:40]) or "none"


@contextmanager
def _opened(document: Document) -> Iterator[Any]:
    import openpyxl  # takes its time, and only workbooks need it

    with document.whole() as file:
        if "xl/workbook.xml" not in members(file, document.name):
            raise UsageError(
                message("{name} is an archive or a document, and no .xlsx workbook.", name=document.name),
                "Save the table as .xlsx or as “CSV UTF-8”, or unpack it, and import that.",
            )
        file.seek(0)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of styles and extensions that are of no matter here
                book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        except MemoryError:
            raise
        except Exception as error:  # openpyxl lets out whatever a damaged part of the file trips
            raise _damaged(document, error) from error
        try:
            yield book
        finally:
            book.close()


def _rows(document: Document, sheet: Any) -> Iterator[tuple[Any, ...]]:
    rows = sheet.iter_rows(max_col=_MOST_COLUMNS)
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                cells = next(rows, None)
        except MemoryError:
            raise
        except Exception as error:  # as above
            raise _damaged(document, error) from error
        if cells is None:
            return
        yield cells


def _damaged(document: Document, error: Exception) -> UsageError:
    return UsageError(
        message(
            "{name} is a workbook that cannot be read: {error}.",
            name=document.name,
            error=printable(str(error))[:200] or type(error).__name__,
        ),
        "Open it in a spreadsheet program and save the sheet as “CSV UTF-8”.",
    )


def _text(cell: Any, field: str, epoch: datetime.datetime) -> str:
    """A cell as the text of a field."""
    value = cell.value
    if field in _MOMENTS:
        if isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value < _LAST_SERIAL:
            from openpyxl.utils.datetime import from_excel

            value = from_excel(value, epoch)  # a moment in a cell whose format does not say that it is one
        elif isinstance(value, datetime.datetime) and not _shows_a_clock(cell.number_format):
            return value.date().isoformat()
    return _plain(value)


def _shows_a_clock(number_format: str) -> bool:
    return any(letter in number_format.lower() for letter in "hs")


def _plain(value: object) -> str:
    """A cell's value as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    if isinstance(value, int | float) and abs(value) >= _EXACT:
        return f"{value:.14E}"
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    return str(value)


__all__ = ["Layout", "Reader", "columns", "recognises", "tables"]
