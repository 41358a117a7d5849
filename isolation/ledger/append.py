"""Appending entries: body, leaf, tree nodes, sealed payload, tags and their MAC, in one batch per transaction."""

from __future__ import annotations

import os

from isolation.errors import KeyUnavailable
from isolation.ledger.derive import Derived, SessionRow
from isolation.ledger.entry import SEED_SIZE, assemble
from isolation.ledger.keys import PASSING_REASONS
from isolation.ledger.merkle import Frontier, leaf_hash, peaks, stored_hash
from isolation.ledger.numbering import Numbers
from isolation.ledger.sealing import PAYLOAD, new_batch
from isolation.ledger.session_fields import SessionEncoder
from isolation.ledger.tagging import Tagger
from isolation.ledger.tags import pack_tags, tag_mac
from isolation.model import CHANNELS, PROVENANCES

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from isolation.ledger.canonical import Json
    from isolation.ledger.packing import Identifiers
    from isolation.ledger.store import Ledger
    from isolation.ledger.tagging import Named
    from isolation.model import Session

_BUFFERED = 4000  # entries held in memory before they are written


class Appender:
    """The end of the log, while a writing transaction holds it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._run = ledger.connection.execute
        self._many = ledger.connection.executemany
        self._frontier = _frontier(ledger.connection)
        batch = self._run("SELECT coalesce(max(id) + 1, 0) FROM main.batches").fetchone()[0]
        public = self._run("SELECT seal_public FROM main.epochs WHERE epoch = ?", (ledger.epoch,)).fetchone()[0]
        self.logged = ledger.clock()
        self._batch = batch
        self._batch_key, sealed = new_batch(public, ledger.origin, ledger.epoch, batch)
        self._batch_row: tuple[object, ...] | None = (batch, ledger.epoch, self._frontier.size, self.logged, sealed)
        self._entries: list[tuple[object, ...]] = []
        self._sequences: dict[int, int] = {}
        self._tagger: Tagger | None = None
        self.encoder = SessionEncoder()
        self.derived = Derived(ledger.connection)
        self.numbers = Numbers(ledger.connection, ledger.epoch, batch, self._batch_key)

    def tagger(self) -> Tagger | None:
        """What computes tags; None where the index key is out of reach for now.

        Raises KeyUnavailable where the key is lost: what is appended then could never be found again.
        """
        if self._tagger is None:
            try:
                self._tagger = Tagger(self._ledger.keys.index())
            except KeyUnavailable as problem:
                if problem.reason not in PASSING_REASONS:
                    raise
        return self._tagger

    def append(
        self, kind: str, fields: Mapping[str, bytes], tags: bytes | None, opened: Mapping[str, Json] | None = None
    ) -> int:
        """Appends an entry of fields in canonical bytes; `tags` is None where they cannot be told now."""
        tagger = self.tagger()
        index = self._frontier.size
        body, payload = assemble(kind, fields, os.urandom(SEED_SIZE), opened)
        leaf = leaf_hash(body)
        mac = None
        if tagger is None or tags is None:
            tags = None
        else:
            mac = tag_mac(self._ledger.keys.index(), self._ledger.origin, index, leaf, tags)
        nodes = self._frontier.append(leaf)
        sealed = self._batch_key.seal(PAYLOAD, index, payload)
        self._entries.append((index, self._batch, leaf, nodes, tags, mac, body, sealed))
        self.derived.kind(kind, index)
        if tags is None:
            of = opened.get("of") if opened else None
            self.derived.pending(index, kind, of)
        if len(self._entries) >= _BUFFERED:
            self.flush()
        return index

    def add_session(self, session: Session, named: list[Named], more: Mapping[str, bytes] | None = None) -> int:
        """Appends a session whose identifiers are numbered; `more` are further fields."""
        sequence = self.next_sequence(self.numbers.number(named[0].tag))
        fields = self.encoder.fields(session, self.logged, sequence)
        if more:
            fields.update(more)
        index = self.append("session", fields, pack_tags(named))
        self.derived.session(self.session_row(index, session, named, sequence, self.logged))
        return index

    def session_row(
        self, index: int, session: Session, named: list[Named], sequence: int, logged: int
    ) -> SessionRow:  # fmt: skip
        """The derived row of a session."""
        number = self.numbers.number
        operator = number(named[1].tag) if session.operator else None
        return SessionRow(
            index, number(named[0].tag), sequence, operator, session.begin, session.end, logged,
            CHANNELS.index(session.channel), PROVENANCES.index(session.provenance),
            int(session.success and not session.refused), int(session.refused),
            self.identifiers(named[1 if operator is None else 2 :]),
        )  # fmt: skip

    def identifiers(self, named: Iterable[Named]) -> Identifiers:
        """Number and confidence of each."""
        number = self.numbers.number
        return [(number(one.tag), one.confidence) for one in named]

    def next_sequence(self, account: int) -> int:
        """The account's next number of its own; never used twice, whatever is erased."""
        last = self._sequences.get(account)
        if last is None:
            found = self._run("SELECT sequence FROM main.accounts WHERE account = ?", (account,)).fetchone()
            last = found[0] if found else 0
        self._sequences[account] = last + 1
        return last + 1

    def flush(self) -> None:
        """Writes what was collected, so that reading sees it."""
        if self._entries:
            if self._batch_row is not None:
                self._run("INSERT INTO main.batches VALUES (?, ?, ?, ?, ?)", self._batch_row)
                self._batch_row = None
            self._many("INSERT INTO main.entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self._entries)
            self._entries = []
        self.numbers.flush()
        self.derived.flush()


def _frontier(connection: sqlite3.Connection) -> Frontier:
    size = connection.execute("SELECT coalesce(max(i) + 1, 0) FROM main.entries").fetchone()[0]
    hashes = []
    for level, last in peaks(size):
        leaf, nodes = connection.execute("SELECT leaf, nodes FROM main.entries WHERE i = ?", (last,)).fetchone()
        hashes.append(stored_hash(level, leaf, nodes))
    return Frontier(size, hashes)
