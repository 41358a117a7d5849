"""A browser's history as an SQLite file: only the rows of the known hosts are asked for, by time."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from isolation.history.recover.platforms import AREAS, ranges
from isolation.history.recover.visits import Folding
from isolation.messages import message, plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from isolation.history.recover.visits import Use


class Unreadable(Exception):
    """A database that is none, is damaged, or has other tables; `reason` is a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Schema(NamedTuple):
    """How one browser keeps visits.

    `pages` selects the ids of an area's pages; its parameters are :host, :reversed, :start and :stop. `visits` makes,
    of a database that is open, the query for (area, time, kind) of the visits of the pages in temp.wanted, by time;
    `kind` is one that `left_words` has words for, or "" for a visit here. `epoch` is the browser's time 0 in µs.
    """

    pages: str
    visits: Callable[[sqlite3.Connection], str]
    epoch: int


def read_visits(path: str, schema: Schema, now: int) -> tuple[dict[str, tuple[Use, ...]], Counter[str]]:
    """The uses by host, and the counts of visits by kind, of a private copy of a history. Raises Unreadable."""
    if os.path.getsize(path) == 0:
        raise Unreadable(message("The history is an empty file."))
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.text_factory = lambda raw: raw.decode(errors="replace")
            for (problem,) in connection.execute("PRAGMA quick_check(1)"):
                if problem != "ok":
                    raise Unreadable(message("The history is damaged: {problem}.", problem=problem))
            return _folded(_rows(connection, schema), schema.epoch, now)
    except sqlite3.OperationalError as error:
        if "no such" in str(error):
            raise Unreadable(message("Its tables are not those known here: {problem}.", problem=str(error))) from None
        raise Unreadable(message("The history cannot be read: {problem}.", problem=str(error))) from None
    except (sqlite3.Error, UnicodeDecodeError) as error:  # the second for names in a damaged schema
        raise Unreadable(message("The history cannot be read: {problem}.", problem=str(error))) from None


def columns(connection: sqlite3.Connection, table: str) -> set[str]:
    """The names of a table's columns; none where there is no such table."""
    return {str(row[0]) for row in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))}


def _rows(connection: sqlite3.Connection, schema: Schema) -> Iterator[tuple[int, object, str]]:
    # Nothing but the pages of the known hosts is looked at: each range is found by an index of the history.
    connection.execute("CREATE TEMP TABLE wanted (id INTEGER PRIMARY KEY, area INTEGER NOT NULL)")
    for number, area in enumerate(AREAS):
        for start, stop in ranges(area):
            told = {"host": area.host, "reversed": area.host[::-1] + ".", "start": start, "stop": stop, "area": number}
            connection.execute(f"INSERT OR IGNORE INTO temp.wanted {schema.pages}", told)
    yield from connection.execute(schema.visits(connection))


def _folded(
    rows: Iterator[tuple[int, object, str]], epoch: int, now: int
) -> tuple[dict[str, tuple[Use, ...]], Counter[str]]:
    folding: dict[str, Folding] = {}
    left: Counter[str] = Counter()
    for area, time, kind in rows:
        if kind or type(time) is not int:
            left[kind or "unreadable"] += 1
            continue
        host = AREAS[area].host
        if host not in folding:
            folding[host] = Folding(now)
        folding[host].add(time + epoch)
    left["misdated"] += sum(one.misdated for one in folding.values())
    return {host: tuple(one.uses) for host, one in folding.items() if one.uses}, left


def left_words(left: Counter[str]) -> tuple[str, ...]:
    """What was found and not taken, a sentence each."""
    said = {
        "synced": plural(
            "{count} visit came by sync from another device: no use of this computer.",
            "{count} visits came by sync from other devices: no use of this computer.", left["synced"],
        ),
        "imported": plural(
            "{count} visit was imported from another browser, which is looked at itself.",
            "{count} visits were imported from other browsers, which are looked at themselves.", left["imported"],
        ),
        "embedded": plural(
            "{count} visit was a frame within a page: nobody went there.",
            "{count} visits were frames within pages: nobody went there.", left["embedded"],
        ),
        "misdated": plural(
            "{count} visit has a time that cannot be: in the future, or before 1995.",
            "{count} visits have times that cannot be: in the future, or before 1995.", left["misdated"],
        ),
        "unreadable": plural(
            "{count} visit has no time that could be read.", "{count} visits have no time that could be read.",
            left["unreadable"],
        ),
    }  # fmt: skip
    return tuple(said[kind] for kind in said if left[kind])


__all__ = ["Schema", "Unreadable", "columns", "left_words", "read_visits"]
