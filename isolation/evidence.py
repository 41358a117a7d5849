"""What the ledger hands a rule: small groups of plain values, keyed by account number, never by name.

Names and values stay sealed until a finding shows them, so a rule works on numbers; `isolation.relations` tells it
what the policy says of those numbers. Nothing here reads anything.
"""

from __future__ import annotations

from isolation.model import CONFIDENCES, UNDATED, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    from isolation.model import Confidence, Severity, State

    Seen: TypeAlias = tuple[int, str, Confidence]  # an identifier's number, its fact, how surely it was read

# A scan with fewer access points tells nothing, and of two scans as many must be seen by both.
LEAST_POINTS = 4

HOUR = 3_600_000_000
DAY = 24 * HOUR
LONGEST = 12 * HOUR  # what a session whose end was not told counts for at most


class Contact(Value):
    """One account's uses of one identifier, summed up.

    `first` and `last` are the begins of its first and last use (µs; `first` is UNDATED where the time of any use is
    not known). `channels` are those it was used through. `uses` holds every begin (µs, ascending), or None where
    first and last settle all that a rule asks.
    """

    __slots__ = ("account", "channels", "confidence", "count", "first", "last", "uses")
    account: int
    first: int
    last: int
    count: int
    channels: frozenset[str]
    confidence: Confidence
    uses: tuple[int, ...] | None

    def __init__(
        self,
        account: int,
        first: int,
        last: int,
        count: int,
        channels: frozenset[str] = frozenset({"ui"}),
        confidence: Confidence = "certain",
        uses: tuple[int, ...] | None = None,
    ) -> None:
        self._init(
            account=account, first=first, last=last, count=count, channels=channels, confidence=confidence, uses=uses
        )

    def moments(self) -> tuple[int, ...]:
        """The begins known of: all of them, or the first and the last; none for uses whose time is not known."""
        known = self.uses if self.uses is not None else (self.first, self.last)
        return known if known[0] != UNDATED else tuple(moment for moment in known if moment != UNDATED)


class IdentifierGroup(Value):
    """One identifier with every account that touched it. `tag` is its keyed tag in hex: stable, opaque.

    `corroborated` names, for a device id, the sets of its accounts that share a permanent MAC address too: an id
    alone may be a cloned disk.
    """

    __slots__ = ("contacts", "corroborated", "fact", "identifier", "tag")
    identifier: int
    fact: str
    tag: str
    contacts: tuple[Contact, ...]
    corroborated: tuple[frozenset[int], ...]

    def __init__(
        self,
        identifier: int,
        fact: str,
        tag: str,
        contacts: tuple[Contact, ...],
        corroborated: tuple[frozenset[int], ...] = (),
    ) -> None:
        self._init(
            identifier=identifier, fact=fact, tag=tag, contacts=tuple(contacts), corroborated=tuple(corroborated)
        )


class Sighting(Value):
    """One identifier as one account saw it (the same sum as a `Contact`, seen from the account)."""

    __slots__ = ("confidence", "count", "fact", "first", "identifier", "last")
    identifier: int
    fact: str
    first: int
    last: int
    count: int
    confidence: Confidence

    def __init__(
        self, identifier: int, fact: str, first: int, last: int, count: int, confidence: Confidence = "certain"
    ) -> None:
        self._init(identifier=identifier, fact=fact, first=first, last=last, count=count, confidence=confidence)


class AccountGroup(Value):
    """One account with every identifier it touched; `visits` are its sessions, or None where sums settle it."""

    __slots__ = ("account", "sightings", "tag", "visits")
    account: int
    tag: str
    sightings: tuple[Sighting, ...]
    visits: tuple[Visit, ...] | None

    def __init__(
        self, account: int, tag: str, sightings: tuple[Sighting, ...], visits: tuple[Visit, ...] | None = None
    ) -> None:
        self._init(account=account, tag=tag, sightings=tuple(sightings), visits=visits)


class Visit(Value):
    """One session, as rules about the course of sessions see it.

    `begin` and `end` are µs; `end` is None where it was not told. `seen` are its identifiers with fact and
    confidence; `later` those of each identity that it had while it went on, with the moment. `operator` is a number
    or None. A refused begin is a visit too, and no use.
    """

    __slots__ = ("account", "begin", "channel", "end", "entry", "later", "operator", "provenance", "refused", "seen")
    entry: int
    account: int
    begin: int
    end: int | None
    operator: int | None
    channel: str
    provenance: str
    refused: bool
    seen: tuple[Seen, ...]
    later: tuple[tuple[int, tuple[Seen, ...]], ...]

    def __init__(
        self,
        entry: int,
        account: int,
        begin: int,
        end: int | None = None,
        *,
        operator: int | None = None,
        channel: str = "ui",
        provenance: str = "observed",
        refused: bool = False,
        seen: tuple[Seen, ...] = (),
        later: tuple[tuple[int, tuple[Seen, ...]], ...] = (),
    ) -> None:
        self._init(
            entry=entry, account=account, begin=begin, end=end, operator=operator, channel=channel,
            provenance=provenance, refused=refused, seen=tuple(seen), later=tuple(later),
        )  # fmt: skip

    def of(self, *facts: str) -> frozenset[int]:
        """The identifiers of these facts."""
        return frozenset(number for number, fact, _ in self.seen if fact in facts)

    def contact(self) -> Contact:
        """The session as a contact of its account."""
        return Contact(self.account, self.begin, self.begin, 1, frozenset({self.channel}))


