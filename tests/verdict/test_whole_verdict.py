"""Whole verdicts: every field, and every word of what could not be told."""

from __future__ import annotations

from pathlib import Path

import pytest

from isolation.home import policy_path
from isolation.ledger import Ledger
from isolation.model import Basis, Gap, Identity, Reading, Session, Verdict
from isolation.policy import Group, Policy
from isolation.rules import REGISTRY
from isolation.verdict import NO_HISTORY, check_login, no_ledger, with_install_id

from ..conftest import DAY, DEVICE, HOUR, NOON, ROUTER, Clock, identity_of

SCAN = tuple((f"3C-37-86-5D-{number}0-D0", -40 - number) for number in range(1, 5))
UNREAD = Identity(
    (
        Reading("gateway_mac", "failed", reason="netlink timed out"),
        Reading("gateway_mac", "absent", reason="a second reading that says less"),
        Reading("public_ip", "not_requested"),
        Reading("wifi_scan", "observed", SCAN[:3], identifying=True),
    ),
    NOON,
    source="remote browser",
)
NO_DEVICE = Gap("no-device-anchor", "no identifier of this machine: none was read", True)
NO_NETWORK = Gap(
    "no-network-anchor",
    "no identifier of this network: public address: not requested; router: netlink timed out",
    True,
)


def gap(verdict: Verdict, rule: str) -> str:
    """What a verdict says of a rule that could not look."""
    return next(one.text for one in verdict.unknown if one.code == rule)


def test_without_a_ledger_everything_is_told_that_is_missing() -> None:
    """Unknown, resting on nothing, with both anchors, the history and every rule that could not look."""
    verdict = no_ledger("  Amazon:A ", "li", UNREAD, Policy(block_at="medium"))
    told = (verdict.account, verdict.operator, verdict.outcome, verdict.basis, verdict.block_at, verdict.identity)
    assert told == ("Amazon:A", "li", "unknown", Basis(0, None, 0), "medium", UNREAD)
    assert (verdict.findings, verdict.would_join, verdict.first_seen_here) == ((), (), ())
    assert verdict.unknown[:3] == (NO_DEVICE, NO_NETWORK, NO_HISTORY)
    assert [one.code for one in verdict.unknown[3:]] == [entry.id for entry in REGISTRY]
    assert gap(verdict, "expired-waiver") == "expired-waiver could not look: there is no ledger yet"
    assert gap(verdict, "shared-gateway") == "shared-gateway could not look: router: netlink timed out"
    assert gap(verdict, "shared-wifi-place") == (
        "shared-wifi-place could not look: Wi-Fi neighbourhood: fewer than 4 access points are visible, which is not "
        "enough to tell"
    )


def test_four_access_points_are_enough_to_look() -> None:
    """Of a scan with four the rule about places is not listed as one that could not look."""
    four = UNREAD.replace(readings=(Reading("wifi_scan", "observed", SCAN, identifying=True),))
    listed = [one.code for one in no_ledger("a", "", four, Policy()).unknown]
    assert "shared-wifi-place" not in listed
    assert "shared-bssid" in listed


def test_a_key_that_cannot_be_had_decides(home: Path, clock: Clock) -> None:
    """Without the key nothing is compared: unknown, with the key's own reason, and no rule has looked."""
    with Ledger.open(home / "ledger.sqlite3", key_store="file", clock=clock) as ledger, ledger.writing() as log:
        log.add_baseline((), by="test")
        log.add_session(Session("b", NOON, readings=identity_of(gateway_mac=ROUTER).readings))
    (home / "ledger.key").unlink()
    with Ledger.open(home / "ledger.sqlite3", key_store="file", clock=clock) as ledger:
        problem = ledger.key_problem
        assert problem is not None
        verdict = check_login(ledger, "a", identity_of(device_id=DEVICE, gateway_mac=ROUTER), policy=Policy())
    assert (verdict.outcome, verdict.findings, verdict.would_join, verdict.first_seen_here) == ("unknown", (), (), ())
    assert verdict.unknown[0] == Gap(f"key-{problem.reason}", str(problem), True)
    assert [one.code for one in verdict.unknown if one.decides] == [f"key-{problem.reason}"]
    reason = "missing-permission could not look: names cannot be compared without the key"
    assert gap(verdict, "missing-permission") == reason
    assert gap(verdict, "shared-bssid") == "shared-bssid could not look: none was read"


