"""Lists of the policy as CSV: in from any spreadsheet, out for one, and the same policy after out and in.

A cell may name several, with semicolons between; `\\;` is a semicolon and `\\\\` a backslash within a name. A cell that
a spreadsheet would take for a formula is written with an apostrophe before it, which reading takes off again.
"""

from __future__ import annotations

import csv
import io
import re

from isolation.errors import IsolationError, PolicyError, UsageError
from isolation.history.documents import Document
from isolation.history.encodings import encoding_of
from isolation.history.lines import BadLine, text_lines
from isolation.history.rows import Rejected
from isolation.hooks.list_kinds import LISTS, ListKind, Row
from isolation.identifiers.escape import excerpt
from isolation.messages import joined, message
from isolation.policy.writing import PolicyFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_ROWS = 200_000
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_QUOTED = re.compile(r"'+[=+\-@\t\r＝＋－＠]")
_DELIMITERS = ",;\t|"
_TOLD = re.compile(r"sep=([,;\t|])\s*$", re.IGNORECASE)


class RowsRejected(UsageError):
    """A list that was not taken, because of these of its rows."""

    def __init__(self, name: str, rejected: list[Rejected]) -> None:
        rows = "1 row" if len(rejected) == 1 else message("{rejected} rows", rejected=len(rejected))
        first = rejected[0]
        super().__init__(
            message(
                "{rows} of {name} cannot be taken, the first in line {line}: {reason}",
                rows=rows,
                name=name,
                line=first.line,
                reason=first.reason,
            ),
            message("Nothing was changed; mend the list and give it again."),
        )
        self.rejected = tuple(rejected)


def take_list(file: PolicyFile, kind: ListKind, path: str, encoding: str | None = None) -> int:
    """Takes every row of the CSV at `path` ("-": standard input) into the policy; returns how many.

    Raises RowsRejected, naming each row that cannot be taken, and UsageError for a file that is no such list; then the
    policy on the disk is as it was, and `file` is to be thrown away.
    """
    document = Document(path, encoding=encoding)
    try:
        rows, rejected = _rows(document, kind, encoding)
    finally:
        document.close()
    good = []
    for row in rows:
        try:
            row.require_plain()
            kind.check(row)
            good.append(row)
        except IsolationError as problem:
            rejected.append(document.reject(row.line, str(problem)))
    if rejected:
        raise RowsRejected(document.name, sorted(rejected, key=lambda one: one.line))
    before = file.text()
    try:
        kind.put(file, good)
        file.check()
    except IsolationError:
        unfit = list(_unfit(document, kind, before, file.path, good))
        if not unfit:
            raise
        raise RowsRejected(document.name, unfit) from None
    return len(good)


def _unfit(document: Document, kind: ListKind, text: str, path: str, rows: list[Row]) -> Iterator[Rejected]:
    """The rows that the policy cannot take together with those before them: one by one where some of a few do not."""
    at, few = 0, len(rows)
    while at < len(rows):
        file = PolicyFile(path, text)
        try:
            kind.put(file, rows[at : at + few])
            file.check()
        except IsolationError as problem:
            if few > 1:
                few = max(1, few // 8)
                continue
            yield document.reject(rows[at].line, _sentence(problem))
        else:
            text = file.text()
        at += few
        few *= 8


def _sentence(problem: IsolationError) -> str:
    """What is wrong, without the place in a policy that was not written."""
    text = str(problem)
    if isinstance(problem, PolicyError):
        text = re.sub(r"^.*?:\d+:\d+: ", "", text, count=1)
    return text


def _rows(document: Document, kind: ListKind, told: str | None) -> tuple[list[Row], list[Rejected]]:
    encoding = encoding_of(document, told, kind.columns[:1])
    rejected = []
    lines = []
    with document.open() as stream:
        for number, line in enumerate(text_lines(stream, encoding), 1):
            if isinstance(line, BadLine):
                rejected.append(document.reject(number, line.reason))
                line = "\n"
            lines.append(line)
    header, body = _table(document, kind, lines)
    rows = []
    for line_number, cells in body:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            rejected.append(
                document.reject(
                    line_number, message("It has more cells than the {header} of the header.", header=len(header))
                )
            )
            continue
        rows.append(Row(line_number, dict(zip(header, (read_cell(cell) for cell in cells), strict=False))))
    if len(rows) > _MOST_ROWS:
        raise UsageError(
            message("{name} has more than {most_rows} rows.", name=document.name, most_rows=_MOST_ROWS), "Split it."
        )
    return rows, rejected


def _table(document: Document, kind: ListKind, lines: list[str]) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The columns, and the cells of each row with the line that it starts on."""
    said_first = [at for at, line in enumerate(lines) if line.strip()][:2]
    told = _TOLD.match(lines[said_first[0]]) if said_first else None  # Excel's own first line, `sep=;`
    if told is not None:
        del said_first[0]
    if not said_first:
        raise UsageError(
            message("{name} has no header.", name=document.name),
            message("Its columns are: {columns}.", columns=joined(", ", kind.columns)),
        )
    first = said_first[0]
    delimiter = told[1] if told is not None else max(_DELIMITERS, key=lines[first].count)
    header = [cell.strip().lower() for cell in next(csv.reader([lines[first]], delimiter=delimiter))]
    strange = [name for name in header if name not in kind.columns]
    missing = [name for name in kind.needed if name not in header]
    if strange or missing or len(set(header)) != len(header):
        said = message("names a column twice")
        if strange or missing:
            said = (
                message("names a column {strange}", strange=excerpt(strange[0]))
                if strange
                else message("has no column {missing}", missing=excerpt(missing[0]))
            )
        raise UsageError(
            message("The header of {name} {said}.", name=document.name, said=said),
            message("Its columns are: {columns}.", columns=joined(", ", kind.columns)),
        )
    return header, _records(document, lines, first + 1, delimiter)


def _records(document: Document, lines: list[str], at: int, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(iter(lines[at:]), delimiter=delimiter, strict=True)
    start = at + 1
    try:
        for cells in reader:
            yield start, cells
            start = at + reader.line_num + 1
    except csv.Error as problem:
        raise UsageError(
            message(
                "{name}, line {start}: the row is no CSV: {problem}.", name=document.name, start=start, problem=problem
            ),
            "Save the sheet as CSV again.",
        ) from None


def list_text(file: PolicyFile, kind: ListKind) -> str:
    """The policy's list as CSV, with a header."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(kind.columns)
    for row in kind.rows(file.values()):
        writer.writerow([write_cell(row.get(column, "")) for column in kind.columns])
    return out.getvalue()


def write_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def read_cell(text: str) -> str:
    """The inverse of `write_cell`."""
    return text[1:] if _QUOTED.match(text) else text


__all__ = ["LISTS", "RowsRejected", "list_text", "read_cell", "take_list", "write_cell"]
