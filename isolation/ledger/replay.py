"""The log told again: what every entry means for the derived tables, made anew beside the ones that are kept."""

from __future__ import annotations

from isolation.ledger.canonical import NotCanonical
from isolation.ledger.closing import connection_tag, connection_tags
from isolation.ledger.derive import Derived, make_derived
from isolation.ledger.entry import from_base64
from isolation.ledger.leases import joined_client, lease_row
from isolation.ledger.packing import pack_identifiers
from isolation.ledger.rows import (
    field_names,
    merged,
    own_row_fields,
    pack_fields,
    row_core,
    row_fields,
    unpack_fields,
)
from isolation.ledger.session_rows import PresenceRow, SessionRow
from isolation.ledger.tags import OPERATOR, SCAN_POINT, pack_tags, unpack_tags
from isolation.ledger.terms import Named
from isolation.messages import message
from isolation.model import CHANNELS, PROVENANCES

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from typing import Any

    from isolation.ledger.erased import Erasure
    from isolation.ledger.keys import Keys
    from isolation.ledger.known_numbers import KnownNumbers
    from isolation.ledger.payloads import Told
    from isolation.ledger.terms import Terms

PREFIX = "temp.rebuilt_"
_CHANNELS = {name: code for code, name in enumerate(CHANNELS)}
_PROVENANCES = {name: code for code, name in enumerate(PROVENANCES)}


class Opened:
    """An entry whose payload was opened: its fields, what its readings come to, and its identifiers."""

    __slots__ = ("fields", "index", "kind", "logged", "named", "of", "tags", "told")

    def __init__(
        self, index: int, kind: str, logged: int, of: int | None, fields: dict[str, Any], told: Told,
        named: list[Named], tags: bytes | None,
    ) -> None:  # fmt: skip
        self.index = index
        self.kind = kind
        self.logged = logged
        self.of = of
        self.fields = fields
        self.told = told
        self.named = named
        self.tags = tags  # as they stand beside it; None where there are none


def named_in(terms: Terms, kind: str, fields: dict[str, Any]) -> list[Named]:
    """What an entry of this kind is compared by ahead of what its readings come to. Raises BadIdentifier."""
    found = []
    if kind == "session":
        found.append(terms.account(fields["account"]))
    if fields.get("operator") and kind in ("session", "presence", "amend"):
        found.append(terms.operator(fields["operator"]))
    if kind == "label":
        found.append(terms.label(fields["name"]))
    return found


def told_row_fields(terms: Terms, fields: dict[str, Any], told: Told) -> dict[int, bytes]:
    """The tags of a row's fields, by the fields of the entry that it was recorded as."""
    common = row_fields(
        terms, told, (*fields["mapped"],), operator=fields.get("operator", ""), site=fields.get("site", ""),
        connection=fields.get("connection", ""),
    )  # fmt: skip
    return common | own_row_fields(terms, fields.get("end"), fields.get("record", ""))


def amended_row_fields(terms: Terms, fields: dict[str, Any], told: Told, before: bytes) -> bytes:
    """What is known of a row (packed) once an `amend` entry with these fields told more of it."""
    added = told_row_fields(terms, fields, told)
    wanted = {code: tag for code, tag in added.items() if field_names([code])[0] in fields["mapped"]}
    return pack_fields(merged(unpack_fields(before), wanted))


def _without_tags(packed: bytes) -> bytes:
    return b"".join(bytes((code, confidence)) for code, confidence, _ in unpack_tags(packed))


