"""Which column of an unknown table is probably what: by its name, and by whether its values can be that.

It is only ever a proposal. Names decide where there are any; a column without a known name is proposed where its
values can hardly be anything else: addresses, MAC addresses, moments.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from isolation.errors import BadIdentifier
from isolation.history.column_names import rank
from isolation.history.dates import ORDERS, year_first
from isolation.history.documents import Document
from isolation.history.encodings import encoding_of
from isolation.history.formats import module_of, recognise
from isolation.history.mapping import FIELDS, Mapping
from isolation.history.rows import RawRow
from isolation.history.words import CHANNELS, SUCCESS, is_nothing
from isolation.identifiers.accounts import account_spelling
from isolation.identifiers.addresses import parse_address
from isolation.identifiers.canonical import canonical_value
from isolation.identifiers.macs import parse_mac
from isolation.times import BadTime, parse_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    from isolation.history.copies import Copies

    File: TypeAlias = tuple[str, str]

_LOOKED_AT = 500  # rows whose values are looked at
_SHOWN = 3
_ENOUGH = 0.8  # the share of a column's values that must be what its field holds
_ENOUGH_BY_NAME = 0.5  # the same where its name says so
_ORDER = (
    "time", "end", "gateway_mac", "bssid", "hardware_mac", "local_ip", "public_ip", "ssid", "account", "operator",
    "device_id", "channel", "success", "record",
)  # fmt: skip


class Table(NamedTuple):
    """An unknown table: its file and format, the sheet ("" for the only one), its columns and their first values."""

    file: str
    format: str
    sheet: str
    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]


class Proposal(NamedTuple):
    """What a table could mean: column by field, and whether its times need a zone. `files` are read so, each a path
    and the file of an archive.
    """

    table: Table
    columns: dict[str, str]
    needs_zone: bool
    files: tuple[File, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The required fields for which no column was found."""
        return tuple(field for field in ("account", "time") if field not in self.columns)

    def sample(self) -> list[dict[str, str]]:
        """The first rows by field."""
        return [{field: row[column] for field, column in self.columns.items()} for row in self.table.rows[:_SHOWN]]

    def changed(self, field: str, column: str) -> Proposal:
        """The same with another column for a field, or none where `column` is ""."""
        columns = {one: name for one, name in self.columns.items() if one != field and name != column}
        if column:
            columns[field] = column
        ordered = {one: columns[one] for one in FIELDS if one in columns}
        return self._replace(columns=ordered, needs_zone=_needs_zone(self.table, ordered))


