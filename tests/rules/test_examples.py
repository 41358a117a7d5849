"""The examples that stand on each rule are true: a real ledger, a real policy, the real verdict and audit."""

from __future__ import annotations

import pytest

from isolation.audit import audit_ledger
from isolation.ledger import Ledger
from isolation.model import Identity, Session, Verdict
from isolation.policy import Group, Policy
from isolation.rules import REGISTRY, RuleEntry
from isolation.rules.example import Example, Use
from isolation.rules.run import module_of
from isolation.verdict import check_login

from ..conftest import HOUR, NOON, Clock, reading

CASES = [
    pytest.param(entry, example, id=f"{entry.id}: {example.title}")
    for entry in REGISTRY
    for example in module_of(entry).examples()
]


def _identity(entry: RuleEntry, use: Use) -> Identity:
    """The one fact of the example, so that no other rule has anything to look at."""
    at = NOON + use.hour * HOUR
    readings = () if use.value is None else (reading(use.fact or entry.facts[0], use.value),)
    # Handed in, so that the ledger's own install id does not stand in for a device that was not observed.
    return Identity(readings, at, source="example")


def _policy(example: Example) -> Policy:
    if not example.together:
        return Policy()
    return Policy(groups=(Group("example", "same-owner", example.together),))


def _recorded(ledger: Ledger, clock: Clock, entry: RuleEntry, use: Use) -> None:
    identity = _identity(entry, use)
    clock.now = identity.observed_at
    with ledger.writing() as log:
        log.add_session(Session(use.account, identity.observed_at, channel=use.channel, readings=identity.readings))


def _said(verdict: Verdict, rule: str) -> tuple[str, str | None]:
    found = [one for one in verdict.findings if one.rule == rule and one.state == "open"]
    if found:
        return "collision", found[0].severity
    return ("unknown", None) if rule in {gap.code for gap in verdict.unknown} else ("pass", None)


@pytest.mark.parametrize(("entry", "example"), CASES)
def test_a_rule_says_of_its_example_what_it_claims(
    ledger: Ledger, clock: Clock, entry: RuleEntry, example: Example
) -> None:
    """The verdict on an example's login is what the example claims, and recording that login makes the audit agree."""
    for use in example.history:
        _recorded(ledger, clock, entry, use)
    policy = _policy(example)
    login = example.login
    verdict = check_login(ledger, login.account, _identity(entry, login), channel=login.channel, policy=policy)
    assert _said(verdict, entry.id) == (example.expect, example.severity)

    _recorded(ledger, clock, entry, login)
    audit = audit_ledger(ledger, policy=policy)
    found = [(one.severity, one.state) for one in audit.findings if one.rule == entry.id and one.state == "open"]
    assert found == ([(example.severity, "open")] if example.expect == "collision" else [])
