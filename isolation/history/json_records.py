"""The records of a JSON log in whatever arrangement it comes, one at a time, with the line that each starts on.

Read are one object on each line, objects over several lines, arrays, and the answers of web services, which are an
object with the records in a list (`{"value": [...]}`, `{"items": [...]}`) or in tables of columns and rows (Azure);
and any of these one after the other, as they come when files are put together. Only one record is in memory.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from isolation.history.json_array import Window
from isolation.history.lines import BadLine, text_pieces
from isolation.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.history.documents import Document

    Numbered = tuple[int, object]

# Lists of records: Microsoft Graph, Google Reports, AWS CloudTrail, Azure Monitor, and others.
_LISTS = "value|items|Records|records|Resources|entries|data|authlogs|activity_logs|results"
_PLAIN = r'"(?:[^"\\]|\\.)*+"|-?[0-9.eE+-]+|true|false|null'
# Plain members may stand before the list, and what services say of the answer itself; whatever else does makes the
# object a record.
_OF_ANSWERS = r'"(?:status|pagination|paging|links|meta|response_metadata)"\s*:\s*\{[^{}\[\]]*\}'
_BEFORE = rf'(?:"[^"\\]*"\s*:\s*(?:{_PLAIN})|{_OF_ANSWERS})\s*,\s*'
# Duo puts its list into one more object.
_ANSWER = re.compile(
    rf'\{{\s*(?:{_BEFORE})*+(?:(?P<inner>"response"\s*:\s*\{{\s*)"authlogs"|"(?:{_LISTS})")\s*:\s*\[(?=\s*[\{{\]])'
)
# https://learn.microsoft.com/azure/azure-monitor/logs/api/response-format, read 2026-11.
_NAME = r'"name"\s*:\s*"[^"\\]*"'
_TABLES = re.compile(rf'\{{\s*(?:{_BEFORE})*+"tables"\s*:\s*\[(?=\s*\{{\s*(?:{_NAME}\s*,\s*)?"columns"\s*:)')
_TABLE = re.compile(
    rf'\{{\s*(?:{_NAME}\s*,\s*)?"columns"\s*:\s*'
    r'(?P<columns>\[\s*(?:\{[^{}\[\]]*\}\s*,?\s*)*+\])\s*,\s*"rows"\s*:\s*\['
)
_STARTS = "{["
_MOST = 20  # records that tell what a file is


def json_records(document: Document, encoding: str) -> Iterator[Numbered]:
    """Every record; a BadLine saying why where one cannot be read. Numbers come as text."""
    with document.open() as stream:
        yield from records_of(text_pieces(stream, encoding))


def first_records(head: str) -> list[dict[str, object]]:
    """The first records of a text that may be cut off; empty where it is no JSON."""
    if head.lstrip("\ufeff \t\r\n")[:1] not in tuple(_STARTS):
        return []
    found = []
    for _, record in records_of(iter([head.removeprefix("\ufeff")])):
        if isinstance(record, dict):
            found.append(record)
        if len(found) == _MOST:
            break
    return found


def records_of(pieces: Iterator[str]) -> Iterator[Numbered]:
    """The records of a text in pieces."""
    window = Window(pieces)
    while sign := window.next_sign():
        if sign == "{" and (tables := window.match(_TABLES)) is not None:
            window.pass_over(len(tables[0]))
            yield from _tabled(window)
            continue
        answer = window.match(_ANSWER) if sign == "{" else None
        if answer is not None or sign == "[":
            window.pass_over(len(answer[0]) if answer is not None else 1)
            yield from _listed(window)
            if answer is not None:
                yield from _rest(window)
                if answer["inner"]:
                    yield from _rest(window)
            continue
        line = window.line
        record = window.value() if sign == "{" else BadLine(message("No JSON object begins here."))
        yield line, record
        if isinstance(record, BadLine) and not window.pass_to_line(_STARTS):
            return


def _listed(window: Window) -> Iterator[Numbered]:
    """The elements of a list whose bracket is passed over, and the bracket that ends it."""
    while (sign := window.next_sign()) not in ("]", ""):
        line = window.line
        record = window.element()
        yield line, record
        sign = window.next_sign()
        if sign == ",":
            window.pass_over(1)
        elif sign not in ("]", ""):
            yield (
                window.line,
                BadLine(message("A comma is missing in the list here; what follows on this line was not read.")),
            )
            window.pass_to_line(_STARTS)
            return
    if not sign:
        yield window.line, BadLine(message("The file ends before its list does; the records above were read."))
    window.pass_over(len(sign))


def _tabled(window: Window) -> Iterator[Numbered]:
    """The rows of an answer's tables, each as a record by the names of the columns; its bracket is passed over."""
    while window.next_sign() == "{" and (table := window.match(_TABLE)) is not None:
        columns = _columns(table["columns"])
        window.pass_over(len(table[0]))
        for line, row in _listed(window):
            if isinstance(row, list) and len(row) == len(columns):
                yield line, dict(zip(columns, row, strict=True))
            else:
                yield line, row if isinstance(row, BadLine) else BadLine(message("The row is not one of its table."))
        yield from _rest(window)
        if window.next_sign() == ",":
            window.pass_over(1)
    if window.next_sign() == "]":
        window.pass_over(1)
        yield from _rest(window)
    else:
        yield window.line, BadLine(message("The tables do not end here as they should; what follows was not read."))
        window.pass_to_line(_STARTS)


def _columns(text: str) -> list[str]:
    """The names of a table's columns; none where they cannot be read, so that none of its rows can be either."""
    try:
        return [str(column.get("name")) for column in json.loads(text)]
    except ValueError:
        return []


def _rest(window: Window) -> Iterator[Numbered]:
    """Passes over what an answer has after its list of records."""
    while (sign := window.next_sign()) == ",":
        window.pass_over(1)
        window.next_sign()
        window.element()  # the member's name
        if window.next_sign() == ":":
            window.pass_over(1)
            window.next_sign()
            window.element()
    if sign == "}":
        window.pass_over(1)
    else:
        yield window.line, BadLine(message("The object that holds the records does not end here as it should."))
        window.pass_to_line(_STARTS)


__all__ = ["first_records", "json_records", "records_of"]
