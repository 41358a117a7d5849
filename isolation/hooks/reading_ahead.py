"""Reading a long log in a helper process: it makes sessions of rows and works out what they come to, a lot ahead.

Nothing depends on it: what it does not answer, and every row about which there is something to say, is read here.
"""

from __future__ import annotations

import pickle
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache, partial
from itertools import islice
from operator import itemgetter
from threading import Event
from typing import TYPE_CHECKING

from isolation.errors import IsolationError, KeyUnavailable
from isolation.history.rows import RawRow
from isolation.history.sessions import OWN_FIELDS, BadRow, SessionMaker
from isolation.ledger.prepared import AlikeRows, PreparedRow, check_times, checked_row
from isolation.ledger.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, TypeAlias

    from isolation.history import ImportSource
    from isolation.history.rows import Close, Lease, Rejected, Scan
    from isolation.ledger import Ledger
    from isolation.ledger.helping import Helper
    from isolation.ledger.prepared import Packed
    from isolation.model import Session

    Taken: TypeAlias = Session | PreparedRow | Lease | Scan | Close | Rejected
    Read: TypeAlias = tuple[list[Packed | None], dict[str, int]]

_GREETING_SECONDS = 2.0
_MOST_ALIKE = 1 << 13  # of some two thousand bytes each
_MOST_LOTS = 12  # of some hundred kilobytes each
_LOTS = 4  # asked for before the first has to be there: so the helper has work while a slice is written to disk
READING = "isolation.hooks.reading_ahead"  # what a helper is started for


class RowReader:
    """Reads the rows of one log under one index key: what a helper process is asked for."""

    def __init__(self, recipe: bytes, mapped: tuple[str, ...], key: bytes) -> None:
        """`recipe` are the arguments of the log's `SessionMaker`, pickled."""
        arguments, named = pickle.loads(recipe)  # noqa: S301 - from the process that started this one
        self._maker = SessionMaker(*arguments, **named)
        self._fields: tuple[str, ...] = arguments[1]
        self._mapped = mapped
        self._terms = Terms(key)
        self._key = key
        self._row: dict[str, str] = {}  # that is being read
        self._alike = lru_cache(_MOST_ALIKE)(self._learn)
        self._common = _getter([at for at, field in enumerate(self._fields) if field not in OWN_FIELDS])

    def read(self, rows: list[tuple[str, ...]]) -> Read:
        """What each row, given by its cells, comes to, None where it is to be read again; and the empty cells."""
        empty: dict[str, int] = {}
        return [self._read(cells, empty) for cells in rows], empty

    def _read(self, cells: tuple[str, ...], empty: dict[str, int]) -> Packed | None:
        maker = self._maker
        self._row = row = dict(zip(self._fields, cells, strict=True))
        try:
            alike, lacks = self._alike(self._common(cells))
            begin, end, record = maker.own(row)
            if maker.doubts:
                return None
            check_times(begin, end)
            packed = alike.packed(begin, end, record)
        except (BadRow, IsolationError):
            return None
        for field in lacks:
            empty[field] = empty.get(field, 0) + 1
        return packed

    def _learn(self, common: tuple[str, ...]) -> tuple[AlikeRows, list[str]]:
        """What all rows come to that have these cells, as the one that is being read has, and which fields are empty.

        Raises BadRow, BadIdentifier or UsageError where there is something to say of it, which is not remembered.
        """
        session = checked_row(self._maker.session(self._row))
        if self._maker.doubts:
            raise BadRow
        return AlikeRows(self._terms, self._key, session, self._mapped), self._maker.empty


