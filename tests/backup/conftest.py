"""Ledgers to copy, and machines to copy them to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from isolation.ledger import Ledger
from isolation.model import Reading, Session

NOON = 1_790_000_000_000_000  # 2026-09-21T14:13:20Z
HOUR = 3_600_000_000
DAY = 24 * HOUR


def seen(fact: str, value: str, confidence: str = "certain", **rest: object) -> Reading:
    """An identifying reading."""
    return Reading(fact, "observed", value, source="test", identifying=True, confidence=confidence, **rest)  # type: ignore[arg-type]  # words and fields that are such


HERE = (
    seen("device_id", "1f0c2a9be8d74c4e9a53b7d1c6e2f480"),
    seen("hardware_mac", "3C-07-54-1A-2B-3C", "probable"),
    seen("gateway_mac", "3C-37-86-5D-75-D4"),
    seen("public_ip", "2a02:8108:1:2::7"),
    Reading("local_ip", "observed", "192.168.1.5", source="test", detail={"interface": "eth0", "metric": 100}),
    Reading("tunnel", "absent", reason="none is up"),
)


def record(ledger: Ledger, count: int = 1, account: str = "store") -> int:
    """Records sessions, each in a transaction of its own; returns the last entry."""
    entry = 0
    for number in range(count):
        with ledger.writing() as log:
            entry = log.add_session(Session(f"{account}-{number % 3}", NOON + number * HOUR, readings=HERE))
    return entry


@pytest.fixture
def kept(home: Path) -> Iterator[Ledger]:
    """A ledger with ten sessions, its key in a file."""
    with Ledger.open(home / "ledger.sqlite3", key_store="file") as ledger:
        record(ledger, 10)
        yield ledger


class Done(NamedTuple):
    """What a command gave back."""

    code: int
    out: str
    err: str


Isolation = Callable[..., Done]


@pytest.fixture
def isolation() -> Isolation:
    """Runs the program as a process without a terminal."""

    def run(*arguments: str, prefix: tuple[str, ...] = (), **environment: str) -> Done:
        done = subprocess.run(
            [*prefix, sys.executable, "-m", "isolation", *arguments], stdin=subprocess.DEVNULL, capture_output=True,
            text=True, check=False, env=os.environ | environment,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    return run


def missing(component: str) -> None:
    """Skips visibly for want of a component; fails where every component is required to be there."""
    if os.environ.get("ISOLATION_TEST_ALL") == "1":
        pytest.fail(f"{component} is required here")
    pytest.skip(f"{component} is missing")


@pytest.fixture
def another_machine(tmp_path: Path) -> Callable[[str], tuple[str, ...]]:
    """A prefix to a command by which it runs on a machine with another id (a mount namespace of its own)."""
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("unshare") is None:
        missing("a mount namespace (root and unshare)")

    def prefix(digits: str) -> tuple[str, ...]:
        file = tmp_path / f"machine-id-{digits[:8]}"
        file.write_text(digits + "\n", encoding="ascii")
        probe = ("unshare", "--mount", "sh", "-c", f'mount --bind {file} /etc/machine-id && exec "$0" "$@"')
        if subprocess.run([*probe, "true"], check=False, capture_output=True).returncode:
            missing("a mount namespace that may be changed")
        return probe

    return prefix
