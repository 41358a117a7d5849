"""Lines of system logs: what each says of time, host, program and process, in the ways that syslog and journald write.

- RFC 3164: `Nov 24 10:00:05 host sshd[123]: text`. It has neither year nor zone.
- RFC 5424: `<38>1 2026-11-24T10:00:05.123+08:00 host sshd 123 - - text`, and rsyslog's `2026-11-24T10:00:05+08:00 host
  sshd[123]: text`; also `2026 Nov 24 10:00:05 host ...`.
- journald: `journalctl -o json` (an object on each line) and `-o export` (lines `NAME=value`, then an empty line).

A year that a line does not have is never guessed. A person names it: `2026`, or `2025-2026` for a log that runs over
New Year, where July to December are of the first year and January to June of the second. So it takes no other line to
tell a line's time, and neither order nor cutting of a log changes one.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from isolation.errors import UsageError
from isolation.history.lines import BadLine
from isolation.history.offsets import NoZone
from isolation.identifiers.escape import excerpt
from isolation.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import tzinfo

_PLAIN = re.compile(
    r"(?:<\d{1,3}>)?(?P<month>[A-Z][a-z]{2}) {1,2}(?P<day>\d{1,2}) (?P<clock>\d\d:\d\d:\d\d) "
    r"(?P<host>\S+) (?P<program>[^\s:\[]+)(?:\[(?P<process>\d+)\])?: ?(?P<text>.*)"
)
_DATED = re.compile(
    r"(?:<\d{1,3}>)?(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?|"
    r"\d{4} [A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d) "
    r"(?P<host>\S+) (?P<program>[^\s:\[]+)(?:\[(?P<process>\d+)\])?: ?(?P<text>.*)"
)
_RFC5424 = re.compile(
    r"<\d{1,3}>1 (?P<time>\S+) (?P<host>\S+) (?P<program>\S+) (?P<process>\S+) \S+ "
    r"(?:-|(?:\[(?:[^\]\\\"]|\\.|\"(?:[^\"\\]|\\.)*\")*\])+) ?(?:\ufeff)?(?P<text>.*)"
)
_OFFSET = re.compile(r"(?:Z|[+-]\d\d:?\d\d)$")
_REPEATED = re.compile(r"message repeated (\d+) times: \[ ?(.*)\]")
_YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Line(NamedTuple):
    """One message: its line (from 1), time as text ("" where not told), host, program, process, text.

    `yearless` is set where the time has no year.
    """

    number: int
    time: str
    host: str
    program: str
    process: str
    text: str
    yearless: bool = False

    @property
    def naive(self) -> bool:
        """Whether the time does not say its offset."""
        return not self.time.isdigit() and _OFFSET.search(self.time) is None


class Years:
    """The years that a person named: one, or two on both sides of a New Year. Without any, no time can be told."""

    def __init__(self, text: str) -> None:
        """`2026`, `2025-2026` or "". Raises UsageError for another text."""
        found = _YEARS.fullmatch(text.strip())
        if text and (found is None or (found[2] is not None and int(found[2]) != int(found[1]) + 1)):
            raise UsageError(
                message("{text} is no year.", text=excerpt(text)),
                "Write --year 2026, or --year 2025-2026 over New Year.",
            )
        self.named = found is not None
        self._first = int(found[1]) if found else 0
        self._second = int(found[2] or found[1]) if found else 0

    def of(self, month: int) -> int:
        """The year of a month (1 to 12)."""
        return self._first if month > 6 else self._second


def messages(lines: Iterable[str | BadLine], years: Years) -> Iterator[Line | tuple[int, BadLine]]:
    """Every message of a log, whichever way it is written; a BadLine with its line for what is none."""
    held: dict[str, str] = {}
    begun = 0
    for number, line in enumerate(lines, 1):
        if isinstance(line, BadLine):
            yield number, line
            continue
        text = line.rstrip("\r\n")
        name, mark, value = text.partition("=")
        if mark and (name.isidentifier() and name.isupper()):
            begun = begun or number
            held[name] = value
        elif text.strip():
            yield _parsed(number, text, years)
        elif held:
            yield _journal(begun, held)
            held, begun = {}, 0
    if held:
        yield _journal(begun, held)


def require_clock(lines: Iterable[Line | tuple[int, BadLine]], file: str, years: Years, zone: tzinfo | None) -> None:
    """Raise NoZone at the first time that lacks a year that nobody named, or an offset that nobody named."""
    for line in lines:
        if not isinstance(line, Line):
            continue
        if line.yearless and not years.named:
            raise NoZone(
                message(
                    "{file}, line {number}: the time does not say in which year it is.", file=file, number=line.number
                ),
                "Name the year of the log: --year 2026, or --year 2025-2026 where it runs over New Year.",
            )
        if zone is None and line.naive:
            raise NoZone(
                message(
                    "{file}, line {number}: the time does not say in which time zone it is.",
                    file=file,
                    number=line.number,
                ),
                "Name the zone of the log: --tz Asia/Shanghai, or --tz UTC.",
            )


def is_syslog(text: str) -> bool:
    """Whether a line is one that `messages` reads, journald's included."""
    if text.startswith("{"):
        return '"__REALTIME_TIMESTAMP"' in text and '"MESSAGE"' in text
    return text.startswith("__CURSOR=") or any(form.fullmatch(text) for form in (_PLAIN, _DATED, _RFC5424))


