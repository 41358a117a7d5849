"""Histories, registries, logs and lists of our own making, spelt out from the vendors' descriptions."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path

WEBKIT = 11_644_473_600_000_000  # µs from 1601 to 1970

PROFILES = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\NetworkList\Profiles"
SIGNATURES = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\NetworkList\Signatures\Unmanaged"

# As of version 40 of Chromium's history, before visits told which device they came from.
OLD_TABLES = """
CREATE TABLE urls(id INTEGER PRIMARY KEY, url LONGVARCHAR, title LONGVARCHAR);
CREATE INDEX urls_url_index ON urls (url);
CREATE TABLE visits(id INTEGER PRIMARY KEY, url INTEGER NOT NULL, visit_time INTEGER NOT NULL,
    transition INTEGER DEFAULT 0 NOT NULL);
CREATE INDEX visits_url_index ON visits (url);
"""
TABLES = (
    OLD_TABLES
    + """
ALTER TABLE visits ADD COLUMN originator_cache_guid TEXT;
CREATE TABLE visit_source(id INTEGER PRIMARY KEY, source INTEGER NOT NULL);
"""
)


def chromium_history(path: Path, visits: Iterable[tuple[str, object]], tables: str = TABLES) -> None:
    """A history with visits of (url, time in µs since 1970, or anything else as it is)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(tables)
        pages: dict[str, int] = {}
        for url, moment in visits:
            page = pages.setdefault(url, len(pages) + 1)
            connection.execute("INSERT OR IGNORE INTO urls (id, url) VALUES (?, ?)", (page, url))
            time = moment + WEBKIT if isinstance(moment, int) else moment
            connection.execute("INSERT INTO visits (url, visit_time) VALUES (?, ?)", (page, time))


def firefox_history(path: Path, visits: Iterable[tuple[str, str, int]]) -> None:
    """A history with visits of (url, host, time in µs)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(
            "CREATE TABLE moz_places(id INTEGER PRIMARY KEY, url LONGVARCHAR, rev_host LONGVARCHAR);"
            "CREATE TABLE moz_historyvisits(id INTEGER PRIMARY KEY, place_id INTEGER, visit_date INTEGER,"
            " visit_type INTEGER);"
        )
        for number, (url, host, moment) in enumerate(visits, 1):
            connection.execute("INSERT INTO moz_places VALUES (?, ?, ?)", (number, url, host[::-1] + "."))
            connection.execute("INSERT INTO moz_historyvisits VALUES (?, ?, ?, 1)", (number, number, moment))


def system_time(clock: str) -> bytes:
    """A SYSTEMTIME of a clock like 2026-03-01 10:00:00."""
    moment = datetime.fromisoformat(clock)
    day = (moment.weekday() + 1) % 7
    return struct.pack("<8H", moment.year, moment.month, day, moment.day, moment.hour, moment.minute, moment.second, 0)


def hexadecimal(raw: bytes) -> str:
    r"""Bytes as `reg export` writes them: at most 25 on the first line, then `\` and on."""
    digits = [f"{byte:02x}" for byte in raw]
    return "hex:" + ",\\\r\n  ".join(",".join(digits[at : at + 10]) for at in range(0, len(digits), 10))


def registry_export(networks: Iterable[tuple[str, str, str, bytes, int]]) -> bytes:
    """An export of networks: (name, first clock, last clock, gateway's MAC, NameType)."""
    lines = ["Windows Registry Editor Version 5.00", ""]
    for number, (name, first, last, mac, kind) in enumerate(networks):
        guid = f"{{00000000-0000-0000-0000-{number:012}}}"
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        lines += [
            f"[{PROFILES}\\{guid}]", f'"ProfileName"="{quoted}"', f'"Description"="{quoted}"',
            '"Managed"=dword:00000000', '"Category"=dword:00000000', f'"NameType"=dword:{kind:08x}',
            f'"DateCreated"={hexadecimal(system_time(first))}', f'"DateLastConnected"={hexadecimal(system_time(last))}',
            "", f"[{SIGNATURES}\\0103{number:056x}]", f'"ProfileGuid"="{guid}"', f'"FirstNetwork"="{quoted}"',
            '"Source"=dword:00000008', f'"DefaultGatewayMac"={hexadecimal(mac)}', '"DnsSuffix"="<none>"', "",
        ]  # fmt: skip
    return b"\xff\xfe" + "\r\n".join(lines).encode("utf-16-le")


def wlan_event(number: int, clock: str, ssid: str, bssid: str = "", adapter: str = "{A}") -> str:
    """An event as `wevtutil qe … /f:xml` prints it."""
    told = {"InterfaceGuid": adapter, "InterfaceDescription": "Wi-Fi", "ProfileName": ssid, "SSID": ssid}
    if bssid:
        told["BSSID"] = bssid
    data = "".join(f"<Data Name='{name}'>{value}</Data>" for name, value in told.items())
    return (
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
        "<Provider Name='Microsoft-Windows-WLAN-AutoConfig' Guid='{9580d7dd-0379-4658-9870-d5be7d52d6de}'/>"
        f"<EventID>{number}</EventID><Version>0</Version><TimeCreated SystemTime='{clock}'/>"
        "<Channel>Microsoft-Windows-WLAN-AutoConfig/Operational</Channel><Computer>PC</Computer></System>"
        f"<EventData>{data}</EventData></Event>"
    )


__all__ = [
    "OLD_TABLES",
    "PROFILES",
    "SIGNATURES",
    "TABLES",
    "WEBKIT",
    "chromium_history",
    "firefox_history",
    "hexadecimal",
    "registry_export",
    "system_time",
    "wlan_event",
]
