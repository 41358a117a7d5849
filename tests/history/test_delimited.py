"""Delimited text."""

from __future__ import annotations

import tracemalloc

import pytest

from isolation.errors import UsageError

from .conftest import Importer, Opener

TIME = "2024-05-06T07:08:09Z"


def _accounts(result: object) -> list[str]:
    return [session.account for session in result.sessions]  # type: ignore[attr-defined]  # an Imported


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "^", "~", ":", "\x1f", "\x01", " ", "·"])
def test_any_delimiter_is_found_by_the_header(imported: Importer, delimiter: str) -> None:
    """Whatever sign stands between the mapped columns parts the cells."""
    when = "1714979289"  # no delimiter stands inside it
    rows = [["account", "note", "time"], ["store", "a", when], ["shop", "", when]]
    result = imported("\n".join(delimiter.join(row) for row in rows), format="csv")
    assert _accounts(result) == ["store", "shop"]
    assert not result.rejected


def test_a_delimiter_inside_the_cells_does_not_mislead(imported: Importer) -> None:
    """Commas in the cells of a table with semicolons are text."""
    result = imported(f"account;time;note\na,b;{TIME};1,2,3\nc,d;{TIME};4,5,6\n")
    assert _accounts(result) == ["a,b", "c,d"]


def test_excels_own_first_line_is_obeyed(imported: Importer) -> None:
    """`sep=;` names the delimiter and is no header."""
    assert _accounts(imported(f"sep=;\r\naccount;time\r\na;{TIME}\r\n")) == ["a"]


def test_titles_above_the_header_are_passed_over(imported: Importer) -> None:
    """The header is the first line near the top that has every mapped column."""
    result = imported(f"Login report, May\n\naccount,time\na,{TIME}\n")
    assert _accounts(result) == ["a"]


def test_blanks_after_the_delimiter_do_not_hide_quotes(imported: Importer) -> None:
    """`a, "b"` has two cells, the second one quoted."""
    result = imported(f'account, time, note\n"a, b", "{TIME}", "x"\nc, {TIME}, y\n')
    assert _accounts(result) == ["a, b", "c"]


def test_quoted_cells_keep_their_delimiters_quotes_and_line_breaks(imported: Importer) -> None:
    """RFC 4180: what is in quotes is one cell."""
    result = imported(f'note,account,time\n"one\r\ntwo, ""three""","a ""b"", c",{TIME}\n,d,{TIME}\n')
    assert _accounts(result) == ['a "b", c', "d"]
    assert not result.rejected


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_line(imported: Importer, ending: str) -> None:
    """Logs of Unix, Windows and old Macs read the same, and the last line needs no end."""
    assert _accounts(imported(f"account,time{ending}a,{TIME}{ending}b,{TIME}")) == ["a", "b"]


def test_line_ends_may_be_mixed_and_lines_keep_their_numbers(imported: Importer) -> None:
    """A file put together of several still names the right line."""
    result = imported(f"account,time\r\na,{TIME}\nb\rc,{TIME}\r\n\r\nd,never\n")
    assert _accounts(result) == ["a", "c"]
    assert [row.line for row in result.rejected] == [3, 6]


def test_rows_of_another_width_are_rejected_and_empty_cells_at_the_end_are_not(imported: Importer) -> None:
    """A row with cells missing or too many cannot be trusted; empty ones too many mean nothing."""
    result = imported(f"account,time,ip\na,{TIME}\nb,{TIME},,\nc,{TIME},1,2\nd,{TIME},\n")
    assert _accounts(result) == ["b", "d"]
    assert [(row.line, row.reason) for row in result.rejected] == [
        (2, "The row has 2 cells where the header has 3."),
        (4, "The row has 4 cells where the header has 3."),
    ]


@pytest.mark.parametrize("line", ['b,{TIME},"oops', '"b,{TIME},oops', 'b,"{TIME},oops', 'b,{TIME},"oops"x'])
def test_a_quote_that_never_closes_costs_its_own_line_only(imported: Importer, line: str) -> None:
    """One stray quote does not swallow the rows after it."""
    rows = "".join(f'{name},{TIME},"note"\n' for name in "cdefg")
    result = imported(f"account,time,note\na,{TIME},x\n{line.format(TIME=TIME)}\n{rows}")
    assert _accounts(result) == ["a", *"cdefg"]
    assert [row.line for row in result.rejected] == [3]


def test_a_stray_quote_in_a_long_file_does_not_hold_the_file_in_memory(imported: Importer) -> None:
    """Looking for the closing quote stops after some lines, all of which are read as rows."""
    rows = "".join(f"{number},{TIME},x\n" for number in range(3000))
    result = imported(f'account,time,note\nbad,{TIME},"oops\n{rows}')
    assert len(result.sessions) == 3000
    assert [row.line for row in result.rejected] == [2]


def test_a_quote_inside_a_plain_cell_is_text(imported: Importer) -> None:
    """Inches and nicknames need no escaping where the cell does not begin with a quote."""
    assert _accounts(imported(f'account,time\nthe 5" store,{TIME}\n')) == ['the 5" store']


def test_a_huge_line_costs_its_own_row_and_no_memory(imported: Importer) -> None:
    """A line of 10 MB is rejected by its number, and the file goes on after it."""
    content = f"account,time,note\na,{TIME},\nb,{TIME},".encode() + b"x" * 10_000_000 + f"\nc,{TIME},\n".encode()
    tracemalloc.start()
    result = imported(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert _accounts(result) == ["a", "c"]
    assert [row.line for row in result.rejected] == [3]
    assert peak < 8_000_000


def test_nul_bytes_reject_their_line(imported: Importer) -> None:
    """A damaged line is no text, and the others are."""
    result = imported(f"account,time\na,{TIME}\nb\0,{TIME}\nc,{TIME}\n")
    assert _accounts(result) == ["a", "c"]
    assert [(row.line, "NUL" in row.reason) for row in result.rejected] == [(3, True)]


def test_a_missing_column_names_the_near_one(opened: Opener) -> None:
    """A mistyped column is answered with the columns that there are."""
    with pytest.raises(UsageError) as caught:
        opened(f"Account Name;When\na;{TIME}\n", "account=account_name time=When")
    assert '"Account Name", "When"' in caught.value.message
    assert caught.value.hint == 'Did you mean "Account Name"?'


def test_a_column_that_is_not_mapped_may_stand_there_twice(imported: Importer) -> None:
    """Only what is mapped must be one column."""
    assert _accounts(imported(f"account,time,x,x\na,{TIME},1,2\n")) == ["a"]


def test_column_names_compare_trimmed_and_composed(imported: Importer) -> None:
    """How an accent is spelled in bytes, and blanks around a name, make no other column."""
    assert _accounts(imported(f" compte\u0301 ,time\na,{TIME}\n", "account=compt\u00e9 time=time")) == ["a"]
