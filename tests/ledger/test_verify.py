# ruff: noqa: S608 - tables and columns are named by the schema itself
"""Verifying: an untouched ledger is intact, and one flipped byte anywhere is found."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from isolation.errors import IsolationError
from isolation.ledger import Ledger, VerifyResult

from .conftest import Keyring

Copy = Callable[[Ledger], Path]


def verify(path: Path) -> VerifyResult:
    """What verifying a file finds."""
    with Ledger.open(path, read_only=True) as ledger:
        return ledger.verify()


def test_an_untouched_ledger_is_intact(full: Ledger) -> None:
    """A ledger with every kind of entry verifies, with everything checked."""
    result = full.verify()
    assert result.problems == ()
    assert result.intact
    assert result.unchecked == ()
    assert (result.size, result.root) == (full.size, full.root)
    assert result.proves
    assert any("not removed from the end" in text for text in result.does_not_prove)


def changes(value: object) -> list[object]:
    """Values that a cell could be changed to: a bit flipped, one byte more, emptied, or another type."""
    if isinstance(value, int):
        return [value ^ 1, -value - 1]
    if isinstance(value, bytes):
        flipped = [value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :] for at in sorted({0, len(value) - 1}) if value]
        return [*flipped, value + b"\0", b""]
    if isinstance(value, str):
        return [value + "x", value.swapcase()]
    return [0, b"", "x"]


class Cell:
    """One cell of a table: its value, and the condition and key that find its row."""

    def __init__(self, table: str, column: str, keys: list[str], row: dict[str, object]) -> None:
        self.table = table
        self.column = column
        self.value = row[column]
        self.where = " AND ".join(f'"{key}" IS ?' for key in keys)
        self.keys = keys
        self.key = [row[key] for key in keys]
        self.entry = row.get("i", row.get("entry"))

    def __repr__(self) -> str:
        return f"{self.table}.{self.column} of {self.key}"

    def change(self, connection: sqlite3.Connection, value: object) -> bool:
        """Changes it; False where no such row can be stored, or SQLite stores the same."""
        try:
            connection.execute(f'UPDATE {self.table} SET "{self.column}" = ? WHERE {self.where}', (value, *self.key))
        except sqlite3.Error:
            return False
        key = [value if name == self.column else old for name, old in zip(self.keys, self.key, strict=True)]
        found = connection.execute(f'SELECT "{self.column}" FROM {self.table} WHERE {self.where}', key).fetchone()
        return found is None or (type(found[0]), found[0]) != (type(self.value), self.value)

    def restore(self, connection: sqlite3.Connection, value: object) -> None:
        """Undoes a change to that value."""
        key = [value if name == self.column else old for name, old in zip(self.keys, self.key, strict=True)]
        connection.execute(f'UPDATE {self.table} SET "{self.column}" = ? WHERE {self.where}', (self.value, *key))


def cells(connection: sqlite3.Connection) -> list[Cell]:
    """Every cell of every table."""
    found = []
    for table in tables(connection):
        information = connection.execute(f"PRAGMA table_info({table})").fetchall()
        columns = [row[1] for row in information]
        keys = [row[1] for row in information if row[5]]
        for row in connection.execute(f"SELECT * FROM {table}").fetchall():
            named = dict(zip(columns, row, strict=True))
            found += [Cell(table, column, keys, named) for column in columns]
    return found


def tables(connection: sqlite3.Connection) -> list[str]:
    """The names of the tables."""
    return [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]


def test_every_changed_cell_is_found(full: Ledger, copy_of: Copy) -> None:
    """Whatever cell of whatever table is changed, verifying finds it, and names the entry where it is one's."""
    path = copy_of(full)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA journal_mode = MEMORY")
    for (trigger,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    missed: list[object] = []
    tried = 0
    with Ledger.open(path, read_only=True) as ledger:
        known = set(ledger.verify().problems)
        assert len(known) == 3  # the triggers that are gone
        for cell in cells(connection):
            for value in changes(cell.value):
                if cell.change(connection, value):
                    tried += 1
                    problems = set(ledger.verify().problems) - known
                    named = {entry for entry, _ in problems}
                    if not problems or (cell.table in OF_ENTRIES and cell.entry not in named):
                        missed.append((cell, value, problems))
                    cell.restore(connection, value)
        assert missed == []
        assert set(ledger.verify().problems) == known
    assert tried > 1000
    connection.close()


OF_ENTRIES = ("entries", "sessions", "changes", "rows", "scans", "pending")


def test_without_the_keys_tree_and_bodies_are_checked(full: Ledger, copy_of: Copy, keyring: Keyring) -> None:
    """Where the keys are out of reach, the rest is checked, and the result says what was not."""
    path = copy_of(full)
    keyring.become("locked")
    result = verify(path)
    assert result.intact
    assert len(result.unchecked) == 2
    assert result.root == full.root
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER entries_update")
    connection.execute(
        "UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), 'session', 'baseline') AS BLOB) WHERE i = 3"
    )
    connection.commit()
    connection.close()
    assert 3 in {entry for entry, _ in verify(path).problems}


def test_progress_is_told(full: Ledger) -> None:
    """Verifying tells how many entries are done, of how many."""
    told: list[tuple[int, int]] = []
    full.verify(lambda done, of: told.append((done, of)))
    assert told[-1] == (full.size, full.size)


def test_a_ledger_can_be_verified_again_and_while_it_is_read(full: Ledger) -> None:
    """Verifying leaves nothing behind, and disturbs neither a reader nor the next verification."""
    with full.reading() as reader:
        assert full.verify().intact
        assert full.verify().intact
        assert reader.size == full.size


def test_a_dropped_middle_entry_is_found(full: Ledger, copy_of: Copy) -> None:
    """Taking an entry out of the middle, or putting two in another order, shows and is named."""
    path = copy_of(full)
    connection = sqlite3.connect(path, isolation_level=None)
    for trigger in ("entries_update", "entries_delete"):
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute("BEGIN")
    connection.execute("DELETE FROM entries WHERE i = 4")
    connection.execute("COMMIT")
    assert (4, "it is missing") in verify(path).problems
    connection.close()
    path = copy_of(full)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("DROP TRIGGER entries_update")
    for first, second in ((3, -1), (4, 3), (-1, 4)):
        connection.execute("UPDATE entries SET i = ? WHERE i = ?", (second, first))
    connection.close()
    assert {3, 4} <= {entry for entry, _ in verify(path).problems}


def test_a_dropped_tail_is_not_found_and_the_result_says_so(tmp_path: Path) -> None:
    """Taking the newest entry away with all that hangs on it cannot be seen; what verifying does not prove says so."""
    path = tmp_path / "ledger.sqlite3"
    with Ledger.open(path, key_store="file") as ledger, ledger.writing() as log:
        log.add_policy("one")
    shorter = path.read_bytes()
    with Ledger.open(path) as ledger, ledger.writing() as log:
        log.add_policy("two")
    path.write_bytes(shorter)
    result = verify(path)
    assert result.intact
    assert any("removed from the end" in text for text in result.does_not_prove)


def test_a_swapped_ciphertext_is_found(full: Ledger, copy_of: Copy) -> None:
    """A sealed payload opens only at the place it was sealed for."""
    path = copy_of(full)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("DROP TRIGGER entries_update")
    connection.execute("UPDATE entries SET sealed = (SELECT sealed FROM entries WHERE i = 3) WHERE i = 4")
    connection.close()
    assert 4 in {entry for entry, _ in verify(path).problems}


def test_the_file_being_replaced_by_text_is_told(tmp_path: Path) -> None:
    """A file that is no ledger any more is refused in one sentence."""
    path = tmp_path / "ledger.sqlite3"
    path.write_text("not a ledger " * 100)
    with pytest.raises(IsolationError, match="no SQLite file"):
        verify(path)
