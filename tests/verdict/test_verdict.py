"""The verdict for one login: what passes, what collides, what cannot be told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from isolation import Collision, Unknown
from isolation.audit import audit_ledger
from isolation.errors import BadIdentifier, UsageError
from isolation.hooks.session import begin_session, end_session, open_session
from isolation.ledger import Ledger
from isolation.model import Identity, Reading, Session, Verdict
from isolation.policy import Group, Policy
from isolation.verdict import check_login

from ..conftest import DAY, HOUR, NOON, Clock, identity_of, reading

Here = Callable[..., Identity]

NOBODY = Policy()
ELSEWHERE = {
    "device_id": "9e4d7b1a3c5f4e6d8b2a0c1e3f5a7b90",
    "hardware_mac": "3C-07-54-99-88-77",
    "gateway_mac": "3C-37-86-11-22-33",
}


@pytest.fixture
def answered(ledger: Ledger) -> Ledger:
    """A ledger that was told that no account was used here before."""
    with ledger.writing() as log:
        log.add_baseline((), by="test")
    return ledger


def _check(ledger: Ledger, account: str, identity: Identity, policy: Policy = NOBODY) -> Verdict:
    return check_login(ledger, account, identity, policy=policy)


def _codes(verdict: Verdict) -> list[str]:
    return [gap.code for gap in verdict.unknown if gap.decides]


def test_a_fresh_ledger_cannot_tell(ledger: Ledger, here: Here) -> None:
    """Until somebody says what was used here before, the verdict is unknown for want of history."""
    verdict = _check(ledger, "amazon:store-us", here())
    assert (verdict.outcome, _codes(verdict)) == ("unknown", ["no-history"])


def test_its_own_sessions_are_no_history(ledger: Ledger, here: Here) -> None:
    """Sessions that the ledger recorded itself do not tell what was used before it began."""
    begin_session(ledger, "amazon:store-us", here(), policy=NOBODY, now=NOON)
    assert _codes(_check(ledger, "amazon:store-us", here(NOON + HOUR))) == ["no-history"]


@pytest.mark.parametrize("provenance", ["declared", "imported"])
def test_what_a_person_or_another_log_tells_is_history(ledger: Ledger, here: Here, provenance: str) -> None:
    """A declared or imported session makes a baseline."""
    session = Session("amazon:other", NOON - DAY, provenance=provenance)  # type: ignore[arg-type]  # both are valid
    with ledger.writing() as log:
        log.add_session(session)
    assert _check(ledger, "amazon:store-us", here()).outcome == "pass"


def test_the_first_account_passes_and_the_second_collides(answered: Ledger, here: Here) -> None:
    """A second account on the machine collides, with the first one, the fact and the time named."""
    first = begin_session(answered, "amazon:store-us", here(), policy=NOBODY, now=NOON)
    assert first.verdict.outcome == "pass"
    with pytest.raises(Collision) as refused:
        begin_session(answered, "amazon:store-uk", here(NOON + HOUR), policy=NOBODY, now=NOON + HOUR)
    verdict = refused.value.verdict
    assert verdict.would_join == ("amazon:store-us",)
    device = next(one for one in verdict.findings if one.rule == "shared-device")
    assert device.accounts == ("amazon:store-uk", "amazon:store-us")
    assert (device.severity, device.confidence, device.first_seen) == ("high", "certain", NOON)


def test_a_refused_begin_leaves_no_contact(answered: Ledger, here: Here) -> None:
    """After a refusal the first account still passes, and the audit finds nothing."""
    begin_session(answered, "amazon:store-us", here(), policy=NOBODY, now=NOON)
    with pytest.raises(Collision):
        begin_session(answered, "amazon:store-uk", here(NOON + HOUR), policy=NOBODY, now=NOON + HOUR)
    assert _check(answered, "amazon:store-us", here(NOON + 2 * HOUR)).outcome == "pass"
    audit = audit_ledger(answered, policy=NOBODY)
    assert (audit.findings, audit.sessions, audit.not_uses) == ((), 1, {"refused": 1, "failed": 0})


def test_a_forced_begin_is_recorded_and_stays_a_collision(answered: Ledger, here: Here) -> None:
    """With a reason the session goes on; both accounts collide from then on, on any machine."""
    begin_session(answered, "amazon:store-us", here(), policy=NOBODY, now=NOON)
    forced = begin_session(answered, "amazon:store-uk", here(), force="owner agreed", policy=NOBODY, now=NOON + HOUR)
    assert forced.verdict.outcome == "collision"
    away = here(NOON + DAY, **ELSEWHERE)
    assert _check(answered, "amazon:store-us", away).outcome == "collision"


def test_past_contact_does_not_expire_by_moving(answered: Ledger, here: Here) -> None:
    """An account that met another one collides on a new machine and network too."""
    begin_session(answered, "a", here(), policy=NOBODY, now=NOON)
    begin_session(answered, "b", here(), force="test", policy=NOBODY, now=NOON + HOUR)
    verdict = _check(answered, "a", here(NOON + 400 * DAY, **ELSEWHERE))
    assert verdict.outcome == "collision"
    assert verdict.would_join == ("b",)


def test_declared_accounts_pass(answered: Ledger, here: Here) -> None:
    """Accounts that the policy declares to belong together are reported as declared and pass."""
    begin_session(answered, "a", here(), policy=NOBODY, now=NOON)
    policy = Policy(groups=(Group("household", "household", ("a", "b")),))
    verdict = _check(answered, "b", here(NOON + HOUR), policy)
    assert verdict.outcome == "pass"
    assert {(one.state, one.severity) for one in verdict.findings} == {("declared", "info")}


def test_a_declared_partner_does_not_hide_a_stranger(answered: Ledger, here: Here) -> None:
    """A stranger on the same machine collides with both declared accounts."""
    policy = Policy(groups=(Group("household", "household", ("a", "b")),))
    begin_session(answered, "a", here(), policy=policy, now=NOON)
    begin_session(answered, "b", here(), policy=policy, now=NOON + 1)
    verdict = _check(answered, "c", here(NOON + HOUR), policy)
    assert (verdict.outcome, verdict.would_join) == ("collision", ("a", "b"))


def test_a_quarrel_of_others_is_not_this_accounts(answered: Ledger, here: Here) -> None:
    """An account that is declared with both of two colliding accounts does not collide itself."""
    begin_session(answered, "b", here(), policy=NOBODY, now=NOON)
    begin_session(answered, "c", here(), force="test", policy=NOBODY, now=NOON + 1)
    policy = Policy(groups=(Group("one", "same-owner", ("a", "b")), Group("two", "same-owner", ("a", "c"))))
    assert _check(answered, "a", here(NOON + HOUR), policy).outcome == "pass"


def test_would_join_follows_the_whole_cluster(answered: Ledger, here: Here) -> None:
    """The accounts a login would join are those reached over any number of shared identifiers."""
    begin_session(answered, "far", here(**ELSEWHERE), policy=NOBODY, now=NOON)
    begin_session(answered, "near", here(**ELSEWHERE), force="test", policy=NOBODY, now=NOON + 1)
    begin_session(answered, "near", here(), force="test", policy=NOBODY, now=NOON + 2)
    assert _check(answered, "new", here(NOON + HOUR)).would_join == ("far", "near")


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ({"device_id": "1f0c2a9be8d74c4e9a53b7d1c6e2f480"}, "no-network-anchor"),
        ({"device_id": "1f0c2a9be8d74c4e9a53b7d1c6e2f480", "hardware_mac": "3C-07-54-1A-2B-3C"}, "no-network-anchor"),
    ],
)
def test_a_missing_network_anchor_is_never_a_pass(answered: Ledger, facts: dict[str, str], missing: str) -> None:
    """Without an identifier of the network it cannot be told."""
    verdict = _check(answered, "a", identity_of(**facts))
    assert (verdict.outcome, _codes(verdict)) == ("unknown", [missing])


def test_a_machine_without_identifier_is_anchored_by_the_installation(answered: Ledger) -> None:
    """Where this machine has no identifier of its own, the ledger's install id joins its sessions, as probable."""
    network = identity_of(gateway_mac="3C-37-86-5D-75-D4")
    begin_session(answered, "a", network, policy=NOBODY, now=NOON)
    assert _check(answered, "a", network).outcome == "pass"
    verdict = _check(answered, "b", identity_of(NOON + DAY * 40, gateway_mac="3C-37-86-11-22-33"))
    (device,) = [one for one in verdict.findings if one.rule == "shared-device"]
    assert (verdict.outcome, device.confidence) == ("collision", "probable")


