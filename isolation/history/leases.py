"""Which machine had which address: leases of dnsmasq and of ISC dhcpd, and what both wrote into a system log.

| Source | Line | From | Until |
|---|---|---|---|
| `dnsmasq.leases` | `EXPIRY MAC ADDRESS NAME CLIENT` | the lease time before EXPIRY, which is not told | EXPIRY |
| `dhcpd.leases` | `lease ADDRESS { starts ...; ends ...; hardware ethernet MAC; }` | `starts` | `ends` |
| system log | `DHCPACK(br0) ADDRESS MAC`, `DHCPACK on ADDRESS to MAC` | the line's time | the lease time later |

The lease time is what a person says, or an hour: dnsmasq's own where none is set (dnsmasq(8), --dhcp-range). A longer
one is not guessed, so that what is joined is not more than what was. Names of hosts are not read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from isolation.errors import BadIdentifier, UsageError
from isolation.history.lines import BadLine, text_lines
from isolation.history.rows import Ignored, Lease, Rejected
from isolation.history.syslog import Line, Years, is_syslog, messages, require_clock
from isolation.identifiers.addresses import parse_address
from isolation.identifiers.escape import excerpt
from isolation.identifiers.macs import is_group, parse_mac
from isolation.messages import message
from isolation.times import SECOND, BadTime, parse_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

    from isolation.history.documents import Document

FIELDS: tuple[str, ...] = ()
HOUR = 3600 * SECOND
_DURATION = re.compile(r"([0-9]{1,4})([mhd])")
_UNITS = {"m": 60 * SECOND, "h": HOUR, "d": 24 * HOUR}
_DNSMASQ = re.compile(r"(\d{1,12}) (\S+) (\S+) (\S+)(?: (\S+))?")
_DUID = re.compile(r"duid [0-9a-fA-F:]+")
_BLOCK = re.compile(r"lease (\S+) \{")
_STATEMENT = re.compile(r"(starts|ends|cltt|hardware|binding state) +([^;]*);")
_WHEN = re.compile(r"(?:\d (\d{4})/(\d\d)/(\d\d) (\d\d:\d\d:\d\d)(?: UTC)?|epoch (\d{10}))")
_ACKS = (
    re.compile(r"DHCPACK\([^)]*\) (?P<address>\S+) (?P<mac>\S+)(?: .*)?"),
    re.compile(r"DHCPACK on (?P<address>\S+) to (?P<mac>\S+)(?: .*)?"),
)
_PROGRAMS = ("dnsmasq", "dnsmasq-dhcp", "dhcpd")


class Told(NamedTuple):
    """One lease as told: `begin` and `end` in µs; `exact` where both are told and none is assumed."""

    mac: str
    address: str
    begin: int
    end: int | None
    exact: bool


class _Unusable(ValueError):
    """A lease that cannot be one; its text is the reason."""


class Reader:
    """The leases of one file, as often as asked."""

    def __init__(
        self, document: Document, encoding: str, mapping: None = None, *, year: str = "", zone: tzinfo | None = None,
        lease_time: str = "",
    ) -> None:  # fmt: skip
        """Raise UsageError where the times of a log lack a year or an offset that nobody named."""
        self.fields = FIELDS
        self._document = document
        self._encoding = encoding
        self._zone = zone
        self._years = Years(year)
        self._length = _length(lease_time)
        self._kind = _kind(document.head.decode(encoding, "replace"))
        if not self._kind:
            raise UsageError(
                message("{name} holds no leases that are known here.", name=document.name),
                "Give dnsmasq.leases, dhcpd.leases, or a system log with their DHCPACK lines.",
            )
        if self._kind == "log":
            with document.open() as stream:
                lines = messages(text_lines(stream, encoding), self._years)
                require_clock(lines, document.name, self._years, zone)

    def rows(self) -> Iterator[Lease | Ignored | Rejected]:
        """Every lease."""
        with self._document.open() as stream:
            lines = text_lines(stream, self._encoding)
            told = self._told(lines)
            for line, one in told:
                if isinstance(one, Told):
                    yield Lease(line, *one)
                elif isinstance(one, BadLine):
                    yield self._document.reject(line, one.reason)
                else:
                    yield Ignored(line, one)

    def _told(self, lines: Iterable[str | BadLine]) -> Iterator[tuple[int, Told | BadLine | str]]:
        if self._kind == "log":
            return self._acknowledged(lines)
        return dhcpd(lines) if self._kind == "dhcpd" else dnsmasq(lines, self._length)

    def _acknowledged(self, lines: Iterable[str | BadLine]) -> Iterator[tuple[int, Told | BadLine | str]]:
        """The leases that a system log tells of."""
        for line in messages(lines, self._years):
            if not isinstance(line, Line):
                yield line
                continue
            found = _acknowledgement(line)
            if found is None:
                yield line.number, message("other line")
                continue
            try:
                begin = parse_time(line.time, self._zone)
                yield line.number, _told(found["mac"], found["address"], begin, begin + self._length, exact=False)
            except (BadTime, _Unusable) as problem:
                yield line.number, BadLine(str(problem))


def recognises(head: str, name: str) -> bool:
    """Whether a file that begins like this holds leases."""
    return bool(_kind(head))


def dnsmasq(lines: Iterable[str | BadLine], length: int = HOUR) -> Iterator[tuple[int, Told | BadLine | str]]:
    """The leases of dnsmasq's file, each with its line (from 1), or why there is none, or what else stands there."""
    for number, line in enumerate(lines, 1):
        if isinstance(line, BadLine):
            yield number, line
            continue
        text = line.strip()
        found = _DNSMASQ.fullmatch(text)
        if not text:
            continue
        if _DUID.fullmatch(text):
            yield number, message("the server's own identifier")
        elif found is None:
            yield number, BadLine(message("This is no lease of dnsmasq."))
        elif found[1] == "0":
            yield number, message("lease without an end, which does not say when it began")
        elif ":" not in found[2] or found[2].startswith("["):
            yield number, message("IPv6 lease, which names no MAC address")
        else:
            try:
                end = _epoch(found[1])
                yield number, _told(found[2].rpartition("-")[2], found[3], end - length, end, exact=False)
            except _Unusable as problem:
                yield number, BadLine(str(problem))


