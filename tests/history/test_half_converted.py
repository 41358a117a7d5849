"""Date columns of which a spreadsheet converted one half: noticed, asked about, and never guessed."""

from __future__ import annotations

import datetime
import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isolation.errors import UsageError
from isolation.history.dates import HalfConverted, dates_of
from isolation.history.rows import RawRow
from isolation.times import format_time

from .conftest import Importer, Opener

HALVES = "account,time\na,2026-03-04 10:00Z\nb,13/4/2026 10:00Z\nc,2026-03-03 10:00Z\n"


def _workbook(*moments: object) -> bytes:
    book, packed = openpyxl.Workbook(), io.BytesIO()
    for row in (("account", "time"), *(("store", moment) for moment in moments)):
        book.active.append(row)
    book.save(packed)
    return packed.getvalue()


def _times(importer: Importer, *arguments: object, **options: object) -> list[str]:
    return [format_time(session.begin) for session in importer(*arguments, **options).sessions]


@pytest.mark.parametrize(
    "log",
    [
        HALVES,
        HALVES.replace("2026-03-04", "2026/3/4"),
        HALVES.replace("2026-03-04", "2026年3月4日"),
        "account,time\na,2026-04-03 10:00Z\nb,4/13/2026 10:00Z\n",
    ],
)
def test_a_half_converted_column_is_asked_about(opened: Opener, log: str) -> None:
    """Both kinds of dates are named by their lines, and each answer by its option."""
    with pytest.raises(HalfConverted, match=r"line 2 .* line 3") as caught:
        opened(log)
    assert caught.value.exit_code == 2
    assert all(f"--mixed-dates {answer}" in caught.value.hint for answer in ("swapped", "as-written", "reject"))


def test_a_person_says_what_became_of_a_half_converted_column(imported: Importer) -> None:
    """Dates are turned back, kept, or their rows rejected by line, as told; equal figures are in no doubt."""
    rest = ["2026-04-13T10:00:00Z", "2026-03-03T10:00:00Z"]
    assert _times(imported, HALVES, mixed_dates="swapped") == ["2026-04-03T10:00:00Z", *rest]
    assert _times(imported, HALVES, mixed_dates="as-written") == ["2026-03-04T10:00:00Z", *rest]
    left_out = imported(HALVES, mixed_dates="reject")
    assert [format_time(one.begin) for one in left_out.sessions] == rest
    assert [(one.line, "swapped day and month" in one.reason) for one in left_out.rejected] == [(2, True)]


def test_true_dates_of_a_workbook_beside_texts_are_asked_about(opened: Opener, imported: Importer) -> None:
    """A workbook's true dates are the converted half, its texts the other."""
    book = _workbook(datetime.datetime(2026, 3, 4, 10), "13/4/2026 10:00")
    told = {"zone": datetime.UTC}
    with pytest.raises(HalfConverted, match=r"line 2 .* line 3"):
        opened(book, **told)
    assert _times(imported, book, mixed_dates="swapped", **told) == ["2026-04-03T10:00:00Z", "2026-04-13T10:00:00Z"]


@pytest.mark.parametrize(
    "log",
    [
        "account,time\na,2026-03-04 10:00Z\nb,13/4/2026 10:00Z\nc,2026-03-13 10:00Z\n",
        "account,time\na,2026-03-03 10:00Z\nb,13/4/2026 10:00Z\n",
        "account,time,end\na,13/4/2026 10:00Z,2026-06-04 10:00Z\n",
    ],
)
def test_a_mix_that_no_spreadsheet_makes_is_read_as_written(imported: Importer, log: str) -> None:
    """A day after the 12th, equal figures, or another column prove nothing swapped: no row is lost or asked about."""
    maps = "account=account time=time" + (" end=end" if "end" in log else "")
    for answer in ("", "swapped", "reject"):
        result = imported(log, maps, mixed_dates=answer)
        assert len(result.sessions) == log.count("\n") - 1
        assert not result.rejected


def test_the_other_half_is_found_behind_many_rows(opened: Opener) -> None:
    """A log whose first twelve days fill thousands of rows is looked at until something settles it."""
    early = "".join(f"a,2026-04-{1 + row % 11:02} 10:00Z\n" for row in range(3000))
    with pytest.raises(HalfConverted, match="line 3002"):
        opened(f"account,time\n{early}a,13/4/2026 10:00Z\n")


def test_an_order_that_is_told_does_not_hide_the_halves(opened: Opener) -> None:
    """--date-order is about dates with the year last; what a spreadsheet made of others is another question."""
    with pytest.raises(UsageError, match="swapped"):
        opened(HALVES, date_order="day-first")


@given(
    st.lists(st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 10, 31)), min_size=1),
    st.sampled_from(["day-first", "month-first"]),
)
def test_what_a_spreadsheet_does_to_any_column_is_noticed(days: list[datetime.date], order: str) -> None:
    """However a column is converted, it is noticed exactly where a date was swapped and one was left alone."""
    rows, swapped, left = [], False, False
    for number, day in enumerate(days):
        written = f"{day.day}/{day.month}/{day.year}" if order == "day-first" else f"{day.month}/{day.day}/{day.year}"
        first, second = written.split("/")[:2]
        # The spreadsheet takes the other order.
        month, of_month = (int(first), int(second)) if order == "day-first" else (int(second), int(first))
        readable = month <= 12
        swapped, left = swapped or (readable and month != of_month), left or not readable
        rows.append(RawRow(number, {"time": f"2026-{month:02}-{of_month:02} 00:00" if readable else written}))
    assert bool(dates_of(rows).half_converted) == (swapped and left)
