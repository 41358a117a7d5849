"""The report on paper: real Typst, real pages, text that stays text."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

import isolation
from isolation.audit import audit_ledger
from isolation.language import LANGUAGES, Language
from isolation.ledger import Ledger
from isolation.model import Session
from isolation.policy import Group, Policy
from isolation.reports import frame_of, pdf
from isolation.reports.audit_report import audit_report
from isolation.reports.charts import draw
from isolation.reports.content import Chart, Section
from isolation.reports.frame import Frame
from isolation.reports.paper_chart import WIDTH_CM, pictures
from isolation.reports.paper_table import breakable, layout

from ..conftest import HOUR, NOON, reading

GATEWAY = "3C-37-86-5D-75-D4"
BOX = r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>'
HOSTILE = {
    "Typst code": '#eval("1+1") #import "@preview/x:1.0.0" #sys.inputs',
    "Typst markup": "*b* _i_ `c` $x$ = h <label> @ref \\ ~ // comment",
    "HTML": "<script>alert(1)</script>",
    "ANSI": "\x1b[31mred\x07",
    "right to left": "safe\u202egnp.exe",
    "Chinese": "店铺一号 直骨角",
    "brackets": "]]}})){{[[((",
}


@pytest.fixture(scope="module", autouse=True)
def _tools() -> None:
    if shutil.which("pdftotext") is None:
        if os.environ.get("ISOLATION_TEST_ALL") == "1":
            pytest.fail("pdftotext (poppler-utils) is missing")
        pytest.skip("pdftotext (poppler-utils) is missing")


def text_of(path: str | Path) -> str:
    """What a reader can select in the PDF, without the places where lines may break."""
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True)
    return done.stdout.decode().replace("\u200b", "")


def declared(evidence: str) -> Policy:
    """A policy that names this document."""
    return Policy(groups=(Group("home", "household", ("one", "two"), evidence=evidence),))


def met(ledger: Ledger, *accounts: str) -> None:
    """Uses of these accounts behind one router, an hour apart."""
    for at, account in enumerate(accounts):
        with ledger.writing() as log:
            log.add_session(Session(account, NOON + at * HOUR, readings=(reading("gateway_mac", GATEWAY),)))


def test_a_report_has_pages_contents_and_its_checkpoint_on_each(ledger: Ledger, tmp_path: Path) -> None:
    """The answer stands first, contents and page numbers follow, and every page names the ledger's state."""
    met(ledger, "one", "two")
    audit = audit_ledger(ledger, policy=Policy())
    path = isolation.write_report(audit, tmp_path / "audit.pdf")
    pages = text_of(path).split("\f")[:-1]
    assert "Login-isolation audit" in pages[0]
    assert "1 machine, place or account with open findings" in pages[0]
    assert any("Contents" in page for page in pages[:2])
    for number, page in enumerate(pages, 1):
        assert f"{number}/{len(pages)}" in page.replace(" ", "")
        assert audit.root[:12] in page
    assert GATEWAY in "".join(pages)
    assert Path(path).read_bytes()[:5] == b"%PDF-"


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_name_is_text_on_paper(ledger: Ledger, tmp_path: Path, name: str) -> None:
    """A text that is markup or code elsewhere stands on paper as it is, its control characters spelled out."""
    met(ledger, "one", "two")
    path = isolation.write_report(audit_ledger(ledger, policy=declared(name)), tmp_path / "audit.pdf")
    shown = "".join(text_of(path).split())
    for word in name.replace("\x1b", " ").replace("\x07", " ").replace("\u202e", " ").split():
        assert word in shown


def test_ten_thousand_letters_stay_on_their_pages(ledger: Ledger, tmp_path: Path) -> None:
    """A text without a place to break is broken, and nothing of it is lost."""
    met(ledger, "one", "two")
    path = isolation.write_report(audit_ledger(ledger, policy=declared("x" * 10_000)), tmp_path / "audit.pdf")
    assert "".join(text_of(path).split()).count("x") >= 10_000


def test_the_same_report_is_the_same_bytes(ledger: Ledger) -> None:
    """Two renderings of one audit do not differ in one byte."""
    met(ledger, "one", "two")
    report = audit_report(Frame(audit_ledger(ledger, policy=Policy())))
    assert pdf.render(report, Language(), NOON) == pdf.render(report, Language(), NOON)


def test_a_file_can_lie_within(ledger: Ledger, tmp_path: Path) -> None:
    """An attachment comes out of the PDF as it went in."""
    if shutil.which("pdfdetach") is None:
        pytest.skip("pdfdetach (poppler-utils) is missing")
    report = audit_report(Frame(audit_ledger(ledger, policy=Policy())))
    content = b'{"schema":"x"}' * 1000
    path = tmp_path / "audit.pdf"
    path.write_bytes(pdf.render(report, Language(), NOON, {"bundle.json": (content, "the proof bundle")}))
    subprocess.run(["pdfdetach", "-saveall", "-o", str(tmp_path), str(path)], check=True, capture_output=True)
    assert (tmp_path / "bundle.json").read_bytes() == content


