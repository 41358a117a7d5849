"""Calls that nobody should make and some day somebody does: one sentence, the right exit code, nothing done."""

from __future__ import annotations

import json
import os
import shlex
import sys
from pathlib import Path

import pytest

from .conftest import Cli

LOG = "User,When,IP\nstore-a,2026-03-01T10:00:00Z,8.8.8.8\n,2026-03-01T10:00:00Z,8.8.8.8\n"
MAP = ("--map", "account=User", "--map", "time=When", "--map", "public_ip=IP")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A small CSV with one bad row."""
    path = tmp_path / "log.csv"
    path.write_text(LOG, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--ledger", "", "check", "a"), "--ledger: it is empty"),
        (("--policy=", "check", "a"), "--policy: it is empty"),
        (("check", "a", "--operator", "\x1b[31m"), "control characters"),
        (("check", "a", "--proxy", ""), "--proxy: it is empty"),
        (("begin", "a", "--proxy-env", ""), "--proxy-env: it is empty"),
        (("verify", ""), "FILE: it is empty"),
        (("verify", "--checkpoint", ""), "--checkpoint: it is empty"),
        (("audit", "--since", ""), "--since: it is empty"),
        (("check", "a", "--operator", ""), "--operator: it is empty"),
        (("restore", "/nowhere/backup"), "There is no file /nowhere/backup."),
        (("erase", "--entry", "9" * 40), "the number of an entry"),
        (("erase", "--entry", "٣"), "the number of an entry"),
        (("standing", "a", "x"), "(choose from 'good', 'at_risk', 'deactivated')"),
        (("name", "x", "y"), "(choose from 'machine', 'network')"),
        (("declare", "a", "--time", "1969-12-31T23:59:59Z"), "before 1970"),
        (("declare", "a", "--time", "10000-01-01T00:00:00Z"), "is not a time"),
        (("declare", "a", "--time", "2026-01-01"), "--tz"),
        (("begin", "a", "--force", ""), "--force: it is empty"),
        (("begin", "a", "--force", "  "), "needs a reason"),
        (("declare", "a", "--time", "2026-01-02", "--until", "2199-01-01", "--tz", "UTC"), "future"),
        (("declare", "a", "--time", "2026-01-02", "--tz", "UTC", "--machine", "\u202e"), "control characters"),
        (("declare", "a", "--time", "2026-01-02", "--tz", "UTC", "--network", "x" * 300), "longer than"),
        (("declare", "a", "--time", "2026-01-02", "--tz", "UTC", "--operator", "\n"), "empty"),
        (("audit", "--since", "2026-02-01", "--until", "2026-01-01"), "ends before it begins"),
        (("import", "", *MAP), "FILE: it is empty"),
    ],
)
def test_what_cannot_be_meant_exits_2_and_makes_nothing(
    cli: Cli, home: Path, words: tuple[str, ...], says: str
) -> None:
    """One printable sentence names the fault, and no ledger is made."""
    outcome = cli(*words)
    assert (outcome.code, outcome.out) == (2, ""), outcome
    assert says in outcome.err
    assert outcome.err.count("\n") == 1
    assert outcome.err.rstrip("\n").isprintable()
    assert not home.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the folder that a process is in")
def test_a_folder_that_is_gone_is_said(cli: Cli, tmp_path: Path) -> None:
    """Called in a folder that was deleted, a command with a relative path says so and calls it no bug."""
    there = f'mkdir "{tmp_path}/gone" && cd "{tmp_path}/gone" && rmdir "{tmp_path}/gone" && exec "$0" "$@"'
    outcome = cli("--ledger", "ledger.sqlite3", "begin", "a", prefix=("sh", "-c", there))
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith("isolation: The folder that this was called in is gone.")


def test_no_command_in_json_is_one_document(cli: Cli) -> None:
    """`isolation --format json` alone prints the error document."""
    outcome = cli("--format", "json")
    assert (outcome.code, outcome.document["exit_code"]) == (2, 2)


def test_an_account_may_begin_with_a_dash(cli: Cli) -> None:
    """After `--` a word is an account, whatever it looks like; the refusal proposes a command that says so too."""
    cli("init", "--no-earlier-accounts", "--key-store", "file")
    assert cli("begin", "--", "--help").code == 0
    refused = cli("check", "store-b")
    assert refused.code == 11
    (words,) = [shlex.split(line) for line in refused.out.splitlines() if line.strip().startswith("isolation group")]
    assert cli(*words[1:]).code == 0
    assert cli("check", "store-b").code == 0


def test_a_refusal_presumes_no_kind_of_relationship(cli: Cli) -> None:
    """Where the policy does not tell whose accounts they are, the command names no kind, and the text all there are."""
    cli("init", "--no-earlier-accounts", "--key-store", "file")
    cli("begin", "store-a")
    outcome = cli("--format", "json", "check", "store-b")
    remedy = outcome.document["remedy"]
    assert remedy["command"] == ["isolation", "group", "store-b and store-a", "store-b", "store-a"]
    assert "household" in remedy["if_true"]


def test_a_label_without_a_ledger_is_no_verdict(cli: Cli) -> None:
    """Where no ledger can know what a label stands for, a what-if is an error."""
    outcome = cli("check", "store-a", "--at-network", "Office A")
    assert (outcome.code, outcome.out) == (1, "")


def test_a_plan_needs_no_terminal_and_records_nothing(cli: Cli, home: Path) -> None:
    """`plan` prints its steps and leaves the ledger as it was; hops want an account and a number."""
    cli("init", "--no-earlier-accounts", "--key-store", "file")
    cli("begin", "store-a")
    cli("begin", "store-b", "--force", "test")
    before = (home / "ledger.sqlite3").read_bytes()
    outcome = cli("plan", "store-a")
    assert outcome.code == 0
    assert outcome.out.startswith("2 accounts joined by open findings: store-a, store-b")
    assert "not undo or hide a link" in outcome.out
    assert (home / "ledger.sqlite3").read_bytes() == before
    assert cli("audit", "--hops", "1").code == cli("audit", "--account", "store-a", "--hops", "0").code == 2


def test_a_named_policy_that_is_not_there_is_pointed_out(cli: Cli, tmp_path: Path) -> None:
    """A slip in --policy must not silently mean the defaults."""
    outcome = cli("--format", "json", "--policy", str(tmp_path / "polcy.toml"), "check", "a")
    assert "There is no policy at" in outcome.err
    assert outcome.document["outcome"] == "unknown"
    assert cli("check", "a").err == ""


def test_file_names_cannot_print_lines_of_their_own(cli: Cli, tmp_path: Path) -> None:
    """A line break or an escape sequence in a path is shown as its code."""
    hostile = f"{tmp_path}/a\nPASS: \x1b[32mno link"
    cli("init", "--key-store", "file")
    for words in (("--ledger", hostile, "audit"), ("--ledger", hostile, "status"), ("--policy", hostile, "status"),
                  ("report", "-o", f"{hostile}.md"), ("--ledger", hostile, "init", "--key-store", "file"),
                  ("import", hostile, *MAP)):  # fmt: skip
        outcome = cli(*words)
        assert "\nPASS" not in outcome.out + outcome.err, words
        assert "\x1b" not in outcome.out + outcome.err, words


@pytest.mark.skipif(sys.platform != "linux", reason="other file systems refuse such names")
def test_evidence_may_have_any_name(cli: Cli, tmp_path: Path) -> None:
    """A document whose name is no text is kept by an escaped name, in the policy and in the ledger."""
    evidence = os.fsencode(tmp_path) + b"/\xff\x1b.pdf"
    Path(os.fsdecode(evidence)).write_bytes(b"x")
    group = cli("group", "us", "a", "b", "--evidence", os.fsdecode(evidence))
    assert group.code == 0, group
    assert cli("declare", "a", "--time", "2026-01-01T00:00:00Z", "--evidence", os.fsdecode(evidence)).code == 0


def test_rejects_never_overwrite_the_log(cli: Cli, log: Path) -> None:
    """The log itself, or a place that cannot be written, is refused before any row is recorded."""
    for place in (log, log.parent, log.parent / "none" / "rejects.csv"):
        outcome = cli("import", str(log), *MAP, "--rejects", str(place))
        assert outcome.code == 2, outcome
    assert log.read_text(encoding="utf-8") == LOG
    assert cli("audit").code == 1  # there is no ledger


def test_a_policy_that_is_wrong_is_told_before_any_question(cli: Cli, home: Path) -> None:
    """`setup` asks nobody whose answers it could not keep."""
    home.mkdir()
    (home / "policy.toml").write_text("[polcy]\n", encoding="utf-8")
    outcome = cli("setup", stdin="\n" * 9)
    assert outcome.code == 2
    assert "questions" not in outcome.err


@pytest.mark.parametrize("command", ["setup", "status", "init"])
def test_a_lost_key_is_told(cli: Cli, home: Path, command: str) -> None:
    """Without its key file no command says that the key is in it, and setup asks nothing."""
    cli("init", "--no-earlier-accounts", "--key-store", "file")
    (home / "ledger.key").unlink()
    outcome = cli(command, stdin="\n" * 9)
    assert "ledger.key is missing" in outcome.out + outcome.err
    assert "in a file" not in outcome.out
    assert "can pass" not in outcome.out
    assert "questions" not in outcome.err


def test_a_problem_with_the_key_ends_in_one_full_stop(cli: Cli, home: Path) -> None:
    """What a verdict says of a key is a sentence, and a command in it can be copied."""
    cli("init", "--no-earlier-accounts", "--key-store", "file")
    (home / "ledger.key").unlink()
    outcome = cli("check", "a")
    assert outcome.code == 10
    assert ".." not in outcome.out


def test_a_proxy_that_cannot_be_reached_is_told(cli: Cli, home: Path) -> None:
    """Where the account's own path was named and gives no address, the verdict says so in words."""
    home.mkdir()
    services = "services4 = ['https://127.0.0.1:9', 'https://localhost:9']"
    (home / "policy.toml").write_text(f"[public_ip]\n{services}\n", encoding="utf-8")
    outcome = cli("check", "a", "--proxy", "http://127.0.0.1:9")
    assert outcome.code == 10
    assert outcome.out.count("  No public address: ") == 2
    assert "proxy could not be reached" in outcome.out


def test_one_of_a_thing_is_singular(cli: Cli, log: Path) -> None:
    """Counts read as people write them."""
    imported = cli("import", str(log), *MAP)
    assert imported.out.startswith("2 rows: 1 recorded")
    assert cli("audit").out.startswith("1 session of 1 account: 0 open findings")


def test_python_OO_is_told_that_the_rules_have_no_text(cli: Cli) -> None:  # noqa: N802 - the option's name
    """With docstrings removed, `rules` says so in one sentence; the other commands work."""
    prefix = ("env", "PYTHONOPTIMIZE=2") if sys.platform != "win32" else ()
    if not prefix:
        pytest.skip("needs env")
    outcome = cli("--format", "json", "rules", "shared-device", prefix=prefix)
    assert (outcome.code, json.loads(outcome.out)["exit_code"]) == (2, 2)
    assert cli("check", "a", prefix=prefix).code == 10
