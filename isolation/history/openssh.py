"""Sign-ins in OpenSSH's log (auth.log, secure, journald): accepted and failed ones, and where sessions ended.

The messages are those of OpenSSH 6 to 10 (`auth.c`, `auth_log`; `sshd-session` is the name of the process from 9.8
on) and of PAM (`pam_unix(sshd:session)`). A user's name comes from a stranger and may hold anything, so for failed
sign-ins the *last* " from ADDRESS port PORT" of a line counts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from isolation.history.ends import connection_name
from isolation.history.lines import BadLine, text_lines
from isolation.history.rows import Ignored, RawClose, RawRow, Rejected
from isolation.history.syslog import Line, Years, is_syslog, messages, require_clock
from isolation.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from isolation.history.documents import Document

FIELDS = ("account", "time", "public_ip", "channel", "success", "record")
_PROGRAMS = ("sshd", "sshd-session", "sshd-auth")
_ACCEPTED = re.compile(r"Accepted (?P<way>\S+) for (?P<user>\S+) from (?P<address>\S+) port (?P<port>\d+)(?: .*)?")
_FAILED = re.compile(
    r"Failed (?P<way>\S+) for (?:invalid user |illegal user )?(?P<user>.*) from (?P<address>\S+) port (?P<port>\d+)"
    r"(?: ssh2)?(?:: .*)?"
)
_INVALID = re.compile(
    r"(?P<way>Invalid|Illegal) user (?P<user>.*) from (?P<address>[0-9A-Fa-f.:%\w]+)(?: port (?P<port>\d+))?"
)
_DISCONNECTED = re.compile(r"Disconnected from user .* (?P<address>[0-9A-Fa-f.:%\w]+) port (?P<port>\d+)")
_CLOSED = re.compile(r"pam_unix\(sshd:session\): session closed for user .*")


class Reader:
    """The sign-ins of one log, as often as asked. `year` is what a person named, `zone` that of times without one."""

    def __init__(
        self, document: Document, encoding: str, mapping: None = None, *, year: str = "", zone: tzinfo | None = None
    ) -> None:
        """Raise UsageError where the log's times lack a year or an offset that nobody named."""
        self.fields = FIELDS
        self._document = document
        self._encoding = encoding
        self._years = Years(year)
        require_clock(self._lines(), document.name, self._years, zone)

    def rows(self) -> Iterator[RawRow | RawClose | Ignored | Rejected]:
        """Every message of sshd; those of other programs are counted."""
        for line in self._lines():
            if isinstance(line, Line):
                yield self._row(line)
            else:
                yield self._document.reject(line[0], line[1].reason)

    def _row(self, line: Line) -> RawRow | RawClose | Ignored | Rejected:
        if not _is_sshd(line):
            return Ignored(
                line.number,
                message("line of {program}", program=line.program[:40])
                if line.program.isprintable()
                else message("other line"),
            )
        closed = _closed(line)
        if closed:
            return RawClose(line.number, closed, line.time)
        accepted = _ACCEPTED.fullmatch(line.text)
        found = accepted or _FAILED.fullmatch(line.text) or _INVALID.fullmatch(line.text)
        if found is None:
            if line.text.startswith(("Accepted ", "Failed password ", "Failed publickey ", "Invalid user ")):
                return self._document.reject(line.number, message("The line is cut off: it names no address."))
            return Ignored(line.number, message("other message of sshd"))
        if found["way"] == "none" or not found["user"].strip():
            return Ignored(line.number, message("failed sign-in without a user, or before any was tried"))
        return RawRow(
            line.number,
            {
                "account": found["user"],
                "time": line.time,
                "public_ip": found["address"],
                "channel": "remote",
                "success": "true" if accepted is not None else "false",
                "record": " ".join(
                    part for part in (_process(line), message("port {port}", port=found["port"])) if part
                ),
            },
            connection="" if accepted is None else " ".join(_names(line, found)),
        )

    def _lines(self) -> Iterator[Line | tuple[int, BadLine]]:
        with self._document.open() as stream:
            yield from messages(text_lines(stream, self._encoding), self._years)


def recognises(head: str, name: str) -> bool:
    """Whether a file that begins like this is a system log with lines of sshd."""
    lines = [line.rstrip("\r") for line in head.lstrip("\ufeff").split("\n")[:-1] or [head] if line.strip()]
    if not any(map(is_syslog, lines[:20])):
        return False
    return any("sshd" in line for line in lines)


def _is_sshd(line: Line) -> bool:
    return line.program.rpartition("/")[2] in _PROGRAMS


def _names(line: Line, found: re.Match[str]) -> list[str]:
    """The names of a connection: by its process, and by where it came from, since another process may tell its end."""
    by_process = [connection_name("openssh", _process(line))] if line.process else []
    return [*by_process, connection_name("openssh", line.host, found["address"].lower(), found["port"])]


def _closed(line: Line) -> str:
    """The name of the connection whose end a line tells; "" for another line."""
    found = _DISCONNECTED.fullmatch(line.text)
    if found is not None:
        return _names(line, found)[-1]
    return connection_name("openssh", _process(line)) if line.process and _CLOSED.fullmatch(line.text) else ""


def _process(line: Line) -> str:
    """What the messages of one connection have in common."""
    return message("{host} sshd {process}", host=line.host, process=line.process) if line.process else ""


__all__ = ["FIELDS", "Reader", "recognises"]
