"""Times as texts and back. Inside the program a time is an integer: microseconds since 1970-01-01T00:00:00Z.

Writing is RFC 3339 in UTC. Reading takes what logs write where it has one meaning only: nothing is guessed, and
a time without an offset needs a zone that somebody named.
"""

from __future__ import annotations

from datetime import UTC

from isolation.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

SECOND = 1_000_000
_DAY = 86_400 * SECOND
_FIRST = -62_135_596_800 * SECOND  # 0001-01-01T00:00:00Z
_LONGEST_QUOTE = 60
_LAST = 253_402_300_800 * SECOND - 1  # 9999-12-31T23:59:59.999999Z
# Digits of an epoch time that falls between 2001 and 2286, and how many of its units make a microsecond.
_EPOCH_UNITS = {10: (SECOND, 1), 13: (1000, 1), 16: (1, 1), 19: (1, 1000)}


class BadTime(UsageError):
    """A text that is no time, or not one certain time; `naive` where only an offset or a named zone is missing."""

    def __init__(self, message: str, hint: str = "", *, naive: bool = False) -> None:
        super().__init__(message, hint)
        self.naive = naive


def format_time(microseconds: int) -> str:
    """RFC 3339 in UTC, `2026-11-23T15:11:00Z`, with 3 or 6 decimals where there is a fraction of a second."""
    if not _FIRST <= microseconds <= _LAST:
        raise BadTime(f"{microseconds} µs lies outside the years 1 to 9999.")
    days, rest = divmod(microseconds, _DAY)
    seconds, fraction = divmod(rest, SECOND)
    year, month, day = _date_of(days)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{year:04}-{month:02}-{day:02}T{clock}{_decimals(fraction)}Z"


def format_in(microseconds: int, zone: tzinfo) -> str:
    """The same moment as a clock in `zone` shows it, to the second: `2026-11-23 23:11:00 +08:00`."""
    from datetime import datetime, timedelta

    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    there = moment.astimezone(zone)
    offset = there.strftime("%z") or "+0000"
    return f"{there:%Y-%m-%d %H:%M:%S} {offset[:3]}:{offset[3:5]}"


def parse_time(text: str, zone: tzinfo | None = None, *, whole_days: bool = False) -> int:
    """The time that a text names, in µs.

    Read are RFC 3339 and ISO 8601 dates with a time (`T` or spaces between, `/` in the date, `Z`, `UTC`, `+08:00`,
    `+0800`, up to 9 decimals, cut after 6) and epoch numbers of 10, 13, 16 or 19 digits (s, ms, µs, ns). With
    `whole_days` a date alone is its first moment. A text without an offset is read in `zone`. The leap second :60
    is the last microsecond before it. Raises BadTime for all else: other orders of day, month and year, times
    that clocks in `zone` skipped or showed twice.
    """
    plain = text.strip()
    if plain and not plain.strip("0123456789."):
        return _epoch(plain, text)
    match = _pattern().fullmatch(plain)
    if match is None:
        raise BadTime(f"{_quoted(text)} {_why_not(plain)}.")
    if match["hour"] is None and not whole_days:
        raise BadTime(f"{_quoted(text)} has a date and no time of day.")
    return _moment(match, text, zone)


def zone_named(name: str) -> tzinfo:
    """The time zone of that IANA name (`Asia/Shanghai`), `UTC`, or a fixed offset (`+08:00`)."""
    from datetime import timedelta, timezone

    plain = name.strip()
    if plain.upper() in ("UTC", "Z", "GMT"):
        return UTC
    if plain[:1] in ("+", "-"):
        return timezone(timedelta(seconds=_offset_seconds(plain)))
    return _iana_zone(plain)


def _quoted(text: str) -> str:
    """The text as a message quotes it: escaped, and cut where it is long."""
    return repr(text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "…")


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
        hint = "Epoch times have 10 (s), 13 (ms), 16 (µs) or 19 (ns) digits; only seconds may have decimals."
        raise BadTime(f"{_quoted(text)} is a number, and not an epoch time of a known unit.", hint)
    times, parts = unit
    return int(whole) * times // parts + int(decimals[:6].ljust(6, "0") or "0")


