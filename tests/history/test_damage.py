"""What spreadsheets and wrong encodings leave of a log: recognised, and never recorded as if it were whole."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from isolation.errors import UsageError
from isolation.history.damage import misread
from isolation.times import format_time

from .conftest import Importer, Opener

ROW = "2024-05-06T07:08:09Z"


@pytest.mark.parametrize("name", ["7.25E+18", "7,25E+18", "1E+15", " 7.25e+18 "])
def test_a_shortened_number_is_no_name(imported: Importer, name: str) -> None:
    """Two sellers whose long numbers a spreadsheet cut down to one would be one account."""
    result = imported(f'account,time\n"{name}",{ROW}\nE+commerce,{ROW}\n')
    assert [session.account for session in result.sessions] == ["E+commerce"]
    assert [(one.line, "spreadsheet" in one.reason) for one in result.rejected] == [(2, True)]


def test_a_shortened_device_id_or_record_is_left_out(imported: Importer) -> None:
    """The session is recorded without what is not whole, and says so."""
    result = imported(
        f"account,time,device,number\nstore,{ROW},7.25E+18,4.2E+16\n",
        "account=account time=time device_id=device record=number",
    )
    (session,) = result.sessions
    assert session.record == ""
    assert [reading.status for reading in session.readings] == ["failed"]
    assert [doubt.field for doubt in result.source.doubts] == ["device_id", "record"]


@pytest.mark.parametrize(
    ("time", "says"),
    [("43:30.8", "no date"), ("15:11", "no date"), ("45678.6326", "spreadsheet"), ("03/04/26 10:00", "day/month")],
)
def test_a_time_that_a_spreadsheet_cut_is_rejected(imported: Importer, time: str, says: str) -> None:
    """What shows minutes only, a serial number or two figures of a year names no moment."""
    result = imported(f"account,time\nstore,{time}\nstore,{ROW}\n")
    assert [(one.line, says in one.reason) for one in result.rejected] == [(2, True)]


def test_the_whole_column_settles_what_is_day_and_what_month(imported: Importer) -> None:
    """One date that can be read in one way only settles all of them, wherever it stands."""
    shanghai = {"zone": ZoneInfo("Asia/Shanghai")}
    day_first = imported("account,time\na,03/04/2026 10:00\nb,23/04/2026 10:00\n", **shanghai)
    month_first = imported("account,time\na,03/04/2026 10:00\nb,04/23/2026 10:00\n", **shanghai)
    assert [format_time(one.begin) for one in day_first.sessions] == ["2026-04-03T02:00:00Z", "2026-04-23T02:00:00Z"]
    assert [format_time(one.begin) for one in month_first.sessions] == ["2026-03-04T02:00:00Z", "2026-04-23T02:00:00Z"]


def test_dates_that_nothing_settles_need_a_word(opened: Opener, imported: Importer) -> None:
    """Where no date proves the order, a person must say it; nothing is guessed."""
    log = "account,time\na,03/04/2026 10:00:00Z\nb,05.06.2026 1:00 PM Z\n"
    with pytest.raises(UsageError, match=r"line 3: .* could be day/month or month/day") as caught:
        opened(log)
    assert "--date-order" in caught.value.hint
    told = imported(log, date_order="day-first")
    assert [format_time(one.begin) for one in told.sessions] == ["2026-04-03T10:00:00Z", "2026-06-05T13:00:00Z"]


def test_dates_that_contradict_each_other_need_a_word(opened: Opener, imported: Importer) -> None:
    """Where both orders are proven, the lines are named, and under the order that is told the others are rejected."""
    log = "account,time\na,23/04/2026 10:00Z\nb,04/23/2026 10:00Z\n"
    with pytest.raises(UsageError, match=r"line 2 .* line 3"):
        opened(log)
    told = imported(log, date_order="month-first")
    assert [session.account for session in told.sessions] == ["b"]
    assert [one.line for one in told.rejected] == [2]


def test_dates_in_figures_without_an_offset_need_a_zone(opened: Opener) -> None:
    """The order being settled does not settle the zone."""
    with pytest.raises(UsageError, match="time zone"):
        opened("account,time\na,23/04/2026 10:00\n")


def test_a_clock_that_changes_names_no_moment_twice(imported: Importer) -> None:
    """Local times that did not happen or happened twice are rejected with their line, others of that night are not."""
    log = "account,time\n" + "".join(
        f"a,{time}\n"
        for time in ("2026-03-08 01:59:59", "2026-03-08 02:30:00", "2026-03-08 03:00:00", "2026-11-01 00:59:59",
                     "2026-11-01 01:30:00", "2026-11-01 01:00:00", "2026-11-01 02:00:00")
    )  # fmt: skip
    result = imported(log, zone=ZoneInfo("America/New_York"))
    assert [one.line for one in result.rejected] == [3, 6, 7]
    assert [format_time(one.begin) for one in result.sessions] == [
        "2026-03-08T06:59:59Z", "2026-03-08T07:00:00Z", "2026-11-01T04:59:59Z", "2026-11-01T07:00:00Z",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "taken_for"),
    [
        *[(name, "latin-1") for name in ("张伟", "Müller", "店铺一号", "Łódź store", "Ñandú")],
        *[(name, "cp1252") for name in ("张伟", "Müller", "Ñandú", "José")],
        *[(name, "gb18030") for name in ("张伟", "店铺一号", "你好")],
    ],
)
def test_a_name_in_a_wrong_encoding_is_no_account(imported: Importer, name: str, taken_for: str) -> None:
    """UTF-8 that was read as another encoding and saved so is rejected, with what it probably was."""
    garbled = name.encode().decode(taken_for, "replace" if taken_for == "gb18030" else "strict")
    result = imported(f"account,time\n{garbled},{ROW}\nstore,{ROW}\n")
    assert [session.account for session in result.sessions] == ["store"]
    assert [one.line for one in result.rejected] == [2]


@pytest.mark.parametrize(
    "name", ["张伟", "Müller", "联通", "Ã", "São Paulo", "€uro", "ÄÖÜ", "магазин", "店铺一号", "ショップ", "Ünïcödé"]
)
def test_a_name_that_means_what_it_says_is_left_alone(name: str) -> None:
    """Letters with accents and Chinese names are no damage."""
    assert misread(name) == ""
