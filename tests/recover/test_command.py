"""`isolation recover` as a person meets it: what it shows, asks, refuses and prints."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ..docs.test_schemas import validate
from .drivers import eventually
from .made import chromium_history, registry_export
from .simulated import HOUR

US, JP = "https://sellercentral.amazon.com/home", "https://sellercentral.amazon.co.jp/home"


@pytest.fixture
def user(tmp_path: Path) -> Path:
    """A home folder with two uses of two marketplaces, two and three days ago, in a profile with a hostile name."""
    now = time.time_ns() // 1000
    folder = tmp_path / "user" / ".config" / "google-chrome"
    chromium_history(folder / "Default" / "History", [(US, now - 72 * HOUR), (JP, now - 48 * HOUR)])
    names = {"profile": {"info_cache": {"Default": {"name": "\x1b[31mred\u202egnp.exe"}}}}
    (folder / "Local State").write_text(json.dumps(names), encoding="utf-8")
    return tmp_path / "user"


def isolation(user: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs the command without a terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "isolation", *words], capture_output=True, text=True, timeout=120, check=False,
        stdin=subprocess.DEVNULL, env=os.environ | {"HOME": str(user), "XDG_CONFIG_HOME": ""},
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done


def test_unattended_it_shows_and_says_how_to_record(user: Path) -> None:
    """Without a terminal and without a word nothing is recorded; the command to run stands there, and works."""
    shown = isolation(user, "recover")
    assert shown.returncode == 0
    assert "Nothing was recorded." in shown.stdout
    assert "\x1b" not in shown.stdout + shown.stderr
    assert "\u202e" not in shown.stdout + shown.stderr
    (line,) = [line.strip() for line in shown.stdout.splitlines() if line.strip().startswith("isolation recover")]
    told = line.replace("ACCOUNT", "amazon:store").replace("'", "").split()[1:]
    assert "2 recorded as imported" in isolation(user, *told).stdout
    assert "0 recorded as imported, 2 known already" in isolation(user, *told).stdout


def test_every_form_of_the_document_is_as_its_schema_says(user: Path, tmp_path: Path) -> None:
    """Shown, rehearsed and recorded, with networks from an export: one document, which its schema describes whole."""
    export = tmp_path / "list.reg"
    export.write_bytes(
        registry_export([("Home", "2020-01-01 00:00:00", "2037-01-01 00:00:00", b"\x3c\x37\x86\1\2\3", 71)])
    )
    words = ["--format", "json", "recover", "--from", str(export), "--tz", "Asia/Shanghai"]
    account = ["--account", "chrome/Default/amazon=amazon:store"]
    for more, recorded in ([], 0), ([*account, "--dry-run"], 0), (account, 2):
        document = json.loads(isolation(user, *words, *more).stdout)
        validate(document)
        assert document["recorded"] == recorded
        assert document["networks"][0]["first"] == "2019-12-31T16:00:00Z"
        assert document["candidates"][0]["accounts"] == (
            [{"host": None, "account": "amazon:store"}] if more else []
        )  # fmt: skip


def test_a_dry_run_shows_the_sessions(user: Path) -> None:
    """A rehearsal names each session with its time, and makes no ledger."""
    told = isolation(user, "recover", "--dry-run", "--account", "chrome/Default/amazon=amazon:store").stdout
    assert told.count("amazon:store, 20") == 2
    assert not list(Path(os.environ["ISOLATION_HOME"]).rglob("*.sqlite3"))


@pytest.mark.parametrize(
    "words",
    [
        ["--account", "chrome/Default/ebay=x"],
        ["--from", "/nowhere"],
        ["--browser-data", "/nowhere"],
        ["--browser-data", __file__],
        ["--tz", "Nowhere/City"],
        ["--since", "tomorrow"],
        ["--operator", "\x1b"],
    ],
)
def test_what_cannot_be_meant_is_one_sentence(user: Path, words: list[str]) -> None:
    """An unknown candidate, file, folder, zone, time or name is wrong usage, said in a sentence."""
    done = isolation(user, "recover", *words)
    assert (done.returncode, done.stderr.startswith("isolation: ")) == (2, True)


def test_on_a_terminal_it_asks(user: Path) -> None:
    """A person at a terminal answers host by host, and what they skip is not recorded."""
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "isolation", "recover"], stdin=child, stdout=subprocess.PIPE, stderr=child,
        env=os.environ | {"HOME": str(user), "XDG_CONFIG_HOME": ""},
    )  # fmt: skip
    os.close(child)
    os.set_blocking(parent, False)
    said = ""

    def asked(text: str) -> bool:
        nonlocal said
        with contextlib.suppress(BlockingIOError):
            said += os.read(parent, 65536).decode()
        return text in said

    for question, answer in (
        ("one account on all hosts", ""), ("amazon/sellercentral.amazon.co.jp:", "amazon:store-jp"),
        ("amazon/sellercentral.amazon.com:", ""), ("Record 1 use", ""),
    ):  # fmt: skip
        eventually(lambda question=question: asked(question), question)  # type: ignore[misc]  # bound at once
        os.write(parent, f"{answer}\n".encode())
    out, _ = process.communicate(timeout=60)
    os.close(parent)
    assert process.returncode == 0
    assert b"1 recorded as imported" in out
