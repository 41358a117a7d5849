"""How accounts hang together: the shortest chain of open meetings that leads from one account to each other one.

Two accounts have met openly at an identifier where the rules, asked about these two alone, yield an open finding. So a
chain never passes between two accounts that are declared to belong together, only because somebody else was there
too. The one exception leads to a deactivated account: contact with it stays open whatever is declared.
"""

from __future__ import annotations

from isolation.evidence import Contact, ScanGroup, join
from isolation.findings import finding_id, links, one_of_each_place
from isolation.model import CONFIDENCES, SEVERITIES, Value
from isolation.paths import Hop, Path, Tie, Touch
from isolation.rules.run import over_identifier, over_scans

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Protocol

    from isolation.evidence import IdentifierGroup, Match, Scan
    from isolation.findings import Names
    from isolation.relations import Relations
    from isolation.rules.links import Walk

    class Ground(Protocol):
        """Where meetings are looked up: a reader with a login, or all of a ledger. Accounts are by folded number."""

        def identifiers_of(self, account: int) -> Iterable[int]:
            """The shared identifiers that the account used under any of its spellings."""

        def group_of(self, identifier: int) -> IdentifierGroup:
            """An identifier with everybody who used it, and with what corroborates a device id."""

        def with_uses(self, group: IdentifierGroup) -> IdentifierGroup:
            """The same group with every use's begin."""

        def scans_of(self, account: int) -> Iterable[ScanGroup]:
            """The access points around the account's uses, with all scans at each."""


class Meeting(Value):
    """What the rules say of two accounts at one identifier, with the uses of each."""

    __slots__ = ("contacts", "match")
    match: Match
    contacts: tuple[Contact, ...]

    def __init__(self, match: Match, contacts: tuple[Contact, ...]) -> None:
        self._init(match=match, contacts=tuple(contacts))


class Step(Value):
    """How an account is reached: over which meetings with the account before it, how many hops from the start."""

    __slots__ = ("before", "distance", "meetings")
    before: int
    distance: int
    meetings: tuple[Meeting, ...]

    def __init__(self, before: int, distance: int, meetings: tuple[Meeting, ...]) -> None:
        self._init(before=before, distance=distance, meetings=tuple(meetings))


class Chains:
    """The accounts that open meetings lead to from one account; `steps` has the last step of each one's chain."""

    def __init__(self, account: int, relations: Relations, ground: Ground) -> None:
        self._account = account
        self._relations = relations
        self._ground = ground
        self.steps: dict[int, Step] = {}

    def run(self, most: int, hops: int | None = None, begin: Iterable[int] | None = None) -> bool:
        """Goes outward until `most` accounts are reached, or `hops` links away; whether it came to an end.

        `begin` are accounts that are reached already and not gone on from; by default the start.
        """
        frontier = [self._account] if begin is None else list(begin)
        while frontier and len(self.steps) < most:
            found: list[int] = []
            for number in sorted(frontier):
                if hops is None or self._distance(number) < hops:
                    found += self._reach(number)
            frontier = found
        return not frontier

    def follow(self, walk: Walk, targets: Iterable[int]) -> list[int]:
        """Adds the chains of certain meetings to these accounts where no open one was found; returns who is new."""
        new = []
        for target in sorted(targets):
            way = []
            while target != self._account and target not in self.steps and target in walk.steps:
                way.append(target)
                target = walk.steps[target].before
            for number in reversed(way):
                step = walk.steps[number]
                met = [one for group in step.groups for one in self._at(group, step.before, number, openly=False)]
                if met and (step.before == self._account or step.before in self.steps):
                    self.steps[number] = Step(step.before, self._distance(step.before) + 1, tuple(met))
                    new.append(number)
        return new

    def way_to(self, account: int) -> Iterator[tuple[int, int, tuple[Meeting, ...]]]:
        """The hops of an account's chain, from the start on: from whom, to whom, over what."""
        step = self.steps[account]
        if step.before != self._account:
            yield from self.way_to(step.before)
        yield step.before, account, step.meetings

    def _distance(self, number: int) -> int:
        return 0 if number == self._account else self.steps[number].distance

    def _reach(self, number: int) -> list[int]:
        """The accounts that are reached from this one and were not before."""
        over: dict[int, dict[int, IdentifierGroup | ScanGroup]] = {}
        focused = self._relations.focused(number)
        for identifier in self._ground.identifiers_of(number):
            group = self._ground.group_of(identifier)
            if not all(self._is_known(contact.account) for contact in group.contacts):  # most know each other soon
                for match in over_identifier(group, focused, self._ground.with_uses):
                    self._note(over, match, group, number)
        for around in self._ground.scans_of(number):
            for match in over_scans(around, focused):
                self._note(over, match, around, number)
        distance = self._distance(number) + 1
        for other, groups in over.items():
            met = [one for group in groups.values() for one in self._at(group, number, other, openly=True)]
            self.steps[other] = Step(number, distance, tuple(met))
        return list(over)

    def _note(
        self,
        over: dict[int, dict[int, IdentifierGroup | ScanGroup]],
        match: Match,
        group: IdentifierGroup | ScanGroup,
        number: int,
    ) -> None:
        if links(match) and match.identifier is not None and number in match.accounts:
            for other in match.accounts:
                if not self._is_known(other):
                    over.setdefault(other, {})[match.identifier] = group

    def _is_known(self, number: int) -> bool:
        folded = self._relations.aliases.get(number, number)
        return folded == self._account or folded in self.steps

    def _at(self, group: IdentifierGroup | ScanGroup, one: int, other: int, *, openly: bool) -> Iterator[Meeting]:
        """What the rules say of these two alone at an identifier; openly or at all."""
        aliases = self._relations.aliases
        if isinstance(group, ScanGroup):
            scans = tuple(scan for scan in group.scans if aliases.get(scan.account, scan.account) in (one, other))
            contacts = _contacts_of(scans)
            matches = over_scans(group.replace(scans=scans), self._relations.focused(one))
        else:
            contacts = tuple(c for c in group.contacts if aliases.get(c.account, c.account) in (one, other))
            pair: IdentifierGroup = group.replace(contacts=contacts)
            matches = over_identifier(pair, self._relations.focused(one), self._ground.with_uses)
        for match in matches:
            if links(match) or not openly:
                yield Meeting(match, self._folded(contacts))

    def _folded(self, contacts: Iterable[Contact]) -> tuple[Contact, ...]:
        joined: dict[int, Contact] = {}
        for contact in contacts:
            number = self._relations.aliases.get(contact.account, contact.account)
            known = joined.get(number)
            joined[number] = contact.replace(account=number) if known is None else join(known, contact)
        return tuple(joined.values())


