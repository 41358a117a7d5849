"""Recording the rows of logs: each session or presence once, however often and in whatever order its rows come."""

from __future__ import annotations

from itertools import islice

from isolation.ledger.canonical import encode
from isolation.ledger.prepared import PreparedRow
from isolation.ledger.rows import (
    ADDED_TEXTS,
    Known,
    added_fields,
    amendment,
    best_match,
    field_names,
    further_fields,
    packed_codes,
    same_connection,
    unpack_fields,
)
from isolation.ledger.tags import pack_tags
from isolation.ledger.terms import encode_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Literal, TypeAlias

    from isolation.ledger.append import Appender
    from isolation.ledger.closing import Closing
    from isolation.ledger.prepared import Prepared
    from isolation.ledger.rows import Fields
    from isolation.ledger.terms import Named, Terms
    from isolation.model import Session

    Outcome: TypeAlias = Literal["recorded", "duplicate", "amended"]
    Row: TypeAlias = tuple[Session, Sequence[str]]
    Key: TypeAlias = tuple[int, bytes]

AT_ONCE = 1000  # rows looked up by one statement, in blocks
_BLOCK = 400


class _Task:
    """What is to be done for a row: append a session, or amend one; `fields` are known of it then, packed."""

    __slots__ = ("amends", "fields", "known", "row")

    def __init__(self, row: PreparedRow, known: Known, amends: _Amendment | None = None) -> None:
        self.row = row
        self.known = known
        self.fields = known.packed  # a later row of the block may tell more, by a task of its own
        self.amends = amends


class _Amendment:
    """What a row tells beyond what was known: the fields, the session cut down to them, and what it comes to."""

    __slots__ = ("added", "named", "seen", "session")

    def __init__(self, terms: Terms, row: PreparedRow, added: Fields) -> None:
        self.added = added
        self.session = session = amendment(row.session(), added)
        self.seen = terms.seen(session.readings)
        self.named = [terms.operator(session.operator)] if session.operator else []
        self.named += self.seen.named


