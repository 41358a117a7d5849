"""What the ledger hands a rule: small groups of plain values, keyed by account number, never by name.

Names and values stay sealed until a finding shows them, so a rule works on numbers; `isolation.relations` tells it
what the policy says of those numbers. Nothing here reads anything.
"""

from __future__ import annotations

from isolation.model import CONFIDENCES, UNDATED, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from isolation.model import Confidence, Severity, State

# A scan with fewer access points tells nothing, and of two scans as many must be seen by both.
LEAST_POINTS = 4

HOUR = 3_600_000_000
DAY = 24 * HOUR


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
    """One account with every identifier it touched."""

    __slots__ = ("account", "sightings", "tag")
    account: int
    tag: str
    sightings: tuple[Sighting, ...]

    def __init__(self, account: int, tag: str, sightings: tuple[Sighting, ...]) -> None:
        self._init(account=account, tag=tag, sightings=tuple(sightings))


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
    """What a rule yields: a finding before names and values are opened."""

    __slots__ = (
        "accounts", "confidence", "fact", "first", "identifier", "last", "reason", "rule", "sessions", "severity",
        "state", "tag",
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
    ) -> None:
        self._init(
            rule=rule, severity=severity, confidence=confidence, state=state, fact=fact, identifier=identifier,
            tag=tag, accounts=tuple(accounts), sessions=sessions, first=first, last=last, reason=reason,
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
    "AccountGroup",
    "Contact",
    "IdentifierGroup",
    "Match",
    "Scan",
    "ScanGroup",
    "Sighting",
    "join",
    "weaker",
]
