"""An agency and a household: what people who share an office, or a home, are told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from isolation.audit import audit_ledger
from isolation.audited import Audit
from isolation.evidence import DAY, HOUR
from isolation.ledger import Ledger
from isolation.model import Identity, Session, Verdict
from isolation.policy import Accepted, Group, Label, Policy
from isolation.verdict import check_login

from ..conftest import NOON, Clock, identity_of, reading

OPERATORS = [f"operator {number}" for number in range(25)]
CLIENTS = [f"amazon:client-{number:03}" for number in range(140)]
OFFICES = [
    {"gateway_mac": "3C-37-86-5D-75-D4", "public_ip": "203.0.112.7"},
    {"gateway_mac": "3C-37-86-11-22-33", "public_ip": "198.17.0.9"},
]
GONE = CLIENTS[0]
LATER = NOON + 5 * DAY

# Each client is worked on by two people; each person's own laptop stands in one of the offices.
PERMITTED = {client: (OPERATORS[at % 25], OPERATORS[(at * 7 + 3) % 25]) for at, client in enumerate(CLIENTS)}
PLANTED = [("operator 4", CLIENTS[30]), ("operator 19", CLIENTS[77]), ("operator 11", CLIENTS[120])]


def at_work(operator: str, when: int) -> Identity:
    """An operator's own laptop, in the office where that operator sits."""
    number = OPERATORS.index(operator)
    facts = {"device_id": f"{number:02}0c2a9be8d74c4e9a53b7d1c6e2f480", "hardware_mac": f"3C-07-54-00-00-{number:02X}"}
    return identity_of(when, **facts, **OFFICES[number % 2])


def policy_of(*, gone: bool = False, acknowledged: bool = False) -> Policy:
    """The agency's policy; with `gone` one client's account is deactivated, which a waiver may acknowledge."""
    permissions = {
        client: tuple((operator, True, "", NOON - DAY, None) for operator in people)
        for client, people in PERMITTED.items()
    }
    waiver = Accepted(
        "client 0", "deactivated-contact", tuple(CLIENTS), "", "Chen", "reinstatement under way", "", NOON, LATER + DAY
    )
    return Policy(
        groups=(Group("agency", "agency", tuple(CLIENTS)),),
        permissions=permissions,
        standing={GONE: (("good", NOON - DAY), ("deactivated", NOON + 3 * DAY))} if gone else {},
        labels={
            "office a": Label("Office A", "network", site=True),
            "office b": Label("Office B", "network", site=True),
        },
        waivers=(waiver,) if acknowledged else (),
    )


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Three days of an agency's work, with uses that nothing permits planted among them."""
    home: Path = tmp_path_factory.mktemp("agency")
    clock = Clock(NOON)
    environment = {"ISOLATION_HOME": str(home)}
    with Ledger.open(home / "ledger.sqlite3", key_store="file", clock=clock, environment=environment) as ledger:
        with ledger.writing() as log:
            log.add_baseline((), by="test")
            for name, office in zip(("Office A", "Office B"), OFFICES, strict=True):
                log.add_label("network", name, tuple(reading(fact, value) for fact, value in office.items()))
            for at, (client, people) in enumerate(PERMITTED.items()):
                for day, operator in enumerate(people):
                    begin = NOON + day * DAY + at * HOUR // 12
                    log.add_session(_session(client, operator, begin))
            for at, (operator, client) in enumerate(PLANTED):
                log.add_session(_session(client, operator, NOON + 2 * DAY + at * HOUR))
        yield ledger