def _getter(places: list[int]) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    """What takes the cells at these places out of a row."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda cells: tuple(cells[place] for place in places)


class Batches:
    """The rows of one log in lists of at most `size`, read by this process."""

    def __init__(self, source: ImportSource, size: int) -> None:
        self._source = source
        self._size = size
        self._rows: Iterator[Taken] = source.rows()

    def take(self) -> list[Taken]:
        """The next of them; empty at the end."""
        return list(islice(self._rows, self._size))

    @contextmanager
    def reading_on(self) -> Iterator[None]:
        """Reads on while the block waits for something else, where that is of use."""
        yield


class _HelpedBatches(Batches):
    """The same, with a helper."""

    def __init__(self, ledger: Ledger, source: ImportSource, helper: Helper, size: int) -> None:
        super().__init__(source, size)
        self._raw = source.begin()
        self._ledger = ledger
        self._helper = helper
        self._lots: deque[tuple[list[Any], bytes | None]] = deque()
        self._recipe = _packed_recipe(source)
        self._key: bytes | None = None
        self._asked = 0  # lots that are asked for and not fetched
        self._cells = itemgetter(*source.fields)  # account and time at least, so that it gives tuples

    def take(self) -> list[Taken]:
        """The next of them that is not empty. Some lots are asked for before the first of them is given away."""
        batch: list[Taken] = []
        while not batch:
            while len(self._lots) < _LOTS and self._read():
                pass
            if not self._lots:
                break
            rows, key = self._lots.popleft()
            batch = self._taken(rows, key, None if key is None else self._answer())
        return batch

    @contextmanager
    def reading_on(self) -> Iterator[None]:
        """Reads on in a thread while the block waits for the disk."""
        ended = Event()
        with ThreadPoolExecutor(1) as pool:
            reading = pool.submit(self._read_until, ended)
            try:
                yield
            finally:
                ended.set()
            reading.result()

    def _read_until(self, ended: Event) -> None:
        while not ended.is_set() and len(self._lots) < _MOST_LOTS and self._read():
            pass

    def _read(self) -> bool:
        """Reads another lot and asks for what it comes to; whether there was one."""
        rows = list(islice(self._raw, self._size))
        if rows:
            self._lots.append((rows, self._ask(rows)))
        return bool(rows)

    def _ask(self, rows: list[Any]) -> bytes | None:
        """Asks for what rows come to; gives back the key under which they are read, None for not asked."""
        asked = [self._cells(row.cells) for row in rows if _is_plain(row)]
        if not asked or not self._helper.usable or self._recipe is None:
            return None
        try:
            key = self._ledger.keys.index()
        except KeyUnavailable:
            return None
        if key != self._key:
            if self._asked:
                return None  # beginning anew would drop what is asked for under the other key
            self._key = key
            self._helper.begin(f"{READING}:RowReader.read", (self._recipe, self._source.mapped, key))
        self._helper.ask(asked)
        self._asked += 1
        return key

    def _answer(self) -> Read | None:
        self._asked -= 1
        read: Read | None = self._helper.answer()
        return read

    def _taken(self, rows: list[Any], key: bytes | None, read: Read | None) -> list[Taken]:
        source = self._source
        if key is None or read is None:
            return [taken for row in rows if (taken := source.take(row)) is not None]
        source.empty.update(read[1])
        packed = iter(read[0])
        batch: list[Taken] = []
        for row in rows:
            told = next(packed) if _is_plain(row) else None
            if told is not None:
                batch.append(PreparedRow(told, key, source.mapped, partial(source.again, row)))
            elif (taken := source.take(row)) is not None:
                batch.append(taken)
        source.line = rows[-1].line
        return batch


def _is_plain(row: object) -> bool:
    """Whether a row is a session's and tells nothing of who or what it was that only this process counts."""
    return type(row) is RawRow and not row.actor and not row.connection


def _packed_recipe(source: ImportSource) -> bytes | None:
    """How the log's sessions are made; None where that cannot be told, or its records tell parts of sessions."""
    if source.recipe is None or source.near:
        return None
    try:
        return pickle.dumps(source.recipe)
    except (pickle.PicklingError, TypeError, AttributeError):  # a zone that a program brought along
        return None


def read_ahead(ledger: Ledger, source: ImportSource, size: int, helper: Helper | None) -> Batches:
    """The rows of a log in lists of at most `size`, read by a helper where there is one."""
    # What this process reads before the helper is there, it remembers for nothing.
    if helper is None or not source.fields or not helper.wait(_GREETING_SECONDS):
        return Batches(source, size)
    return _HelpedBatches(ledger, source, helper, size)


__all__ = ["READING", "Batches", "RowReader", "read_ahead"]
