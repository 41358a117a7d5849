"""What a verdict proposes: one command, only where declaring what is true is the answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from isolation.hooks.elsewhere import identity_at
from isolation.hooks.session import begin_session
from isolation.ledger import Ledger
from isolation.model import Identity, Session, Verdict
from isolation.policy import Group, Policy
from isolation.policy.terms import Label
from isolation.verdict import check_login

from ..conftest import DAY, HOUR, NOON, identity_of, reading

Here = Callable[..., Identity]


@pytest.fixture
def used(ledger: Ledger, here: Here) -> Ledger:
    """A ledger in which store-us was used here."""
    with ledger.writing() as log:
        log.add_baseline((), by="test")
    begin_session(ledger, "store-us", here(), policy=Policy(), now=NOON)
    return ledger


def _check(ledger: Ledger, here: Here, policy: Policy, operator: str = "", account: str = "store-uk") -> Verdict:
    return check_login(ledger, account, here(NOON + HOUR), policy=policy, operator=operator)


def _command(verdict: Verdict) -> list[str]:
    assert verdict.remedy is not None
    return list(verdict.remedy.command)


def test_nothing_is_presumed_where_the_policy_does_not_tell(used: Ledger, here: Here) -> None:
    """Without owners the command declares a group and no kind of one."""
    assert _command(_check(used, here, Policy())) == [
        "isolation", "group", "store-uk and store-us", "store-uk", "store-us",
    ]  # fmt: skip


def test_one_owner_is_what_the_policy_says(used: Ledger, here: Here) -> None:
    """Accounts of which the policy says one owner are proposed as that owner's, in any spelling of the name."""
    command = _command(_check(used, here, Policy(owners={"store-uk": "Wang Ltd", "store-us": "wang ltd"})))
    assert command[:4] == ["isolation", "group", "--kind", "same-owner"]


def test_a_group_that_is_there_is_extended(used: Ledger, here: Here) -> None:
    """Where one of the accounts is in a group already, the other is proposed for it, unless its time is over."""
    known = Policy(groups=(Group("ours", "household", ("store-us",)),))
    assert _command(_check(used, here, known)) == ["isolation", "group", "ours", "store-uk"]
    over = Policy(groups=(Group("ours", "household", ("store-us",), until=NOON - DAY),))
    assert _command(_check(used, here, over))[2] != "ours"


def test_a_permission_is_proposed_where_only_it_is_missing(used: Ledger, here: Here) -> None:
    """An operator whom nothing permits gets the command for a user of their own, from today."""
    policy = Policy(permissions={"store-us": (("wang", True, "", None, None),)})
    command = _command(_check(used, here, policy, operator="li", account="store-us"))
    assert command == ["isolation", "permit", "--own-user", "--from", "2026-09-21", "li", "store-us"]


def test_an_agencys_staff_is_proposed_as_such(used: Ledger, here: Here) -> None:
    """Where accounts meet and the operator lacks a permission, one command declares both."""
    policy = Policy(permissions={"store-uk": (("wang", True, "", None, None),)})
    assert _command(_check(used, here, policy, operator="li"))[:6] == [
        "isolation", "group", "--kind", "agency", "--operator", "li",
    ]  # fmt: skip


def test_no_command_is_proposed_near_a_deactivated_account(used: Ledger, here: Here) -> None:
    """Near a deactivated account no declaration is proposed, and the trap of support chat is named."""
    verdict = _check(
        used, here, Policy(accounts={"store-us": ""}, standing={"store-us": (("deactivated", NOON - DAY),)})
    )
    assert verdict.remedy is not None
    assert (verdict.remedy.kind, verdict.remedy.command) == ("reinstate", ())
    assert "another active account" in verdict.remedy.trap


def test_the_trap_is_named_also_where_the_deactivated_account_is_further(ledger: Ledger, here: Here) -> None:
    """Only who was met here is proposed for a declaration; a deactivated account behind them is warned of."""
    site = reading("gateway_mac", "3C-37-86-11-22-33")
    with ledger.writing() as log:
        log.add_label("network", "Office", [site])
        for account, readings in (("gone", (site,)), ("between", (site, *here().readings))):
            log.add_session(Session(account, NOON, readings=readings))
    policy = Policy(
        accounts={"gone": ""}, standing={"gone": (("deactivated", NOON - DAY),)},
        labels={"office": Label("Office", "network", site=True)},
    )  # fmt: skip
    verdict = _check(ledger, here, policy)
    assert verdict.would_join == ("between", "gone")
    assert _command(verdict)[-2:] == ["store-uk", "between"]
    assert verdict.remedy is not None
    assert "another active account" in verdict.remedy.trap


def test_a_pass_proposes_nothing(used: Ledger, here: Here) -> None:
    """Where nothing blocks there is nothing to do."""
    assert _check(used, here, Policy(), account="store-us").remedy is None


def _labelled(ledger: Ledger) -> Policy:
    with ledger.writing() as log:
        log.add_label("machine", "Laptop", [reading("device_id", "9e4d7b1a3c5f4e6d8b2a0c1e3f5a7b90")])
        log.add_label("network", "Office A", [reading("gateway_mac", "3C-37-86-5D-75-D4")])
    return Policy(labels={"laptop": Label("Laptop", "machine"), "office a": Label("Office A", "network")})


def test_a_login_at_a_label_is_judged_by_what_was_learnt(used: Ledger, here: Here) -> None:
    """A what-if replaces machine or network by what its label stands for; the rest is what is read here."""
    policy = _labelled(used)
    away = identity_of(NOON + HOUR, device_id="7e4d7b1a3c5f4e6d8b2a0c1e3f5a7b90", gateway_mac="3C-37-86-77-22-33")
    assert check_login(used, "store-uk", away, policy=policy).outcome == "pass"
    with used.reading() as reader:
        at_office = identity_at(reader, policy, away, "", "Office A")
        at_both = identity_at(reader, policy, away, "LAPTOP", "office a")
    verdict = check_login(used, "store-uk", at_office, policy=policy)
    assert (verdict.outcome, verdict.would_join, verdict.subjects[0].label) == (
        "collision", ("store-us",), "Office A",
    )  # fmt: skip
    assert [(one.fact, one.value) for one in at_office.readings] == [
        ("device_id", "7e4d7b1a3c5f4e6d8b2a0c1e3f5a7b90"), ("gateway_mac", "3C-37-86-5D-75-D4"),
    ]  # fmt: skip
    assert at_both.identifying()[0].value == "9e4d7b1a3c5f4e6d8b2a0c1e3f5a7b90"


@pytest.mark.parametrize(("machine", "network"), [("Office A", ""), ("", "Laptop"), ("nobody knows it", "")])
def test_a_label_that_stands_for_nothing_is_refused(used: Ledger, here: Here, machine: str, network: str) -> None:
    """A label of the other kind, or one that there is not, is an error and never a pass."""
    policy = _labelled(used)
    with used.reading() as reader, pytest.raises(Exception, match=r"no (machine|network) of the label"):
        identity_at(reader, policy, here(), machine, network)
