"""The report on paper: real Typst, real pages, text that stays text."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import isolation
from isolation.audit import audit_ledger
from isolation.language import Language
from isolation.ledger import Ledger
from isolation.model import Session
from isolation.policy import Group, Policy
from isolation.reports import pdf
from isolation.reports.audit_report import audit_report
from isolation.reports.frame import Frame

from ..conftest import HOUR, NOON, reading

GATEWAY = "3C-37-86-5D-75-D4"
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


@pytest.mark.parametrize("text", ["", "short", "a b c " * 20])
def test_what_breaks_by_itself_is_left_alone(text: str) -> None:
    """Places to break are only put into long runs."""
    assert pdf.breakable(text) == text


def test_long_runs_can_break() -> None:
    """No run of letters without a place to break is longer than twelve."""
    broken = pdf.breakable("0" * 100)
    assert max(map(len, broken.split("\u200b"))) == 12
    assert broken.replace("\u200b", "") == "0" * 100
