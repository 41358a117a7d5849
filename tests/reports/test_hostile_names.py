"""Names that look like markup stand in a report as they were written."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest

import isolation
from isolation.ledger import Ledger
from isolation.model import Identity

NAMES = ("<script>alert(1)</script>", '" onmouseover="x', "| a | b |", "[x](y)", "&lt;b&gt;", "`rm`", "# top", "a~~b~~")
# What a reader of CommonMark takes for a plain character after a backslash, of those that would mean something.
MARKUP = "\\`*_{}[]<>()#+!|~&"


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
    assert "<script" not in page
    text = Path(isolation.write_report(audit, tmp_path / "audit.md")).read_text(encoding="utf-8")
    assert "".join(f"\\{sign}" if sign in MARKUP else sign for sign in name) in text
