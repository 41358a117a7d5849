"""Appending entries: body, leaf, tree nodes, sealed payload, tags and their MAC, in one batch per transaction."""

from __future__ import annotations

from isolation.errors import KeyUnavailable, LedgerError
from isolation.ledger.canonical import LARGEST, encode
from isolation.ledger.derive import Derived
from isolation.ledger.erased import latest_erasure
from isolation.ledger.keys import PASSING_REASONS
from isolation.ledger.making import Maker
from isolation.ledger.merkle import peaks, stored_hash
from isolation.ledger.numbering import Numbers
from isolation.ledger.sealing import new_batch
from isolation.ledger.session_fields import sequence_fields
from isolation.ledger.session_rows import PresenceRow

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    from isolation.ledger.canonical import Json
    from isolation.ledger.helping import HelpedMaker
    from isolation.ledger.making import EntryRow, Plan
    from isolation.ledger.packing import Identifiers
    from isolation.ledger.prepared import Prepared
    from isolation.ledger.store import Ledger
    from isolation.ledger.terms import Named, Terms

_AT_ONCE = 500  # entries made and written at once


class Appender:
    """The end of the log, while a writing transaction holds it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._run = self.query = ledger.connection.execute
        self._many = ledger.connection.executemany
        self._size, hashes = _tree(ledger.connection)
        self._hashes = hashes
        batch = self._run("SELECT coalesce(max(id) + 1, 0) FROM main.batches").fetchone()[0]
        public = self._run("SELECT seal_public FROM main.epochs WHERE epoch = ?", (ledger.epoch,)).fetchone()[0]
        self.logged = _claimed_time(ledger)
        self._batch = batch
        self._batch_key, sealed = new_batch(public, ledger.origin, ledger.epoch, batch)
        self._batch_row: tuple[object, ...] | None = (batch, ledger.epoch, self._size, self.logged, sealed)
        self._plans: list[Plan] = []
        self._maker: Maker | HelpedMaker | None = None
        self._sequences: dict[int, int] = {}
        self._erased: int | None = None  # what `_floor` found
        self._terms: Terms | None = None
        self._key: bytes | None = None
        self.derived = Derived(ledger.connection)
        before, ledger.numbers = ledger.numbers, None  # of no use any more should this transaction fail
        self.numbers = Numbers(ledger.connection, ledger.epoch, batch, self._batch_key, before)

    def terms(self) -> Terms:
        """What works out tags; without the index key, where that is out of reach for now, none.

        Raises KeyUnavailable where the key is lost: what is appended then could never be found again.
        """
        if self._terms is None:
            try:
                self._key = self._ledger.keys.index()
            except KeyUnavailable as problem:
                if problem.reason not in PASSING_REASONS:
                    raise
            self._terms = self._ledger.terms(self._key)
        return self._terms

    @property
    def size(self) -> int:
        """How many entries there are, those told of included: the index of the next."""
        return self._size

    @property
    def tagging(self) -> bool:
        """Whether tags can be computed now."""
        self.terms()
        return self._key is not None

    def append(
        self, kind: str, fields: dict[str, bytes], tags: bytes | None, of: int | None = None,
        told: Mapping[str, Json] | None = None, seed: bytes | None = None, packed: Sequence[bytes] = (),
    ) -> int:  # fmt: skip
        """Appends an entry of fields in canonical bytes, and of those that are `packed` (`Prepared.fields`); `of` is
        the entry that it tells more of.

        `tags` is None where they cannot be told now. `told` stands in the body for anybody to read. `seed` is that of
        the salts, random unless given.
        """
        if not self.tagging:
            tags = None
        index = self._size
        if told is not None:
            opened = encode({**told, "logged": self.logged})
        else:
            opened = b'{"logged":%d}' % self.logged if of is None else b'{"logged":%d,"of":%d}' % (self.logged, of)
        self._plans.append((kind, opened, fields, tags, seed, packed))
        self._size += 1
        self.derived.kind(kind, index)
        if tags is None:
            self.derived.pending(index, kind, of)
        if len(self._plans) >= _AT_ONCE:
            self._make()
        return index

    def _make(self) -> None:
        """Makes the entries that were told, and writes those that are ready."""
        if self._maker is None:
            told = (
                self._ledger.origin, self._key, self._batch, self._batch_key.secret, self._size - len(self._plans),
                self._hashes,
            )  # fmt: skip
            helper = self._ledger.helper
            if helper is not None and helper.usable:
                from isolation.ledger.helping import HelpedMaker

                self._maker = HelpedMaker(helper, told)
            else:
                self._maker = Maker(*told)
        self._write(self._maker.make(self._plans))
        self._plans = []

    def _write(self, rows: Sequence[EntryRow]) -> None:
        if not rows:
            return
        if self._batch_row is not None:
            self._run("INSERT INTO main.batches VALUES (?, ?, ?, ?, ?)", self._batch_row)
            self._batch_row = None
        self._many("INSERT INTO main.entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def add_session(self, prepared: Prepared, more: Mapping[str, bytes] | None = None) -> int:
        """Appends a session whose identifiers are numbered; `more` are further fields."""
        numbered = self.numbers.of(prepared.tags)
        sequence = self.next_sequence(numbered.account)
        fields = sequence_fields(sequence)
        if more:
            fields.update(more)
        index = self.append("session", fields, prepared.tags, packed=prepared.fields)
        self.derived.session(prepared.row(index, numbered, sequence[0], self.logged), numbered)
        return index

    def add_presence(self, prepared: Prepared, more: Mapping[str, bytes]) -> int:
        """Appends an operator's presence whose identifiers are numbered; `more` are further fields."""
        index = self.append("presence", {**more}, prepared.tags, packed=prepared.fields)
        numbered = self.numbers.of(prepared.tags)
        self.derived.presence(
            PresenceRow(
                index, numbered.operator or 0, prepared.begin, prepared.end, self.logged, prepared.channel,
                int(prepared.success), numbered.packed,
            )
        )  # fmt: skip
        return index

    def identifiers(self, named: Iterable[Named]) -> Identifiers:
        """Number and confidence of each."""
        known = self.numbers.known
        return [(known[tag], confidence) for _, confidence, tag, _ in named]

    def next_sequence(self, account: int) -> tuple[int, int]:
        """The account's next number of its own, never used twice whatever is erased; for its first one, the number
        that it is counted from, and 0 for others."""
        last, floor = self._sequences.get(account), 0
        if last is None:  # not looked up with others, or new
            found = self._run("SELECT sequence FROM main.accounts WHERE account = ?", (account,)).fetchone()
            last = found[0] if found else (floor := self._floor())
        self._sequences[account] = last + 1
        return last + 1, floor

    def look_up_sequences(self, accounts: Iterable[int]) -> None:
        """Makes `next_sequence` know the last number of each of these accounts that has one."""
        unknown = [account for account in {*accounts} if account not in self._sequences]
        for at in range(0, len(unknown), _AT_ONCE):
            block = unknown[at : at + _AT_ONCE]
            query = f"SELECT account, sequence FROM main.accounts WHERE account IN ({', '.join('?' * len(block))})"
            self._sequences.update(self._run(query, block))

    def _floor(self) -> int:
        """The highest number that an account had which is wholly erased: nobody can tell whether this is the same."""
        if self._erased is None:
            erasure = latest_erasure(self._run)
            self._erased = 0 if erasure is None else erasure.floor
        return self._erased

    def flush(self) -> None:
        """Writes what was collected, so that reading sees it."""
        if self._plans:
            self._make()
        self.numbers.flush()
        self.derived.flush()
        if self._maker is not None:  # a helper made them meanwhile
            self._write(self._maker.rest())
        self._erased = None

    def remember(self) -> None:
        """Lets the next transaction of this ledger begin with the numbers of this one, all of which is written."""
        self._ledger.numbers = self.numbers.remember()


def _claimed_time(ledger: Ledger) -> int:
    """What this machine's clock says, right or wrong. Raises LedgerError past the year 2255, where numbers end."""
    now = ledger.clock()
    if not -LARGEST <= now <= LARGEST:
        raise LedgerError("This machine's clock stands at a time that cannot be written down.", "Set it right.")
    return now


def _tree(connection: sqlite3.Connection) -> tuple[int, list[bytes]]:
    """The tree's size and the hashes of its peaks."""
    size = connection.execute("SELECT coalesce(max(i) + 1, 0) FROM main.entries").fetchone()[0]
    hashes = []
    for level, last in peaks(size):
        leaf, nodes = connection.execute("SELECT leaf, nodes FROM main.entries WHERE i = ?", (last,)).fetchone()
        hashes.append(stored_hash(level, leaf, nodes))
    return size, hashes