def test_an_identity_handed_in_without_device_is_never_a_pass(answered: Ledger) -> None:
    """The install id says nothing of a remote machine: without its device it cannot be told."""
    remote = identity_of(gateway_mac="3C-37-86-5D-75-D4").replace(source="remote browser")
    assert _codes(_check(answered, "a", remote)) == ["no-device-anchor"]


def test_a_reading_that_does_not_identify_is_no_anchor(answered: Ledger, here: Here) -> None:
    """A router's address that many routers share neither anchors nor collides."""
    shared = Reading("gateway_mac", "observed", "00-00-5E-00-01-01", source="test", reason="VRRP")
    device = reading("device_id", "1f0c2a9be8d74c4e9a53b7d1c6e2f480")
    verdict = _check(answered, "a", Identity((device, shared), NOON))
    assert _codes(verdict) == ["no-network-anchor"]


def test_a_collision_outweighs_what_is_unknown(answered: Ledger, here: Here) -> None:
    """A collision is a collision even where an anchor is missing."""
    begin_session(answered, "a", here(), policy=NOBODY, now=NOON)
    assert _check(answered, "b", identity_of(gateway_mac="3C-37-86-5D-75-D4")).outcome == "collision"


def test_rules_that_could_not_look_are_listed(answered: Ledger, here: Here) -> None:
    """A rule whose facts were not observed is named and does not decide."""
    verdict = _check(answered, "a", here())
    assert "shared-bssid" in {gap.code for gap in verdict.unknown if not gap.decides}
    assert verdict.outcome == "pass"


