"""Sessions that other tools logged: one file per format, one registry (`formats`), recognised by content.

    with open_import("log.csv", Mapping.parse(["account=User", "time=When"]), now=now) as source:
        for row in source.rows():
            ...  # a Session, or a Rejected with its line and reason

A file goes through `documents` (bytes), `encodings` and `lines` (text), its format's module (rows by field) and
`sessions` (one row into one session). Nothing is held but the present row.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from isolation.errors import UsageError
from isolation.history.copies import STANDARD_INPUT, Copies
from isolation.history.dates import dates_of, require_unconverted, settled_order
from isolation.history.documents import Document
from isolation.history.encodings import CODE_PAGES, encoding_of
from isolation.history.formats import FORMATS, module_of, recognise
from isolation.history.half_converted import Converted
from isolation.history.mapping import FIELDS, Mapping
from isolation.history.offsets import require_offsets, surely_have_offsets
from isolation.history.rows import Close, Doubt, Ignored, Lease, RawClose, RawRow, Rejected, Scan, ToldRow
from isolation.history.sessions import AHEAD, BadRow, SessionMaker
from isolation.identifiers.accounts import account_spelling, label_key
from isolation.identifiers.escape import excerpt
from isolation.messages import joined, message
from isolation.times import format_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import tzinfo
    from types import TracebackType
    from typing import TypeAlias

    from isolation.history.formats import Format, Reader
    from isolation.model import Session

    Raw: TypeAlias = RawRow | RawClose | ToldRow | Lease | Scan | Ignored | Rejected

_AHEAD_LEASE = message(
    "The lease would begin in the future, {begin}. Where the router's leases are longer than an hour, say how long"
    " they are: --lease-time 12h."
)
_AHEAD_SCAN = message("The access point would be seen in the future, {begin}.")
_DOUBTS = 1000  # doubts kept with their lines; `doubtful` counts them all


class Unmapped(UsageError):
    """Tables whose columns somebody must map; `files` are their paths as named, each with the file of an archive."""

    def __init__(self, files: Iterable[tuple[str, str]], message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.files = tuple(files)


class ImportSource:
    """One file, ready to be read: everything that would make all of it unusable was looked at when it was opened.

    `name` is what reports call it, `format` its id in `FORMATS`, `encoding` what it is read in, `fields` those
    that its rows have, in the order of `FIELDS`. Of the reading under way: `line`, `doubtful` (how many cells were
    left out of their sessions), `doubts` (the first 1,000 of them), `empty` (cells without a value, by field) and
    `ignored` (records that are no sign-in, by what they are).
    """

    def __init__(
        self,
        document: Document,
        fmt: str,
        encoding: str,
        reader: Reader,
        maker: SessionMaker | None,
        site: str,
        latest: int,
    ) -> None:
        """`maker` makes the sessions of a reader that has fields; no lease begins after `latest` (µs)."""
        self.site = site
        self._latest = latest
        self._document = document
        self._reader = reader
        self._maker = maker
        self.name = document.name
        self.format = fmt
        self.encoding = encoding
        self.guessed = False  # whether the encoding is only likely, by how its letters read
        self.fields = reader.fields
        # What a row says even where it says nothing there; of a log whose records tell parts of a session, nothing.
        self.mapped = () if FORMATS[fmt].near else reader.fields
        self.near = FORMATS[fmt].near
        self.date_order = ""  # how dates like 03/04/2026 are read, where there are any
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

    def rows(self) -> Iterator[Session | Lease | Scan | Close | Rejected]:
        """Every row from the first, each time it is called: what it is (a session, a lease, …), or why it is none."""
        for row in self.begin():
            taken = self.take(row)
            if taken is not None:
                yield taken

    def begin(self) -> Iterator[Raw]:
        """Begins to read: every row as the format's reader yields it, each of which is to be taken."""
        self._begin()
        return self._reader.rows()

    def take(self, row: Raw) -> Session | Lease | Scan | Close | Rejected | None:
        """What a row is, or why it is none; None for one that is only counted."""
        self.line = row.line
        if isinstance(row, RawRow | RawClose):
            if row.actor and self._maker is not None and self._maker.presence:
                self.ignored[
                    row.actor if isinstance(row, RawRow) else message("logoff of a {actor}", actor=row.actor)
                ] += 1
                return None
            return self._session(row) if isinstance(row, RawRow) else self._close(row)
        if isinstance(row, ToldRow):
            return row.session
        if isinstance(row, Lease | Scan):
            return self._in_time(row)
        if isinstance(row, Rejected):
            return row
        self.ignored[row.what] += 1
        return None

    def again(self, row: RawRow) -> Session:
        """The session of a row that was taken elsewhere, with nothing doubtful about it."""
        assert self._maker is not None  # noqa: S101 - as of raw rows
        return self._maker.session(row.cells, row.connection)

    @property
    def recipe(self) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
        """The arguments that make what makes the sessions of its rows; None where rows are sessions themselves."""
        return None if self._maker is None else self._maker.recipe

    def raw_rows(self) -> Iterator[Raw]:
        """Every row as the format's reader yields it, for a look at what is mapped."""
        return self._reader.rows()

    def _begin(self) -> None:
        self.line = 0
        self.doubtful = 0
        self.doubts: list[Doubt] = []
        self.empty: Counter[str] = Counter()
        self.ignored: Counter[str] = Counter()

    def _in_time(self, row: Lease | Scan) -> Lease | Scan | Rejected:
        """The lease or scan, unless it begins later than now, which nobody can know."""
        begin, ahead = (row.begin, _AHEAD_LEASE) if isinstance(row, Lease) else (row.time, _AHEAD_SCAN)
        if begin <= self._latest:
            return row
        return self._document.reject(row.line, message(ahead, begin=format_time(begin)))

    def _close(self, row: RawClose) -> Close | Rejected:
        assert self._maker is not None  # noqa: S101 - as of raw rows
        try:
            return Close(row.line, row.connection, self._maker.moment(row.time, "time"))
        except BadRow as error:
            return self._document.reject(row.line, str(error))

    def _session(self, row: RawRow) -> Session | Rejected:
        assert self._maker is not None  # noqa: S101 - what yields raw rows has fields
        try:
            session = self._maker.session(row.cells, row.connection)
        except BadRow as error:
            return self._document.reject(row.line, str(error))
        self.empty.update(self._maker.empty)
        for field, reason in self._maker.doubts:
            self.doubtful += 1
            if len(self.doubts) < _DOUBTS:
                self.doubts.append(Doubt(self.name, row.line, field, reason))
        return session


