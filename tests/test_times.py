"""Times: written in one form, read where they mean one moment only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from isolation.errors import UsageError
from isolation.times import BadTime, format_in, format_time, parse_time, zone_named

patient = settings(deadline=None)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
FIRST = (datetime(1, 1, 1, tzinfo=UTC) - EPOCH) // MICROSECOND
LAST = (datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC) - EPOCH) // MICROSECOND
moments = st.integers(FIRST, LAST)
NOON = 1_795_446_660_000_000  # 2026-11-23T15:11:00Z
SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")


@patient
@given(moments)
@example(FIRST)
@example(LAST)
@example(-1)
@example(3_600_000_000)
@example(951_782_400_000_000)  # 2000-02-29
def test_what_is_written_reads_back(moment: int) -> None:
    """A written time parses to the same microsecond, and agrees with Python's calendar."""
    text = format_time(moment)
    assert parse_time(text) == moment
    assert datetime.fromisoformat(text) == EPOCH + timedelta(microseconds=moment)


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        (0, "2026-11-23T15:11:00Z"), (500_000, "2026-11-23T15:11:00.500Z"), (1000, "2026-11-23T15:11:00.001Z"),
        (123_456, "2026-11-23T15:11:00.123456Z"), (1, "2026-11-23T15:11:00.000001Z"),
        (120_400, "2026-11-23T15:11:00.120400Z"),
    ],
)  # fmt: skip
def test_decimals(fraction: int, text: str) -> None:
    """There are no decimals, three or six."""
    assert format_time(NOON + fraction) == text


@pytest.mark.parametrize("moment", [FIRST - 1, LAST + 1, 10**20])
def test_times_outside_the_calendar_are_refused(moment: int) -> None:
    """The years 1 to 9999 are what RFC 3339 can write."""
    with pytest.raises(BadTime, match="years 1 to 9999"):
        format_time(moment)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T15:11:00Z", "2026-11-23t15:11:00z", "2026-11-23 15:11:00Z", "2026-11-23  15:11:00Z",
        "2026-11-23T15:11Z", "2026-11-23T23:11:00+08:00", "2026-11-23 23:11:00 +0800", "2026-11-23T23:11+08",
        "2026-11-23T10:11:00-05:00", "2026-11-23T15:11:00.000Z", "2026-11-23T15:11:00,0Z", "2026/11/23 15:11:00 UTC",
        "2026/11/23T15:11:00 GMT", "2026.11.23 15:11Z", "2026-11-23T15:11:00.000000000Z", "  2026-11-23T15:11:00Z\n",
        "2026-11-23T15:11:00.0000009Z", "1795446660", "1795446660.0", "1795446660000", "1795446660000000",
        "1795446660000000999", "2026年11月23日 15:11:00Z", "2026年11月23日15:11Z", "2026/11/23 下午 3:11:00Z",
        "2026-11-23 3:11 PM UTC", "23 Nov 2026 15:11:00 +0000", "Mon, 23 Nov 2026 15:11:00 GMT",
        "23/Nov/2026:15:11:00 +0000", "Nov 23, 2026, 3:11 PM UTC", "November 23, 2026 15:11Z",
        "Mon, Nov 23, 2026 15:11Z",
        "23-nov-2026 15:11Z",
    ],
)  # fmt: skip
def test_forms_that_mean_one_moment(text: str) -> None:
    """The forms that logs use, with an offset or in epoch units, all give the same microsecond."""
    assert parse_time(text) == NOON


@pytest.mark.parametrize(
    ("text", "fraction"),
    [
        ("2026-11-23T15:11:00.5Z", 500_000), ("2026-11-23T15:11:00.123456789Z", 123_456), ("1795446660.25", 250_000),
        ("1795446660.1234567", 123_456), ("1795446660999", 999_000), ("1795446660123456789", 123_456),
    ],
)  # fmt: skip
def test_fractions_are_cut_after_microseconds(text: str, fraction: int) -> None:
    """More decimals than six are cut, never rounded up."""
    assert parse_time(text) == NOON + fraction


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"), ("now", "not a time"), ("23/11/2026 10:00", "day/month or month/day"),
        ("11/23/2026", "day/month"),
        ("03-04-2026 10:00Z", "day/month"), ("23.11.2026", "day/month"), ("03/04/26 10:00", "day/month"),
        ("2026-11-23", "no time of day"), ("2026-11/23 10:00Z", "not a time"), ("2026-13-01T00:00Z", "month"),
        ("2026-02-29T00:00Z", "day"), ("2026-11-23T24:00Z", "hour"), ("2026-11-23T10:60Z", "minute"),
        ("2026-11-23T10:00:61Z", "second"), ("2026-11-23T13:00 PM", "shows 1 to 12"),
        ("2026-11-23 0:00 AM", "shows 1 to 12"),
        ("2026-11-23T10:00:00.1234567890Z", "not a time"), ("2026-11-23T10:00+24:00", "24 hours"),
        ("2026-11-23T10:00+08:60", "60 minutes"), ("2026-11-23 10:00:00 CST", "zone by letters"),
        ("12 Foo 2026 10:00Z", "month"),
        ("179544666", "known unit"), ("17954466600", "known unit"), ("0795446660", "known unit"),
        ("1795446660000.5", "known unit"),
        ("1795446660.", "known unit"), ("1795446660.1234567890", "known unit"), ("1.2.3", "day/month"),
        ("-1795446660", "not a time"),
        ("٢٠٢٦-١١-٢٣T10:00Z", "not a time"), ("0000-01-01T00:00Z", "year"),
        ("0001-01-01T00:00+08:00", "years 1 to 9999"),
        ("9999-12-31T23:00-08:00", "years 1 to 9999"), ("2026-11-23T10:00Z; DROP", "not a time"),
        ("x" * 5000, "not a time"),
    ],
)  # fmt: skip
def test_refusals_say_why(text: str, reason: str) -> None:
    """What names no one moment is refused with the reason, and not as a text that only lacks a zone."""
    with pytest.raises(BadTime, match=reason) as caught:
        parse_time(text)
    assert not caught.value.naive
    assert caught.value.exit_code == 2
    assert len(caught.value.message) < 250