class Word(NamedTuple):
    """A word on a page, and the box around it (points)."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def pages_of(path: str | Path) -> list[list[Word]]:
    """The words of each page with their places."""
    done = subprocess.run(["pdftotext", "-bbox", str(path), "-"], check=True, capture_output=True)
    pages = done.stdout.decode().split("<page ")[1:]
    return [
        [Word(text, *map(float, box)) for *box, text in re.findall(BOX, page)] for page in pages
    ]  # fmt: skip


def touching(words: list[Word]) -> list[tuple[str, str]]:
    """Pairs of words that stand in one another: on one line, and more than half a point of one within the other."""
    ordered = sorted(words, key=lambda word: word.left)
    found = []
    for at, one in enumerate(ordered):
        for other in ordered[at + 1 :]:
            if other.left > one.right - 0.5:
                break
            if min(one.bottom, other.bottom) - max(one.top, other.top) > 2:
                found.append((one.text, other.text))
    return found


def tables_alone(section: Section) -> Section:
    """The section with the tables of its pictures in place of them."""
    return section.replace(blocks=tuple(one.table if isinstance(one, Chart) else one for one in section.blocks))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("zone", ["", "Asia/Shanghai"])
def test_no_word_reaches_into_another(ledger: Ledger, tmp_path: Path, language: str, zone: str) -> None:
    """In every table, titles and long names keep to their columns, and a title is no word with the next."""
    names = ("datum.account", "<script>alert(1)</script>", "amazon:client-001", "店铺一号直骨角店铺二号", "x" * 120)
    with ledger.writing() as log:
        for at, account in enumerate(names * 3):
            where = (reading("gateway_mac", GATEWAY), reading("device_id", f"{at % 2 + 1:08x}9e107d9d372bb6826bd81d35"))
            log.add_session(Session(account, NOON + at * HOUR, end=NOON + at * HOUR + 60, readings=where))
    audit = audit_ledger(ledger, policy=declared("lease.pdf"))
    report = audit_report(frame_of(audit, zone))
    # Without pictures: names are slanted in the matrix, and a timeline hides the times that it has no room for.
    report = report.replace(sections=tuple(map(tables_alone, report.sections)))
    path = tmp_path / "audit.pdf"
    path.write_bytes(pdf.render(report, Language(language), NOON))
    pages = pages_of(path)
    assert [pair for page in pages for pair in touching(page)] == []
    if language == "en":
        assert {"Uses", "Network", "Accounts", "Which"} <= {word.text for page in pages for word in page}


def test_a_tall_picture_goes_on_with_its_axis(ledger: Ledger, tmp_path: Path) -> None:
    """Of 100 accounts each is drawn once in each timeline, in parts that all have the axis of time and the colours."""
    with ledger.writing() as log:
        for at in range(100):
            log.add_session(Session(f"store-{at:03}", NOON + at * HOUR, readings=(reading("gateway_mac", GATEWAY),)))
    audit = audit_ledger(ledger, policy=Policy())
    (section,) = [one for one in audit_report(Frame(audit)).sections if one.name == "timeline"]
    charts = [block for block in section.blocks if isinstance(block, Chart)]
    for chart in charts:
        drawn = pictures(draw.spoken(chart.spec, Language()))
        assert len(drawn) > 1
        assert all(
            "time (UTC)" in picture and chart.title.removeprefix("By ") in picture.lower() for picture, _ in drawn
        )
        assert sorted(re.findall(r">(store-\d+)<", "".join(picture for picture, _ in drawn))) == [
            f"store-{at:03}" for at in range(100)
        ]
        assert all(place["height"] <= 22 and place["width"] <= WIDTH_CM and place["parts"] == 1 for _, place in drawn)
    path = isolation.write_report(audit, tmp_path / "audit.pdf")
    assert text_of(path).count("time (UTC)") == sum(len(pictures(draw.spoken(one.spec, Language()))) for one in charts)


TEXTS = st.lists(st.text(st.sampled_from("abc店铺 -:/@.<1"), max_size=40), min_size=3, max_size=3)


@given(TEXTS, st.lists(TEXTS, max_size=4))
def test_every_column_is_wide_enough(columns: list[str], rows: list[list[str]]) -> None:
    """Whatever stands in a few columns, each is at least as wide as the longest piece that no line ends in."""
    columns, *rows = (list(map(breakable, row)) for row in (columns, *rows))
    made = layout(columns, rows)
    for at, width in enumerate(made.widths):
        pieces = [piece for row in (columns, *rows) for piece in re.split(r"[\s\u200b]", row[at])]
        assert width >= max(len(re.sub("[店铺]", "", piece)) for piece in pieces)


@pytest.mark.parametrize("text", ["", "short", "a b c " * 20])
def test_what_breaks_by_itself_is_left_alone(text: str) -> None:
    """Places to break are only put into long runs."""
    assert breakable(text) == text


def test_long_runs_can_break() -> None:
    """No run of letters without a place to break is longer than twelve."""
    broken = breakable("0" * 100)
    assert max(map(len, broken.split("\u200b"))) == 12
    assert broken.replace("\u200b", "") == "0" * 100
    assert breakable("3C-37-86-5D-75-D4") == "3C-37-86-5D-75-D4"
    assert breakable("000000019e107d9d372bb6826bd81d35").split("\u200b") == ["000000019e1", "07d9d372bb6", "826bd81d35"]