class _Told(NamedTuple):
    """What a person or a program says of a log, as in `open_import`."""

    now: int
    format: str | None
    zone: tzinfo | None
    site: str
    encoding: str | None
    user_as: str
    date_order: str
    mixed_dates: str
    year: str
    lease_time: str


def open_import(
    path: str | os.PathLike[str],
    mapping: Mapping | None,
    *,
    now: int,
    format: str | None = None,  # noqa: A002 - the word that users know
    zone: tzinfo | None = None,
    site: str = "",
    encoding: str | None = None,
    user_as: str = "operator",
    date_order: str = "",
    mixed_dates: str = "",
    member: str = "",
    copies: Copies | None = None,
    year: str = "",
    lease_time: str = "",
) -> ImportSource:
    """Open a log; `-` is standard input, `copies` what a run has of it and of pipes.

    `now` is the present time (µs). A row without a time is a use at a time not known, and counted as doubtful.
    `zone` is for times without an offset, `site` the name within which private addresses tell accounts apart.
    `year` is for times without one: `2026`, or `2025-2026` for a log that runs over New Year.
    `lease_time` is how long a router gives its leases (`12h`), for files that say only when they end.
    `user_as` says whose name a workforce log has: `operator`, so that its rows are presences and no uses, or `account`.
    `member` names a file within the ZIP archive at `path`.
    `date_order` is for dates like 03/04/2026: one of `dates.ORDERS`; left out, the log itself must settle it.
    `mixed_dates` is for columns that a spreadsheet has probably converted by halves: one of `half_converted.ANSWERS`.
    Raises UsageError where no row of the file can be used: missing, empty, no text, of no known format or
    encoding, without a mapped column, without rows, or with times that need a zone.
    """
    told = _Told(now, format, zone, _label(site), encoding, user_as, date_order, mixed_dates, year, lease_time)
    document = Document(path, member, encoding, copies)
    try:
        return _opened(document, (os.fspath(path), member), mapping, told)
    except BaseException:
        document.close()
        raise


