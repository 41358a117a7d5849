"""Joining leases to sessions and presences by address and time (docs/decisions/0026).

A session is joined to the one machine that had its address when it began. Where leases of two machines cover that
moment nobody can tell which it was, so there is no join, and one that was made before is taken back. What is joined
follows from sessions and leases alone, never from the order in which they came.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from isolation.identifiers.catalogue import judge_mac
from isolation.identifiers.macs import parse_mac
from isolation.ledger.canonical import encode
from isolation.ledger.leases import NO_CLIENT
from isolation.ledger.packing import unpack_identifiers
from isolation.ledger.tags import FACT_CODES, NUMBERS_PER_RANK, pack_tags
from isolation.ledger.terms import reading_fields, surest
from isolation.messages import message
from isolation.model import UNDATED, Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from isolation.ledger.append import Appender
    from isolation.ledger.opener import Opener
    from isolation.ledger.packing import Identifiers

_MAC = FACT_CODES["hardware_mac"]
_AT_ONCE = 3000  # sessions looked at in one transaction
_ADDRESSES = (FACT_CODES["site_ip"], FACT_CODES["public_ip"])


class Joined(NamedTuple):
    """What joining came to: sessions joined, joins taken back, sessions for which leases disagree."""

    joined: int
    withdrawn: int
    ambiguous: int


NOTHING_JOINED = Joined(0, 0, 0)


class _Held(NamedTuple):
    """A lease of one address: begin, end (None: none told), client, entry."""

    begin: int
    end: int | None
    client: bytes
    entry: int


class _Seen(NamedTuple):
    """A session or presence: its entry, its begin, and its identifiers."""

    entry: int
    begin: int
    identifiers: Identifiers


def join(appender: Appender, opener: Opener, since: int, until: int) -> Joined:
    """Joins what began from `since` to `until` (µs), both included. Raises KeyUnavailable where leases do not open."""
    return _Joining(appender, opener).run(since, until)


def take_back(appender: Appender, opener: Opener, clients: set[bytes]) -> None:
    """Takes back the joins to these clients that no lease is left for."""
    _Joining(appender, opener).take_back(clients)


def periods(query: Callable[..., Any], since: int, until: int) -> Iterator[tuple[int, int]]:
    """The time from `since` to `until` in periods, each for one short transaction; none where there are no leases."""
    if not query(
        'SELECT 1 FROM main.leases WHERE begin <= ? AND coalesce("end", ?) >= ?', (until, since, since)
    ).fetchone():
        return
    begins = query(
        "SELECT begin FROM main.sessions WHERE begin BETWEEN ?1 AND ?2 UNION ALL"
        " SELECT begin FROM main.presences WHERE begin BETWEEN ?1 AND ?2 ORDER BY begin",
        (since, until),
    )
    for number, (begin,) in enumerate(begins, 1):
        if number % _AT_ONCE == 0 and since <= begin:
            yield since, begin
            since = begin + 1
    yield since, until


class _Joining:
    def __init__(self, appender: Appender, opener: Opener) -> None:
        self._appender = appender
        self._query = appender.query
        self._opener = opener
        self._readings: dict[int, Reading] = {}

    def run(self, since: int, until: int) -> Joined:
        leases = self._leases(since, until)
        joined = withdrawn = ambiguous = 0
        for seen in list(self._sessions(since, until)) if leases else ():
            before, own = self._present(seen)
            held = [one for number, _ in own for one in _holding(leases.get(number, []), seen.begin)]
            clients = {one.client for one in held}
            known = any(number % NUMBERS_PER_RANK == _MAC for number, _ in own)
            ambiguous += len(clients) > 1 and not known
            if known or len(clients) > 1:
                if before != NO_CLIENT:
                    self._append(seen.entry, NO_CLIENT, ())
                    withdrawn += 1
            elif clients and before not in clients:
                self._append(seen.entry, held[0].client, held)
                joined += 1
        return Joined(joined, withdrawn, ambiguous)

    def take_back(self, clients: set[bytes]) -> None:
        for client in clients:
            rows = self._query("SELECT DISTINCT session FROM main.joins WHERE client = ?", (client,)).fetchall()
            for seen in [one for (session,) in rows for one in self._entry(session)]:
                before, own = self._present(seen)
                leases = self._leases(seen.begin, seen.begin)
                held = [one.client for number, _ in own for one in _holding(leases.get(number, []), seen.begin)]
                if before == client and client not in held:
                    self._append(seen.entry, NO_CLIENT, ())

    def _entry(self, entry: int) -> Iterator[_Seen]:
        for table in ("sessions", "presences"):
            query = f"SELECT begin, identifiers FROM main.{table} WHERE entry = ?"
            for begin, packed in self._query(query, (entry,)):
                yield _Seen(entry, begin, unpack_identifiers(packed))

    def _leases(self, since: int, until: int) -> dict[int, list[_Held]]:
        """The leases of the time, by the number of the address that sessions have, in order of their begins."""
        found: dict[int, list[_Held]] = {}
        for number, *held in self._query(
            'SELECT i.id, l.begin, l."end", l.client, l.entry FROM main.leases l JOIN main.identifiers i'
            ' ON i.tag = l.address WHERE l.begin <= ? AND coalesce(l."end", ?) >= ? ORDER BY l.begin, l.entry',
            (until, since, since),
        ):
            found.setdefault(number, []).append(_Held(*held))
        return found

    def _sessions(self, since: int, until: int) -> Iterator[_Seen]:
        """Uses and presences of the time; a failed login is no use, and one at a time not known had no lease."""
        self._appender.flush()
        for table in ("sessions", "presences"):
            for entry, begin, packed in self._query(
                f"SELECT entry, begin, identifiers FROM main.{table}"
                " WHERE begin BETWEEN ? AND ? AND begin <> ? AND success = 1",
                (since, until, UNDATED),
            ):
                identifiers = unpack_identifiers(packed)
                if any(number % NUMBERS_PER_RANK in _ADDRESSES for number, _ in identifiers):
                    yield _Seen(entry, begin, identifiers)

    def _present(self, seen: _Seen) -> tuple[bytes, Identifiers]:
        """The client that a session is joined to now, and the identifiers that it has of its own."""
        found = self._query(
            "SELECT client, identifiers FROM main.joins WHERE session = ? ORDER BY entry DESC LIMIT 1", (seen.entry,)
        ).fetchone()
        if found is None:
            return NO_CLIENT, seen.identifiers
        joined = {number for number, _ in unpack_identifiers(found[1])}
        return found[0], [one for one in seen.identifiers if one[0] not in joined]

    def _append(self, session: int, client: bytes, held: list[_Held] | tuple[()]) -> None:
        appender = self._appender
        entries = sorted({one.entry for one in held})
        terms = appender.terms().readings([self._reading(entries[0])] if entries else [])
        named = surest(terms)
        appender.numbers.look_up(named)
        fields = {**reading_fields(terms), "leases": encode([*entries])}
        entry = appender.append("join", fields, pack_tags(named), session)
        appender.derived.join(entry, session, client, appender.identifiers(named))

    def _reading(self, lease: int) -> Reading:
        """What a lease says of a session: the same whichever of several leases of one machine says it."""
        known = self._readings.get(lease)
        if known is None:
            told = self._opener.fields(self._query, lease)
            known = self._readings[lease] = joined_reading(told["mac"], told["site"])
        return known


def joined_reading(mac: str, site: str) -> Reading:
    """The reading of a machine that a lease names; one that made its address up is no hardware."""
    source, reason = message("leases of {site}", site=site), message("Joined from the leases of {site}.", site=site)
    judged = judge_mac(parse_mac(mac), "hardware_mac")
    if judged.identifying:
        return Reading(
            "hardware_mac", "observed", mac, source=source, reason=reason, identifying=True, confidence="probable"
        )
    return Reading(
        "current_mac", "observed", mac, source=source, reason=f"{reason} {judged.reason}", confidence="probable"
    )


def _holding(leases: list[_Held], moment: int) -> Iterator[_Held]:
    """Those of an address's leases that cover a moment."""
    for one in leases[: bisect_right(leases, moment, key=lambda held: held.begin)]:
        if one.end is None or moment < one.end:
            yield one
