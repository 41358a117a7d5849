"""Delimited text: CSV, TSV, semicolons, pipes, or whatever one sign stands between the cells.

Cells are quoted as RFC 4180 says. A quote that never closes would swallow the rest of a file, so a record that
runs over several lines is believed only if it then has the header's number of cells, and no mapped cell holds a
line break; otherwise its first line is rejected and reading goes on with the second.
"""

from __future__ import annotations

import csv
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from isolation.errors import UsageError
from isolation.history.lines import UTF8, BadLine, byte_lines, text_lines
from isolation.history.mapping import no_such_column, same_name
from isolation.history.rows import RawRow
from isolation.identifiers.escape import excerpt
from isolation.messages import message, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from isolation.history.documents import Document
    from isolation.history.mapping import Columns
    from isolation.history.rows import Rejected

    Numbered = tuple[int, str | BadLine]

USUAL = (",", "\t", ";", "|")
_LOOKED_AT = 100  # lines that decide what the delimiter is
_TITLE_LINES = 20  # lines that may stand above the header: exports like to begin with a title
_RECORD_LINES = 100  # lines over which one record may run
_RECORD_LENGTH = 1 << 18


class Layout(NamedTuple):
    """How a table is written: the header's line (from 1), its columns (trimmed, NFC), and what parts the cells.

    `spaced` is set where a blank follows each delimiter.
    """

    line: int
    delimiter: str
    columns: tuple[str, ...]
    spaced: bool


class Reader:
    """The rows of one table, as often as asked."""

    def __init__(self, document: Document, encoding: str, mapping: Columns) -> None:
        """Find the header; raises UsageError where a mapped column is missing, or stands there twice."""
        self.fields = mapping.fields
        self._document = document
        self._encoding = encoding
        self._layout = layout = _layout(document, encoding, mapping.columns)
        missing = [column for column in mapping.columns if column not in layout.columns]
        if missing:
            raise no_such_column(document.name, missing, layout.columns)
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
        """Every record below the header. Empty lines, and lines of delimiters alone, are none."""
        width = len(self._layout.columns)
        wanted = self._cells
        with self._document.open() as stream:
            for line, cells in self._records(_Lines(text_lines(stream, self._encoding))):
                if isinstance(cells, BadLine):
                    yield self._document.reject(line, cells.reason)
                elif len(cells) == width or (len(cells) > width and not any(cells[width:])):
                    row = {field: cells[index] for field, index in wanted}
                    if cells[wanted[0][1]].strip() or _says_something(cells):
                        yield RawRow(line, row)
                elif _says_something(cells):
                    cells_here = plural("{count} cell", "{count} cells", len(cells))
                    yield self._document.reject(
                        line,
                        message(
                            "The row has {cells_here} where the header has {width}.", cells_here=cells_here, width=width
                        ),
                    )

    def column(self, field: str) -> Iterator[bytes]:
        """The cells of a mapped column as they stand there, trimmed; a quote for each that is not had so easily."""
        index = dict(self._cells)[field]
        delimiter = self._layout.delimiter.encode()
        if self._encoding not in UTF8:  # elsewhere the delimiter can be part of a character
            yield b'"'
            return
        with self._document.open() as stream:
            for line in islice(byte_lines(stream), self._layout.line, None):
                cells = line.split(delimiter, index + 1)
                yield cells[index].strip() if len(cells) > index and b'"' not in line else b'"'

    def _records(self, lines: _Lines) -> Iterator[tuple[int, list[str] | BadLine]]:
        """Each record below the header with the line that it starts on: its cells, or why it has none."""
        delimiter = self._layout.delimiter
        plain = not self._layout.spaced
        while (numbered := lines.take()) is not None:
            number, line = numbered
            if number <= self._layout.line:
                continue
            if isinstance(line, BadLine):
                yield number, line
            elif plain and '"' not in line:
                yield number, line.rstrip("\r\n").split(delimiter)
            else:
                yield number, self._quoted(line, lines)

    def _quoted(self, line: str, lines: _Lines) -> list[str] | BadLine:
        """The cells of a record that has quotes, and so may go on over the next lines; gives back what is not its."""
        taken: list[Numbered] = []

        def record() -> Iterator[str]:
            yield line
            length = len(line)
            while len(taken) < _RECORD_LINES and length < _RECORD_LENGTH:
                following = lines.take()
                if following is None:
                    return
                taken.append(following)
                if isinstance(following[1], BadLine):
                    return
                length += len(following[1])
                yield following[1]

        try:
            cells = _parsed(record(), self._layout.delimiter, self._layout.spaced)
        except csv.Error as error:
            lines.give_back(taken)
            never_closed = taken or "unexpected end" in str(error)
            return BadLine(
                message("A quote on this line never closes.")
                if never_closed
                else message("The row is no CSV: {error}.", error=error)
            )
        if taken and not self._believable(cells):
            lines.give_back(taken)
            return BadLine(
                message("A quote on this line closes on a later one, and what stands between them is no cell.")
            )
        return cells

    def _believable(self, cells: list[str]) -> bool:
        """Whether a record over several lines is one."""
        if len(cells) != len(self._layout.columns):
            return False
        return not any("\n" in cells[index] or "\r" in cells[index] for _, index in self._cells)


