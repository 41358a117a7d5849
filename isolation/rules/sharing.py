"""What every rule about one identifier and several accounts has in common.

The accounts of a group fall into those that have an undeclared partner (the open part) and those that the
policy declares to belong together. Pairs that only met through `api`, or whose accounts are declared on
different platforms, are reported as information.

The work grows with the contacts of a group, not with their pairs: contacts that the policy treats alike are
taken together, and the nearest two uses are found in one pass over sorted moments.
"""

from __future__ import annotations

from isolation.evidence import DAY, Contact, IdentifierGroup, Match
from isolation.model import CONFIDENCES, UNDATED
from isolation.relations import Relations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from isolation.model import Confidence, Severity
    from isolation.relations import Bond

    # (gap to the nearest undeclared use in µs, None where no two times are known) -> severity, confidence cap, reason
    Judge = Callable[[int | None], tuple[Severity, Confidence, str]]

_API_ONLY = frozenset({"api"})
_FAR = 1 << 62


class _Kind:
    """Contacts that the policy treats alike: same platform, same declared groups, all through `api` or not."""

    __slots__ = ("api", "bonds", "contacts", "focus", "platform")

    def __init__(self, focus: bool, api: bool, platform: str, bonds: tuple[Bond, ...]) -> None:
        self.focus = focus
        self.api = api
        self.platform = platform
        self.bonds = bonds
        self.contacts: list[Contact] = []

    def declared_with(self, other: _Kind) -> bool:
        return any(bond in other.bonds for bond in self.bonds)

    def harmless_with(self, other: _Kind) -> str:
        """Why an undeclared meeting of the two is only information, or ""."""
        if self.api and other.api:
            return "both only used it through API access, where one address for several stores is normal"
        if self.platform and other.platform and self.platform != other.platform:
            platforms = ", ".join(sorted((self.platform, other.platform)))
            return f"the accounts are declared on different platforms ({platforms})"
        return ""


def _kinds(group: IdentifierGroup, relations: Relations) -> list[_Kind]:
    kinds: dict[tuple[object, ...], _Kind] = {}
    for contact in group.contacts:
        bonds = relations.bonds_of(contact)
        api = contact.channels == _API_ONLY
        platform = relations.platforms.get(contact.account, "")
        focus = contact.account == relations.focus
        key = (focus, api, platform, tuple(bond.name for bond in bonds))
        if key not in kinds:
            kinds[key] = _Kind(focus, api, platform, bonds)
        kinds[key].contacts.append(contact)
    return list(kinds.values())


def _pairs(kinds: list[_Kind]) -> Iterator[tuple[_Kind, _Kind]]:
    focus = next((kind for kind in kinds if kind.focus), None)
    if focus is not None:
        yield from ((focus, other) for other in kinds if other is not focus)
        return
    for number, first in enumerate(kinds):
        if len(first.contacts) > 1:
            yield first, first
        for second in kinds[number + 1 :]:
            yield first, second


def shared(rule: str, group: IdentifierGroup, relations: Relations, judge: Judge) -> Iterator[Match]:
    """The findings of one identifier: at most one open and one declared.

    `judge` is asked with the gap between the two nearest uses by undeclared partners (µs).
    """
    kinds = _kinds(group, relations)
    open_pairs: list[tuple[_Kind, _Kind]] = []
    info_pairs: list[tuple[_Kind, _Kind, str]] = []
    declared_pairs: list[tuple[_Kind, _Kind]] = []
    for first, second in _pairs(kinds):
        if first.declared_with(second):
            declared_pairs.append((first, second))
            continue
        harmless = first.harmless_with(second)
        if harmless:
            info_pairs.append((first, second, harmless))
        else:
            open_pairs.append((first, second))
    if open_pairs:
        everyone = [*open_pairs, *((first, second) for first, second, _ in info_pairs)]
        severity, cap, reason = judge(_nearest(open_pairs))
        yield _match(rule, group, everyone, severity, cap, "open", reason)
    elif info_pairs:
        harmless_pairs = [(first, second) for first, second, _ in info_pairs]
        cap = judge(_nearest(harmless_pairs))[1]
        reason = "; ".join(sorted({harmless for _, _, harmless in info_pairs}))
        yield _match(rule, group, harmless_pairs, "info", cap, "open", reason)
    if declared_pairs:
        names = sorted({bond.name for first, second in declared_pairs for bond in first.bonds if bond in second.bonds})
        reason = f"declared to belong together: {', '.join(names)}"
        yield _match(rule, group, declared_pairs, "info", "certain", "declared", reason)


def _nearest(pairs: list[tuple[_Kind, _Kind]]) -> int | None:
    nearest = min(_gap(first, second) for first, second in pairs)
    return None if nearest >= _FAR else nearest


def _members(pairs: list[tuple[_Kind, _Kind]]) -> list[Contact]:
    seen: dict[int, Contact] = {}
    for pair in pairs:
        for kind in pair:
            seen.update((contact.account, contact) for contact in kind.contacts)
    return list(seen.values())


def _match(
    rule: str,
    group: IdentifierGroup,
    pairs: list[tuple[_Kind, _Kind]],
    severity: Severity,
    cap: Confidence,
    state: str,
    reason: str,
) -> Match:
    members = _members(pairs)
    confidence = CONFIDENCES[min(max(_strength(first, second) for first, second in pairs), CONFIDENCES.index(cap))]
    return Match(
        rule,
        severity,
        confidence,
        state,  # type: ignore[arg-type]  # "open" or "declared", both above
        group.fact,
        group.identifier,
        group.tag,
        tuple(contact.account for contact in members),
        sum(contact.count for contact in members),
        min((moment for contact in members for moment in contact.moments()[:1]), default=UNDATED),
        max(contact.last for contact in members),
        reason,
    )


def _strength(first: _Kind, second: _Kind) -> int:
    """The confidence (as an index) of the strongest meeting: two accounts meet with that of the weaker contact."""
    ranks = [sorted((CONFIDENCES.index(c.confidence) for c in kind.contacts), reverse=True) for kind in (first, second)]
    return ranks[0][1] if first is second else min(ranks[0][0], ranks[1][0])


def _gap(first: _Kind, second: _Kind) -> int:
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


def needs_uses(group: IdentifierGroup, relations: Relations, within: int = DAY) -> bool:
    """Whether first and last uses leave open if two undeclared partners met within `within` µs.

    They settle it when some two of them lie that near, or when the spans of all partners lie apart.
    """
    for first, second in _pairs(_kinds(group, relations)):
        if first.declared_with(second) or first.harmless_with(second):
            continue
        if _gap(first, second) <= within:
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
