"""What a tired person reads, whole: each situation at three widths, as `golden/NAME-WIDTH.txt` has it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from isolation.audit import audit_ledger
from isolation.cli.audit_words import audit_lines
from isolation.cli.layout import Line, columns, laid_out
from isolation.cli.plan_words import plan_lines
from isolation.cli.verdict_words import verdict_lines
from isolation.identifiers.escape import printable
from isolation.ledger import Ledger
from isolation.model import Session, Verdict
from isolation.plans import plan_ledger
from isolation.policy import Group, Policy
from isolation.policy.terms import Label
from isolation.verdict import check_login

from ..conftest import DAY, HOUR, NOON, Identity, reading

GOLDEN = Path(__file__).with_name("golden")
WIDTHS = (40, 80, 120)
CJK = "亚马逊:杭州晨光家居用品旗舰店"
RTL = "souq:متجر النور للأجهزة"
LAPTOP = reading("device_id", "1f0c2a9be8d74c4e9a53b7d1c6e2f480")
CARD = reading("hardware_mac", "3C-07-54-1A-2B-3C")
HOME = reading("gateway_mac", "3C-37-86-5D-75-D4")
OFFICE = reading("gateway_mac", "3C-37-86-11-22-33")
LABELS = {
    "home": Label("Home", "network"), "office a": Label("Office A", "network"),
    "laptop": Label("Laptop", "machine"),
}  # fmt: skip


def _ledger(ledger: Ledger, *uses: tuple[str, int, tuple[object, ...], str], answered: bool = True) -> Ledger:
    with ledger.writing() as log:
        if answered:
            log.add_baseline((), by="test")
        log.add_label("network", "Home", [HOME])
        log.add_label("network", "Office A", [OFFICE])
        log.add_label("machine", "Laptop", [LAPTOP, CARD])
        for account, at, readings, operator in uses:
            log.add_session(Session(account, at, readings=readings, operator=operator))  # type: ignore[arg-type]  # readings
    return ledger


def _check(ledger: Ledger, account: str, policy: Policy, *readings: object, operator: str = "") -> Verdict:
    identity = Identity(readings, NOON + 9 * DAY)  # type: ignore[arg-type]  # readings
    return check_login(ledger, account, identity, policy=policy.replace(labels=LABELS), operator=operator)


def household(ledger: Ledger) -> Iterable[Line]:
    """Two spouses on one Wi-Fi, who have not told of each other."""
    used = _ledger(ledger, ("amazon:hers", NOON + 9 * DAY - HOUR, (HOME,), ""))
    return verdict_lines(_check(used, "amazon:his", Policy(), LAPTOP, CARD, HOME))


def household_declared(ledger: Ledger) -> Iterable[Line]:
    """The same, declared."""
    used = _ledger(ledger, ("amazon:hers", NOON + 9 * DAY - HOUR, (HOME,), ""))
    policy = Policy(groups=(Group("us two", "household", ("amazon:hers", "amazon:his")),))
    return verdict_lines(_check(used, "amazon:his", policy, LAPTOP, CARD, HOME))


def employee(ledger: Ledger) -> Iterable[Line]:
    """An agency's employee, whom nothing permits to use a client's account."""
    used = _ledger(ledger, ("amazon:client-1", NOON, (OFFICE,), "wang"))
    policy = Policy(
        accounts={"amazon:client-1": "amazon"}, permissions={"amazon:client-1": (("wang", True, "", None, None),)}
    )
    return verdict_lines(_check(used, "amazon:client-1", policy, LAPTOP, CARD, OFFICE, operator="li"))


def first_ever(ledger: Ledger) -> Iterable[Line]:
    """The first login ever, before anybody answered what was used here before, on a network that cannot be read."""
    return verdict_lines(_check(_ledger(ledger, answered=False), "amazon:store-us", Policy(), LAPTOP, CARD))


def _gone(ledger: Ledger) -> tuple[Ledger, Policy]:
    """CJK at home with one that met a deactivated account in the office."""
    used = _ledger(
        ledger, ("amazon:gone", NOON, (OFFICE,), ""), ("amazon:between", NOON + HOUR, (OFFICE, HOME), ""),
        (CJK, NOON + 2 * HOUR, (LAPTOP, CARD, HOME), ""),
    )  # fmt: skip
    gone = {"amazon:gone": (("deactivated", NOON + DAY),)}
    return used, Policy(accounts={"amazon:gone": "amazon"}, standing=gone, labels=LABELS)


def one_hop_away(ledger: Ledger) -> Iterable[Line]:
    """Somebody one account away from a deactivated one."""
    used, policy = _gone(ledger)
    return verdict_lines(_check(used, CJK, policy.replace(labels={}), LAPTOP, CARD, HOME))


def suspended(ledger: Ledger) -> Iterable[Line]:
    """The plan of a seller whose account is deactivated."""
    used, policy = _gone(ledger)
    return plan_lines(plan_ledger(used, policy, accounts=["amazon:gone"], now=NOON + 9 * DAY), named=True)


def chains(ledger: Ledger) -> Iterable[Line]:
    """An audit of one account, with names of both widths and directions."""
    used = _ledger(
        ledger, (CJK, NOON, (LAPTOP, CARD, HOME), ""), (RTL, NOON + DAY, (LAPTOP, CARD), ""),
        (RTL, NOON + DAY, (OFFICE,), ""), ("ebay:third", NOON + 2 * DAY, (OFFICE,), ""),
    )  # fmt: skip
    audit = audit_ledger(used, accounts=[CJK], policy=Policy(labels=LABELS), now=NOON + 9 * DAY)
    return audit_lines(audit.replace(origin="isolation/example", root="0" * 64))


SITUATIONS: tuple[Callable[[Ledger], Iterable[Line]], ...] = (
    household, household_declared, employee, first_ever, one_hop_away, suspended, chains,
)  # fmt: skip


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """Times are told on a clock that shows UTC."""
    monkeypatch.setenv("TZ", "UTC")
    if hasattr(time, "tzset"):
        time.tzset()


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda one: one.__name__)
def test_the_text_is_what_the_golden_file_has(ledger: Ledger, situation: Callable[[Ledger], Iterable[Line]]) -> None:
    """Each situation reads as it did, at each width, and nothing but a command to copy is wider."""
    lines = list(situation(ledger))
    commands = {printable(line.text) for line in lines if line.command}
    for width in WIDTHS:
        text = laid_out(lines, printable, width, colours=False)
        name = situation.__name__.replace("_", "-")
        assert text + "\n" == (GOLDEN / f"{name}-{width}.txt").read_text(encoding="utf-8"), name
        wide = [row for row in text.split("\n") if columns(row) > width]
        assert all(row.strip() in commands for row in wide)


def test_every_golden_file_is_held() -> None:
    """No golden file is left of a situation that is gone."""
    held = {f"{one.__name__.replace('_', '-')}-{width}.txt" for one in SITUATIONS for width in WIDTHS}
    assert {path.name for path in GOLDEN.iterdir()} == held
