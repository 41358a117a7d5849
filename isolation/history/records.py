"""Logs of one product: its records as JSON in any arrangement, or as the table that its console exports.

A product's module says which records are its own and what each means; this reads them.
"""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, NamedTuple

from isolation.history import delimited
from isolation.history.json_records import first_records, json_records
from isolation.history.lines import BadLine
from isolation.history.mapping import same_name
from isolation.history.rows import Ignored, RawRow, Rejected
from isolation.history.sessions import BadRow
from isolation.messages import message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from isolation.history.documents import Document

    Record = Mapping[str, object]

_HEAD_LINES = 30  # lines of a table that are looked at for its header
_NOTHING = object()  # as opposed to null


class Product(NamedTuple):
    """One product's log.

    `name` stands in sentences. `fields` are the import fields of its rows. `is_record` tells its JSON records from
    others. `read` gives the cells of a record by field, or says in a few words what it is where it is no person's
    sign-in or act; it raises BadRow. `columns` are the tables that the product exports: of each, dotted paths within
    a record, and the names of the columns that stand there, of which the first that a table has is taken. A table
    needs all columns but those whose path has a `?`, after which stands the field that is not there without it.
    """

    name: str
    fields: tuple[str, ...]
    is_record: Callable[[Record], bool]
    read: Callable[[Record], dict[str, object] | str]
    columns: tuple[Mapping[str, tuple[str, ...]], ...] = ()


class Records:
    """The rows of one log, as often as asked."""

    def __init__(self, document: Document, encoding: str, product: Product) -> None:
        """Whatever the file holds is looked at row by row."""
        self._document = document
        self._encoding = encoding
        self._product = product
        self._table, missing = _table_of(product, document.head.decode(encoding, "replace"))
        self.fields = tuple(field for field in product.fields if field not in missing)

    def rows(self) -> Iterator[RawRow | Ignored | Rejected]:
        """Every record from the first."""
        records = self._tabled(self._table) if self._table else json_records(self._document, self._encoding)
        for line, record in records:
            if isinstance(record, Rejected):
                yield record
            elif isinstance(record, BadLine):
                yield self._document.reject(line, record.reason)
            elif isinstance(record, dict) and (self._table or self._product.is_record(record)):
                yield self._row(line, record)
            else:
                yield self._document.reject(line, message("This is no {name}.", name=self._product.name))

    def _row(self, line: int, record: Record) -> RawRow | Ignored | Rejected:
        try:
            told = self._product.read(record)
            if isinstance(told, str):
                return Ignored(line, told)
            return RawRow(line, {field: plain(told.get(field), field) for field in self.fields})
        except BadRow as problem:
            return self._document.reject(line, str(problem))

    def _tabled(self, table: dict[str, str]) -> Iterator[tuple[int, object]]:
        """The rows of a table as records; a header that stands there again, where files were put together, is none."""
        for row in delimited.Reader(self._document, self._encoding, _Columns(table)).rows():
            if isinstance(row, Rejected):
                yield row.line, row
            elif any(same_name(row.cells[path]) != column for path, column in table.items()):
                yield row.line, _nested(row.cells)


class _Columns:
    """The columns of a table as `delimited` wants them: by path, and one of them as the account's."""

    def __init__(self, table: dict[str, str]) -> None:
        columns = {"account": next(iter(table.values())), **table}
        self.fields = tuple(columns)
        self.columns = tuple(columns.values())


def log_of(*products: Product) -> tuple[Callable[[Document, str, object], Records], Callable[[str, str], bool]]:
    """What a format's module has to have for logs of a product: its `Reader` and its `recognises`.

    Of several products a log is one of the first that knows it, or else of the first.
    """

    def product_of(head: str) -> Product | None:
        return next((product for product in products if _is_log_of(product, head)), None)

    def reader(document: Document, encoding: str, mapping: object) -> Records:
        """The rows of one log. There is no mapping: the log says itself what is what."""
        head = document.head.decode(encoding, "replace")
        return Records(document, encoding, product_of(head) or products[0])

    def recognises(head: str, name: str) -> bool:
        """Whether a file that begins like this is such a log."""
        return product_of(head) is not None

    return reader, recognises