def _parsed(number: int, text: str, years: Years) -> Line | tuple[int, BadLine]:
    if text.startswith("{"):
        try:
            told = json.loads(text)
        except (ValueError, RecursionError):
            return number, BadLine(message("The line is not valid JSON."))
        return _journal(number, told if isinstance(told, dict) else {})
    plain = _PLAIN.fullmatch(text)
    if plain is not None:
        return _yearless(number, plain, years)
    dated = _RFC5424.fullmatch(text) or _DATED.fullmatch(text)
    if dated is None:
        return number, BadLine(message("This is no line of a system log."))
    time = dated["time"].replace(",", ".")
    if time[4:5] == " ":
        year, month, day, clock = time.split()
        time = f"{day} {month} {year} {clock}"
    return Line(number, time, dated["host"], dated["program"], dated["process"] or "", _once(dated["text"]))


def _yearless(number: int, found: re.Match[str], years: Years) -> Line | tuple[int, BadLine]:
    if found["month"] not in _MONTHS:
        return number, BadLine(message("{month} is no month.", month=excerpt(found["month"])))
    month = _MONTHS.index(found["month"]) + 1
    time = f"{years.of(month):04}-{month:02}-{int(found['day']):02} {found['clock']}" if years.named else ""
    text = _once(found["text"])
    return Line(number, time, found["host"], found["program"], found["process"] or "", text, yearless=True)


def _once(text: str) -> str:
    """The message itself where rsyslog says that it was repeated: it was logged once more, some time before."""
    found = _REPEATED.fullmatch(text)
    return found[2] if found else text


def _journal(number: int, told: Mapping[str, object]) -> Line | tuple[int, BadLine]:
    time, text = told.get("__REALTIME_TIMESTAMP"), told.get("MESSAGE")
    if isinstance(text, list):  # bytes, where the message is no UTF-8
        text = bytes(one for one in text if isinstance(one, int) and 0 <= one < 256).decode(errors="replace")
    if not isinstance(text, str) or not str(time).isdigit():
        return number, BadLine(message("The record has no message or no time."))
    program = told.get("SYSLOG_IDENTIFIER") or told.get("_COMM") or ""
    process = told.get("_PID") or told.get("SYSLOG_PID") or ""
    return Line(number, str(time), str(told.get("_HOSTNAME") or ""), str(program), str(process), text)


__all__ = ["Line", "Years", "is_syslog", "messages", "require_clock"]
