"""What events of the Windows Security log say of sign-ins, whichever way they were exported.

Who signed in is `TargetUserName` as logged; the domain beside it is not part of the name, because one domain is
written in several ways (`CORP`, `corp.example`). Fields and their order: "Advanced security audit policy settings" of
Microsoft Learn, events 4624, 4625, 4634, 4647, 4648, 4768, 4769 and 4776 (read 2026-11).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from isolation.history.ends import connection_name
from isolation.history.rows import Ignored, RawClose, RawRow
from isolation.messages import message
from isolation.times import BadTime, format_time, parse_time

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS = ("account", "time", "public_ip", "channel", "success", "record")
LOGON, FAILED, LOGOFF, OWN_LOGOFF, EXPLICIT, TICKET, SERVICE_TICKET, NTLM = (
    4624, 4625, 4634, 4647, 4648, 4768, 4769, 4776,
)  # fmt: skip
_WITH_STATUS = (TICKET, SERVICE_TICKET, NTLM)

# The properties of an event by position, as PowerShell gives them.
_SUBJECT = "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId "
_TARGET = "TargetUserSid TargetUserName TargetDomainName "
_HOW = "LogonType LogonProcessName AuthenticationPackageName WorkstationName "
_FROM = "ProcessId ProcessName IpAddress IpPort"
_PACKAGE = "TransmittedServices LmPackageName KeyLength "
_ORDER = {
    LOGON: f"{_SUBJECT}{_TARGET}TargetLogonId {_HOW}LogonGuid {_PACKAGE}{_FROM}",
    FAILED: f"{_SUBJECT}{_TARGET}Status FailureReason SubStatus {_HOW}{_PACKAGE}{_FROM}",
    LOGOFF: f"{_TARGET}TargetLogonId LogonType",
    OWN_LOGOFF: f"{_TARGET}TargetLogonId",
    EXPLICIT: f"{_SUBJECT}LogonGuid TargetUserName TargetDomainName TargetLogonGuid TargetServerName TargetInfo "
    f"{_FROM}",
    TICKET: "TargetUserName TargetDomainName TargetSid ServiceName ServiceSid TicketOptions Status "
    "TicketEncryptionType PreAuthType IpAddress IpPort",
    SERVICE_TICKET: "TargetUserName TargetDomainName ServiceName ServiceSid TicketOptions TicketEncryptionType "
    "IpAddress IpPort Status",
    NTLM: "PackageName TargetUserName Workstation Status",
}
PROPERTIES = {number: tuple(names.split()) for number, names in _ORDER.items()}

# Logon types. At the machine: 2 interactive, 7 unlock, 9 new credentials, 11 and 13 the same from the cache. From
# elsewhere: 3 network, 8 network in clear text, 10 and 12 remote desktop. By no person: 0 system, 4 batch, 5 service.
_CHANNELS = {
    **dict.fromkeys(("3", "8", "10", "12"), "remote"),
    **dict.fromkeys(("0", "4", "5"), "api"),
}
_FOR_GOOD = ("0x3e7", "0x3e5", "0x3e4")  # the logon ids of SYSTEM, LOCAL SERVICE and NETWORK SERVICE
_NO_ADDRESS = ("", "-", "local")
# Well-known security identifiers (Microsoft Learn): the system, its services, window managers, virtual accounts.
_SERVICE_SID = re.compile(r"S-1-5-(7|18|19|20|(80|82|83|90|96|113|114)-.*)", re.IGNORECASE)
_SERVICE_NAME = re.compile(
    r"system|local service|network service|anonymous logon|(dwm|umfd)-\d+|healthmailbox[0-9a-f]{7,}(@.*)?",
    re.IGNORECASE,
)


class Event(NamedTuple):
    """One event: its number, time and computer as logged, its number in its log ("" where not told), and its data."""

    number: int
    time: str
    computer: str
    record: str
    data: Mapping[str, str]

    def told(self, name: str) -> str:
        """A field of the data, trimmed; "" for none."""
        return self.data.get(name, "").strip()


def moment(text: str) -> int | None:
    """A time with an offset in µs, cut to ms: exports of one event differ below that. None where there is none."""
    try:
        return parse_time(text) // 1000 * 1000
    except BadTime:
        return None


def row(line: int, event: Event) -> RawRow | RawClose | Ignored:
    """What an event tells: a sign-in, whether it worked or not, its end, or nothing to be kept."""
    number = event.number
    if number in (LOGOFF, OWN_LOGOFF):
        return _close(line, event)
    if number not in PROPERTIES:
        return Ignored(line, message("Windows event {number}", number=number))
    user = event.told("TargetUserName")
    if user in ("", "-") and number != LOGON:
        return Ignored(line, message("Windows event {number} without a user", number=number))
    at = moment(event.time)
    address = event.told("IpAddress")
    return RawRow(
        line,
        {
            "account": user,
            "time": event.time if at is None else format_time(at),
            "public_ip": "" if address.lower() in _NO_ADDRESS else address,
            "channel": _CHANNELS.get(event.told("LogonType"), "remote" if number in (TICKET, SERVICE_TICKET) else "ui"),
            "success": "true" if _worked(event) else "false",
            "record": _record(event),
        },
        actor(user, event.told("TargetUserSid") or event.told("TargetSid")),
        _connection(event) if number == LOGON else "",
    )


def _close(line: int, event: Event) -> RawClose | Ignored:
    connection, at = _connection(event), moment(event.time)
    if not connection:
        return Ignored(line, message("logoff that names no session"))
    who = actor(event.told("TargetUserName"), event.told("TargetUserSid"))
    return RawClose(line, connection, event.time if at is None else format_time(at), who)


def _connection(event: Event) -> str:
    """The name of a session that can end; the system and its two service accounts are signed in for good."""
    session = _session(event)
    return "" if not session or session.rpartition(" ")[2] in _FOR_GOOD else connection_name("windows", session)


def actor(user: str, sid: str) -> str:
    """What signs in where it is no person: "machine account", "service account"; "" for a person."""
    if user.partition("@")[0].endswith("$"):  # a domain controller signs in with the system's identifier
        return message("machine account")
    return message("service account") if _SERVICE_SID.fullmatch(sid) or _SERVICE_NAME.fullmatch(user) else ""


def _worked(event: Event) -> bool:
    """Whether somebody was signed in. 4648 only says that it was tried with the credentials of another."""
    if event.number in _WITH_STATUS:
        return _integer(event.told("Status")) == 0
    return event.number == LOGON


def _session(event: Event) -> str:
    """What a logon and its logoff have in common; "" where the event names no session."""
    logon = _integer(event.told("TargetLogonId"))
    return "" if logon is None else f"{event.computer.lower()} {logon:#x}"


def _record(event: Event) -> str:
    """The event's own name, the same in every export: computer, event, type of logon, and logon id or record number."""
    kind = event.told("LogonType")
    session = _session(event) if event.number == LOGON else ""
    own = session.rpartition(" ")[2] or (f"record {event.record}" if event.record else "")
    parts = (event.computer.lower(), str(event.number), f"type {kind}" if kind else "", own)
    return " ".join(part for part in parts if part)


def _integer(text: str) -> int | None:
    try:
        return int(text, 16 if text[:2].lower() == "0x" else 10)
    except ValueError:
        return None


__all__ = ["FIELDS", "PROPERTIES", "Event", "actor", "moment", "row"]
