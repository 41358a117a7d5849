"""Scans that another device took, joined to sessions by time and address.

A scan fits a session if it was taken while the session went on, or within 10 minutes of its begin, and heard the
access point that the session itself names. What fits none is not kept: it would tell where somebody was, and of no
session.
"""

from __future__ import annotations

import json
import sqlite3
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from isolation.ledger.packing import unpack_identifiers
from isolation.ledger.scans import add_scan
from isolation.ledger.tags import value_tag
from isolation.model import UNDATED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeAlias

    from isolation.ledger.append import Appender
    from isolation.ledger.keys import Keys
    from isolation.ledger.store import Ledger

    Points: TypeAlias = tuple[tuple[str, int], ...]
    Taken: TypeAlias = tuple[int, Points]  # when it was taken (µs), and the signal (dBm) of each BSSID

NEAR = 600_000_000  # µs between a session's begin and a scan of its place
MOST_JOINED = 500  # sessions that one transaction looks at, each of which may get its scan
_AT_ONCE = 200  # scans taken in at once
_BLOCK = 400  # tags looked up by one statement
_DISTINCT = 1 << 12  # access points whose tags are kept
_OWN = ("bssid", "access_point")
_TABLES = (
    "PRAGMA temp_store = FILE",
    "CREATE TABLE scans (id INTEGER PRIMARY KEY, points TEXT, fits INTEGER DEFAULT 0)",
    "CREATE TABLE heard (tag BLOB, time INTEGER, scan INTEGER, PRIMARY KEY (tag, time, scan)) WITHOUT ROWID",
)


class JoinedScans(NamedTuple):
    """What joining scans came to: sessions that got one, and scans that fit no session and are not kept."""

    scans_joined: int
    scans_unmatched: int


class _Use(NamedTuple):
    """A session: its entry, begin, end (None: none known), identifiers, and whether it has a scan."""

    entry: int
    begin: int
    end: int | None
    identifiers: bytes
    scanned: int


class WaitingScans:
    """Scans that wait for their sessions, in a temporary database: there may be hundreds of thousands.

    Of the access points only those are looked for that the ledger knew when they were taken in, by their tags, so that
    keys that were rotated since find nothing rather than something else. `more` until all sessions were looked at.
    """

    def __init__(self, ledger: Ledger, scans: Iterable[Taken]) -> None:
        """`scans` come in order of time. Raises KeyUnavailable without the index key."""
        self._database = sqlite3.connect("", isolation_level=None)
        self._run = self._database.execute
        for statement in _TABLES:
            self._run(statement)
        self._count = 0
        self._first = self._last = 0
        self._after = -1
        self._take(ledger, iter(scans))
        self.more = self._run("SELECT EXISTS (SELECT 1 FROM heard)").fetchone()[0] == 1

    def close(self) -> None:
        """Let go of them all."""
        self._database.close()

    @property
    def unmatched(self) -> int:
        """How many fit none of the sessions that were looked at."""
        return self._count - int(self._run("SELECT count(*) FROM scans WHERE fits").fetchone()[0])

    def join(self, appender: Appender, keys: Keys, source: str) -> int:
        """Gives the next sessions, if they have no scan, the one that fits and is nearest to their begin; how many."""
        joined = 0
        uses = list(self._uses(appender))
        tags = lru_cache(_DISTINCT)(lambda number: _tag(appender, number))
        self._run("BEGIN")
        for use in uses:
            fits = self._fitting(use, tags)
            self._database.executemany(
                "UPDATE scans SET fits = 1 WHERE id = ? AND NOT fits", [(one,) for _, one in fits]
            )
            if fits and not use.scanned:
                nearest = min(fits, key=lambda one: (abs(one[0] - use.begin), one[1]))[1]
                points = self._run("SELECT points FROM scans WHERE id = ?", (nearest,)).fetchone()[0]
                add_scan(appender, keys.points(), use.entry, tuple(map(tuple, json.loads(points))), source)
                joined += 1
        self._run("COMMIT")
        self.more = len(uses) == MOST_JOINED
        self._after = uses[-1].entry if uses else self._after
        return joined

    def _take(self, ledger: Ledger, scans: Iterator[Taken]) -> None:
        key = ledger.keys.index()
        tags_of = lru_cache(_DISTINCT)(lambda bssid: tuple(value_tag(key, fact, bssid) for fact in _OWN))
        self._run("BEGIN")
        while block := list(islice(scans, _AT_ONCE)):
            self._first = self._first if self._count else block[0][0]
            self._last = block[-1][0]
            numbered = list(enumerate(block, self._count))
            self._count += len(block)
            self._database.executemany(
                "INSERT INTO scans (id, points) VALUES (?, ?)",
                [(number, json.dumps(points)) for number, (_, points) in numbered],
            )
            heard = [
                (tag, time, number)
                for number, (time, points) in numbered
                for bssid, _ in points
                for tag in tags_of(bssid)
            ]
            with ledger.reading():
                known = _known(ledger.connection.execute, {tag for tag, _, _ in heard})
            self._database.executemany(
                "INSERT OR IGNORE INTO heard VALUES (?, ?, ?)", [one for one in heard if one[0] in known]
            )
        self._run("COMMIT")

    def _uses(self, appender: Appender) -> Iterator[_Use]:
        """The next uses that any scan may fit by its time; a failed login is none, and one at a time not known fits
        none.
        """
        for row in appender.query(
            'SELECT entry, begin, "end", identifiers, EXISTS (SELECT 1 FROM main.scans c WHERE c.session = s.entry)'
            " FROM main.sessions s WHERE entry > ?"
            ' AND begin <= ? AND (begin >= ? OR "end" >= ?) AND begin <> ? AND success = 1 ORDER BY entry LIMIT ?',
            (self._after, self._last + NEAR, self._first - NEAR, self._first, UNDATED, MOST_JOINED),
        ):
            yield _Use(*row)

    def _fitting(self, use: _Use, tag_of: Callable[[int], bytes]) -> list[tuple[int, int]]:
        """Time and place of the scans that heard the access point of a use while it went on, or near its begin."""
        query = "SELECT time, scan FROM heard WHERE tag = ? AND time BETWEEN ? AND ?"
        until = max(use.begin + NEAR, use.end or 0)
        tags = [tag_of(number) for number, _ in unpack_identifiers(use.identifiers)]
        return [found for tag in tags for found in self._run(query, (tag, use.begin - NEAR, until))]


def _known(query: Callable[..., Iterable[tuple[bytes]]], tags: set[bytes]) -> set[bytes]:
    """Those of the tags that the ledger has a number for."""
    found: set[bytes] = set()
    remaining = iter(tags)
    while block := list(islice(remaining, _BLOCK)):
        marks = ", ".join("?" * len(block))
        found.update(tag for (tag,) in query(f"SELECT tag FROM main.identifiers WHERE tag IN ({marks})", block))
    return found


def _tag(appender: Appender, number: int) -> bytes:
    found = appender.query("SELECT tag FROM main.identifiers WHERE id = ?", (number,)).fetchone()
    return bytes(found[0]) if found else b""
