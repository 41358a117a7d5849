"""`last` and `lastb`: the sessions that a Unix system remembers, and the failed logins. Pure.

A row is user, terminal, where it came from, when it began, and how it ended: ` - 14:52  (01:56)`, ` - crash`,
`still logged in`, `gone - no logout`. The year is printed with `-F` only; the last line tells when the log begins.
The system's own rows (`reboot`, `shutdown`, `runlevel`, BSD's `boot time`) have the kernel's release, or nothing, where
others have an origin. Source: last(1) of util-linux, sysvinit, macOS and FreeBSD.
"""

from __future__ import annotations

import re

from isolation.model import Value
from isolation.probes.text import tokens

_DAYS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_MOMENT = rf"(?:{_DAYS}) (?:{_MONTHS}) [ \d]\d \d\d:\d\d(?::\d\d \d{{4}})?"
_TERMINAL = r"system [a-z]+|\(to lvl \S+\)|[!-~]+"
_ROW = re.compile(
    rf"(?P<user>\S*)\s+(?P<terminal>{_TERMINAL})(?P<origin>(?:\s+\S.*?)?)\s+(?P<begin>{_MOMENT})"
    rf"(?:\s+-\s+(?P<end>{_MOMENT}|\d\d:\d\d|[a-z]+)\s+\((?P<duration>[-\d:+]+)\)|\s+(?P<state>[a-z][a-z -]+))?\s*",
    re.ASCII,
)
_BEGINS = re.compile(r"\S+ begins \S.*", re.ASCII)
_SYSTEM = ("reboot", "shutdown", "runlevel", "boot")


class LoginRow(Value):
    """One row, all as printed: `user` may be "" in lastb; `begin` and `end` in local time, mostly without a year;
    `end` may be a word ("crash", "down", "still logged in") and is "" where nothing is said. `origin` is an address or
    a name, cut at 16 signs unless `last -w` was asked; "" for the system's own rows, which `system` tells."""

    __slots__ = ("begin", "end", "origin", "system", "terminal", "user")
    user: str
    terminal: str
    origin: str
    begin: str
    end: str
    system: bool

    def __init__(self, user: str, terminal: str, origin: str, begin: str, end: str, *, system: bool) -> None:
        self._init(user=user, terminal=terminal, origin=origin, begin=begin, end=end, system=system)


def parse(output: bytes) -> list[LoginRow]:
    """The rows in an output of last or lastb, latest first; an empty log is an empty list.

    Raises ProbeError for anything else.
    """
    lines = [line for line in tokens.lines(output) if line.strip()]
    rows = [line for line in lines if not _BEGINS.fullmatch(line)]
    found = [_row(match) for match in map(_ROW.fullmatch, rows) if match]
    if not found and (rows or not lines):
        raise tokens.refusal("last")
    return found


def _row(match: re.Match[str]) -> LoginRow:
    user, terminal, origin = match["user"], match["terminal"], match["origin"].strip()
    system = user in _SYSTEM
    end = match["end"] or (match["state"] or "").strip()
    return LoginRow(user, terminal, "" if system else origin, match["begin"], end, system=system)
