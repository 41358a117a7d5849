"""What the ledger hands a rule: small groups of plain values, keyed by account number, never by name.

Names and values stay sealed until a finding shows them, so a rule works on numbers; `Relations` tells it
what the policy says of those numbers. Nothing here reads anything.
"""

from __future__ import annotations

from isolation.model import CONFIDENCES, UNDATED, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from isolation.model import Confidence, Severity, State

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


class Bond(Value):
    """Accounts that the policy declares to belong together, within a period (µs; None: open)."""

    __slots__ = ("accounts", "name", "since", "until")
    name: str
    accounts: frozenset[int]
    since: int | None
    until: int | None

    def __init__(self, name: str, accounts: frozenset[int], since: int | None = None, until: int | None = None) -> None:
        self._init(name=name, accounts=accounts, since=since, until=until)

    def covers(self, contact: Contact) -> bool:
        """Whether all of the contact lies within the declared period."""
        return (
            contact.account in self.accounts
            and (self.since is None or self.since <= contact.first)
            and (self.until is None or contact.last < self.until)
        )


class Relations(Value):
    """What the policy says of the accounts of a group, by account number.

    `platforms` names the platform of each account that the policy declares, `aliases` the number under which
    another spelling is read, `thresholds` the limits that account rules use. `focus` is the account of a verdict:
    only its own meetings count then; None in an audit, where all do.
    """

    __slots__ = ("_bonds_of", "aliases", "bonds", "focus", "platforms", "thresholds")
    bonds: tuple[Bond, ...]
    platforms: Mapping[int, str]
    aliases: Mapping[int, int]
    thresholds: Mapping[str, int]
    focus: int | None
    _bonds_of: Mapping[int, tuple[Bond, ...]]

    def __init__(
        self,
        bonds: tuple[Bond, ...] = (),
        platforms: Mapping[int, str] | None = None,
        aliases: Mapping[int, int] | None = None,
        thresholds: Mapping[str, int] | None = None,
        focus: int | None = None,
    ) -> None:
        by_account: dict[int, tuple[Bond, ...]] = {}
        for bond in bonds:
            for account in bond.accounts:
                by_account[account] = (*by_account.get(account, ()), bond)
        self._init(
            bonds=tuple(bonds), platforms=platforms or {}, aliases=aliases or {}, thresholds=thresholds or {},
            focus=focus, _bonds_of=by_account,
        )  # fmt: skip

    def bonds_of(self, contact: Contact) -> tuple[Bond, ...]:
        """The declared groups that cover all of this contact."""
        return tuple(bond for bond in self._bonds_of.get(contact.account, ()) if bond.covers(contact))

    def fold(self, group: IdentifierGroup) -> IdentifierGroup:
        """The group with other spellings of one account joined into one contact."""
        if not any(contact.account in self.aliases for contact in group.contacts):
            return group
        joined: dict[int, Contact] = {}
        for contact in group.contacts:
            account = self.aliases.get(contact.account, contact.account)
            known = joined.get(account)
            joined[account] = contact.replace(account=account) if known is None else join(known, contact)
        corroborated = tuple(
            frozenset(self.aliases.get(one, one) for one in together) for together in group.corroborated
        )
        return group.replace(contacts=tuple(joined.values()), corroborated=corroborated)


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
    "AccountGroup",
    "Bond",
    "Contact",
    "IdentifierGroup",
    "Match",
    "Relations",
    "Sighting",
    "join",
    "weaker",
]
