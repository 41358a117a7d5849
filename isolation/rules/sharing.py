"""What every rule about one identifier and several accounts has in common.

Pairs of accounts of a group are of four sorts: declared to belong together, accepted by a waiver that names both,
harmless (they only met through `api`, or are declared on different platforms), and open. A waiver covers only pairs
of the accounts that it names, so a partner that it does not name keeps the finding open.

The work grows with the contacts of a group, not with their pairs: contacts that the policy treats alike are
taken together, and the nearest two uses are found in one pass over sorted moments.
"""

from __future__ import annotations

from isolation.evidence import DAY, Contact, IdentifierGroup, Match
from isolation.messages import joined, message
from isolation.model import CONFIDENCES, UNDATED
from isolation.relations import Relations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from isolation.model import Confidence, Severity, State
    from isolation.relations import Bond, Waiver

    # (gap to the nearest use of a partner in µs, None where no two times are known; whether the identifier is known to
    # be shared by strangers) -> severity, confidence cap, reason
    Judge = Callable[[int | None, bool], tuple[Severity, Confidence, str]]

_API_ONLY = frozenset({"api"})
_FAR = 1 << 62
_CERTAIN = CONFIDENCES.index("certain")


class Kind:
    """Contacts that the policy treats alike: same platform, groups and waivers, all through `api` or not."""

    __slots__ = ("api", "bonds", "contacts", "focus", "platform", "waivers")

    def __init__(
        self, focus: bool, api: bool, platform: str, bonds: tuple[Bond, ...], waivers: tuple[Waiver, ...]
    ) -> None:
        self.focus = focus
        self.api = api
        self.platform = platform
        self.bonds = bonds
        self.waivers = waivers
        self.contacts: list[Contact] = []

    def together(self, other: Kind) -> set[str]:
        """The names of the groups that declare the two to belong together."""
        return {bond.name for bond in self.bonds if bond in other.bonds}

    def accepted(self, other: Kind) -> set[str]:
        """The names of the waivers that name both."""
        return {waiver.name for waiver in self.waivers if waiver in other.waivers}

    def harmless_with(self, other: Kind) -> str:
        """Why an undeclared meeting of the two is only information, or ""."""
        if self.api and other.api:
            return message("both only used it through API access, where one address for several stores is normal")
        if self.platform and other.platform and self.platform != other.platform:
            platforms = joined(", ", sorted((self.platform, other.platform)))
            return message("the accounts are declared on different platforms ({platforms})", platforms=platforms)
        return ""


def kind_of(contact: Contact, relations: Relations, waivers: tuple[Waiver, ...]) -> Kind:
    """How the policy treats this contact; `waivers` are those that hold for the finding (`Relations.accepted`)."""
    return Kind(
        contact.account == relations.focus,
        contact.channels == _API_ONLY,
        relations.platforms.get(contact.account, ""),
        relations.bonds_of(contact),
        tuple(waiver for waiver in waivers if contact.account in waiver.accounts),
    )


def kinds_of(rule: str, group: IdentifierGroup, relations: Relations) -> list[Kind]:
    """The contacts of an identifier, those that the policy treats alike taken together."""
    waivers = relations.accepted(rule, group.identifier)
    kinds: dict[tuple[object, ...], Kind] = {}
    for contact in group.contacts:
        one = kind_of(contact, relations, waivers)
        names = tuple(bond.name for bond in one.bonds), tuple(waiver.name for waiver in one.waivers)
        kinds.setdefault((one.focus, one.api, one.platform, *names), one).contacts.append(contact)
    return list(kinds.values())


def pairs_of(kinds: list[Kind]) -> Iterator[tuple[Kind, Kind]]:
    """The pairs of kinds whose contacts are looked at together; with a focus, those of its kind."""
    focus = next((kind for kind in kinds if kind.focus), None)
    if focus is not None:
        yield from ((focus, other) for other in kinds if other is not focus)
        return
    for number, first in enumerate(kinds):
        if len(first.contacts) > 1:
            yield first, first
        for second in kinds[number + 1 :]:
            yield first, second


class _Sorted:
    """The pairs of a group by their sort, each with what is told of it."""

    def __init__(self, kinds: list[Kind]) -> None:
        self.open: list[tuple[Kind, Kind]] = []
        self.harmless: list[tuple[Kind, Kind]] = []
        self.waived: list[tuple[Kind, Kind]] = []
        self.declared: list[tuple[Kind, Kind]] = []
        self.told: dict[str, set[str]] = {"harmless": set(), "waived": set(), "declared": set()}
        for first, second in pairs_of(kinds):
            self._add(first, second)

    def _add(self, first: Kind, second: Kind) -> None:
        if groups := first.together(second):
            self.declared.append((first, second))
            self.told["declared"] |= groups
        elif waivers := first.accepted(second):
            self.waived.append((first, second))
            self.told["waived"] |= waivers
        elif harmless := first.harmless_with(second):
            self.harmless.append((first, second))
            self.told["harmless"].add(harmless)
        else:
            self.open.append((first, second))

    def words(self, sort: str, between: str = ", ") -> str:
        """What is told of the pairs of a sort."""
        return joined(between, sorted(self.told[sort]))


