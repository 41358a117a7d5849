"""Where and when each account was used, as reports draw it."""

from __future__ import annotations

import pytest

from isolation.audit import audit_ledger
from isolation.ledger import Ledger
from isolation.ledger import stays as kept
from isolation.model import UNDATED, Session
from isolation.policy import Policy

from ..conftest import DAY, DEVICE, HOUR, NOON, reading

GATEWAY = "3C-37-86-5D-75-D4"


def record(ledger: Ledger, account: str, begin: int, *facts: tuple[str, str], end: int | None = None) -> None:
    """One use."""
    with ledger.writing() as log:
        readings = tuple(reading(fact, value) for fact, value in facts)
        log.add_session(Session(account, begin, end=end, readings=readings))


def test_single_uses_are_told_with_their_best_identifiers(ledger: Ledger) -> None:
    """A use is told with its end, its device before its adapter and its router before its address."""
    record(
        ledger, "store", NOON, ("public_ip", "203.0.113.9"), ("gateway_mac", GATEWAY),
        ("hardware_mac", "B8-27-EB-5D-75-D1"), ("device_id", DEVICE), end=NOON + HOUR,
    )  # fmt: skip
    record(ledger, "store", NOON + DAY)
    record(ledger, "store", UNDATED, ("public_ip", "203.0.113.9"))
    first, second = audit_ledger(ledger, policy=Policy()).stays
    assert (first.account, first.machine, first.network) == ("store", f"device {DEVICE}", f"router {GATEWAY}")
    assert (first.first, first.last, first.count, first.provenance) == (NOON, NOON + HOUR, 1, "observed")
    assert (second.machine, second.network, second.first, second.last) == ("", "", NOON + DAY, NOON + DAY)


def test_a_place_with_findings_goes_by_its_subject(ledger: Ledger) -> None:
    """Machines and places that findings are about are called as the findings call them; windows have their own uses."""
    record(ledger, "one", NOON, ("gateway_mac", GATEWAY))
    record(ledger, "two", NOON + HOUR, ("gateway_mac", GATEWAY))
    audit = audit_ledger(ledger, policy=Policy())
    assert {stay.network for stay in audit.stays} == {subject.label for subject in audit.subjects}
    assert [stay.account for stay in audit_ledger(ledger, policy=Policy(), until=NOON + 1).stays] == ["one"]
    assert audit_ledger(ledger, policy=Policy(), stays=False).stays == ()


def test_aliases_are_one_account_and_others_are_left_out(ledger: Ledger) -> None:
    """A stay goes by the account that the policy reads, and an audit of one account has the stays of those it met."""
    for account in ("store", "old name", "stranger"):
        record(ledger, account, NOON, ("device_id", DEVICE) if account != "stranger" else ("gateway_mac", GATEWAY))
    policy = Policy(aliases={"old name": "store"})
    audit = audit_ledger(ledger, policy=policy, accounts=["old name"])
    assert {stay.account for stay in audit.stays} == {"store"}


def test_many_uses_are_taken_together(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the limit, uses of an account with one machine and one network are one stay with their number."""
    monkeypatch.setattr(kept, "MOST_SINGLE", 3)  # a public limit; 5000 sessions would only take longer
    for at in range(4):
        record(ledger, "store", NOON + at * DAY, ("gateway_mac", GATEWAY), ("local_ip", f"192.168.1.{at + 2}"))
    (stay,) = audit_ledger(ledger, policy=Policy()).stays
    assert (stay.first, stay.last, stay.count) == (NOON, NOON + 3 * DAY, 4)
