"""NetworkManager: its connections' files, what it keeps of them, and its lines in the journal.

Keyfiles: nm-settings-keyfile(5). Of them only the id, the uuid and the SSID are read, never a secret. `timestamps` and
`seen-bssids` in /var/lib/NetworkManager have a connection's last success and the access points it was made through.
The journal's messages are those of src/core/devices/nm-device.c.
"""

from __future__ import annotations

import configparser
import json
import re
from typing import TYPE_CHECKING, NamedTuple

from isolation.history.recover.found import Presence
from isolation.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

CONNECTIONS = "/etc/NetworkManager/system-connections"
TIMESTAMPS = "/var/lib/NetworkManager/timestamps"
SEEN_BSSIDS = "/var/lib/NetworkManager/seen-bssids"
JOURNAL = ("journalctl", "--unit", "NetworkManager", "--output", "json", "--no-pager", "--quiet",
           "--output-fields", "MESSAGE,_BOOT_ID")  # fmt: skip
NAME = "NetworkManager"

_STARTING = re.compile(r"device \(([^)]+)\): Activation: starting connection '(.*)' \(([0-9a-fA-F-]{36})\)")
_ACTIVATED = re.compile(r"device \(([^)]+)\): Activation: successful, device activated")
_STOPPED = re.compile(r"device \(([^)]+)\): state change: activated -> ")
_RESTARTED = re.compile(r"NetworkManager \(version .*\) is starting")

_BYTES = re.compile(r"(\d{1,3};)+", re.ASCII)
_ESCAPED = re.compile(r"\\(.)")
_MEANT = {"s": " ", "n": "\n", "t": "\t", "r": "\r"}

_ONE_POINT = message("The connection was made through this one access point only, as far as NetworkManager remembers.")
_SEVERAL = message("The connection was made through several access points, and which one it was then is not logged.")
_LOGGED = message("The journal has the begin and the end of this connection.")
_BEGUN = message("The journal has the begin of this connection, and no end.")
_STAMP = message("NetworkManager keeps only when the connection last succeeded.")


class Connection(NamedTuple):
    """A stored connection: its name, its SSID ("" for one without), and the access points it was made through."""

    name: str
    ssid: str
    bssids: tuple[str, ...] = ()


def parse_keyfile(text: str) -> tuple[str, Connection] | None:
    """The uuid and the connection of a keyfile; None for what is none."""
    parser = _parsed(text)
    if parser is None or not parser.has_option("connection", "uuid"):
        return None
    wifi = next((section for section in ("wifi", "802-11-wireless") if parser.has_section(section)), "")
    seen = parser.get(wifi, "seen-bssids", fallback="") if wifi else ""  # where it was kept before 1.12
    ssid = _ssid(parser.get(wifi, "ssid", fallback="")) if wifi else ""
    name = _unescaped(parser.get("connection", "id", fallback=""))
    return parser.get("connection", "uuid").lower(), Connection(name, ssid, _list(seen))


def parse_state(text: str, section: str) -> dict[str, tuple[str, ...]]:
    """The lists by uuid of `timestamps` or `seen-bssids`; empty for what is neither."""
    parser = _parsed(text)
    if parser is None or not parser.has_section(section):
        return {}
    return {uuid.lower(): _list(value) for uuid, value in parser.items(section)}


def with_points(connections: Mapping[str, Connection], seen: Mapping[str, tuple[str, ...]]) -> dict[str, Connection]:
    """The connections with the access points of `seen-bssids`; one without a file is called by its uuid."""
    found = {uuid: known._replace(bssids=seen.get(uuid, known.bssids)) for uuid, known in connections.items()}
    return {uuid: Connection(uuid, "", bssids) for uuid, bssids in seen.items()} | found


def is_journal(raw: bytes) -> bool:
    """Whether a file begins as `journalctl -o json` prints its lines."""
    return raw.startswith(b"{") and b'"__REALTIME_TIMESTAMP"' in raw[:65536]


def is_state(raw: bytes) -> bool:
    """Whether a file begins as one of NetworkManager's own: a connection, `timestamps` or `seen-bssids`."""
    return raw.startswith((b"[connection]", b"[timestamps]", b"[seen-bssids]"))


