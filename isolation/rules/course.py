"""What the rules about the course of sessions have in common: which are open at once, what changed between two."""

from __future__ import annotations

from isolation.evidence import LONGEST, weaker
from isolation.model import CONFIDENCES, MACHINE_FACTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from isolation.evidence import Seen, Visit
    from isolation.model import Confidence
    from isolation.relations import Relations

_PLACES: tuple[tuple[str, Confidence], ...] = (("gateway_mac", "certain"), ("access_point", "probable"))


def folded(visits: Iterable[Visit], relations: Relations) -> tuple[Visit, ...]:
    """The sessions with other spellings of an account read as that account."""
    aliases = relations.aliases
    return tuple(
        visit.replace(account=aliases[visit.account]) if visit.account in aliases else visit for visit in visits
    )


def open_at_once(visits: Iterable[Visit]) -> Iterator[tuple[Visit, Visit]]:
    """Each two of one machine's or person's sessions (by begin) of which the first was open when the second began.

    One whose end was not told counts to the next begin, 12 hours at most. Of several that began at one moment those
    that lasted longest come first, whatever the order in which they were recorded.
    """
    going: list[Visit] = []
    latest: int | None = None
    for visit in sorted(visits, key=lambda visit: (visit.begin, visit.end is None, -(visit.end or 0))):
        if visit.begin != latest:  # all that begin at one moment are the next begin of those before
            going = [other for other in going if other.end is not None or other.begin == latest]
            latest = visit.begin
        going = [other for other in going if _lasts(other, visit.begin)]
        for other in going:
            yield other, visit
        going.append(visit)


def _lasts(visit: Visit, moment: int) -> bool:
    if visit.end is None:
        return moment - visit.begin <= LONGEST
    return moment < visit.end


def surest(visit: Visit, identifiers: frozenset[int]) -> Confidence:
    """The surest confidence at which the session saw one of these identifiers; `weak` where it saw none."""
    ranks = [CONFIDENCES.index(sure) for number, _, sure in visit.seen if number in identifiers]
    return CONFIDENCES[max(ranks, default=0)]


def values(seen: Iterable[Seen], fact: str) -> frozenset[int]:
    """The identifiers of one fact."""
    return frozenset(number for number, one, _ in seen if one == fact)


def moved(before: Iterable[Seen], after: Iterable[Seen]) -> tuple[str, Confidence] | None:
    """The fact that shows that two identities were on different networks, and how surely; None where none does.

    Another router says it for certain, and so does another access point where no router was read on both sides. Behind
    one router another public address may be a proxy, a tunnel or one that the provider gave anew: `probable`.
    """
    before, after = tuple(before), tuple(after)
    for fact, cap in _PLACES:
        one, other = values(before, fact), values(after, fact)
        if one and other:
            if one.isdisjoint(other):
                return fact, weaker(cap, read(before, after, fact))
            break
    for fact in ("public_ip", "public_prefix"):
        one, other = values(before, fact), values(after, fact)
        if one and other and one != other:
            return fact, weaker("probable", read(before, after, fact))
    return None


def read(before: Iterable[Seen], after: Iterable[Seen], fact: str) -> Confidence:
    """How surely both identities read this fact: the weaker of the two surest readings."""
    ranks = [max(CONFIDENCES.index(sure) for _, one, sure in seen if one == fact) for seen in (before, after)]
    return CONFIDENCES[min(ranks)]


def same_machine(one: Visit, other: Visit) -> bool:
    """Whether two sessions were on one machine: by device id where both have one, else by adapter."""
    for fact in MACHINE_FACTS:
        first, second = one.of(fact), other.of(fact)
        if first and second:
            return not first.isdisjoint(second)
    return False


def other_machine(one: Visit, other: Visit) -> bool:
    """Whether two sessions were on different machines; False where that cannot be told."""
    for fact in MACHINE_FACTS:
        first, second = one.of(fact), other.of(fact)
        if first and second:
            return first.isdisjoint(second)
    return False
