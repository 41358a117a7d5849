"""The login that is being judged, with the groups it touches: what the rules are handed for a verdict.

Nothing is looked up, and no rule's module loaded, before something here or in the policy asks for it: most logins touch
nothing that a rule must look at.
"""

from __future__ import annotations

from isolation.evidence import (
    DAY,
    AccountGroup,
    Contact,
    IdentifierGroup,
    MachineGroup,
    Neighbourhood,
    OperatorGroup,
    Sighting,
    Visit,
    VisitGroup,
    join,
)
from isolation.findings import FACT_WORDS, HERE, Names, gravest_first, links, one_of_each_place, show, subjects_of
from isolation.identifiers.accounts import account_key, operator_key
from isolation.ledger.tags import fact_of
from isolation.messages import message
from isolation.model import MACHINE_FACTS, Gap
from isolation.relations import Relations
from isolation.rules import ASSIGNMENT, COVERAGE, MACHINE, MOVES, REFUSALS, STANDING, WAIVER, could_not_look
from isolation.rules.run import corroborate, over, over_account, over_identifier, over_operator, over_scans

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from isolation.chains import Chains
    from isolation.evidence import Match, Scan, ScanGroup, Seen
    from isolation.ledger import Reader
    from isolation.model import Channel, Finding, Identity, Reading, Subject
    from isolation.paths import Path
    from isolation.policy import Policy
    from isolation.rules.links import Walk

_UNSEEN = -1  # the candidate's account number where the ledger has none for it yet
_MOST_JOINED = 1000  # a cluster is followed no further than this; the verdict says so
_NOW = 1 << 62  # the entry that this login would be: after all others


