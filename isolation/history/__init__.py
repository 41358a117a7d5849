"""Sessions that other tools logged: one file per format, one registry (`formats`), recognised by content.

    with open_import("log.csv", Mapping.parse(["account=User", "time=When"]), now=now) as source:
        for row in source.rows():
            ...  # a Session, or a Rejected with its line and reason

A file goes through `documents` (bytes), `encodings` and `lines` (text), its format's module (rows by field) and
`sessions` (one row into one session). Nothing is held but the present row.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from isolation.errors import UsageError
from isolation.history.documents import STANDARD_INPUT, Document
from isolation.history.encodings import encoding_of
from isolation.history.formats import FORMATS, module_of, recognise
from isolation.history.mapping import FIELDS, Mapping
from isolation.history.offsets import require_offsets
from isolation.history.rows import Doubt, RawRow, Rejected, ToldRow
from isolation.history.sessions import BadRow, SessionMaker
from isolation.identifiers.accounts import account_spelling, label_key
from isolation.identifiers.escape import excerpt

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from datetime import tzinfo
    from types import TracebackType

    from isolation.model import Session

_DOUBTS = 1000  # doubts kept with their lines; `doubtful` counts them all


class ImportSource:
    """One file, ready to be read: everything that would make all of it unusable was looked at when it was opened.

    `name` is what reports call it, `format` its id in `FORMATS`, `encoding` what it is read in, `fields` the mapped
    ones in the order of `FIELDS`. Of the reading under way: `line`, `doubtful` (how many cells were left out of
    their sessions), `doubts` (the first 1,000 of them) and `empty` (cells without a value, by field).
    """

    def __init__(
        self, document: Document, mapping: Mapping | None, fmt: str, encoding: str, maker: SessionMaker | None
    ) -> None:
        """Raise UsageError where the format's reader cannot use the file."""
        self._document = document
        self._reader = module_of(fmt).Reader(document, encoding, mapping)
        self._maker = maker
        self.name = document.name
        self.format = fmt
        self.encoding = encoding
        self.fields = mapping.fields if mapping is not None else ()
        self._begin()

    def __enter__(self) -> ImportSource:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file, and of the copy that was made of a pipe."""
        self._document.close()

    @property
    def bytes_total(self) -> int:
        """The file's size on disk."""
        return self._document.size

    @property
    def bytes_read(self) -> int:
        """How much of it the reading under way has taken."""
        return self._document.position

    def rows(self) -> Iterator[Session | Rejected]:
        """Every row from the first, each time it is called: a session, or why there is none."""
        self._begin()
        for row in self._reader.rows():
            self.line = row.line
            if isinstance(row, ToldRow):
                yield row.session
            else:
                yield self._session(row) if isinstance(row, RawRow) else row

    def raw_rows(self) -> Iterator[RawRow | ToldRow | Rejected]:
        """Every row as the format's reader yields it, for a look at what is mapped."""
        return self._reader.rows()

    def _begin(self) -> None:
        self.line = 0
        self.doubtful = 0
        self.doubts: list[Doubt] = []
        self.empty: Counter[str] = Counter()

    def _session(self, row: RawRow) -> Session | Rejected:
        assert self._maker is not None  # noqa: S101 - what yields raw rows was opened with a mapping
        try:
            session = self._maker.session(row.cells)
        except BadRow as error:
            return self._document.reject(row.line, str(error))
        self.empty.update(self._maker.empty)
        for field, reason in self._maker.doubts:
            self.doubtful += 1
            if len(self.doubts) < _DOUBTS:
                self.doubts.append(Doubt(self.name, row.line, field, reason))
        return session


def open_import(
    path: str | os.PathLike[str],
    mapping: Mapping | None,
    *,
    now: int,
    format: str | None = None,  # noqa: A002 - the word that users know
    zone: tzinfo | None = None,
    site: str = "",
    encoding: str | None = None,
) -> ImportSource:
    """Open a log; `-` is standard input.

    `now` is the present time (µs). A row without a time is a use at a time not known, and counted as doubtful.
    `zone` is for times without an offset, `site` the name within which private addresses tell accounts apart.
    Raises UsageError where no row of the file can be used: missing, empty, no text, of no known format or
    encoding, without a mapped column, without rows, or with times that need a zone.
    """
    site = _label(site)
    document = Document(path)
    try:
        told = encoding_of(document, encoding, mapping.columns if mapping else ())
        fmt = format or recognise(document.head.decode(told, "replace"), document.name)
        if mapping is None and (fmt not in FORMATS or FORMATS[fmt].mapped):
            known = ", ".join(excerpt(column) for column in module_of(fmt).columns(document, told)[:40])
            raise UsageError(
                f"{document.name} needs to be told which column is what; its columns are {known}.",
                "Add --map account=COLUMN --map time=COLUMN, and the others that it has.",
            )
        maker = None
        if mapping is not None:
            maker = SessionMaker(fmt, mapping.fields, zone=zone, site=site, now=now)
        source = ImportSource(document, mapping, fmt, told, maker)
        if next(source.raw_rows(), None) is None:
            raise UsageError(f"{document.name} has a header and no rows.")
        if zone is None:
            require_offsets(source.raw_rows(), document.name)
    except BaseException:
        document.close()
        raise
    return source


def _label(site: str) -> str:
    """A site's name as it is stored."""
    if not site:
        return ""
    label_key(site)
    return account_spelling(site)


__all__ = [
    "FIELDS",
    "FORMATS",
    "STANDARD_INPUT",
    "Doubt",
    "ImportSource",
    "Mapping",
    "Rejected",
    "module_of",
    "open_import",
]