def proposals_for(
    files: Iterable[File], *, copies: Copies | None = None, encoding: str | None = None, sheet: str = ""
) -> list[Proposal]:
    """What files that have to be mapped could mean: one proposal for all that have the same columns, those first of
    which most fields are found, then those of most files. Raises UsageError as `open_import` does.
    """
    alike: dict[tuple[str, tuple[str, ...]], list[tuple[File, Table]]] = {}
    for file in files:
        tables = read_tables(*file, copies=copies, encoding=encoding, sheet=sheet)
        # Of a workbook each sheet that can be read is one; the others are notes, where any can.
        for table in [one for one in tables if not _proposal(one).missing] or [propose(tables).table]:
            alike.setdefault((table.sheet, table.columns), []).append((file, table))
    found = []
    for group in alike.values():
        rows = [row for _, table in group for row in table.rows]
        every = max(1, len(rows) // _LOOKED_AT)  # of each of the files some
        proposal = _proposal(group[0][1]._replace(rows=(*rows[::every],)))
        found.append(proposal._replace(files=tuple(file for file, _ in group)))
    return sorted(found, key=lambda one: (len(one.missing), -len(one.columns), -len(one.files)))


def read_tables(
    path: str, member: str = "", *, copies: Copies | None = None, encoding: str | None = None, sheet: str = ""
) -> list[Table]:
    """The tables of a file that has to be mapped: one, or one for each sheet that has a header.

    Raises UsageError as `open_import` does where the file cannot be read.
    """
    document = Document(path, member, encoding, copies)
    try:
        told = encoding_of(document, encoding)
        fmt = recognise(document.head.decode(told, "replace"), document.name, with_mapping=True)
        module = module_of(fmt)
        if fmt != "xlsx":
            return [_table(document, fmt, told, "", module.columns(document, told))]
        from isolation.history.workbook import tables

        layouts = tables(document)
        chosen = [one for one in layouts if not sheet or one.sheet == sheet] or layouts
        return [_table(document, fmt, told, one.sheet if len(layouts) > 1 else "", one.columns) for one in chosen]
    finally:
        document.close()


def _table(document: Document, fmt: str, encoding: str, sheet: str, columns: Sequence[str]) -> Table:
    once = tuple(name for name in dict.fromkeys(columns) if name and list(columns).count(name) == 1)
    if not once:
        return Table(document.name, fmt, sheet, (), ())
    reader = module_of(fmt).Reader(document, encoding, Mapping.of_columns(once, sheet))
    found = (row.cells for row in reader.rows() if isinstance(row, RawRow))
    return Table(document.name, fmt, sheet, once, tuple(islice(found, _LOOKED_AT)))


def propose(tables: Sequence[Table]) -> Proposal:
    """The proposal for the table of which most fields are found."""
    return max(map(_proposal, tables), key=lambda one: (-len(one.missing), len(one.columns)))


def _proposal(table: Table) -> Proposal:
    columns: dict[str, str] = {}
    for by_name in (True, False):
        for field in _ORDER:
            if field not in columns:
                best = _best(table, field, [name for name in table.columns if name not in columns.values()], by_name)
                if best:
                    columns[field] = best
    ordered = {field: columns[field] for field in FIELDS if field in columns}
    return Proposal(table, ordered, _needs_zone(table, ordered))


def _best(table: Table, field: str, free: Sequence[str], by_name: bool) -> str:
    """Of the columns that are free, the one that is likeliest this field, or ""."""
    if by_name:
        ranked = sorted((rank(field, name), name) for name in free if rank(field, name) >= 0)
        return next((name for _, name in ranked if _share(table, name, _FITS[field]) >= _ENOUGH_BY_NAME), "")
    if field in ("time", "public_ip", "hardware_mac"):
        return next((name for name in free if _share(table, name, _FITS[field]) >= _ENOUGH), "")
    if field == "account":
        names = [name for name in free if _share(table, name, _is_word) >= _ENOUGH]
        return min(names, key=lambda name: _variety(table, name), default="")
    return ""


def _values(table: Table, column: str) -> list[str]:
    return [row[column] for row in table.rows if not is_nothing(row[column])]


def _share(table: Table, column: str, fits: Callable[[str], bool]) -> float:
    values = _values(table, column)
    return sum(map(fits, values)) / len(values) if values else 0.0


def _variety(table: Table, column: str) -> float:
    """How far a column's values are all different; accounts come again, and there are several."""
    values = _values(table, column)
    return len(set(values)) / len(values) if len(set(values)) > 1 else 2.0


def _is_time(text: str) -> bool:
    return any(_reads(parse_time, year_first(text, order)) for order in ORDERS)


def _is_naive(text: str) -> bool:
    try:
        parse_time(text)
    except BadTime as problem:
        return problem.naive
    return False


def _reads(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except BadTime as problem:
        return problem.naive
    except BadIdentifier:
        return False
    return True


def _is_word(text: str) -> bool:
    """Whether a text may name an account and is nothing plainer: a number, a moment, an address."""
    folded = text.strip().casefold()
    plain = not text.strip("0123456789.,+- ") or _reads(parse_mac, text) or folded in SUCCESS or folded in CHANNELS
    return not plain and len(text) <= 64 and _is_name(text)


def _is_name(text: str) -> bool:
    return _reads(account_spelling, text) and not _is_time(text) and not _reads(parse_address, text)


_FITS: dict[str, Callable[[str], bool]] = {
    "account": _is_name,
    "operator": _is_name,
    "time": _is_time,
    "end": _is_time,
    "public_ip": lambda text: _reads(parse_address, text),
    "local_ip": lambda text: _reads(parse_address, text),
    "gateway_mac": lambda text: _reads(parse_mac, text),
    "bssid": lambda text: _reads(parse_mac, text),
    "hardware_mac": lambda text: _reads(parse_mac, text),
    "device_id": lambda text: _reads(lambda value: canonical_value("device_id", value), text),
    "ssid": lambda text: _reads(lambda value: canonical_value("ssid", value), text),
    "channel": lambda text: text.strip().casefold() in CHANNELS,
    "success": lambda text: text.strip().casefold() in SUCCESS,
    "record": lambda text: len(text) <= 128,
}


def _needs_zone(table: Table, columns: dict[str, str]) -> bool:
    moments = [columns[field] for field in ("time", "end") if field in columns]
    return any(
        _is_naive(year_first(text, order)) for column in moments for text in _values(table, column) for order in ORDERS
    )


__all__ = ["Proposal", "Table", "proposals_for", "propose", "read_tables"]
