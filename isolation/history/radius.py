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
from isolation.history.json_lines import values
from isolation.history.lines import BadLine, text_lines
from isolation.history.rows import Ignored, RawRow, Rejected
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


class _Known:
    """What all records of a session say together, in whatever order they come: the line of the first, begin and end
    (µs), and each attribute as the Start has it, or else the earliest record that does."""

    __slots__ = ("_best", "_start", "begin", "end", "line")

    def __init__(self, line: int) -> None:
        self.line = line
        self.begin = 0
        self.end: int | None = None
        self._start = False
        self._best: dict[str, tuple[bool, int, str]] = {}

    def add(self, packet: Packet, at: int) -> None:
        """One record more, of that time."""
        starts = packet.status == "start"
        begin = at if starts else at - _seconds(packet, "Acct-Session-Time") * SECOND
        if not self._best or starts > self._start:
            self.begin = begin
        elif starts == self._start:
            self.begin = min(begin, self.begin)
        self._start = self._start or starts
        if packet.status == "stop":
            self.end = max(at, self.end or 0)
        for name, text in packet.told.items():
            mine = (not starts, at, text)
            if text and mine < self._best.get(name, (True, at + 1, "")):
                self._best[name] = mine
            self._best.setdefault(name, mine)

    @property
    def told(self) -> dict[str, str]:
        """The attributes."""
        return {name: best[2] for name, best in self._best.items()}


class Reader:
    """The sessions of one log, as often as asked. `zone` is that of times without an offset."""

    def __init__(
        self, document: Document, encoding: str, mapping: None = None, *, year: str = "", zone: tzinfo | None = None
    ) -> None:
        self.fields = FIELDS
        self._document = document
        self._encoding = encoding
        self._zone = zone

    def rows(self) -> Iterator[RawRow | Ignored | Rejected]:
        """Every session where its first record stands, and the other records as such."""
        known: dict[str, _Known] = {}
        for packet in self._packets():
            if isinstance(packet, Packet) and packet.session and packet.status:
                at = self._moment(packet)
                if at is not None:
                    known.setdefault(packet.session, _Known(packet.line)).add(packet, at)
        for packet in self._packets():
            if not isinstance(packet, Packet):
                yield self._document.reject(packet[0], packet[1].reason)
            elif not packet.status:
                status = packet.told.get("Acct-Status-Type", "without a status")
                yield Ignored(packet.line, message("RADIUS record {status}", status=printable(status[:40])))
            else:
                yield self._row(packet, known.get(packet.session))

    def _row(self, packet: Packet, known: _Known | None) -> RawRow | Ignored | Rejected:
        if known is not None and known.line != packet.line:
            return Ignored(packet.line, message("RADIUS {status} of a session told already", status=packet.status))
        if known is None:
            at = self._moment(packet)
            if at is None:
                # The record's own header has no offset: what says so asks for one.
                naive = packet.told.get("", "")
                return RawRow(packet.line, _cells(packet, naive, None)) if naive else self._timeless(packet)
            known = _Known(packet.line)
            known.add(packet, at)
        return RawRow(packet.line, _cells(Packet(packet.line, known.told), format_time(known.begin), known.end))

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
            return at if name == "Event-Timestamp" else at - _seconds(packet, "Acct-Delay-Time") * SECOND
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


def _seconds(packet: Packet, name: str) -> int:
    text = packet.told.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


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
