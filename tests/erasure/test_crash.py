"""An erasure that is killed, or that runs beside writers and readers."""

from __future__ import annotations

import multiprocessing
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from isolation.ledger import Ledger
from isolation.ledger.choosing import Wanted
from isolation.model import Session

from .conftest import HERE, NOON, left_in, rows, traces

KILLS = 24
ACCOUNTS = 10
ERASE = """\
import sys
from isolation.ledger import Ledger
from isolation.ledger.choosing import Wanted
with Ledger.open(sys.argv[1], create=False) as ledger:
    print("ready", flush=True)
    with ledger.writing() as log:
        log.erase(Wanted(accounts=(sys.argv[2],)), "a test")
    print("erased", flush=True)
    ledger.sweep()
    print("swept", flush=True)
"""


@pytest.fixture
def large(home: Path) -> str:
    """A ledger of 4,000 sessions of ten accounts."""
    path = home / "ledger.sqlite3"
    with Ledger.open(path, key_store="file") as ledger, ledger.writing() as log:
        for number in range(4000):
            log.add_session(Session(f"account {number % ACCOUNTS}", NOON + number, operator="Li", readings=HERE[:4]))
    return str(path)


def sessions(path: str) -> dict[object, object]:
    """How many sessions each account number has."""
    return dict(rows(path, "SELECT account, count(*) FROM sessions GROUP BY account"))  # type: ignore[arg-type]  # pairs


def start(path: str, account: str) -> subprocess.Popen[bytes]:
    """A process that erases the account; it has said that it is ready."""
    process = subprocess.Popen([sys.executable, "-c", ERASE, path, account], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


def test_a_killed_erasure_leaves_all_or_nothing(large: str) -> None:
    """Killed at random moments an erasure has either taken every session of the account or none, and all verifies."""
    began = time.monotonic()
    process = start(large, "account 9")
    process.communicate()
    took = time.monotonic() - began
    assert sum(map(int, map(str, sessions(large).values()))) == 3600
    dice = random.Random(7)
    outcomes = {"all": 0, "nothing": 0}
    account = 0
    for _ in range(KILLS):
        before = sessions(large)
        process = start(large, f"account {account}")
        time.sleep(dice.uniform(0, took))
        process.kill()
        said = process.communicate()[0]
        with Ledger.open(large, read_only=True) as ledger:
            result = ledger.verify()
        assert result.problems == ()
        after = sessions(large)
        gone = before.keys() - after.keys()
        assert all(after[number] == before[number] for number in after)
        assert len(gone) <= 1
        assert gone or b"erased" not in said  # what was acknowledged is done
        outcomes["all" if gone else "nothing"] += 1
        account += len(gone)
        if account == ACCOUNTS - 1:
            break
    assert all(outcomes.values()), f"the moments were badly chosen: {outcomes}"


def test_what_a_killed_sweep_left_is_taken_out_by_the_next(large: str) -> None:
    """Where the sweep never ran, the next one leaves no trace of what was erased."""
    entries = [int(str(entry)) for (entry,) in rows(large, "SELECT entry FROM sessions WHERE account = 1 LIMIT 50")]
    wanted = traces(large, entries)
    kept = traces(large, [int(str(rows(large, "SELECT max(entry) FROM sessions")[0][0]))])
    with Ledger.open(large) as ledger:
        with ledger.writing() as log:
            log.erase(Wanted(accounts=("account 0",)), "a test")
        with ledger.writing() as log:
            log.add_session(Session("account 5", NOON, readings=HERE[:4]))
        ledger.sweep()
    assert left_in(large, [one for one in wanted if one not in kept]) == []


def _append(path: str, count: int) -> None:
    for number in range(count):
        with Ledger.open(path, create=False) as ledger, ledger.writing() as log:
            log.add_session(Session("writer", NOON + number, readings=HERE[:4]))


def test_erasing_beside_writers_and_a_verifier(large: str) -> None:
    """While another process appends and this one verifies, erasures neither lose an entry nor look like damage."""
    context = multiprocessing.get_context("spawn")
    writer = context.Process(target=_append, args=(large, 40))
    writer.start()
    erasing = [start(large, "account 1")]
    with Ledger.open(large, read_only=True) as ledger:
        assert ledger.verify().problems == ()
    erasing.append(start(large, "account 2"))
    with Ledger.open(large, read_only=True) as ledger:
        assert ledger.verify().problems == ()
    for process in erasing:
        assert b"erased" in process.communicate()[0]
    writer.join()
    assert writer.exitcode == 0
    with Ledger.open(large) as ledger:
        ledger.sweep()
        assert ledger.verify().problems == ()
    assert rows(large, "SELECT count(*) FROM sessions") == [(4000 - 800 + 40,)]
