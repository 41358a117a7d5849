"""Names that look like markup stand in a report as they were written."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import pytest

import isolation
from isolation.audited import Audit
from isolation.identifiers.escape import printable
from isolation.ledger import Ledger
from isolation.model import Finding, Gap, Identity, Session
from isolation.policy import Policy
from isolation.reports import ENDINGS, PDF, form_of
from isolation.reports.bundle import Request
from isolation.reports.csv_report import unguarded
from isolation.reports.embedded import embedded
from isolation.reports.selective import write_account_report

NAMES = ("<script>alert(1)</script>", '" onmouseover="x', "| a | b |", "[x](y)", "&lt;b&gt;", "`rm`", "# top", "a~~b~~")
# What a reader of CommonMark takes for a plain character after a backslash, of those that would mean something.
MARKUP = "\\`*_{}[]<>()#+!|~&"

# What no account name may hold and a value or a reason could: from a log, a policy, or another machine's ledger.
HOSTILE = {
    "script": "</script><script>alert(1)</script>", "comment": "<!-- x", "cdata": "]]>", "ansi": "a\x1b[31mred\x1b[0m",
    "c1": "a\x9b31m", "rtl": "a\u202egnp.exe\u2066", "lines": "a\r\nb\u2028c", "formula": '=HYPERLINK("http://x","y")',
    "wide formula": "\uff1d1+1", "expression": "datum['x'] + {{1}} {0} [a](b)", "null": "a\x00b", "half": "a\ud800b",
    "noncharacter": "a\uffff\U000e0001b", "long": "x<" * 5000, "typst": '#eval("1") $x$ @ref <l> \\',
}  # fmt: skip


def hostile(text: str) -> Audit:
    """An audit that says the text everywhere where words from outside may stand."""
    found = Finding(
        "id-1", "shared-gateway", "high", "certain", "open", "gateway_mac", text, (text, "b"), 2, 0, 1, "place-1", text
    )
    origin = "isolation/" + "0" * 32
    return Audit(2, 2, (found,), (), (), (), {}, {}, (Gap("x", text),), origin, 1, "0" * 64, "file", "high", 1)


def texts_in(document: Any) -> set[str]:
    """Every text of a JSON document."""
    if isinstance(document, dict):
        return {text for value in document.values() for text in texts_in(value)}
    if isinstance(document, list):
        return {text for value in document for text in texts_in(value)}
    return {document} if isinstance(document, str) else set()


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("ending", [ending for ending in ENDINGS if ending != PDF])
def test_any_text_is_text_in_every_form(tmp_path: Path, ending: str, text: str) -> None:
    """Nothing invisible or commanding stands in the file, and a program reads the very text out of it."""
    path = Path(isolation.write_report(hostile(text), tmp_path / f"audit{ending}"))
    whole = path.read_bytes().decode("utf-8").removeprefix("\ufeff")
    assert whole.replace("\r\n", "").replace("\n", "").replace("\u200d", "").isprintable()
    if ending == ".csv":
        (row,) = csv.DictReader(io.StringIO(whole, newline=""))
        assert unguarded(row["value"]) == printable(text)
        assert json.loads(unguarded(row["accounts"])) == [text, "b"]
    elif form_of(str(path)) in (".json", ".ocsf.json", ".sarif"):
        assert text in texts_in(json.loads(whole))
    elif ending == ".html":
        assert escape(printable(text)) in whole


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_text_in_every_report(
    ledger: Ledger, here: Callable[..., Identity], tmp_path: Path, name: str
) -> None:
    """In HTML it is escaped as HTML is, in Markdown every sign that could be markup has its backslash."""
    for account in (name, "store-a"):
        with isolation.open_session(ledger, account, here(), force="test"):
            pass
    audit = isolation.audit_ledger(ledger)
    page = Path(isolation.write_report(audit, tmp_path / "audit.html")).read_text(encoding="utf-8")
    assert escape(name) in page
    assert "<script>alert" not in page
    text = Path(isolation.write_report(audit, tmp_path / "audit.md")).read_text(encoding="utf-8")
    assert "".join(f"\\{sign}" if sign in MARKUP else sign for sign in name) in text


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_text_in_a_report_on_it(ledger: Ledger, tmp_path: Path, name: str) -> None:
    """The page shows the name as text, and the bundle inside it, which holds the very name, is read out whole."""
    with ledger.writing() as log:
        log.add_session(Session(name, 1_790_000_000_000_000))
    path = tmp_path / "report.html"
    _, issued = write_account_report(ledger, Policy(), Request(name), str(path))
    page = path.read_bytes()
    assert escape(name).encode() in page
    found = embedded(page)
    assert found is not None
    assert found.data == issued.bundle.data
    assert issued.account == name