_compiled: re.Pattern[str] | None = None


def _pattern() -> re.Pattern[str]:
    """The texts that name a time; compiled when the first one is read."""
    global _compiled
    if _compiled is None:
        import re

        _compiled = re.compile(
            r"(?P<year>\d{4})(?P<mark>[-/])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})"
            r"(?:(?:[Tt]| +)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<decimals>\d{1,9}))?)?"
            r"(?: *(?P<offset>[Zz]|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?)?",
            re.ASCII,
        )
    return _compiled


def _moment(match: re.Match[str], text: str, zone: tzinfo | None) -> int:
    """The time that a matching text names."""
    from datetime import datetime

    part = match.groupdict()
    leap = part["second"] == "60"
    numbers = [int(part[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")]
    if leap:
        numbers[5] = 59
    try:
        clock = datetime(*numbers)  # type: ignore[arg-type]
    except ValueError as error:
        raise BadTime(f"{_quoted(text)} names no time that exists: {error}.") from None
    fraction = 999_999 if leap else int((part["decimals"] or "")[:6].ljust(6, "0"))
    seconds = (clock.toordinal() - 719_163) * 86_400 + clock.hour * 3600 + clock.minute * 60 + clock.second
    seconds -= _offset_of(part, clock, text, zone)
    if leap and seconds % 86_400 != 86_399:
        raise BadTime(f"{_quoted(text)} has a second 60, which only the last minute of a day in UTC can have.")
    return seconds * SECOND + fraction


def _offset_of(part: Mapping[str, str | None], clock: datetime, text: str, zone: tzinfo | None) -> int:
    """Seconds that the text's clock is ahead of UTC: its own offset, or that of the zone."""
    offset = part["offset"]
    if offset is not None:
        return 0 if offset in ("Z", "z", "UTC", "GMT") else _offset_seconds(offset)
    if zone is None:
        hint = "Name the time zone of such times, like Asia/Shanghai or +08:00."
        raise BadTime(f"{_quoted(text)} has no offset from UTC, so it could be any of 24 hours.", hint, naive=True)
    early, late = zone.utcoffset(clock), zone.utcoffset(clock.replace(fold=1))
    if early is None or late is None:
        raise BadTime(f"The zone {zone} gives no offset for {_quoted(text)}.")
    if early != late:
        happened = "did not happen: clocks skipped it" if early < late else "happened twice: clocks were set back"
        raise BadTime(f"{_quoted(text)} {happened} in {zone}.", "Give the time with its offset from UTC.")
    return round(early.total_seconds())


def _offset_seconds(text: str) -> int:
    """Seconds of `+08:00`, `+0800` or `+08`; east of Greenwich is positive."""
    digits = text[1:].replace(":", "", 1)
    if len(digits) not in (2, 4) or digits.strip("0123456789"):
        raise BadTime(f"{_quoted(text)} is not an offset from UTC like +08:00.")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    if hours > 23 or minutes > 59:
        raise BadTime(f"{_quoted(text)} is not an offset from UTC: it has 24 hours or more, or 60 minutes.")
    return (-1 if text[0] == "-" else 1) * (hours * 3600 + minutes * 60)


def _iana_zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = "Use an IANA name like Asia/Shanghai or America/New_York, an offset like +08:00, or UTC."
        if name and not _zones_known():
            hint = "This system has no time-zone data; install the package tzdata, or use an offset like +08:00."
        raise UsageError(f"{_quoted(name)} is not a time zone.", hint) from None


def _zones_known() -> bool:
    from zoneinfo import available_timezones

    return bool(available_timezones())


def _why_not(plain: str) -> str:
    """Why a text is no time, as the rest of a sentence that begins with it."""
    if not plain:
        return "is empty, not a time"
    head = plain.replace(".", "/").replace("-", "/").split()[0].split("T")[0]
    if len(head.split("/")) == 3 and not head.replace("/", "").strip("0123456789") and not head[:4].isdigit():
        return "could be day/month or month/day; write the year first, like 2026-11-23"
    return "is not a time like 2026-11-23T15:11:00Z, or an epoch number"
