"""What the rules about the machines and networks that an account is assigned to have in common."""

from __future__ import annotations

from isolation.evidence import Match
from isolation.messages import joined, message
from isolation.model import CONFIDENCES, MACHINE_FACTS, NETWORK_FACTS
from isolation.rules.states import doubted, stated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Literal

    from isolation.evidence import AccountGroup, VisitGroup
    from isolation.model import Confidence
    from isolation.relations import Relations
    from isolation.rules.example import Example


def is_learnt(labels: frozenset[str], relations: Relations) -> bool:
    """Whether it is known what any of these labels stands for; where none is, nothing can be told."""
    return any(not labels.isdisjoint(names) for names in relations.labels.values())


def off_label(group: AccountGroup, relations: Relations) -> frozenset[int]:
    """The identifiers of an account with an assignment that carry none of the labels it is assigned to."""
    found: set[int] = set()
    for assigned, facts in ((relations.machines, MACHINE_FACTS), (relations.networks, NETWORK_FACTS)):
        labels = assigned.get(group.account, frozenset())
        if is_learnt(labels, relations):
            found.update(
                sighting.identifier
                for sighting in group.sightings
                if sighting.fact in facts and labels.isdisjoint(relations.labels.get(sighting.identifier, ()))
            )
    return frozenset(found)


def unassigned(
    rule: str, group: VisitGroup, relations: Relations, assigned: Mapping[int, frozenset[str]], facts: tuple[str, ...]
) -> Iterator[Match]:
    """One finding where sessions of an account saw identifiers of these facts and none of an assigned label's."""
    labels = assigned.get(group.account, frozenset())
    if not is_learnt(labels, relations):
        return
    off = [visit for visit in group.visits if _is_off(visit.of(*facts), labels, relations)]
    if not off:
        return
    reason: str = message("used outside {labels}, which the policy assigns it to", labels=joined(", ", sorted(labels)))
    elsewhere = sorted(
        {name for visit in off for number in visit.of(*facts) for name in relations.labels.get(number, ())}
    )
    if elsewhere:
        reason = message("{reason}; at {places}", reason=reason, places=joined(", ", elsewhere))
    seen = [(fact, sure) for visit in off for _, fact, sure in visit.seen if fact in facts]
    surest = _surest(sure for _, sure in seen)
    state, reason = stated(rule, (group.account,), relations, doubted(reason, surest))
    yield Match(
        rule, "medium", surest, state, min((fact for fact, _ in seen), key=facts.index),
        None, group.tag, (group.account,), len(off), min(visit.begin for visit in off),
        max(visit.begin for visit in off),
        reason,
    )  # fmt: skip


def assignment_examples(kind: Literal["machine", "network"], fact: str, right: str, wrong: str) -> tuple[Example, ...]:
    """What such a rule says of a few logins: `right` and `wrong` are values of `fact`, on the one assigned and not."""
    from isolation.rules.example import Example, Use

    us = "amazon:store-us"
    assigned = f'[labels."Desk 1"]\nkind = "{kind}"\n[accounts."{us}"]\n{kind}s = ["Desk 1"]\n'
    learnt = {"Desk 1": right}
    here, away = Use(us, 5, right, fact=fact), Use(us, 5, wrong, fact=fact)
    return (
        Example("elsewhere than where it is assigned", (), away, "collision", "medium", policy=assigned,
                learnt=learnt),
        Example("where it is assigned", (), here, "pass", policy=assigned, learnt=learnt),
        Example("nobody has taught what the label stands for", (), away, "unknown", policy=assigned),
        Example("the policy assigns nothing", (), away, "unknown"),
    )  # fmt: skip


def _is_off(seen: frozenset[int], labels: frozenset[str], relations: Relations) -> bool:
    return bool(seen) and all(labels.isdisjoint(relations.labels.get(number, ())) for number in seen)


def _surest(found: Iterable[Confidence]) -> Confidence:
    return max(found, key=CONFIDENCES.index)
