"""The formats that can be imported: one module each, known here by its id, told apart by a file's content.

A format's module has

- `recognises(head, name) -> bool`: whether a file that begins with the text `head` and is called `name` is one;
- `Reader(document, encoding, mapping)`: raises UsageError where the whole file cannot be used;
  its `rows()` starts from the beginning each time and yields `RawRow` (or `ToldRow`, where the format says itself
  what is what and no column is mapped) and `Rejected`, holding one record at once;
- `columns(document, encoding)`: the columns to map, for a message.

Adding one is its file and its line below.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

from isolation.errors import UsageError
from isolation.identifiers.escape import excerpt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.history.documents import Document
    from isolation.history.mapping import Mapping
    from isolation.history.rows import RawRow, Rejected, ToldRow


class Reader(Protocol):
    """One document being read as one format."""

    def rows(self) -> Iterator[RawRow | ToldRow | Rejected]:
        """Every record from the first, each time it is called."""


class FormatModule(Protocol):
    """What every module of a format has."""

    def recognises(self, head: str, name: str) -> bool:
        """Whether a file that begins like this is of this format."""

    def Reader(  # noqa: N802 - it is a class
        self, document: Document, encoding: str, mapping: Mapping | None
    ) -> Reader:
        """Begin to read a document."""

    def columns(self, document: Document, encoding: str) -> tuple[str, ...]:
        """The columns that a mapping can name."""


class Format(NamedTuple):
    """A format's module, what `isolation import --list` says of it, and whether columns of it have to be mapped."""

    module: str
    title: str
    mapped: bool = True


# Asked in this order: what recognises almost anything comes last.
FORMATS = {
    "ledger": Format("isolation.history.ledger_lines", "another ledger of isolation (export --all)", mapped=False),
    "jsonl": Format("isolation.history.json_lines", "JSON lines, or one JSON array; needs --map"),
    "csv": Format("isolation.history.delimited", "CSV, TSV or other delimited text with a header; needs --map"),
}


def module_of(fmt: str) -> FormatModule:
    """The module of a format; raises UsageError for an id that is none."""
    if fmt not in FORMATS:
        raise UsageError(f"{excerpt(fmt)} is no format known here.", f"Known are {', '.join(FORMATS)}.")
    return cast("FormatModule", importlib.import_module(FORMATS[fmt].module))


def recognise(head: str, name: str) -> str:
    """The id of the format that a file which begins like this is in; raises UsageError where it is none of them."""
    if not head.strip("\ufeff\0 \t\r\n"):
        raise UsageError(f"{name} has no line of text in its beginning.")
    for fmt in FORMATS:
        if module_of(fmt).recognises(head, name):
            return fmt
    raise UsageError(f"The format of {name} is not known here.", f"Name it: --as {' or --as '.join(FORMATS)}.")


__all__ = ["FORMATS", "Format", "Reader", "module_of", "recognise"]
