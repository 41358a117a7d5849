"""What holds of findings whatever the sessions are."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isolation.audit import audit_ledger
from isolation.audited import Audit
from isolation.evidence import DAY, HOUR
from isolation.ledger import Ledger
from isolation.model import Finding, Session
from isolation.policy import Accepted, Group, Policy
from isolation.verdict import check_login

from ..conftest import NOON, Clock, identity_of, reading

ACCOUNTS = ("ann", "bob", "cat")
FACTS = {
    "device_id": ("1f0c2a9be8d74c4e9a53b7d1c6e2f480", "9e4d7b1a3c5f4e6d8b2a0c1e3f5a7b90"),
    "hardware_mac": ("3C-07-54-1A-2B-3C", "3C-07-54-99-88-77"),
    "gateway_mac": ("3C-37-86-5D-75-D4", "3C-37-86-11-22-33"),
    "public_ip": ("203.0.112.7", "198.17.0.9"),
}
NOW = NOON + 60 * DAY
SLOW = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    """A session of one of three accounts, on one of two machines and networks, at some hour."""
    facts = {fact: draw(st.sampled_from((None, *values))) for fact, values in FACTS.items()}
    begin = NOON + draw(st.integers(0, 40 * 24)) * HOUR
    readings = tuple(
        reading(fact, value, confidence=draw(st.sampled_from(("certain", "certain", "probable"))))
        for fact, value in facts.items()
        if value is not None
    )
    return Session(
        draw(st.sampled_from(ACCOUNTS)), begin, end=draw(st.sampled_from((None, begin + 2 * HOUR))),
        operator=draw(st.sampled_from(("", "li", "wang"))), channel=draw(st.sampled_from(("ui", "api"))),
        provenance=draw(st.sampled_from(("observed", "imported"))), refused=draw(st.sampled_from((False, False, True))),
        readings=readings,
    )  # fmt: skip


LOGS = st.lists(sessions(), min_size=1, max_size=8)


def policy(*waivers: Accepted, names: tuple[str, ...] = ACCOUNTS) -> Policy:
    """Two accounts declared together, one that is deactivated, one that only Li may use."""
    ann, bob, cat = names
    return Policy(
        accounts=dict.fromkeys(names, ""),
        groups=(Group("home", "household", (ann, bob)),),
        standing={cat: (("deactivated", NOON),)},
        permissions={bob: (("li", True, "", None, None),)},
        waivers=waivers,
    )


def audited(told: list[Session], says: Policy, late: list[Session] | None = None, **asked: int) -> Audit:
    """The audit of a ledger of these sessions, all recorded at once; `late` were recorded thirty days later."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"ISOLATION_HOME": folder}
        path, clock = Path(folder) / "ledger.sqlite3", Clock(NOON)
        with Ledger.open(path, key_store="file", clock=clock, environment=environment) as ledger:
            for several, when in ((told, NOON), (late or [], NOON + 30 * DAY)):
                clock.now = when
                with ledger.writing() as log:
                    for session in several:
                        log.add_session(session)
            return audit_ledger(ledger, policy=says, **({"now": NOW} | asked))  # type: ignore[arg-type]  # moments


def said(audit: Audit) -> set[tuple[object, ...]]:
    """What an audit says, without what depends on keys."""
    return {
        (one.rule, one.severity, one.confidence, one.state, one.fact, one.value, one.accounts, one.sessions,
         one.first_seen, one.last_seen, one.reason)
        for one in audit.findings
    }  # fmt: skip


def stays(one: Finding, later: Audit) -> bool:
    """Whether a later audit has an open finding of the same rule and value about these accounts, or more."""
    return any(
        (other.rule, other.value, other.state) == (one.rule, one.value, "open")
        and set(one.accounts) <= {*other.accounts}
        for other in later.findings
    )


@SLOW
@given(LOGS, st.randoms())
def test_the_order_of_sessions_is_irrelevant(told: list[Session], chance: object) -> None:
    """Recorded in any order, the same sessions give the same findings."""
    shuffled = list(told)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert said(audited(told, policy())) == said(audited(shuffled, policy()))


