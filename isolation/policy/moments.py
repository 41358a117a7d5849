"""Dates as people type them on a command line or keep them in a list, and as TOML holds them."""

from __future__ import annotations

import datetime
import re

from isolation.errors import UsageError
from isolation.identifiers.escape import excerpt
from isolation.messages import message
from isolation.times import parse_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Moment: TypeAlias = datetime.date | datetime.datetime

# Spreadsheets write the dates they are given in the order of their language; the year first has one meaning.
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def moment_of(text: str) -> Moment | None:
    """The date, or the time with its offset, that a text names; None for an empty text.

    Raises UsageError for what is neither, and for a day that does not exist.
    """
    text = text.strip()
    if not text:
        return None
    day = _DAY.fullmatch(text)
    if day is None:
        return _EPOCH + datetime.timedelta(microseconds=parse_time(text))
    try:
        return datetime.date(*map(int, day.groups()))
    except ValueError:
        raise UsageError(
            message("{text} is a day that does not exist.", text=excerpt(text)), "Write it as 2026-01-31."
        ) from None


def day_of(text: str) -> Moment | None:
    """`moment_of` for a command line, where a date alone is what people give."""
    try:
        return moment_of(text)
    except UsageError as problem:
        if "does not exist" in problem.message:
            raise
        raise UsageError(message("{text} is not a date.", text=excerpt(text)), "Write it as 2026-01-31.") from None


def moment_text(moment: object) -> str:
    """A TOML date or time as a list holds it."""
    if isinstance(moment, datetime.datetime):
        return moment.isoformat()
    return moment.isoformat() if isinstance(moment, datetime.date) else ""


def microseconds(moment: Moment) -> int:
    """A date's first moment in UTC, or the time, in µs."""
    if not isinstance(moment, datetime.datetime):
        moment = datetime.datetime(moment.year, moment.month, moment.day, tzinfo=datetime.UTC)
    return (moment - _EPOCH) // datetime.timedelta(microseconds=1)


__all__ = ["day_of", "microseconds", "moment_of", "moment_text"]
