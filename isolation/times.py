"""Times as texts and back. Inside the program a time is an integer: microseconds since 1970-01-01T00:00:00Z.

Writing is RFC 3339 in UTC. Reading takes what logs write where it has one meaning only: nothing is guessed, and
a time without an offset needs a zone that somebody named.
"""

from __future__ import annotations

from isolation.errors import UsageError
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

SECOND = 1_000_000
_DAY = 86_400 * SECOND
_FIRST = -62_135_596_800 * SECOND  # 0001-01-01T00:00:00Z
_LAST = 253_402_300_800 * SECOND - 1  # 9999-12-31T23:59:59.999999Z
_EPOCH_DAY = 719_163  # the ordinal of 1970-01-01, counted from 0001-01-01 as 1
_LONGEST_QUOTE = 60
_MOST_HOURS = 20_000
# Logs write nearly all their times alike and in order. By what stands before and after minute and second, and the
# zone: the first moment of that hour; and of `minute:second`, how far into its hour it is.
_hours: dict[tuple[str, str, tzinfo | None], int] = {}
_within_hours: dict[str, int] = {}
# Digits of an epoch time that falls between 2001 and 2286, and how many of its units make a microsecond.
_EPOCH_UNITS = {10: (SECOND, 1), 13: (1000, 1), 16: (1, 1), 19: (1, 1000)}


class BadTime(UsageError):
    """A text that is no time, or not one certain time; `naive` where only an offset or a named zone is missing."""

    def __init__(self, message: str, hint: str = "", *, naive: bool = False) -> None:
        super().__init__(message, hint)
        self.naive = naive


def format_time(microseconds: int) -> str:
    """RFC 3339 in UTC, `2026-11-23T15:11:00Z`, with 3 or 6 decimals where there is a fraction of a second."""
    days, rest = divmod(_in_range(microseconds), _DAY)
    seconds, fraction = divmod(rest, SECOND)
    year, month, day = _date_of(days)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{year:04}-{month:02}-{day:02}T{clock}{_decimals(fraction)}Z"


def format_in(microseconds: int, zone: tzinfo) -> str:
    """The same moment as a clock in `zone` shows it, to the second: `2026-11-23 23:11:00 +08:00`."""
    from datetime import UTC, datetime, timedelta

    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    clock, sign, offset = moment.astimezone(zone).isoformat(" ", "seconds").rpartition("+")
    if not sign:
        clock, sign, offset = moment.astimezone(zone).isoformat(" ", "seconds").rpartition("-")
    return f"{clock} {sign}{offset}"


def parse_time(text: str, zone: tzinfo | None = None, *, whole_days: bool = False) -> int:
    """The time that a text names, in µs.

    Read are RFC 3339 and ISO 8601 dates with a time (`T` or spaces between, up to 9 decimals, cut after 6), the
    same with `/` or `.` in the date or as `2026年11月23日`, English month names (`23 Nov 2026`, `Nov 23, 2026`,
    `23/Nov/2026:`), AM and PM, an offset (`Z`, `UTC`, `+08:00`, `+0800`, `+08`), and epoch numbers of 10, 13, 16 or
    19 digits (s, ms, µs, ns). With `whole_days` a date alone is its first moment. A text without an offset is read
    in `zone`. The leap second :60 is the last microsecond before it. Raises BadTime for all else: day and month in
    figures before the year, zones by letters, times that clocks in `zone` skipped or showed twice.
    """
    plain = text.strip()
    hour = _hours.get((plain[:14], plain[19:], zone))
    if hour is not None:
        within = _within_hours.get(plain[14:19])
        if within is not None:
            return hour + within
    if plain and plain.count(".") <= 1 and not plain.strip("0123456789."):
        return _epoch(plain, text)
    for pattern in _patterns():
        match = pattern.fullmatch(plain)
        if match is not None:
            break
    else:
        raise BadTime(message("{text} {why}.", text=_quoted(text), why=_why_not(plain)))
    if match["hour"] is None and not whole_days:
        raise BadTime(message("{text} has a date and no time of day.", text=_quoted(text)))
    moment = _in_range(_moment(match.groupdict(), text, zone))
    if pattern is _compiled[0] and len(match["month"]) == len(match["day"]) == len(match["hour"] or "") == 2:
        _remember(plain, zone, moment)
    return moment


