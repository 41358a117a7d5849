"""Many processes at once, and `kill -9` in the middle: what was acknowledged is there, once, and all of it verifies."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from isolation.audit import audit_ledger
from isolation.ledger import Ledger
from isolation.policy import Policy

WORKER = Path(__file__).with_name("worker.py")
ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("ISOLATION_STORM", "100"))  # a longer storm than a test run has time for


def _start(path: Path, account: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(WORKER), str(path), account, str(count)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def _acknowledged(out: str) -> list[int]:
    """The numbers that were written out whole."""
    lines = out.split("\n")
    return [int(line) for line in lines[:-1]]


def _require_whole(path: Path, acknowledged: list[int]) -> None:
    with Ledger.open(path) as ledger:
        result = ledger.verify()
        assert (result.intact, result.problems, result.unchecked) == (True, (), ())
        with ledger.reading() as reader:
            recorded = {entry for entry, _, _ in reader.open_sessions()}
    assert len(set(acknowledged)) == len(acknowledged)
    assert set(acknowledged) <= recorded


def test_sixteen_first_runs_at_once_make_one_ledger(home: Path) -> None:
    """Sixteen processes that begin a session each on a ledger that is not there yet all record into one."""
    path = home / "ledger.sqlite3"
    workers = [_start(path, f"account {number}", 2) for number in range(16)]
    ended = [worker.communicate(timeout=120) for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * 16, [error for _, error in ended if error]
    acknowledged = [entry for out, _ in ended for entry in _acknowledged(out)]
    assert len(acknowledged) == 32
    _require_whole(path, acknowledged)


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a signal of POSIX systems")
def test_kills_lose_nothing_that_was_acknowledged(home: Path) -> None:
    """Of sixteen writers killed over and over at random moments, no acknowledged entry is lost or there twice."""
    path = home / "ledger.sqlite3"
    with Ledger.open(path, key_store="file"):
        pass
    chance = random.Random(20_261_123)
    workers = [_start(path, f"account {number}", 10_000) for number in range(16)]
    acknowledged: list[int] = []
    for kills in range(KILLS):
        time.sleep(chance.uniform(0.01, 0.15))
        victim = chance.randrange(len(workers))
        workers[victim].send_signal(signal.SIGKILL)
        acknowledged += _acknowledged(workers[victim].communicate()[0])
        workers[victim] = _start(path, f"account {victim}", 10_000)
        if kills % 20 == 10:
            with Ledger.open(path, read_only=True) as ledger:
                audit_ledger(ledger, policy=Policy())
    for worker in workers:
        worker.kill()
        acknowledged += _acknowledged(worker.communicate()[0])
    assert acknowledged
    _require_whole(path, acknowledged)