class _Lines:
    """The lines of a text with their numbers (from 1), of which some can be given back."""

    def __init__(self, lines: Iterator[str | BadLine]) -> None:
        self._numbered = enumerate(lines, 1)
        self._again: deque[Numbered] = deque()

    def take(self) -> Numbered | None:
        """The next line; None at the end."""
        return self._again.popleft() if self._again else next(self._numbered, None)

    def give_back(self, taken: list[Numbered]) -> None:
        """Let these lines, the last that were taken, come again."""
        self._again.extendleft(reversed(taken))


def recognises(head: str, name: str) -> bool:
    """Whether a file that begins like this may be a table: a line near its top has cells. Asked last of all."""
    lines = [line for line in head.splitlines() if line.strip()][:_TITLE_LINES]
    return any(sign == "\t" or not (sign.isalnum() or sign.isspace()) for line in lines for sign in line)


def columns(document: Document, encoding: str) -> tuple[str, ...]:
    """The columns of the table, for a message."""
    return _layout(document, encoding, ()).columns


def _says_something(cells: list[str]) -> bool:
    return any(cell.strip() for cell in cells)


def _parsed(lines: Iterator[str], delimiter: str, spaced: bool) -> list[str]:
    return next(csv.reader(lines, delimiter=delimiter, skipinitialspace=spaced, strict=True), [])


def _layout(document: Document, encoding: str, wanted: Sequence[str]) -> Layout:
    """The layout under which the header has every wanted column, or else the likeliest one."""
    lines: list[tuple[int, str]] = []
    with document.open() as stream:
        for number, line in enumerate(text_lines(stream, encoding), 1):
            if not isinstance(line, BadLine) and line.strip():
                lines.append((number, line))
            if number == _LOOKED_AT:
                break
    if not lines:
        raise UsageError(message("{name} has no line of text in its beginning.", name=document.name))
    told = _told_delimiter(lines[0][1])
    if told:
        del lines[0]
    for position, (number, line) in enumerate(lines[:_TITLE_LINES]):
        layouts = list(_layouts(number, line, told))
        found = [layout for layout in layouts if set(wanted) <= set(layout.columns)]
        if wanted and found:
            return max(found, key=lambda layout: _regularity(layout, lines[position + 1 :]))
    return _likeliest(document, lines, wanted, told)


def _likeliest(document: Document, lines: list[tuple[int, str]], wanted: Sequence[str], told: str) -> Layout:
    """The layout to name columns from: most wanted columns first, then most rows of the header's width.

    The header is the first line that most of those below agree with in their number of cells.
    """
    if not lines:
        raise UsageError(message("{name} has no header.", name=document.name))
    position = next((at for at in range(min(len(lines), _TITLE_LINES)) if _is_header(lines, at, told)), 0)
    number, line = lines[position]
    lines = lines[position:]
    layouts = list(_layouts(number, line, told)) or [Layout(number, ",", (same_name(line),), False)]
    usual = [layout for layout in layouts if layout.delimiter in USUAL] or layouts
    return max(usual, key=lambda layout: (len(set(wanted) & set(layout.columns)), _regularity(layout, lines[1:])))


def _is_header(lines: list[tuple[int, str]], at: int, told: str) -> bool:
    layouts = (one for one in _layouts(*lines[at], told) if told or one.delimiter in USUAL)
    return any(_regularity(layout, lines[at + 1 :]) > 0.5 for layout in layouts)


def _told_delimiter(line: str) -> str:
    """The delimiter of Excel's own first line, `sep=;`, or ""."""
    text = line.rstrip("\r\n")
    return text[4] if len(text) == 5 and text.lower().startswith("sep=") else ""


def _layouts(number: int, line: str, told: str) -> Iterator[Layout]:
    """The line as a header, under each delimiter that it could have: the usual ones first."""
    signs = dict.fromkeys(sign for sign in line.strip() if not sign.isalnum() and sign != '"')
    for delimiter in (told,) if told else (*USUAL, *(sign for sign in signs if sign not in USUAL)):
        try:
            cells = _parsed(iter([line]), delimiter, False)
            spaced = len(cells) > 1 and all(cell.startswith(" ") for cell in cells[1:])
            if spaced:
                cells = _parsed(iter([line]), delimiter, True)
        except (csv.Error, ValueError, TypeError):  # a sign that the csv module does not take, or wrong quotes
            continue
        if len(cells) > 1:
            yield Layout(number, delimiter, tuple(same_name(cell) for cell in cells), spaced)


def _regularity(layout: Layout, lines: list[tuple[int, str]]) -> float:
    """The share of lines that have the header's number of cells."""
    regular = 0
    for _, line in lines:
        try:
            regular += len(_parsed(iter([line]), layout.delimiter, layout.spaced)) == len(layout.columns)
        except csv.Error:
            continue
    return regular / len(lines) if lines else 0.0


__all__ = ["USUAL", "Layout", "Reader", "columns", "recognises"]
