"""The numbers of identifiers as the ledger has them, each checked when a replay of the log first meets it."""

from __future__ import annotations

from isolation.ledger.sealing import VALUE, Unopenable
from isolation.ledger.tags import NUMBERS_PER_RANK, VALUELESS
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable

    from isolation.ledger.sealing import BatchKey
    from isolation.ledger.terms import Named, Terms

PREFIX = "temp.rebuilt_"
_BLOCK = 500
_MOST_KNOWN = 500_000


class KnownNumbers:
    """Looks up identifiers many at once; `report(entry, text)` takes what does not hold."""

    def __init__(
        self, connection: sqlite3.Connection, terms: Terms, epoch: int, batch_key: Callable[[int], BatchKey],
        report: Callable[[int | None, str], None],
    ) -> None:  # fmt: skip
        self._connection = connection
        self._terms = terms
        self._epoch = epoch
        self._batch_key = batch_key
        self._report = report
        self._known: dict[bytes, int] = {}
        self._unknown = 0
        connection.execute(f"CREATE TABLE {PREFIX}identifiers (id INTEGER PRIMARY KEY)")

    def look_up(self, wanted: Iterable[Named]) -> None:
        """Makes `number` know all of these."""
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        unknown = {named.tag: named for named in wanted if named.tag not in self._known}
        tags = list(unknown)
        for at in range(0, len(tags), _BLOCK):
            block = tags[at : at + _BLOCK]
            query = (
                "SELECT id, epoch, tag, batch, value FROM main.identifiers"
                f" WHERE tag IN ({', '.join('?' * len(block))})"
            )
            rows = self._connection.execute(query, block).fetchall()
            numbers = []
            for row in rows:
                if row[2] in unknown:  # a damaged index finds rows of other tags
                    self._check(unknown[row[2]], *row)
                    numbers.append((row[0],))
            self._connection.executemany(f"INSERT OR IGNORE INTO {PREFIX}identifiers VALUES (?)", numbers)
        for tag, named in unknown.items():
            if tag not in self._known:
                self._unknown += 1
                # A number that no table has, so that all that hangs on it shows as well.
                self._known[tag] = named.code - self._unknown * NUMBERS_PER_RANK
                self._report(None, message("identifiers: there is none with the tag {tag}", tag=tag.hex()))

    def number(self, tag: bytes) -> int:
        """The number of a tag that was looked up."""
        return self._known[tag]

    def _check(self, named: Named, number: int, epoch: int, tag: bytes, batch: int, value: bytes) -> None:
        self._known[tag] = number
        if number % NUMBERS_PER_RANK != named.code:
            self._report(None, message("identifiers: {number} is the number of another fact", number=number))
        if epoch != self._epoch:
            self._report(None, message("identifiers: {number} is of epoch {epoch}", number=number, epoch=epoch))
        if named.code in VALUELESS:
            if value or batch:
                self._report(None, message("identifiers: {number} has a value that its fact has not", number=number))
            return
        try:
            shown = self._batch_key(batch).open(VALUE, number, value).decode()
        except (Unopenable, UnicodeDecodeError):
            self._report(None, message("identifiers: the value of {number} does not open", number=number))
            return
        if shown != named.value and not self._same(named, shown):
            self._report(None, message("identifiers: the value of {number} is not that of its entries", number=number))

    def _same(self, named: Named, shown: str) -> bool:
        """Whether another spelling is of the same identifier: the entry that gave it may have been erased."""
        try:
            return self._terms.tag_of(named.code, shown) == named.tag
        except ValueError:
            return False
