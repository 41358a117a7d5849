"""Windows' log of Wi-Fi connections: Microsoft-Windows-WLAN-AutoConfig/Operational, events 8001 and 8003.

8001 says that an adapter connected (SSID, and since Windows 10 the BSSID), 8003 that it disconnected. Roaming to
another access point of the same network writes neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isolation.history.lines import BadLine
from isolation.history.recover.found import Presence
from isolation.history.windows_events import Event, moment
from isolation.history.windows_xml import event_of
from isolation.identifiers.escape import printable
from isolation.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterable

LOG = "Microsoft-Windows-WLAN-AutoConfig/Operational"
QUERY = ("wevtutil", "qe", LOG, "/q:*[System[(EventID=8001 or EventID=8003)]]", "/f:xml", "/uni:true")
NAME = message("Windows' log of Wi-Fi connections")

CONNECTED, DISCONNECTED = 8001, 8003
_DATA = dict.fromkeys((CONNECTED, DISCONNECTED), ("InterfaceGuid", "ProfileName", "SSID", "BSSID"))
_ROAMING = message("Moving to another access point of the same network is not logged.")
_LOGGED = message("The log has the begin and the end of this connection. {roaming}", roaming=_ROAMING)
_BEGUN = message("The log has the begin of this connection, and no end.")


def decoded(raw: bytes) -> str:
    """The text of what Windows writes: UTF-16 by its mark or by its NUL bytes, otherwise UTF-8."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    if raw[1:8:2] == bytes(len(raw[1:8:2])) and len(raw) > 3:
        return raw.decode("utf-16-le", "replace")
    return raw.decode("utf-8-sig", "replace")


def presences(elements: Iterable[tuple[int, str | BadLine]], path: str) -> tuple[list[Presence], list[str]]:
    """The connections of events as numbered XML elements, in any order, and what could not be read."""
    read: list[tuple[int, Event]] = []
    problems: list[str] = []
    for number, text in elements:
        event = text if isinstance(text, BadLine) else event_of(text, _DATA)
        begun = None if isinstance(event, BadLine) else moment(event.time)
        if isinstance(event, BadLine) or begun is None:
            reason = event.reason if isinstance(event, BadLine) else message("The event has no time.")
            problems.append(message("Event at {number}: {reason}", number=number, reason=printable(reason)))
        elif event.number in _DATA:
            read.append((begun, event))
    # Of two at one moment the end comes first: an adapter leaves one network before it joins the next.
    read.sort(key=lambda told: (told[0], told[1].number != DISCONNECTED))
    return _paired(read, path), problems


def _paired(events: Iterable[tuple[int, Event]], path: str) -> list[Presence]:
    found: list[Presence] = []
    since: dict[str, tuple[int, Event]] = {}
    for at, event in events:
        adapter = event.told("InterfaceGuid").lower()
        begun = since.pop(adapter, None)
        if event.number == CONNECTED:
            since[adapter] = (at, event)
            if begun is not None:
                found.append(_presence(*begun, None, path))
        elif begun is not None:
            found.append(_presence(*begun, at, path))
    found += [_presence(*begun, None, path) for begun in since.values()]
    return sorted(found, key=lambda one: one.first or 0)


def _presence(at: int, begun: Event, end: int | None, path: str) -> Presence:
    ssid = begun.data.get("SSID", "")
    return Presence(
        NAME, path, begun.told("ProfileName") or ssid, at, end, exact=True, bssid=begun.told("BSSID"), ssid=ssid,
        reason=_LOGGED if end is not None else _BEGUN,
    )  # fmt: skip


__all__ = ["LOG", "NAME", "QUERY", "decoded", "presences"]