class Importer:
    """The rows recorded in one writing transaction. The index key is needed: without it no row can be told apart."""

    def __init__(self, connection: sqlite3.Connection, appender: Appender, key: bytes, closing: Closing) -> None:
        self._connection = connection
        self._appender = appender
        self._terms = appender.terms()
        self._key = key
        self._closing = closing
        self._mapped: dict[bytes, bytes] = {}

    def add(self, rows: Iterable[Row | PreparedRow], near: int = 0) -> Iterator[Outcome]:
        """Records rows, some at once; yields what became of each, in order. With a `near` none is prepared.

        A row whose begin lies at most `near` (µs) from that of a known session of its connection is of that session.
        """
        remaining = iter(rows)
        while block := list(islice(remaining, AT_ONCE)):
            if near:
                block = [*self._closing.aligned([row for row in block if not isinstance(row, PreparedRow)], near)]
            yield from self._add_block([self._prepared(row) for row in block], parts=near > 0)

    def _prepared(self, row: Row | PreparedRow) -> PreparedRow:
        if not isinstance(row, PreparedRow):
            return PreparedRow.of(self._terms, self._key, *row)
        if row.key == self._key:
            return row
        # Another process changed the keys meanwhile.
        return PreparedRow.of(self._terms, self._key, row.session(), row.mapped)

    def _add_block(self, rows: list[PreparedRow], *, parts: bool) -> list[Outcome]:
        keys = {(row.begin, row.core) for row in rows}
        stored = self._stored(keys)
        if not stored and len(keys) == len(rows):  # as in most logs all are new, and no two are alike
            self._look_up([row.prepared for row in rows])
            for row in rows:
                self._record(row)
            return ["recorded"] * len(rows)
        tasks: list[_Task] = []
        outcomes: list[Outcome] = []
        for row in rows:
            candidates = stored.setdefault((row.begin, row.core), [])
            part = parts and row.connection != ""
            known = None
            if candidates:
                fields = unpack_fields(row.fields)
                known = same_connection(candidates, fields) if part else best_match(candidates, fields)
            if known is None:
                known = Known(None, row.fields)
                candidates.append(known)
                tasks.append(_Task(row, known))
                outcomes.append("recorded")
                continue
            added = further_fields(known.fields, fields) if part else added_fields(known.fields, fields)
            outcomes.append("amended" if added else "duplicate")
            if added:
                known.add(added)
                tasks.append(_Task(row, known, _Amendment(self._terms, row, added)))
        self._look_up(
            [task.row.prepared for task in tasks if task.amends is None],
            [task.amends.named for task in tasks if task.amends is not None],
        )
        for task in tasks:
            self._carry_out(task)
        return outcomes

    def _look_up(self, new: list[Prepared], amended: Iterable[list[Named]] = ()) -> None:
        """Makes the appender know every number that is needed."""
        numbers = self._appender.numbers
        numbers.make_room()
        unknown = [prepared.named() for prepared in new if not numbers.knows(prepared.tags)]
        unknown += amended
        numbers.look_up(named for several in unknown for named in several)
        self._appender.look_up_sequences(numbers.of(prepared.tags).account for prepared in new if prepared.account)

    def _stored(self, keys: set[Key]) -> dict[Key, list[Known]]:
        """The sessions that rows with these cores were recorded as."""
        self._appender.derived.flush_rows()
        found: dict[Key, list[Known]] = {}
        begins = [begin for begin, _ in keys]
        if not self._any_between(min(begins), max(begins)):
            return found  # logs are mostly new, and in order of time
        wanted = sorted(keys)
        for at in range(0, len(wanted), _BLOCK):
            block = wanted[at : at + _BLOCK]
            values = ", ".join(["(?, ?)"] * len(block))
            query = (
                f"WITH wanted (begin, core) AS (VALUES {values})"
                " SELECT r.begin, r.core, r.entry, r.fields FROM wanted CROSS JOIN main.rows r"
                " ON r.begin = wanted.begin AND r.core = wanted.core ORDER BY r.entry"
            )
            for begin, core, entry, fields in self._connection.execute(query, [part for key in block for part in key]):
                found.setdefault((begin, core), []).append(Known(entry, fields))
        return found

    def _any_between(self, first: int, last: int) -> bool:
        query = "SELECT EXISTS (SELECT 1 FROM main.rows WHERE begin BETWEEN ? AND ?)"
        return bool(self._connection.execute(query, (first, last)).fetchone()[0])

    def _carry_out(self, task: _Task) -> None:
        known, row = task.known, task.row
        if task.amends is None:
            known.entry = self._record(row)
            return
        assert known.entry is not None  # noqa: S101 - its own task came before this one
        self._append_amendment(known.entry, task.amends)
        self._appender.derived.row(row.begin, row.core, known.entry, task.fields)
        connection = task.amends.session.connection
        if connection:  # only where that is what it tells
            self._closing.opened(known.entry, row.begin, connection)

    def _record(self, row: PreparedRow) -> int:
        """Appends the session or presence of a row; returns its entry."""
        appender, prepared = self._appender, row.prepared
        add = appender.add_session if prepared.account else appender.add_presence
        entry = add(prepared, {"mapped": self._names(packed_codes(row.fields))})
        appender.derived.row(prepared.begin, row.core, entry, row.fields)
        if row.connection:
            self._closing.opened(entry, prepared.begin, row.connection)
        return entry

    def _append_amendment(self, entry: int, amends: _Amendment) -> None:
        appender, session, named = self._appender, amends.session, amends.named
        fields = {**amends.seen.fields}
        for name in ADDED_TEXTS:
            text = getattr(session, name)
            if text:
                fields[name] = encode_text(text)
        if session.end is not None:
            fields["end"] = b"%d" % session.end
        fields["mapped"] = self._names(bytes(amends.added))
        index = appender.append("amend", fields, pack_tags(named), entry)
        operator = appender.numbers.number(named[0].tag) if session.operator else None
        identifiers = appender.identifiers(named[1 if session.operator else 0 :])
        appender.derived.change(index, entry, end=session.end, operator=operator, identifiers=identifiers)

    def _names(self, codes: bytes) -> bytes:
        names = self._mapped.get(codes)
        if names is None:
            names = self._mapped[codes] = encode([*field_names({*codes})])
        return names