@SLOW
@given(LOGS)
def test_renaming_accounts_changes_nothing_else(told: list[Session]) -> None:
    """Under other names the findings are the same but for the names."""
    new = dict(zip(ACCOUNTS, ("x-ann", "x-bob", "x-cat"), strict=True))
    renamed = [one.replace(account=new[one.account]) for one in told]
    before = {(*one[:6], tuple(new[name] for name in one[6]), *one[7:]) for one in said(audited(told, policy()))}  # type: ignore[attr-defined]
    assert before == said(audited(renamed, policy(names=tuple(new.values()))))  # type: ignore[arg-type]


@SLOW
@given(LOGS, sessions())
def test_adding_a_session_removes_no_open_finding(told: list[Session], more: Session) -> None:
    """What was open stays so, `uncovered-period` excepted."""
    later = audited([*told, more], policy())
    for one in audited(told, policy()).findings:
        assert one.state != "open" or one.rule == "uncovered-period" or stays(one, later), one


@SLOW
@given(LOGS, st.integers(0, 40 * 24), st.integers(0, 40 * 24))
def test_a_window_is_a_ledger_of_its_sessions_alone(told: list[Session], one: int, other: int) -> None:
    """Findings, counts and clusters of a window are those of a ledger that never met the other sessions."""
    since, until = (NOON + hour * HOUR for hour in sorted((one, other)))
    windowed = audited(told, policy(), since=since, until=until)
    alone = audited([session for session in told if since <= session.begin < until], policy())
    assert said(windowed) == said(alone)
    assert (windowed.sessions, windowed.not_uses, windowed.clusters, windowed.coverage) == (
        alone.sessions, alone.not_uses, alone.clusters, alone.coverage,
    )  # fmt: skip


@SLOW
@given(LOGS, LOGS)
def test_as_of_then_is_a_ledger_that_ended_then(early: list[Session], late: list[Session]) -> None:
    """What was recorded later changes nothing of what was known before, whenever it happened."""
    then = NOON + 20 * DAY
    past = audited(early, policy(), late, as_of=then)
    alone = audited(early, policy(), now=then)
    assert said(past) == said(alone)
    assert (past.sessions, past.not_uses, past.clusters, past.coverage) == (
        alone.sessions, alone.not_uses, alone.clusters, alone.coverage,
    )  # fmt: skip


@SLOW
@given(LOGS, st.sets(st.sampled_from(ACCOUNTS), min_size=1))
def test_a_waiver_removes_nothing_from_the_output(told: list[Session], named: set[str]) -> None:
    """With a waiver the same things are found, and no account is missing from what is said of them."""
    waiver = Accepted("agreed", "", tuple(named), "", "Chen", "agreed", "", NOON - DAY, NOW + DAY)

    def found(audit: Audit) -> dict[tuple[object, ...], set[str]]:
        of: dict[tuple[object, ...], set[str]] = {}
        for one in audit.findings:
            # That of a deactivated account names the strongest fact of all that it tells together; what is waived is
            # told apart.
            facts = () if one.rule == "deactivated-contact" else (one.fact, one.value)
            of.setdefault((one.rule, *facts), set()).update(one.accounts)
        return of

    assert found(audited(told, policy())) == found(audited(told, policy(waiver)))


@SLOW
@given(LOGS, st.sampled_from(ACCOUNTS), st.sets(st.sampled_from(("device_id", "gateway_mac"))))
def test_a_missing_anchor_never_gives_a_pass(told: list[Session], account: str, read: set[str]) -> None:
    """Without a device or without a network the outcome is not pass, whatever the ledger and the policy hold."""
    facts = {fact: FACTS[fact][0] for fact in read}
    identity = identity_of(NOW, **facts).replace(source="remote browser")
    with tempfile.TemporaryDirectory() as folder:
        environment = {"ISOLATION_HOME": folder}
        path = Path(folder) / "ledger.sqlite3"
        with Ledger.open(path, key_store="file", clock=Clock(NOON), environment=environment) as ledger:
            with ledger.writing() as log:
                log.add_baseline((), by="test")
                for session in told:
                    log.add_session(session)
            verdict = check_login(ledger, account, identity, operator="li", policy=policy(), now=NOW)
    assert verdict.outcome in ("unknown", "collision") or len(read) == 2
