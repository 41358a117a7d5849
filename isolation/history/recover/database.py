"""A browser's history as an SQLite file: only the rows of the known hosts are asked for, by time."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from isolation.history.recover.platforms import AREAS, ranges
from isolation.history.recover.visits import Folding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from isolation.history.recover.visits import Use


class Unreadable(Exception):
    """A database that is none, is damaged, or has other tables; its text is the reason, a sentence."""


class Schema(NamedTuple):
    """How one browser keeps visits.

    `pages` selects the ids of an area's pages; its parameters are :host, :reversed, :start and :stop. `visits` makes,
    of a database that is open, the query for (area, time, kind) of the visits of the pages in temp.wanted, by time;
    `kind` is a key of `LEFT`, or "" for a visit at this keyboard. `epoch` is the browser's time 0 in µs.
    """

    pages: str
    visits: Callable[[sqlite3.Connection], str]
    epoch: int


# What is found and not taken: kind -> why, after a count.
LEFT = {
    "synced": "came by sync from another device: no use of this computer",
    "imported": "were imported from another browser, which is looked at itself",
    "embedded": "were frames within another site's page: nobody went there",
    "misdated": "have a time that cannot be: in the future, or before 1995",
    "unreadable": "have no time that could be read",
}


def read_visits(path: str, schema: Schema, now: int) -> tuple[dict[str, tuple[Use, ...]], Counter[str]]:
    """The uses by host, and the counts of visits by kind, of a private copy of a history. Raises Unreadable."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.text_factory = lambda raw: raw.decode(errors="replace")
            for (problem,) in connection.execute("PRAGMA quick_check(1)"):
                if problem != "ok":
                    raise Unreadable(f"The history is damaged: {problem}.")
            return _folded(_rows(connection, schema), schema.epoch, now)
    except sqlite3.OperationalError as error:
        if "no such" in str(error):
            raise Unreadable(f"Its tables are not the ones known here: {error}.") from None
        raise Unreadable(f"The history cannot be read: {error}.") from None
    except sqlite3.Error as error:
        raise Unreadable(f"The history cannot be read: {error}.") from None


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


def left_words(left: Mapping[str, int]) -> tuple[str, ...]:
    """What was found and not taken, a sentence each."""
    return tuple(
        f"{count} {'visit' if count == 1 else 'visits'} {LEFT[kind]}." for kind, count in left.items() if count
    )


__all__ = ["LEFT", "Schema", "Unreadable", "columns", "left_words", "read_visits"]
