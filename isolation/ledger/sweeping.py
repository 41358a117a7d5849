"""Taking what was erased, or was under keys that are no more, out of the file itself.

SQLite overwrites what is deleted (`secure_delete`), but a page that was split or merged before keeps copies of rows in
its unused part. VACUUM writes every page anew. It cannot be part of the transaction itself, so that
leaves a mark, and whoever finds it can finish the work.
"""

from __future__ import annotations

from isolation.errors import LedgerError
from isolation.ledger.database import patiently
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from isolation.ledger.store import Ledger

# Rows of `meta` that follow from nothing in the log.
UNSWEPT = "unswept"
ROTATING = "rotating"

UNSWEPT_REMARK = message(
    "Traces of erased entries or replaced keys may be left in the file: `isolation erase --sweep` takes them out."
)
ROTATING_REMARK = message(
    "A rotation of the keys was begun and is not done; the old keys hold. If none runs at this moment, it was"
    " interrupted: `isolation rotate-keys` clears up and begins again."
)


def mark_unswept(connection: sqlite3.Connection, now: int) -> None:
    """Notes, within the transaction that takes something away, that the file still has to be swept."""
    connection.execute("INSERT OR IGNORE INTO main.meta VALUES (?, ?)", (UNSWEPT, str(now)))


def is_swept(connection: sqlite3.Connection) -> bool:
    """Whether no erasure or rotation left its work unfinished."""
    return connection.execute("SELECT 1 FROM main.meta WHERE name = ?", (UNSWEPT,)).fetchone() is None


def rotation_begun(connection: sqlite3.Connection) -> str:
    """What is noted of a rotation that is not done: it was interrupted, or runs at this moment. "" for none."""
    found = connection.execute("SELECT value FROM main.meta WHERE name = ?", (ROTATING,)).fetchone()
    return found[0] if found is not None else ""


def sweep(ledger: Ledger) -> None:
    """Writes the file anew without what was taken away. Needs as much free space again as the file takes.

    Raises LedgerError where that cannot be done now; the mark stays, and it can be done later.
    """
    try:
        patiently(ledger.connection, "VACUUM", ledger.path)
        patiently(ledger.connection, "BEGIN IMMEDIATE", ledger.path)
        ledger.connection.execute("DELETE FROM main.meta WHERE name = ?", (UNSWEPT,))
        patiently(ledger.connection, "COMMIT", ledger.path)
    except LedgerError as problem:
        raise LedgerError(
            message(
                "What was erased or replaced is out of the ledger, but traces may be left in its file: {message}",
                message=problem.message,
            ),
            "Run `isolation erase --sweep` when that has changed.",
        ) from problem
