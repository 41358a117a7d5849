"""What the rules about one account and its many machines or networks have in common."""

from __future__ import annotations

from isolation.evidence import DAY, AccountGroup, Match, Sighting
from isolation.messages import message
from isolation.model import CONFIDENCES, MACHINE_FACTS, UNDATED
from isolation.relations import Relations
from isolation.rules.states import doubted, stated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from isolation.evidence import Visit
    from isolation.model import Severity

WINDOW = 30 * DAY


def busiest(group: AccountGroup, facts: tuple[str, ...]) -> tuple[Sighting, ...]:
    """The most values of one of `facts` that were in use within 30 days.

    Facts are counted apart, because one machine or network shows several of them.
    """
    best: tuple[Sighting, ...] = ()
    for fact in facts:
        together = _most_within([sighting for sighting in group.sightings if sighting.fact == fact])
        if len(together) > len(best):
            best = together
    return best


def allowed(rule: str, group: AccountGroup, relations: Relations, limit: int) -> int:
    """How many values are expected at most: `limit`, or the policy's threshold, for each person it permits."""
    people = len(relations.people_of(group.account))
    return relations.thresholds.get(rule, limit) * max(1, people)


def dispersion(
    rule: str, group: AccountGroup, relations: Relations, together: Sequence[Sighting], severity: Severity, how: str
) -> Match:
    """The finding that these values were in use within 30 days; `how` says in which way."""
    sure = min((sighting.confidence for sighting in together), key=CONFIDENCES.index)
    reason = doubted(
        message("{together} different values within 30 days, {how}", together=len(together), how=how), sure
    )
    state, reason = stated(rule, (group.account,), relations, reason)
    return Match(
        rule,
        severity,
        sure,
        state,
        together[0].fact,
        None,
        group.tag,
        (group.account,),
        sum(sighting.count for sighting in together),
        min(sighting.first for sighting in together),
        max(sighting.last for sighting in together),
        reason,
    )


def in_turn(visits: Sequence[Visit], values: frozenset[int], home: bool) -> bool:
    """Whether these values came one after another, none again after another one.

    With `home`, the value that most sessions saw may come again in between: journeys begin and end there.
    """
    order = [number for visit in visits for number, _, _ in visit.seen if number in values]
    if home and order:
        most = max(sorted(set(order)), key=order.count)
        order = [number for number in order if number != most]
    left: set[int] = set()
    current = None
    for number in order:
        if number != current:
            if number in left:
                return False
            if current is not None:
                left.add(current)
            current = number
    return True


def machines_of(visits: Sequence[Visit]) -> tuple[int, bool]:
    """How many machines these sessions were on, and whether each of them read one."""
    for fact in MACHINE_FACTS:
        seen = [visit.of(fact) for visit in visits]
        if any(seen):
            return len(frozenset().union(*seen)), all(seen)
    return 0, False


def _most_within(sightings: list[Sighting]) -> tuple[Sighting, ...]:
    """The largest set of sightings that were in use within one window of 30 days; a use without a time is in none."""
    dated = [
        sighting if sighting.first != UNDATED else sighting.replace(first=sighting.last)
        for sighting in sightings
        if sighting.last != UNDATED
    ]
    best: list[Sighting] = []
    current: list[Sighting] = []
    for sighting in sorted(dated, key=lambda sighting: sighting.first):
        current = [other for other in current if other.last + WINDOW >= sighting.first]
        current.append(sighting)
        if len(current) > len(best):
            best = list(current)
    return tuple(best)


def seeing(visits: Sequence[Visit], together: Sequence[Sighting]) -> Iterator[Visit]:
    """The sessions that saw one of these values."""
    values = {sighting.identifier for sighting in together}
    return (visit for visit in visits if any(number in values for number, _, _ in visit.seen))