def test_a_known_machine_on_a_new_network_says_so(answered: Ledger, here: Here) -> None:
    """A new network passes and is named as first seen."""
    begin_session(answered, "a", here(), policy=NOBODY, now=NOON)
    verdict = _check(answered, "a", here(NOON + DAY, gateway_mac="3C-37-86-11-22-33"))
    assert (verdict.outcome, verdict.first_seen_here) == ("pass", ("gateway_mac",))


def test_block_at_compares_with_severity(answered: Ledger, here: Here) -> None:
    """A medium finding blocks only where the policy blocks at medium."""
    begin_session(answered, "a", identity_of(gateway_mac="3C-37-86-5D-75-D4"), policy=NOBODY, now=NOON)
    later = identity_of(NOON + 10 * DAY, device_id="9e4d7b1a3c5f4e6d8b2a0c1e3f5a7b90", gateway_mac="3C-37-86-5D-75-D4")
    assert _check(answered, "b", later).outcome == "pass"
    assert _check(answered, "b", later, Policy(block_at="medium")).outcome == "collision"


def test_unknown_goes_on_unless_the_policy_blocks(ledger: Ledger, here: Here) -> None:
    """On unknown a begin is recorded, or refused where the policy says so."""
    assert begin_session(ledger, "a", here(), policy=NOBODY, now=NOON).verdict.outcome == "unknown"
    with pytest.raises(Unknown):
        begin_session(ledger, "a", here(), policy=Policy(on_unknown="block"), now=NOON)


def test_accounts_on_declared_platforms_are_information(answered: Ledger, here: Here) -> None:
    """Accounts that the policy declares on different platforms are reported as information."""
    begin_session(answered, "amazon:x", here(), policy=NOBODY, now=NOON)
    policy = Policy(accounts={"amazon:x": "amazon", "ebay:x": "ebay"})
    verdict = _check(answered, "ebay:x", here(NOON + HOUR), policy)
    assert verdict.outcome == "pass"
    assert {one.severity for one in verdict.findings} == {"info"}


def test_a_name_in_any_spelling_is_one_account(answered: Ledger, here: Here) -> None:
    """Case and spaces around a name make no second account."""
    begin_session(answered, "Amazon:Store-US", here(), policy=NOBODY, now=NOON)
    assert _check(answered, "  amazon:store-us ", here(NOON + HOUR)).outcome == "pass"


def test_an_alias_is_the_account(answered: Ledger, here: Here) -> None:
    """A declared alias does not collide with the account it stands for."""
    begin_session(answered, "amazon:eu", here(), policy=NOBODY, now=NOON)
    begin_session(answered, "amazon:de", here(), force="test", policy=NOBODY, now=NOON + 1)
    policy = Policy(aliases={"amazon:de": "amazon:eu"})
    assert _check(answered, "amazon:de", here(NOON + HOUR), policy).findings == ()
    assert audit_ledger(answered, policy=policy).findings == ()


