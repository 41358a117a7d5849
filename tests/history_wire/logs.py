"""Logs of each format, made up from a seed: records that can be taken apart, shuffled and put together again."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

USERS = ("li", "wang", "zhao", "CORP\\chen")
_START = datetime(2026, 11, 1, 8, 0, 0, tzinfo=UTC)


def _address(chance: random.Random) -> str:
    return chance.choice((f"192.168.1.{chance.randrange(2, 9)}", f"8.8.4.{chance.randrange(1, 5)}", "2a00:1450::5"))


def _mac(chance: random.Random) -> str:
    return f"3c:07:54:1a:2b:{chance.randrange(6):02x}"


def openssh(chance: random.Random, number: int) -> str:
    """One or two lines of sshd."""
    at = _START + timedelta(minutes=7 * number)
    said = f"Accepted password for {chance.choice(USERS[:3])} from {_address(chance)} port {4000 + number} ssh2"
    if chance.random() < 0.3:
        said = said.replace("Accepted password for", "Failed password for invalid user")
    return f"{at:%b} {at.day:2} {at:%H:%M:%S} web sshd[{number}]: {said}\n"


def radius(chance: random.Random, number: int) -> str:
    """One record of a session's Start."""
    told = {
        "Acct-Status-Type": "Start", "Acct-Session-Id": f"S{number}", "User-Name": chance.choice(USERS),
        "Framed-IP-Address": _address(chance), "Calling-Station-Id": _mac(chance), "NAS-Identifier": "ap",
        "Called-Station-Id": "3C-37-86-5D-75-D4:Home", "Timestamp": str(int(_START.timestamp()) + 300 * number),
    }  # fmt: skip
    lines = "".join(f"\t{name} = {json.dumps(value)}\n" for name, value in told.items())
    return f"Sun Nov  1 08:00:00 2026\n{lines}\n"


def _event(chance: random.Random, number: int) -> dict[str, str]:
    at = _START + timedelta(seconds=311 * number)
    kind = chance.choice(("4624", "4624", "4624", "4625", "4776", "4672"))
    return {
        "EventID": kind, "EventRecordID": str(number), "Computer": "PC1", "TimeCreated": f"{at:%Y-%m-%dT%H:%M:%S}.5Z",
        "TargetUserName": chance.choice((*USERS[:3], "PC1$", "SYSTEM")), "TargetLogonId": hex(1000 + number),
        "LogonType": chance.choice(("2", "3", "10")), "IpAddress": chance.choice((_address(chance), "-", "::1")),
        "Status": "0x0",
    }  # fmt: skip


def windows_json(chance: random.Random, number: int) -> str:
    """One flat event."""
    return json.dumps(_event(chance, number)) + "\n"


def windows_xml(chance: random.Random, number: int) -> str:
    """One event as wevtutil prints it."""
    told = _event(chance, number)
    data = "".join(f"<Data Name='{name}'>{told[name]}</Data>" for name in list(told)[4:])
    return (
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
        f"<EventID>{told['EventID']}</EventID><TimeCreated SystemTime='{told['TimeCreated']}'/>"
        f"<EventRecordID>{number}</EventRecordID><Computer>PC1</Computer></System><EventData>{data}</EventData></Event>\n"
    )


def dnsmasq(chance: random.Random, number: int) -> str:
    """One lease of dnsmasq."""
    ends = int(_START.timestamp()) + 1800 * number + 3600
    return f"{ends} {_mac(chance)} 192.168.1.{chance.randrange(2, 9)} * *\n"


def dhcpd(chance: random.Random, number: int) -> str:
    """One lease of dhcpd."""
    begins = int(_START.timestamp()) + 1800 * number
    return (
        f"lease 192.168.1.{chance.randrange(2, 9)} {{\n  starts epoch {begins};\n  ends epoch {begins + 7200};\n"
        f"  binding state active;\n  hardware ethernet {_mac(chance)};\n}}\n"
    )


MAKERS: dict[str, Callable[[random.Random, int], str]] = {
    "openssh": openssh, "radius": radius, "windows-json": windows_json, "windows-xml": windows_xml,
}  # fmt: skip


def records(kind: str, count: int, seed: int = 1) -> list[str]:
    """So many records of a format."""
    chance = random.Random(f"{kind}{seed}")
    return [MAKERS[kind](chance, number) for number in range(1, count + 1)]


def _clock(at: datetime) -> str:
    return f"{at:%b} {at.day:2} {at:%H:%M:%S}"


def openssh_session(chance: random.Random, number: int) -> list[str]:
    """The lines of one connection. Processes' numbers and ports come round again, and some ends are missing."""
    at, user, address = _START + timedelta(minutes=7 * number), chance.choice(USERS[:3]), _address(chance)
    process, port = number % 9 + 100, 4000 + number % 7
    lines = [f"{_clock(at)} web sshd[{process}]: Accepted password for {user} from {address} port {port} ssh2\n"]
    end = at + timedelta(seconds=chance.randrange(400))
    if chance.random() < 0.4:
        told = f"Disconnected from user {user} {address} port {port}"
        lines.append(f"{_clock(end)} web sshd[{process + 500}]: {told}\n")
    if chance.random() < 0.6:
        end += timedelta(seconds=chance.randrange(2))
        lines.append(f"{_clock(end)} web sshd[{process}]: pam_unix(sshd:session): session closed for user {user}\n")
    return lines


def windows_session(chance: random.Random, number: int) -> list[str]:
    """A logon and mostly its logoff; logon ids come round again."""
    told = _event(chance, number) | {"EventID": "4624", "TargetLogonId": hex(1000 + number % 9)}
    lines = [json.dumps(told) + "\n"]
    if chance.random() < 0.7:
        end = _START + timedelta(seconds=311 * number + chance.randrange(300))
        told |= {"EventID": "4634", "TimeCreated": f"{end:%Y-%m-%dT%H:%M:%S}.25Z", "EventRecordID": str(9000 + number)}
        lines.append(json.dumps(told) + "\n")
    return lines


def radius_session(chance: random.Random, number: int) -> list[str]:
    """Start, Interim-Update and Stop, any of which may be missing; a client may go to another access point."""
    begin = int(_START.timestamp()) + 300 * number
    told = {
        "Acct-Session-Id": f"S{number % 11}", "User-Name": chance.choice(USERS), "NAS-Identifier": "ap",
        "Calling-Station-Id": _mac(chance), "Called-Station-Id": "3C-37-86-5D-75-D4:Home",
    }  # fmt: skip
    address = {"Framed-IP-Address": _address(chance)}
    length = chance.randrange(60, 280)
    moved = {"Called-Station-Id": f"3C-37-86-5D-{chance.randrange(2)}0-D4:Home"}
    several = [
        told | {"Acct-Status-Type": "Start", "Timestamp": str(begin)},
        told | address | moved
        | {"Acct-Status-Type": "Interim-Update", "Timestamp": str(begin + 50), "Acct-Session-Time": "50"},
        told | address
        | {"Acct-Status-Type": "Stop", "Timestamp": str(begin + length), "Acct-Session-Time": str(length)},
    ]  # fmt: skip
    return [json.dumps(one) + "\n" for one in several if chance.random() < 0.75]


SESSION_MAKERS: dict[str, Callable[[random.Random, int], list[str]]] = {
    "openssh": openssh_session, "radius": radius_session, "windows-json": windows_session,
}  # fmt: skip
