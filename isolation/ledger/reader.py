"""Reading the derived tables: small groups of plain values, by number. Nothing here opens what is sealed."""

from __future__ import annotations

from isolation.errors import UsageError
from isolation.evidence import AccountGroup, Contact, IdentifierGroup, Scan, Sighting
from isolation.identifiers.canonical import canonical_value
from isolation.ledger.merkle import peaks, root_of_peaks, stored_hash
from isolation.ledger.packing import unpack_identifiers
from isolation.ledger.tags import FACT_CODES, LINKING_CODES, NUMBERS_PER_RANK, canonical_tag, fact_of
from isolation.messages import message
from isolation.model import CHANNELS, CONFIDENCES, PROVENANCES, UNDATED, Basis

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from isolation.audited import FactCoverage
    from isolation.errors import KeyUnavailable
    from isolation.evidence import ScanGroup
    from isolation.ledger.anchors import Intervals
    from isolation.ledger.labels import KnownBy
    from isolation.ledger.opener import Opener
    from isolation.ledger.snapshot import Counts, Snapshot
    from isolation.ledger.store import Ledger
    from isolation.ledger.visits import Visits
    from isolation.ledger.window import Window
    from isolation.model import Reading, Session

# The channels of a contact, by the bits of those it was used through.
CHANNEL_SETS = tuple(
    frozenset(name for bit, name in enumerate(CHANNELS) if bits >> bit & 1) for bits in range(1 << len(CHANNELS))
)

# One account's sightings of one identifier, whatever channel, provenance and confidence, as one row.
CONTACT_COLUMNS = (
    "min(first_seen), max(last_seen), sum(count), max(channel = 0) + 2 * max(channel = 1) + 4 * max(channel = 2),"
    " max(confidence)"
)
_BLOCK = 400  # names looked up by one statement
LINKING = "({})".format(", ".join(str(code) for code in LINKING_CODES))


