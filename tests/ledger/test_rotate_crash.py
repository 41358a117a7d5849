"""A rotation that is killed, or that runs beside other rotations, writers, checks and verifiers."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from isolation.ledger import Ledger
from isolation.ledger.rotating import rotate
from isolation.model import Session

from .conftest import NOON, PLACE, Keyring, row, seen

KILLS = {"file": 24, "keyring": 16}
SESSIONS, ROWS = 900, 300
ROTATE = """\
import sys
from isolation.ledger import Ledger
from isolation.ledger.rotating import rotate
with Ledger.open(sys.argv[1], create=False) as ledger:
    print("ready", flush=True)
    rotated = rotate(ledger, destroy_old=sys.argv[2:] == ["destroy"])
    print("rotated", rotated.epoch, flush=True)
"""


def make(path: Path, store: str) -> None:
    """A ledger of ten accounts' sessions and rows of logs, with scans, in several transactions."""
    with Ledger.open(path, key_store=store) as ledger:
        for begin in range(0, SESSIONS, 300):
            with ledger.writing() as log:
                for number in range(begin, begin + 300):
                    readings = PLACE if number % 100 == 0 else PLACE[:4]
                    log.add_session(Session(f"account {number % 10}", NOON + number, operator="Li", readings=readings))
        with ledger.writing() as log:
            for number in range(ROWS):
                log.add_row(
                    row(f"account {number % 10}", NOON + number, seen("public_ip", f"203.0.114.{number % 250}")),
                    ("public_ip",),
                )


