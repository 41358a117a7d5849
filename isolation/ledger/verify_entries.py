"""Checking the log entry by entry: numbering, tree, bodies, batches, and with the keys payloads and tags."""

from __future__ import annotations

import re
import struct
from contextlib import suppress

from isolation.errors import KeyUnavailable
from isolation.ledger.derive import Derived, make_derived
from isolation.ledger.entry import make_entry, open_values, parse_body
from isolation.ledger.erased import parse_erasure
from isolation.ledger.helping import BlockProver
from isolation.ledger.known_numbers import KnownNumbers
from isolation.ledger.merkle import HASH_SIZE, Frontier, leaf_hash
from isolation.ledger.opener import Opener
from isolation.ledger.payloads import Fields
from isolation.ledger.replay import PREFIX, Opened, Replay, named_in
from isolation.ledger.sealing import PAYLOAD, Unopenable
from isolation.ledger.sweeping import is_swept, rotation_begun
from isolation.ledger.tags import pack_tags, tag_mac
from isolation.ledger.terms import Terms
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from isolation.ledger.making import EntryRow
    from isolation.ledger.payloads import Told
    from isolation.ledger.proving import Proved
    from isolation.ledger.sealing import BatchKey
    from isolation.ledger.store import Ledger

    Report = Callable[[int | None, str], None]

_AT_ONCE = 1000
_MOST_NAMED = 20  # missing entries in a row
_LOWEST = -(2**63)
KINDS = frozenset(
    ("origin", "session", "presence", "lease", "join", "close", "end", "baseline", "amend", "policy", "index", "scan",
     "erase", "rotate", "anchor", "report", "machine", "label", "restore",
     "observe")
)  # fmt: skip
_TELLS_OF_ANOTHER = frozenset(("end", "amend", "index", "scan", "join", "observe"))
_INTEGER = rb"(0|-?[1-9][0-9]{0,15})"
_OPEN = re.compile(rb'\{"logged":' + _INTEGER + rb'(?:,"of":' + _INTEGER + rb")?\}")

# What checking a row of arbitrary bytes and types can raise.
MALFORMED = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, struct.error)


