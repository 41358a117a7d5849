"""Reading a log in a helper process: what comes of its rows is no different, whatever befalls the helper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from isolation.history import ImportSource, Mapping, Rejected, open_import
from isolation.hooks.reading_ahead import READING, read_ahead
from isolation.ledger import Ledger
from isolation.ledger.helping import Helper, can_help, started_helper
from isolation.ledger.prepared import PreparedRow
from isolation.ledger.terms import Terms
from isolation.model import Reading, Session

NOW = 1_800_000_000_000_000
FIELDS = ("account", "time", "public_ip", "gateway_mac", "operator", "record")
TABLES = ("sessions", "sightings", "shared", "facts", "tallies", "accounts", "kinds", "changes")
SIZE = 50

pytestmark = pytest.mark.skipif(not can_help(), reason="there is no second core, or no interpreter to start")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log with all that can be with a row: rubbish in a cell, no account, a time to come, a repeat, more fields."""
    path = tmp_path / "log.csv"
    lines = [",".join(FIELDS)]
    for number in range(600):
        address, operator = f"198.51.100.{number % 90 + 1}" if number % 7 else "", f"op-{number % 3}"
        address = "93.184.216.34" if number % 5 == 0 else address
        lines.append(
            f"store-{number % 11},2026-03-{number % 28 + 1:02}T10:{number % 60:02}:00Z,{address},"
            f"3c-37-86-00-00-{number % 50:02x},{operator},r{number}"
        )
    lines[40] = lines[40].replace("3c-37-86", "no-mac")
    lines[90] = lines[90][lines[90].index(",") :]
    lines[140] = lines[140].replace("2026", "2036")
    lines += [lines[10], lines[200], lines[300].replace("198.51.100", "198.51.101")]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def helper() -> Iterator[Helper]:
    """A helper that has said that it is there."""
    with started_helper(READING) as started:
        assert started is not None
        assert started.wait(60)
        yield started


@pytest.fixture
def alike(tmp_path: Path) -> Path:
    """A log of few rows that come again and again, at other times and with other records, some of which are wrong."""
    path = tmp_path / "alike.csv"
    lines = ["account,time,end,public_ip,record,success"]
    for number in range(600):
        begin = "" if number % 41 == 0 else f"2026-03-{number % 28 + 1:02}T10:00:00Z"
        end = "" if number % 3 else f"2026-03-{number % 28 + 1:02}T{9 if number % 37 == 0 else 11}:00:00Z"
        record = "7.25E+18" if number % 43 == 0 else "" if number % 7 == 0 else f"r{number}"
        address = "nowhere" if number % 4 == 1 else "" if number % 4 == 2 else "93.184.216.34"
        success = "perhaps" if number % 53 == 0 else "false" if number % 5 == 0 else ""
        lines.append(f"store-{number % 4},{begin},{end},{address},{record},{success}")
    path.write_text("\n".join(lines) + "\n")
    return path


def opened(log: Path) -> ImportSource:
    """The log, opened."""
    fields = log.read_text().split("\n", 1)[0].split(",")
    return open_import(log, Mapping.parse([f"{field}={field}" for field in fields]), now=NOW)


def record(path: Path, log: Path, helper: Helper | None, killed_at: int | None = None) -> tuple[object, ...]:
    """All that comes of a log: outcomes, reasons, doubts, empty cells, and the tables that depend on no key."""
    told: list[object] = []
    prepared = 0
    with Ledger.open(path, key_store="file", clock=lambda: NOW) as ledger, opened(log) as source:
        with ledger.writing() as writing:
            batches = read_ahead(ledger, source, SIZE, helper)
            for at, batch in enumerate(iter(batches.take, [])):
                if at == killed_at and helper is not None:
                    helper.process.kill()
                    helper.process.wait()
                told += [row.reason for row in batch if isinstance(row, Rejected)]
                rows = [row for row in batch if isinstance(row, Session | PreparedRow)]
                prepared += sum(isinstance(row, PreparedRow) for row in rows)
                told += writing.add_rows(
                    row if isinstance(row, PreparedRow) else (row, source.mapped) for row in rows
                )  # fmt: skip
        assert (prepared > 0) == (helper is not None and killed_at != 0)
        verified = ledger.verify()
        assert (verified.problems, verified.unchecked) == ((), ())
        tables = [ledger.connection.execute(f"SELECT * FROM {name}").fetchall() for name in TABLES]  # noqa: S608 - above
        return told, source.doubtful, source.doubts, source.empty, source.line, tables


@pytest.mark.parametrize("name", ["log", "alike"])
def test_a_log_says_the_same_to_a_helper(
    tmp_path: Path, name: str, helper: Helper, request: pytest.FixtureRequest
) -> None:
    """Outcomes, reasons, doubts and tables of a log that a helper read are those of one that this process read."""
    log: Path = request.getfixturevalue(name)
    assert record(tmp_path / "a.sqlite3", log, helper) == record(tmp_path / "b.sqlite3", log, None)


def test_a_helper_ends_though_nobody_fetches_what_it_read(tmp_path: Path, log: Path) -> None:
    """An import that breaks off leaves no helper behind, and need not kill it."""
    with started_helper(READING) as started:
        assert started is not None
        assert started.wait(60)
        with Ledger.open(tmp_path / "a.sqlite3", key_store="file") as ledger, opened(log) as source:
            assert read_ahead(ledger, source, SIZE, started).take()
    assert started.process.returncode == 0


@pytest.mark.parametrize("killed_at", [1, 5])
def test_a_reader_that_dies_is_not_missed(tmp_path: Path, log: Path, helper: Helper, killed_at: int) -> None:
    """Where the helper is killed, every row is read all the same, once."""
    assert record(tmp_path / "a.sqlite3", log, helper, killed_at) == record(tmp_path / "b.sqlite3", log, None)


def test_rows_under_another_key_are_prepared_anew(tmp_path: Path) -> None:
    """A row that was prepared before the keys were rotated is recorded under the keys that hold."""
    session = Session("store-a", NOW, provenance="imported", readings=(
        Reading("public_ip", "observed", "93.184.216.34", identifying=True),
    ))  # fmt: skip
    other = b"k" * 32
    with Ledger.open(tmp_path / "a.sqlite3", key_store="file", clock=lambda: NOW) as ledger:
        with ledger.writing() as writing:
            row = PreparedRow.of(Terms(other), other, session, ("public_ip",))
            assert list(writing.add_rows([row, (session, ("public_ip",))])) == ["recorded", "duplicate"]
        assert ledger.verify().problems == ()
