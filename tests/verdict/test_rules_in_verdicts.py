"""Rules about people, course and policy, as verdicts and audits of a real ledger tell them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from isolation.audit import audit_ledger
from isolation.errors import Collision
from isolation.hooks.session import begin_session
from isolation.ledger import Ledger
from isolation.model import Identity, Session, Verdict
from isolation.policy import Accepted, Group, Policy
from isolation.rules import REGISTRY
from isolation.verdict import check_login, no_ledger

from ..conftest import DAY, HOUR, NOON, Clock, identity_of, reading

Here = Callable[..., Identity]
ONLY_LI = Policy(permissions={"a": (("li", True, "", None, None),)})


def rules(verdict: Verdict) -> set[str]:
    """The rules that found something."""
    return {one.rule for one in verdict.findings}


def unexamined(verdict: Verdict) -> list[str]:
    """The rules that could not look."""
    return [gap.code for gap in verdict.unknown if not gap.decides]


def test_an_operator_whom_the_ledger_never_met_is_permitted(ledger: Ledger, here: Here) -> None:
    """A first login is permitted by the policy's name alone, and a stranger's first login is not."""
    assert "missing-permission" not in rules(check_login(ledger, "a", here(), operator=" LI ", policy=ONLY_LI))
    stopped = check_login(ledger, "a", here(), operator="wang", policy=ONLY_LI)
    (finding,) = (one for one in stopped.findings if one.rule == "missing-permission")
    assert (stopped.outcome, finding.value, finding.accounts) == ("collision", "wang", ("a",))


def test_without_an_operator_permissions_are_not_examined(ledger: Ledger, here: Here) -> None:
    """Nobody at the keyboard, or nobody named: both rules about people are listed and decide nothing."""
    for operator, policy in (("", ONLY_LI), ("li", Policy())):
        verdict = check_login(ledger, "a", here(), operator=operator, policy=policy)
        assert {"missing-permission", "shared-operator-login"} <= set(unexamined(verdict))
    assert "missing-permission" not in unexamined(check_login(ledger, "a", here(), operator="li", policy=ONLY_LI))


def test_rules_that_could_not_look_are_listed_once_in_order(ledger: Ledger, here: Here) -> None:
    """With a ledger or without one, each is listed once, in the order of the registry."""
    order = [entry.id for entry in REGISTRY]
    for verdict in (check_login(ledger, "a", here(), policy=Policy()), no_ledger("a", "", here(), Policy())):
        listed = [code for code in unexamined(verdict) if code in order]
        assert listed == sorted(set(listed), key=order.index)
        assert {"deactivated-contact", "unassigned-device", "uncovered-period", "expired-waiver"} <= set(listed)


def test_a_past_use_without_permission_does_not_stop_a_permitted_login(ledger: Ledger, here: Here) -> None:
    """The audit keeps what somebody did without permission; the next permitted login is not stopped by it."""
    with ledger.writing() as log:
        log.add_baseline((), by="test")
        log.add_session(Session("a", NOON, operator="wang", readings=here().readings))
    assert check_login(ledger, "a", here(NOON + HOUR), operator="li", policy=ONLY_LI).outcome == "pass"
    audit = audit_ledger(ledger, policy=ONLY_LI, now=NOON + HOUR)
    (finding,) = audit.findings
    assert (finding.rule, finding.value, finding.severity) == ("missing-permission", "wang", "high")
    assert [(one.kind, one.label) for one in audit.subjects] == [("operator", "operator wang")]
    assert audit.clusters == ()


def test_coming_back_from_elsewhere_after_a_refusal_is_high(ledger: Ledger, here: Here) -> None:
    """After a refusal another router on the same machine is a finding of its own; two days later it is none."""
    with ledger.writing() as log:
        log.add_baseline((), by="test")
        log.add_session(Session("b", NOON - HOUR, readings=here().readings))
    with pytest.raises(Collision):
        begin_session(ledger, "a", here(), policy=Policy(), now=NOON)
    away = {"gateway_mac": "3C-37-86-11-22-33"}
    soon = check_login(ledger, "a", here(NOON + HOUR, **away), policy=Policy())
    late = check_login(ledger, "a", here(NOON + 2 * DAY, **away), policy=Policy())
    assert ("changed-after-refusal" in rules(soon), "changed-after-refusal" in rules(late)) == (True, False)
    assert "changed-after-refusal" not in rules(check_login(ledger, "a", here(NOON + HOUR), policy=Policy()))


def test_an_expired_waiver_covers_nothing_and_says_so(ledger: Ledger, here: Here) -> None:
    """Until its end the finding is kept as waived and the login passes; then it collides, and the waiver is told."""
    with ledger.writing() as log:
        log.add_baseline((), by="test")
        log.add_session(Session("b", NOON - HOUR, readings=here().readings))
    waiver = Accepted("move", "", ("a", "b"), "", "Chen", "one flat", "", NOON - DAY, NOON + DAY)
    policy = Policy(waivers=(waiver,))
    before = check_login(ledger, "a", here(NOON + DAY - 1), policy=policy)
    after = check_login(ledger, "a", here(NOON + DAY), policy=policy)
    assert (before.outcome, {one.state for one in before.findings}) == ("pass", {"waived"})
    assert (after.outcome, "expired-waiver" in rules(after), "expired-waiver" in rules(before)) == (
        "collision", True, False,
    )  # fmt: skip


@pytest.mark.parametrize("value", ["203.0.112.7"])
def test_a_doubt_reaches_the_finding_in_words(ledger: Ledger, clock: Clock, value: str) -> None:
    """Why a reading is only probable stands in the audit's finding and in the verdict's."""
    doubt = "Traffic leaves by a tunnel, and others leave by it too."
    seen = reading("public_ip", value, confidence="probable", reason=doubt)
    with ledger.writing() as log:
        log.add_session(Session("a", NOON, readings=(seen,)))
        log.add_session(Session("b", NOON + HOUR, readings=(seen,)))
    (finding,) = audit_ledger(ledger, policy=Policy(), now=NOON).findings
    assert (finding.confidence, finding.severity, doubt in finding.reason) == ("probable", "medium", True)
    verdict = check_login(ledger, "c", Identity((seen,), NOON + HOUR, source="test"), policy=Policy())
    assert all(doubt in one.reason for one in verdict.findings if one.rule == "shared-public-ip")


def test_a_past_window_is_told_by_its_own_sessions(ledger: Ledger, here: Here, clock: Clock) -> None:
    """An overlap, a refusal and a permission are looked for among the uses of the window alone."""
    with ledger.writing() as log:
        log.add_session(Session("a", NOON, end=NOON + HOUR, operator="wang", readings=here().readings))
        log.add_session(Session("b", NOON + HOUR // 2, end=NOON + HOUR, operator="li", readings=here().readings))
    clock.now = NOON + 10 * DAY
    with ledger.writing() as log:
        log.add_session(Session("a", NOON + 10 * DAY, operator="li", readings=here().readings))

    def found(**window: int) -> set[str]:
        return {one.rule for one in audit_ledger(ledger, policy=ONLY_LI, now=NOON + 20 * DAY, **window).findings}

    assert {"overlapping-sessions", "missing-permission", "shared-device"} <= found()
    assert {"overlapping-sessions", "missing-permission", "shared-device"} <= found(until=NOON + DAY)
    assert found(since=NOON + DAY) == set()
    assert "missing-permission" in found(since=NOON, until=NOON + 1)
    assert "overlapping-sessions" not in found(since=NOON, until=NOON + 1)


def test_contact_with_a_deactivated_account_reaches_one_further(ledger: Ledger, here: Here) -> None:
    """The neighbour's neighbour is high in its verdict, and the audit tells both distances."""
    machines = [f"{number}f0c2a9be8d74c4e9a53b7d1c6e2f480" for number in range(3)]
    routers = ["3C-37-86-00-10-01", "3C-37-86-00-10-02"]
    with ledger.writing() as log:
        log.add_baseline((), by="test")
        for account, device, router in (("gone", 0, 0), ("near", 1, 0), ("near", 1, 1)):
            facts = identity_of(NOON, device_id=machines[device], gateway_mac=routers[router])
            log.add_session(Session(account, NOON, readings=facts.readings))
    policy = Policy(
        accounts={"gone": "", "near": "", "far": ""}, standing={"gone": (("deactivated", NOON),)},
        groups=(Group("firm", "same-owner", ("gone", "near", "far")),),
    )  # fmt: skip
    far = identity_of(NOON + HOUR, device_id=machines[2], gateway_mac=routers[1])
    verdict = check_login(ledger, "far", far, policy=policy)
    (contact,) = (one for one in verdict.findings if one.rule == "deactivated-contact")
    assert (contact.severity, contact.accounts, verdict.outcome) == ("high", ("far", "gone"), "collision")
    with ledger.writing() as log:
        log.add_session(Session("far", NOON + HOUR, readings=far.readings))
    told = {one.severity: one.accounts for one in audit_ledger(ledger, policy=policy, now=NOON + HOUR).blocking()}
    assert told == {"critical": ("gone", "near"), "high": ("far", "gone")}
