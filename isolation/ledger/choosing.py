"""Which entries an erasure takes: those asked for, and all that tells of them or names the same person."""

from __future__ import annotations

import re

from isolation.errors import BadIdentifier, UsageError
from isolation.identifiers.accounts import account_key, label_key
from isolation.identifiers.canonical import canonical_value
from isolation.identifiers.logins import same_login
from isolation.ledger.labels import machine_numbers
from isolation.ledger.packing import unpack_identifiers
from isolation.ledger.people import operator_numbers
from isolation.ledger.tags import canonical_tag, unpack_tags
from isolation.messages import message
from isolation.model import MACHINE_FACTS, UNDATED, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from isolation.ledger.opener import Opener

    Query = Callable[..., Any]

# Enough of a body to tell its kind, its time and the entry that it tells more of.
_BEGINNING = 96
_OPEN = re.compile(rb'\{"kind":"([a-z]+)","open":(?:\{"logged":(-?\d+)(?:,"of":(\d+))?\})?')

_ERASABLE = ("session", "presence", "scan", "baseline", "policy", "report", "machine", "label", "lease", "close")


class Wanted(Value):
    """What is to go. Several kinds of wishes add up.

    `accounts` are names in any spelling, `operators` also as any of their logins, `machine` is a label, a device id or
    a MAC address. Sessions
    that were over `before` that moment (µs), scans recorded before `scans_before`, and `entries` by their number.
    """

    __slots__ = ("accounts", "before", "entries", "machine", "operators", "scans_before")
    accounts: tuple[str, ...]
    operators: tuple[str, ...]
    machine: str
    before: int | None
    scans_before: int | None
    entries: tuple[int, ...]

    def __init__(
        self, *, accounts: tuple[str, ...] = (), operators: tuple[str, ...] = (), machine: str = "",
        before: int | None = None, scans_before: int | None = None, entries: tuple[int, ...] = (),
    ) -> None:  # fmt: skip
        self._init(
            accounts=tuple(accounts), operators=tuple(operators), machine=machine, before=before,
            scans_before=scans_before, entries=tuple(entries),
        )  # fmt: skip


class Choice:
    """The entries that go.

    `kinds` counts them by kind; `kept` is the latest entry of each kind that stays. `baselines` are those among them
    that name an account or operator, and `gone` and `stays` the tags of the `machine` entries that go and stay.
    """

    def __init__(self) -> None:
        self.entries: set[int] = set()
        self.kinds: dict[str, int] = {}
        self.kept: dict[str, int] = {}
        self.baselines: list[int] = []
        self.gone: set[bytes] = set()
        self.stays: set[bytes] = set()


class Names:
    """The accounts and operators that are asked for, to be found in any text."""

    def __init__(self, wanted: Wanted) -> None:
        self._accounts = {account_key(name) for name in wanted.accounts}
        self._operators = wanted.operators

    def __bool__(self) -> bool:
        return bool(self._accounts or self._operators)

    def are(self, text: str) -> bool:
        """Whether the text is one of the names."""
        try:
            return account_key(text) in self._accounts or any(same_login(text, name) for name in self._operators)
        except BadIdentifier:
            return False

    def within(self, value: object) -> bool:
        """Whether one of the names stands anywhere in a value of JSON or TOML, as a text or as a key."""
        if isinstance(value, str):
            return self.are(value)
        if isinstance(value, dict):
            return any(self.within(key) or self.within(member) for key, member in value.items())
        return isinstance(value, list) and any(map(self.within, value))


def choose(query: Query, key: bytes, opener: Opener, wanted: Wanted) -> Choice:
    """The entries that are meant. All have their tags. Raises UsageError for an entry that cannot be erased alone."""
    choice = Choice()
    names = Names(wanted)
    asked = _sessions(query, key, opener, wanted)
    asked.update(_by_number(query, wanted.entries))
    if wanted.scans_before is not None:
        asked.update(entry for entry, logged in of_kind(query, "scan") if logged < wanted.scans_before)
    if wanted.before is not None:
        asked.update(_superseded(query, wanted.before))
        asked.update(entry for entry, logged in of_kind(query, "report") if logged < wanted.before)
    if names:
        choice.baselines = [
            entry for entry, _ in of_kind(query, "baseline") if names.within(opener.fields(query, entry))
        ]
        asked.update(choice.baselines)
        asked.update(entry for entry, _ in of_kind(query, "report") if names.within(opener.fields(query, entry)))
        asked.update(entry for entry, _ in of_kind(query, "policy") if declares(names, opener.fields(query, entry)))
    _machines(query, key, wanted, choice, asked)
    asked.update(_closes(query, asked))
    _close(query, choice, asked)
    return choice


