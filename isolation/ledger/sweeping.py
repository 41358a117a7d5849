"""Taking what was erased out of the file itself.

SQLite overwrites what is deleted (`secure_delete`), but a page that was split or merged before keeps copies of rows in
its unused part. VACUUM writes every page anew. It cannot be part of the erasing transaction, so that transaction
leaves a mark, and whoever finds it can finish the work.
"""

from __future__ import annotations

from isolation.errors import LedgerError
from isolation.ledger.database import patiently

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from isolation.ledger.store import Ledger

UNSWEPT = "unswept"  # a row of `meta`, which follows from nothing in the log


def mark_unswept(connection: sqlite3.Connection, now: int) -> None:
    """Notes, within the erasing transaction, that the file still has to be swept."""
    connection.execute("INSERT OR IGNORE INTO main.meta VALUES (?, ?)", (UNSWEPT, str(now)))


def is_swept(connection: sqlite3.Connection) -> bool:
    """Whether no erasure left its work unfinished."""
    return connection.execute("SELECT 1 FROM main.meta WHERE name = ?", (UNSWEPT,)).fetchone() is None


def sweep(ledger: Ledger) -> None:
    """Writes the file anew without what was erased. Needs as much free space again as the file takes.

    Raises LedgerError where that cannot be done now; the mark stays, and it can be done later.
    """
    try:
        patiently(ledger.connection, "VACUUM", ledger.path)
        patiently(ledger.connection, "BEGIN IMMEDIATE", ledger.path)
        ledger.connection.execute("DELETE FROM main.meta WHERE name = ?", (UNSWEPT,))
        patiently(ledger.connection, "COMMIT", ledger.path)
    except LedgerError as problem:
        raise LedgerError(
            f"What was erased is out of the ledger, but traces may be left in its file: {problem.message}",
            "Run `isolation erase --sweep` when that has changed.",
        ) from problem