class Reader:
    """One state of the ledger. Values are canonicalised inside; what computes tags raises KeyUnavailable."""

    def __init__(self, ledger: Ledger, before: Callable[[], None] | None = None) -> None:
        """`before` is called ahead of every query: a writing transaction writes what it holds in memory."""
        self._ledger = ledger
        self._connection = ledger.connection
        self._before = before
        self._copied: Snapshot | None = None
        self._at: tuple[int, bytes] | None = None

    def _query(self, statement: str, parameters: tuple[object, ...] = ()) -> Any:
        if self._before is not None:
            self._before()
        return self._connection.execute(statement, parameters)

    @property
    def origin(self) -> str:
        """The log's name."""
        return self._ledger.origin

    @property
    def key_problem(self) -> KeyUnavailable | None:
        """Why tags cannot be computed, or None."""
        return self._ledger.key_problem

    @property
    def size(self) -> int:
        """How many entries there are."""
        if self._at is not None:
            return self._at[0]
        size: int = self._query("SELECT coalesce(max(i) + 1, 0) FROM main.entries").fetchone()[0]
        return size

    @property
    def erased(self) -> int:
        """How many entries were erased."""
        from isolation.ledger.erased import latest_erasure

        erasure = latest_erasure(self._query)
        return 0 if erasure is None else erasure.total

    @property
    def root(self) -> bytes:
        """The root of the tree over all entries."""
        if self._at is not None:
            return self._at[1]
        hashes = []
        for level, last in peaks(self.size):
            leaf, nodes = self._query("SELECT leaf, nodes FROM main.entries WHERE i = ?", (last,)).fetchone()
            hashes.append(stored_hash(level, leaf, nodes))
        return root_of_peaks(hashes)

    def tag_hex(self, fact: str, value: str) -> str:
        """The tag of a value, 32 hex digits."""
        return self._tag(fact, value).hex()

    def _tag(self, fact: str, value: str) -> bytes:
        return canonical_tag(self._ledger.keys.index(), fact, canonical_value(fact, value))

    def identifier_number(self, fact: str, value: str) -> int | None:
        """The number of a value, or None where no session named it."""
        found = self._query("SELECT id FROM main.identifiers WHERE tag = ?", (self._tag(fact, value),)).fetchone()
        return found[0] if found else None

    def account_number(self, name: str) -> int | None:
        """The number of an account, or None for one the ledger has no session of."""
        return self.identifier_number("account", name)

    def numbers(self, fact: str, names: Iterable[str]) -> dict[str, int]:
        """The numbers of those of these names, of accounts or operators, that the ledger has met."""
        tags = {self._tag(fact, name): name for name in names}
        found = {}
        for at in range(0, len(tags), _BLOCK):
            block = tuple(tags)[at : at + _BLOCK]
            marks = ", ".join("?" * len(block))
            for tag, number in self._query(f"SELECT tag, id FROM main.identifiers WHERE tag IN ({marks})", block):
                found[tags[tag]] = number
        return found

    def fact_of(self, identifier: int) -> str:
        """The fact of an identifier."""
        return fact_of(identifier)

    def known_by(self, moment: int | None) -> Reader | KnownBy:
        """Names and labels as they were known by a moment (µs), or now."""
        from isolation.ledger.labels import KnownBy

        return self if moment is None else KnownBy(self, moment)

    def labelled(self, labels: Iterable[str], by: int | None = None) -> dict[str, tuple[int, ...]]:
        """The identifiers that were learnt under each of these labels, by that moment (µs) or at all."""
        from isolation.ledger.labels import learnt, learnt_by

        tags = {label: self._tag("label", label) for label in labels}
        if by is None:
            return {label: learnt(self._query, tag) for label, tag in tags.items()}
        return {label: learnt_by(self._query, tag, by) for label, tag in tags.items()}

    def group(self, identifier: int) -> IdentifierGroup:
        """An identifier with every account that used it."""
        rows = self._query(
            f"SELECT account, {CONTACT_COLUMNS} FROM main.sightings WHERE identifier = ? GROUP BY account",
            (identifier,),
        )
        return IdentifierGroup(identifier, fact_of(identifier), self.tag_of(identifier), tuple(map(_contact, rows)))

    def groups_of_account(self, account: int) -> list[int]:
        """The shared identifiers that the account used."""
        rows = self._query(
            "SELECT DISTINCT identifier FROM main.sightings WHERE account = ?"
            " AND identifier IN (SELECT identifier FROM main.shared)",
            (account,),
        )
        return [number for (number,) in rows]

    def account_group(self, account: int) -> AccountGroup:
        """An account with every identifier of a linking fact that it used."""
        rows = self._query(
            "SELECT identifier, min(first_seen), max(last_seen), sum(count), max(confidence) FROM main.sightings"
            f" WHERE account = ? AND identifier % {NUMBERS_PER_RANK} IN {LINKING} GROUP BY identifier",
            (account,),
        )
        return AccountGroup(account, self.tag_of(account), tuple(map(_sighting, rows)))

    def tag_of(self, number: int) -> str:
        """The tag of an identifier, an account or an operator, in hex."""
        tag: bytes = self._query("SELECT tag FROM main.identifiers WHERE id = ?", (number,)).fetchone()[0]
        return tag.hex()

    def uses(self, account: int, identifier: int) -> tuple[int, ...]:
        """The begins (µs, ascending) of the account's uses of the identifier."""
        return uses(self._query, "main.", account, identifier)

    def with_uses(self, group: IdentifierGroup) -> IdentifierGroup:
        """The same group with every contact's `uses`."""
        return fill_uses(self._query, "main.", group)

    def session_identifiers(self, account: int, begin: int) -> tuple[tuple[int, str], ...]:
        """Number and fact of each identifier of the account's sessions that began then."""
        rows = self._query(
            "SELECT identifiers FROM main.sessions WHERE account = ? AND success IN (0, 1) AND begin = ?",
            (account, begin),
        )
        numbers = dict.fromkeys(number for (packed,) in rows for number, _ in unpack_identifiers(packed))
        return tuple((number, fact_of(number)) for number in numbers)

    def recorded(self, account: int, begin: int) -> tuple[tuple[int, int, tuple[int, ...]], ...]:
        """Entry, time of logging (µs) and identifiers of each use of the account that began then, in order."""
        rows = self._query(
            "SELECT entry, logged, identifiers FROM main.sessions"
            " WHERE account = ? AND success = 1 AND begin = ? AND entry < ? ORDER BY entry",
            (account, begin, self.size),
        )
        return tuple(
            (entry, logged, tuple(number for number, _ in unpack_identifiers(packed))) for entry, logged, packed in rows
        )

    def all_groups(self, facts: Iterable[str] = ()) -> Iterator[IdentifierGroup]:
        """Every identifier that two or more accounts used, of these facts or of all linking ones, at one root.

        The first call copies what an audit reads and lets go of the ledger's lock: see `Snapshot`.
        """
        return self.everything().all_groups(facts)

    def all_accounts(self) -> Iterator[AccountGroup]:
        """Every account with the identifiers of linking facts that it used, at the same root."""
        return self.everything().all_accounts()

    def counts(self) -> Counts:
        """Uses, accounts with one, uses by provenance, and what is no use: failed logins and refusals."""
        return self.everything().counts()

    def coverage(self) -> tuple[FactCoverage, ...]:
        """How far each linking fact was seen."""
        return self.everything().coverage()

    def window(self, since: int | None = None, until: int | None = None, as_of: int | None = None) -> Window:
        """The same, of the uses that begin in `since` <= begin < `until` (µs) and were recorded by `as_of`."""
        from isolation.ledger.window import Window

        window = Window(self._connection, since, until, as_of)
        self.release()
        return window

    def scan_groups(self) -> Iterator[ScanGroup]:
        """Every access point that scans of two or more accounts heard among their strongest, at the same root."""
        return self.everything().scan_groups()

    def scan(self, account: int, begin: int, channel: str, points: Iterable[tuple[str, int]]) -> Scan:
        """What was seen around a use that is not recorded; an access point that no scan saw has a negative number."""
        from isolation.ledger.scans import DBM, unit_of, weigh_points

        points = tuple(points)
        weights: dict[int, int] = {}
        tags = self._ledger.keys.points()
        for rank, (tag, weight) in enumerate(sorted(weigh_points(tags, points).items())):
            found = self._query("SELECT id FROM main.identifiers WHERE tag = ?", (tags.compared(tag),)).fetchone()
            weights[found[0] if found else -1 - rank] = weight
        return Scan(account, begin, channel, unit_of(points) == DBM, weights)

    def scan_groups_around(self, accounts: Iterable[int], now: Scan | None) -> Iterator[ScanGroup]:
        """The groups that scans of these accounts belong to, or the scan that is not recorded yet."""
        if self._query("SELECT 1 FROM main.scans LIMIT 1").fetchone() is None:
            return iter(())
        from isolation.ledger.neighbourhoods import groups_around

        return groups_around(self._query, accounts, now)

    def everything(self) -> Snapshot:
        """All that an audit reads, at one root; the first call copies it and lets go of the ledger's lock."""
        if self._copied is None:
            from isolation.ledger.snapshot import Snapshot

            self._copied = Snapshot(self._connection)
            self.release()
        return self._copied

    def visits(self) -> Visits:
        """The course of sessions, for a login that is being judged."""
        from isolation.ledger.visits import Visits

        return Visits(self._query, "main.")

    def is_news(self, entry: int, readings: Iterable[Reading]) -> bool:
        """Whether one of these readings tells an identifier that a session has not shown before.

        Without the key that computes tags nothing can be compared, and everything is news.
        """
        found = self._query("SELECT identifiers FROM main.sessions WHERE entry = ?", (entry,)).fetchone()
        if found is None or self.key_problem is not None:
            return True
        known = {number for number, _ in unpack_identifiers(found[0])}
        texts = [(reading.fact, reading.value) for reading in readings if isinstance(reading.value, str)]
        return any(self.identifier_number(fact, value) not in known for fact, value in texts)

    @property
    def began(self) -> int:
        """When the ledger was made (µs)."""
        return int(self._query("SELECT value FROM main.meta WHERE name = 'created'").fetchone()[0])

    def release(self) -> None:
        """Lets go of the ledger's lock; size and root stay those of before. A writing transaction keeps it."""
        if self._at is None:
            self._at = (self.size, self.root)
        if self._before is None and self._connection.in_transaction:
            self._connection.execute("COMMIT")

    def forced(self) -> int:
        """How many uses went on in spite of a verdict: their bodies commit to a reason, which itself is sealed."""
        (count,) = self._query(
            "SELECT count(*) FROM main.sessions s JOIN main.entries e ON e.i = s.entry WHERE s.provenance = 0"
            ' AND s.success = 1 AND s.entry < ? AND instr(e.body, CAST(\'"forced":"\' AS BLOB)) > 0',
            (self.size,),
        ).fetchone()
        return int(count)

    def intervals(self) -> Intervals:
        """After and by which moment each entry was logged, as time stamps in the log tell."""
        from isolation.ledger.anchors import intervals

        return intervals(self._ledger)

    def presences(self) -> int:
        """How many sign-ins of operators are recorded that are no use of an account, failed ones included."""
        found = self._query("SELECT count FROM main.kinds WHERE kind = 'presence'").fetchone()
        return found[0] if found else 0

    def has_baseline(self) -> bool:
        """Whether it is told what was used here before: a baseline entry, a declared or an imported session."""
        return bool(self._baseline())

    def _baseline(self) -> str:
        if self._query("SELECT 1 FROM main.kinds WHERE kind = 'baseline'").fetchone():
            return "answered"
        found = self._query("SELECT max(provenance) FROM main.tallies WHERE provenance > 0 AND success = 1").fetchone()
        return PROVENANCES[found[0]] if found[0] is not None else ""

    def basis(self) -> Basis:
        """What a verdict rests on."""
        sessions, since = self._query("SELECT sum(count), min(first_begin) FROM main.tallies WHERE success").fetchone()
        if since == UNDATED:
            dated = "SELECT min(begin) FROM main.sessions WHERE success AND begin > ?"
            since = self._query(dated, (UNDATED,)).fetchone()[0]
        machines = self._query(
            "SELECT identifiers FROM main.facts WHERE code = ?", (FACT_CODES["device_id"],)
        ).fetchone()
        return Basis(sessions or 0, since, machines[0] if machines else 0, self._baseline())

    def session_times(self, entry: int) -> tuple[int | None, int | None]:
        """Begin and end (µs, None where not told) of a session; no begin for one that has no tags yet.

        Raises UsageError for an entry that is no open or ended session.
        """
        found = self._query('SELECT begin, "end" FROM main.sessions WHERE entry = ?', (entry,)).fetchone()
        if found is not None:
            return found[0], found[1]
        if entry in self.pending_sessions():
            return None, None
        raise UsageError(message("Entry {entry} is no open session.", entry=entry))

    def pending_sessions(self) -> tuple[int, ...]:
        """The session entries that have no tags yet, and no end."""
        rows = self._query(
            "SELECT entry FROM main.pending WHERE kind = 'session'"
            " AND entry NOT IN (SELECT session FROM main.pending WHERE kind = 'end')"
        )
        return tuple(entry for (entry,) in rows)

    def open_sessions(self) -> list[tuple[int, int, int]]:
        """Entry, account and begin of each observed session that has not ended, earliest first.

        One that has no tags yet comes last, with 0 for the account and for the begin, which are sealed.
        """
        rows = self._query(
            'SELECT entry, account, begin FROM main.sessions WHERE "end" IS NULL AND provenance = 0 AND success = 1'
            " ORDER BY begin"
        )
        return [*rows, *((entry, 0, 0) for entry in self.pending_sessions())]

    def last_observed(self) -> int | None:
        """When the latest session observed on this machine began (µs)."""
        found = self._query("SELECT max(last_begin) FROM main.tallies WHERE provenance = 0 AND success = 1").fetchone()
        return found[0]  # type: ignore[no-any-return]  # an INTEGER column or None

    def account_name(self, number: int) -> str:
        """The spelling of the account's earliest use. Raises KeyUnavailable."""
        return self._opener().account_name(self._query, number)

    def account_names(self, most: int) -> list[str]:
        """The spellings of up to `most` accounts. Raises KeyUnavailable."""
        rows = self._query("SELECT account FROM main.accounts LIMIT ?", (most,)).fetchall()
        return [self.account_name(number) for (number,) in rows]

    def recorded_policy(self, by: int | None = None) -> tuple[int, str] | None:
        """Entry and text of the policy that was recorded last, by that moment (µs) or at all; None for none.

        Raises KeyUnavailable.
        """
        from isolation.ledger.choosing import of_kind

        if by is None:
            found = self._query("SELECT latest FROM main.kinds WHERE kind = 'policy'").fetchall()
        else:
            found = [(entry,) for entry, logged in of_kind(self._query, "policy") if logged <= by]
        if not found:
            return None
        return found[-1][0], str(self._opener().fields(self._query, found[-1][0])["text"])

    def identifier_value(self, number: int) -> str:
        """The value as printed. Raises KeyUnavailable."""
        return self._opener().identifier_value(self._query, number)

    def session(self, entry: int) -> Session:
        """The session as recorded, with what later entries told of it. Raises KeyUnavailable, LedgerError."""
        return self._opener().session(self._query, entry)

    def _opener(self) -> Opener:
        return self._ledger.opener()