def test_the_installation_stands_in_with_its_reason() -> None:
    """Its reading names its source, is probable and says why."""
    here = identity_of(gateway_mac=ROUTER)
    *_, install = with_install_id(here, DEVICE).readings
    assert install == Reading(
        "device_id", "observed", DEVICE, source="this ledger's install id", identifying=True, confidence="probable",
        reason="This machine has no identifier of its own; this one is of the installation.",
    )  # fmt: skip
    assert with_install_id(identity_of(device_id=DEVICE), DEVICE[::-1]) == identity_of(device_id=DEVICE)


@pytest.fixture
def answered(ledger: Ledger) -> Ledger:
    """A ledger that was told that no account was used here before."""
    with ledger.writing() as log:
        log.add_baseline((), by="test")
    return ledger


def test_a_verdict_says_for_whom_and_on_what_it_rests(answered: Ledger) -> None:
    """Account, operator, what was read, what blocks, and the ledger's own state come back."""
    identity = identity_of(device_id=DEVICE, gateway_mac=ROUTER)
    verdict = check_login(answered, " Store ", identity, operator="Li", policy=Policy(block_at="critical"))
    assert (verdict.account, verdict.operator, verdict.outcome) == ("Store", "Li", "pass")
    assert (verdict.identity, verdict.block_at) == (identity, "critical")
    assert (verdict.basis.sessions, verdict.basis.machines) == (0, 0)
    assert verdict.first_seen_here == ("device_id", "gateway_mac")
    assert check_login(answered, "Store", identity, policy=Policy()).operator == ""


def test_a_verdict_is_of_its_own_moment_and_channel(answered: Ledger) -> None:
    """`now` goes before the identity's moment, and a login through an API meets another one harmlessly."""
    router = identity_of(gateway_mac=ROUTER)
    with answered.writing() as log:
        log.add_session(Session("b", NOON, channel="api", readings=router.readings))

    def severity(**rest: object) -> str:
        verdict = check_login(answered, "a", router.replace(source="a log"), policy=Policy(), **rest)  # type: ignore[arg-type]
        (found,) = (one for one in verdict.findings if one.rule == "shared-gateway")
        return found.severity

    assert (severity(), severity(now=NOON + DAY), severity(now=NOON + DAY + 1)) == ("high", "high", "medium")
    assert (severity(channel="api"), severity(channel="ui", now=NOON + HOUR)) == ("info", "high")


def test_the_policy_of_the_home_folder_holds_where_none_is_handed_in(answered: Ledger, home: Path) -> None:
    """Its groups and its `block_at` count."""
    identity = identity_of(device_id=DEVICE, gateway_mac=ROUTER)
    with answered.writing() as log:
        log.add_session(Session("b", NOON, readings=identity.readings))
    assert check_login(answered, "a", identity).outcome == "collision"
    Path(policy_path()).write_text('[groups.home]\nkind = "household"\naccounts = ["a", "b"]\n', "utf-8")
    assert check_login(answered, "a", identity).outcome == "pass"
    assert check_login(answered, "a", identity, policy=Policy(groups=(Group("x", "other", ("a",)),))).outcome == (
        "collision"
    )


def test_waived_and_lesser_findings_stop_nothing(answered: Ledger) -> None:
    """Only an open finding at `block_at` or above is a collision; exactly at it is one."""
    router = identity_of(device_id=DEVICE, gateway_mac=ROUTER)
    with answered.writing() as log:
        log.add_session(Session("b", NOON - 3 * DAY, readings=identity_of(gateway_mac=ROUTER).readings))
    outcomes = {
        limit: check_login(answered, "a", router, policy=Policy(block_at=limit)).outcome  # type: ignore[arg-type]
        for limit in ("critical", "high", "medium", "low")
    }
    assert outcomes == {"critical": "pass", "high": "pass", "medium": "collision", "low": "collision"}
