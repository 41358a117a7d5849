"""A short look at a table spares most logs the long one for times without a zone: it hides none."""

from __future__ import annotations

import csv
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isolation.errors import UsageError
from isolation.history import Mapping, open_import

NOW = 1_800_000_000_000_000
TIMES = st.sampled_from(
    [
        "2026-01-02T03:04:05Z", "2026-01-02 03:04:05+08:00", "2026-11-12T13:14:15.5Z", "1767322800", "", "-",
        "2026-01-02 03:04:05", "2026-01-02", "2026-01-02 3:04 PM", "yesterday", "2026-01-02\u202f03:04:05",
    ]
)  # fmt: skip


def outcome(path: Path, rows: list[tuple[str, str, str]], delimiter: str, quoting: int, encoding: str) -> str:
    """The message with which a log of these rows is refused, "" where it is opened."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]  # one of its numbers
        writer.writerows(
            [("note", "time", "end", "account"), *((note, time, end, "store") for note, time, end in rows)]
        )
    mapping = Mapping.parse(["account=account", "time=time", "end=end"])
    try:
        open_import(path, mapping, now=NOW, encoding=encoding).close()
    except UsageError as problem:
        return problem.message
    return ""


@given(
    rows=st.lists(st.tuples(st.sampled_from(["", "a", "店铺"]), TIMES, TIMES), min_size=1, max_size=6),
    delimiter=st.sampled_from([",", ";", "\t", "|"]), encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
)  # fmt: skip
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_needs_a_zone_is_found_however_it_is_quoted(
    tmp_path: Path, rows: list[tuple[str, str, str]], delimiter: str, encoding: str
) -> None:
    """A log without quotes is refused for the same time as one in which every cell is quoted."""
    rows = [(note.encode(encoding, "ignore").decode(encoding), *times) for note, *times in rows]
    rows = [(note, time.encode(encoding, "replace").decode(encoding), end) for note, time, end in rows]
    log = tmp_path / "log.csv"
    plain = outcome(log, rows, delimiter, csv.QUOTE_MINIMAL, encoding)
    assert plain == outcome(log, rows, delimiter, csv.QUOTE_ALL, encoding)


def test_a_time_without_a_zone_far_below_is_found(tmp_path: Path) -> None:
    """One time without a zone after thousands that have one is named with its line."""
    rows = [("", "2026-01-02T03:04:05Z", "")] * 3000 + [("", "2026-01-02 03:04:05", "")]
    told = outcome(tmp_path / "log.csv", rows, ",", csv.QUOTE_MINIMAL, "utf-8")
    assert "line 3002" in told
    assert "time zone" in told
