"""Taking erased entries out of the derived tables: what they alone stood behind goes, what others share is recounted.

Only what was touched is worked out again, and the outcome is what replaying the rest of the log would give.
"""

from __future__ import annotations

from collections import Counter

from isolation.ledger.packing import unpack_identifiers
from isolation.ledger.session_rows import SessionRow
from isolation.ledger.tags import ACCOUNT, LINKING_CODES, NUMBERS_PER_RANK
from isolation.model import UNDATED, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

    Pair = tuple[int, int, int, int, int]

_ERASING = "(SELECT i FROM temp.erasing)"


class Forgotten(Value):
    """What left the tables: how many sessions and accounts were touched, how many accounts are wholly gone, the begins
    (µs) of the first and the last dated session, and the numbering as an erasure tells it (`floor`, `last`)."""

    __slots__ = ("accounts", "first", "floor", "gone", "last", "latest", "sessions")
    sessions: int
    accounts: int
    gone: int
    first: int | None
    latest: int | None
    floor: int
    last: tuple[tuple[int, int], ...]

    def __init__(
        self, sessions: int, accounts: int, gone: int, first: int | None, latest: int | None, floor: int,
        last: tuple[tuple[int, int], ...],
    ) -> None:  # fmt: skip
        self._init(sessions=sessions, accounts=accounts, gone=gone, first=first, latest=latest, floor=floor, last=last)


def forget(
    connection: sqlite3.Connection, entries: Iterable[int], gone: Iterable[bytes], kept: Iterable[bytes]
) -> Forgotten:
    """Takes these entries out of the derived tables; with a session, all that tells of it has to be among them.

    `gone` and `kept` are the tags of entries that are in no derived table: of those that go, and of those that stay.
    """
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS erasing (i INTEGER PRIMARY KEY)")
    connection.execute("DELETE FROM temp.erasing")
    connection.executemany("INSERT INTO temp.erasing VALUES (?)", [(entry,) for entry in entries])
    forgetting = _Forgetting(connection)
    forgetting.collect(gone)
    forgetting.delete()
    floor, forgotten, last = forgetting.number_on()
    forgetting.recount_sightings()
    forgetting.recount_facts()
    forgetting.recount_tallies()
    forgetting.drop_identifiers(kept)
    return Forgotten(
        forgetting.sessions, len(forgetting.accounts), forgotten, forgetting.first, forgetting.latest, floor, last
    )


def recount_kinds(connection: sqlite3.Connection, erased: Mapping[str, int], kept: Mapping[str, int]) -> None:
    """Takes erased entries off `kinds`: how many of each kind, and the latest one of it that stays."""
    for kind, count in erased.items():
        if kind in kept:
            change = "UPDATE main.kinds SET count = count - ?, latest = ? WHERE kind = ?"
            connection.execute(change, (count, kept[kind], kind))
        else:
            connection.execute("DELETE FROM main.kinds WHERE kind = ?", (kind,))