def _opened(document: Document, file: tuple[str, str], mapping: Mapping | None, told: _Told) -> ImportSource:
    encoding = encoding_of(document, told.encoding, mapping.columns if mapping else ())
    fmt = told.format or recognise(
        document.head.decode(encoding, "replace"), document.name, with_mapping=mapping is not None
    )
    module, form = module_of(fmt), FORMATS[fmt]
    if form.beside:
        mapping = None  # it is for the other files of the run
    _require_mapping(form, mapping, file, document.name, lambda: module.columns(document, encoding))
    reader: Reader = module.Reader(document, encoding, mapping, **_told_by_people(document.name, form, told))
    maker, order = None, told.date_order
    if reader.fields:
        if not form.zoned:
            reader, order = _dated(document, reader, told)
        presence = form.workforce and told.user_as != "account"
        maker = SessionMaker(
            fmt, reader.fields, zone=told.zone, site=told.site, now=told.now, presence=presence, order=order,
            parts=form.near > 0,
        )  # fmt: skip
    source = ImportSource(document, fmt, encoding, reader, maker, told.site, told.now + AHEAD)
    source.date_order = order
    source.guessed = told.encoding is None and encoding in CODE_PAGES
    if next(source.raw_rows(), None) is None:
        raise UsageError(message("{name} has a header and no rows.", name=document.name))
    if told.zone is None and not form.zoned and not _have_offsets(reader, order):
        require_offsets(source.raw_rows(), document.name, order)
    return source


def _require_mapping(
    form: Format, mapping: Mapping | None, file: tuple[str, str], name: str, columns: Callable[[], Iterable[str]]
) -> None:
    """Raises UsageError for a mapping that a format has no use for, Unmapped where it needs one."""
    if mapping is not None and not form.mapped:
        raise UsageError(
            message("{name} is {title}, and says itself what is what.", name=name, title=form.title),
            "Leave out --map; or read it as any other table or JSON lines, with --as csv or --as jsonl.",
        )
    if mapping is None and form.mapped:
        raise Unmapped(
            [file],
            message(
                "{name} needs to be told which column is what; its columns are {known}.",
                name=name,
                known=joined(", ", [excerpt(column) for column in list(columns())[:40]]),
            ),
            "Add --map account=COLUMN --map time=COLUMN, and the others that it has.",
        )


def _have_offsets(reader: Reader, order: str) -> bool:
    """Whether a short look at a table shows that no time of it needs a zone."""
    column = getattr(reader, "column", None)
    if order or column is None:
        return False
    return all(surely_have_offsets(column(field)) for field in ("time", "end") if field in reader.fields)


def _dated(document: Document, reader: Reader, told: _Told) -> tuple[Reader, str]:
    """The reader with its dates as they are meant, and the order of those in figures. Raises UndecidedDates."""
    dates = dates_of(reader.rows())
    order = told.date_order or settled_order(dates, document.name)
    if not told.mixed_dates:
        require_unconverted(dates, document.name)
    elif told.mixed_dates != "as-written" and dates.half_converted:
        reader = Converted(reader, dates.half_converted, told.mixed_dates, document.reject)
    return reader, order


def _told_by_people(name: str, form: Format, told: _Told) -> dict[str, Any]:
    """What a format's reader is to be told that no file says. Raises UsageError where a place needs its name."""
    if form.placed and not told.site:
        raise UsageError(
            message("{name} tells of addresses that mean something at one place only.", name=name),
            "Name it: --site home.",
        )
    clock: dict[str, Any] = {"year": told.year, "zone": told.zone} if form.clocked else {}
    return {**clock, "lease_time": told.lease_time} if form.placed else clock


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
    "Close",
    "Copies",
    "Doubt",
    "Ignored",
    "ImportSource",
    "Lease",
    "Mapping",
    "Rejected",
    "Scan",
    "Unmapped",
    "module_of",
    "open_import",
]