def _remember(plain: str, zone: tzinfo | None, moment: int) -> None:
    """Keep what a text like `2026-11-23 15:11:00` told, so that the others of its hour need no working out.

    An hour within which clocks in `zone` change is not kept.
    """
    from datetime import datetime

    second = plain[14:19]
    if plain[13:14] != ":" or second[2:3] != ":" or not second.replace(":", "", 1).isdigit() or second[3] > "5":
        return
    if "." in plain[19:] or "," in plain[19:] or "m" in plain[19:].lower():
        return
    within = (int(second[:2]) * 60 + int(second[3:])) * SECOND
    if zone is not None:
        begin = datetime(int(plain[:4]), int(plain[5:7]), int(plain[8:10]), int(plain[11:13]))
        ends = (begin, begin.replace(minute=59, second=59))
        if len({zone.utcoffset(end.replace(fold=fold)) for end in ends for fold in (0, 1)}) > 1:
            return
    if len(_hours) >= _MOST_HOURS:
        _hours.clear()
    _within_hours[second] = within
    _hours[plain[:14], plain[19:], zone] = moment - within


def zone_named(name: str) -> tzinfo:
    """The time zone of that IANA name (`Asia/Shanghai`), `UTC`, or a fixed offset (`+08:00`)."""
    from datetime import UTC, timedelta, timezone

    plain = name.strip()
    if plain.upper() in ("UTC", "Z", "GMT"):
        return UTC
    if plain[:1] in ("+", "-"):
        return timezone(timedelta(seconds=_offset_seconds(plain)))
    return _iana_zone(plain)


def _quoted(text: str) -> str:
    """The text as a message quotes it: escaped, and cut where it is long."""
    return repr(text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "…")


def _in_range(microseconds: int) -> int:
    if not _FIRST <= microseconds <= _LAST:
        raise BadTime(message("{microseconds} µs lies outside the years 1 to 9999.", microseconds=microseconds))
    return microseconds