def _sessions(query: Query, key: bytes, opener: Opener, wanted: Wanted) -> set[int]:
    """The sessions and presences that are meant by account, operator, machine or age."""
    found: set[int] = set()
    for name in wanted.accounts:
        for number in _number(query, canonical_tag(key, "account", account_key(name))):
            found.update(e for (e,) in query("SELECT entry FROM main.sessions WHERE account = ?", (number,)))
    for name in wanted.operators:
        for number in operator_numbers(query, opener, name):
            for table in ("sessions", "presences"):
                found.update(e for (e,) in query(f"SELECT entry FROM main.{table} WHERE operator = ?", (number,)))
    if wanted.machine:
        found |= _on_machine(query, key, opener, wanted.machine)
    if wanted.before is not None:
        rows = query('SELECT entry FROM main.leases WHERE coalesce("end", begin) < ?', (wanted.before,))
        found.update(entry for (entry,) in rows)
        rows = query("SELECT entry FROM main.closes WHERE at < ?", (wanted.before,))
        found.update(entry for (entry,) in rows)
        for table in ("sessions", "presences"):
            rows = query(
                f"SELECT entry FROM main.{table}"
                ' WHERE CASE begin WHEN ? THEN logged ELSE coalesce("end", begin) END < ?',
                (UNDATED, wanted.before),
            )
            found.update(entry for (entry,) in rows)
    return found


def _number(query: Query, tag: bytes) -> tuple[int, ...]:
    return query("SELECT id FROM main.identifiers WHERE tag = ?", (tag,)).fetchone() or ()


def machine_tags(key: bytes, text: str) -> list[bytes]:
    """The tags that a text has as a device id and as a MAC address, where it can be one."""
    tags = []
    for fact in MACHINE_FACTS:
        try:
            tags.append(canonical_tag(key, fact, canonical_value(fact, text)))
        except BadIdentifier:
            continue
    return tags


def _on_machine(query: Query, key: bytes, opener: Opener, text: str) -> set[int]:
    """The sessions on a machine, by its label or by an identifier of it."""
    numbers = {number for tag in machine_tags(key, text) for number in _number(query, tag)}
    numbers |= machine_numbers(query, key, text)
    found = set()
    if numbers:
        seen = "SELECT entry, identifiers FROM main.sessions UNION ALL SELECT entry, identifiers FROM main.presences"
        for entry, packed in query(seen):
            if not numbers.isdisjoint(number for number, _ in unpack_identifiers(packed)):
                found.add(entry)
    for tag in machine_tags(key, text):
        found.update(entry for (entry,) in query("SELECT session FROM main.joins WHERE client = ?", (tag,)))
    label = label_key(text)
    for (entry,) in query("SELECT i FROM main.entries WHERE instr(body, ?)", (b'"machine":"',)).fetchall():
        told = opener.fields(query, entry).get("machine", "")
        if told and label_key(told) == label:
            found.add(entry)
    return found


def _by_number(query: Query, entries: tuple[int, ...]) -> Iterator[int]:
    for entry in entries:
        found = query("SELECT substr(body, 1, ?) FROM main.entries WHERE i = ?", (_BEGINNING, entry)).fetchone()
        if found is None:
            raise UsageError(message("There is no entry {entry}.", entry=entry))
        if not found[0]:
            raise UsageError(message("Entry {entry} is erased already.", entry=entry))
        kind, _, of = _beginning(found[0])
        if of is not None and kind != "scan":
            raise UsageError(
                message("Entry {entry} tells more of entry {of}.", entry=entry, of=of),
                message("Erase that one: --entry {of}.", of=of),
            )
        if kind not in _ERASABLE:
            raise UsageError(
                message(
                    "Entry {entry}, of the kind {kind}, is what the ledger stands on and names nobody.",
                    entry=entry,
                    kind=kind,
                )
            )
        yield entry