class _Forgetting:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._run = connection.execute
        self._many = connection.executemany
        self.sessions = 0
        self.first: int | None = None
        self.latest: int | None = None
        self.accounts: set[int] = set()
        self._touched: set[int] = set()  # identifiers of all kinds
        self._uses: Counter[int] = Counter()  # sessions that had an identifier of this fact code
        self._tallies: set[tuple[int, int, int]] = set()

    def collect(self, tags: Iterable[bytes]) -> None:
        """Looks at the sessions and scans that go, and at these tags."""
        for account, operator, begin, provenance, success, refused, packed in self._run(
            "SELECT account, operator, begin, provenance, success, refused, identifiers FROM main.sessions"
            f" WHERE entry IN {_ERASING}"
        ):
            self.sessions += 1
            self.accounts.add(account)
            numbers = [number for number, _ in unpack_identifiers(packed)]
            self._touched.update(numbers, (account,), () if operator is None else (operator,))
            self._tallies.add((provenance, success, refused))
            if success:
                told = numbers if operator is None else [*numbers, operator]
                self._uses.update({number % NUMBERS_PER_RANK for number in told})
            if begin != UNDATED:
                self.first = begin if self.first is None else min(begin, self.first)
                self.latest = begin if self.latest is None else max(begin, self.latest)
        for operator, packed in self._run(
            f"SELECT operator, identifiers FROM main.presences WHERE entry IN {_ERASING}"
        ):
            self._touched.update((operator,), (number for number, _ in unpack_identifiers(packed)))
        points = f"SELECT DISTINCT point FROM main.scans WHERE entry IN {_ERASING}"
        self._touched.update(point for (point,) in self._run(points))
        for (packed,) in self._run(f"SELECT identifiers FROM main.joins WHERE entry IN {_ERASING}"):
            self._touched.update(number for number, _ in unpack_identifiers(packed))
        for pair in self._run(f"SELECT label, identifier FROM main.labels WHERE entry IN {_ERASING}"):
            self._touched.update(pair)
        self._touched.update(self._numbers(tags))

    def _numbers(self, tags: Iterable[bytes]) -> Iterator[int]:
        for tag in tags:
            yield from self._run("SELECT id FROM main.identifiers WHERE tag = ?", (tag,)).fetchone() or ()

    def delete(self) -> None:
        """Takes the rows of the entries themselves away."""
        for table in (
            "sessions",
            "presences",
            "changes",
            "rows",
            "scans",
            "labels",
            "leases",
            "joins",
            "closes",
            "observations",
        ):
            self._run(f"DELETE FROM main.{table} WHERE entry IN {_ERASING}")
        self._run(f"DELETE FROM main.connections WHERE session IN {_ERASING}")

    def number_on(self) -> tuple[int, int, tuple[tuple[int, int], ...]]:
        """The highest number of accounts that are gone and how many they are; the last numbers of others."""
        floor, gone, last = 0, 0, []
        for account in self.accounts:
            known = self._run("SELECT sequence FROM main.accounts WHERE account = ?", (account,)).fetchone()[0]
            entry, highest = self._run(
                "SELECT max(entry), max(sequence) FROM main.sessions WHERE account = ?", (account,)
            ).fetchone()
            if entry is None:
                floor, gone = max(floor, known), gone + 1
                self._run("DELETE FROM main.accounts WHERE account = ?", (account,))
            elif known > highest:
                last.append((entry, known))
        return floor, gone, tuple(last)

    def recount_sightings(self) -> None:
        """Sums up anew what each touched account saw, and which of it is shared."""
        for account in self.accounts:
            self._run("DELETE FROM main.sightings WHERE account = ?", (account,))
            self._many("INSERT INTO main.sightings VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self._summed(account))
        for number in self._touched:
            if number % NUMBERS_PER_RANK not in LINKING_CODES:
                continue
            query = "SELECT count(DISTINCT account) FROM main.sightings WHERE identifier = ?"
            accounts = self._run(query, (number,)).fetchone()[0]
            if accounts > 1:
                self._run("UPDATE main.shared SET accounts = ? WHERE identifier = ?", (accounts, number))
            else:
                self._run("DELETE FROM main.shared WHERE identifier = ?", (number,))

    def _summed(self, account: int) -> list[tuple[int, ...]]:
        sums: dict[Pair, list[int]] = {}
        for columns in self._run("SELECT * FROM main.sessions WHERE account = ? AND success = 1", (account,)):
            row = SessionRow(*columns)
            channel, provenance, begin = row.channel, row.provenance, row.begin
            for number, confidence in row.sighted():
                known = sums.setdefault((number, account, channel, provenance, confidence), [begin, begin, 0])
                known[:] = min(begin, known[0]), max(begin, known[1]), known[2] + 1
        return sorted((*pair, first, last, count) for pair, (first, last, count) in sums.items())

    def recount_facts(self) -> None:
        """How many sessions had each fact, and how many identifiers of it were seen in a use."""
        codes = {number % NUMBERS_PER_RANK for number in self._touched}
        for code in codes:
            seen = self._run(
                f"SELECT count(DISTINCT identifier) FROM main.sightings WHERE identifier % {NUMBERS_PER_RANK} = ?",
                (code,),
            ).fetchone()[0]
            self._run(
                "UPDATE main.facts SET sessions = sessions - ?, identifiers = ? WHERE code = ?",
                (self._uses[code], seen, code),
            )
        self._run("DELETE FROM main.facts WHERE identifiers = 0")

    def recount_tallies(self) -> None:
        """Counts and bounds of the touched combinations of provenance, success and refusal."""
        for tally in self._tallies:
            self._run("DELETE FROM main.tallies WHERE provenance = ? AND success = ? AND refused = ?", tally)
            self._run(
                "INSERT INTO main.tallies SELECT provenance, success, refused, count(*), min(begin), max(begin)"
                " FROM main.sessions WHERE provenance = ? AND success = ? AND refused = ? GROUP BY 1, 2, 3",
                tally,
            )

    def drop_identifiers(self, kept: Iterable[bytes]) -> None:
        """Takes away tag and value of what no entry names any more."""
        unseen = {number for number in self._touched if not self._is_seen(number)}
        unseen.difference_update(self._numbers(kept))
        unseen.difference_update(number for (number,) in self._run("SELECT DISTINCT operator FROM main.sessions"))
        unseen.difference_update(number for (number,) in self._run("SELECT DISTINCT operator FROM main.presences"))
        unseen.difference_update(number for (number,) in self._run("SELECT DISTINCT point FROM main.scans"))
        for pair in self._run("SELECT label, identifier FROM main.labels"):
            unseen.difference_update(pair)
        for (packed,) in self._run(
            "SELECT identifiers FROM main.sessions WHERE success = 0 UNION ALL SELECT identifiers FROM main.presences"
            " UNION ALL SELECT identifiers FROM main.joins"
        ):
            unseen.difference_update(number for number, _ in unpack_identifiers(packed))
        self._many("DELETE FROM main.identifiers WHERE id = ?", [(number,) for number in unseen])

    def _is_seen(self, number: int) -> bool:
        table, column = ("accounts", "account") if number % NUMBERS_PER_RANK == ACCOUNT else ("sightings", "identifier")
        return self._run(f"SELECT 1 FROM main.{table} WHERE {column} = ?", (number,)).fetchone() is not None
