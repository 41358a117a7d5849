"""Ends of sessions that logs tell in records of their own, which may lie in other files (docs/decisions/0055).

A record of an end is kept as an entry (`close`) and waits for its session, as a lease does. A session ends at the
first close of its connection at or after its begin, and before the next session of that connection: names are given
out again. So ends follow from sessions and closes alone, never from the order in which they came.
"""

from __future__ import annotations

from isolation.errors import UsageError
from isolation.ledger.canonical import LARGEST, encode
from isolation.ledger.tags import canonical_tag
from isolation.ledger.terms import encode_text
from isolation.model import UNDATED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from isolation.ledger.append import Appender
    from isolation.ledger.importing import Row


def connection_tag(key: bytes, name: str) -> bytes:
    """The tag by which a close finds its session."""
    return canonical_tag(key, "connection", name)


def connection_tags(key: bytes, connection: str) -> list[bytes]:
    """The tags of all names of a connection, which stand in a text with spaces between."""
    return [connection_tag(key, name) for name in connection.split()]


class Closing:
    """Sessions and closes of one writing transaction; `settle` brings them together."""

    def __init__(self, appender: Appender, key: bytes) -> None:
        self._appender = appender
        self._query = appender.query
        self._key = key
        self._touched: set[int] = set()  # sessions whose end may be another now

    def opened(self, session: int, begin: int, connection: str) -> None:
        """A session or presence has these names; the one before it of a name may have ended at its begin."""
        tags = connection_tags(self._key, connection)
        self._appender.derived.connect(session, begin, tags)
        if begin == UNDATED:
            return
        self._touched.add(session)
        for tag in tags:
            self._touch(tag, "<", begin)

    def add(self, connection: str, at: int, source: str) -> int | None:
        """Appends a close; None where it was known. Raises UsageError for a time that cannot be."""
        if not 0 < at <= LARGEST:
            raise UsageError("A session ended at a time that a ledger cannot hold.")
        tag = connection_tag(self._key, connection)
        known = "SELECT 1 FROM main.closes WHERE connection = ? AND at = ?"
        if self._query(known, (tag, at)).fetchone():
            return None
        fields = {"at": b"%d" % at, "connection": encode_text(connection), "source": encode_text(source)}
        entry = self._appender.append("close", fields, b"")
        self._appender.derived.close(entry, tag, at)
        self._touch(tag, "<=", at)
        return entry

    def touch(self, sessions: Iterable[int]) -> None:
        """The ends of these sessions are to be looked at again."""
        self._touched.update(sessions)

    def settle(self) -> int:
        """Appends an end for each touched session that has another one now; returns how many these are."""
        if not self._touched:
            return 0  # nothing is written before its time: a log without connections goes slice by slice
        self._appender.flush()
        changed = 0
        for session in sorted(self._touched):
            changed += self._settle(session)
        self._touched.clear()
        return changed

    def aligned(self, rows: list[Row], near: int) -> list[Row]:
        """The rows, each with the begin of the nearest session of its connection that lies at most `near` (µs) away."""
        told: list[Row] = []
        begins: dict[str, list[int]] = {}
        for session, mapped in rows:
            if session.connection:
                known = begins.get(session.connection)
                if known is None:
                    known = begins[session.connection] = self._begins(session.connection)
                nearest = min(known, key=lambda begin: (abs(begin - session.begin), begin), default=None)
                if nearest is not None and abs(nearest - session.begin) <= near:
                    session = session.replace(begin=nearest)
                else:
                    known.append(session.begin)
            told.append((session, mapped))
        return told

    def _begins(self, connection: str) -> list[int]:
        """The begins of the sessions that have the first name of a connection."""
        (tag, *_) = connection_tags(self._key, connection)
        rows = self._query("SELECT DISTINCT begin FROM main.connections WHERE connection = ?", (tag,))
        return [begin for (begin,) in rows]

    def _touch(self, tag: bytes, order: str, moment: int) -> None:
        """The sessions of a name that began last before a moment, or at it."""
        latest = (
            f"SELECT max(begin) FROM main.connections WHERE connection = ? AND begin {order} ? AND begin > {UNDATED}"
        )
        rows = self._query(
            f"SELECT session FROM main.connections WHERE connection = ? AND begin = ({latest})", (tag, tag, moment)
        )
        self._touched.update(session for (session,) in rows)

    def _settle(self, session: int) -> bool:
        """Whether the session got another end."""
        names = self._query(
            'SELECT connection, begin, "end" FROM main.connections WHERE session = ?', (session,)
        ).fetchall()
        if not names:
            return False
        before = names[0][2]
        if self._end(session) != before:
            return False  # its row told its end itself
        found = min((end for tag, begin, _ in names for end in self._first(tag, begin)), default=(None, 0))
        if found[0] == before:
            return False
        fields = {"closes": encode([found[1]] if found[0] is not None else [])}
        if found[0] is not None:
            fields["at"] = b"%d" % found[0]
        entry = self._appender.append("end", fields, b"", session)
        self._appender.derived.closed(entry, session, found[0])
        return True

    def _first(self, tag: bytes, begin: int) -> list[tuple[int, int]]:
        """Moment and entry of the first close of a name from a begin on, before the next session of it begins."""
        following = "SELECT min(begin) FROM main.connections WHERE connection = ?1 AND begin > ?2"
        found = self._query(
            f"SELECT at, entry FROM main.closes WHERE connection = ?1 AND at >= ?2 AND at < coalesce(({following}), ?3)"
            " ORDER BY at, entry LIMIT 1",
            (tag, begin, LARGEST + 1),
        ).fetchone()
        return [] if found is None else [found]

    def _end(self, session: int) -> int | None:
        for table in ("sessions", "presences"):
            for (end,) in self._query(f'SELECT "end" FROM main.{table} WHERE entry = ?', (session,)):
                return None if end is None else int(end)
        return None
