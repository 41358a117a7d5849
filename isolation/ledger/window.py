"""A part of the ledger: the uses of a time window, as the log told of them at some moment.

The sessions that belong to it are summed up anew, by the code that keeps the derived tables, into temporary ones.
"""

from __future__ import annotations

from isolation.ledger.derive import Derived, make_derived
from isolation.ledger.schema import SESSIONS_ACCOUNT
from isolation.ledger.session_rows import SessionRow
from isolation.ledger.snapshot import Snapshot
from isolation.model import UNDATED

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_AT_ONCE = 20_000  # sessions summed up between two writes


class Window(Snapshot):
    """The uses with `since` <= begin < `until` (µs), None for no bound, that were recorded by `as_of`.

    A use whose time is not known is in no window that has a bound.
    """

    def __init__(self, connection: sqlite3.Connection, since: int | None, until: int | None, as_of: int | None) -> None:
        self._connection = connection
        tables = connection.execute("SELECT count(*) FROM temp.sqlite_schema").fetchone()[0]
        self._prefix = f"temp.window_{tables}_"
        make_derived(connection, self._prefix)
        index_sessions(connection, self._prefix)
        derived = Derived(connection, self._prefix)
        for done, row in enumerate(_sessions(connection, since, until, as_of)):
            derived.session(row)
            if done % _AT_ONCE == 0:
                derived.flush()
        derived.flush()
        super().__init__(connection, self._prefix, _size_at(connection, as_of))


def index_sessions(connection: sqlite3.Connection, prefix: str) -> None:
    """What finding an account's uses needs."""
    index = SESSIONS_ACCOUNT.replace("INDEX ", f"INDEX {prefix}").replace(" sessions ", f" {prefix[5:]}sessions ")
    connection.execute(index)


def _sessions(
    connection: sqlite3.Connection, since: int | None, until: int | None, as_of: int | None
) -> Iterator[SessionRow]:
    """The sessions of a window, each as it was known by `as_of`."""
    size = _size_at(connection, as_of)
    before: dict[int, tuple[int | None, int | None, bytes | None]] = {}
    if size is not None:
        for session, *state in connection.execute(
            'SELECT session, operator, "end", identifiers FROM main.changes WHERE entry >= ? ORDER BY entry', (size,)
        ):
            before.setdefault(session, (state[0], state[1], state[2]))
    if until is not None and since is None:
        since = UNDATED + 1
    rows = connection.execute(
        "SELECT * FROM main.sessions WHERE begin >= coalesce(?, begin) AND begin < coalesce(?, begin + 1)"
        " AND entry < coalesce(?, entry + 1) ORDER BY entry",
        (since, until, size),
    )
    for columns in rows:
        row = SessionRow(*columns)
        if row.entry in before:
            operator, end, known = before[row.entry]
            if known is None:
                continue
            row.operator, row.end, row.packed = operator, end, known
        yield row


def _size_at(connection: sqlite3.Connection, as_of: int | None) -> int | None:
    """How many entries the log had at that time: up to the last batch that was logged by then."""
    if as_of is None:
        return None
    last = connection.execute("SELECT max(id) FROM main.batches WHERE logged <= ?", (as_of,)).fetchone()[0]
    if last is None:
        return 0
    found = connection.execute("SELECT first FROM main.batches WHERE id = ?", (last + 1,)).fetchone()
    return found[0] if found else None
