"""Plans end unauthorised access, and offer to keep apart only where that is a remedy."""

from __future__ import annotations

import pytest

from isolation.audit import audit_ledger
from isolation.errors import UsageError
from isolation.ledger import Ledger
from isolation.model import Session
from isolation.plans import Plan, plan_ledger
from isolation.policy import Group, Policy
from isolation.policy.terms import Accepted, Label
from isolation.reports import documents

from ..conftest import DAY, HOUR, NOON, Clock, reading
from ..docs.test_schemas import validate

STEPS = ["verify", "declare", "staff", "end", "ask"]
NAMES = ("a", "b", "c")
APART = Policy(
    accounts=dict.fromkeys(NAMES, ""),
    owners={"a": "Wang", "b": "Li", "c": "Zhang"},
    standing=dict.fromkeys(NAMES, (("good", NOON - DAY),)),
)


def _use(ledger: Ledger, account: str, at: int, router: int, operator: str = "") -> None:
    readings = (reading("gateway_mac", f"3C-37-86-00-00-{router:02X}"),)
    with ledger.writing() as log:
        log.add_session(Session(account, at, operator=operator, readings=readings))


@pytest.fixture
def star(ledger: Ledger) -> Ledger:
    """b met a at one router and c at another."""
    for number, (one, other) in enumerate(("ab", "bc")):
        _use(ledger, one, NOON, number)
        _use(ledger, other, NOON + HOUR, number)
    return ledger


def _plan(ledger: Ledger, policy: Policy, *accounts: str) -> Plan:
    return plan_ledger(ledger, policy, accounts=accounts, now=NOON + 2 * DAY)


def test_the_steps_come_in_their_order(star: Ledger) -> None:
    """Whatever the situation, first who it was, then what is true, then permissions, the end, the platform."""
    for policy in (Policy(), APART):
        (section,) = _plan(star, policy).sections
        assert [step.step for step in section.steps] == STEPS
        assert section.accounts == NAMES


def test_what_the_policy_does_not_tell_is_asked_first(star: Ledger) -> None:
    """Without owners and standings nothing is kept apart, and the declaration is proposed if it is true."""
    (section,) = _plan(star, Policy()).sections
    assert (section.situation, section.separations) == ("not-told", ())
    assert section.steps[1].commands == (("isolation", "group", "a and 2 more", "a", "b", "c"),)


def test_unrelated_owners_in_good_standing_get_the_fewest_separations(star: Ledger) -> None:
    """One account leaves each place, and nothing of the proposal declares what is not so."""
    (section,) = _plan(star, APART).sections
    assert (section.situation, section.bound) == ("unrelated", 1.0)
    assert len(section.separations) == 2
    assert section.steps[1].commands == ()


def test_the_separations_leave_no_open_finding(star: Ledger, clock: Clock, tmp_path: object) -> None:
    """A ledger in which the accounts had kept to the plan has no open finding."""
    (section,) = _plan(star, APART).sections
    subjects = audit_ledger(star, policy=APART, now=NOON + DAY).subjects
    routers = {one.id: int(one.label[-2:], 16) for one in subjects}
    gone = {(one.account, routers[one.subject]) for one in section.separations}
    with Ledger.open(tmp_path / "kept.sqlite3", key_store="file", clock=clock) as kept:  # type: ignore[operator]  # a Path
        for number, pair in enumerate(("ab", "bc")):
            for account in pair:
                if (account, number) not in gone:
                    _use(kept, account, NOON, number)
        assert audit_ledger(kept, policy=APART, now=NOON + DAY).findings == ()


@pytest.mark.parametrize("state", ["deactivated", "at_risk"])
def test_near_an_account_at_risk_nothing_is_kept_apart(star: Ledger, state: str) -> None:
    """Where an account is at risk or deactivated the plan says why keeping apart is no remedy, and stops."""
    policy = APART.replace(standing={**APART.standing, "c": (("good", NOON - DAY), (state, NOON))})
    (section,) = _plan(star, policy, "a").sections
    assert (section.situation, section.separations) == ("at-risk", ())
    assert "no remedy" in section.why


def test_one_owner_is_not_kept_apart(star: Ledger) -> None:
    """Accounts of one owner are to be declared, not kept apart; in a mixed cluster only strangers are."""
    (section,) = _plan(star, APART.replace(owners=dict.fromkeys(NAMES, "Wang"))).sections
    assert (section.situation, section.separations) == ("related", ())
    assert section.steps[1].commands[0][:4] == ("isolation", "group", "--kind", "same-owner")
    (mixed,) = _plan(star, APART.replace(owners={"a": "Wang", "b": "Wang", "c": "Zhang"})).sections
    assert (mixed.situation, len(mixed.separations)) == ("unrelated", 1)


def test_a_waived_pair_is_left_alone(star: Ledger) -> None:
    """What was accepted needs no separation."""
    waiver = Accepted("w", "", ("a", "b"), "", "Wang", "known", "", NOON, NOON + 9 * DAY)
    (section,) = _plan(star, APART.replace(waivers=(waiver,))).sections
    assert {one.account for one in section.separations} <= {"b", "c"}
    assert len(section.separations) == 1


def test_a_crowd_is_told_and_not_cut_short(ledger: Ledger) -> None:
    """Where too many accounts met to look at every pair, the plan says so and offers no partial answer."""
    names = [f"a{number}" for number in range(601)]
    with ledger.writing() as log:
        for name in names:
            log.add_session(Session(name, NOON, readings=(reading("gateway_mac", "3C-37-86-00-00-01"),)))
    policy = APART.replace(
        accounts=dict.fromkeys(names, ""), owners={name: f"owner of {name}" for name in names},
        standing=dict.fromkeys(names, (("good", NOON - DAY),)),
    )  # fmt: skip
    (section,) = _plan(ledger, policy).sections
    assert (section.separations, "601" in section.why) == ((), True)


def test_declared_accounts_need_no_plan(star: Ledger) -> None:
    """Where everything is declared there is nothing to end."""
    assert _plan(star, Policy(groups=(Group("g", "household", NAMES),))).sections == ()


def test_a_person_without_a_permission_is_planned_for(ledger: Ledger) -> None:
    """Somebody whom nothing permits is named, with the command for a user of their own."""
    _use(ledger, "a", NOON, 1, operator="li")
    policy = Policy(accounts={"a": ""}, permissions={"a": (("wang", True, "", None, None),)})
    (section,) = _plan(ledger, policy).sections
    assert section.accounts == ("a",)
    assert section.steps[2].commands == (("isolation", "permit", "--own-user", "--from", "2026-09-23", "li", "a"),)


def test_a_plan_prints_as_its_schema_says(star: Ledger) -> None:
    """The document is valid, and its schema describes every key of it."""
    for policy in (Policy(), APART):
        validate(documents.plan(_plan(star, policy)))


def test_no_plan_names_an_address(star: Ledger) -> None:
    """A machine or place goes by its label or its id, and no address, hardware or other, is in the plan."""
    with star.writing() as log:
        log.add_label("network", "Office A", [reading("gateway_mac", "3C-37-86-00-00-00")])
    policy = APART.replace(labels={"office a": Label("Office A", "network")})
    shown = repr(documents.plan(_plan(star, policy)))
    assert "3C-37-86" not in shown
    assert "Office A" in shown
    assert "not undo or hide" in shown


def test_an_account_that_nobody_knows_is_refused(star: Ledger) -> None:
    """A name that the ledger has not met is an error, not an empty plan."""
    with pytest.raises(UsageError, match="no session"):
        _plan(star, Policy(), "nobody")