def from_timestamps(
    stamps: Mapping[str, tuple[str, ...]], connections: Mapping[str, Connection], path: str
) -> list[Presence]:
    """When each connection last succeeded, which is a moment and no interval."""
    found = []
    for uuid, values in stamps.items():
        known = connections.get(uuid, Connection(uuid, ""))
        if values and values[0].isascii() and values[0].isdigit() and len(values[0]) < 12:
            moment = int(values[0]) * 1_000_000
            found.append(_presence(known, path, None, moment, exact=False, reason=_STAMP))
    return found


def from_journal(
    lines: Iterable[bytes],
    connections: Mapping[str, Connection],
    path: str = " ".join(JOURNAL[:3]),
    *,
    boot: str = "",
    now: int | None = None,
) -> Iterator[Presence]:
    """The connections of the journal's lines, which come in the order of their times.

    `boot` is the present boot's id as the journal writes it: what is still connected in it lasts until `now` (µs).
    """
    starting: dict[str, Connection] = {}
    since: dict[str, tuple[Connection, int]] = {}
    last_boot = ""
    for moment, line, this_boot in _messages(lines):
        if _RESTARTED.search(line) or this_boot != last_boot:
            yield from (_presence(one, path, begun, None, True, _BEGUN) for one, begun in since.values())
            since, starting, last_boot = {}, {}, this_boot
        if told := _STARTING.search(line):
            starting[told[1]] = connections.get(told[3].lower(), Connection(told[2], ""))
        elif (told := _ACTIVATED.search(line)) and told[1] in starting:
            since[told[1]] = (starting[told[1]], moment)
        elif (told := _STOPPED.search(line)) and told[1] in since:
            one, begun = since.pop(told[1])
            yield _presence(one, path, begun, moment, True, _LOGGED)
    until = now if boot and boot == last_boot else None
    for one, begun in since.values():
        yield _presence(one, path, begun, until, True, _LOGGED if until else _BEGUN)


def _messages(lines: Iterable[bytes]) -> Iterator[tuple[int, str, str]]:
    """Time (µs), text and boot of each line of `journalctl -o json` (systemd.io/JOURNAL_EXPORT_FORMATS)."""
    for line in lines:
        try:
            entry = json.loads(line)
            message = entry["MESSAGE"]
            if isinstance(message, list):  # what is not UTF-8 comes as bytes
                message = bytes(message).decode(errors="replace")
            yield int(entry["__REALTIME_TIMESTAMP"]), str(message), str(entry.get("_BOOT_ID", ""))
        except (ValueError, KeyError, TypeError, RecursionError):
            continue


def _presence(one: Connection, path: str, first: int | None, last: int | None, exact: bool, reason: str) -> Presence:
    if len(one.bssids) == 1:
        reason = f"{reason} {_ONE_POINT}"
    elif one.bssids:
        reason = f"{reason} {_SEVERAL}"
    bssid = one.bssids[0] if len(one.bssids) == 1 else ""
    return Presence(NAME, path, one.name, first, last, exact, bssid=bssid, ssid=one.ssid, reason=reason)


def _parsed(text: str) -> configparser.RawConfigParser | None:
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[method-assign,assignment]  # the way configparser offers
    try:
        parser.read_string(text)
    except configparser.Error:
        return None
    return parser


def _list(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.replace(";", ",").split(",") if part.strip())


def _ssid(value: str) -> str:
    """A keyfile's SSID: text, or the numbers of its bytes with semicolons behind them."""
    if _BYTES.fullmatch(value) and all(int(part) < 256 for part in value.split(";")[:-1]):
        return "0x" + bytes(int(part) for part in value.split(";")[:-1]).hex()
    return _unescaped(value).replace("\\;", ";")  # NetworkManager marks these so, and GLib then escapes the mark


def _unescaped(value: str) -> str:
    """A keyfile's text: GLib writes some characters after a backslash (GKeyFile, "Key file format")."""
    return _ESCAPED.sub(lambda told: _MEANT.get(told[1], told[1]), value)


__all__ = [
    "CONNECTIONS",
    "JOURNAL",
    "NAME",
    "SEEN_BSSIDS",
    "TIMESTAMPS",
    "Connection",
    "from_journal",
    "from_timestamps",
    "is_journal",
    "is_state",
    "parse_keyfile",
    "parse_state",
    "with_points",
]
