"""The examples that stand on each rule are true: a real ledger, a real policy, the real verdict and audit."""

from __future__ import annotations

import pytest

from isolation.audit import audit_ledger
from isolation.ledger import Ledger
from isolation.model import Identity, Reading, Session, Verdict
from isolation.policy import Group, Policy, from_fields
from isolation.policy.document import parse_policy
from isolation.rules import REGISTRY, RuleEntry
from isolation.rules.example import Example, Use
from isolation.rules.run import module_of
from isolation.verdict import check_login

from ..conftest import HOUR, NOON, Clock, reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import FactValue

CASES = [
    pytest.param(entry, example, id=f"{entry.id}: {example.title}")
    for entry in REGISTRY
    for example in module_of(entry).examples()
]


def _fact(entry: RuleEntry, use: Use) -> str:
    return use.fact or (entry.facts[0] if entry.facts else "")


def _readings(entry: RuleEntry, use: Use, value: FactValue | None) -> tuple[Reading, ...]:
    """The facts of the example alone, so that no other rule has anything to look at."""
    facts: dict[str, FactValue] = dict(use.more)
    if value is not None and _fact(entry, use) != "operator":
        facts[_fact(entry, use)] = value
    return tuple(
        Reading(fact, "observed", one, source="test", identifying=True)
        if isinstance(one, tuple)
        else reading(fact, one)
        for fact, one in facts.items()
    )


def _identity(entry: RuleEntry, use: Use, value: FactValue | None) -> Identity:
    # Handed in, so that the ledger's own install id does not stand in for a device that was not observed.
    return Identity(_readings(entry, use, value), NOON + use.hour * HOUR, source="example")


def _operator(entry: RuleEntry, use: Use) -> str:
    return use.value if _fact(entry, use) == "operator" and isinstance(use.value, str) else ""


def _policy(example: Example) -> Policy:
    policy = from_fields(parse_policy(example.policy.encode(), "example.toml"), "example.toml")
    if not example.together:
        return policy
    return policy.replace(groups=(Group("example", "same-owner", example.together),))


def _recorded(ledger: Ledger, clock: Clock, entry: RuleEntry, use: Use) -> None:
    identity = _identity(entry, use, use.value)
    clock.now = identity.observed_at
    with ledger.writing() as log:
        session = log.add_session(
            Session(
                use.account,
                identity.observed_at,
                operator=_operator(entry, use),
                channel=use.channel,
                readings=identity.readings,
                refused=use.refused,
                provenance=use.provenance,
            )
        )
        if use.later is not None:
            log.add_observation(session, identity.observed_at + HOUR // 2, _readings(entry, use, use.later))
        if use.end is not None:
            log.add_end(session, NOON + use.end * HOUR)


def _said(verdict: Verdict, rule: str) -> tuple[str, str | None]:
    found = [one for one in verdict.findings if one.rule == rule and one.state == "open"]
    if found:
        return "collision", found[0].severity
    return ("unknown", None) if rule in {gap.code for gap in verdict.unknown} else ("pass", None)


def _taught(ledger: Ledger, example: Example, entry: RuleEntry) -> None:
    kind = "machine" if entry.id == "unassigned-device" else "network"
    with ledger.writing() as log:
        for label, value in example.learnt.items():
            log.add_label(kind, label, (reading("device_id" if kind == "machine" else "gateway_mac", value),))


@pytest.mark.parametrize(("entry", "example"), CASES)
def test_a_rule_says_of_its_example_what_it_claims(
    ledger: Ledger, clock: Clock, entry: RuleEntry, example: Example
) -> None:
    """The verdict on an example's login is what the example claims, and recording that login makes the audit agree."""
    _taught(ledger, example, entry)
    for use in example.history:
        _recorded(ledger, clock, entry, use)
    policy = _policy(example)
    login = example.login
    identity = _identity(entry, login, login.value)
    verdict = check_login(
        ledger, login.account, identity, channel=login.channel, operator=_operator(entry, login), policy=policy
    )
    assert _said(verdict, entry.id) == (example.expect, example.severity)

    _recorded(ledger, clock, entry, login)
    audit = audit_ledger(ledger, policy=policy, now=identity.observed_at)
    found = [(one.severity, one.state) for one in audit.findings if one.rule == entry.id and one.state == "open"]
    assert found == ([(example.severity, "open")] if example.expect == "collision" else [])
