"""Recording the rows of logs: each session once, however often and in whatever order its rows come."""

from __future__ import annotations

from itertools import islice

from isolation.ledger.canonical import encode
from isolation.ledger.rows import (
    FIELD_CODES,
    Known,
    RowKeys,
    added_fields,
    amendment,
    best_match,
    pack_fields,
    unpack_fields,
)
from isolation.ledger.session_fields import encode_text
from isolation.ledger.tags import pack_tags

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Literal, TypeAlias

    from isolation.ledger.append import Appender
    from isolation.ledger.rows import Fields
    from isolation.ledger.tagging import Named, Tagger
    from isolation.model import Session

    Outcome: TypeAlias = Literal["recorded", "duplicate", "amended"]
    Row: TypeAlias = tuple[Session, Sequence[str]]
    Key: TypeAlias = tuple[int, bytes]

AT_ONCE = 1000  # rows looked up by one statement, in blocks
_BLOCK = 400
_NAME_OF_CODE = {code: name for name, code in FIELD_CODES.items()}


class _Task:
    """What is to be done for a row: append a session, or amend one by `added`."""

    __slots__ = ("added", "core", "known", "named", "session")

    def __init__(self, core: bytes, known: Known, session: Session, named: list[Named], added: Fields | None) -> None:
        self.core = core
        self.known = known
        self.session = session
        self.named = named
        self.added = added


class Importer:
    """The rows recorded in one writing transaction. The index key is needed: without it no row can be told apart."""

    def __init__(self, connection: sqlite3.Connection, appender: Appender, tagger: Tagger, key: bytes) -> None:
        self._connection = connection
        self._appender = appender
        self._tagger = tagger
        self._keys = RowKeys(key)

    def add(self, rows: Iterable[Row]) -> Iterator[Outcome]:
        """Records rows, some at once; yields what became of each, in order."""
        remaining = iter(rows)
        while block := list(islice(remaining, AT_ONCE)):
            yield from self._add_block(block)

    def _add_block(self, rows: list[Row]) -> list[Outcome]:
        cores = [(session.begin, self._keys.core(session)) for session, _ in rows]
        stored = self._stored(set(cores))
        tasks: list[_Task] = []
        outcomes: list[Outcome] = []
        for (session, mapped), key in zip(rows, cores, strict=True):
            fields = self._keys.fields(session, mapped)
            candidates = stored.setdefault(key, [])
            known = best_match(candidates, fields)
            if known is None:
                known = Known(None, fields)
                candidates.append(known)
                tasks.append(_Task(key[1], known, session, self._tagger.session(session), None))
                outcomes.append("recorded")
                continue
            added = added_fields(known.fields, fields)
            outcomes.append("amended" if added else "duplicate")
            if added:
                known.fields = known.fields | added
                tasks.append(self._amend(key[1], known, session, added))
        self._appender.numbers.look_up(named for task in tasks for named in task.named)
        for task in tasks:
            self._carry_out(task)
        return outcomes

    def _stored(self, keys: set[Key]) -> dict[Key, list[Known]]:
        """The sessions that rows with these cores were recorded as."""
        self._appender.derived.flush_rows()
        found: dict[Key, list[Known]] = {}
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
                found.setdefault((begin, core), []).append(Known(entry, unpack_fields(fields)))
        return found

    def _amend(self, core: bytes, known: Known, session: Session, added: Fields) -> _Task:
        session = amendment(session, added)
        operator = self._tagger.operator(session.operator)
        named = ([operator] if operator else []) + self._tagger.readings(session.readings)
        return _Task(core, known, session, named, added)

    def _carry_out(self, task: _Task) -> None:
        session, known = task.session, task.known
        if task.added is None:
            known.entry = self._appender.add_session(session, task.named, {"mapped": _names(known.fields)})
        else:
            assert known.entry is not None  # noqa: S101 - its own task came before this one
            self._append_amendment(known.entry, task, task.added)
        self._appender.derived.row(session.begin, task.core, known.entry, pack_fields(known.fields))

    def _append_amendment(self, entry: int, task: _Task, added: Fields) -> None:
        appender, session = self._appender, task.session
        fields = appender.encoder.readings(session.readings)
        fields |= {
            name: encode_text(text) for name in ("operator", "record", "site") if (text := getattr(session, name))
        }
        if session.end is not None:
            fields["end"] = b"%d" % session.end
        fields |= {"logged": b"%d" % appender.logged, "mapped": _names(added)}
        index = appender.append("amend", fields, pack_tags(task.named), {"of": entry})
        operator = appender.numbers.number(task.named[0].tag) if session.operator else None
        identifiers = appender.identifiers(task.named[1 if session.operator else 0 :])
        appender.derived.change(index, entry, end=session.end, operator=operator, identifiers=identifiers)


def _names(fields: Fields) -> bytes:
    return encode(sorted(_NAME_OF_CODE[code] for code in fields))