class EntryChecks:
    """The checks of one verification, which can be carried on when the log has grown."""

    def __init__(self, ledger: Ledger, report: Report) -> None:
        self._ledger = ledger
        self._run = ledger.connection.execute
        self._origin = ledger.origin
        self._report = report
        self._after = _LOWEST
        self._frontier = Frontier()
        self._next = 0
        self._batch = -1
        self._logged = 0
        self._batch_key: BatchKey | None = None
        self.unchecked: list[str] = []
        self.epochs: list[tuple[int, dict[str, Any]]] = []  # entry and open values of origin and rotate entries
        self.erased: set[int] = set()  # entries that an entry says were erased
        self.anchors: dict[int, dict[str, Any]] = {}  # open values of anchor entries
        self.empty: set[int] = set()
        self.swept = True
        self.rotating = False
        self.set_back: list[int] = []  # entries whose time of logging lies before that of the one before them
        self.batches = 0
        self._key = self._obtain_index()
        self._opener = self._obtain_opener()
        self._terms = Terms(self._key)
        self._fields = Fields(self._terms)
        self.replay: Replay | None = None
        self._derived: Derived | None = None
        self._make_tables()
        self._prover = BlockProver(self._origin, self._key, ledger.helper)

    def _obtain_index(self) -> bytes | None:
        try:
            return self._ledger.keys.index()
        except KeyUnavailable as problem:
            self.unchecked.append(
                message("The tags, and the tables made from them: {message}", message=problem.message)
            )
            return None

    def _obtain_opener(self) -> Opener | None:
        try:
            secret = self._ledger.keys.secret("seal")
            return Opener(self._origin, lambda _: secret)
        except KeyUnavailable as problem:
            self.unchecked.append(
                message("The sealed contents, and the tables made from them: {message}", message=problem.message)
            )
            return None

    def _make_tables(self) -> None:
        connection = self._ledger.connection
        if self._key is None or self._opener is None:
            make_derived(connection, PREFIX)
            self._derived = Derived(connection, PREFIX)
            return
        opener = self._opener
        numbers = KnownNumbers(
            connection, self._terms, self._ledger.epoch, lambda batch: opener.batch(self._run, batch), self._report
        )
        self._numbers = numbers
        keys, epoch = self._ledger.keys, self._ledger.epoch
        self.replay = Replay(connection, self._terms, keys, epoch, numbers, self._report, self._reopen)
        self._derived = self.replay.derived

    @property
    def size(self) -> int:
        """How many entries were checked."""
        return self._frontier.size

    def root(self) -> bytes:
        """The root over their leaves."""
        return self._frontier.root()

    def run(self, progress: Callable[[int, int], None] | None) -> None:
        """Checks the entries that are there and were not checked yet."""
        total = self._run("SELECT count(*) FROM main.entries").fetchone()[0] if progress is not None else 0
        if self._next == 0 and self._run("SELECT 1 FROM main.entries WHERE i = ?", (_LOWEST,)).fetchone():
            self._report(_LOWEST, message("there is no place in the log for it"))
        for rows, proved in self._prover.prove(self._blocks()):
            self._block(rows, proved)
            if progress is not None:
                progress(self.size, total)
        if self._derived is not None:
            self._derived.flush()

    def _blocks(self) -> Iterator[tuple[list[EntryRow], dict[int, bytes]]]:
        """The entries not checked yet, some at once, with the keys of their batches as far as they open."""
        query = (
            "SELECT i, batch, leaf, nodes, tags, tag_mac, body, sealed FROM main.entries WHERE i > ? ORDER BY i LIMIT ?"
        )
        while rows := self._run(query, (self._after, _AT_ONCE)).fetchall():
            yield rows, self._secrets({row[1] for row in rows})
            if rows[-1][0] <= self._after:
                self._report(rows[-1][0], message("the file gives its entries in no order"))
                return
            self._after = rows[-1][0]

    def _secrets(self, batches: set[int]) -> dict[int, bytes]:
        """The keys of these batches, where all keys are there and as far as they open."""
        found: dict[int, bytes] = {}
        if self.replay is None or self._opener is None:
            return found
        for batch in batches:
            with suppress(*MALFORMED):
                found[batch] = self._opener.batch(self._run, batch).secret
        return found

    def compare_erased(self) -> None:
        """That what is empty is what entries say was erased. Asked once all entries were checked."""
        self.swept = is_swept(self._ledger.connection)
        self.rotating = bool(rotation_begun(self._ledger.connection))
        for index in sorted(self.empty - self.erased):
            self._report(index, message("it is empty, and no entry says that it was erased"))
        for index in sorted(self.erased - self.empty):
            self._report(index, message("an entry says that it was erased, and it is there"))

    def _block(self, rows: list[EntryRow], proved: Sequence[Proved | None]) -> None:
        opened = []
        for row, sound in zip(rows, proved, strict=True):
            try:
                entry = self._entry(row) if sound is None else self._proved(row, sound)
            except MALFORMED as problem:
                self._report(row[0], message("it cannot be read: {problem}", problem=problem))
                continue
            if entry is not None:
                opened.append(entry)
        replay = self.replay
        if replay is None:
            return
        self._numbers.look_up([named for entry in opened if entry.tags is not None for named in entry.named])
        for entry in opened:
            try:
                replay.apply(entry)
            except MALFORMED as problem:
                self._report(entry.index, message("its fields are not those of its kind: {problem!r}", problem=problem))

    def _proved(self, row: EntryRow, proved: Proved) -> Opened | None:
        """Checks the place of an entry that is sound in itself."""
        index, batch, leaf, nodes, tags, *_ = row
        if not self._place(index, leaf, nodes):
            return None
        kind, opened, names, parts = proved
        logged, of = self._open_values(index, kind, opened)
        self._in_batch(index, batch, logged)
        fields, told = self._fields.tell(names, parts)
        return self._opened(index, kind, logged, of, fields, told, tags)

    def _entry(self, row: EntryRow) -> Opened | None:
        """Checks one entry closely; returns it opened where all keys are there."""
        index, batch, leaf, nodes, tags, mac, body, sealed = row
        if not self._place(index, leaf, nodes):
            return None
        if not body:
            self.empty.add(index)
            if batch != self._batch:
                self._next_batch(index, batch)
            if sealed or tags or mac is not None:
                self._report(index, message("it is erased, and something of it is left"))
            return None
        if leaf_hash(body) != leaf:
            self._report(index, message("its body is not the one its leaf was made of"))
        kind, opened, names = parse_body(body)
        logged, of = self._open_values(index, kind, opened)
        self._in_batch(index, batch, logged)
        self._check_mac(index, leaf, tags, mac)
        if self._batch_key is None:
            self._count(index, kind, of, tagged=tags is not None)
            return None
        return self._payload(index, kind, logged, of, opened, names, tags, body, sealed)

    def _in_batch(self, index: int, batch: int, logged: int) -> None:
        if batch != self._batch:
            self._next_batch(index, batch)
        if logged != self._logged:
            self._report(index, message("its time of logging is not that of its batch"))

    def _place(self, index: int, leaf: bytes, nodes: bytes) -> bool:
        """Puts the leaf in the tree; False for an entry that has no place there.

        Behind a missing entry there is no tree to follow: the leaves after it are not put in.
        """
        if index < self._next:
            self._report(index, message("there is no place in the log for it"))
            return False
        for missing in range(self._next, min(index, self._next + _MOST_NAMED)):
            self._report(missing, message("it is missing"))
        whole = self._next == self._frontier.size == index
        self._next = index + 1
        if len(leaf) != HASH_SIZE:
            self._report(index, message("its leaf is not a hash"))
        elif whole and self._frontier.append(leaf) != nodes:
            self._report(index, message("its tree nodes are not those of the leaves"))
        return True

    def _open_values(self, index: int, kind: str, opened: bytes) -> tuple[int, int | None]:
        if kind not in KINDS:
            self._report(index, message("there is no kind of entry {kind!r}", kind=kind))
        found = _OPEN.fullmatch(opened)
        if found is not None:
            logged, of = int(found[1]), None if found[2] is None else int(found[2])
        else:
            values: dict[str, Any] = open_values(opened)
            logged, of = values["logged"], None
            if kind in ("origin", "rotate"):
                self.epochs.append((index, values))
            elif kind == "erase":
                self._erasure(index, values)
            elif kind == "anchor":
                self.anchors[index] = values
        if (of is not None) != (kind in _TELLS_OF_ANOTHER) or (of is not None and not 0 <= of < index):
            self._report(index, message("what it says of another entry is out of place"))
        return logged, of

    def _erasure(self, index: int, values: dict[str, Any]) -> None:
        erasure = parse_erasure(values, index)
        for first, last in erasure.entries:
            self.erased.update(range(first, last + 1))
        if erasure.total != len(self.erased):
            self._report(
                index,
                message(
                    "it counts {total} erased entries, and there are {erased}",
                    total=erasure.total,
                    erased=len(self.erased),
                ),
            )
        if self.replay is not None:
            self.replay.erasures[index] = erasure

    def _next_batch(self, index: int, batch: int) -> None:
        found = self._run("SELECT epoch, first, logged FROM main.batches WHERE id = ?", (batch,)).fetchone()
        if found is None:
            self._report(index, message("its batch {batch} is missing", batch=batch))
            self._batch_key = None
            return
        if batch != self._batch + 1:
            self._report(
                index, message("its batch {batch} does not follow batch {batch2}", batch=batch, batch2=self._batch)
            )
        epoch, first, logged = found
        if self.batches and logged < self._logged:
            self.set_back.append(index)
        self._logged = logged
        if first != index:
            self._report(
                index, message("batch {batch} says that it begins with entry {first}", batch=batch, first=first)
            )
        if epoch != self._ledger.epoch:
            self._report(index, message("batch {batch} is of epoch {epoch}", batch=batch, epoch=epoch))
        self._batch = batch
        self.batches += 1
        self._batch_key = None
        if self._opener is not None:
            try:
                self._batch_key = self._opener.batch(self._run, batch)
            except Unopenable as problem:
                self._report(index, str(problem))

    def _check_mac(self, index: int, leaf: bytes, tags: bytes | None, mac: bytes | None) -> None:
        if (tags is None) != (mac is None):
            self._report(index, message("it has tags without their MAC, or a MAC without tags"))
        elif tags is not None and self._key is not None and tag_mac(self._key, self._origin, index, leaf, tags) != mac:
            self._report(index, message("its tags are not the ones that were written with it"))

    def _count(self, index: int, kind: str, of: int | None, *, tagged: bool) -> None:
        """What bodies alone tell of the derived tables."""
        if self._derived is None:
            return
        self._derived.kind(kind, index)
        if not tagged:
            self._derived.pending(index, kind, of)
        if kind == "index" and of is not None:
            self._derived.indexed(of)

    def _payload(
        self, index: int, kind: str, logged: int, of: int | None, opened: bytes, names: list[str], tags: bytes | None,
        body: bytes, sealed: bytes,
    ) -> Opened | None:  # fmt: skip
        assert self._batch_key is not None  # noqa: S101 - the caller has looked
        payload = self._batch_key.open(PAYLOAD, index, sealed)
        fields, told, encoded, seed = self._fields.read(names, payload)
        if make_entry(kind, opened, encoded, seed) != (body, payload):
            self._report(index, message("its contents are not the ones that its body commits to"))
        if self.replay is None:
            self._count(index, kind, of, tagged=tags is not None)
            return None
        return self._opened(index, kind, logged, of, fields, told, tags)

    def _opened(
        self, index: int, kind: str, logged: int, of: int | None, fields: dict[str, Any], told: Told,
        tags: bytes | None,
    ) -> Opened:  # fmt: skip
        named = named_in(self._terms, kind, fields)
        if tags is not None and kind != "index" and pack_tags(named) + told.packed != tags:
            self._report(index, message("its tags are not those of its contents"))
        return Opened(index, kind, logged, of, fields, told, named + told.named, tags)

    def _reopen(self, index: int) -> Opened:
        """An entry that was checked before, opened again."""
        batch, _, body, sealed = self._run(
            "SELECT batch, tags, body, sealed FROM main.entries WHERE i = ?", (index,)
        ).fetchone()
        assert self._opener is not None  # noqa: S101 - only asked while replaying
        payload = self._opener.batch(self._run, batch).open(PAYLOAD, index, sealed)
        kind, opened, names = parse_body(body)
        fields, told, _, _ = self._fields.read(names, payload)
        found = _OPEN.fullmatch(opened)
        logged = int(found[1]) if found is not None else 0
        named = named_in(self._terms, kind, fields) + told.named
        return Opened(index, kind, logged, None, fields, told, named, None)
