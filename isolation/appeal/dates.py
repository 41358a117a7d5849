"""Dates in running text: found, with their place, and read where they have one meaning only."""

from __future__ import annotations

import re
from datetime import UTC

from isolation.model import Value
from isolation.times import BadTime, format_time, parse_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_DAY = 86_400_000_000
_MONTH = (
    "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    "Nov(?:ember)?|Dec(?:ember)?)"
)
_CLOCK = (
    r"(?:(?:T|,? {1,3}|(?<=日))(?:at )?(?P<clock>\d{1,2}:\d{2}(?::\d{2})?)"
    r"(?: ?(?P<offset>Z|UTC|GMT|[+-]\d{2}:?\d{2}))?)?"
)
_DATE = re.compile(
    r"(?<![\d.\-/])(?:"
    r"(?P<iso>\d{4}[-/.]\d{1,2}[-/.]\d{1,2})(?!\d)"
    r"|(?P<zh>\d{4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?日)"
    rf"|(?P<dmy>\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}\.?,? \d{{4}})"
    rf"|(?P<mdy>{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}})"
    r"|(?P<open>\d{1,2}[/.]\d{1,2}[/.]\d{4})(?!\d)"
    rf"){_CLOCK}",
    re.IGNORECASE | re.ASCII,
)


class Date(Value):
    """A date in a text: `text` as it stands there from `start` on, `day` as `2026-11-25`, "" where day and month cannot
    be told apart or there is no such day; `clock` its time of day as `09:30` or `09:30:05`, `offset` that time's
    offset, each "" for none."""

    __slots__ = ("clock", "day", "offset", "start", "text")
    text: str
    start: int
    day: str
    clock: str
    offset: str

    def __init__(self, text: str, start: int, day: str, clock: str = "", offset: str = "") -> None:
        self._init(text=text, start=start, day=day, clock=clock, offset=offset)


def dates_in(text: str) -> Iterator[Date]:
    """Every date in the text, in order."""
    for match in _DATE.finditer(text):
        clock = (match["clock"] or "").zfill(5) if match["clock"] else ""
        yield Date(match[0], match.start(), _day(match), clock, match["offset"] or "")


def _day(match: re.Match[str]) -> str:
    """The day in figures; "" for one that is ambiguous or does not exist."""
    text = next(match[name] for name in ("iso", "zh", "dmy", "mdy", "open") if match[name])
    if match["open"]:
        return ""
    plain = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b| of\b|\.(?= )", "", text.replace(" 年", "年"), flags=re.IGNORECASE)
    plain = re.sub(r"\s*([年月日])\s*", r"\1", plain)
    if match["dmy"]:
        plain = plain.replace(",", "")
    try:
        moment = parse_time(plain, UTC, whole_days=True)
    except BadTime:
        return ""
    return day_text(moment)


def day_text(moment: int) -> str:
    """The day of a moment (µs) in UTC."""
    return format_time(moment // _DAY * _DAY)[:10]


__all__ = ["Date", "dates_in", "day_text"]
