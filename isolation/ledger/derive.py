"""What entries mean for the derived tables. The same code keeps them while writing and makes them anew to verify.

Sums are collected and written together; `flush` makes the tables tell all that was said before it.
"""

from __future__ import annotations

from isolation.ledger.packing import facts_of, join_identifiers, pack_identifiers, unpack_identifiers, words_of
from isolation.ledger.recounting import unsight
from isolation.ledger.schema import DERIVED
from isolation.ledger.session_rows import SessionRow
from isolation.ledger.tags import LINKING_CODES, NUMBERS_PER_RANK
from isolation.model import CONFIDENCES

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from typing import Any

    from isolation.ledger.leases import LeaseRow
    from isolation.ledger.numbering import Numbered
    from isolation.ledger.packing import Identifiers
    from isolation.ledger.session_rows import PresenceRow

    # Account, channel, provenance, identifiers (`words_of`) and codes of facts.
    Use = tuple[int, int, int, tuple[int, ...], frozenset[int]]
    # identifier, account, channel, provenance, confidence
    Pair = tuple[int, int, int, int, int]

_BLOCK = 400  # pairs looked up by one statement
_MOST_KNOWN = 500_000
_MOST_USES = 1 << 14
_CERTAIN = CONFIDENCES.index("certain")


class Derived:
    """The derived tables of one connection whose names begin with `prefix`."""

    def __init__(self, connection: sqlite3.Connection, prefix: str = "main.") -> None:
        self._run = connection.execute
        self._many = connection.executemany
        self._prefix = prefix
        self._sessions: list[tuple[object, ...]] = []
        self._presences: list[tuple[object, ...]] = []
        self._uses: dict[Use, list[int]] = {}  # how often, first and last
        self._pairs: dict[Pair, list[int]] = {}  # the same, of what is no more in `_uses`
        self._kinds: dict[str, list[int]] = {}
        self._tallies: dict[tuple[int, int, int], list[int]] = {}
        self._facts: dict[int, int] = {}
        self._sequences: dict[int, int] = {}
        self._rows: list[tuple[int, bytes, int, bytes]] = []
        self._known: set[tuple[int, int]] = set()

    def kind(self, kind: str, entry: int) -> None:
        """There is an entry of this kind."""
        known = self._kinds.setdefault(kind, [0, entry])
        known[0] += 1
        known[1] = entry

    def session(self, row: SessionRow, numbered: Numbered | None = None) -> None:
        """There is a session; `numbered` is what its tags come to, where others had the same."""
        self._sessions.append(row.columns())
        self._sequences[row.account] = max(row.sequence, self._sequences.get(row.account, 0))
        kind, begin = (row.provenance, row.success, row.refused), row.begin
        tally = self._tallies.get(kind)
        if tally is None:
            tally = self._tallies[kind] = [0, begin, begin]
        _extend(tally, begin)
        if row.success:
            if numbered:
                self._count(row, numbered.sighted, numbered.facts)
            else:
                self._sight(row, row.sighted())

    def presence(self, row: PresenceRow) -> None:
        """An operator was at work: no account is touched, so nothing is sighted or counted."""
        self._presences.append(row.columns())

    def numbered(self, account: int, sequence: int) -> None:
        """An account had numbers up to this one; the sessions that had the last of them are erased."""
        self._sequences[account] = max(sequence, self._sequences.get(account, 0))

    def row(self, begin: int, core: bytes, entry: int, fields: bytes) -> None:
        """A session was imported from a log's row; `fields` replaces what was known of it."""
        self._rows.append((begin, core, entry, fields))

    def scan(self, entry: int, session: int, points: Iterable[tuple[int, int]], unit: int) -> None:
        """A session saw these access points, each with a weight."""
        self._many(
            f"INSERT INTO {self._prefix}scans VALUES (?, ?, ?, ?, ?)",
            [(entry, session, point, weight, unit) for point, weight in points],
        )

    def label(self, entry: int, label: int, identifiers: Iterable[int]) -> None:
        """A label was learnt to stand for these identifiers."""
        self._many(
            f"INSERT INTO {self._prefix}labels VALUES (?, ?, ?)",
            [(entry, label, identifier) for identifier in identifiers],
        )

    def lease(self, entry: int, row: LeaseRow) -> None:
        """A router told that a machine had an address for a time."""
        self._run(f"INSERT INTO {self._prefix}leases VALUES (?, ?, ?, ?, ?)", (entry, *row))

    def connect(self, session: int, begin: int, connections: Iterable[bytes]) -> None:
        """A session or presence has names by which closes find it."""
        self._many(
            f"INSERT INTO {self._prefix}connections VALUES (?, ?, ?, NULL)",
            [(connection, begin, session) for connection in connections],
        )

    def close(self, entry: int, connection: bytes, at: int) -> None:
        """A log told that a session of this name ended then."""
        self._run(f"INSERT INTO {self._prefix}closes VALUES (?, ?, ?)", (entry, connection, at))

    def closed(self, entry: int, session: int, at: int | None) -> None:
        """The end that closes tell of a session or presence is now this; None, none."""
        self.flush()
        table, before = self._before(session)
        self._run(f"INSERT INTO {self._prefix}changes VALUES (?, ?, ?, ?, ?)", (entry, session, *before))
        self._run(f'UPDATE {table} SET "end" = ? WHERE entry = ?', (at, session))
        self._run(f'UPDATE {self._prefix}connections SET "end" = ? WHERE session = ?', (at, session))

    def join(self, entry: int, session: int, client: bytes, identifiers: Identifiers) -> None:
        """What leases tell of a session or presence is now this, and nothing else; no client, nothing."""
        self.flush()
        table, before = self._before(session)
        self._run(f"INSERT INTO {self._prefix}changes VALUES (?, ?, ?, ?, ?)", (entry, session, *before))
        known = unpack_identifiers(before[2])
        own, _ = self._apart(session, known)
        added, whole = join_identifiers(own, identifiers)
        self._run(
            f"INSERT INTO {self._prefix}joins VALUES (?, ?, ?, ?)", (entry, session, client, pack_identifiers(added))
        )
        self._replace(table, session, known, whole)

    def _apart(self, session: int, known: Identifiers) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """The identifiers of a session that are its own, and those that were joined to it."""
        found = self._run(
            f"SELECT identifiers FROM {self._prefix}joins WHERE session = ? ORDER BY entry DESC LIMIT 1", (session,)
        ).fetchone()
        joined = {number for number, _ in unpack_identifiers(found[0])} if found else set()
        return [one for one in known if one[0] not in joined], [one for one in known if one[0] in joined]

    def _replace(self, table: str, session: int, known: Identifiers, whole: Identifiers) -> None:
        """Gives a session other identifiers than were known; what it lost is summed up anew."""
        self._run(f"UPDATE {table} SET identifiers = ? WHERE entry = ?", (pack_identifiers(whole), session))
        if table != f"{self._prefix}sessions" or list(known) == list(whole):
            return
        row = self._session(session)
        if row.success:
            lost = [one for one in known if one not in whole]
            if lost:
                self._unsight(row, lost, whole)
            self._sight(row, [one for one in whole if one not in known], known)

    def _unsight(self, row: SessionRow, lost: Identifiers, whole: Identifiers) -> None:
        """Takes identifiers off a session's sightings; its row has its new ones already."""
        gone = {number for number, _ in lost}
        unsight(self._run, self._prefix, row.account, gone, {number for number, _ in whole})
        self._known.difference_update((number, row.account) for number in gone)

    def change(
        self, entry: int, session: int, *, end: int | None = None, operator: int | None = None,
        identifiers: Identifiers = (),
    ) -> None:  # fmt: skip
        """An entry tells more of an earlier session or presence: its end, operator, further or surer identifiers."""
        self.flush()
        table, before = self._before(session)
        self._run(f"INSERT INTO {self._prefix}changes VALUES (?, ?, ?, ?, ?)", (entry, session, *before))
        known = unpack_identifiers(before[2])
        own, joined = self._apart(session, known)
        _, own = join_identifiers(own, identifiers)
        rest, whole = join_identifiers(own, joined)
        if len(rest) < len(joined):
            self._rejoin(session, rest)
        self._run(
            f'UPDATE {table} SET operator = coalesce(operator, ?), "end" = coalesce("end", ?) WHERE entry = ?',
            (operator, end, session),
        )
        self._replace(table, session, known, whole)
        if operator is not None and before[0] is None and table == f"{self._prefix}sessions":
            row = self._session(session)
            if row.success:
                self._sight(row, [(operator, _CERTAIN)])

    def _rejoin(self, session: int, rest: Identifiers) -> None:
        """Some of what was joined to a session is its own now."""
        self._run(
            f"UPDATE {self._prefix}joins SET identifiers = ? WHERE entry ="
            f" (SELECT max(entry) FROM {self._prefix}joins WHERE session = ?)",
            (pack_identifiers(rest), session),
        )

    def _before(self, entry: int) -> tuple[str, tuple[Any, ...]]:
        """The table that an entry has its row in, and what of it can change."""
        for table in (f"{self._prefix}sessions", f"{self._prefix}presences"):
            found = self._run(f'SELECT operator, "end", identifiers FROM {table} WHERE entry = ?', (entry,)).fetchone()
            if found is not None:
                return table, found
        raise KeyError(entry)

    def observe(self, entry: int, session: int, seen: int, identifiers: Identifiers) -> None:
        """An entry tells of another identity that a session had while it was going on."""
        self.change(entry, session, identifiers=identifiers)
        self._run(
            f"INSERT INTO {self._prefix}observations VALUES (?, ?, ?, ?, ?)",
            (self._session(session).account, session, entry, seen, pack_identifiers(identifiers)),
        )

    def late(self, entry: int, row: SessionRow) -> None:
        """An entry gives a session that had none its tags and sequence."""
        self._run(f"INSERT INTO {self._prefix}changes VALUES (?, ?, NULL, NULL, NULL)", (entry, row.entry))
        self.session(row)

    def pending(self, entry: int, kind: str, session: int | None) -> None:
        """An entry was appended while the index key was out of reach; it may end or amend a session."""
        self._run(f"INSERT INTO {self._prefix}pending VALUES (?, ?, ?)", (entry, kind, session))

    def indexed(self, entry: int) -> None:
        """An entry that was pending has its tags."""
        self._run(f"DELETE FROM {self._prefix}pending WHERE entry = ?", (entry,))

    def _session(self, entry: int) -> SessionRow:
        return SessionRow(*self._run(f"SELECT * FROM {self._prefix}sessions WHERE entry = ?", (entry,)).fetchone())

    def _sight(self, row: SessionRow, identifiers: Identifiers, known: Identifiers = ()) -> None:
        """Counts further identifiers of a session that had those known."""
        self._count(row, words_of(identifiers), facts_of(identifiers) - facts_of(known))

    def _count(self, row: SessionRow, sighted: tuple[int, ...], facts: frozenset[int]) -> None:
        """Counts a use; most logs have many that are alike."""
        use = (row.account, row.channel, row.provenance, sighted, facts)
        known = self._uses.get(use)
        if known is not None:
            _extend(known, row.begin)
            return
        if len(self._uses) >= _MOST_USES:
            self._take_apart()
        self._uses[use] = [1, row.begin, row.begin]

    def _take_apart(self) -> None:
        """Makes of the uses that were counted what their identifiers count for."""
        pairs = self._pairs
        for (account, channel, provenance, sighted, facts), (count, first, last) in self._uses.items():
            for word in sighted:
                pair = (word >> 2, account, channel, provenance, word & 3)
                known = pairs.get(pair)
                if known is None:
                    pairs[pair] = [first, last, count]
                else:
                    if first < known[0]:
                        known[0] = first
                    if last > known[1]:
                        known[1] = last
                    known[2] += count
            for code in facts:
                self._facts[code] = self._facts.get(code, 0) + count
        self._uses = {}

    def flush(self) -> None:
        """Writes what was collected."""
        prefix = self._prefix
        if self._sessions:
            self._many(f"INSERT INTO {prefix}sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", self._sessions)
            self._sessions = []
        if self._presences:
            self._many(f"INSERT INTO {prefix}presences VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self._presences)
            self._presences = []
        self.flush_rows()
        self._take_apart()
        if self._pairs:
            self._flush_pairs()
        self._flush_sums()

    def flush_rows(self) -> None:
        """Writes the rows that were collected, so that they can be looked up."""
        if self._rows:
            self._many(
                f"INSERT INTO {self._prefix}rows VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET fields = excluded.fields",
                self._rows,
            )
            self._rows = []

    def _flush_sums(self) -> None:
        prefix = self._prefix
        self._many(
            f"INSERT INTO {prefix}kinds VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET count = count + excluded.count, latest = excluded.latest",
            [(kind, *known) for kind, known in self._kinds.items()],
        )
        self._many(
            f"INSERT INTO {prefix}tallies VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET count = count + excluded.count,"
            " first_begin = min(first_begin, excluded.first_begin), last_begin = max(last_begin, excluded.last_begin)",
            [(*key, *known) for key, known in self._tallies.items()],
        )
        self._many(
            f"INSERT INTO {prefix}facts VALUES (?, ?, 0)"
            " ON CONFLICT DO UPDATE SET sessions = sessions + excluded.sessions",
            list(self._facts.items()),
        )
        self._many(
            f"INSERT INTO {prefix}accounts VALUES (?, ?)"
            " ON CONFLICT DO UPDATE SET sequence = max(sequence, excluded.sequence)",
            list(self._sequences.items()),
        )
        self._kinds, self._tallies, self._facts, self._sequences = {}, {}, {}, {}

    def _flush_pairs(self) -> None:
        prefix = self._prefix
        grown = self._grown(dict.fromkeys((pair[0], pair[1]) for pair in self._pairs))
        self._many(
            f"INSERT INTO {prefix}sightings VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET count = count + excluded.count,"
            " first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen)",
            ((*pair, *self._pairs[pair]) for pair in sorted(self._pairs)),
        )
        self._pairs = {}
        self._many(
            f"INSERT INTO {prefix}shared VALUES (?, ?) ON CONFLICT DO UPDATE SET accounts = excluded.accounts",
            [
                (number, before + new)
                for number, (before, new) in grown.items()
                if before + new > 1 and number % NUMBERS_PER_RANK in LINKING_CODES
            ],
        )
        first_used: dict[int, int] = {}
        for number, (before, _) in grown.items():
            if before == 0:
                code = number % NUMBERS_PER_RANK
                first_used[code] = first_used.get(code, 0) + 1
        self._many(
            f"INSERT INTO {prefix}facts VALUES (?, 0, ?)"
            " ON CONFLICT DO UPDATE SET identifiers = identifiers + excluded.identifiers",
            list(first_used.items()),
        )

    def _grown(self, touched: Iterable[tuple[int, int]]) -> dict[int, tuple[int, int]]:
        """Of each identifier that meets new accounts: how many it had, and how many it meets."""
        fresh = [pair for pair in touched if pair not in self._known]
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        self._known.update(fresh)
        prefix = self._prefix
        met: dict[int, int] = {}
        for block, values in _blocks(fresh, "(?, ?)"):
            query = (
                f"WITH pair (identifier, account) AS (VALUES {values}) SELECT identifier FROM pair WHERE NOT EXISTS"
                f" (SELECT 1 FROM {prefix}sightings s"
                " WHERE s.identifier = pair.identifier AND s.account = pair.account)"
            )
            for (number,) in self._run(query, [part for pair in block for part in pair]):
                met[number] = met.get(number, 0) + 1
        grown = {}
        for numbers, values in _blocks(list(met), "(?)"):
            query = (
                f"WITH grown (identifier) AS (VALUES {values}) SELECT identifier, coalesce("
                f"(SELECT accounts FROM {prefix}shared s WHERE s.identifier = grown.identifier),"
                f" EXISTS (SELECT 1 FROM {prefix}sightings s WHERE s.identifier = grown.identifier)) FROM grown"
            )
            for number, before in self._run(query, numbers):
                grown[number] = (before, met[number])
        return grown


def make_derived(connection: sqlite3.Connection, prefix: str) -> None:
    """Makes empty derived tables whose names begin with `prefix`, in the temporary database."""
    for name, statement in DERIVED.items():
        connection.execute(statement.replace(f"TABLE {name} ", f"TABLE {prefix}{name} "))


def _extend(known: list[int], begin: int) -> None:
    known[0] += 1
    if begin < known[1]:
        known[1] = begin
    if begin > known[2]:
        known[2] = begin


def _blocks(items: list, mark: str) -> Iterator[tuple[list, str]]:  # type: ignore[type-arg]  # of numbers or of pairs
    for at in range(0, len(items), _BLOCK):
        block = items[at : at + _BLOCK]
        yield block, ", ".join([mark] * len(block))
