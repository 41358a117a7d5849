"""A clock that is wrong or changes: the log goes on, says what it was told, and calls none of it damage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from isolation.errors import LedgerError, UsageError
from isolation.hooks.session import begin_session, end_session
from isolation.ledger import Ledger
from isolation.model import Identity, Session
from isolation.policy import Policy
from isolation.times import parse_time

from .conftest import DAY, HERE, HOUR, NOON

YEAR = 365 * DAY
LAST = 2**53 - 1  # µs: the year 2255


def logged(ledger: Ledger) -> list[int]:
    """What the clock said at each entry."""
    query = "SELECT logged FROM main.entries e JOIN main.batches b ON b.id = e.batch ORDER BY i"
    return [moment for (moment,) in ledger.connection.execute(query)]


def record(ledger: Ledger, clock: Any, now: int) -> int:
    """Sets the clock and records a session."""
    clock.now = now
    with ledger.writing() as log:
        return log.add_session(Session("store", max(now, 1), readings=HERE))


@pytest.mark.parametrize(
    "moments",
    [
        (NOON + HOUR, NOON - HOUR, NOON + 2 * HOUR), (NOON, NOON, NOON - 1), (NOON + 150 * YEAR, NOON + HOUR),
        (-YEAR, NOON), (0, 1), (LAST, NOON, -LAST, NOON),
    ],
)  # fmt: skip
def test_whatever_the_clock_says_is_kept(ledger: Ledger, clock: Callable[[], int], moments: tuple[int, ...]) -> None:
    """Set back, forward, to the far future or before 1970: entries are appended in order with the time as claimed."""
    for moment in moments:
        record(ledger, clock, moment)
    assert logged(ledger)[1:] == list(moments)
    result = ledger.verify()
    assert result.problems == ()
    assert result.intact
    backwards = sum(later < earlier for earlier, later in zip((NOON, *moments), moments, strict=False))
    assert [remark for remark in result.remarks if "set back" in remark] != [] or backwards == 0
    assert len(result.remarks) == (1 if backwards else 0)


def test_the_entries_are_named_where_the_clock_was_set_back(ledger: Ledger, clock: Callable[[], int]) -> None:
    """`verify` names them, and a clock that only goes on is not mentioned."""
    record(ledger, clock, NOON + HOUR)
    assert ledger.verify().remarks == ()
    entry = record(ledger, clock, NOON)
    (remark,) = ledger.verify().remarks
    assert f"At entry {entry} " in remark


@pytest.mark.parametrize("now", [LAST + 1, -LAST - 1, 2**63])
def test_a_time_that_cannot_be_written_down_is_refused(ledger: Ledger, clock: Any, now: int) -> None:
    """Past the year 2255 a number is no longer exact for every reader: one sentence, and nothing is appended."""
    size = ledger.size
    clock.now = now
    with pytest.raises(LedgerError, match="clock"), ledger.writing() as log:
        log.add_session(Session("store", NOON))
    clock.now = NOON
    with pytest.raises(UsageError), ledger.writing() as log:
        log.add_session(Session("store", now))
    assert ledger.size == size
    assert ledger.verify().problems == ()


def test_a_session_over_a_clock_that_is_set_back_ends(ledger: Ledger) -> None:
    """A session begun before the clock was set back can still be ended, at a time that is not before its begin."""
    begun = begin_session(ledger, "store", Identity(HERE[:3], NOON), policy=Policy(), now=NOON)
    with pytest.raises(UsageError, match="before it begins"):
        end_session(ledger, begun.entry, now=NOON - HOUR)
    end_session(ledger, begun.entry, now=NOON)
    assert ledger.verify().problems == ()


def test_a_leap_second_is_a_moment_like_others(ledger: Ledger, clock: Callable[[], int]) -> None:
    """A log's 23:59:60 lies before the next midnight, and a clock that repeats a second only leaves a remark."""
    leap, midnight = parse_time("2016-12-31T23:59:60Z"), parse_time("2017-01-01T00:00:00Z")
    assert parse_time("2016-12-31T23:59:59Z") < leap < midnight
    with ledger.writing() as log:
        row = Session("store", leap, provenance="imported", source="log", readings=HERE[3:4])
        assert log.add_row(row, ("public_ip",)) == "recorded"
    record(ledger, clock, NOON + 1_500_000)
    record(ledger, clock, NOON + 500_000)  # the second was told twice
    result = ledger.verify()
    assert result.intact
    assert len(result.remarks) == 1


def test_the_order_of_the_log_decides_what_is_open(ledger: Ledger, clock: Callable[[], int]) -> None:
    """After the clock was set back, the state as of a claimed time follows the log's order without failing."""
    for moment in (NOON + DAY, NOON, NOON + 2 * DAY):
        record(ledger, clock, moment)
    with ledger.reading() as reader:
        assert reader.window(as_of=NOON + DAY).counts()[0] <= 3
