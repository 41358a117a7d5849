"""Windows Security events as JSON: Winlogbeat, NXLog, evtx_dump, PowerShell's ConvertTo-Json, and flat ones.

| Export | number | time | data |
|---|---|---|---|
| Winlogbeat, Elastic | `winlog.event_id` | `@timestamp` | `winlog.event_data` |
| NXLog, and flat ones | `EventID` | `EventTime` with an offset, or `@timestamp` | the object itself |
| evtx_dump | `Event.System.EventID` | `Event.System.TimeCreated` | `Event.EventData` |
| PowerShell | `Id` | `TimeCreated` | `Properties`, by position |
| lower case | `event_id` | `time` | `target_user`, `ip`, ... |
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from isolation.history.json_lines import values
from isolation.history.lines import BadLine
from isolation.history.rows import Ignored, RawClose, RawRow, Rejected
from isolation.history.windows_events import FIELDS, PROPERTIES, Event, moment, row
from isolation.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from isolation.history.documents import Document

_LOWER = {
    "TargetUserName": "target_user", "TargetDomainName": "target_domain", "TargetUserSid": "target_sid",
    "TargetLogonId": "logon_id", "LogonType": "logon_type", "IpAddress": "ip", "WorkstationName": "workstation",
    "Status": "status",
}  # fmt: skip
_NET_DATE = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")  # System.Text.Json's forerunner, as PowerShell 5 writes it
_SIGNS = (
    re.compile(r'"winlog"\s*:\s*\{'),
    re.compile(r'"Event"\s*:\s*\{\s*(?:"#attributes"|"System")'),
    re.compile(r'"TimeCreated"\s*:.*"Properties"\s*:\s*\[', re.DOTALL),
    re.compile(r'"event_id"\s*:\s*\d+.*"target_user"\s*:', re.DOTALL),
    re.compile(r'"TargetUserName"\s*:'),
)
_NUMBERED = re.compile(r'"(?:EventID|event_id|Id|code)"')


class Reader:
    """The events of one file, as often as asked."""

    def __init__(self, document: Document, encoding: str, mapping: None = None) -> None:
        self.fields = FIELDS
        self._document = document
        self._encoding = encoding

    def rows(self) -> Iterator[RawRow | RawClose | Ignored | Rejected]:
        """Every event."""
        for line, value in values(self._document, self._encoding):
            if isinstance(value, BadLine):
                yield self._document.reject(line, value.reason)
            elif not isinstance(value, dict):
                yield self._document.reject(line, "This is not a JSON object.")
            elif (told := _event(value)) is None:
                yield self._document.reject(line, message("The object is no Windows event: it has no event number."))
            else:
                yield row(line, told)


def recognises(head: str, name: str) -> bool:
    """Whether a file that begins like this holds Windows events as JSON."""
    start = head.lstrip("\ufeff \t\r\n")
    if not start.startswith(("{", "[")):
        return False
    return _NUMBERED.search(start) is not None and any(sign.search(start) for sign in _SIGNS)


def _event(value: object) -> Event | None:
    """The event that an object tells of; None where it has no number."""
    if not isinstance(value, dict):
        return None
    winlog, whole = value.get("winlog"), value.get("Event")
    if isinstance(winlog, dict):
        return _winlogbeat(value, winlog)
    if isinstance(whole, dict) and isinstance(whole.get("System"), dict):
        return _dumped(whole)
    if isinstance(value.get("Properties"), list):
        return _powershell(value)
    return _lower(value) if "event_id" in value else _flat(value)


def _winlogbeat(value: dict[str, Any], winlog: dict[str, Any]) -> Event | None:
    number = winlog.get("event_id", _within(value, "event", "code"))
    data = winlog.get("event_data")
    return _made(number, value.get("@timestamp"), winlog.get("computer_name"), winlog.get("record_id"), data)


def _dumped(whole: dict[str, Any]) -> Event | None:
    system = whole["System"]
    number = system.get("EventID")
    if isinstance(number, dict):
        number = number.get("#text")
    created = system.get("TimeCreated")
    if isinstance(created, dict):
        created = _within(created, "#attributes", "SystemTime") or created.get("@SystemTime")
    return _made(number, created, system.get("Computer"), system.get("EventRecordID"), whole.get("EventData"))


def _powershell(value: dict[str, Any]) -> Event | None:
    """PowerShell gives the properties by position, and each as an object around its value."""
    number = _number(value.get("Id", value.get("EventID")))
    given = [one.get("Value") if isinstance(one, dict) else one for one in value["Properties"]]
    given = [one.get("Value") if isinstance(one, dict) else one for one in given]  # a security identifier is one more
    data = dict(zip(PROPERTIES.get(number or 0, ()), given, strict=False))
    return _made(number, value.get("TimeCreated"), value.get("MachineName"), value.get("RecordId"), data)


def _lower(value: dict[str, Any]) -> Event | None:
    data = {name: value.get(key) for name, key in _LOWER.items()}
    return _made(value["event_id"], value.get("time"), value.get("computer"), value.get("record"), data)


def _flat(value: dict[str, Any]) -> Event | None:
    """One flat object. NXLog's EventTime is the computer's own clock: it is used where nothing better is told."""
    told = [value.get(key) for key in ("TimeCreated", "EventTime", "@timestamp")]
    times = [time for time in map(_time, told) if time]
    time = next((time for time in times if moment(time) is not None), times[0] if times else "")
    computer = value.get("Computer") or value.get("Hostname") or value.get("MachineName")
    record = value.get("EventRecordID") or value.get("RecordNumber")
    return _made(value.get("EventID", value.get("EventId")), time, computer, record, value)


def _made(number: object, time: object, computer: object, record: object, data: object) -> Event | None:
    known = _number(number)
    if known is None:
        return None
    fields = data if isinstance(data, dict) else {}
    return Event(
        known, _time(time), _text(computer).strip(), _text(record).strip(),
        {name: _text(fields[name]) for name in PROPERTIES.get(known, ()) if name in fields},
    )  # fmt: skip


def _number(value: object) -> int | None:
    text = _text(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _time(value: object) -> str:
    """A time as text; PowerShell may write an object around it, or milliseconds since 1970."""
    if isinstance(value, dict):
        value = value.get("value", value.get("DateTime", value.get("SystemTime")))
    text = _text(value).strip()
    ticks = _NET_DATE.fullmatch(text)
    return ticks[1] if ticks else text


def _within(value: Mapping[str, Any], outer: str, inner: str) -> object:
    found = value.get(outer)
    return found.get(inner) if isinstance(found, dict) else None


def _text(value: object) -> str:
    """A value as text; numbers come as text already."""
    if value is None or isinstance(value, bool):
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


__all__ = ["FIELDS", "Reader", "recognises"]
