"""What the policy says of accounts, operators, machines and networks, by number: how rules see it.

The policy speaks in names; `Policy.relations` turns them into the ledger's numbers, so that rules, which never see a
name, can ask. Nothing here reads anything.
"""

from __future__ import annotations

from isolation.evidence import join
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Protocol

    from isolation.evidence import Contact, IdentifierGroup

    class Numbers(Protocol):
        """Who knows the numbers of names: the ledger's `Reader`."""

        def numbers(self, fact: str, names: Iterable[str]) -> Mapping[str, int]:
            """The numbers of those names (of accounts, of operators) that the ledger has met."""

        def labelled(self, labels: Iterable[str]) -> Mapping[str, tuple[int, ...]]:
            """The identifiers that were learnt under each of these labels' keys."""


def within(moment: int, since: int | None, until: int | None) -> bool:
    """Whether `since` <= `moment` < `until` (µs; None: open)."""
    return (since is None or since <= moment) and (until is None or moment < until)


class Bond(Value):
    """Accounts that the policy declares to belong together, with who works for them, within a period (µs; None: open).

    `kind` is that of the group: same-store, same-owner, agency, household or other.
    """

    __slots__ = ("accounts", "kind", "name", "operators", "since", "until")
    name: str
    accounts: frozenset[int]
    since: int | None
    until: int | None
    kind: str
    operators: frozenset[int]

    def __init__(
        self,
        name: str,
        accounts: frozenset[int],
        since: int | None = None,
        until: int | None = None,
        kind: str = "other",
        operators: frozenset[int] = frozenset(),
    ) -> None:
        self._init(name=name, accounts=accounts, since=since, until=until, kind=kind, operators=operators)

    def covers(self, contact: Contact) -> bool:
        """Whether all of the contact lies within the declared period."""
        return (
            contact.account in self.accounts
            and (self.since is None or self.since <= contact.first)
            and (self.until is None or contact.last < self.until)
        )


class Permit(Value):
    """An operator may use an account, within a period (µs; None: open).

    `own_user` tells a user permission of the operator's own from the client's credential; `role` is for people.
    """

    __slots__ = ("account", "operator", "own_user", "role", "since", "until")
    operator: int
    account: int
    own_user: bool
    role: str
    since: int | None
    until: int | None

    def __init__(
        self,
        operator: int,
        account: int,
        own_user: bool,
        role: str = "",
        since: int | None = None,
        until: int | None = None,
    ) -> None:
        self._init(operator=operator, account=account, own_user=own_user, role=role, since=since, until=until)


class PermitsByAccount(dict[int, tuple[Permit, ...]]):
    """An account's number -> its permissions, () for none; `make` makes those of one account once they are asked for.

    An agency has thousands, and a login asks for those of the few accounts that it meets.
    """

    def __init__(self, make: Callable[[int], tuple[Permit, ...]]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, account: int) -> tuple[Permit, ...]:
        permits = self[account] = self._make(account)
        return permits


def by_account(permits: Iterable[Permit]) -> PermitsByAccount:
    """Permissions that are there already, by account."""
    found = PermitsByAccount(lambda account: ())
    for permit in permits:
        found[permit.account] = (*found[permit.account], permit)
    return found


class Waiver(Value):
    """An accepted finding: it covers only the accounts it names, under one rule ("" for any), within one label's
    identifiers (None for any), from when it was accepted until it expires (µs; it always does).

    `owner` is who accepted it, `reason` why, `document` what shows it.
    """

    __slots__ = ("accounts", "document", "identifiers", "name", "owner", "reason", "rule", "since", "until")
    name: str
    rule: str
    accounts: frozenset[int]
    identifiers: frozenset[int] | None
    until: int
    since: int
    owner: str
    reason: str
    document: str

    def __init__(
        self,
        name: str,
        rule: str,
        accounts: frozenset[int],
        until: int,
        identifiers: frozenset[int] | None = None,
        since: int = 0,
        owner: str = "",
        reason: str = "",
        document: str = "",
    ) -> None:
        self._init(
            name=name, rule=rule, accounts=accounts, until=until, identifiers=identifiers, since=since, owner=owner,
            reason=reason, document=document,
        )  # fmt: skip