def _session(client: str, operator: str, begin: int) -> Session:
    readings = at_work(operator, begin).readings
    return Session(client, begin, end=begin + HOUR // 24, operator=operator, readings=readings)


def _verdict(ledger: Ledger, client: str, operator: str, policy: Policy) -> Verdict:
    return check_login(ledger, client, at_work(operator, LATER), operator=operator, policy=policy)


def _planted(audit: Audit) -> set[tuple[str | None, str]]:
    found = [one for one in audit.findings if one.rule == "missing-permission"]
    return {(one.value, account) for one in found for account in one.accounts}


@pytest.mark.parametrize(("gone", "acknowledged"), [(False, False), (True, True)])
def test_no_permitted_login_is_stopped_and_every_other_one_is(agency: Ledger, gone: bool, acknowledged: bool) -> None:
    """In an agency the permitted work goes on, also after one client's deactivation that a waiver acknowledges."""
    policy = policy_of(gone=gone, acknowledged=acknowledged)
    for client in CLIENTS[::9]:
        for operator in PERMITTED[client]:
            assert _verdict(agency, client, operator, policy).outcome == "pass", (client, operator)
        stranger = next(one for one in OPERATORS if one not in PERMITTED[client])
        stopped = _verdict(agency, client, stranger, policy)
        assert stopped.outcome == "collision"
        grave = {one.rule for one in stopped.findings if one.state == "open" and one.severity in ("high", "critical")}
        assert grave == {"missing-permission"}
    assert _verdict(agency, "amazon:stranger", "operator 11", policy).outcome == "collision"


@pytest.mark.parametrize(("gone", "acknowledged"), [(False, False), (True, True)])
def test_an_agency_reads_few_subjects(agency: Ledger, gone: bool, acknowledged: bool) -> None:
    """25 operators, 140 clients and two offices are at most 30 subjects, and what was planted is found in them."""
    audit = audit_ledger(agency, policy=policy_of(gone=gone, acknowledged=acknowledged), now=LATER)
    assert len(audit.subjects) <= 30
    assert {one.label for one in audit.subjects if one.kind == "place"} == {"Office A", "Office B"}
    assert _planted(audit) == set(PLANTED)
    assert {one.rule for one in audit.blocking()} == {"missing-permission"}


def test_a_deactivation_stops_the_others_until_it_is_acknowledged(agency: Ledger) -> None:
    """A permitted contact with a deactivated client is critical and stops logins; acknowledged, it stays critical."""
    client = CLIENTS[25]  # the same two people as the deactivated one
    before = _verdict(agency, client, PERMITTED[client][0], policy_of(gone=True))
    assert before.outcome == "collision"
    (contact,) = (one for one in before.findings if one.rule == "deactivated-contact")
    assert (contact.severity, contact.state, set(contact.accounts)) == ("critical", "open", {GONE, client})
    after = _verdict(agency, client, PERMITTED[client][0], policy_of(gone=True, acknowledged=True))
    (contact,) = (one for one in after.findings if one.rule == "deactivated-contact")
    assert (contact.severity, contact.state, after.outcome) == ("critical", "waived", "pass")
    assert "client 0" in contact.reason


def test_a_deactivated_account_does_not_stop_itself(agency: Ledger) -> None:
    """The deactivated client's own login is not stopped by its own standing."""
    verdict = _verdict(agency, GONE, PERMITTED[GONE][0], policy_of(gone=True))
    assert verdict.outcome == "pass"
    assert [one for one in verdict.findings if one.rule == "deactivated-contact"] == []


HOME = {"gateway_mac": "3C-37-86-5D-75-D4", "bssid": "3C-37-86-5D-75-D5", "public_ip": "203.0.112.7"}


def _at_home(person: str, when: int) -> Identity:
    number = ("anna", "ben").index(person)
    facts = {"device_id": f"{number}f0c2a9be8d74c4e9a53b7d1c6e2f480", "hardware_mac": f"3C-07-54-1A-2B-0{number}"}
    return identity_of(when, **facts, **HOME)


@pytest.mark.parametrize("declared", [True, False])
def test_a_household_on_one_wifi(ledger: Ledger, declared: bool) -> None:
    """Two spouses with an account each on one Wi-Fi pass when they are declared, and collide when they are not."""
    with ledger.writing() as log:
        log.add_baseline((), by="test")
        log.add_session(Session("amazon:anna", NOON, operator="anna", readings=_at_home("anna", NOON).readings))
    household = Group("home", "household", ("amazon:anna", "amazon:ben"), ("anna", "ben"))
    policy = Policy(groups=(household,)) if declared else Policy()
    identity = _at_home("ben", NOON + HOUR)
    verdict = check_login(ledger, "amazon:ben", identity, operator="ben", policy=policy)
    assert verdict.outcome == ("pass" if declared else "collision")
    assert {(one.state, one.severity) for one in verdict.findings} == (
        {("declared", "info")} if declared else {("open", "high")}
    )
    with ledger.writing() as log:
        log.add_session(Session("amazon:ben", NOON + HOUR, operator="ben", readings=identity.readings))
    audit = audit_ledger(ledger, policy=policy, now=NOON + DAY)
    assert {one.kind for one in audit.subjects} == {"place"}
    assert bool(audit.blocking()) is not declared
