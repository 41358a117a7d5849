"""Firefox: profiles, and the visits in their `places.sqlite`.

Times are microseconds since 1970. Visit types: toolkit/components/places/nsINavHistoryService.idl. Firefox does not
say of a visit whether it came by Firefox Sync; a profile that is signed in may hold visits of another device.
`installs.ini` only says which profile is the default one, and all of them are looked at.
"""

from __future__ import annotations

import configparser
from typing import TYPE_CHECKING

from isolation.history.recover.browsers import paths
from isolation.history.recover.chromium import Profile
from isolation.history.recover.database import Schema
from isolation.messages import message

if TYPE_CHECKING:
    import sqlite3

    from isolation.history.recover.computer import Computer

TABLE = "places.sqlite, table moz_historyvisits"
FORGETS = message("It forgets the oldest pages when it holds too many.")
MAY_BE_SYNCED = message(
    "Firefox Sync is set up in this profile, and Firefox does not tell visits of other devices apart."
)

_EMBED = 4
_SIGNED_IN = b'user_pref("services.sync.username"'


def profiles(computer: Computer, place: str) -> list[Profile]:
    """The profiles that `profiles.ini` names or that lie beside it and have a history; raises OSError."""
    join = paths(computer).join
    beside = computer.folders(place)
    named = _named(computer, place)
    folders = {join(place, folder): "" for folder in beside}
    if "Profiles" in beside:
        folders |= {join(place, "Profiles", folder): "" for folder in computer.folders(join(place, "Profiles"))}
    folders = {place: ""} | folders | named  # a profile's own folder may be named instead
    return [
        Profile(paths(computer).basename(folder), name, join(folder, "places.sqlite"))
        for folder, name in sorted(folders.items())
        if computer.exists(join(folder, "places.sqlite"))
    ]


def may_be_synced(computer: Computer, profile: Profile) -> bool:
    """Whether Firefox Sync was set up in a profile; True also where that cannot be told."""
    folder = paths(computer).dirname(profile.history)
    try:
        return _SIGNED_IN in computer.read_file(paths(computer).join(folder, "prefs.js"))
    except FileNotFoundError:
        return False
    except OSError:
        return True


def _named(computer: Computer, place: str) -> dict[str, str]:
    """The folders that `profiles.ini` names, with the names that people gave them."""
    join = paths(computer).join
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(computer.read_file(join(place, "profiles.ini")).decode(errors="replace"))
    except (OSError, configparser.Error):
        return {}
    found = {}
    for section in parser.sections():
        path = parser.get(section, "Path", fallback="").strip().rstrip("/")
        if section.startswith("Profile") and path:
            relative = parser.get(section, "IsRelative", fallback="1").strip() == "1"
            folder = join(place, *path.split("/")) if relative else path
            found[paths(computer).normpath(folder)] = parser.get(section, "Name", fallback="").strip()
    return found


def _visits(connection: sqlite3.Connection) -> str:
    return (
        f"SELECT w.area, v.visit_date, CASE WHEN v.visit_type = {_EMBED} THEN 'embedded' ELSE '' END"  # noqa: S608 - no input
        " FROM temp.wanted w JOIN moz_historyvisits v ON v.place_id = w.id ORDER BY v.visit_date"
    )


# moz_places has an index of hosts, spelt backwards, and none of URLs.
SCHEMA = Schema(
    "SELECT id, :area FROM moz_places WHERE rev_host = :reversed AND url >= :start AND url < :stop", _visits, 0
)

__all__ = ["FORGETS", "MAY_BE_SYNCED", "SCHEMA", "TABLE", "may_be_synced", "profiles"]