def uses(query: Callable[..., Any], prefix: str, account: int, identifier: int) -> tuple[int, ...]:
    """The begins (µs, ascending) of an account's uses of an identifier, from the tables with that prefix."""
    rows = query(
        f"SELECT begin, identifiers FROM {prefix}sessions WHERE account = ? AND success = 1 ORDER BY begin", (account,)
    )
    return tuple(begin for begin, packed in rows if _holds(packed, identifier))


def fill_uses(query: Callable[..., Any], prefix: str, group: IdentifierGroup) -> IdentifierGroup:
    """The same group with every contact's uses."""
    contacts = [
        contact.replace(uses=uses(query, prefix, contact.account, group.identifier)) for contact in group.contacts
    ]
    filled: IdentifierGroup = group.replace(contacts=tuple(contacts))
    return filled


def _holds(packed: bytes, identifier: int) -> bool:
    return any(number == identifier for number, _ in unpack_identifiers(packed))


def _contact(row: tuple[int, int, int, int, int, int]) -> Contact:
    account, first, last, count, channels, confidence = row
    return Contact(account, first, last, count, CHANNEL_SETS[channels], CONFIDENCES[confidence])


def _sighting(row: tuple[int, int, int, int, int]) -> Sighting:
    identifier, first, last, count, confidence = row
    return Sighting(identifier, fact_of(identifier), first, last, count, CONFIDENCES[confidence])