class MachineGroup(Value):
    """One machine (an identifier of it) with the sessions on it that touch another one in time, by begin."""

    __slots__ = ("fact", "identifier", "tag", "visits")
    identifier: int
    fact: str
    tag: str
    visits: tuple[Visit, ...]

    def __init__(self, identifier: int, fact: str, tag: str, visits: tuple[Visit, ...]) -> None:
        self._init(identifier=identifier, fact=fact, tag=tag, visits=tuple(visits))


class VisitGroup(Value):
    """One account with some of its sessions, by begin: those that a kind of rule asks for (`isolation.rules`).

    `since` is when the ledger began (µs).
    """

    __slots__ = ("account", "since", "tag", "visits")
    account: int
    tag: str
    visits: tuple[Visit, ...]
    since: int

    def __init__(self, account: int, tag: str, visits: tuple[Visit, ...], since: int = 0) -> None:
        self._init(account=account, tag=tag, visits=tuple(visits), since=since)


class OperatorGroup(Value):
    """One operator with every account that operator used, and those sessions that were open at once.

    `presences` are what workforce logs tell of the operator at places that carry a label, as visits of no account (0).
    """

    __slots__ = ("contacts", "operator", "presences", "tag", "visits")
    operator: int
    tag: str
    contacts: tuple[Contact, ...]
    visits: tuple[Visit, ...]
    presences: tuple[Visit, ...]

    def __init__(
        self,
        operator: int,
        tag: str,
        contacts: tuple[Contact, ...],
        visits: tuple[Visit, ...] = (),
        presences: tuple[Visit, ...] = (),
    ) -> None:
        self._init(
            operator=operator, tag=tag, contacts=tuple(contacts), visits=tuple(visits), presences=tuple(presences)
        )


class Neighbourhood(Value):
    """The identifiers around an account: those it shares with others, those that these share, and so on."""

    __slots__ = ("account", "groups", "tag")
    account: int
    tag: str
    groups: tuple[IdentifierGroup, ...]

    def __init__(self, account: int, tag: str, groups: tuple[IdentifierGroup, ...]) -> None:
        self._init(account=account, tag=tag, groups=tuple(groups))


class Scan(Value):
    """The access points that one use of an account saw around it: the number of each, with its weight (0 to 15).

    `dbm` tells whether the weights were made from dBm; percentages are no measure of nearness. `begin` is the use's
    (µs).
    """

    __slots__ = ("account", "begin", "channel", "dbm", "points")
    account: int
    begin: int
    channel: str
    dbm: bool
    points: Mapping[int, int]

    def __init__(self, account: int, begin: int, channel: str, dbm: bool, points: Mapping[int, int]) -> None:
        self._init(account=account, begin=begin, channel=channel, dbm=dbm, points=points)


class ScanGroup(Value):
    """One access point with the scans in which it was among the strongest. `tag` is its keyed tag in hex."""

    __slots__ = ("point", "scans", "tag")
    point: int
    tag: str
    scans: tuple[Scan, ...]

    def __init__(self, point: int, tag: str, scans: tuple[Scan, ...]) -> None:
        self._init(point=point, tag=tag, scans=tuple(scans))


class Match(Value):
    """What a rule yields: a finding before names and values are opened.

    `tag` is the keyed tag of what it is about; `part` tells several findings of one rule about that apart.
    """

    __slots__ = (
        "accounts", "confidence", "fact", "first", "identifier", "last", "part", "reason", "rule", "sessions",
        "severity", "state", "tag",
    )  # fmt: skip
    rule: str
    severity: Severity
    confidence: Confidence
    state: State
    fact: str
    identifier: int | None
    tag: str
    accounts: tuple[int, ...]
    sessions: int
    first: int
    last: int
    reason: str
    part: str

    def __init__(
        self,
        rule: str,
        severity: Severity,
        confidence: Confidence,
        state: State,
        fact: str,
        identifier: int | None,
        tag: str,
        accounts: tuple[int, ...],
        sessions: int,
        first: int,
        last: int,
        reason: str = "",
        part: str = "",
    ) -> None:
        self._init(
            rule=rule, severity=severity, confidence=confidence, state=state, fact=fact, identifier=identifier,
            tag=tag, accounts=tuple(accounts), sessions=sessions, first=first, last=last, reason=reason, part=part,
        )  # fmt: skip


def join(first: Contact, second: Contact) -> Contact:
    """Two contacts of one account with one identifier as one, under the first one's account number."""
    uses = None
    if first.uses is not None and second.uses is not None:
        uses = tuple(sorted(first.uses + second.uses))
    return Contact(
        first.account,
        min(first.first, second.first),
        max(first.last, second.last),
        first.count + second.count,
        first.channels | second.channels,
        max(first.confidence, second.confidence, key=CONFIDENCES.index),
        uses,
    )


def weaker(first: Confidence, second: Confidence) -> Confidence:
    """The weaker of two confidences."""
    return first if CONFIDENCES.index(first) <= CONFIDENCES.index(second) else second


__all__ = [
    "DAY",
    "HOUR",
    "LEAST_POINTS",
    "LONGEST",
    "AccountGroup",
    "Contact",
    "IdentifierGroup",
    "MachineGroup",
    "Match",
    "Neighbourhood",
    "OperatorGroup",
    "Scan",
    "ScanGroup",
    "Sighting",
    "Visit",
    "VisitGroup",
    "join",
    "weaker",
]
