"""A year of 120 accounts on 30 computers in 8 places, in which everything that is to be found was planted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from isolation.audit import audit_ledger
from isolation.audited import Audit
from isolation.ledger import Ledger
from isolation.model import Finding
from isolation.policy import load_policy
from isolation.rules import REGISTRY

from ..conftest import Clock
from .businesses import accounts, cast, ordinary_work, policy_text, taught
from .plants import GONE, plant, standings
from .world import DAY, DAYS, END, START, Truth, World, read

WEEK = 7 * DAY


class Year(NamedTuple):
    """A year in a ledger, with its policy's file, and what is true of it."""

    ledger: Ledger
    policy: Path
    truths: tuple[Truth, ...]
    audit: Audit


@pytest.fixture(scope="module", params=[2025, 7])
def year(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """The year of a seed, recorded week by week."""
    world = World(request.param)
    people = cast(world)
    ordinary_work(world, people)
    waivers = plant(world, people)
    truths = (*(_named(truth, world) for truth in world.truths), *standings(world, people))
    home: Path = tmp_path_factory.mktemp("year")
    policy = home / "policy.toml"
    policy.write_text(policy_text(GONE, waivers), "utf-8")
    clock = Clock(START)
    environment = {"ISOLATION_HOME": str(home)}
    with Ledger.open(home / "ledger.sqlite3", key_store="file", clock=clock, environment=environment) as ledger:
        with ledger.writing() as log:
            log.add_baseline((), by="test")
            for kind, label, facts in taught(people):
                log.add_label(kind, label, tuple(read(fact, value) for fact, value in facts))
        _record(world, ledger, clock)
        with ledger.writing() as log:
            log.add_policy(policy.read_text("utf-8"))
        yield Year(ledger, policy, truths, audit_ledger(ledger, policy=load_policy(str(policy)), now=END))


def _named(truth: Truth, world: World) -> Truth:
    return truth if truth.accounts else truth._replace(accounts=world.users(truth.value))


def _record(world: World, ledger: Ledger, clock: Clock) -> None:
    ordered = sorted(world.events, key=lambda event: event.session.begin)
    for week in range(DAYS // 7):
        clock.now = START + (week + 1) * WEEK
        with ledger.writing() as log:
            for session, later in ordered:
                if session.begin // WEEK == (START + week * WEEK) // WEEK:
                    entry = log.add_session(session.replace(end=None) if later else session)
                    for moment, readings in later:
                        log.add_observation(entry, moment, readings)
                    if later and session.end is not None:
                        log.add_end(entry, session.end)


def _told(finding: Finding) -> tuple[object, ...]:
    value = (finding.value or "") if finding.fact != "wifi_scan" else ""
    return finding.rule, value, frozenset(finding.accounts), finding.severity, finding.confidence, finding.state


def _undeclared(audit: Audit) -> list[Finding]:
    return [finding for finding in audit.findings if finding.state != "declared"]


def test_everything_that_was_planted_is_found_and_nothing_else(year: Year) -> None:
    """Every finding is a plant's, in rule, value, accounts, severity, confidence and state, and none is missing."""
    found = Counter(_told(finding) for finding in _undeclared(year.audit))
    assert found == Counter(truth[:6] for truth in year.truths)


def test_every_rule_has_something_to_find(year: Year) -> None:
    """The year has a plant for every registered rule."""
    assert {truth.rule for truth in year.truths} == {entry.id for entry in REGISTRY}


def test_what_is_less_than_certain_says_why(year: Year) -> None:
    """The reason of each finding has the word that explains it."""
    reasons = {_told(finding): finding.reason for finding in year.audit.findings}
    assert all(truth.why for truth in year.truths if truth.confidence != "certain")
    wanting = [
        (truth.rule, truth.why, reason) for truth in year.truths if truth.why not in (reason := reasons[truth[:6]])
    ]
    assert wanting == []


def test_what_is_declared_stays_in_view(year: Year) -> None:
    """Every group's shared machines and places are told as declared, as information."""
    declared = [finding for finding in year.audit.findings if finding.state == "declared"]
    assert {finding.severity for finding in declared} == {"info"}
    assert len({account for finding in declared for account in finding.accounts}) == 112
    assert year.audit.accounts == len(accounts()) == 120


def test_the_command_tells_the_same_of_that_day(year: Year) -> None:
    """`isolation audit --as-of` with the policy recorded by then names the same findings, and exits 11."""
    command = [sys.executable, "-m", "isolation", "--ledger", year.ledger.path, "--format", "json", "audit"]
    environment = os.environ | {"ISOLATION_HOME": str(year.policy.parent)}
    done = subprocess.run([*command, "--as-of", "2026-01-05"], capture_output=True, check=False, env=environment)
    document = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (11, b"")
    assert [one["id"] for one in document["findings"]] == [one.id for one in year.audit.findings]
    assert document["sessions"] == year.audit.sessions
