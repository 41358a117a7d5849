"""Every command, run as a process: exit codes, one JSON document, plain sentences."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from .conftest import Cli

LOG = "User,When,IP\nstore-a,2026-03-01T10:00:00Z,192.168.1.5\nstore-b,2026-03-01T12:00:00Z,192.168.1.5\n"
MAP = ("--map", "account=User", "--map", "time=When", "--map", "local_ip=IP")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A small CSV in which two accounts share a private address."""
    path = tmp_path / "log.csv"
    path.write_text(LOG, encoding="utf-8")
    return path


def test_help_names_every_command_and_none_is_missing(cli: Cli) -> None:
    """`--help` lists the commands, and each has a help of its own."""
    from isolation.cli.program import COMMANDS

    text = cli("--help").out
    for name in COMMANDS:
        assert f"\n  {name} " in text
        assert cli(name, "--help").code == 0


def test_no_command_is_a_usage_error(cli: Cli) -> None:
    """Without a command the help goes to stderr and the exit code is 2."""
    outcome = cli()
    assert (outcome.code, outcome.out) == (2, "")
    assert "commands:" in outcome.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("frobnicate",), ("check",), ("begin",), ("check", "a", "b"), ("audit", "--nonsense"), ("import",),
        ("import", "x.csv", "--map", "account"), ("declare", "a"), ("declare", "a", "--time", "yesterday"),
        ("declare", "a", "--time", "2026-01-01T00:00:00"), ("rules", "no-such-rule"), ("end", "abc"),
        ("check", "a", "--channel", "carrier-pigeon"), ("check", ""), ("begin", "a\x1b[31mb"), ("check", "\u202ea"),
        ("declare", "a", "--time", "2199-01-01T00:00:00Z"), ("report", "-o", "audit.docx"),
        ("begin", "a", "--proxy", "http://u:p@127.0.0.1:1"), ("begin", "a", "--proxy-env", "ISOLATION_NO_SUCH"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_one_sentence_and_exit_2(cli: Cli, arguments: tuple[str, ...]) -> None:
    """A call that cannot be carried out exits 2 with a sentence, prints no control character and no secret."""
    cli("init", "--key-store", "file")
    outcome = cli(*arguments)
    assert outcome.code == 2, outcome
    assert outcome.out == ""
    assert outcome.err.startswith("isolation: ")
    assert all(character.isprintable() or character == "\n" for character in outcome.err)
    assert "u:p" not in outcome.err


def test_a_failure_in_json_is_one_document(cli: Cli) -> None:
    """With `--format json` a failure prints one error document on stdout."""
    document = cli("--format", "json", "rules", "no-such-rule").document
    assert (document["schema"], document["exit_code"]) == ("isolation.error/1", 2)


def test_init_says_where_the_key_lies_and_answers_once(cli: Cli, home: Path) -> None:
    """The first use announces the key file; `init` in JSON tells whether it is known what was used here before."""
    first = cli("--format", "json", "init", "--key-store", "file")
    assert first.code == 0
    assert str(home) in first.err
    assert (first.document["key_store"], first.document["baseline"]) == ("file", False)
    second = cli("--format", "json", "init", "--no-earlier-accounts")
    assert second.document["baseline"] is True
    assert second.document["origin"] == first.document["origin"]


def test_check_without_a_ledger_is_unknown_and_leaves_no_trace(cli: Cli, home: Path) -> None:
    """`check` before anything was recorded exits 10 with no-history and makes no file."""
    outcome = cli("--format", "json", "check", "amazon:store-us")
    assert outcome.code == 10
    assert outcome.document["outcome"] == "unknown"
    assert "no-history" in outcome.document["unknown"]
    assert not home.exists()


def test_both_ways_to_read_a_check_agree(cli: Cli) -> None:
    """The plain form of `check`, read by hand, and the parser's form give the same document."""
    cli("init", "--key-store", "file")
    plain = cli("check", "a", "--format", "json", "--operator", "li").document
    parsed = cli("check", "a", "--format=json", "--operator=li").document
    for document in (plain, parsed):
        del document["readings"], document["unknown_reasons"]
    assert plain == parsed


def test_probe_gives_every_fact_a_status_and_a_reason(cli: Cli) -> None:
    """Each fact has a reading; what was not observed says why."""
    readings = cli("--format", "json", "probe").document["readings"]
    assert {"device_id", "hardware_mac", "gateway_mac", "public_ip", "bssid"} <= {one["fact"] for one in readings}
    assert all(one["reason"] for one in readings if one["status"] != "observed")


def test_import_audit_report_verify(cli: Cli, log: Path, tmp_path: Path) -> None:
    """A log is imported once, audited with exit 11, written as reports, and the ledger verifies."""
    first = cli("--format", "json", "import", str(log), *MAP, "--site", "Office A")
    assert (first.code, first.document["rows"], first.document["recorded"]) == (0, 2, 2)
    again = cli("--format", "json", "import", str(log), *MAP, "--site", "Office A")
    assert (again.document["recorded"], again.document["duplicates"]) == (0, 2)

    audit = cli("--format", "json", "audit")
    assert audit.code == 11
    (finding,) = audit.document["findings"]
    assert (finding["rule"], finding["severity"], finding["confidence"]) == ("shared-site-ip", "high", "probable")
    assert (finding["value"], finding["accounts"]) == ("Office A/192.168.1.5", ["store-a", "store-b"])
    assert [cluster["accounts"] for cluster in audit.document["clusters"]] == [["store-a", "store-b"]]

    for ending in ("json", "md", "html"):
        target = tmp_path / f"audit.{ending}"
        assert cli("report", "-o", str(target)).code == 0
        assert "Office A" in target.read_text(encoding="utf-8").replace("\\", "")
    assert cli("verify").code == 0
    assert cli("--format", "json", "verify").document["intact"] is True


def test_a_group_declares_what_the_refusal_proposes(cli: Cli, log: Path) -> None:
    """After `group` the same finding is declared, and the audit exits 0."""
    cli("import", str(log), *MAP, "--site", "lab")
    assert cli("audit").code == 11
    declared = cli("group", "brands", "store-a", "store-b", "--kind", "same-owner", "--evidence", str(log))
    assert declared.code == 0
    audit = cli("--format", "json", "audit")
    assert audit.code == 0
    assert [finding["state"] for finding in audit.document["findings"]] == ["declared"]


def test_rejected_rows_are_named_and_kept(cli: Cli, tmp_path: Path) -> None:
    """A bad row never stops the import: it is named by file, line and reason, and written to --rejects."""
    path = tmp_path / "log.csv"
    path.write_text(LOG + ",2026-03-02T10:00:00Z,1.1.1.1\nstore-c,2199-01-01T00:00:00Z,\n", encoding="utf-8")
    rejects = tmp_path / "rejects.csv"
    outcome = cli("--format", "json", "import", str(path), *MAP, "--rejects", str(rejects))
    assert (outcome.code, outcome.document["recorded"]) == (12, 2)
    assert [(one["file"], one["line"]) for one in outcome.document["rejected"]] == [(str(path), 4), (str(path), 5)]
    with rejects.open(encoding="utf-8", newline="") as file:
        assert [row["line"] for row in csv.DictReader(file)] == ["4", "5"]


def test_times_without_an_offset_need_a_zone(cli: Cli, tmp_path: Path, home: Path) -> None:
    """A naive time anywhere in the file exits 2 before any row is recorded; with --tz it is read."""
    path = tmp_path / "log.csv"
    path.write_text(LOG + "store-c,2026-03-02 10:00:00,\n", encoding="utf-8")
    outcome = cli("import", str(path), *MAP)
    assert (outcome.code, outcome.out) == (2, "")
    assert "--tz" in outcome.err
    assert not home.exists()
    assert cli("import", str(path), *MAP, "--tz", "UTC").code == 0


def test_a_dry_run_records_nothing(cli: Cli, log: Path, home: Path) -> None:
    """`--dry-run` shows what would be read and makes no ledger."""
    outcome = cli("import", str(log), *MAP, "--dry-run")
    assert outcome.code == 0
    assert "Nothing was recorded" in outcome.out
    assert not home.exists()


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\x00\x00", b"User,When\n", b"a,b\n1,2\n"])
def test_a_file_that_cannot_be_used_exits_2(cli: Cli, tmp_path: Path, content: bytes) -> None:
    """An empty file, binary rubbish, a header alone and unknown columns are one sentence each."""
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    outcome = cli("import", str(path), *MAP)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.count("\n") == 1


def test_a_folder_and_a_missing_file_exit_2(cli: Cli, tmp_path: Path) -> None:
    """A folder or a missing file given as a log is one sentence."""
    for path in (tmp_path, tmp_path / "none.csv"):
        assert cli("import", str(path), *MAP).code == 2


def test_setup_asks_and_records(cli: Cli, home: Path) -> None:
    """Answers on stdin write the policy and the baseline; mistakes are explained and asked again."""
    answers = "\n".join(
        [
            "amazon:us",
            "amazon:uk",
            "",
            "",
            "",
            "",
            "deactivated",
            "31.1.2026",
            "2026-01-31",
            "n",
            "amazon:us",
            "",
            "x",
            "12",
        ]
    )
    outcome = cli("setup", "--key-store", "file", stdin=answers + "\n")
    assert outcome.code == 0, outcome
    policy = (home / "policy.toml").read_text(encoding="utf-8")
    assert "retention = 12" in policy
    assert 'kind = "same-owner"' in policy
    assert "deactivated" in policy
    status = cli("--format", "json", "status").document
    assert status["ledger"]["baseline"] is True
    assert (status["policy"]["accounts"], status["policy"]["groups"]) == (2, 1)


def test_setup_without_answers_says_what_to_do(cli: Cli) -> None:
    """When the input ends, setup names its unattended form and changes nothing."""
    outcome = cli("setup")
    assert outcome.code == 2
    assert "init --no-earlier-accounts" in outcome.err


def test_begin_on_a_fresh_ledger_is_recorded_as_unknown(cli: Cli) -> None:
    """`begin` before any answer exits 10 and is recorded; --allow-unknown exits 0, the outcome stays."""
    outcome = cli("--format", "json", "begin", "amazon:store-us")
    assert (outcome.code, outcome.document["outcome"]) == (10, "unknown")
    entry = outcome.document["session"]
    allowed = cli("--format", "json", "begin", "amazon:store-us", "--allow-unknown")
    assert (allowed.code, allowed.document["outcome"]) == (0, "unknown")
    assert cli("end", str(entry)).code == 0
    assert cli("end").code == 0
    assert cli("end").code == 2


def test_a_new_name_near_a_known_one_is_pointed_out(cli: Cli) -> None:
    """A slip of the keyboard in an account's name is asked about on stderr."""
    cli("begin", "amazon:store-us")
    assert "looks like amazon:store-us" in cli("begin", "amazon:stroe-us").err
    assert "looks like amazon:store-us" in cli("declare", "amazon:sotre-us", "--time", "2026-01-01T00:00:00Z").err
    assert "looks like amazon:store-us" in cli("group", "us", "amazon:store-us", "amazon:store.us").err


def test_commands_that_read_say_when_there_is_no_ledger(cli: Cli) -> None:
    """`audit`, `verify` and `end` without a ledger exit 1 with what to do."""
    for command in ("audit", "verify", "end"):
        outcome = cli(command)
        assert outcome.code == 1
        assert "isolation setup" in outcome.err or "isolation init" in outcome.err


def test_a_damaged_ledger_exits_3(cli: Cli, home: Path, log: Path) -> None:
    """A ledger whose bytes were overwritten is reported as damaged, in words."""
    cli("import", str(log), *MAP)
    path = home / "ledger.sqlite3"
    content = bytearray(path.read_bytes())
    content[len(content) // 2 :] = b"\xff" * (len(content) - len(content) // 2)
    path.write_bytes(content)
    outcome = cli("verify")
    assert outcome.code == 3
    assert json.dumps(outcome.err + outcome.out).isprintable()


def test_declared_uses_link_by_this_machine(cli: Cli) -> None:
    """`declare --machine this` makes a declared contact of this machine, and a baseline."""
    assert cli("declare", "amazon:old", "--time", "2026-01-01", "--tz", "UTC", "--machine", "this").code == 0
    assert "no-history" not in cli("--format", "json", "check", "amazon:new").document["unknown"]


def test_rules_explain_themselves(cli: Cli) -> None:
    """`rules` lists every rule; `rules ID` explains one with its remedy."""
    from isolation.rules import REGISTRY

    listed = cli("rules").out
    for entry in REGISTRY:
        assert entry.id in listed
    page = cli("rules", "shared-device").out
    assert "## Remedy" in page
    assert cli("rules", "--catalogue").code == 0


def test_an_empty_ledger_is_told_of_recover(cli: Cli) -> None:
    """Whoever has no session yet is told by `status`, `check` and `init` that `recover` shows what is remembered."""
    recover = "`isolation recover`"
    assert recover in cli("status").out
    assert recover in cli("check", "amazon:store-us").out
    assert recover in cli("init", "--key-store", "file").out
    assert recover in cli("status").out
    assert cli("begin", "amazon:store-us", "--allow-unknown").code == 0
    assert recover not in cli("status").out