def dhcpd(lines: Iterable[str | BadLine]) -> Iterator[tuple[int, Told | BadLine | str]]:
    """The leases of ISC dhcpd's file. It is a journal: each block is one state of a lease, and all were true."""
    begun, address = 0, ""
    told: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if isinstance(line, BadLine):
            yield number, line
            continue
        text = line.strip()
        opened = _BLOCK.match(text)
        if opened is not None:
            if begun:
                yield begun, BadLine(message("The lease does not end."))
            begun, address, told = number, opened[1], {}
            text = text[opened.end() :]
        if not begun:
            continue
        for name, value in _STATEMENT.findall(text):
            told.setdefault(name, value.strip())
        if text.endswith("}") and "{" not in text:
            yield begun, _of_block(address, told)
            begun = 0
    if begun:
        yield begun, BadLine(message("The file ends inside this lease."))


def _of_block(address: str, told: dict[str, str]) -> Told | BadLine | str:
    state = told.get("binding state", "active")
    kind, _, mac = told.get("hardware", "").partition(" ")
    if state in ("backup", "abandoned") or not mac:
        return message("{state} address without a machine", state=state)
    if kind != "ethernet":
        return BadLine(message("The hardware is {kind}, not ethernet.", kind=excerpt(kind)))
    try:
        begin = _when(told.get("starts", ""))
        end = None if told.get("ends", "never") == "never" else _when(told["ends"])
        return _told(mac.strip(), address, begin, end, exact=True)
    except _Unusable as problem:
        return BadLine(str(problem))


def _when(text: str) -> int:
    """A time of dhcpd.leases(5): the day of the week and a date in UTC, or `epoch` and seconds."""
    found = _WHEN.match(text)
    if found is None:
        raise _Unusable(message("{text} is no time of dhcpd.", text=excerpt(text)))
    return _epoch(found[5]) if found[5] else _parsed(f"{found[1]}-{found[2]}-{found[3]}T{found[4]}Z")


def _epoch(text: str) -> int:
    return _parsed(text)


def _parsed(text: str) -> int:
    try:
        return parse_time(text)
    except BadTime as problem:
        raise _Unusable(problem.message) from None


def _told(mac: str, address: str, begin: int, end: int | None, *, exact: bool) -> Told:
    """A lease whose parts are what they should be. Raises _Unusable."""
    try:
        hardware, given = parse_mac(mac), parse_address(address)
    except BadIdentifier as problem:
        raise _Unusable(problem.message) from None
    if is_group(hardware) or hardware == "0" * 12:
        raise _Unusable(message("{mac} is not the address of one machine.", mac=excerpt(mac)))
    if not (given.public or given.private):
        raise _Unusable(message("{address} is no address that is leased.", address=excerpt(address)))
    if end is not None and end < begin:
        raise _Unusable("The lease ends before it begins.")
    return Told(hardware, given.text, begin, end, exact)


def _acknowledgement(line: Line) -> re.Match[str] | None:
    if line.program not in _PROGRAMS:
        return None
    text = re.sub(r"^\d+ ", "", line.text)  # dnsmasq's log-dhcp puts the transaction before it
    return next((found for form in _ACKS if (found := form.fullmatch(text))), None)


def _length(text: str) -> int:
    """How long leases are (µs), from `45m`, `12h` or `7d`; an hour where nothing is told. Raises UsageError."""
    if not text:
        return HOUR
    found = _DURATION.fullmatch(text.strip())
    if found is None or not int(found[1]):
        raise UsageError(message("{text} is no lease time.", text=excerpt(text)), "Write --lease-time 45m, 12h or 7d.")
    return int(found[1]) * _UNITS[found[2]]


def _kind(head: str) -> str:
    """`dnsmasq`, `dhcpd` or `log`; "" for none of them."""
    lines = [line.strip() for line in head.lstrip("\ufeff").splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if any(_BLOCK.match(line) for line in lines):
        return "dhcpd"
    first = lines[0] if lines else ""
    found = _DNSMASQ.fullmatch(first)
    if (found is not None and ":" in found[2]) or _DUID.fullmatch(first):
        return "dnsmasq"
    return "log" if first and is_syslog(first) and "DHCPACK" in head else ""


__all__ = ["FIELDS", "HOUR", "Reader", "Told", "dhcpd", "dnsmasq", "recognises"]