def _is_log_of(product: Product, head: str) -> bool:
    return any(map(product.is_record, first_records(head))) or bool(_table_of(product, head)[0])


def at(record: object, *path: str) -> object:
    """What stands at a path within a record, None where nothing does.

    Keys are compared without case where none is spelled so: some tools fold them. A text that holds an object, as
    audit logs like to have, is looked into.
    """
    found = _look(record, path)
    return None if found is _NOTHING else found


def _look(record: object, path: tuple[str, ...]) -> object:
    for key in path:
        if isinstance(record, str) and record.lstrip().startswith("{"):
            try:
                record = json.loads(record)
            except (ValueError, RecursionError):
                return _NOTHING
        if not isinstance(record, dict):
            return _NOTHING
        value = record.get(key, _NOTHING)
        if value is _NOTHING:
            folded = key.casefold()
            value = next((value for other, value in record.items() if other.casefold() == folded), _NOTHING)
        record = value
    return record


def first(record: object, *paths: str) -> object:
    """What stands at the first of these paths, written with slashes, that says something."""
    for path in paths:
        value = at(record, *path.split("/"))
        if value not in (None, "", "-"):
            return value
    return None


def has(record: object, *paths: str) -> bool:
    """Whether there is something at each of these paths, written with slashes; null is something."""
    return all(_look(record, tuple(path.split("/"))) is not _NOTHING for path in paths)


def plain(value: object, what: str) -> str:
    """A value as the text of a cell; raises BadRow for a list or an object, which is no value of a field."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        raise BadRow(
            message(
                "The {what} is {which}, not a text.",
                what=what,
                which=message("a list") if isinstance(value, list) else message("an object"),
            )
        )
    return str(value)


def word(value: object) -> str:
    """A plain value trimmed and in lower case, to be compared; "" for others."""
    return "" if isinstance(value, list | dict) else plain(value, "").strip().casefold()


def named_values(pairs: object, name: str = "Name", value: str = "Value") -> dict[str, object]:
    """What lists like `[{"Name": "OS", "Value": "Windows"}]` hold, by name."""
    if not isinstance(pairs, list):
        return {}
    return {word(at(pair, name)): at(pair, value) for pair in pairs if word(at(pair, name))}


def _nested(cells: Mapping[str, str]) -> dict[str, object]:
    """A table's row as the record that it stands for."""
    record: dict[str, object] = {}
    for path, cell in cells.items():
        *folders, name = path.partition("?")[0].split(".")
        inner: Any = record
        for folder in folders:
            inner = inner.setdefault(folder, {})
        inner[name] = cell
    return record


def _table_of(product: Product, head: str) -> tuple[dict[str, str], set[str]]:
    """The table that a file which begins like this is: the column of each path, and the fields that it has not.

    There are no columns where it is none of the product's tables.
    """
    if not product.columns or head.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        return {}, set()
    for line in [line for line in head.removeprefix("\ufeff").splitlines() if line.strip()][:_HEAD_LINES]:
        for delimiter in delimited.USUAL:
            known = {_folded(cell): same_name(cell) for cell in reversed(_cells(line, delimiter))}
            for columns in product.columns:
                table = _matched(columns, known)
                if table:
                    return table, {path.partition("?")[2] for path in columns.keys() - table.keys()}
    return {}, set()


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _matched(columns: Mapping[str, tuple[str, ...]], known: Mapping[str, str]) -> dict[str, str]:
    table = {}
    for path, names in columns.items():
        column = next((known[folded] for name in names if (folded := _folded(name)) in known), None)
        if column is not None:
            table[path] = column
        elif "?" not in path:
            return {}
    return table


def _folded(name: str) -> str:
    """A column's name without case, spaces and signs: exports of different years spell them differently."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())


__all__ = ["Product", "Records", "at", "first", "has", "log_of", "named_values", "plain", "word"]
