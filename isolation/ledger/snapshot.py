"""Everything an audit reads, copied at one root, so that the ledger's lock is let go before rules look at it."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from isolation.audited import FactCoverage
from isolation.evidence import AccountGroup, Contact, IdentifierGroup, OperatorGroup, Sighting
from isolation.ledger.neighbourhoods import all_scans, groups_of, scan_groups
from isolation.ledger.reader import CHANNEL_SETS, LINKING, fill_uses
from isolation.ledger.tags import FACT_CODES, FACT_OF_CODE, LINKING_CODES, NUMBERS_PER_RANK, OPERATOR, fact_of
from isolation.ledger.visits import Visits
from isolation.model import CONFIDENCES, PROVENANCES

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

    from isolation.evidence import ScanGroup
    from isolation.ledger.stays import StayRow

    Counts = tuple[int, int, Mapping[str, int], Mapping[str, int]]


class Snapshot:
    """The shared identifiers, the accounts, the counts and the coverage of one state."""

    def __init__(self, connection: sqlite3.Connection, prefix: str = "main.", size: int | None = None) -> None:
        """Copies from the derived tables whose names begin so; the caller ends the read transaction after this.

        Entries from `size` on are left out of what is looked up later (None: those that are added from now on).
        """
        self._run = connection.execute
        self._prefix = prefix
        if size is None:
            size = self._run("SELECT coalesce(max(i) + 1, 0) FROM main.entries").fetchone()[0]
        self._size = size
        self.visits = Visits(self._run, prefix, size)
        name = f"snapshot_{connection.execute('SELECT count(*) FROM temp.sqlite_schema').fetchone()[0]}"
        self._groups, self._accounts = f"temp.{name}_groups", f"temp.{name}_accounts"
        self._run(
            f"CREATE TEMP TABLE {name}_groups AS SELECT identifier, account, min(first_seen) AS first,"
            " max(last_seen) AS last, sum(count) AS count,"
            " max(channel = 0) + 2 * max(channel = 1) + 4 * max(channel = 2) AS channels,"
            f" max(confidence) AS confidence, tag FROM {prefix}shared CROSS JOIN {prefix}sightings USING (identifier)"
            " CROSS JOIN main.identifiers i ON i.id = identifier GROUP BY identifier, account"
            " ORDER BY identifier, account"
        )
        self._run(
            f"CREATE TEMP TABLE {name}_accounts AS SELECT account, identifier, min(first_seen) AS first,"
            " max(last_seen) AS last, sum(count) AS count, max(confidence) AS confidence"
            f" FROM {prefix}sightings WHERE identifier % {NUMBERS_PER_RANK} IN {LINKING}"
            " GROUP BY account, identifier ORDER BY account, identifier"
        )
        self._operators = self._run(
            "SELECT identifier, account, min(first_seen), max(last_seen), sum(count),"
            " max(channel = 0) + 2 * max(channel = 1) + 4 * max(channel = 2), max(confidence), tag"
            f" FROM {prefix}sightings JOIN main.identifiers i ON i.id = identifier"
            f" WHERE identifier % {NUMBERS_PER_RANK} = {OPERATOR} GROUP BY identifier, account"
            " ORDER BY identifier, account"
        ).fetchall()
        self._tags = dict(self._run("SELECT id, tag FROM main.identifiers WHERE id % 32 = 1"))
        self._scans = scan_groups(all_scans(self._run, prefix))
        self._counts = self._count(prefix)
        self._coverage = self._cover(prefix)

    def all_groups(self, facts: Iterable[str] = ()) -> Iterator[IdentifierGroup]:
        """Every identifier that two or more accounts used, of these facts or of all linking ones."""
        codes = [FACT_CODES[fact] for fact in facts if fact in FACT_CODES]
        where = f" WHERE identifier % {NUMBERS_PER_RANK} IN ({', '.join(map(str, codes))})" if codes else ""
        rows = self._run(f"SELECT * FROM {self._groups}{where} ORDER BY rowid")
        for identifier, members in groupby(rows, itemgetter(0)):
            contacts = list(members)
            yield IdentifierGroup(
                identifier, fact_of(identifier), contacts[0][7].hex(),
                tuple(
                    Contact(account, first, last, count, CHANNEL_SETS[channels], CONFIDENCES[confidence])
                    for _, account, first, last, count, channels, confidence, _ in contacts
                ),
            )  # fmt: skip

    def all_operators(self) -> Iterator[OperatorGroup]:
        """Every operator with the accounts used; which sessions were open at once is for `visits` to tell."""
        for operator, members in groupby(self._operators, itemgetter(0)):
            contacts = list(members)
            yield OperatorGroup(
                operator, contacts[0][7].hex(),
                tuple(
                    Contact(account, first, last, count, CHANNEL_SETS[channels], CONFIDENCES[confidence])
                    for _, account, first, last, count, channels, confidence, _ in contacts
                ),
            )  # fmt: skip

    def account_tag(self, account: int) -> str:
        """The account's tag in hex."""
        tag: bytes = self._tags[account]
        return tag.hex()

    def operator_tag(self, operator: int) -> str:
        """The operator's tag in hex."""
        (tag,) = self._run("SELECT tag FROM main.identifiers WHERE id = ?", (operator,)).fetchone()
        return str(tag.hex())

    def with_uses(self, group: IdentifierGroup) -> IdentifierGroup:
        """The same group with every contact's uses."""
        return fill_uses(self._run, self._prefix, group)

    def stays(self) -> list[StayRow]:
        """Where and when each account was used."""
        from isolation.ledger.stays import stays

        return stays(self._run, self._prefix, self._size)

    def all_accounts(self) -> Iterator[AccountGroup]:
        """Every account with the identifiers of linking facts that it used."""
        rows = self._run(f"SELECT * FROM {self._accounts} ORDER BY rowid")
        for account, members in groupby(rows, itemgetter(0)):
            yield AccountGroup(
                account, self._tags[account].hex(),
                tuple(
                    Sighting(identifier, fact_of(identifier), first, last, count, CONFIDENCES[confidence])
                    for _, identifier, first, last, count, confidence in members
                ),
            )  # fmt: skip

    def scan_groups(self) -> Iterator[ScanGroup]:
        """Every access point that scans of two or more accounts heard among their strongest."""
        return groups_of(self._run, self._scans)

    def counts(self) -> Counts:
        """Uses, accounts with one, uses by provenance, and what is no use: failed logins and refusals."""
        return self._counts

    def coverage(self) -> tuple[FactCoverage, ...]:
        """How far each linking fact was seen."""
        return self._coverage

    def _count(self, prefix: str) -> Counts:
        provenance: dict[str, int] = dict.fromkeys(PROVENANCES, 0)
        not_uses = {"failed": 0, "refused": 0}
        for code, success, refused, count in self._run(
            f"SELECT provenance, success, refused, count FROM {prefix}tallies"
        ):
            if success:
                provenance[PROVENANCES[code]] += count
            else:
                not_uses["refused" if refused else "failed"] += count
        used = f"SELECT 1 FROM {prefix}sessions s WHERE s.account = a.account AND success = 1"
        accounts = self._run(f"SELECT count(*) FROM {prefix}accounts a WHERE EXISTS ({used})").fetchone()[0]
        return sum(provenance.values()), accounts, provenance, not_uses

    def _cover(self, prefix: str) -> tuple[FactCoverage, ...]:
        sessions = dict(self._run(f"SELECT code, sessions FROM {prefix}facts"))
        shared = dict(
            self._run(
                f"SELECT identifier % {NUMBERS_PER_RANK}, count(DISTINCT identifier) FROM {self._groups} GROUP BY 1"
            )
        )
        seen = {
            code: rest
            for code, *rest in self._run(
                f"SELECT identifier % {NUMBERS_PER_RANK}, count(DISTINCT account), count(DISTINCT identifier)"
                f" FROM {self._accounts} GROUP BY 1"
            )
        }
        covered = [
            FactCoverage(FACT_OF_CODE[code], sessions.get(code, 0), accounts, values, shared.get(code, 0))
            for code in LINKING_CODES
            for accounts, values in (seen.get(code, (0, 0)),)
        ]
        return (*covered, self._cover_scans(prefix))

    def _cover_scans(self, prefix: str) -> FactCoverage:
        uses = f"FROM main.scans c JOIN {prefix}sessions s ON s.entry = c.session WHERE s.success = 1"
        sessions, accounts, points = self._run(
            f"SELECT count(DISTINCT c.session), count(DISTINCT s.account), count(DISTINCT c.point) {uses}"
        ).fetchone()
        shared = f"SELECT 1 {uses} GROUP BY c.point HAVING count(DISTINCT s.account) > 1"
        (common,) = self._run(f"SELECT count(*) FROM ({shared})").fetchone()
        return FactCoverage("wifi_scan", sessions, accounts, points, common)
