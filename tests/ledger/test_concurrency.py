"""Many processes at once, and processes killed at any moment: nothing acknowledged is lost, nothing is there twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from isolation.ledger import Ledger

from .conftest import NOON

APPEND = """
import sys
from isolation.ledger import Ledger
from isolation.model import Reading, Session
path, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
reading = Reading("gateway_mac", "observed", "3C-37-86-5D-75-D4", identifying=True)
for number in range(count):
    with Ledger.open(path) as ledger, ledger.writing() as log:
        begin = 1_790_000_000_000_000 + number
        log.add_session(Session(f"store-{name}", begin, readings=(reading,), record=str(number)))
    print(number, flush=True)
"""


def begins(ledger: Ledger) -> Counter[tuple[str, int]]:
    """How often each session is there, by account and number."""
    found: Counter[tuple[str, int]] = Counter()
    with ledger.reading() as reader:
        number = reader.identifier_number("gateway_mac", "3C-37-86-5D-75-D4")
        assert number is not None
        for contact in reader.with_uses(reader.group(number)).contacts:
            assert contact.uses is not None
            found.update((reader.account_name(contact.account), begin - NOON) for begin in contact.uses)
    return found


def start(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    """A process that appends, and prints each number once it is acknowledged."""
    return subprocess.Popen(
        [sys.executable, "-c", APPEND, str(path), name, str(count)], stdout=subprocess.PIPE, text=True
    )


def test_sixteen_writers_at_once(tmp_path: Path) -> None:
    """Sixteen processes that append at once, each through a fresh connection, lose nothing and write nothing twice."""
    path = tmp_path / "ledger.sqlite3"
    Ledger.open(path, key_store="file").close()
    processes = [start(path, str(number), 12) for number in range(16)]
    for process in processes:
        output, _ = process.communicate()
        assert process.returncode == 0
        assert output.split() == [str(number) for number in range(12)]
    with Ledger.open(path) as ledger:
        assert begins(ledger) == Counter((f"store-{name}", number) for name in range(16) for number in range(12))
        assert ledger.verify().problems == ()


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_a_storm_of_kills(tmp_path: Path) -> None:
    """Of a hundred writers killed at a random moment, no acknowledged session is lost, none is twice, all verifies."""
    path = tmp_path / "ledger.sqlite3"
    Ledger.open(path, key_store="file").close()
    dice = random.Random(7)
    acknowledged: set[tuple[str, int]] = set()
    for storm in range(13):
        processes = {f"{storm}-{number}": start(path, f"{storm}-{number}", 10_000) for number in range(8)}
        time.sleep(0.7 + dice.random() / 2)
        for process in processes.values():
            process.send_signal(signal.SIGKILL)
            time.sleep(dice.random() / 50)
        for name, process in processes.items():
            output, _ = process.communicate()
            complete = output.rpartition("\n")[0].split()
            acknowledged |= {(f"store-{name}", int(number)) for number in complete}
    with Ledger.open(path) as ledger:
        found = begins(ledger)
        assert acknowledged
        assert acknowledged <= set(found)
        assert set(found.values()) == {1}
        assert ledger.verify().problems == ()


def test_a_long_reader_and_writers(tmp_path: Path) -> None:
    """While an audit's copy is read for as long as it likes, writers get in at once."""
    path = tmp_path / "ledger.sqlite3"
    with Ledger.open(path, key_store="file") as ledger:
        for name in ("a", "b"):
            assert start(path, name, 1).communicate()[0] == "0\n"
        with ledger.reading() as reader:
            groups = reader.all_groups()
            next(groups)
            process = start(path, "c", 3)
            output, _ = process.communicate()
            assert process.returncode == 0
            assert output.split() == ["0", "1", "2"]
            assert len(list(groups)) == 0
            assert reader.size == 3
        assert ledger.verify().intact