def _date_of(days: int) -> tuple[int, int, int]:
    """Year, month and day of a count of days since 1970-01-01 (proleptic Gregorian calendar).

    Years are counted from March, so that the leap day is a year's last: 146,097 days in 400 years.
    """
    era, day = divmod(days + 719_468, 146_097)
    year = (day - day // 1460 + day // 36_524 - day // 146_096) // 365
    day -= 365 * year + year // 4 - year // 100
    month = (5 * day + 2) // 153
    day_of_month = day - (153 * month + 2) // 5 + 1
    month = month + 3 if month < 10 else month - 9
    return year + 400 * era + (month <= 2), month, day_of_month


def _decimals(fraction: int) -> str:
    if fraction == 0:
        return ""
    return f".{fraction // 1000:03}" if fraction % 1000 == 0 else f".{fraction:06}"


def _epoch(plain: str, text: str) -> int:
    whole, mark, decimals = plain.partition(".")
    unit = _EPOCH_UNITS.get(len(whole))
    if unit is None or whole[0] == "0" or (mark and (len(whole) != 10 or not 1 <= len(decimals) <= 9)):
        if len(whole) == 5 and decimals:
            raise BadTime(
                message("{text} is a spreadsheet's own number for a moment.", text=_quoted(text)),
                "Export the column in a format like yyyy-mm-dd hh:mm:ss.",
            )
        hint = message("Epoch times have 10 (s), 13 (ms), 16 (µs) or 19 (ns) digits; only seconds may have decimals.")
        raise BadTime(message("{text} is a number, and not an epoch time of a known unit.", text=_quoted(text)), hint)
    times, parts = unit
    return int(whole) * times // parts + int(decimals[:6].ljust(6, "0") or "0")


# How a text may write its date. The first is by far the commonest, so it is tried first.
_DATES = (
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
    r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日",
    r"(?:[A-Za-z]{3}, *)?(?P<day>\d{1,2})(?P<mark>[ /-])(?P<month>[A-Za-z]{3,9})(?P=mark)(?P<year>\d{4})",
    r"(?:[A-Za-z]{3},? +)?(?P<month>[A-Za-z]{3,9}) +(?P<day>\d{1,2}),? +(?P<year>\d{4})",
)
_CLOCK = (
    r"(?:(?:[Tt:]|,? +|(?<=日))(?P<before>上午|下午)? *(?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,](?P<decimals>\d{1,9}))?)?(?: *(?P<after>[AaPp][Mm]))?"
    r"(?: *(?P<offset>[Zz]|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?)?"
)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_compiled: list[re.Pattern[str]] = []


def _patterns() -> list[re.Pattern[str]]:
    """The texts that name a time; compiled when the first is read: a check before a login must not pay for `re`."""
    if not _compiled:
        import re

        _compiled.extend([re.compile(date + _CLOCK, re.ASCII) for date in _DATES])
    return _compiled


def _moment(part: Mapping[str, str | None], text: str, zone: tzinfo | None) -> int:
    """The time that the parts of a matching text name."""
    from datetime import datetime

    leap = part["second"] == "60"
    try:
        clock = datetime(
            int(part["year"] or 0),
            _month(part["month"] or ""),
            int(part["day"] or 0),
            _hour(int(part["hour"] or 0), (part["before"] or part["after"] or "").lower()),
            int(part["minute"] or 0),
            59 if leap else int(part["second"] or 0),
        )
    except ValueError as error:
        raise BadTime(message("{text} names no time that exists: {error}.", text=_quoted(text), error=error)) from None
    fraction = 999_999 if leap else int((part["decimals"] or "")[:6].ljust(6, "0"))
    seconds = (clock.toordinal() - _EPOCH_DAY) * 86_400 + clock.hour * 3600 + clock.minute * 60 + clock.second
    seconds -= _offset_of(part["offset"], clock, text, zone)
    if leap and seconds % 86_400 != 86_399:
        raise BadTime(
            message("{text} has a second 60, which only the last minute of a day in UTC can have.", text=_quoted(text))
        )
    return seconds * SECOND + fraction


def _month(text: str) -> int:
    """The number of a month given in figures or by its English name, whole or cut to three letters (or Sept)."""
    if text.isdigit():
        return int(text)
    name = text.lower()
    for number, month in enumerate(_MONTHS, 1):
        if name in (month, month[:3]) or name == "sept" == month[:4]:
            return number
    raise ValueError(message("{text} is no month", text=text))


def _hour(hour: int, half: str) -> int:
    """The hour of the day; `half` is am, pm, 上午, 下午 or "" for a clock of 24 hours."""
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("a clock of 12 hours shows 1 to 12")
    return hour % 12 + (12 if half in ("pm", "下午") else 0)


def _offset_of(offset: str | None, clock: datetime, text: str, zone: tzinfo | None) -> int:
    """Seconds that the text's clock is ahead of UTC: by its own offset, or that of the zone."""
    if offset is not None:
        return 0 if offset in ("Z", "z", "UTC", "GMT") else _offset_seconds(offset)
    if zone is None:
        hint = message("Name the time zone of such times, like --tz Asia/Shanghai or --tz +08:00.")
        raise BadTime(
            message("{text} has no offset from UTC, so it could be any of 24 hours.", text=_quoted(text)),
            hint,
            naive=True,
        )
    early, late = zone.utcoffset(clock), zone.utcoffset(clock.replace(fold=1))
    if early is None or late is None:
        raise BadTime(message("The zone {zone} gives no offset for {text}.", zone=zone, text=_quoted(text)))
    if early != late:
        happened = (
            message("did not happen: clocks skipped it")
            if early < late
            else message("happened twice: clocks were set back")
        )
        raise BadTime(
            message("{text} {happened} in {zone}.", text=_quoted(text), happened=happened, zone=zone),
            "Give the time with its offset from UTC.",
        )
    return round(early.total_seconds())


def _offset_seconds(text: str) -> int:
    """Seconds of `+08:00`, `+0800` or `+08`; east of Greenwich is positive."""
    digits = text[1:].replace(":", "", 1)
    if len(digits) not in (2, 4) or digits.strip("0123456789"):
        raise BadTime(message("{text} is not an offset from UTC like +08:00.", text=_quoted(text)))
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    if hours > 23 or minutes > 59:
        raise BadTime(
            message("{text} is not an offset from UTC: it has 24 hours or more, or 60 minutes.", text=_quoted(text))
        )
    return (-1 if text[0] == "-" else 1) * (hours * 3600 + minutes * 60)


def _iana_zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = message("Use an IANA name like Asia/Shanghai or America/New_York, an offset like +08:00, or UTC.")
        if name and not _zones_known():
            hint = message(
                "This system has no time-zone data; install the package tzdata, or use an offset like +08:00."
            )
        raise UsageError(message("{name} is not a time zone.", name=_quoted(name)), hint) from None


def _zones_known() -> bool:
    from zoneinfo import available_timezones

    return bool(available_timezones())


def _why_not(plain: str) -> str:
    """Why a text is no time, as the rest of a sentence that begins with it."""
    if not plain:
        return message("is empty, not a time")
    cut = plain.replace(".", ":", 1).split(":")
    if len(cut) in (2, 3, 4) and ":" in plain and all(part.isdigit() and len(part) < 4 for part in cut):
        return message("has no date: a spreadsheet cut it off; export the column in a format like yyyy-mm-dd hh:mm:ss")
    date = plain.split()[0].replace(".", "/").replace("-", "/").split("T")[0]
    if len(date.split("/")) == 3 and not date.replace("/", "").strip("0123456789") and not date[:4].isdigit():
        return message("could be day/month or month/day; write the year first, like 2026-11-23")
    clock, _, zone = plain.rpartition(" ")
    if zone.isalpha() and any(pattern.fullmatch(clock.rstrip()) for pattern in _patterns()):
        return message("has a zone by letters ({zone}), which mean different offsets in different places", zone=zone)
    return message("is not a time like 2026-11-23T15:11:00Z, or an epoch number")
