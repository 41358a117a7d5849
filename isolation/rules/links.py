"""Which accounts have certainly met at an identifier, and who is how far from an account over such meetings."""

from __future__ import annotations

from isolation.model import UNDATED
from isolation.rules.severity import MONTH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from isolation.evidence import Contact, IdentifierGroup

_NEVER_CERTAIN = frozenset({"access_point", "site_ip", "wifi_scan"})
_ADDRESSES = frozenset({"public_ip", "public_prefix"})


def certainly_met(group: IdentifierGroup, one: Contact, other: Contact) -> bool:
    """Whether this identifier shows for certain that the two accounts were in one place or on one machine.

    As the rules about shared identifiers judge it: a device id wants a shared permanent MAC address beside it, and a
    public address two uses within 30 days.
    """
    if group.fact in _NEVER_CERTAIN or not one.confidence == other.confidence == "certain":
        return False
    if group.fact == "device_id":
        return any({one.account, other.account} <= together for together in group.corroborated)
    return group.fact not in _ADDRESSES or _near(one, other)


def _near(one: Contact, other: Contact) -> bool:
    mine, others = one.moments(), other.moments()
    return any(abs(first - second) <= MONTH for first in mine for second in others if UNDATED not in (first, second))


def partners(group: IdentifierGroup, account: int) -> list[Contact]:
    """The contacts of the accounts that have certainly met this one here."""
    mine = next((contact for contact in group.contacts if contact.account == account), None)
    if mine is None:
        return []
    return [other for other in group.contacts if other is not mine and certainly_met(group, mine, other)]


class Step:
    """How an account is linked to the ones before it: how many links away, over which identifiers, and through whom.

    `groups` are all identifiers that link it to accounts one link nearer; `before` is one of these.
    """

    __slots__ = ("before", "distance", "groups")

    def __init__(self, distance: int, before: int, groups: list[IdentifierGroup]) -> None:
        self.distance = distance
        self.before = before
        self.groups = groups


class Walk:
    """Steps outward from an account, over groups that are looked up as they are reached.

    An identifier at which everybody has certainly met everybody is left behind once it was gone through: the work grows
    with the contacts, not with their pairs.
    """

    def __init__(
        self,
        account: int,
        identifiers_of: Callable[[int], Iterable[int]],
        group_of: Callable[[int], IdentifierGroup],
        sites: frozenset[int] = frozenset(),
    ) -> None:
        self._account = account
        self._identifiers_of = identifiers_of
        self._group_of = group_of
        self._sites = sites
        self._behind: set[int] = set()
        self.groups: dict[int, IdentifierGroup] = {}
        self.steps: dict[int, Step] = {}

    def run(self, most: int) -> bool:
        """Goes on until `most` accounts were reached or there are no more; whether it came to an end.

        One link may be over any identifier; a longer chain does not pass through a declared site.
        """
        over_sites = self._next([self._account], 1, self._sites, only=True)
        frontier, distance = [self._account], 0
        while frontier and len(self.steps) < most:
            distance += 1
            new = self._next(frontier, distance, self._sites, only=False)
            self.steps.update(new)
            frontier = sorted(new)
        self.steps.update(over_sites | {n: step for n, step in self.steps.items() if step.distance == 1})
        return not frontier

    def _next(self, frontier: list[int], distance: int, sites: frozenset[int], *, only: bool) -> dict[int, Step]:
        new: dict[int, Step] = {}
        for number in frontier:
            for identifier in self._identifiers_of(number):
                if identifier in self._behind or (identifier in sites) != only:
                    continue
                group = self._group(identifier)
                for contact in partners(group, number):
                    if contact.account != self._account and contact.account not in self.steps:
                        step = new.setdefault(contact.account, Step(distance, number, []))
                        if all(group is not known for known in step.groups):
                            step.groups.append(group)
                if group.fact not in _ADDRESSES and group.fact != "device_id" and _is_sure(group, number):
                    self._behind.add(identifier)
        return new

    def _group(self, identifier: int) -> IdentifierGroup:
        if identifier not in self.groups:
            self.groups[identifier] = self._group_of(identifier)
        return self.groups[identifier]


def _is_sure(group: IdentifierGroup, account: int) -> bool:
    return any(contact.account == account and contact.confidence == "certain" for contact in group.contacts)


def steps_from(account: int, groups: Iterable[IdentifierGroup], sites: frozenset[int]) -> dict[int, Step]:
    """Each account that certain meetings in these groups lead to from this one, with its shortest chain's last step."""
    by_number = {group.identifier: group for group in groups}
    of_account: dict[int, list[int]] = {}
    for group in by_number.values():
        for contact in group.contacts:
            of_account.setdefault(contact.account, []).append(group.identifier)
    walk = Walk(account, lambda number: of_account.get(number, ()), by_number.__getitem__, sites)
    walk.run(sum(len(group.contacts) for group in by_number.values()) + 1)
    return walk.steps


def unsettled(group: IdentifierGroup) -> bool:
    """Whether first and last uses leave open which accounts used a public address within 30 days of each other."""
    if group.fact not in _ADDRESSES:
        return False
    reached: int | None = None
    for contact in sorted(group.contacts, key=lambda contact: contact.first):
        if contact.uses is None and contact.first == UNDATED != contact.last:
            return True
        if reached is not None and contact.first <= reached and contact.uses is None:
            return True
        reached = max(contact.last, reached if reached is not None else contact.last)
    return False
