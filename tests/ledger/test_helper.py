"""The helper process that makes entries beside a long import: what is written is no different, whatever befalls it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from isolation.ledger import Ledger
from isolation.ledger.helping import Helper, can_help, helped

from .conftest import MINUTE, NOON, row, seen

MAPPED = ("public_ip", "operator", "record")
ROWS = [
    (
        row(f"store-{number % 7}", NOON + number * MINUTE, seen("public_ip", f"203.0.113.{number % 90 + 1}"),
            operator=f"op-{number % 3}", record=f"r{number}"),
        MAPPED,
    )
    for number in range(1800)
]  # fmt: skip
TABLES = ("sessions", "sightings", "shared", "facts", "tallies", "accounts", "kinds")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger with its keys in a file."""
    with Ledger.open(tmp_path / "ledger.sqlite3", key_store="file", clock=lambda: NOON) as opened:
        yield opened


def ready(ledger: Ledger) -> Helper:
    """The ledger's helper, which has said that it is there."""
    assert ledger.helper is not None
    assert ledger.helper.wait(60)
    return ledger.helper


def record(ledger: Ledger, rows: Iterable[Any]) -> None:
    """Records rows in one transaction."""
    with ledger.writing() as log:
        assert set(log.add_rows(rows)) == {"recorded"}


def tables(ledger: Ledger) -> list[list[tuple[object, ...]]]:
    """What is derived and depends on no key."""
    return [ledger.connection.execute(f"SELECT * FROM {name}").fetchall() for name in TABLES]  # noqa: S608 - from above


def require_whole(ledger: Ledger, entries: int) -> None:
    """That the ledger has so many entries, all of which verify with the keys."""
    result = ledger.verify()
    assert (result.problems, result.unchecked, result.size) == ((), (), entries)


pytestmark = pytest.mark.skipif(not can_help(), reason="there is no second core, or no interpreter to start")


def test_entries_are_the_same_with_a_helper(tmp_path: Path, ledger: Ledger) -> None:
    """A ledger whose entries a helper made verifies, and its tables are those of one without."""
    with helped(ledger):
        ready(ledger)
        record(ledger, ROWS[:1200])
        record(ledger, ROWS[1200:])
    require_whole(ledger, len(ROWS) + 1)
    with Ledger.open(tmp_path / "alone.sqlite3", key_store="file", clock=lambda: NOON) as alone:
        record(alone, ROWS[:1200])
        record(alone, ROWS[1200:])
        assert tables(alone) == tables(ledger)


@pytest.mark.parametrize("killed_at", [0, 600, 1400])
def test_a_helper_that_dies_is_not_missed(ledger: Ledger, killed_at: int) -> None:
    """Where the helper is killed, all rows are recorded all the same, and verify."""
    with helped(ledger):
        helper = ready(ledger)

        def rows() -> Iterator[Any]:
            for number, one in enumerate(ROWS):
                if number == killed_at:
                    helper.process.kill()
                    helper.process.wait()
                yield one

        record(ledger, rows())
        assert not helper.usable
    require_whole(ledger, len(ROWS) + 1)


def test_a_transaction_undone_leaves_nothing_behind(ledger: Ledger) -> None:
    """What a helper made for a transaction that was undone is in no later one."""
    with helped(ledger):
        ready(ledger)
        with pytest.raises(KeyError), ledger.writing() as log:
            list(log.add_rows(ROWS[:700]))
            raise KeyError
        record(ledger, ROWS)
    require_whole(ledger, len(ROWS) + 1)


def test_a_helper_ends_with_its_import(ledger: Ledger) -> None:
    """A helper is gone when its block is left, also by an exception."""
    with pytest.raises(KeyboardInterrupt), helped(ledger):
        helper = ready(ledger)
        raise KeyboardInterrupt
    assert helper.process.poll() is not None
    assert ledger.helper is None


def test_programs_with_python_in_them_are_not_started_again(monkeypatch: pytest.MonkeyPatch, ledger: Ledger) -> None:
    """In a frozen program, or one whose executable is no interpreter, nothing is started."""
    for name, value in (("frozen", True), ("executable", "/opt/blender/blender"), ("executable", "")):
        with monkeypatch.context() as patch:
            patch.setattr(sys, name, value, raising=False)
            assert not can_help()
            with helped(ledger):
                assert ledger.helper is None


@pytest.mark.skipif(os.name != "posix", reason="needs a shell script")
def test_an_interpreter_that_never_answers_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ledger: Ledger
) -> None:
    """Where the helper says nothing, the import goes on without it and ends it."""
    silent = tmp_path / "python-silent"
    silent.write_text("#!/bin/sh\nexec sleep 600\n")
    silent.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(silent))
    with helped(ledger):
        assert ledger.helper is not None
        record(ledger, ROWS[:20])
        helper = ledger.helper
    assert helper.process.poll() is not None
    require_whole(ledger, 21)


DAMAGE = (
    "UPDATE entries SET body = CAST(replace(body, '\"v\":1', '\"v\":2') AS BLOB) WHERE i = 900",
    "UPDATE entries SET body = CAST(body || x'20' AS BLOB) WHERE i = 900",
    "UPDATE entries SET sealed = zeroblob(length(sealed)) WHERE i = 900",
    "UPDATE entries SET sealed = (SELECT sealed FROM entries WHERE i = 901) WHERE i = 900",
    "UPDATE entries SET tag_mac = zeroblob(32) WHERE i = 900",
    "UPDATE entries SET tags = zeroblob(length(tags)) WHERE i = 900",
    "UPDATE entries SET leaf = zeroblob(32) WHERE i = 900",
    "UPDATE entries SET batch = 7 WHERE i = 900",
    "DELETE FROM entries WHERE i = 900",
    "UPDATE batches SET sealed = zeroblob(80) WHERE id = 1",
)


def damage(ledger: Ledger, statement: str) -> None:
    """Does to the file what its triggers are against."""
    run = ledger.connection.execute
    triggers = run("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        run(f"DROP TRIGGER {name}")
    run(statement)
    for _, sql in triggers:
        run(sql)


@pytest.mark.parametrize("statement", DAMAGE)
def test_a_helper_changes_nothing_of_what_verifying_finds(ledger: Ledger, statement: str) -> None:
    """Of a damaged ledger the same is found with a helper, without one, and with one that dies."""
    record(ledger, ROWS)
    damage(ledger, statement)
    alone = ledger.verify()
    assert not alone.intact
    with helped(ledger):
        helper = ready(ledger)
        assert ledger.verify() == alone
        assert helper.usable

        def kill(done: int, of: int) -> None:
            helper.process.kill()
            helper.process.wait()

        assert ledger.verify(kill) == alone
    assert ledger.verify() == alone


def test_a_sound_ledger_verifies_with_a_helper(ledger: Ledger) -> None:
    """Verifying with a helper finds a sound ledger intact, with nothing unchecked."""
    record(ledger, ROWS)
    with helped(ledger):
        assert ready(ledger).usable
        require_whole(ledger, len(ROWS) + 1)