def _contacts_of(scans: Iterable[Scan]) -> tuple[Contact, ...]:
    return tuple(Contact(scan.account, scan.begin, scan.begin, 1, frozenset({scan.channel})) for scan in scans)


class Opener:
    """Turns chains into what people and programs read; `subject` and `label` name a match's machine or place."""

    def __init__(self, names: Names, subject: Callable[[Match], str], label: Callable[[Match], str]) -> None:
        self._names = names
        self._subject = subject
        self._label = label
        self._values: dict[int, str | None] = {}

    def path(self, chains: Chains, account: int) -> Path:
        """The chain from the start to this account."""
        return Path(
            tuple(
                Hop(self._names.account(start), self._names.account(end), self._ties(met))
                for start, end, met in chains.way_to(account)
            )
        )

    def _ties(self, meetings: Iterable[Meeting]) -> tuple[Tie, ...]:
        told: dict[int | None, Meeting] = {}
        for meeting in meetings:  # two rules may tell of one identifier; the graver one stands for it
            known = told.get(meeting.match.identifier)
            if known is None or _gravity(known.match) < _gravity(meeting.match):
                told[meeting.match.identifier] = meeting
        kept = {finding_id(match): match for match in one_of_each_place(one.match for one in told.values())}
        ties = [self._tie(kept[name], one) for one in told.values() if (name := finding_id(one.match)) in kept]
        return tuple(sorted(ties, key=lambda tie: (-CONFIDENCES.index(tie.confidence), tie.fact, tie.finding)))

    def _tie(self, match: Match, meeting: Meeting) -> Tie:
        touches = tuple(
            Touch(self._names.account(contact.account), contact.first, contact.last, contact.count)
            for contact in meeting.contacts
        )
        return Tie(
            finding_id(match), match.fact, self._value(match), self._subject(match), self._label(match),
            match.severity, match.confidence, match.state, touches,
        )  # fmt: skip

    def _value(self, match: Match) -> str | None:
        if match.identifier is None or match.fact == "wifi_scan":
            return None
        if match.identifier not in self._values:
            self._values[match.identifier] = self._names.value(match.identifier)
        return self._values[match.identifier]


def _gravity(match: Match) -> tuple[int, int]:
    return SEVERITIES.index(match.severity), CONFIDENCES.index(match.confidence)


__all__ = ["Chains", "Meeting", "Opener", "Step"]
