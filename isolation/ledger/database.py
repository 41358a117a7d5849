"""Opening the SQLite file so that nothing acknowledged is lost, and SQLite's errors as sentences.

Not WAL: SQLite before 3.51.3 can corrupt a WAL database when two connections write and checkpoint at the same
instant, which is what short-lived writers do (docs/decisions/0005).
"""

from __future__ import annotations

import os
import time

from isolation.errors import LedgerDamaged, LedgerError
from isolation.ledger.primitives import sqlite
from isolation.messages import message
from isolation.system_words import why_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

APPLICATION_ID = 0x49534F4C  # "ISOL"
FORMAT = 1
OLDEST_SQLITE = (3, 37, 0)  # STRICT tables

BUSY_SECONDS = 5.0  # how long SQLite itself waits for a lock
PATIENCE_SECONDS = 30.0  # how long a writer tries again
_LOOK_AGAIN_SECONDS = 0.005
CACHE_KIBIBYTES = 32768

# SQLite's result codes (https://sqlite.org/rescode.html).
_ERROR, _BUSY, _LOCKED, _READONLY, _CORRUPT, _FULL, _CANTOPEN, _NOTADB = 1, 5, 6, 8, 11, 13, 14, 26
_READONLY_ROLLBACK = _READONLY | 3 << 8
_READONLY_DBMOVED = _READONLY | 4 << 8


# What reading the file can raise; SQLite quotes damaged bytes in its messages as they are.
FILE_ERRORS = (sqlite.Error, UnicodeDecodeError)


class LedgerMissing(LedgerError):
    """There is no ledger yet."""


def connect(path: str, *, read_only: bool) -> sqlite3.Connection:
    """A connection to an existing file, set up; raises LedgerError in one sentence."""
    if tuple(int(part) for part in sqlite.sqlite_version.split(".")) < OLDEST_SQLITE:
        raise LedgerError(
            message(
                "This Python comes with SQLite {sqlite_version}, and the ledger needs 3.37.",
                sqlite_version=sqlite.sqlite_version,
            ),
            "Use a newer Python.",
        )
    if os.path.isdir(path):
        raise LedgerError(message("{path} is a folder, not a ledger file.", path=path))
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        hint = message("Recording commands make one; so does `isolation setup`.")
        raise LedgerMissing(message("There is no ledger at {path}.", path=path), hint) from None
    except OSError as problem:
        raise LedgerError(
            message("The ledger {path} cannot be reached: {why}.", path=path, why=why_of(problem)),
            "Check the permissions of its folder.",
        ) from None
    try:
        return _connect(path, read_only)
    except FILE_ERRORS as problem:
        raise explain(problem, path) from problem


def _connect(path: str, read_only: bool) -> sqlite3.Connection:
    escaped = os.path.abspath(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23").replace("\\", "/")
    uri = f"file:{'' if escaped.startswith('/') else '/'}{escaped}?mode={'ro' if read_only else 'rw'}"
    connection = sqlite.connect(uri, timeout=BUSY_SECONDS, isolation_level=None, uri=True)
    try:
        _set_up(connection, read_only)
    except FILE_ERRORS as problem:
        connection.close()
        if read_only and getattr(problem, "sqlite_errorcode", 0) == _READONLY_ROLLBACK:
            # A writer was killed while it wrote; only a connection that may write can roll that back.
            _connect(path, False).close()
            return _connect(path, True)
        raise
    return connection


def _set_up(connection: sqlite3.Connection, read_only: bool) -> None:
    run = connection.execute
    run("PRAGMA trusted_schema = OFF")
    if not read_only:
        run("PRAGMA journal_mode = DELETE")
        run("PRAGMA synchronous = EXTRA")
        run("PRAGMA secure_delete = ON")
        run("PRAGMA recursive_triggers = ON")
        run("PRAGMA cell_size_check = ON")
        run(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
    run("PRAGMA application_id").fetchone()


def pragma(connection: sqlite3.Connection, name: str) -> int:
    """The value of a numeric pragma."""
    value: int = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return value


def is_fresh(connection: sqlite3.Connection, path: str) -> bool:
    """Whether the file is still empty; raises LedgerError for a file that is no ledger, or too new a one."""
    try:
        application, version = pragma(connection, "application_id"), pragma(connection, "user_version")
        if application == 0 and version == 0 and pragma(connection, "schema_version") == 0:
            return True
    except FILE_ERRORS as problem:
        raise explain(problem, path) from problem
    if application != APPLICATION_ID:
        raise LedgerError(
            message("{path} is a database, but not a ledger of isolation.", path=path), "Name another path."
        )
    if version > FORMAT:
        raise LedgerError(
            message(
                "{path} was written by a newer isolation (format {version}; this one knows {format}).",
                path=path,
                version=version,
                format=FORMAT,
            ),
            "Upgrade isolation on this machine.",
        )
    if version < 1:
        raise LedgerDamaged(
            message("{path} says that it has format {version}, which there never was.", path=path, version=version)
        )
    return False


def patiently(run: sqlite3.Connection, statement: str, path: str) -> None:
    """Runs BEGIN IMMEDIATE or COMMIT, trying again for up to PATIENCE_SECONDS while others hold the file.

    SQLite itself comes to wait 100 ms between two looks, in which a long import may have the file again; so waiting
    to begin is done here, by shorter steps than an import pauses between its slices.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    begins = statement.startswith("BEGIN")
    try:
        if begins:
            run.execute("PRAGMA busy_timeout = 0")
        while True:
            try:
                run.execute(statement)
                return
            except FILE_ERRORS as problem:
                if not _is_busy(problem) or time.monotonic() > deadline:
                    raise explain(problem, path) from problem
                if begins:
                    time.sleep(_LOOK_AGAIN_SECONDS)
    finally:
        if begins:
            run.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")


def _is_busy(problem: Exception) -> bool:
    return getattr(problem, "sqlite_errorcode", 0) & 0xFF in (_BUSY, _LOCKED)


def explain(problem: Exception, path: str) -> LedgerError:
    """SQLite's error as one sentence that says what to do."""
    code = getattr(problem, "sqlite_errorcode", 0)
    kind = code & 0xFF
    incomplete = kind == _ERROR and str(problem).startswith("no such ")  # a table, or a column of one
    if isinstance(problem, UnicodeDecodeError) or kind == _CORRUPT or incomplete:
        return LedgerDamaged(
            message("The ledger {path} is damaged: {problem}.", path=path, problem=problem),
            "Run `isolation verify`, or restore a backup.",
        )
    if kind in (_BUSY, _LOCKED):
        return LedgerError(
            message("The ledger {path} is in use by another program.", path=path), "Try again when it has finished."
        )
    if kind == _FULL:
        return LedgerError(
            message("The disk is full; {path} was not changed.", path=path), "Free some space and try again."
        )
    if kind == _NOTADB:
        return LedgerError(message("{path} is not a ledger: it is no SQLite file.", path=path), "Name another path.")
    if code == _READONLY_DBMOVED:
        return LedgerError(
            message("The ledger {path} was replaced while it was open.", path=path), "Try again: the new one is there."
        )
    if kind == _READONLY:
        return LedgerError(
            message("The ledger {path} cannot be written: file or folder is read-only.", path=path),
            "Check permissions.",
        )
    if kind == _CANTOPEN:
        return LedgerError(
            message("The ledger {path} cannot be opened.", path=path), "Check that its folder exists and is yours."
        )
    return LedgerError(message("The ledger {path} cannot be used: {problem}.", path=path, problem=problem))