class Candidate:
    """The login being judged, with the groups it touches."""

    def __init__(
        self,
        reader: Reader,
        account: str,
        identity: Identity,
        policy: Policy,
        channel: Channel,
        moment: int,
        operator: str = "",
    ) -> None:
        self._reader = reader
        self._identity = identity
        self._channel = channel
        self.moment = moment
        self.account = account
        self.operator = operator
        self.gaps: list[Gap] = []
        self._policy = policy
        self._key = policy.spellings(account_key(account))[0]
        seen = [reader.account_number(key) for key in policy.spellings(self._key)]
        self._mine = [number for number in seen if number is not None]
        self._number = self._mine[0] if self._mine else _UNSEEN
        self._operator_key = operator_key(operator) if operator else ""
        self._people = policy.people(reader, *(operator_key(one) for one in (operator,) if one))
        self._operator = self._people.get(("operator", self._operator_key))
        self._names = Names(
            reader, {self._number: account}, {} if self._operator is None else {self._operator: operator}
        )
        self._policy_says: Relations | None = None
        self._now = self._present()
        self._points: Mapping[int, int] = {}
        self._matches: list[Match] = []
        self._walk: Walk | None = None
        self._chains: Chains | None = None

    def _relations(self) -> Relations:
        """What the policy says, from this account's point of view; looked up once something asks for it."""
        if self._policy_says is None:
            unseen = dict(self._people)
            if not self._mine:
                unseen["account", self._key] = _UNSEEN
            says = self._policy.relations(self._reader, moment=self.moment, unseen=unseen)
            self._policy_says = says.focused(self._number)
        return self._policy_says

    def _present(self) -> dict[int, Contact]:
        """This login as a contact with each identifier that the ledger knows."""
        contacts: dict[int, Contact] = {}
        for reading in self._identity.identifying():
            identifier = self._identifier(reading)
            if identifier is not None:
                contacts[identifier] = Contact(
                    self._number, self.moment, self.moment, 1, frozenset({self._channel}), reading.confidence
                )
        return contacts

    def _identifier(self, reading: Reading) -> int | None:
        if not isinstance(reading.value, str):
            return None
        return self._reader.identifier_number(reading.fact, reading.value)

    def findings(self) -> tuple[Finding, ...]:
        """What every rule says of the groups that this login touches."""
        self._matches += self._about_identifiers()
        for around in self._reader.scan_groups_around(self._mine, self._scan()):
            self._matches += over_scans(around, self._relations())
        gated = any(self._policy.people_of(self._key))
        says = self._relations() if gated or self._policy.waivers else Relations(thresholds=self._policy.thresholds)
        self._matches += over_account(self._account_group(), says, self._with_visits)
        self._matches += self._about_course()
        self._matches += self._about_policy()
        return gravest_first(
            show(match, self._names, self._subject(match), self._doubt(match))
            for match in one_of_each_place(self._matches)
        )

    def _about_identifiers(self) -> Iterator[Match]:
        groups = [self._with_candidate(self._reader.group(identifier)) for identifier in self._touched()]
        met = [group for group in groups if len(group.contacts) > 1]
        for group in corroborate(met, met):
            for match in over_identifier(group, self._relations(), self.with_uses):
                if self._number in match.accounts:
                    yield match
            if group.identifier in self._now and group.fact in MACHINE_FACTS:
                yield from self._at_machine(group)

    def _at_machine(self, group: IdentifierGroup) -> Iterator[Match]:
        """Who else has a session open on this machine."""
        others = [contact.account for contact in group.contacts]
        visits = self._reader.visits().open_at(group.identifier, others, self.moment)
        if visits:
            here = MachineGroup(group.identifier, group.fact, group.tag, (*visits, self._visit()))
            yield from over(MACHINE, here, self._relations())

    def _about_course(self) -> Iterator[Match]:
        """What this login is in the course of the account's sessions."""
        visits = self._reader.visits()
        refused = [one for number in self._mine for one in visits.refused_since(number, self.moment - DAY)]
        if refused:
            yield from self._course(REFUSALS, [*refused, self._visit()])
        moved = [one for number in self._mine for found in visits.moved(number).values() for one in found]
        if moved:
            yield from self._course(MOVES, moved)
        began = self._reader.began
        if any(visits.is_told_since(number, began) for number in self._mine):
            told = [one for number in self._mine for one in visits.since(number, began)]
            yield from self._course(COVERAGE, told)

    def _course(self, kind: str, visits: list[Visit]) -> Iterator[Match]:
        folded = sorted(
            (visit.replace(account=self._number) for visit in visits), key=lambda visit: (visit.begin, visit.entry)
        )
        tag = self._reader.tag_hex("account", self._key)
        yield from over(kind, VisitGroup(self._number, tag, tuple(folded), self._reader.began), self._relations())

    def _about_policy(self) -> Iterator[Match]:
        """What the policy says of this login: permissions, assignments, standings, waivers."""
        if self._operator is not None and any(self._policy.people_of(self._key)):
            contact = Contact(
                self._number, self.moment, self.moment, 1, frozenset({self._channel}), uses=(self.moment,)
            )
            tag = self._reader.tag_hex("operator", self._operator_key)
            person = OperatorGroup(self._operator, tag, (contact,))
            yield from over_operator(person, self._relations(), lambda group: group)
        if self._policy.machines.get(self._key) or self._policy.networks.get(self._key):
            yield from self._course(ASSIGNMENT, [self._visit()])
        if any(changes[-1][0] == "deactivated" for changes in self._policy.standing.values() if changes):
            yield from self._standings()
        for waiver in self._relations().waivers if self._policy.waivers else ():
            yield from over(WAIVER, waiver, self._relations())

    def _standings(self) -> Iterator[Match]:
        """The deactivated accounts that certain meetings lead to from this login."""
        from isolation.rules.links import Walk

        relations = self._relations()
        gone = [one for one in relations.standings if relations.is_deactivated(one) and one != self._number]
        if not gone:
            return
        walk = self._walk = Walk(self._number, self.identifiers_of, self._certain, relations.sites)
        if not walk.run(_MOST_JOINED):
            self._not_followed()
        for account in sorted(set(gone).intersection(walk.steps)):
            around = Neighbourhood(account, self._reader.tag_of(account), tuple(walk.groups.values()))
            yield from over(STANDING, around, relations)

    def identifiers_of(self, account: int) -> list[int]:
        """The shared identifiers that an account used under any of its spellings; this login's own for its account."""
        if account == self._number:
            return self._touched()
        return [identifier for one in self._spellings(account) for identifier in self._reader.groups_of_account(one)]

    def group_of(self, identifier: int) -> IdentifierGroup:
        """An identifier with everybody who used it, this login too, and with what corroborates a device id."""
        group = self._with_candidate(self._reader.group(identifier))
        if group.fact != "device_id":
            return group
        macs = {
            number
            for contact in group.contacts
            for number in self.identifiers_of(contact.account)
            if fact_of(number) == "hardware_mac"
        }
        adapters = [self._with_candidate(self._reader.group(number)) for number in sorted(macs)]
        (corroborated,) = corroborate([group], adapters)
        return corroborated

    def scans_of(self, account: int) -> Iterator[ScanGroup]:
        """The access points around an account's uses; around this login too, where it is of that account."""
        if account == self._number:
            return self._reader.scan_groups_around(self._mine, self._scan())
        return self._reader.scan_groups_around(self._spellings(account), None)

    def _spellings(self, account: int) -> list[int]:
        return [account, *(other for other, head in self._relations().aliases.items() if head == account)]

    def _certain(self, identifier: int) -> IdentifierGroup:
        """An identifier's group as the rule about standings takes it: with uses where an address wants them."""
        from isolation.rules.links import unsettled

        relations = self._relations()
        group = self.group_of(identifier)
        return relations.fold(self.with_uses(group) if unsettled(relations.fold(group)) else group)

    def _visit(self) -> Visit:
        """This login as a session; what the ledger has not met has a negative number."""
        seen: list[Seen] = []
        for rank, reading in enumerate(self._identity.identifying()):
            identifier = self._identifier(reading)
            seen.append((identifier if identifier is not None else -2 - rank, reading.fact, reading.confidence))
        return Visit(_NOW, self._number, self.moment, operator=self._operator, channel=self._channel, seen=tuple(seen))

    def _with_visits(self, group: AccountGroup) -> AccountGroup:
        visits = [visit for number in self._mine for visit in self._reader.visits().of_account(number)]
        ordered = sorted([*visits, self._visit()], key=lambda visit: (visit.begin, visit.entry))
        filled: AccountGroup = group.replace(visits=tuple(ordered))
        return filled

    def _scan(self) -> Scan | None:
        """What this login sees of the Wi-Fi around it."""
        for reading in self._identity.identifying():
            if isinstance(reading.value, tuple):
                scan = self._reader.scan(self._number, self.moment, self._channel, reading.value)
                self._points = scan.points
                return scan
        return None

    def _touched(self) -> list[int]:
        before = [identifier for number in self._mine for identifier in self._reader.groups_of_account(number)]
        return list(dict.fromkeys([*self._now, *before]))

    def _with_candidate(self, group: IdentifierGroup) -> IdentifierGroup:
        now = self._now.get(group.identifier)
        if now is None:
            return group
        others = tuple(contact for contact in group.contacts if contact.account != self._number)
        mine = next((contact for contact in group.contacts if contact.account == self._number), None)
        if mine is None:
            return group.replace(contacts=(*others, now))
        filled = now.replace(uses=(self.moment,)) if mine.uses is not None else now
        return group.replace(contacts=(*others, join(mine, filled)))

    def with_uses(self, group: IdentifierGroup) -> IdentifierGroup:
        """The same contacts with every use's begin, this login's too."""
        known = self._reader.group(group.identifier)
        return self._with_candidate(self._reader.with_uses(known)).replace(corroborated=group.corroborated)

    def _account_group(self) -> AccountGroup:
        groups = [self._reader.account_group(number) for number in self._mine]
        tag = self._reader.tag_hex("account", self._key)
        sightings = {sighting.identifier: sighting for group in groups for sighting in group.sightings}
        for number, reading in enumerate(self._identity.identifying()):
            identifier = self._identifier(reading)
            known = sightings.get(identifier) if identifier is not None else None
            first = known.first if known else self.moment
            count = known.count + 1 if known else 1
            key = identifier if identifier is not None else -2 - number
            sightings[key] = Sighting(key, reading.fact, first, self.moment, count, reading.confidence)
        return AccountGroup(self._number, tag, tuple(sightings.values()))

    def _subject(self, match: Match) -> str:
        if match.rule == "expired-waiver":
            return "policy-waivers"
        if match.fact == "operator":
            return "operator-" + match.tag[:12]
        if match.identifier is None:
            return "account-" + match.tag[:12]
        if match.identifier in self._now or match.identifier in self._points:
            return "this-machine" if match.fact in MACHINE_FACTS else "this-network"
        return ("machine-" if match.fact in MACHINE_FACTS else "place-") + match.tag[:12]

    def _doubt(self, match: Match) -> str | None:
        """What this login's own reading says of why the value is less than certain; None where another must tell."""
        if match.confidence == "certain" or match.identifier is None:
            return None
        for reading in self._identity.identifying():
            doubtful = reading.fact == match.fact and reading.confidence != "certain"
            if doubtful and self._identifier(reading) == match.identifier:
                return reading.reason
        return None

    def would_join(self) -> tuple[str, ...]:
        """The accounts that this login would be in one cluster with, over open findings, however many steps away."""
        found = {n for match in self._matches if links(match) for n in match.accounts} - {self._number}
        if not found:
            return ()
        from isolation.chains import Chains

        self._chains = Chains(self._number, self._relations(), self)
        ended = self._chains.run(_MOST_JOINED)
        while self._walk is not None and (new := self._chains.follow(self._walk, found)):
            ended = self._chains.run(_MOST_JOINED, begin=new) and ended
        if not ended:
            self._not_followed()
        return tuple(sorted(self._names.account(number) for number in found.union(self._chains.steps)))

    def paths(self) -> tuple[Path, ...]:
        """The chain of evidence to each account that this login would join, the nearest first."""
        if self._chains is None:
            return ()
        from isolation.chains import Opener

        opener = Opener(self._names, self._subject, self._label)
        paths = [opener.path(self._chains, number) for number in self._chains.steps]
        return tuple(sorted(paths, key=lambda path: (len(path.hops), path.end)))

    def subjects(self, findings: tuple[Finding, ...]) -> tuple[Subject, ...]:
        """The findings of one machine or place together."""
        labels = {self._subject(match): self._label(match) for match in self._matches}
        return subjects_of(findings, labels) if findings else ()

    def _label(self, match: Match) -> str:
        """What people call a match's machine or place."""
        taught = self._relations().labels.get(match.identifier, ()) if match.identifier is not None else ()
        if taught:
            return ", ".join(sorted(taught))
        subject = self._subject(match)
        if subject in HERE:
            return HERE[subject]
        if subject == "policy-waivers":
            return message("waivers of the policy")
        if match.identifier is None:
            return message("account {name}", name=self._names.account(match.accounts[0]))
        value = None if match.fact == "wifi_scan" else self._names.value(match.identifier)
        return message("{what} {value}", what=FACT_WORDS[match.fact], value=value if value else match.tag[:12])

    def _not_followed(self) -> None:
        text = message(
            "the cluster has more than {most_joined} accounts; `isolation audit` shows all of it",
            most_joined=_MOST_JOINED,
        )
        gap = Gap("cluster-not-followed", text)
        if gap not in self.gaps:
            self.gaps.append(gap)

    def first_seen_here(self) -> tuple[str, ...]:
        """The facts whose value the ledger meets for the first time."""
        unseen = {reading.fact: self._identifier(reading) is None for reading in self._identity.identifying()}
        return tuple(sorted(fact for fact, new in unseen.items() if new))

    def unexamined(self) -> Iterator[Gap]:
        """The rules that could not look for want of something that the policy says, or that somebody tells."""
        policy, key = self._policy, self._key
        people = any(policy.people_of(key))
        nobody = (
            message("nobody told who is at the keyboard")
            if people
            else message("the policy does not say who may use this account")
        )
        if self._operator is None or not people:
            yield could_not_look("missing-permission", nobody)
        if self._operator is None or not policy.permissions.get(key):
            yield could_not_look("shared-operator-login", nobody)
        if not any(policy.standing.values()):
            yield could_not_look("deactivated-contact", message("the policy tells no account's standing"))
        for rule, assigned in (("unassigned-device", policy.machines), ("unassigned-network", policy.networks)):
            if not assigned.get(key):
                yield could_not_look(rule, message("the policy assigns this account to none"))
            elif not any(self._reader.labelled(assigned[key]).values()):
                why = message("nobody has taught what the label stands for; `isolation name` does")
                yield could_not_look(rule, why)
        if not any(self._reader.visits().is_told_since(number, self._reader.began) for number in self._mine):
            why = message("no log and no person told of a use since this ledger began")
            yield could_not_look("uncovered-period", why)
        if not policy.waivers:
            yield could_not_look("expired-waiver", message("the policy has no waivers"))


__all__ = ["Candidate"]
