"""Windows' log of Wi-Fi connections: Microsoft-Windows-WLAN-AutoConfig/Operational, events 8001 and 8003.

8001 says that an adapter connected (SSID, and since Windows 10 the BSSID), 8003 that it disconnected. Roaming to
another access point of the same network writes neither.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree

from isolation.errors import BadIdentifier
from isolation.history.recover.found import Presence
from isolation.times import BadTime, parse_time

if TYPE_CHECKING:
    from collections.abc import Iterable

LOG = "Microsoft-Windows-WLAN-AutoConfig/Operational"
QUERY = ("wevtutil", "qe", LOG, "/q:*[System[(EventID=8001 or EventID=8003)]]", "/f:xml", "/uni:true")
NAME = "Windows' log of Wi-Fi connections"

CONNECTED, DISCONNECTED = 8001, 8003
_EVENT = re.compile(r"<Event[\s>].*?</Event>", re.DOTALL)
_ROAMING = "Moving to another access point of the same network is not logged."
_LOGGED = f"The log has the begin and the end of this connection. {_ROAMING}"
_BEGUN = "The log has the begin of this connection, and no end."


class _Event(NamedTuple):
    number: int
    moment: int
    data: dict[str, str]


def decoded(raw: bytes) -> str:
    """The text of what Windows writes: UTF-16 by its mark or by its NUL bytes, otherwise UTF-8."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    if raw[1:8:2] == bytes(len(raw[1:8:2])) and len(raw) > 3:
        return raw.decode("utf-16-le", "replace")
    return raw.decode("utf-8-sig", "replace")


def is_event_log(text: str) -> bool:
    """Whether a text begins as an XML export of events does."""
    start = text.lstrip("\ufeff \t\r\n")[:8192]
    return start.startswith("<") and "schemas.microsoft.com/win/2004/08/events/event" in start


def elements(text: str) -> list[str]:
    """The elements `Event` of an export, with a root around them or without one."""
    return _EVENT.findall(text)


def presences(events: Iterable[str], path: str) -> tuple[list[Presence], list[str]]:
    """The connections of events as XML, in any order, and what could not be read."""
    read: list[_Event] = []
    problems: list[str] = []
    for number, text in enumerate(events, 1):
        event = _event(text)
        if isinstance(event, str):
            problems.append(f"Event {number}: {event}")
        elif event is not None:
            read.append(event)
    # Of two at one moment the end comes first: an adapter leaves one network before it joins the next.
    read.sort(key=lambda event: (event.moment, event.number != DISCONNECTED))
    return _paired(read, path), problems


def _paired(events: Iterable[_Event], path: str) -> list[Presence]:
    found: list[Presence] = []
    since: dict[str, _Event] = {}
    for event in events:
        adapter = event.data.get("InterfaceGuid", "").lower()
        begun = since.pop(adapter, None)
        if event.number == CONNECTED:
            since[adapter] = event
            if begun is not None:
                found.append(_presence(begun, None, path))
        elif begun is not None:
            found.append(_presence(begun, event.moment, path))
    found += [_presence(begun, None, path) for begun in since.values()]
    return sorted(found, key=lambda one: one.first or 0)


def _presence(begun: _Event, end: int | None, path: str) -> Presence:
    ssid = begun.data.get("SSID", "")
    return Presence(
        NAME, path, begun.data.get("ProfileName") or ssid, begun.moment, end, exact=True,
        bssid=begun.data.get("BSSID", ""), ssid=ssid, reason=_LOGGED if end is not None else _BEGUN,
    )  # fmt: skip


def _event(text: str) -> _Event | str | None:
    """The event of an element; None for one of another kind, a sentence for what cannot be read."""
    if "<!" in text:
        return "It holds a document type, which no event does."
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - there is no document type, so no entity that could grow
        system = _child(root, "System")
        number = int((_child(system, "EventID").text or "").strip())
        if number not in (CONNECTED, DISCONNECTED):
            return None
        moment = parse_time(_child(system, "TimeCreated").get("SystemTime", ""))
        data = {one.get("Name", ""): one.text or "" for one in _child(root, "EventData")}
    except (ElementTree.ParseError, LookupError, ValueError, BadTime, BadIdentifier) as error:
        return f"It cannot be read: {error}"
    return _Event(number, moment, data)


def _child(element: ElementTree.Element, name: str) -> ElementTree.Element:
    for one in element:
        if one.tag.rpartition("}")[2] == name:
            return one
    raise LookupError(f"it has no {name}.")


__all__ = ["LOG", "NAME", "QUERY", "decoded", "elements", "is_event_log", "presences"]
