"""The HTML report in a real browser: drawn, worked with, read aloud and printed."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest

from .conftest import HOSTILE

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
FIGURE = "#timeline-network"
SHOWN = f"{FIGURE} .live .mark-rule.role-mark > *"
OTHER = "#timeline-machine"
AXIS = f"{FIGURE} .live .role-axis-label text"
# As JavaScript: the texts at the axes, sorted, in one; Vega does not keep them in an order.
TICKS = "([selector, text]) => [...document.querySelectorAll(selector)].map(o => o.textContent).sort().join()"
# What reaches beyond the page, or is folded, in print.
CUT_OFF = """[...document.querySelectorAll("main *")].filter((one) => {
  const box = one.getBoundingClientRect();
  const inside = one.matches("details:not([open]) > :not(summary)");
  const folded = inside && !one.checkVisibility({contentVisibilityAuto: true});
  return folded || (box.width > 0 && !one.closest("svg") && box.right > document.documentElement.clientWidth + 1);
}).map((one) => one.outerHTML.slice(0, 120)).slice(0, 5)"""
# Cells that the title of their column does not stand before.
MISNAMED = """[...document.querySelectorAll("main table")].flatMap((table) => {
  const titles = [...table.tHead.rows[0].cells].map((one) => one.textContent);
  return [...table.tBodies[0].rows].flatMap((row) => [...row.cells].map((cell, at) =>
    [JSON.parse(getComputedStyle(cell, "::before").content), titles[at]]));
}).filter(([said, title]) => said !== title)"""
PAPER = 718  # px: what an A4 page has between its margins
PHONE, DESK = 390, 1440
SMALL = 375  # a phone that is narrower still


@contextlib.contextmanager
def opened(chromium: Any, page: Path, width: int = DESK, scheme: str = "light", **more: Any) -> Iterator[Any]:
    """The page, its pictures drawn; leaving fails where the console complained or anything was asked for."""
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **more)
    tab = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    tab.on("console", lambda line: said.append(line.text))
    tab.on("pageerror", lambda problem: said.append(str(problem)))
    tab.on("request", lambda request: asked.append(request.url))
    try:
        tab.goto(page.as_uri())
        if more.get("java_script_enabled", True):
            tab.wait_for_selector(f"{FIGURE} .live svg", timeout=60_000)
            tab.wait_for_selector("#timeline-machine .live svg", timeout=60_000)
        yield tab
        assert said == []
        assert asked == [page.as_uri()]
    finally:
        context.close()


def axis(tab: Any) -> list[str]:
    """What stands at the axes of the first timeline."""
    texts: list[str] = tab.locator(AXIS).all_text_contents()
    return texts


def ticks(tab: Any, axis: str = AXIS) -> str:
    """The same in one text, in no order of the page's."""
    text: str = tab.evaluate(TICKS, [axis, ""])
    return text


@pytest.mark.parametrize("accounts", [5, 120])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_nobody_is_asked_and_axe_finds_nothing(
    chromium: Any, report: Callable[..., Path], accounts: int, scheme: str, width: int, language: str
) -> None:
    """The page draws its pictures without a request or a word on the console, and axe-core finds no violation."""
    with opened(chromium, report(accounts, language), width=width, scheme=scheme) as tab:
        assert tab.locator(SHOWN).count() == accounts * 8
        tab.context.new_cdp_session(tab).send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
        found = tab.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


@pytest.mark.parametrize("accounts", [5, 120])
def test_a_phone_shows_everything_without_scrolling_sideways(
    chromium: Any, report: Callable[..., Path], accounts: int
) -> None:
    """On the narrowest phone the page is as wide as the screen, and so is the timeline."""
    with opened(chromium, report(accounts), width=SMALL) as tab:
        assert tab.evaluate("document.documentElement.scrollWidth") == SMALL
        tab.wait_for_function(f"document.querySelector('{FIGURE} .live svg').clientWidth <= {SMALL}")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_phone_names_the_column_at_each_cell(chromium: Any, report: Callable[..., Path], language: str) -> None:
    """Before each cell stands its column's title, letter by letter, in every table."""
    with opened(chromium, report(5, language), width=PHONE) as tab:
        tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert tab.locator("main td").count() > 100
        assert tab.evaluate(MISNAMED) == []


def test_accounts_are_filtered_by_keyboard(chromium: Any, report: Callable[..., Path]) -> None:
    """Typing part of a name leaves the accounts that have it; the number of those left is told."""
    with opened(chromium, report(120)) as tab:
        tab.locator(f"{FIGURE} input").focus()
        tab.keyboard.type("client-01")
        tab.wait_for_function(f"document.querySelectorAll('{SHOWN}').length < 120")
        names = [text for text in axis(tab) if text.startswith("amazon:")]
        assert names
        assert all("client-01" in name for name in names)
        assert f"{tab.locator(SHOWN).count()} of 960" in tab.locator(f"{FIGURE} output").text_content()


