"""The numbers of identifiers: looked up by tag many at once, given out in order of appearance."""

from __future__ import annotations

from isolation.ledger.sealing import VALUE
from isolation.ledger.tags import NUMBERS_PER_RANK, VALUELESS

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from isolation.ledger.sealing import BatchKey
    from isolation.ledger.terms import Named

_BLOCK = 500  # tags looked up by one statement
_MOST_KNOWN = 500_000


class Numbers:
    """The numbers of one writing transaction; `known` are those that were looked up, by tag."""

    def __init__(self, connection: sqlite3.Connection, epoch: int, batch: int, batch_key: BatchKey) -> None:
        self._connection = connection
        self._epoch = epoch
        self._batch = batch
        self._batch_key = batch_key
        self.known: dict[bytes, int] = {}
        self._fresh: list[tuple[int, int, bytes, int, bytes]] = []
        highest = connection.execute("SELECT max(id) FROM main.identifiers").fetchone()[0]
        self._rank = 0 if highest is None else highest // NUMBERS_PER_RANK + 1

    def look_up(self, wanted: Iterable[Named]) -> None:
        """Makes `number` know all of these: those the ledger has, and new numbers for the others."""
        if len(self.known) > _MOST_KNOWN:
            self.flush()
            self.known.clear()
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

    def flush(self) -> None:
        """Writes the numbers given out."""
        if self._fresh:
            self._connection.executemany("INSERT INTO main.identifiers VALUES (?, ?, ?, ?, ?)", self._fresh)
            self._fresh = []