class Replay:
    """Applies opened entries in order. `report(entry, text)` takes what does not hold."""

    def __init__(
        self, connection: sqlite3.Connection, terms: Terms, keys: Keys, epoch: int, numbers: KnownNumbers,
        report: Callable[[int | None, str], None], reopen: Callable[[int], Opened],
    ) -> None:  # fmt: skip
        self._run = connection.execute
        make_derived(connection, PREFIX)
        self._terms = terms
        self._key = keys.index()
        self._points = keys.points()
        self._epoch = epoch
        self._numbers = numbers
        self._report = report
        self._reopen = reopen
        self._sequences: dict[int, int] = {}
        self.missing = 0  # account sequence numbers that no entry has
        self.erasures: dict[int, Erasure] = {}  # by the entry that tells of it
        self._floor = 0
        self.derived = Derived(connection, PREFIX)

    def apply(self, entry: Opened) -> None:
        """What the entry means. Raises KeyError, TypeError or ValueError for fields that its kind has not."""
        self.derived.kind(entry.kind, entry.index)
        if entry.tags is None:
            self.derived.pending(entry.index, entry.kind, entry.of)
        elif entry.kind == "session":
            self._session(entry)
        elif entry.kind == "presence":
            self._presence(entry)
        elif entry.kind == "end":
            self._end(entry)
        elif entry.kind == "close":
            told = entry.fields
            self.derived.close(entry.index, connection_tag(self._key, told["connection"]), told["at"])
        elif entry.kind == "amend":
            self._amend(entry)
        elif entry.kind == "observe":
            self._observe(entry)
        elif entry.kind == "index":
            self._index(entry)
        elif entry.kind == "scan":
            self._scan(entry)
        elif entry.kind == "lease":
            self.derived.lease(entry.index, lease_row(self._key, entry.fields))
        elif entry.kind == "join":
            self._join(entry)
        elif entry.kind == "label":
            label, *seen = (self._numbers.number(one.tag) for one in entry.named)
            self.derived.label(entry.index, label, seen)
        elif entry.kind == "erase":
            self._erase(self.erasures[entry.index])

    def _session(self, entry: Opened) -> None:
        row = self._row(entry, entry.index, entry.fields)
        self.derived.session(row)
        if "mapped" in entry.fields:
            self._log_row(entry)

    def _presence(self, entry: Opened) -> None:
        told, number = entry.fields, self._numbers.number
        operator, *seen = entry.named
        if operator.code != OPERATOR or "account" in told or "acct_seq" in told:
            raise NotCanonical("it is no presence of an operator")
        row = PresenceRow(
            entry.index, number(operator.tag), told["begin"], told.get("end"), entry.logged,
            _CHANNELS[told.get("channel", "ui")], int(told.get("success", True)),
            pack_identifiers([(number(one.tag), one.confidence) for one in seen]),
        )  # fmt: skip
        self.derived.presence(row)
        self._log_row(entry)

    def _log_row(self, entry: Opened) -> None:
        """The session or presence was recorded from a row of a log."""
        told = entry.fields
        fields = told_row_fields(self._terms, told, entry.told)
        if field_names(fields) != told["mapped"]:
            self._report(entry.index, message("its row has other fields than it says"))
        begin = told["begin"]
        core = row_core(
            self._key, entry.named[0].tag, told.get("channel", "ui"), told.get("success", True), begin
        )  # fmt: skip
        self.derived.row(begin, core, entry.index, pack_fields(fields))

        self._connect(entry, entry.index, begin)

    def _connect(self, entry: Opened, session: int, begin: int) -> None:
        self.derived.connect(session, begin, connection_tags(self._key, entry.fields.get("connection", "")))

    def _end(self, entry: Opened) -> None:
        if "closes" not in entry.fields:
            self._change(entry, end=entry.fields["at"])
        elif entry.of is None or self._joinable(entry.of) is None:
            self._report(
                entry.index, message("it tells of the end of entry {entry}, which is no session", entry=entry.of)
            )
        else:
            self.derived.closed(entry.index, entry.of, entry.fields.get("at"))

    def _row(self, entry: Opened, index: int, numbered: dict[str, Any]) -> SessionRow:
        fields, named = entry.fields, entry.named
        number = self._numbers.number
        account = number(named[0].tag)
        sequence = numbered["acct_seq"]
        self._follow(index, account, sequence, numbered.get("acct_from", 0))
        operator = number(named[1].tag) if fields.get("operator") else None
        success, refused = fields.get("success", True), fields.get("refused", False)
        return SessionRow(
            index, account, sequence, operator, fields["begin"], fields.get("end"), entry.logged,
            _CHANNELS[fields.get("channel", "ui")], _PROVENANCES[fields["provenance"]],
            int(success and not refused), int(refused),
            self._row_packed(entry.told),
        )  # fmt: skip

    def _row_packed(self, told: Told) -> bytes:
        """The identifiers that readings came to."""
        if told.row_packed is None:
            told.row_packed = pack_identifiers([(self._numbers.number(one.tag), one.confidence) for one in told.named])
        return told.row_packed

    def _follow(self, index: int, account: int, sequence: int, floor: int) -> None:
        """Each entry of an account has the next number of its own: a number left out is an entry left out."""
        if floor and floor != self._floor:
            self._report(
                index,
                message(
                    "it counts its account from {floor}, where the numbers erased end at {floor2}",
                    floor=floor,
                    floor2=self._floor,
                ),
            )
        # Where an account's first session is erased, what it was counted from is gone with it: not below the floor.
        last = self._sequences.get(account, floor or min(self._floor, sequence - 1))
        if sequence <= last:
            self._report(
                index,
                message(
                    "its number within its account, {sequence}, does not follow {last}", sequence=sequence, last=last
                ),
            )
        self.missing += max(0, sequence - last - 1)
        self._sequences[account] = sequence

    def _erase(self, erasure: Erasure) -> None:
        """Where the numbering goes on: that of accounts which stayed, and that of accounts which are new."""
        self._floor = max(self._floor, erasure.floor)
        self.derived.flush()
        for entry, number in erasure.last:
            found = self._run(f"SELECT account FROM {PREFIX}sessions WHERE entry = ?", (entry,)).fetchone()
            if found is not None:  # otherwise erased since then, and told again of another session
                self.derived.numbered(found[0], number)

    def _change(self, entry: Opened, **told: Any) -> None:
        if entry.of is None:
            raise NotCanonical("it names no entry that it tells more of")
        self.derived.flush()
        tables = ("sessions", "presences") if entry.kind == "amend" else ("sessions",)
        if self._begin(entry.of, tables) is None:
            self._report(entry.index, message("it tells more of entry {of}, which is no session", of=entry.of))
            return
        self.derived.change(entry.index, entry.of, **told)

    def _begin(self, entry: int | None, tables: tuple[str, ...] = ("sessions", "presences")) -> int | None:
        """When the session or presence of an entry began; None where it is none."""
        for table in tables:
            for (begin,) in self._run(f"SELECT begin FROM {PREFIX}{table} WHERE entry = ?", (entry,)):
                return int(begin)
        return None

    def _amend(self, entry: Opened) -> None:
        fields, number = entry.fields, self._numbers.number
        operator = number(entry.named[0].tag) if fields.get("operator") else None
        rest = entry.named[1 if fields.get("operator") else 0 :]
        identifiers = [(number(one.tag), one.confidence) for one in rest]
        self._change(entry, end=fields.get("end"), operator=operator, identifiers=identifiers)
        found = self._run(
            f"SELECT begin, core, fields FROM {PREFIX}rows WHERE begin = ? AND entry = ?",
            (self._begin(entry.of), entry.of),
        ).fetchone()
        if found is None or entry.of is None:
            self._report(entry.index, message("it amends a session that is of no row"))
            return
        known = amended_row_fields(self._terms, fields, entry.told, found[2])
        self.derived.row(found[0], found[1], entry.of, known)
        self._connect(entry, entry.of, found[0])

    def _join(self, entry: Opened) -> None:
        if entry.of is None or self._joinable(entry.of) is None:
            self._report(entry.index, message("it joins something to entry {of}, which is no session", of=entry.of))
            return
        client = joined_client(self._key, entry.fields)
        identifiers = [(self._numbers.number(one.tag), one.confidence) for one in entry.named]
        self.derived.join(entry.index, entry.of, client, identifiers)

    def _joinable(self, entry: int) -> int | None:
        self.derived.flush()
        return self._begin(entry)

    def _observe(self, entry: Opened) -> None:
        """What a session saw later; `entry.of` is the session."""
        if entry.of is None:
            raise NotCanonical("it names no entry that it tells more of")
        self.derived.flush()
        if not self._run(f"SELECT 1 FROM {PREFIX}sessions WHERE entry = ?", (entry.of,)).fetchone():
            self._report(entry.index, message("it tells more of entry {of}, which is no session", of=entry.of))
            return
        identifiers = [(self._numbers.number(one.tag), one.confidence) for one in entry.named]
        self.derived.observe(entry.index, entry.of, entry.fields["seen"], identifiers)

    def _index(self, entry: Opened) -> None:
        pending = self._run(
            f"SELECT kind, session FROM {PREFIX}pending WHERE entry = ?", (entry.of,)
        ).fetchone()  # fmt: skip
        if pending is None or entry.of is None:
            self._report(entry.index, message("it gives tags to entry {of}, which has no need of any", of=entry.of))
            return
        told = self._reopen(entry.of)
        self._check_given(entry, told)
        if pending[0] == "session":
            self._numbers.look_up(told.named)
            self.derived.late(entry.index, self._row(told, entry.of, entry.fields))
        elif pending[0] == "end":
            ended = Opened(entry.index, "end", entry.logged, pending[1], {}, told.told, [], b"")
            self._change(ended, end=told.fields["at"])
        elif pending[0] == "observe":
            self._numbers.look_up(told.named)
            self._observe(
                Opened(entry.index, "observe", entry.logged, pending[1], told.fields, told.told, told.named, b"")
            )
        self.derived.indexed(entry.of)

    def _check_given(self, entry: Opened, told: Opened) -> None:
        """That an `index` entry has the tags of the entry it tells of, beside it and in what it commits to.

        What it committed to under the key of an earlier epoch can only be compared in fact and confidence.
        """
        wanted = pack_tags(told.named) if told.kind in ("session", "observe") else b""
        if entry.tags != wanted:
            self._report(entry.index, message("its tags are not those of the entry it tells of"))
        committed = from_base64(entry.fields["tags"])
        if entry.fields["epoch"] != self._epoch:
            committed, wanted = _without_tags(committed), _without_tags(wanted)
        if committed != wanted:
            self._report(entry.index, message("the tags it commits to are not those of the entry"))

    def _scan(self, entry: Opened) -> None:
        if entry.of is None:
            self._report(entry.index, message("it does not say which session saw it"))
            return
        points = [(self._points.compared(from_base64(tag)), weight) for tag, weight in entry.fields["points"]]
        self._numbers.look_up([Named(SCAN_POINT, 0, tag, "") for tag, _ in points])
        numbered = [(self._numbers.number(tag), weight) for tag, weight in points]
        self.derived.scan(entry.index, entry.of, numbered, entry.fields["unit"])