def shared(rule: str, group: IdentifierGroup, relations: Relations, judge: Judge) -> Iterator[Match]:
    """The findings of one identifier: at most one open, one waived and one declared.

    `judge` is asked with the gap between the two nearest uses by partners of that sort (µs).
    """
    pairs = _Sorted(kinds_of(rule, group, relations))
    site = group.identifier in relations.sites
    if pairs.open:
        severity, cap, reason = _judged(judge, pairs.open, site)
        yield _match(rule, group, [*pairs.open, *pairs.harmless], severity, cap, "open", reason)
    elif pairs.harmless:
        cap = _judged(judge, pairs.harmless, site)[1]
        yield _match(rule, group, pairs.harmless, "info", cap, "open", pairs.words("harmless", "; "))
    if pairs.waived:
        severity, cap, reason = _judged(judge, pairs.waived, site)
        reason = message("accepted by the waiver {words}: {reason}", words=pairs.words("waived"), reason=reason)
        yield _match(rule, group, pairs.waived, severity, cap, "waived", reason)
    if pairs.declared:
        reason = message("declared to belong together: {words}", words=pairs.words("declared"))
        yield _match(rule, group, pairs.declared, "info", "certain", "declared", reason)


def _judged(judge: Judge, pairs: list[tuple[Kind, Kind]], site: bool) -> tuple[Severity, Confidence, str]:
    nearest = min(_gap(first, second) for first, second in pairs)
    return judge(None if nearest >= _FAR else nearest, site or _strongest(pairs) < _CERTAIN)


def _members(pairs: list[tuple[Kind, Kind]]) -> list[Contact]:
    seen: dict[int, Contact] = {}
    for pair in pairs:
        for kind in pair:
            seen.update((contact.account, contact) for contact in kind.contacts)
    return list(seen.values())


def _match(
    rule: str,
    group: IdentifierGroup,
    pairs: list[tuple[Kind, Kind]],
    severity: Severity,
    cap: Confidence,
    state: State,
    reason: str,
) -> Match:
    members = _members(pairs)
    return Match(
        rule,
        severity,
        CONFIDENCES[min(_strongest(pairs), CONFIDENCES.index(cap))],
        state,
        group.fact,
        group.identifier,
        group.tag,
        tuple(contact.account for contact in members),
        sum(contact.count for contact in members),
        min((moment for contact in members for moment in contact.moments()[:1]), default=UNDATED),
        max(contact.last for contact in members),
        reason,
    )


def _strongest(pairs: list[tuple[Kind, Kind]]) -> int:
    return max(_strength(first, second) for first, second in pairs)


def _strength(first: Kind, second: Kind) -> int:
    """The confidence (as an index) of the strongest meeting: two accounts meet with that of the weaker contact."""
    ranks = [sorted((CONFIDENCES.index(c.confidence) for c in kind.contacts), reverse=True) for kind in (first, second)]
    return ranks[0][1] if first is second else min(ranks[0][0], ranks[1][0])


def _gap(first: Kind, second: Kind) -> int:
    """The time between the two nearest uses by different accounts, one of each kind (µs)."""
    marked = [(moment, 0, contact.account) for contact in first.contacts for moment in contact.moments()]
    if first is not second:
        marked += [(moment, 1, contact.account) for contact in second.contacts for moment in contact.moments()]
    marked.sort()
    nearest = _FAR
    # The latest two moments of different accounts on each side settle the next one.
    if first is second:
        latest: tuple[int, int] | None = None
        before: tuple[int, int] | None = None
        for moment, _, account in marked:
            for seen in (latest, before):
                if seen is not None and seen[1] != account:
                    nearest = min(nearest, moment - seen[0])
            if latest is None or latest[1] != account:
                before = latest
            latest = (moment, account)
        return nearest
    last = [-_FAR, -_FAR]
    for moment, side, _ in marked:
        nearest = min(nearest, moment - last[1 - side])
        last[side] = moment
    return nearest


def needs_uses(rule: str, group: IdentifierGroup, relations: Relations, within: int = DAY) -> bool:
    """Whether first and last uses leave open if two partners met within `within` µs: open ones, or waived ones.

    They settle it when some two of each sort lie that near, or when the spans of all partners lie apart.
    """
    pairs = _Sorted(kinds_of(rule, group, relations))
    asked = [sort for sort in (pairs.open, pairs.harmless, pairs.waived) if sort]
    if all(any(_gap(first, second) <= within for first, second in sort) for sort in asked):
        return False
    return _spans_meet(group)


def _spans_meet(group: IdentifierGroup) -> bool:
    summed = [contact for contact in group.contacts if contact.uses is None and contact.last != UNDATED]
    if any(contact.first == UNDATED for contact in summed):
        return True  # where its dated uses begin is not known either
    spans = sorted((contact.first, contact.last) for contact in summed)
    reached = -_FAR
    for first, last in spans:
        if first <= reached:
            return True
        reached = max(reached, last)
    return False