def test_a_time_without_an_offset_needs_a_zone() -> None:
    """Without a zone it is refused as naive; with one it is read there; its own offset always wins."""
    with pytest.raises(BadTime, match="no offset") as caught:
        parse_time("2026-11-23 23:11:00")
    assert caught.value.naive
    assert parse_time("2026-11-23 23:11:00", SHANGHAI) == NOON
    assert parse_time("2026-11-23 10:11:00", NEW_YORK) == NOON
    assert parse_time("2026-11-23T15:11:00Z", SHANGHAI) == NOON
    assert parse_time("2026-11-23 23:11:00", timezone(timedelta(hours=8))) == NOON


def test_a_date_alone_is_its_first_moment_where_days_are_meant() -> None:
    """A bound given as a day begins with it, in the zone."""
    assert parse_time("2026-11-24", SHANGHAI, whole_days=True) == parse_time("2026-11-23T16:00:00Z")
    assert parse_time("2026-11-23T15:11:00Z", whole_days=True) == NOON


def test_a_time_that_clocks_skipped_is_refused() -> None:
    """The hour lost when clocks go forward is no moment."""
    with pytest.raises(BadTime, match="did not happen: clocks skipped it in America/New_York"):
        parse_time("2026-03-08 02:30:00", NEW_YORK)


def test_a_time_that_clocks_showed_twice_is_refused() -> None:
    """The hour repeated when clocks go back is two moments."""
    with pytest.raises(BadTime, match="happened twice: clocks were set back in America/New_York"):
        parse_time("2026-11-01 01:30:00", NEW_YORK)
    assert parse_time("2026-11-01T01:30:00-05:00", NEW_YORK) - parse_time("2026-11-01T01:30:00-04:00") == 3_600_000_000


@pytest.mark.parametrize(
    "text", ["2016-12-31T23:59:60Z", "2016-12-31T23:59:60.7Z", "2017-01-01T07:59:60+08:00", "2016-12-31 18:59:60-05:00"]
)
def test_the_leap_second_is_the_moment_before_it_ends(text: str) -> None:
    """:60 at a UTC day's end is that day's last microsecond, wherever the clock stands."""
    assert format_time(parse_time(text)) == "2016-12-31T23:59:59.999999Z"


def test_a_second_60_elsewhere_is_refused() -> None:
    """No other minute has 61 seconds."""
    with pytest.raises(BadTime, match="second 60"):
        parse_time("2016-12-31T22:59:60Z")


@patient
@given(
    st.datetimes(min_value=datetime(1980, 1, 1), max_value=datetime(2037, 1, 1)), st.sampled_from([SHANGHAI, NEW_YORK])
)
def test_zones_agree_with_pythons(clock: datetime, zone: ZoneInfo) -> None:
    """A time in a zone is the moment that Python gives it, or is refused where there are two or none."""
    try:
        moment = parse_time(clock.isoformat(" "), zone)
    except BadTime:
        assert clock.replace(tzinfo=zone).utcoffset() != clock.replace(tzinfo=zone, fold=1).utcoffset()
    else:
        assert EPOCH + timedelta(microseconds=moment) == clock.replace(tzinfo=zone)


@patient
@given(st.text(alphabet="0123456789-/:.TZ +年月日APM", max_size=30) | st.text(max_size=20))
def test_any_text_is_a_time_or_a_refusal(text: str) -> None:
    """A text gives a moment that can be written, or BadTime."""
    try:
        moment = parse_time(text, UTC)
    except BadTime:
        return
    assert parse_time(format_time(moment)) == moment


@pytest.mark.parametrize(
    ("name", "offset"),
    [
        ("UTC", 0), ("utc", 0), (" Z ", 0), ("GMT", 0), ("+08:00", 480), ("-0530", -330), ("+08", 480),
        ("Asia/Shanghai", 480), ("Asia/Kathmandu", 345),
    ],
)  # fmt: skip
def test_zones_by_name(name: str, offset: int) -> None:
    """IANA names, fixed offsets and UTC are zones."""
    assert zone_named(name).utcoffset(datetime(2026, 11, 23)) == timedelta(minutes=offset)


@pytest.mark.parametrize("name", ["", "CST", "Asia", "../etc/passwd", "/etc/localtime", "+25:00", "+8", "a\x00b", "é"])
def test_names_of_no_zone_are_refused(name: str) -> None:
    """An unknown zone is a usage error that shows no control character."""
    with pytest.raises(UsageError) as caught:
        zone_named(name)
    assert caught.value.exit_code == 2
    assert "\x00" not in str(caught.value)


@pytest.mark.parametrize(
    ("moment", "zone", "text"),
    [
        (NOON, SHANGHAI, "2026-11-23 23:11:00 +08:00"), (NOON, NEW_YORK, "2026-11-23 10:11:00 -05:00"),
        (NOON, UTC, "2026-11-23 15:11:00 +00:00"), (-1, UTC, "1969-12-31 23:59:59 +00:00"),
    ],
)  # fmt: skip
def test_a_moment_in_a_zone(moment: int, zone: tzinfo, text: str) -> None:
    """A moment is shown as a clock there shows it, with the offset."""
    assert format_in(moment, zone) == text
