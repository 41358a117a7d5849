"""One writing transaction, and what can be recorded in it."""

from __future__ import annotations

from isolation.errors import KeyUnavailable, UsageError
from isolation.identifiers.accounts import account_spelling
from isolation.ledger.append import Appender
from isolation.ledger.database import explain, patiently
from isolation.ledger.importing import Importer
from isolation.ledger.indexing import index_pending
from isolation.ledger.prepared import Prepared, PreparedRow, checked, checked_row
from isolation.ledger.primitives import sqlite
from isolation.ledger.reader import Reader
from isolation.ledger.scans import add_scan
from isolation.ledger.sweeping import ROTATING
from isolation.ledger.tags import pack_tags
from isolation.ledger.terms import encode_text, reading_fields, surest
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import TracebackType

    from isolation.ledger.choosing import Wanted
    from isolation.ledger.closing import Closing
    from isolation.ledger.erasing import Erased
    from isolation.ledger.importing import Outcome, Row
    from isolation.ledger.joining import Joined
    from isolation.ledger.scan_joining import WaitingScans
    from isolation.ledger.store import Ledger
    from isolation.model import Reading, Session


class Writing:
    """One writing transaction: everything in the `with` block is in the ledger after it, or nothing is."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._connection = ledger.connection

    def __enter__(self) -> Log:
        patiently(self._connection, "BEGIN IMMEDIATE", self._ledger.path)
        try:
            self._ledger.renew()
            self._log = Log(self._ledger)
        except BaseException as problem:
            self._connection.execute("ROLLBACK")
            if isinstance(problem, sqlite.Error):
                raise explain(problem, self._ledger.path) from problem
            raise
        return self._log

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if problem is None:
                self._log.flush()
                self._log.remember()
                patiently(self._connection, "COMMIT", self._ledger.path)
            elif isinstance(problem, sqlite.Error):
                raise explain(problem, self._ledger.path) from problem
        except sqlite.Error as failure:
            raise explain(failure, self._ledger.path) from failure
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")


class Log:
    """What can be appended while a writing transaction is open."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._appender = Appender(ledger)
        self._importer: Importer | None = None
        self._ends: Closing | None = None

    @property
    def reader(self) -> Reader:
        """The ledger as this transaction has it so far."""
        return Reader(self._ledger, self.flush)

    def add_session(self, session: Session) -> int:
        """Records a session, a refusal or a failed login; returns its entry.

        Where the index key is out of reach for now, the entry is sealed without tags, and `index_pending` gives
        them later. Raises BadIdentifier, UsageError for an end before the begin, KeyUnavailable where the key is
        lost for good.
        """
        session = checked(session)
        appender = self._appender
        prepared = Prepared.of(appender.terms(), session)
        if not appender.tagging:
            return appender.append("session", {}, None, packed=prepared.fields)
        appender.numbers.look_up(prepared.named())
        index = appender.add_session(prepared)
        self._add_scans(index, session.readings)
        return index

    def add_end(self, entry: int, at: int) -> int:
        """Records when a session ended (µs); returns the entry that says so. Raises UsageError for no open session."""
        begin, end = self.reader.session_times(entry)
        if end is not None:
            raise UsageError(message("Session {entry} has ended already.", entry=entry))
        if begin is not None and at < begin:
            raise UsageError("A session cannot end before it begins.")
        appender = self._appender
        index = appender.append("end", {"at": b"%d" % at}, None if begin is None else b"", entry)
        if begin is not None:
            appender.derived.change(index, entry, end=at)
        return index

    def add_observation(self, entry: int, at: int, readings: tuple[Reading, ...]) -> int:
        """Records what else a session that is going on saw (`at`, µs): another network, another adapter.

        Returns the entry that says so. Raises UsageError for no session, for one that has ended, and for a time
        before it began; BadIdentifier.
        """
        begin, end = self.reader.session_times(entry)
        if end is not None:
            raise UsageError(message("Session {entry} has ended already.", entry=entry))
        if begin is not None and at < begin:
            raise UsageError("A session cannot see anything before it begins.")
        appender = self._appender
        terms = appender.terms().readings(readings)
        fields = {"seen": b"%d" % at, **reading_fields(terms)}
        if begin is None or not appender.tagging:
            return appender.append("observe", fields, None, entry)
        named = surest(terms)
        appender.numbers.look_up(named)
        index = appender.append("observe", fields, pack_tags(named), entry)
        appender.derived.observe(index, entry, at, appender.identifiers(named))
        self._add_scans(entry, readings)
        return index

    def _add_scans(self, session: int, readings: Iterable[Reading]) -> None:
        for reading in readings:
            if isinstance(reading.value, tuple):
                add_scan(self._appender, self._ledger.keys.points(), session, reading.value)

    def add_baseline(self, accounts: tuple[str, ...], by: str) -> int:
        """Records the answer to "which seller accounts were used here before?"; none is an answer."""
        names = b"[%s]" % b",".join([encode_text(account_spelling(name)) for name in accounts])
        return self._appender.append("baseline", {"accounts": names, "by": encode_text(by)}, b"")

    def add_policy(self, text: str) -> int:
        """Records the whole text of the policy that holds from now on."""
        return self._appender.append("policy", {"text": encode_text(text)}, b"")

    def add_report(
        self, what: str, digest: str, *, accounts: Sequence[str], operators: Sequence[str], disclosed: Sequence[str]
    ) -> int:
        """Records that something was made to be given away: a bundle, or a report in some form; returns its entry.

        `digest` is the SHA-256 (hex) of what it says, `accounts` and `operators` who it is about, `disclosed` the
        other accounts that it names. The entry of a `bundle` has the same salts for the same words in the same place.
        """
        names = {"accounts": accounts, "disclosed": disclosed, "operators": operators}
        fields = {key: b"[%s]" % b",".join(map(encode_text, texts)) for key, texts in names.items()}
        fields |= {"digest": encode_text(digest), "what": encode_text(what)}
        seed = None
        if what == "bundle" and self._appender.tagging:
            from isolation.ledger.issuing import bundle_seed

            seed = bundle_seed(self._ledger.keys.index(), self._ledger.origin, self._appender.size, fields)
        return self._appender.append("report", fields, b"", seed=seed)

    def add_row(self, session: Session, mapped: Sequence[str]) -> Outcome:
        """Records what one row of a log tells: `recorded`, `duplicate`, or `amended` where it told more of a session.

        A session without an account is recorded as its operator's presence.
        `mapped` names the fields that the log has, whether or not this row has a value. Rows are told apart by
        their values, never by file or line. Raises BadIdentifier, UsageError, and KeyUnavailable without the
        index key.
        """
        return next(self.add_rows([(session, mapped)]))

    def add_rows(self, rows: Iterable[Row | PreparedRow], near: int = 0) -> Iterator[Outcome]:
        """`add_row` for many: some are looked up at once, and each outcome is yielded in order.

        A row may have been prepared elsewhere, unless there is a `near`.

        `near` is by how much (µs) the begins that records of one connection give may differ.
        """
        if self._importer is None:
            key, closing = self._ledger.keys.index(), self._closing()
            self._importer = Importer(self._ledger.connection, self._appender, key, closing)
        told = (row if isinstance(row, PreparedRow) else (checked_row(row[0]), row[1]) for row in rows)
        return self._importer.add(told, near)

    def add_close(self, connection: str, at: int, source: str) -> int | None:
        """Records that a log tells of the end (µs) of a session of this connection; None where that was known.

        Raises UsageError for a time that cannot be, KeyUnavailable without the index key.
        """
        return self._closing().add(connection, at, source)

    def settle_ends(self) -> int:
        """Gives the sessions that rows and closes of this transaction touched their ends; returns how many changed."""
        return self._closing().settle()

    def _closing(self) -> Closing:
        from isolation.ledger.closing import Closing

        if self._ends is None:
            self._ends = Closing(self._appender, self._ledger.keys.index())
        return self._ends

    def index_pending(self) -> int:
        """Gives the entries that were appended without the index key their tags; returns how many there were.

        Raises KeyUnavailable where the index key or the seal key is out of reach.
        """
        return index_pending(self._ledger, self._appender)

    def require_machine(self, anchors: tuple[Reading, ...]) -> int | None:
        """Checks that the machine with these identifying readings writes this ledger, and remembers it if it is new.

        Without the index key nothing can be compared. Returns the entry that remembers, if one was appended. Raises
        ForeignLedger, a LedgerError.
        """
        from isolation.ledger.machine import require_machine

        if not self._appender.tagging:
            return None
        self.flush()
        return require_machine(
            self._appender, self._ledger.connection.execute, self._ledger.keys.index(), tuple(anchors)
        )

    def add_machine(self, anchors: tuple[Reading, ...], by: str) -> int:
        """Records that the machine with these identifying readings writes this ledger from now on, on whose word.

        Raises UsageError for no readings, KeyUnavailable where tags cannot be computed.
        """
        from isolation.ledger.machine import add_machine

        self._ledger.keys.index()
        return add_machine(self._appender, tuple(anchors), by)

    def add_lease(self, site: str, address: str, mac: str, begin: int, end: int | None, source: str) -> int | None:
        """Records that a machine had an address at a site from `begin` to `end` (µs); None where that was known.

        Raises BadIdentifier, UsageError for times that cannot be, KeyUnavailable without the index key.
        """
        from isolation.ledger.leases import add_lease

        return add_lease(self._appender, self._ledger.keys.index(), site, address, mac, begin, end, source)

    def join(self, since: int, until: int) -> Joined:
        """Joins leases to the sessions and presences that began from `since` to `until` (µs), both included.

        Raises KeyUnavailable where leases do not open.
        """
        from isolation.ledger.joining import join

        self.flush()
        return join(self._appender, self._ledger.opener(), since, until)

    def join_scans(self, scans: WaitingScans, source: str) -> int:
        """Joins scans that another device took to the next sessions that they fit; returns how many.

        Raises KeyUnavailable without the index key.
        """
        self.flush()
        return scans.join(self._appender, self._ledger.keys, source)

    def add_label(self, kind: str, name: str, readings: Iterable[Reading]) -> int | None:
        """Records that the machine or network (`kind`) of that label has these identifying readings.

        Returns the entry, None where all of it was known. Raises BadIdentifier, UsageError for nothing to know it by,
        KeyUnavailable where tags cannot be computed.
        """
        from isolation.ledger.labels import add_label

        self._ledger.keys.index()
        self.flush()
        return add_label(self._appender, kind, name, readings)

    def add_anchor(self, authority: str, checkpoint: str, response: bytes, *, chain: bool) -> int:
        """Records a time stamp over a checkpoint that was verified; `chain` tells whether who made it was, too."""
        from isolation.ledger.anchors import told_of

        self.flush()
        found = self._ledger.connection.execute("SELECT latest FROM main.kinds WHERE kind = 'anchor'").fetchone()
        told = told_of(authority, checkpoint, response, chain=chain, before=found[0] if found else None)
        return self._appender.append("anchor", {}, b"", told=told)

    def add_restore(self, known: int, reason: str, lost: Sequence[str]) -> int:
        """Records that the ledger goes on from a backup; `known` is the newest size that was known of it.

        `lost` says in sentences what the backup did not have, `reason` why that was accepted.
        """
        self._ledger.connection.execute("DELETE FROM main.meta WHERE name = ?", (ROTATING,))  # the keys it names live
        fields = {"lost": b"[%s]" % b",".join(map(encode_text, lost))}
        if reason:
            fields["reason"] = encode_text(reason)
        return self._appender.append("restore", fields, b"", told={"known": known})

    def erase(self, wanted: Wanted, by: str, reason: str = "") -> Erased:
        """Erases what is wanted for good, and records that; `by` says how it was chosen, without any name.

        The contents of entries go, their leaves stay. After the transaction `Ledger.sweep` takes the last traces out
        of the file. Raises KeyUnavailable, and UsageError for an entry that cannot be erased alone.
        """
        from isolation.ledger.erasing import erase

        self._importer = None  # what it knows is not so any more
        return erase(self._ledger, self._appender, wanted, by, reason)

    def flush(self) -> None:
        """Writes what was collected, so that reading sees it; the transaction goes on."""
        self._appender.flush()

    def remember(self) -> None:
        """Lets the next transaction of a long import begin with the numbers that this one, of which all is written,
        looked up."""
        if self._importer is not None:
            self._appender.remember()


__all__ = ["KeyUnavailable", "Log", "Writing"]
