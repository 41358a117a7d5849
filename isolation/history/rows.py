"""What a format's reader yields for each record of a log."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from isolation.model import Session


class RawRow(NamedTuple):
    """One record as text: where it starts (`line`, from 1) and its cells by mapped field.

    `cells` has every mapped field, "" where the record has none; text is as logged, not trimmed.
    """

    line: int
    cells: dict[str, str]


class ToldRow(NamedTuple):
    """One record that says itself which session it is, and where it starts (`line`, from 1)."""

    line: int
    session: Session


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


__all__ = ["Doubt", "RawRow", "Rejected", "ToldRow"]