def test_check_writes_nothing(answered: Ledger, here: Here) -> None:
    """A check leaves the ledger's bytes as they were."""
    with open(answered.path, "rb") as file:
        before = file.read()
    _check(answered, "a", here())
    with open(answered.path, "rb") as file:
        assert file.read() == before


def test_public_names_no_other_account(answered: Ledger, here: Here) -> None:
    """What a service shows its tenant holds no other account's name and no identifier's value."""
    begin_session(answered, "secret-client", here(), policy=NOBODY, now=NOON)
    with pytest.raises(Collision) as refused:
        begin_session(answered, "tenant", here(), policy=NOBODY, now=NOON + 1)
    shown = repr(refused.value.public())
    assert "secret-client" not in shown
    assert "3C-37-86" not in shown
    assert refused.value.public()["other_accounts"] == 1


def test_a_session_block_ends_its_session(answered: Ledger, here: Here, clock: Clock) -> None:
    """`open_session` begins before the block and ends after it, also when the block fails."""
    with pytest.raises(ZeroDivisionError), open_session(answered, "a", here(), policy=NOBODY):
        _ = 1 / 0
    with answered.reading() as reader:
        assert reader.open_sessions() == []


def test_only_an_open_session_can_be_ended(answered: Ledger, here: Here) -> None:
    """Ending the latest session works once; then none is open."""
    entry = begin_session(answered, "a", here(), policy=NOBODY, now=NOON).entry
    assert end_session(answered, now=NOON + 1) == entry
    with pytest.raises(Exception, match="No session is open"):
        end_session(answered, now=NOON + 2)


@pytest.mark.parametrize("name", ["", "   ", "a\x00b", "a\x1b[31mb", "\u202eevil", "x" * 100_000])
def test_a_name_that_cannot_be_one_is_refused(answered: Ledger, here: Here, name: str) -> None:
    """Empty, endless and control-character names are refused in words that are safe to print."""
    with pytest.raises(BadIdentifier) as refused:
        _check(answered, name, here())
    assert refused.value.message.isprintable()
    assert len(refused.value.message) < 500


def test_an_aliass_past_contacts_are_the_accounts(answered: Ledger, here: Here) -> None:
    """What an account met under an alias counts for it under every spelling, and in its cluster."""
    begin_session(answered, "stranger", here(), policy=NOBODY, now=NOON)
    begin_session(answered, "old name", here(), force="test", policy=NOBODY, now=NOON + 1)
    begin_session(answered, "store", here(**ELSEWHERE), force="test", policy=NOBODY, now=NOON + 2)
    policy = Policy(aliases={"old name": "store"})
    away = {
        "device_id": "7e4d7b1a3c5f4e6d8b2a0c1e3f5a7b90",
        "hardware_mac": "3C-07-54-77-88-77",
        "gateway_mac": "3C-37-86-77-22-33",
    }
    for spelling in ("store", "old name"):
        verdict = _check(answered, spelling, here(NOON + DAY, **away), policy)
        assert (verdict.outcome, verdict.would_join) == ("collision", ("stranger",))
    assert audit_ledger(answered, accounts=["store"], policy=policy).findings


def test_a_dispersion_alone_names_no_other_account(answered: Ledger) -> None:
    """Where only the account's own dispersion reaches block_at, the refusal says so."""
    policy = Policy(block_at="medium")
    ids = [f"{number}f0c2a9be8d74c4e9a53b7d1c6e2f48{number}" for number in range(1, 5)]
    for number, device in enumerate(ids, start=1):
        begin_session(
            answered, "a", identity_of(NOON + number, device_id=device), policy=NOBODY, now=NOON + number
        )  # fmt: skip
    with pytest.raises(Collision, match="itself has findings"):
        begin_session(answered, "a", identity_of(NOON + 9, device_id=ids[0]), policy=policy, now=NOON + 9)


@pytest.mark.parametrize("begin", [-1, 2**53])
def test_a_time_that_the_log_cannot_hold_is_refused(ledger: Ledger, begin: int) -> None:
    """A time outside what the canonical form holds exactly is refused, and nothing is recorded."""
    with pytest.raises(UsageError), ledger.writing() as log:
        log.add_session(Session("a", begin))
    assert ledger.verify().intact
