"""The questions of an audit that sums do not settle, each narrowed before any session is opened.

What is handed to a rule here are the course of sessions, the people at the keyboard, and what lies around a
deactivated account. All of it is of one state of the ledger: a `Snapshot`, or a `Window`.
"""

from __future__ import annotations

from isolation.evidence import MachineGroup, Neighbourhood, OperatorGroup, VisitGroup, join
from isolation.model import MACHINE_FACTS
from isolation.rules import ASSIGNMENT, COVERAGE, MACHINE, MOVES, REFUSALS, STANDING, WAIVER
from isolation.rules.run import corroborate, over, over_operator

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from isolation.evidence import AccountGroup, Contact, IdentifierGroup, Match, Visit
    from isolation.ledger.snapshot import Snapshot
    from isolation.relations import Relations


class Rounds:
    """Goes round one state of a ledger that began at `began` (µs), with what the policy says of it."""

    def __init__(self, source: Snapshot, relations: Relations, began: int) -> None:
        self._source = source
        self._relations = relations
        self._began = began
        self._visits = source.visits

    def matches(self) -> Iterator[Match]:
        """What the rules say that are not about one identifier or one account's sums. Raises RuleError."""
        yield from self._machines()
        yield from self._operators()
        yield from self._present()
        yield from self._courses(MOVES, self._visits.moved())
        refused = {account: self._visits.after_refusals(account) for account in self._visits.refused()}
        yield from self._courses(REFUSALS, refused)
        yield from self._courses(COVERAGE, self._visits.told_since(self._began))
        yield from self._standings()
        for waiver in self._relations.waivers:
            yield from over(WAIVER, waiver, self._relations)

    def assignments(self, group: AccountGroup) -> Iterator[Match]:
        """What the rules about assigned machines and networks say of an account."""
        if group.account not in self._relations.machines and group.account not in self._relations.networks:
            return
        from isolation.rules.assignment import off_label

        off = off_label(group, self._relations)
        if off:
            visits = [visit for one in self._spellings(group.account) for visit in self._visits.with_any(one, off)]
            yield from self._courses(ASSIGNMENT, {group.account: tuple(visits)})

    def with_visits(self, group: AccountGroup) -> AccountGroup:
        """The same group with the account's sessions, by begin."""
        visits = [visit for one in self._spellings(group.account) for visit in self._visits.of_account(one)]
        filled: AccountGroup = group.replace(visits=tuple(sorted(visits, key=_order)))
        return filled

    def _spellings(self, account: int) -> list[int]:
        return [account, *(other for other, head in self._relations.aliases.items() if head == account)]

    def _courses(self, kind: str, found: Mapping[int, tuple[Visit, ...]]) -> Iterator[Match]:
        """The matches over sessions by account; other spellings of one account come as one."""
        joined: dict[int, list[Visit]] = {}
        for account, visits in found.items():
            joined.setdefault(self._relations.aliases.get(account, account), []).extend(visits)
        for account, several in joined.items():
            group = VisitGroup(
                account, self._source.account_tag(account), tuple(sorted(several, key=_order)), self._began
            )
            yield from over(kind, group, self._relations)

    def _machines(self) -> Iterator[Match]:
        from isolation.rules.overlapping_sessions import needs_visits

        asked = {
            group.identifier: group
            for group in self._source.all_groups(MACHINE_FACTS)
            if needs_visits(self._relations.fold(group), self._relations)
        }
        accounts = {number: [contact.account for contact in group.contacts] for number, group in asked.items()}
        for number, visits in self._visits.at_machines(accounts):
            group = MachineGroup(number, asked[number].fact, asked[number].tag, visits)
            yield from over(MACHINE, group, self._relations)

    def _operators(self) -> Iterator[Match]:
        for group in self._source.all_operators():
            used = [contact.account for contact in group.contacts]
            sitting = group.replace(visits=self._visits.at_once(group.operator, used))
            yield from over_operator(self._folded(sitting), self._relations, self._with_begins)

    def _present(self) -> Iterator[Match]:
        """What workforce logs tell of people at machines and networks that accounts are assigned to."""
        every = (*self._relations.machines.values(), *self._relations.networks.values())
        assigned = frozenset().union(*every)
        labelled = [number for number, names in self._relations.labels.items() if not assigned.isdisjoint(names)]
        if not labelled:
            return
        for operator, visits in self._visits.presences(labelled).items():
            group = OperatorGroup(operator, self._source.operator_tag(operator), (), presences=visits)
            yield from over_operator(group, self._relations, self._with_begins)

    def _with_begins(self, group: OperatorGroup) -> OperatorGroup:
        contacts = []
        for contact in group.contacts:
            spelled = self._spellings(contact.account)
            begins = sorted(begin for one in spelled for begin in self._visits.begins(group.operator, one))
            contacts.append(contact.replace(uses=tuple(begins)))
        filled: OperatorGroup = group.replace(contacts=tuple(contacts))
        return filled

    def _folded(self, group: OperatorGroup) -> OperatorGroup:
        joined: dict[int, Contact] = {}
        for contact in group.contacts:
            account = self._relations.aliases.get(contact.account, contact.account)
            known = joined.get(account)
            joined[account] = contact.replace(account=account) if known is None else join(known, contact)
        folded: OperatorGroup = group.replace(contacts=tuple(joined.values()))
        return folded

    def _standings(self) -> Iterator[Match]:
        """What lies around each deactivated account."""
        gone = [account for account in self._relations.standings if self._relations.is_deactivated(account)]
        if not gone:
            return
        adapters = self._source.all_groups(("hardware_mac",))
        groups = tuple(self._certain(corroborate(self._source.all_groups(), adapters)))
        for account in sorted(gone):
            around = Neighbourhood(account, self._source.account_tag(account), groups)
            yield from over(STANDING, around, self._relations)

    def _certain(self, groups: Iterable[IdentifierGroup]) -> Iterator[IdentifierGroup]:
        from isolation.rules.links import unsettled

        for group in groups:
            folded = self._relations.fold(group)
            if unsettled(folded):
                folded = self._relations.fold(self._source.with_uses(group)).replace(corroborated=folded.corroborated)
            yield folded


def _order(visit: Visit) -> tuple[int, int]:
    return visit.begin, visit.entry
