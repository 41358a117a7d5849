"""The course of sessions, for rules that sums do not settle: only the sessions that are in question are opened.

What is handed over are `isolation.evidence.Visit` values, by begin. Every question is first narrowed by an index or
by begins and ends alone, because unpacking identifiers is what costs (docs/decisions/0033).
"""

from __future__ import annotations

from isolation.evidence import DAY, LONGEST, Visit
from isolation.ledger.packing import unpack_identifiers
from isolation.ledger.tags import fact_of
from isolation.model import CHANNELS, CONFIDENCES, PROVENANCES, UNDATED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any, TypeAlias

    from isolation.evidence import Seen

    Row: TypeAlias = tuple[Any, ...]

_MOST_KNOWN = 100_000
_COLUMNS = 'entry, account, begin, "end", operator, channel, provenance, refused, identifiers'


class Visits:
    """The sessions of one state, from the tables with that prefix, up to the entry `size` (None: all)."""

    def __init__(self, query: Callable[..., Any], prefix: str, size: int | None = None) -> None:
        self._query = query
        self._prefix = prefix
        self._size = size
        self._known: dict[bytes, tuple[Seen, ...]] = {}

    def _rows(self, where: str, parameters: tuple[object, ...], columns: str = _COLUMNS) -> list[Row]:
        query = f"SELECT {columns} FROM {self._prefix}sessions WHERE {where} AND entry < coalesce(?, entry + 1)"
        return self._query(query, (*parameters, self._size)).fetchall()  # type: ignore[no-any-return]  # rows

    def _visits(self, rows: Iterable[Row]) -> tuple[Visit, ...]:
        return tuple(map(self._visit, sorted(rows, key=lambda row: (row[2], row[0]))))

    def _visit(self, row: Row) -> Visit:
        entry, account, begin, end, operator, channel, provenance, refused, packed = row
        return Visit(
            entry, account, begin, end, operator=operator, channel=CHANNELS[channel],
            provenance=PROVENANCES[provenance], refused=bool(refused), seen=self._seen(packed),
        )  # fmt: skip

    def _seen(self, packed: bytes) -> tuple[Seen, ...]:
        """What a session saw; sessions repeat each other, so it is remembered."""
        known = self._known.get(packed)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[packed] = tuple(
                (number, fact_of(number), CONFIDENCES[confidence]) for number, confidence in unpack_identifiers(packed)
            )
        return known

    def of_account(self, account: int, operator: int | None = None) -> tuple[Visit, ...]:
        """All dated uses of an account, or those by one operator."""
        rows = self._rows(
            "account = ? AND success = 1 AND begin > ? AND operator IS coalesce(?, operator)",
            (account, UNDATED, operator),
        )
        return self._visits(rows)

    def with_any(self, account: int, identifiers: Iterable[int]) -> tuple[Visit, ...]:
        """The uses of an account that saw one of these identifiers."""
        wanted = frozenset(identifiers)
        rows = self._rows("account = ? AND success = 1", (account,))
        return self._visits([row for row in rows if not wanted.isdisjoint(n for n, _ in unpack_identifiers(row[-1]))])

    def presences(self, identifiers: Iterable[int]) -> dict[int, tuple[Visit, ...]]:
        """By operator, the dated presences that saw one of these identifiers; failed logins are none."""
        wanted = frozenset(identifiers)
        query = (
            'SELECT entry, 0, begin, "end", operator, channel, ?, 0, identifiers'
            f" FROM {self._prefix}presences WHERE success = 1 AND begin > ? AND entry < coalesce(?, entry + 1)"
        )
        found: dict[int, list[Row]] = {}
        for row in self._query(query, (PROVENANCES.index("imported"), UNDATED, self._size)):
            if not wanted.isdisjoint(number for number, _ in unpack_identifiers(row[-1])):
                found.setdefault(row[4], []).append(row)
        return {operator: self._visits(rows) for operator, rows in found.items()}

    def at_machines(self, machines: Mapping[int, Iterable[int]]) -> Iterator[tuple[int, tuple[Visit, ...]]]:
        """Of each of these machines, which these accounts used, the sessions that touch one of another account."""
        found: dict[int, list[Row]] = {machine: [] for machine in machines}
        for account in {account for accounts in machines.values() for account in accounts}:
            for row in self._rows("account = ? AND success = 1 AND begin > ?", (account, UNDATED)):
                for number, _ in unpack_identifiers(row[-1]):
                    if number in found:
                        found[number].append(row)
        for machine, rows in found.items():
            touching = list(_touching(rows, distinct=lambda row: row[1]))
            if touching:
                yield machine, self._visits(touching)

    def at_once(self, operator: int, accounts: Iterable[int]) -> tuple[Visit, ...]:
        """The sessions of an operator that were open while another one was; only those whose end was told."""
        rows = []
        for account in accounts:
            rows += self._rows(
                'account = ? AND success = 1 AND operator = ? AND "end" IS NOT NULL AND begin > ?',
                (account, operator, UNDATED),
            )  # fmt: skip
        return self._visits(_touching(rows, distinct=lambda row: row[0]))

    def begins(self, operator: int, account: int) -> tuple[int, ...]:
        """The begins (µs, ascending) of an operator's uses of an account."""
        where = "account = ? AND success = 1 AND operator = ?"
        return tuple(sorted(begin for (begin,) in self._rows(where, (account, operator), "begin")))

    def open_at(self, machine: int, accounts: Iterable[int], moment: int) -> tuple[Visit, ...]:
        """The sessions of these accounts on a machine that may be open at a moment, or began shortly before it."""
        rows = []
        for account in accounts:
            found = self._rows(
                'account = ? AND success = 1 AND begin BETWEEN ? AND ? AND (begin >= ? OR "end" > ?)',
                (account, UNDATED + 1, moment, moment - LONGEST, moment),
            )
            rows += [row for row in found if any(number == machine for number, _ in unpack_identifiers(row[-1]))]
        return self._visits(rows)

    def refused(self) -> list[int]:
        """The accounts that a begin was refused for."""
        mark = f"SELECT 1 FROM {self._prefix}sessions s WHERE s.account = a.account AND success = 0 AND refused = 1"
        return [one for (one,) in self._query(f"SELECT account FROM {self._prefix}accounts a WHERE EXISTS ({mark})")]

    def refused_since(self, account: int, since: int) -> tuple[Visit, ...]:
        """The refused begins of an account since then."""
        return self._visits(self._rows("account = ? AND success = 0 AND refused = 1 AND begin >= ?", (account, since)))

    def is_told_since(self, account: int, since: int) -> bool:
        """Whether a person or another log told of a use of the account since then."""
        where = "account = ? AND success = 1 AND begin >= ? AND provenance > 0"
        return bool(self._rows(where, (account, since), "count(*)")[0][0])

    def moved(self, account: int | None = None) -> dict[int, tuple[Visit, ...]]:
        """By account, the uses that had more than one identity while they went on."""
        seen: dict[int, list[tuple[int, tuple[Seen, ...]]]] = {}
        accounts: dict[int, int] = {}
        first: dict[int, tuple[Seen, ...]] = {}
        for owner, session, moment, packed, before in self._query(
            "SELECT o.account, o.session, seen, o.identifiers, c.identifiers FROM main.observations o"
            " JOIN main.changes c ON c.entry = o.entry"
            " WHERE account = coalesce(?, account) AND o.entry < coalesce(?, o.entry + 1) ORDER BY o.session, o.entry",
            (account, self._size),
        ):
            seen.setdefault(session, []).append((moment, self._seen(packed)))
            accounts[session] = owner
            first.setdefault(session, self._seen(before))
        found: dict[int, list[Visit]] = {}
        for session, later in seen.items():
            for row in self._rows("entry = ? AND success = 1", (session,)):
                found.setdefault(accounts[session], []).append(
                    self._visit(row).replace(seen=first[session], later=tuple(later))
                )
        return {owner: tuple(sorted(visits, key=_order)) for owner, visits in found.items()}

    def after_refusals(self, account: int) -> tuple[Visit, ...]:
        """The refused begins of an account, and every begin within 24 hours after one."""
        refused = self._rows("account = ? AND success = 0 AND refused = 1 AND begin > ?", (account, UNDATED))
        rows = {row[0]: row for row in refused}
        for refusal in refused:
            begin = refusal[2]
            later = self._rows("account = ? AND success = 1 AND begin BETWEEN ? AND ?", (account, begin, begin + DAY))
            rows.update((row[0], row) for row in later)
        return self._visits(rows.values())

    def told_since(self, since: int) -> dict[int, tuple[Visit, ...]]:
        """By account, the uses since then that a person or another log told of, with the recorded sessions around."""
        accounts = self._rows("begin >= ? AND provenance > 0 AND success = 1", (since,), "DISTINCT account")
        return {account: self.since(account, since) for (account,) in accounts}

    def since(self, account: int, since: int) -> tuple[Visit, ...]:
        """The uses of an account that began since then, and those that may have gone on until then."""
        return self._visits(self._rows("account = ? AND success = 1 AND begin >= ?", (account, since - LONGEST)))


def _touching(rows: Iterable[Row], distinct: Callable[[Row], object]) -> Iterator[Row]:
    """The rows of each run in which every session begins before, or when, those before it are over; of a run that
    holds one thing only, none. A session without an end may go on for `LONGEST`."""
    run: list[Row] = []
    reach = 0
    for row in sorted(rows, key=lambda row: (row[2], row[0])):
        if run and row[2] > reach:
            if len(set(map(distinct, run))) > 1:
                yield from run
            run, reach = [], 0
        run.append(row)
        reach = max(reach, row[3] if row[3] is not None else row[2] + LONGEST)
    if len(set(map(distinct, run))) > 1:
        yield from run


def _order(visit: Visit) -> tuple[int, int]:
    return visit.begin, visit.entry
