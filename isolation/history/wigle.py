"""Access points in sight, as the WiGLE app writes them: time, BSSID, signal. Positions and names are not read.

The first line begins `WigleWifi-1.`, the second has the columns (https://api.wigle.net/csvFormat.html, read 2026-11).
`FirstSeen` is the phone's clock in UTC. Bluetooth and cell towers are no access points.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from isolation.errors import BadIdentifier
from isolation.history.lines import BadLine, text_lines
from isolation.history.rows import Ignored, Rejected, Scan
from isolation.identifiers.escape import excerpt
from isolation.identifiers.macs import parse_mac
from isolation.messages import message
from isolation.times import BadTime, parse_time, zone_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.history.documents import Document

FIELDS: tuple[str, ...] = ()
_COLUMNS = ("MAC", "FirstSeen", "RSSI", "Type")
_UTC = zone_named("UTC")


class Reader:
    """The access points of one file, as often as asked."""

    def __init__(self, document: Document, encoding: str, mapping: None = None) -> None:
        self.fields = FIELDS
        self._document = document
        self._encoding = encoding

    def rows(self) -> Iterator[Scan | Ignored | Rejected]:
        """Every network that was seen. Files may be joined: each of their headers begins anew."""
        places: dict[str, int] = {}
        with self._document.open() as stream:
            for number, line in enumerate(text_lines(stream, self._encoding), 1):
                if isinstance(line, BadLine):
                    yield self._document.reject(number, line.reason)
                    continue
                if not line.strip() or line.startswith("WigleWifi-"):
                    continue
                cells = _cells(line)
                if {"MAC", "FirstSeen"} <= set(cells):
                    places = {name: cells.index(name) for name in _COLUMNS if name in cells}
                else:
                    yield self._row(number, cells, places)

    def _row(self, number: int, cells: list[str], places: dict[str, int]) -> Scan | Ignored | Rejected:
        if len(places) < len(_COLUMNS):
            return self._document.reject(
                number, message("No header with MAC, FirstSeen, RSSI and Type stands above this line.")
            )
        if len(cells) <= max(places.values()):
            return self._document.reject(
                number, message("The row has {cells} cells, too few for its header.", cells=len(cells))
            )
        kind = cells[places["Type"]].strip().upper()
        if kind != "WIFI":
            return Ignored(
                number, message("{kind} device", kind=kind[:20]) if kind.isalnum() else message("other device")
            )
        try:
            bssid = parse_mac(cells[places["MAC"]])
            time = parse_time(cells[places["FirstSeen"]], _UTC)
        except (BadIdentifier, BadTime) as problem:
            return self._document.reject(number, problem.message)
        signal = cells[places["RSSI"]].strip()
        if not signal.removeprefix("-").isdecimal() or len(signal) > 4 or not -120 <= int(signal) < 0:
            return self._document.reject(number, message("{signal} is no signal in dBm.", signal=excerpt(signal)))
        return Scan(number, time, bssid, "", int(signal))


def recognises(head: str, name: str) -> bool:
    """Whether a file that begins like this is one of WiGLE's."""
    return head.lstrip("\ufeff").startswith("WigleWifi-")


def _cells(line: str) -> list[str]:
    try:
        return next(csv.reader([line.rstrip("\r\n")]), [])
    except csv.Error:
        return []


__all__ = ["FIELDS", "Reader", "recognises"]
