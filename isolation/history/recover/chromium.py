"""Chromium's family (Chrome, Edge, Brave, Chromium …): profiles, and the visits in their `History`.

Times are microseconds since 1601-01-01T00:00:00Z. What a visit came from: components/history/core/browser/
history_types.h (VisitSource) and visit_database.cc; `transition`: ui/base/page_transition_types.h. The browser itself
forgets visits after 90 days (components/history/core/browser/expire_history_backend.h).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from isolation.history.recover.browsers import paths
from isolation.history.recover.database import Schema, columns
from isolation.messages import message

if TYPE_CHECKING:
    import sqlite3

    from isolation.history.recover.computer import Computer

TABLE = "History, table visits"
FORGETS = message("It forgets visits after 90 days.")

_EPOCH = -11_644_473_600_000_000  # 1601-01-01T00:00:00Z, in µs since 1970
_SYNCED, _IMPORTED = 0, (3, 4, 5)  # VisitSource
_AUTO_SUBFRAME = 3  # the core of a transition: a frame that the page itself opened


class Profile(NamedTuple):
    """A profile: the name of its folder, the name that its person gave it, and its history's path."""

    folder: str
    name: str
    history: str


def profiles(computer: Computer, place: str) -> list[Profile]:
    """The profiles in a user-data folder that have a history, by folder; raises OSError where it cannot be listed."""
    join = paths(computer).join
    names = _names(computer, join(place, "Local State"))
    found = [
        Profile(folder, names.get(folder, ""), join(place, folder, "History"))
        for folder in computer.folders(place)
        if computer.exists(join(place, folder, "History"))
    ]
    # A profile's own folder may be named instead of the one above it.
    own = join(place, "History")
    return found or ([Profile(paths(computer).basename(place), "", own)] if computer.exists(own) else [])


def _names(computer: Computer, path: str) -> dict[str, str]:
    """The names of profiles by folder; none where `Local State` cannot be read, since they only help a person."""
    try:
        known = json.loads(computer.read_file(path))["profile"]["info_cache"]
        return {folder: str(told.get("name", "")) for folder, told in known.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _visits(connection: sqlite3.Connection) -> str:
    kinds = f"WHEN v.transition & 255 = {_AUTO_SUBFRAME} THEN 'embedded'"
    join = ""
    if "originator_cache_guid" in columns(connection, "visits"):  # since version 47 of the history
        kinds = f"WHEN ifnull(v.originator_cache_guid, '') <> '' THEN 'synced' {kinds}"
    if columns(connection, "visit_source"):
        join = "LEFT JOIN visit_source s ON s.id = v.id"
        kinds = f"WHEN s.source = {_SYNCED} THEN 'synced' WHEN s.source IN {_IMPORTED} THEN 'imported' {kinds}"
    return (
        f"SELECT w.area, v.visit_time, CASE {kinds} ELSE '' END"  # noqa: S608 - no input
        f" FROM temp.wanted w JOIN visits v ON v.url = w.id {join} ORDER BY v.visit_time"
    )


SCHEMA = Schema("SELECT id, :area FROM urls WHERE url >= :start AND url < :stop", _visits, _EPOCH)

__all__ = ["FORGETS", "SCHEMA", "TABLE", "Profile", "profiles"]
