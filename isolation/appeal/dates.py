"""Dates in running text: found, with their place, and read where they have one meaning only."""

from __future__ import annotations

import re
from datetime import date

from isolation.appeal.months import MONTHS, month_numbers
from isolation.model import Value
from isolation.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_DAY = 86_400_000_000
_NUMBERS = month_numbers()
_NAMES = sorted({name for months in MONTHS.values() for names in months for name in names}, key=len, reverse=True)
_MONTH = f"(?:{'|'.join(map(re.escape, _NAMES))})"
_AT = "(?:at |um |à |alle ore |alle |ore |a las )?"
_CLOCK = (
    rf"(?:(?:T|,? {{1,3}}|(?<=日)){_AT}(?P<clock>[0-9]{{1,2}}[:h時][0-9]{{2}}(?::[0-9]{{2}})?)"
    r"(?: ?(?P<offset>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?)?"
)
_REIWA = 2018  # 令和 counts from 2019 on, whose year is 元年 or 1
_DATE = re.compile(
    r"(?<![\d.\-/])(?:"
    r"(?P<iso>[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2})(?![0-9])"
    r"|(?P<cjk>(?P<era>令和)? ?(?P<year>[0-9０-９]{1,4}|元) ?年 ?[0-9０-９]{1,2} ?月 ?[0-9０-９]{1,2} ?日)"
    rf"|(?P<dmy>[0-9]{{1,2}}(?:st|nd|rd|th|er|[.º°])?(?: (?:of|de))? {_MONTH}\.?,?(?: del?)? [0-9]{{4}})(?![0-9])"
    rf"|(?P<mdy>(?<!\w){_MONTH}\.? [0-9]{{1,2}}(?:st|nd|rd|th)?,? [0-9]{{4}})(?![0-9])"
    r"|(?P<open>[0-9]{1,2}(?P<sign>[/.])[0-9]{1,2}(?P=sign)[0-9]{4})(?![0-9])"
    rf"){_CLOCK}",
    re.IGNORECASE,
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


def dates_in(text: str, *, day_first: bool = False) -> Iterator[Date]:
    """Every date in the text, in order. With `day_first` 03/04/2026 is the third of April, else it can be either."""
    for match in _DATE.finditer(text):
        clock = re.sub("[h時]", ":", match["clock"] or "", flags=re.IGNORECASE)
        yield Date(match[0], match.start(), _day(match, day_first), clock and clock.zfill(5), match["offset"] or "")


def _day(match: re.Match[str], day_first: bool) -> str:
    """The day in figures; "" for one that is ambiguous or does not exist."""
    try:
        return date(*_parts(match, day_first)).isoformat()
    except ValueError:
        return ""


def _parts(match: re.Match[str], day_first: bool) -> tuple[int, int, int]:
    """Year, month and day. Raises ValueError where they cannot be told."""
    text = next(match[name] for name in ("iso", "cjk", "dmy", "mdy", "open") if match[name])
    if match["dmy"] or match["mdy"]:
        name = re.search(_MONTH, text, re.IGNORECASE)
        assert name is not None  # noqa: S101 - as the whole pattern has it
        first, second = map(int, re.findall("[0-9]+", text))
        return second, _NUMBERS[name[0].casefold()], first
    figures = [int(one) for one in re.findall("[0-9０-９]+", text.replace("元", "1"))]
    if match["open"]:
        if not day_first:
            raise ValueError(text)
        figures.reverse()
    elif match["era"]:
        figures[0] += _REIWA
    year, month, day = figures
    return year, month, day


def day_text(moment: int) -> str:
    """The day of a moment (µs) in UTC."""
    return format_time(moment // _DAY * _DAY)[:10]


__all__ = ["Date", "dates_in", "day_text"]