def test_places_are_filtered_by_choice(chromium: Any, report: Callable[..., Path]) -> None:
    """Choosing a network leaves its uses."""
    with opened(chromium, report(5)) as tab:
        before = tab.locator(SHOWN).count()
        tab.locator(f"{FIGURE} select").select_option(index=1)
        tab.wait_for_function(f"document.querySelectorAll('{SHOWN}').length < {before}")


@pytest.mark.parametrize("figure", [FIGURE, OTHER])
@pytest.mark.parametrize("how", ["keyboard", "mouse", "wheel"])
def test_both_timelines_are_zoomed_and_shown_whole_again(
    chromium: Any, report: Callable[..., Path], how: str, figure: str
) -> None:
    """By key, click or wheel on either timeline both show the same less time, and one button shows all of it again."""
    axes = [f"{one} .live .role-axis-label text" for one in (FIGURE, OTHER)]
    with opened(chromium, report(5)) as tab:
        before = ticks(tab)
        button = tab.locator(f"{figure} button[data-act=in]")
        button.scroll_into_view_if_needed()
        if how == "keyboard":
            button.press("Enter")
        elif how == "mouse":
            button.click()
        else:
            tab.locator(f"{figure} .live").hover()
            tab.keyboard.down("Control")
            tab.mouse.wheel(0, -200)
            tab.keyboard.up("Control")
        for one in axes:
            tab.wait_for_function(f"{TICKS} !== text", arg=[one, before])
        tab.wait_for_function(f"{TICKS} === text", arg=[axes[0], ticks(tab, axes[1])])
        tab.locator(f"{figure} button[data-act=all]").press("Space")
        for one in axes:
            tab.wait_for_function(f"{TICKS} === text", arg=[one, before])


@pytest.mark.parametrize("how", ["keyboard", "mouse"])
def test_both_timelines_move_through_time(chromium: Any, report: Callable[..., Path], how: str) -> None:
    """After zooming, dragging one to the right or its key shows earlier time in both."""
    axes = [f"{one} .live .role-axis-label text" for one in (FIGURE, OTHER)]
    with opened(chromium, report(5)) as tab:
        whole = ticks(tab)
        tab.locator(f"{FIGURE} button[data-act=in]").click()
        for one in axes:
            tab.wait_for_function(f"{TICKS} !== text", arg=[one, whole])
        before = ticks(tab)
        if how == "keyboard":
            tab.locator(f"{FIGURE} button[data-act=earlier]").press("Enter")
        else:
            box = tab.locator(f"{FIGURE} .live").bounding_box()
            x, y = box["x"] + box["width"] / 2, box["y"] + 30
            tab.mouse.move(x, y)
            tab.mouse.down()
            tab.mouse.move(x + 200, y, steps=4)
            tab.mouse.up()
        for one in axes:
            tab.wait_for_function(f"{TICKS} !== text", arg=[one, before])
        tab.wait_for_function(f"{TICKS} === text", arg=[axes[0], ticks(tab, axes[1])])


def test_hostile_names_are_text(chromium: Any, report: Callable[..., Path]) -> None:
    """Names that are code in HTML or Vega stand in the page as they are, and no element comes of them."""
    with opened(chromium, report(120)) as tab:
        text = tab.evaluate("document.querySelector('main').textContent")
        assert all(name in text for name in HOSTILE)
        assert tab.locator("main script:not([type='application/json']), main b").count() == 0
        assert {"datum.account", "a\\.b"} <= set(axis(tab))


def test_without_script_the_pictures_are_still(chromium: Any, report: Callable[..., Path]) -> None:
    """A reader without script sees every picture, and no control that would do nothing."""
    with opened(chromium, report(5), java_script_enabled=False) as tab:
        stills = tab.locator(".still svg")
        assert stills.count() >= 4
        assert all(one.is_visible() for one in stills.all())
        assert not tab.locator(f"{FIGURE} form").is_visible()


@pytest.mark.parametrize("accounts", [5, 120])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_paper_shows_everything(
    chromium: Any, report: Callable[..., Path], accounts: int, language: str, tmp_path: Path
) -> None:
    """On paper every table and card is open, nothing is wider than the page, and each finding's id can be read."""
    with opened(chromium, report(accounts, language), width=PAPER, scheme="dark") as tab:
        findings = tab.locator("#findings .card").evaluate_all("all => all.map(one => one.id)")
        tab.emulate_media(media="print")
        assert tab.evaluate(CUT_OFF) == []
        assert tab.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        folder = tmp_path / "page.pdf"
        folder.write_bytes(tab.pdf(format="A4"))
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is missing")
    done = subprocess.run(["pdftotext", "-layout", str(folder), "-"], check=True, capture_output=True)
    printed = "".join(done.stdout.decode().split())
    assert [one for one in findings if one not in printed] == []


def test_paper_has_the_still_pictures(chromium: Any, report: Callable[..., Path]) -> None:
    """In print the still pictures stand in place of the live ones, whatever these show at the moment."""
    with opened(chromium, report(5), scheme="dark") as tab:
        tab.emulate_media(media="print")
        assert tab.locator(f"{FIGURE} .still").is_visible()
        assert not tab.locator(f"{FIGURE} .live").is_visible()
        assert tab.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        assert len(tab.pdf()) > 10_000
