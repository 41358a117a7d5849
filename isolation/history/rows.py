"""What a format's reader yields for each record of a log."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from isolation.model import Session


class RawRow(NamedTuple):
    """One record as text: where it starts (`line`, from 1) and its cells by mapped field.

    `cells` has every mapped field, "" where the record has none; text is as logged, not trimmed. `actor` says what
    signed in where it is no person (`machine account`): then it is no operator's presence, and only counted.
    `connection` are the names (`ends.connection_name`) by which records of its end find it, with a space between.
    """

    line: int
    cells: dict[str, str]
    actor: str = ""
    connection: str = ""


class RawClose(NamedTuple):
    """A record of a session's end: the line (from 1), the session's name, the time as logged; `actor` as in RawRow."""

    line: int
    connection: str
    time: str
    actor: str = ""


class Close(NamedTuple):
    """The end (`at`, µs) of the session with this name, which may lie in another file."""

    line: int
    connection: str
    at: int


class ToldRow(NamedTuple):
    """One record that says itself which session it is, and where it starts (`line`, from 1)."""

    line: int
    session: Session


class Lease(NamedTuple):
    """A router's word for which machine had an address: `mac` and `address` as logged, `begin` and `end` in µs.

    It is no session; sessions are joined to it by time and address. `end` is None where it was not told. `exact` is
    set where both times are the router's own, and none is assumed.
    """

    line: int
    mac: str
    address: str
    begin: int
    end: int | None
    exact: bool = False


class Scan(NamedTuple):
    """One access point that was in sight at a moment (µs): `bssid` and `ssid` as logged, `signal` in dBm."""

    line: int
    time: int
    bssid: str
    ssid: str
    signal: int


class Ignored(NamedTuple):
    """A record that is sound and no sign-in of a person; `what` says in a few words what it is, to be counted by."""

    line: int
    what: str


class Rejected(NamedTuple):
    """A record that could not be taken: the file's name, the line (from 1), and why, in printable text."""

    file: str
    line: int
    reason: str


class Doubt(NamedTuple):
    """A record that was taken without one of its cells: the file's name, the line, the field, and why."""

    file: str
    line: int
    field: str
    reason: str


__all__ = ["Close", "Doubt", "Ignored", "Lease", "RawClose", "RawRow", "Rejected", "Scan", "ToldRow"]
