"""Appending to the log, and to what is derived from it, in one transaction."""

from __future__ import annotations

import os

from isolation.errors import KeyUnavailable, UsageError
from isolation.ledger.database import explain, patiently
from isolation.ledger.derive import Derived, SessionRow
from isolation.ledger.entry import SEED_SIZE, assemble, parse_body
from isolation.ledger.keys import PASSING_REASONS
from isolation.ledger.merkle import Frontier, leaf_hash, peaks, stored_hash
from isolation.ledger.numbering import Numbers
from isolation.ledger.primitives import sqlite
from isolation.ledger.reader import Reader
from isolation.ledger.sealing import PAYLOAD, new_batch
from isolation.ledger.session_fields import SessionEncoder, encode_text
from isolation.ledger.tagging import Tagger, require_taggable
from isolation.ledger.tags import pack_tags, tag_mac
from isolation.model import CHANNELS, PROVENANCES

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from types import TracebackType

    from isolation.ledger.canonical import Json
    from isolation.ledger.store import Ledger
    from isolation.ledger.tagging import Named
    from isolation.model import Session

_BUFFERED = 4000  # entries held in memory before they are written


class Writing:
    """One writing transaction: everything in the `with` block, or nothing, is in the ledger after it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._connection: sqlite3.Connection = ledger.connection

    def __enter__(self) -> Log:
        patiently(self._connection, "BEGIN IMMEDIATE", self._ledger.path)
        try:
            self._log = Log(self._ledger)
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        return self._log

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._log.flush()
                patiently(self._connection, "COMMIT", self._ledger.path)
            elif isinstance(problem, sqlite.Error):
                raise explain(problem, self._ledger.path) from problem
        except sqlite.Error as failure:
            raise explain(failure, self._ledger.path) from failure
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")


class Log:
    """What can be appended while a writing transaction is open."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._run = ledger.connection.execute
        self._many = ledger.connection.executemany
        self._frontier = _frontier(ledger.connection)
        self._batch = self._run("SELECT coalesce(max(id) + 1, 0) FROM main.batches").fetchone()[0]
        public = self._run("SELECT seal_public FROM main.epochs WHERE epoch = ?", (ledger.epoch,)).fetchone()[0]
        self._logged = ledger.clock()
        self._batch_key, sealed = new_batch(public, ledger.origin, ledger.epoch, self._batch)
        self._batch_row: tuple[object, ...] | None = (
            self._batch, ledger.epoch, self._frontier.size, self._logged, sealed
        )  # fmt: skip
        self._entries: list[tuple[object, ...]] = []
        self._encoder = SessionEncoder()
        self._derived = Derived(ledger.connection)
        self._numbers = Numbers(ledger.connection, ledger.epoch, self._batch, self._batch_key)
        self._sequences: dict[int, int] = {}
        self._tagger: Tagger | None = None

    @property
    def reader(self) -> Reader:
        """The ledger as this transaction has it so far."""
        return Reader(self._ledger, self.flush)

    def add_session(self, session: Session) -> int:
        """Records a session, a refusal or a failed login; returns its entry.

        Where the index key is out of reach for now, the entry is sealed without tags, and `index_pending` gives
        them later. Raises BadIdentifier, UsageError for an end before the begin, KeyUnavailable where the key is
        lost for good.
        """
        if session.end is not None and session.end < session.begin:
            raise UsageError("A session cannot end before it begins.")
        tagger = self._tags()
        if tagger is None:
            require_taggable(session)
            return self._append("session", self._encoder.fields(session, self._logged, None), None)
        named = tagger.session(session)
        self._numbers.look_up(named)
        return self._add_tagged(session, named)

    def add_end(self, entry: int, at: int) -> int:
        """Records when a session ended (µs). Raises UsageError where there is no such open session."""
        found = self._run('SELECT begin, "end" FROM main.sessions WHERE entry = ?', (entry,)).fetchone()
        if found is None and entry not in self.reader.pending_sessions():
            raise UsageError(f"Entry {entry} is no open session.")
        if found is not None and found[1] is not None:
            raise UsageError(f"Session {entry} has ended already.")
        if found is not None and at < found[0]:
            raise UsageError("A session cannot end before it begins.")
        fields = {"at": b"%d" % at, "logged": b"%d" % self._logged}
        index = self._append("end", fields, None if found is None else b"", {"of": entry})
        if found is not None:
            self._derived.change(index, entry, end=at)
        return index

    def add_baseline(self, accounts: tuple[str, ...], by: str) -> int:
        """Records the answer to "which seller accounts were used here before?"; none is an answer."""
        names = b"[%s]" % b",".join([encode_text(name) for name in accounts])
        return self._append("baseline", {"accounts": names, "by": encode_text(by), "logged": b"%d" % self._logged}, b"")

    def add_policy(self, text: str) -> int:
        """Records the whole text of the policy that holds from now on."""
        return self._append("policy", {"logged": b"%d" % self._logged, "text": encode_text(text)}, b"")

    def flush(self) -> None:
        """Writes what was collected, so that reading sees it."""
        if self._entries:
            if self._batch_row is not None:
                self._run("INSERT INTO main.batches VALUES (?, ?, ?, ?, ?)", self._batch_row)
                self._batch_row = None
            self._many("INSERT INTO main.entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self._entries)
            self._entries = []
        self._numbers.flush()
        self._derived.flush()

    def _tags(self) -> Tagger | None:
        """What computes tags; None where the index key is out of reach for now."""
        if self._tagger is None:
            try:
                self._tagger = Tagger(self._ledger.keys.index())
            except KeyUnavailable as problem:
                if problem.reason not in PASSING_REASONS:
                    raise
        return self._tagger

    def _add_tagged(self, session: Session, named: list[Named]) -> int:
        number = self._numbers.number
        account = number(named[0].tag)
        sequence = self._next_sequence(account)
        index = self._append(
            "session", self._encoder.fields(session, self._logged, sequence), pack_tags(one[:3] for one in named)
        )
        self._derived.session(self._session_row(index, session, named, sequence, self._logged))
        return index

    def _session_row(self, index: int, session: Session, named: list[Named], sequence: int, logged: int) -> SessionRow:
        number = self._numbers.number
        rest = 2 if session.operator else 1
        return SessionRow(
            index, number(named[0].tag), sequence, number(named[1].tag) if session.operator else None, session.begin,
            session.end, logged, CHANNELS.index(session.channel), PROVENANCES.index(session.provenance),
            int(session.success and not session.refused), int(session.refused),
            [(number(one.tag), one.confidence) for one in named[rest:]],
        )  # fmt: skip

    def _next_sequence(self, account: int) -> int:
        last = self._sequences.get(account)
        if last is None:
            found = self._run("SELECT sequence FROM main.accounts WHERE account = ?", (account,)).fetchone()
            last = found[0] if found else 0
        self._sequences[account] = last + 1
        return last + 1

    def _append(
        self, kind: str, fields: Mapping[str, bytes], tags: bytes | None, opened: Mapping[str, Json] | None = None
    ) -> int:
        """Appends an entry of encoded fields. `tags` is None where they cannot be computed now."""
        index = self._frontier.size
        body, payload = assemble(kind, fields, os.urandom(SEED_SIZE), opened)
        leaf = leaf_hash(body)
        mac = None
        if tags is not None and self._tags() is None:
            tags = None
        if tags is not None:
            mac = tag_mac(self._ledger.keys.index(), self._ledger.origin, index, leaf, tags)
        nodes = self._frontier.append(leaf)
        sealed = self._batch_key.seal(PAYLOAD, index, payload)
        self._entries.append((index, self._batch, leaf, nodes, tags, mac, body, sealed))
        self._derived.kind(kind, index)
        if tags is None:
            of = opened.get("of") if opened else None
            self._derived.pending(index, kind, of)
        if len(self._entries) >= _BUFFERED:
            self.flush()
        return index


def _frontier(connection: sqlite3.Connection) -> Frontier:
    size = connection.execute("SELECT coalesce(max(i) + 1, 0) FROM main.entries").fetchone()[0]
    hashes = []
    for level, last in peaks(size):
        leaf, nodes = connection.execute("SELECT leaf, nodes FROM main.entries WHERE i = ?", (last,)).fetchone()
        hashes.append(stored_hash(level, leaf, nodes))
    return Frontier(size, hashes)
