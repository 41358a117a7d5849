"""`who`: the sessions open on a Unix system. Pure.

A row is user, perhaps the mark of `-a`, terminal, when it began (`2024-02-29 12:14`, or `Feb 29 12:14` on macOS), and
with `-a` how long it has been idle, its process and remarks; where it came from stands in brackets. Rows without a
user (`system boot`, `run-level 3`) are the system's own. Source: who(1) of GNU coreutils and macOS.
"""

from __future__ import annotations

import re

from isolation.model import Value
from isolation.probes.text import tokens

_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_ROW = re.compile(
    r"(?P<who>\S[^\t]*?|\s+\S[^\t]*?)\s+"
    rf"(?P<begin>\d{{4}}-\d\d-\d\d \d\d:\d\d|(?:{_MONTHS}) [ \d]\d \d\d:\d\d)"
    r"(?P<rest>\s.*)?",
    re.ASCII,
)
_FROM = re.compile(r"\(([^()]+)\)\s*$")


class OpenSession(Value):
    """One row: `user` ("" for the system's own), `terminal`, `begin` as printed (local time), `origin`
    ("" where not printed): an address, a name, a display, or a remark."""

    __slots__ = ("begin", "origin", "terminal", "user")
    user: str
    terminal: str
    begin: str
    origin: str

    def __init__(self, user: str, terminal: str, begin: str, origin: str) -> None:
        self._init(user=user, terminal=terminal, begin=begin, origin=origin)


def parse(output: bytes) -> list[OpenSession]:
    """The rows in an output of who; nobody is an empty list. Raises ProbeError for anything else."""
    found: list[OpenSession] = []
    for line in tokens.lines(output):
        if match := _ROW.fullmatch(line.rstrip()):
            found.append(_row(match))
    if not found and output.strip():
        raise tokens.refusal("who")
    return found


def _row(match: re.Match[str]) -> OpenSession:
    who = match["who"]
    origin = _FROM.search(match["rest"] or "")
    if who[0].isspace():
        return OpenSession("", who.strip(), match["begin"], "")
    user, _, terminal = who.partition(" ")
    words = terminal.split()
    if words[:1] in (["+"], ["-"], ["?"]):
        words = words[1:]
    return OpenSession(user, " ".join(words), match["begin"], origin[1] if origin else "")
