"""`isolation erase` as people run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from isolation.errors import UsageError
from isolation.hooks.erasure import months_before, wanted_older
from isolation.ledger import Ledger

from .conftest import DAY, fill, rows


def isolation(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the program without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "isolation", *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def on_a_terminal(answer: str, *arguments: str) -> tuple[int, str]:
    """Runs the program on a terminal of its own, where somebody types the answer."""
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    keyboard, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "isolation", *arguments], stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    os.write(keyboard, f"{answer}\n".encode())
    out, err = process.communicate(timeout=60)
    os.close(terminal)
    os.close(keyboard)
    return process.returncode, (out + err).decode()


@pytest.fixture
def path(home: Path) -> str:
    """The file of a filled ledger."""
    with Ledger.open(home / "ledger.sqlite3", key_store="file") as ledger:
        fill(ledger)
    return str(home / "ledger.sqlite3")


def count(path: str) -> object:
    """How many sessions there are."""
    return rows(path, "SELECT count(*) FROM sessions")[0][0]


def test_nothing_is_erased_without_a_word(path: str) -> None:
    """Without a terminal and without --yes the program refuses and says how to go on."""
    done = isolation("erase", "--account", "store-b")
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert count(path) == 8


@pytest.mark.parametrize(("answer", "left", "code"), [("yes", 5, 0), ("y", 8, 1), ("", 8, 1)])
def test_it_asks_on_a_terminal(path: str, answer: str, left: int, code: int) -> None:
    """On a terminal only the word yes erases."""
    returned, text = on_a_terminal(answer, "erase", "--account", "store-b")
    assert (returned, count(path)) == (code, left)
    assert "3 sessions of 1 account" in text


def test_a_dry_run_says_the_same_and_changes_nothing(path: str) -> None:
    """--dry-run counts what would go, and leaves the root as it was."""
    with Ledger.open(path, read_only=True) as ledger:
        before = ledger.root
    dry = json.loads(isolation("--format", "json", "erase", "--operator", "Wu", "--dry-run").stdout)
    with Ledger.open(path, read_only=True) as ledger:
        assert ledger.root == before
    real = json.loads(isolation("--format", "json", "erase", "--operator", "Wu", "--yes").stdout)
    assert dry.pop("dry_run") is True
    assert real.pop("dry_run") is False
    assert real.pop("entry") is not None
    assert dry.pop("entry") is None
    assert dry == real
    assert real["sessions"] == 2


def test_the_reason_is_kept_and_no_name(path: str) -> None:
    """The entry of an erasure holds how it was chosen and why, and never whom it was about."""
    done = isolation("erase", "--operator", "Wu", "--yes", "--reason", "asked on 2026-11-01")
    assert done.returncode == 0
    with Ledger.open(path) as ledger:
        (entry,) = rows(path, "SELECT latest FROM kinds WHERE kind = 'erase'")[0]
        fields = ledger.opener().fields(ledger.connection.execute, int(str(entry)))
    assert fields == {"by": "operator", "reason": "asked on 2026-11-01"}


def test_retention_is_that_of_the_policy(path: str, home: Path) -> None:
    """--retention takes what is older than the policy's months, and nothing younger."""
    (home / "policy.toml").write_text("[policy]\nretention = 1200\n", encoding="utf-8")
    assert "nothing of that" in isolation("erase", "--retention", "--yes").stdout
    (home / "policy.toml").write_text("[policy]\nretention = 24\n", encoding="utf-8")
    done = isolation("erase", "--retention", "--yes")
    assert done.returncode == 0, done.stderr
    assert "1 session of 1 account" in done.stdout
    assert count(path) == 7


def test_every_spelling_that_the_policy_joins_goes(path: str, home: Path) -> None:
    """Erasing an account takes the sessions under its aliases, and tells that the policy file still names it."""
    (home / "policy.toml").write_text('[accounts."store-b"]\naliases = ["store-c"]\n', encoding="utf-8")
    done = isolation("erase", "--account", "store-c", "--yes")
    assert "still names it" in done.stdout
    assert count(path) == 3


def test_a_missing_ledger_is_not_made(home: Path) -> None:
    """Erasing where there is no ledger makes none."""
    done = isolation("erase", "--account", "a", "--yes")
    assert done.returncode == 1
    assert not (home / "ledger.sqlite3").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        (), ("--account", "a", "--operator", "b"), ("--account", ""), ("--account", "\x1b[2J"), ("--older-than", "0m"),
        ("--older-than", "24"), ("--older-than", "99999y"), ("--entry", "x"), ("--entry", "0"),
    ],
)  # fmt: skip
def test_a_wrong_call_changes_nothing(path: str, arguments: tuple[str, ...]) -> None:
    """A call that does not say clearly what is to go exits 2 with a sentence."""
    done = isolation("erase", "--yes", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("isolation: ")
    assert count(path) == 8


MARCH_31 = 1_774_958_400_000_000  # 2026-03-31T12:00:00Z


@pytest.mark.parametrize(
    ("age", "expected"),
    [("90d", MARCH_31 - 90 * DAY), ("2w", MARCH_31 - 14 * DAY), ("1m", 1_772_280_000_000_000),
     ("25m", 1_709_208_000_000_000), ("1y", 1_743_422_400_000_000)],
)  # fmt: skip
def test_ages_are_of_the_calendar(age: str, expected: int) -> None:
    """A month before the 31st of March is the last of February, 25 months before it the 29th of a leap year."""
    assert wanted_older(age, MARCH_31).before == expected
    assert months_before(MARCH_31 + 5, 1) == 1_772_280_000_000_005


def test_an_age_before_the_calendar_is_refused() -> None:
    """No calendar has that year."""
    with pytest.raises(UsageError, match="year 1"):
        months_before(MARCH_31, 12 * 2026)


def test_the_document_follows_its_schema(path: str) -> None:
    """The JSON document of a real erasure is as its schema says, and has no key that the schema lacks."""
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    folder = Path(__file__).parents[2] / "docs" / "schemas"
    schemas: dict[str, Any] = {one.name: json.loads(one.read_text(encoding="utf-8")) for one in folder.glob("*.json")}
    registry: Registry[Any] = Registry().with_resources(
        (name, Resource.from_contents(schema)) for name, schema in schemas.items()
    )
    document = json.loads(isolation("--format", "json", "erase", "--operator", "Wu", "--yes").stdout)
    schema = schemas["erase-1.schema.json"] | {"additionalProperties": False}
    Draft202012Validator(schema, registry=registry).validate(document)