def start(path: Path, *more: str) -> subprocess.Popen[bytes]:
    """A process that rotates; it has said that it is ready."""
    process = subprocess.Popen([sys.executable, "-c", ROTATE, str(path), *more], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


def stored_epochs(path: Path, keyring: Keyring, store: str) -> set[int]:
    """The epochs that the key store has keys of."""
    if store == "keyring":
        return {int(name.split("/")[2]) for name in json.loads(keyring.path.read_text())}
    return {int(line.split()[1]) for line in path.with_suffix(".key").read_text().splitlines()}


def known_epochs(path: Path) -> set[int]:
    """The epochs that the ledger tells of."""
    with Ledger.open(path, read_only=True) as ledger:
        return {epoch for (epoch,) in ledger.connection.execute("SELECT epoch FROM epochs")}


@pytest.mark.parametrize("store", ["file", "keyring"])
def test_a_killed_rotation_leaves_one_epoch_wholly_working(tmp_path: Path, keyring: Keyring, store: str) -> None:
    """Killed at any moment, the ledger is wholly of one epoch, verifies with keys, and is found and recorded in; the
    next rotation clears up, and in the end the store has the keys of the epochs that the ledger tells of, no others."""
    path = tmp_path / "ledger.sqlite3"
    make(path, store)
    process = start(path)
    began = time.monotonic()
    process.communicate()
    took = 1.3 * (time.monotonic() - began)  # clearing up takes a while as well
    dice = random.Random(11)
    outcomes = {"new": 0, "old": 0, "begun": 0}
    for _ in range(KILLS[store]):
        with Ledger.open(path, read_only=True) as ledger:
            before = ledger.epoch
        process = start(path)
        time.sleep(dice.uniform(0, took))
        process.kill()
        said = process.communicate()[0]
        with Ledger.open(path) as ledger:
            result = ledger.verify()
            assert (result.problems, result.unchecked) == ((), ())
            with ledger.reading() as reader:
                number = reader.account_number("account 3")
                assert number is not None
                assert reader.account_name(number) == "account 3"
            with ledger.writing() as log:
                log.add_session(Session("account 3", NOON, readings=PLACE))
            assert ledger.epoch >= before
            assert ledger.epoch > before or b"rotated" not in said
            outcomes["new" if ledger.epoch > before else "old"] += 1
            outcomes["begun"] += any("begun" in remark for remark in result.remarks)
    assert all(outcomes.values()), f"the moments were badly chosen: {outcomes}"
    with Ledger.open(path) as ledger:
        rotate(ledger)
        result = ledger.verify()
        assert (result.problems, result.unchecked, result.remarks) == ((), (), ())
    assert stored_epochs(path, keyring, store) == known_epochs(path)


FULL_DISK = """
import os, resource, signal, sys
from isolation.errors import LedgerError
from isolation.ledger import Ledger
from isolation.ledger.rotating import rotate
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
with Ledger.open(sys.argv[1]) as ledger:
    before = ledger.root
    size = os.path.getsize(sys.argv[1])
    for share in (0.05, 0.3, 0.6, 0.9):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(size * share), hard))
        try:
            rotate(ledger)
            print("rotated")
        except LedgerError as problem:
            print(type(problem).__name__, problem.message)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        result = ledger.verify()
        assert (result.problems, result.unchecked, ledger.root, ledger.epoch) == ((), (), before, 1)
    assert rotate(ledger).epoch > 1
    assert ledger.verify().remarks == ()
"""


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX systems")
def test_a_full_disk_leaves_the_old_epoch(tmp_path: Path, keyring: Keyring) -> None:
    """Where the journal finds no room, the rotation is an error in one sentence, and the old epoch goes on."""
    path = tmp_path / "ledger.sqlite3"
    make(path, "file")
    run = [sys.executable, "-c", FULL_DISK, str(path)]
    done = subprocess.run(run, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 4
    assert all(line.startswith("LedgerError ") for line in lines), lines


def test_rotations_at_once(tmp_path: Path, keyring: Keyring) -> None:
    """Of four rotations at once each either makes an epoch or says that another one began; nothing is lost."""
    path = tmp_path / "ledger.sqlite3"
    make(path, "file")
    processes = [start(path) for _ in range(4)]
    said = [process.communicate()[0] for process in processes]
    done = sum(b"rotated" in one for one in said)
    assert done >= 1
    assert known_epochs(path) >= {1}
    assert len(known_epochs(path)) == 1 + done
    with Ledger.open(path) as ledger:
        result = ledger.verify()
        assert (result.problems, result.unchecked) == ((), ())
        rotate(ledger, destroy_old=True)
    assert len(stored_epochs(path, keyring, "file")) == 1


def _append(path: str, count: int) -> None:
    with Ledger.open(path, create=False) as ledger:
        for number in range(count):
            with ledger.writing() as log:
                log.add_session(Session("writer", NOON + number, readings=PLACE[:4]))


def _read(path: str, count: int) -> None:
    with Ledger.open(path, read_only=True) as ledger:
        for _ in range(count):
            with ledger.reading() as reader:
                number = reader.account_number("account 3")
                assert number is not None
                assert reader.account_name(number) == "account 3"


def test_rotating_beside_writers_readers_and_a_verifier(tmp_path: Path, keyring: Keyring) -> None:
    """While others append, look up, open and verify with a ledger that they opened before, rotations disturb nobody:
    nothing is lost, nothing looks like damage, and old keys that are destroyed are missed by nobody."""
    path = tmp_path / "ledger.sqlite3"
    make(path, "file")
    context = multiprocessing.get_context("spawn")
    others = [context.Process(target=target, args=(str(path), 150)) for target in (_append, _append, _read)]
    for process in others:
        process.start()
    with Ledger.open(path, read_only=True) as ledger:
        for _ in range(3):
            rotating = start(path, "destroy")
            assert ledger.verify().problems == ()
            assert b"rotated" in rotating.communicate()[0]
    for process in others:
        process.join()
        assert process.exitcode == 0
    with Ledger.open(path) as ledger:
        result = ledger.verify()
        assert (result.problems, result.unchecked, result.remarks) == ((), (), ())
        assert ledger.epoch == 4
        assert ledger.size == 1 + SESSIONS + SESSIONS // 100 + ROWS + 2 * 150 + 3
    assert stored_epochs(path, keyring, "file") == {4}
