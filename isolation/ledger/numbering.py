"""The numbers of identifiers: looked up by tag many at once, given out in order of appearance."""

from __future__ import annotations

from functools import lru_cache, partial

from isolation.ledger.packing import facts_of, pack_identifiers, words_of
from isolation.ledger.sealing import VALUE
from isolation.ledger.tags import ACCOUNT, NUMBERS_PER_RANK, OPERATOR, VALUELESS, unpack_tags
from isolation.model import CONFIDENCES

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, TypeAlias

    from isolation.ledger.sealing import BatchKey
    from isolation.ledger.terms import Named

    State: TypeAlias = tuple[int, int, int]
    Remembered: TypeAlias = tuple[State, dict[bytes, int], Callable[[bytes], "Numbered"]]

_BLOCK = 500  # tags looked up by one statement
_MOST_KNOWN = 1 << 16  # of some 180 bytes each
_MOST_NUMBERED = 1 << 13  # of some hundred bytes each
_CERTAIN = CONFIDENCES.index("certain")
_FACTS: dict[frozenset[int], frozenset[int]] = {}  # few are ever together


class Numbered:
    """What the tags of a session or presence come to: the numbers of account and operator, None where it has none, and
    its identifiers as its row has them; and these with the operator, as they are counted: the words (`words_of`), and
    the codes of their facts."""

    __slots__ = ("account", "facts", "operator", "packed", "sighted")

    def __init__(self, tags: bytes, known: Mapping[bytes, int]) -> None:
        """Raises KeyError for a tag that is not known."""
        every = [(code, known[tag], confidence) for code, confidence, tag in unpack_tags(tags)]
        people = {code: number for code, number, _ in every if code in (ACCOUNT, OPERATOR)}
        self.account: Any = people.get(ACCOUNT)  # of a session always a number
        self.operator = people.get(OPERATOR)
        identifiers = [(number, confidence) for _, number, confidence in every[len(people) :]]
        self.packed = pack_identifiers(identifiers)
        sighted = identifiers if self.operator is None else [*identifiers, (self.operator, _CERTAIN)]
        self.sighted = words_of(sighted)
        facts = facts_of(sighted)
        self.facts = _FACTS.setdefault(facts, facts)


class Numbers:
    """The numbers of one writing transaction; `known` are those that were looked up, by tag."""

    def __init__(
        self, connection: sqlite3.Connection, epoch: int, batch: int, batch_key: BatchKey,
        before: Remembered | None = None,
    ) -> None:  # fmt: skip
        """`before` is what an earlier transaction of this connection looked up (`remember`)."""
        self._connection = connection
        self._epoch = epoch
        self._batch = batch
        self._batch_key = batch_key
        state, known, of = before or (None, {}, None)
        if of is None or state != self._state():
            known = {}
            of = lru_cache(_MOST_NUMBERED)(partial(Numbered, known=known))
        self.known: dict[bytes, int] = known
        # What the tags of a session or presence come to. Raises KeyError where one of them was not looked up.
        self.of: Callable[[bytes], Numbered] = of
        self._fresh: list[tuple[int, int, bytes, int, bytes]] = []
        highest = connection.execute("SELECT max(id) FROM main.identifiers").fetchone()[0]
        self._rank = 0 if highest is None else highest // NUMBERS_PER_RANK + 1

    def make_room(self) -> None:
        """Forgets what was looked up where it is much; what is needed from here on has to be looked up again."""
        if len(self.known) > _MOST_KNOWN:
            self.flush()
            self.known.clear()

    def look_up(self, wanted: Iterable[Named]) -> None:
        """Makes `number` know all of these: those the ledger has, and new numbers for the others."""
        unknown = {named[2]: named for named in wanted if named[2] not in self.known}
        tags = list(unknown)
        for at in range(0, len(tags), _BLOCK):
            block = tags[at : at + _BLOCK]
            marks = ", ".join("?" * len(block))
            query = f"SELECT tag, id FROM main.identifiers WHERE tag IN ({marks})"
            self.known.update(self._connection.execute(query, block))
        for tag, named in unknown.items():
            if tag not in self.known:
                self.known[tag] = self._give(named)

    def knows(self, tags: bytes) -> bool:
        """Whether all of these tags, as they are stored, were looked up."""
        try:
            self.of(tags)
        except KeyError:
            return False
        return True

    def number(self, tag: bytes) -> int:
        """The number of a tag that was looked up."""
        return self.known[tag]

    def _give(self, named: Named) -> int:
        code, _, tag, shown = named
        number = self._rank * NUMBERS_PER_RANK + code
        self._rank += 1
        batch, value = 0, b""
        if code not in VALUELESS:
            batch, value = self._batch, self._batch_key.seal(VALUE, number, shown.encode())
        self._fresh.append((number, self._epoch, tag, batch, value))
        return number

    def _state(self) -> State:
        """What differs as soon as the numbers that the ledger has may be others: anybody else has written to the file
        (https://sqlite.org/pragma.html#pragma_data_version), or this connection has."""
        version = self._connection.execute("PRAGMA main.data_version").fetchone()[0]
        return self._epoch, version, self._connection.total_changes

    def remember(self) -> Remembered:
        """What was looked up, for the next transaction; of use where that begins before anything else is written."""
        return self._state(), self.known, self.of

    def flush(self) -> None:
        """Writes the numbers given out."""
        if self._fresh:
            self._connection.executemany("INSERT INTO main.identifiers VALUES (?, ?, ?, ?, ?)", self._fresh)
            self._fresh = []
