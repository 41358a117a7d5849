"""The same ledger, policy and moment give the same bytes, in every form and another process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from isolation.cli.entry import main
from isolation.ledger import Ledger
from isolation.model import Session
from isolation.policy import Policy
from isolation.reports import ENDINGS, frame_of, rendered
from isolation.reports.bundle import Request
from isolation.reports.selective import issue

from ..conftest import HOUR, NOON, reading

POLICY = """\
[groups.home]
kind = "household"
accounts = ["store-a", "store-b"]
evidence = "a lease"
"""
MACS = ("3C-37-86-5D-75-D4", "3C-37-86-5D-75-D5", "3C-37-86-5D-75-D6")


@pytest.fixture
def filled(ledger: Ledger, home: Path) -> Ledger:
    """Six accounts on three routers, two of them declared."""
    with ledger.writing() as log:
        for step in range(24):
            account, mac = f"store-{'abcdef'[step % 6]}", MACS[step % 3]
            log.add_session(Session(account, NOON + step * HOUR, readings=(reading("gateway_mac", mac),)))
    (home / "policy.toml").write_text(POLICY, encoding="utf-8")
    return ledger


def report(home: Path, output: Path, seed: str, *more: str, command: str = "report") -> bytes:
    """A report by a process of its own, from a copy of the home folder, which it may write to."""
    own = output.parent / f"home-{seed}-{output.name}"
    shutil.copytree(home, own)
    environment = os.environ | {
        "ISOLATION_HOME": str(own), "SOURCE_DATE_EPOCH": "1790100000", "PYTHONHASHSEED": seed,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "isolation", command, "-o", str(output), *more], env=environment, capture_output=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    return output.read_bytes()


@pytest.mark.parametrize("ending", ENDINGS)
def test_two_processes_write_the_same_bytes(filled: Ledger, home: Path, tmp_path: Path, ending: str) -> None:
    """The form does not depend on the process, on how it hashes, or on the clock."""
    first, second = tmp_path / f"first{ending}", tmp_path / "elsewhere" / f"second{ending}"
    second.parent.mkdir()
    assert report(home, first, "1") == report(home, second, "2")


@pytest.mark.parametrize("ending", ENDINGS)
def test_two_processes_write_the_same_report_on_one_account(
    filled: Ledger, home: Path, tmp_path: Path, ending: str
) -> None:
    """A report on one account and the bundle beside it are the same bytes from two copies of a ledger."""
    first, second = tmp_path / f"own{ending}", tmp_path / "elsewhere" / f"own{ending}"
    second.parent.mkdir()
    assert report(home, first, "1", "--account", "store-a") == report(home, second, "2", "--account", "store-a")
    assert Path(f"{first}.bundle.json").read_bytes() == Path(f"{second}.bundle.json").read_bytes()


def test_a_bundle_again_is_the_same_bytes(filled: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One ledger and moment give one bundle for each account, logged once, until something else is recorded."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790100000")

    def made(name: str, account: str = "store-a") -> bytes:
        assert main(["export", "--account", account, "-o", str(tmp_path / name)]) == 0
        return (tmp_path / name).read_bytes()

    first, size = made("one"), filled.size
    assert made("two", "store-b") != first
    assert made("three") == first
    assert filled.size == size + 1
    with filled.writing() as log:
        log.add_session(Session("store-f", NOON))
    assert made("four") != first


@pytest.mark.parametrize("ending", ENDINGS)
def test_one_bundle_gives_one_report(filled: Ledger, ending: str) -> None:
    """A report on one account follows from its bundle."""
    audit, issued = issue(filled, Policy(), Request("store-a"), "report")
    frame = frame_of(audit, issued=issued)
    assert rendered(frame, ending) == rendered(frame, ending)


def test_the_moment_must_be_one(
    filled: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A SOURCE_DATE_EPOCH that is no count of seconds is refused, and it is the moment that the report tells."""
    for wrong in ("yesterday", "-1", "1.5", "99999999999999"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", wrong)
        assert main(["report", "-o", str(tmp_path / "r.md")]) == 2
        assert "SOURCE_DATE_EPOCH" in capsys.readouterr().err
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790100000")
    assert main(["report", "-o", str(tmp_path / "r.md")]) == 0
    assert "Made 2026-09-22" in (tmp_path / "r.md").read_text("utf-8")