def _superseded(query: Query, moment: int) -> Iterator[int]:
    """The policies that had stopped being in force by that moment."""
    before = None
    for entry, logged in of_kind(query, "policy"):
        if before is not None and logged < moment:
            yield before
        before = entry


def declares(names: Names, fields: dict[str, Any]) -> bool:
    """Whether a policy names one of them; one that is no TOML is taken to, because it cannot be told."""
    import tomllib

    try:
        return names.within(tomllib.loads(fields["text"]))
    except tomllib.TOMLDecodeError:
        return True


def _closes(query: Query, asked: set[int]) -> set[int]:
    """The closes that ended sessions which go: those of their connections at their ends."""
    found: set[int] = set()
    if not query("SELECT 1 FROM main.closes").fetchone():
        return found
    for session in asked:
        rows = query(
            "SELECT c.entry FROM main.connections n JOIN main.closes c ON c.connection = n.connection"
            ' AND c.at = n."end" WHERE n.session = ?',
            (session,),
        )
        found.update(entry for (entry,) in rows)
    return found


def _machines(query: Query, key: bytes, wanted: Wanted, choice: Choice, asked: set[int]) -> None:
    """Tells which tags of machines go and stay; a machine that is asked for goes."""
    meant = _meant(query, key, wanted.machine) if wanted.machine else set()
    for entry, _ in of_kind(query, "machine"):
        own = _tags(query, entry)
        if not meant.isdisjoint(own):
            asked.add(entry)
        (choice.gone if entry in asked else choice.stays).update(own)
    for tag in meant:
        asked.update(entry for (entry,) in query("SELECT entry FROM main.leases WHERE client = ?", (tag,)))
    asked.update(entry for entry, _ in of_kind(query, "label") if not meant.isdisjoint(_tags(query, entry)))


def _meant(query: Query, key: bytes, machine: str) -> set[bytes]:
    """The tags of a machine that is asked for: of the text itself, and of what its label was learnt to be."""
    meant = set(machine_tags(key, machine))
    numbers = machine_numbers(query, key, machine)
    if numbers:
        meant.add(canonical_tag(key, "label", label_key(machine)))
    for number in numbers:
        meant.update(query("SELECT tag FROM main.identifiers WHERE id = ?", (number,)).fetchone())
    return meant


def _tags(query: Query, entry: int) -> set[bytes]:
    tags = query("SELECT tags FROM main.entries WHERE i = ?", (entry,)).fetchone()[0] or b""
    return {tag for _, _, tag in unpack_tags(tags)}


def _close(query: Query, choice: Choice, asked: set[int]) -> None:
    """Adds what tells more of an entry that goes; such an entry always comes later than the other."""
    for entry, beginning in query("SELECT i, substr(body, 1, ?) FROM main.entries ORDER BY i", (_BEGINNING,)):
        if not beginning:
            continue
        kind, _, of = _beginning(beginning)
        if entry in asked or (of is not None and of in choice.entries):
            choice.entries.add(entry)
            choice.kinds[kind] = choice.kinds.get(kind, 0) + 1
        else:
            choice.kept[kind] = entry


def of_kind(query: Query, kind: str) -> list[tuple[int, int]]:
    """Entry and time of logging of all entries of a kind, in order."""
    if not query("SELECT 1 FROM main.kinds WHERE kind = ?", (kind,)).fetchone():
        return []
    begin = b'{"kind":"%s",' % kind.encode()
    return list(
        query(
            "SELECT i, logged FROM main.entries e JOIN main.batches b ON b.id = e.batch"
            " WHERE substr(body, 1, ?) = ? ORDER BY i",
            (len(begin), begin),
        )
    )


def _beginning(body: bytes) -> tuple[str, int | None, int | None]:
    """Kind, time of logging and the entry it tells more of, as far as the beginning of a body says them."""
    found = _OPEN.match(body)
    if found is None:
        return "", None, None
    logged, of = found[2], found[3]
    return found[1].decode(), int(logged) if logged else None, int(of) if of else None
