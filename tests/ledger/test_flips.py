# ruff: noqa: S608 - tables are named by the schema itself
"""Every byte of a ledger's file, flipped: found by verifying, or harmless for a reason that the file's format gives."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from isolation.errors import IsolationError
from isolation.ledger import Ledger
from isolation.model import Session

from .conftest import NOON, PLACE, row, seen
from .pages import FREE, ROW_ID_TYPE, regions

EVERY = bool(os.environ.get("ISOLATION_EXHAUSTIVE"))
STEP = 1 if EVERY else 7  # of the bytes that hold something
STEP_FREE = 1 if EVERY else 97

# Where a byte may have another value and every row of every table still reads the same, and why.
HARMLESS = {
    FREE: "it holds nothing",
    ROW_ID_TYPE: "NULL or 0 stands for the row id, which is stored beside the record",
    "header: format versions": "an older version of the format is claimed, which reads the same",
    "header: change counter": "it only says that the file changed",
    "header: change counter of the version": "as the change counter",
    "header: version of SQLite that wrote last": "nothing reads it",
    "header: schema cookie": "it only says that the schema changed",
    "header: schema format": "a difference in indexes that run downwards, of which there is none",
    "header: suggested cache size": "a suggestion",
    "header: encoding": "beyond the one that a database was made with, SQLite looks at two bits of it",
    "header: reserved": "reserved",
}


def make(path: Path) -> tuple[object, list[int]]:
    """A small ledger with an entry of each common kind, in pages of 512 bytes: all of its rows, and its root pages."""
    with Ledger.open(path, key_store="file", clock=lambda: NOON) as ledger, ledger.writing() as log:
        log.add_baseline(("store-a",), "a test")
        first = log.add_session(Session("store-a", NOON, operator="Li", readings=PLACE[2:3]))
        log.add_end(first, NOON + 1)
        log.add_row(row("store-b", NOON, seen("public_ip", "203.0.114.7")), ("public_ip",))
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA page_size = 512")
    connection.execute("VACUUM")
    rows = contents(connection)
    roots = connection.execute("SELECT rootpage FROM sqlite_schema WHERE rootpage > 0").fetchall()
    connection.close()
    return rows, [root for (root,) in roots]


def contents(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, and the schema."""
    schema = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall()
    names = [name for kind, name, _, _ in schema if kind == "table"]
    return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names} | {"": schema}


def outcome(path: Path, data: bytes, original: object) -> str:
    """What verifying says of these bytes; what is intact must read the same."""
    path.write_bytes(data)
    try:
        with Ledger.open(path, read_only=True) as ledger:
            if not ledger.verify().intact:
                return "found"
            assert contents(ledger.connection) == original
            return "harmless"
    except IsolationError:
        return "refused"


def test_every_flipped_byte_is_found_or_harmless_by_construction(
    tmp_path: Path, record_property: Callable[[str, object], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """With one bit or all of a byte flipped, verifying finds it, or it is a byte of which the format says that it does
    not matter; nothing else is intact, and nothing intact reads otherwise.

    A sample; ISOLATION_EXHAUSTIVE=1 tries every byte of the file, and prints the counts.
    """
    path = tmp_path / "ledger.sqlite3"
    original, roots = make(path)
    data = path.read_bytes()
    told = regions(data, roots)
    counts: Counter[tuple[str, str]] = Counter()
    tried = [at for at, name in enumerate(told) if at % (STEP_FREE if name == FREE else STEP) == 0]
    for at in tried:
        for mask in (0xFF, 1 << at % 8) if EVERY else (0xFF if at % 2 else 1 << at % 8,):
            result = outcome(path, data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :], original)
            counts[told[at], result] += 1
            assert result != "harmless" or told[at] in HARMLESS, f"byte {at}, {told[at]}, {mask:#x}"
    held = sum(name != FREE for name in told)
    by_result = {result: sum(n for (_, one), n in counts.items() if one == result) for _, result in counts}
    summary = f"{len(data)} bytes, {held} of them hold something; {len(tried)} tried: {by_result}"
    record_property("flips", summary)
    if EVERY:
        with capsys.disabled():
            print(f"\n{summary}")  # noqa: T201 - asked for
            for (name, result), number in sorted(counts.items()):
                why = f"  ({HARMLESS[name]})" if result == "harmless" else ""
                print(f"  {name}: {number} {result}{why}")  # noqa: T201 - as above
    assert by_result["found"] + by_result["refused"] > by_result["harmless"] > 0 or EVERY