class Relations(Value):
    """What the policy says of the accounts of a group, by account number.

    `platforms` and `owners` name those of each account that the policy declares, `aliases` the number under which
    another spelling is read, `standings` an account's states with the moments (µs) from which each holds, in order, and
    `thresholds` the limits that account rules use. `labels` names the machines and networks that each identifier
    belongs to, `sites` holds the identifiers of networks that are declared as shared; `machines` and `networks` name
    the labels that an account is assigned to, and `permits` gives its permissions. `focus` is the account of a verdict:
    only its own meetings count then; None in an audit, where all do. `moment` (µs) is when expiries are judged.
    """

    __slots__ = (
        "_bonds_of", "aliases", "bonds", "focus", "labels", "machines", "moment", "networks",
        "owners", "permits", "platforms", "sites", "standings", "thresholds", "waivers",
    )  # fmt: skip
    bonds: tuple[Bond, ...]
    platforms: Mapping[int, str]
    aliases: Mapping[int, int]
    thresholds: Mapping[str, int]
    focus: int | None
    permits: PermitsByAccount
    standings: Mapping[int, tuple[tuple[str, int], ...]]
    owners: Mapping[int, str]
    labels: Mapping[int, tuple[str, ...]]
    sites: frozenset[int]
    machines: Mapping[int, frozenset[str]]
    networks: Mapping[int, frozenset[str]]
    waivers: tuple[Waiver, ...]
    moment: int
    _bonds_of: Mapping[int, tuple[Bond, ...]]

    def __init__(
        self,
        bonds: tuple[Bond, ...] = (),
        platforms: Mapping[int, str] | None = None,
        aliases: Mapping[int, int] | None = None,
        thresholds: Mapping[str, int] | None = None,
        focus: int | None = None,
        permits: PermitsByAccount | Iterable[Permit] = (),
        standings: Mapping[int, tuple[tuple[str, int], ...]] | None = None,
        owners: Mapping[int, str] | None = None,
        labels: Mapping[int, tuple[str, ...]] | None = None,
        sites: frozenset[int] = frozenset(),
        machines: Mapping[int, frozenset[str]] | None = None,
        networks: Mapping[int, frozenset[str]] | None = None,
        waivers: tuple[Waiver, ...] = (),
        moment: int = 0,
    ) -> None:
        bonds_of: dict[int, tuple[Bond, ...]] = {}
        for bond in bonds:
            for account in bond.accounts:
                bonds_of[account] = (*bonds_of.get(account, ()), bond)
        self._init(
            bonds=tuple(bonds), platforms=platforms or {}, aliases=aliases or {}, thresholds=thresholds or {},
            focus=focus, permits=permits if isinstance(permits, PermitsByAccount) else by_account(permits),
            standings=standings or {}, owners=owners or {}, labels=labels or {}, sites=sites, machines=machines or {},
            networks=networks or {}, waivers=tuple(waivers), moment=moment,
            _bonds_of=bonds_of,
        )  # fmt: skip

    def focused(self, account: int) -> Relations:
        """The same from one account's point of view; unlike `replace` it costs nothing, however much is declared."""
        copy = object.__new__(Relations)
        copy._init(**{name: getattr(self, name) for name in self.__slots__} | {"focus": account})
        return copy

    def bonds_of(self, contact: Contact) -> tuple[Bond, ...]:
        """The declared groups that cover all of this contact."""
        return tuple(bond for bond in self._bonds_of.get(contact.account, ()) if bond.covers(contact))

    def is_gated(self, account: int) -> bool:
        """Whether the policy says who may use this account: by a permission, or by the operators of a group."""
        return bool(self.people_of(account))

    def people_of(self, account: int) -> frozenset[int]:
        """The operators whom the policy lets use this account, at whatever time."""
        found = {permit.operator for permit in self.permits[account]}
        return frozenset(found.union(*(bond.operators for bond in self._bonds_of.get(account, ()))))

    def covers(self, operator: int, account: int, first: int, last: int) -> bool:
        """Whether one permission, or one group that the operator works for, covers all from first to last (µs)."""
        return any(
            within(first, one.since, one.until) and within(last, one.since, one.until)
            for one in self._lets(operator, account)
        )

    def _lets(self, operator: int, account: int) -> Iterator[Permit | Bond]:
        yield from self.permits_of(operator, account)
        yield from (bond for bond in self._bonds_of.get(account, ()) if operator in bond.operators)

    def standing(self, account: int) -> tuple[str, int] | None:
        """The account's latest state by `moment`, and since when (µs); None where none was told by then."""
        known = [change for change in self.standings.get(account, ()) if change[1] <= self.moment]
        return known[-1] if known else None

    def is_deactivated(self, account: int) -> bool:
        """Whether the account's latest state by `moment` is deactivated."""
        standing = self.standing(account)
        return standing is not None and standing[0] == "deactivated"

    def accepted(self, rule: str, identifier: int | None = None) -> tuple[Waiver, ...]:
        """The waivers that hold for findings of this rule, about this identifier, at `moment`."""
        return tuple(
            waiver
            for waiver in self.waivers
            if waiver.rule in ("", rule)
            and within(self.moment, waiver.since, waiver.until)
            and (waiver.identifiers is None or identifier in waiver.identifiers)
        )

    def permits_of(self, operator: int, account: int) -> tuple[Permit, ...]:
        """What the policy permits this operator with this account, at whatever time."""
        return tuple(permit for permit in self.permits[account] if permit.operator == operator)

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


__all__ = ["Bond", "Permit", "PermitsByAccount", "Relations", "Waiver", "within"]
