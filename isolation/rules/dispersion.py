"""What the rules about one account and its many machines or networks have in common."""

from __future__ import annotations

from isolation.evidence import DAY, AccountGroup, Match, Sighting
from isolation.model import CONFIDENCES, UNDATED
from isolation.relations import Relations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.model import Severity

WINDOW = 30 * DAY


def dispersed(
    rule: str, group: AccountGroup, relations: Relations, facts: tuple[str, ...], limit: int, severity: Severity
) -> Iterator[Match]:
    """One finding where, for one of `facts`, more than `limit` values were in use within 30 days.

    Facts are counted apart, because one machine or network shows several of them; the one with the most values
    is reported. The limit is `relations.thresholds[rule]`, or `limit`.
    """
    allowed = relations.thresholds.get(rule, limit)
    busiest: tuple[Sighting, ...] = ()
    for fact in facts:
        together = _most_within([sighting for sighting in group.sightings if sighting.fact == fact])
        if len(together) > len(busiest):
            busiest = together
    if len(busiest) <= allowed:
        return
    yield Match(
        rule,
        severity,
        min((sighting.confidence for sighting in busiest), key=CONFIDENCES.index),
        "open",
        busiest[0].fact,
        None,
        group.tag,
        (group.account,),
        sum(sighting.count for sighting in busiest),
        min(sighting.first for sighting in busiest),
        max(sighting.last for sighting in busiest),
        f"{len(busiest)} different values within 30 days, where {allowed} are expected at most",
    )


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
