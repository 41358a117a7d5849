"""Tables of the HTML report in a real browser: sorted by each column, up, down, and back."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .test_html_report import DESK, PHONE, opened

USES = "#timeline table"
BY_SEVERITY = {"en": ("medium", "high"), "zh": ("中", "高")}


def cells(tab: Any, table: str, column: int) -> list[str]:
    """The texts of one column, as they stand."""
    found: list[str] = tab.locator(f"{table} >> tbody tr td:nth-child({column + 1})").all_text_contents()
    return found


def press(tab: Any, table: str, column: int, how: str = "keyboard") -> Any:
    """Presses the button of a column; the column's head."""
    head = tab.locator(f"{table} >> th:nth-child({column + 1})")
    if how == "keyboard":
        head.locator("button").press("Enter")
    else:
        head.locator("button").click()
    return head


def unfolded(tab: Any) -> None:
    """Opens the table of uses."""
    tab.locator("#timeline details > summary").first.click()


@pytest.mark.parametrize("how", ["keyboard", "mouse"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_numbers_are_sorted_as_numbers(chromium: Any, report: Callable[..., Path], how: str, width: int) -> None:
    """Up, then down, then as the report had them; the head says which, and so does what is read aloud."""
    with opened(chromium, report(120), width=width) as tab:
        table = "#dispersion table"
        own = cells(tab, table, 0)
        head = press(tab, table, 1, how)
        assert head.get_attribute("aria-sort") == "ascending"
        assert tab.locator("#told").text_content() == "Sorted by Uses, ascending."
        up = [int(text) for text in cells(tab, table, 1)]
        assert up == sorted(up)
        assert len({len(str(one)) for one in up}) > 1
        press(tab, table, 1, how)
        assert head.get_attribute("aria-sort") == "descending"
        assert [int(text) for text in cells(tab, table, 1)] == sorted(up, reverse=True)
        press(tab, table, 1, how)
        assert head.get_attribute("aria-sort") is None
        assert cells(tab, table, 0) == own


def test_rows_that_are_alike_keep_their_order(chromium: Any, report: Callable[..., Path]) -> None:
    """Sorted either way, rows of one number stand as they stood before."""
    with opened(chromium, report(120)) as tab:
        table = "#dispersion table"
        own = cells(tab, table, 0)
        for _ in range(2):
            press(tab, table, 2)
            names, numbers = cells(tab, table, 0), cells(tab, table, 2)
            for number in set(numbers):
                alike = [name for name, other in zip(names, numbers, strict=True) if other == number]
                assert alike == [name for name in own if name in alike]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_severities_are_sorted_by_gravity(chromium: Any, report: Callable[..., Path], language: str) -> None:
    """Severity goes by its rank, not by its word, in every language."""
    with opened(chromium, report(5, language)) as tab:
        table = "#answer table >> nth=0"
        press(tab, table, 0)
        words = [text.split()[-1] for text in cells(tab, table, 0)]
        lower, upper = BY_SEVERITY[language]
        assert set(words) == {lower, upper}
        assert words == sorted(words, key=(lower, upper).index)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_times_are_sorted_as_times(chromium: Any, report: Callable[..., Path], language: str) -> None:
    """Times go by what they are in UTC."""
    with opened(chromium, report(5, language)) as tab:
        unfolded(tab)
        press(tab, USES, 1)
        press(tab, USES, 1)
        times = [re.search(r"([-0-9]+ [:0-9]+) UTC", text).group(1) for text in cells(tab, USES, 1)]  # type: ignore[union-attr]  # each has one
        assert len(set(times)) > 1
        assert times == sorted(times, reverse=True)


def test_names_are_sorted_as_people_count(chromium: Any, report: Callable[..., Path]) -> None:
    """Numbers within names count as numbers, and the order is that of the page's language."""
    with opened(chromium, report(120)) as tab:
        table = "#dispersion table"
        press(tab, table, 0)
        names = [name for name in cells(tab, table, 0) if name.startswith("amazon:client-")]
        assert names == sorted(names, key=lambda name: int(name[-3:]))


def test_without_script_tables_stay_as_they_are(chromium: Any, report: Callable[..., Path]) -> None:
    """A reader without script sees the columns' titles as text, and no button that would do nothing."""
    with opened(chromium, report(5), java_script_enabled=False) as tab:
        assert tab.locator("th").first.is_visible()
        assert tab.locator("th button").count() == 0


def test_a_link_to_a_folded_card_unfolds_it(chromium: Any, report: Callable[..., Path]) -> None:
    """A finding is titled in words, and the answer's link leads to it, open."""
    with opened(chromium, report(120)) as tab:
        link = tab.locator("#answer .links a").first
        aim = link.get_attribute("href")
        card = tab.locator(f"details{aim}")
        assert card.get_attribute("open") is None
        assert link.text_content() == card.locator("h3").text_content()
        assert aim == f"#{card.locator('summary code').text_content()}"
        link.click()
        tab.wait_for_function("aim => document.querySelector(aim).open", arg=aim)
