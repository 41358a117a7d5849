"""RADIUS accounting: FreeRADIUS detail files, and the same attributes as JSON. One session, one record.

User, address, the client's MAC, and the access point's MAC with the network's name stand in one record (RFC 2866;
RFC 3580, 3.20 and 3.21 for `Called-Station-Id` and `Calling-Station-Id`). Start, Interim-Update and Stop of one session
are told apart by `Acct-Status-Type` and belong together by access server and `Acct-Session-Id`: the first of them that
the log has makes the session, a Stop gives its end, and a session whose Start is not in the log began
`Acct-Session-Time` seconds before.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from isolation.errors import BadIdentifier
from isolation.history.ends import connection_name
from isolation.history.json_lines import values
from isolation.history.lines import BadLine, text_lines
from isolation.history.rows import Ignored, RawClose, RawRow, Rejected
from isolation.identifiers.escape import printable
from isolation.identifiers.macs import parse_mac
from isolation.messages import message
from isolation.times import SECOND, BadTime, format_time, parse_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

    from isolation.history.documents import Document

FIELDS = ("account", "time", "end", "public_ip", "hardware_mac", "bssid", "ssid", "channel", "success", "record")
_HEADER = re.compile(r"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}")
_ATTRIBUTE = re.compile(r"\s+([A-Za-z][\w-]*)(?::\w+)?\s*(?:=|:=|\+=)\s*(.*)")
_STATION = re.compile(
    r"((?:[0-9A-Fa-f]{2}[:.-]?){5}[0-9A-Fa-f]{2}|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})(?::(.*))?"
)
_WANTED = frozenset(
    (
        "Acct-Status-Type", "Acct-Session-Id", "Acct-Session-Time", "Acct-Delay-Time", "Event-Timestamp", "Timestamp",
        "User-Name", "NAS-Identifier", "NAS-IP-Address", "NAS-IPv6-Address", "Framed-IP-Address",
        "Framed-IPv6-Address", "Calling-Station-Id", "Called-Station-Id",
    )
)  # fmt: skip
_ADDRESSES = ("Framed-IP-Address", "Framed-IPv6-Address")
# Status by name and by number (RFC 2866, 5.1).
_STATUS = {
    "start": "start", "1": "start", "stop": "stop", "2": "stop", "interim-update": "interim", "alive": "interim",
    "3": "interim",
}  # fmt: skip


class Packet(NamedTuple):
    """One accounting record: the line it begins on (from 1) and its attributes, the first of each name.

    Under "" stands the time of a detail file's header, the clock of the RADIUS server.
    """

    line: int
    told: dict[str, str]

    @property
    def status(self) -> str:
        """`start`, `interim` or `stop`; "" for another."""
        return _STATUS.get(self.told.get("Acct-Status-Type", "").lower(), "")

    @property
    def session(self) -> str:
        """What the records of one session have in common; "" where there is no such."""
        server = self.told.get("NAS-Identifier") or self.told.get("NAS-IP-Address") or self.told.get("NAS-IPv6-Address")
        own = self.told.get("Acct-Session-Id", "")
        return f"{server or ''} {own} {self.told.get('User-Name', '')}" if own else ""


class Reader:
    """The sessions of one log, as often as asked. `zone` is that of times without an offset."""

    def __init__(
        self, document: Document, encoding: str, mapping: None = None, *, year: str = "", zone: tzinfo | None = None
    ) -> None:
        self.fields = FIELDS
        self._document = document
        self._encoding = encoding
        self._zone = zone

    def rows(self) -> Iterator[RawRow | RawClose | Ignored | Rejected]:
        """What every record tells of its session, and where it tells that it ended, that too."""
        for packet in self._packets():
            if not isinstance(packet, Packet):
                yield self._document.reject(packet[0], packet[1].reason)
            elif not packet.status:
                status = packet.told.get("Acct-Status-Type", "without a status")
                yield Ignored(packet.line, message("RADIUS record {status}", status=printable(status[:40])))
            else:
                yield from self._told(packet)

    def _told(self, packet: Packet) -> Iterator[RawRow | RawClose | Ignored | Rejected]:
        at, ends = self._moment(packet), packet.status == "stop"
        if at is None:
            # The record's own header has no offset: what says so asks for one.
            naive = packet.told.get("", "")
            yield RawRow(packet.line, _cells(packet, naive, None)) if naive else self._timeless(packet)
            return
        length = 0 if packet.status == "start" else _seconds(packet, "Acct-Session-Time")
        connection = connection_name("radius", packet.session) if packet.session else ""
        if length is None:
            if not (ends and connection):
                yield Ignored(
                    packet.line,
                    message("RADIUS {status} that does not say when its session began", status=packet.status),
                )
        else:
            end = at if ends and not connection else None
            yield RawRow(
                packet.line, _cells(packet, format_time(at - length * SECOND), end), connection=connection
            )  # fmt: skip
        if ends and connection:
            yield RawClose(packet.line, connection, format_time(at))

    def _timeless(self, packet: Packet) -> Rejected:
        return self._document.reject(packet.line, message("The record has no time that can be read."))

    def _moment(self, packet: Packet) -> int | None:
        """When it happened, in µs: by the access server, else by the RADIUS server less the delay, else its header."""
        for name in ("Event-Timestamp", "Timestamp", ""):
            text = packet.told.get(name, "")
            try:
                at = parse_time(text, self._zone if not name else None)
            except BadTime:
                continue
            return at if name == "Event-Timestamp" else at - (_seconds(packet, "Acct-Delay-Time") or 0) * SECOND
        return None

    def _packets(self) -> Iterator[Packet | tuple[int, BadLine]]:
        if self._document.head.decode(self._encoding, "replace").lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
            for line, value in values(self._document, self._encoding):
                yield _of_json(line, value)
            return
        with self._document.open() as stream:
            yield from packets(text_lines(stream, self._encoding))


def recognises(head: str, name: str) -> bool:
    """Whether a file that begins like this holds RADIUS accounting."""
    return "Acct-Status-Type" in head and "Acct-Session-Id" in head


def packets(lines: Iterable[str | BadLine]) -> Iterator[Packet | tuple[int, BadLine]]:
    """The records of a detail file: a line with the time, indented attributes, an empty line."""
    begun = 0
    told: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if isinstance(line, BadLine):
            yield number, line
            continue
        text = line.rstrip("\r\n")
        if not text.strip():
            if begun:
                yield Packet(begun, told)
            begun, told = 0, {}
        elif _HEADER.fullmatch(text):
            if begun:
                yield Packet(begun, told)
            day = text.split()
            begun, told = number, {"": f"{day[2]} {day[1]} {day[4]} {day[3]}"}
        elif (found := _ATTRIBUTE.fullmatch(text)) is not None:
            begun = begun or number
            if found[1] in _WANTED:
                told.setdefault(found[1], _unquoted(found[2]))
        else:
            yield number, BadLine(message("This is no line of a RADIUS record."))
    if begun:
        yield Packet(begun, told)


def _of_json(line: int, value: object) -> Packet | tuple[int, BadLine]:
    """A record of JSON: attributes by name, each a text, a list of texts, or FreeRADIUS's object with its value."""
    if isinstance(value, BadLine):
        return line, value
    if not isinstance(value, dict):
        return line, BadLine(message("This is not a JSON object."))
    return Packet(line, {name: text for name, one in value.items() if name in _WANTED and (text := _text(one))})


def _text(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, list):
        value = value[0] if value else None
    if value is None or isinstance(value, bool):
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return text


def _seconds(packet: Packet, name: str) -> int | None:
    text = packet.told.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _cells(packet: Packet, time: str, end: int | None) -> dict[str, str]:
    told = packet.told
    access_point, ssid = _station(told.get("Called-Station-Id", ""))
    return {
        "account": told.get("User-Name", ""),
        "time": time,
        "end": "" if end is None else format_time(end),
        "public_ip": next((told[name] for name in _ADDRESSES if told.get(name)), ""),
        "hardware_mac": _station(told.get("Calling-Station-Id", ""))[0],
        "bssid": access_point,
        "ssid": ssid,
        "channel": "ui",
        "success": "true",
        "record": packet.session.rpartition(" ")[0],
    }


def _station(text: str) -> tuple[str, str]:
    """MAC and network name of `00-10-A4-23-19-C0:AP1`; a telephone number or an address is neither."""
    found = _STATION.fullmatch(text.strip())
    if found is None:
        return "", ""
    try:
        return parse_mac(found[1]), found[2] or ""
    except BadIdentifier:
        return "", ""


__all__ = ["FIELDS", "Packet", "Reader", "packets", "recognises"]
