"""JSON: one object on each line, or one array of objects. A column is a key, or a dotted path to a nested one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from isolation.errors import UsageError
from isolation.history.json_array import DECODER, elements
from isolation.history.lines import BadLine, text_lines, text_pieces
from isolation.history.mapping import no_such_column
from isolation.history.rows import RawRow
from isolation.messages import known, message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.history.documents import Document
    from isolation.history.mapping import Mapping
    from isolation.history.rows import Rejected

_KNOWN = 200  # columns collected for a message
_DEEPEST = 4  # keys in a dotted path that a message names
_NAMES = ("account", "operator")  # fields that take any text: a list must not become one
_BLANK = "\ufeff \t\r\n"
_ABSENT = object()  # a path that leads nowhere, as opposed to one that leads to null


class Reader:
    """The objects of one file, as often as asked."""

    def __init__(self, document: Document, encoding: str, mapping: Mapping) -> None:
        """Look for the mapped columns; raises UsageError where no object has one of them."""
        self.fields = mapping.fields
        self._document = document
        self._encoding = encoding
        self._paths = tuple(
            (field, column, tuple(column.split(".")))
            for field, column in zip(mapping.fields, mapping.columns, strict=True)
        )
        self._require_columns()

    def rows(self) -> Iterator[RawRow | Rejected]:
        """Every object; empty lines are none."""
        for line, value in values(self._document, self._encoding):
            if isinstance(value, BadLine):
                yield self._document.reject(line, value.reason)
            elif isinstance(value, dict):
                yield self._row(line, value)
            else:
                yield self._document.reject(line, message("This is {kind}, not a JSON object.", kind=_kind(value)))

    def _row(self, line: int, record: dict[str, object]) -> RawRow | Rejected:
        cells: dict[str, str] = {}
        for field, column, path in self._paths:
            value = _found(record, column, path)
            if isinstance(value, list | dict) and field in _NAMES:
                return self._document.reject(
                    line, message("The {field} is {kind}, not a text.", field=field, kind=_kind(value))
                )
            cells[field] = _text(value)
        return RawRow(line, cells)

    def _require_columns(self) -> None:
        """Read until every mapped column was met once: an optional key may come late."""
        missing = {column: path for _, column, path in self._paths}
        known: dict[str, None] = {}
        for record in _objects(self._document, self._encoding):
            missing = {column: path for column, path in missing.items() if _found(record, column, path) is _ABSENT}
            if not missing:
                return
            if len(known) < _KNOWN:
                known.update(dict.fromkeys(_columns(record)))
        if not known:
            raise UsageError(
                message("{name} holds no JSON object that can be read.", name=self._document.name),
                "Import one object on each line, or one array of objects.",
            )
        raise no_such_column(self._document.name, list(missing), list(known))


def recognises(head: str, name: str) -> bool:
    """Whether a file that begins like this holds JSON objects."""
    start = head.lstrip(_BLANK)
    return start.startswith("{") or (start.startswith("[") and start[1:].lstrip()[:1] in ("{", "]"))


def columns(document: Document, encoding: str) -> tuple[str, ...]:
    """The columns of the first object, for a message."""
    return tuple(_columns(next(_objects(document, encoding), {})))


def values(document: Document, encoding: str) -> Iterator[tuple[int, object]]:
    """Each value with the line that it starts on (from 1), numbers as texts; a BadLine for what cannot be read."""
    is_array = document.head.decode(encoding, "replace").lstrip(_BLANK).startswith("[")
    with document.open() as stream:
        if is_array:
            yield from elements(text_pieces(stream, encoding))
            return
        for number, line in enumerate(text_lines(stream, encoding), 1):
            if isinstance(line, BadLine):
                yield number, line
            elif line.strip():
                yield number, _parsed(line)


def _objects(document: Document, encoding: str) -> Iterator[dict[str, object]]:
    return (value for _, value in values(document, encoding) if isinstance(value, dict))


def _parsed(line: str) -> object:
    try:
        return DECODER.decode(line)
    except json.JSONDecodeError as error:
        return BadLine(
            message("The line is not valid JSON: {why}, at character {pos}.", why=known(error.msg), pos=error.pos + 1)
        )
    except RecursionError:
        return BadLine(message("The JSON on this line is nested too deeply."))


def _found(record: dict[str, object], column: str, path: tuple[str, ...]) -> object:
    """What a column holds: the key of that very name, or where its dots lead (a number counts into a list, from 0)."""
    if column in record or len(path) == 1:
        return record.get(column, _ABSENT)
    value: object = record
    for key in path:
        if isinstance(value, dict):
            value = value.get(key, _ABSENT)
        elif isinstance(value, list) and key.isdecimal() and key.isascii() and int(key[:9]) < len(value):
            value = value[int(key)]
        else:
            return _ABSENT
    return value


def _columns(record: dict[str, object], depth: int = 1) -> Iterator[str]:
    """The dotted paths to what an object holds."""
    for key, value in record.items():
        if isinstance(value, dict) and depth < _DEEPEST:
            yield from (f"{key}.{path}" for path in _columns(value, depth + 1))
        else:
            yield key


def _text(value: object) -> str:
    """A value as the text that a cell would have; numbers are texts already."""
    if isinstance(value, str):
        return value
    if value is None or value is _ABSENT:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)


def _kind(value: object) -> str:
    """A JSON value's kind with its article; numbers come as text, so a text may be one."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else message("an object")
    return message("a single value")


__all__ = ["Reader", "columns", "recognises", "values"]
