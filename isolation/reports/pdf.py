"""The audit on paper, set by Typst, whose compiler comes with its Python package: nothing is fetched.

Texts are handed over as data and never become part of the document's source, so that no name is read as markup. Only
the fonts of the package `manimgx-fonts-cjk` (Noto Sans CJK, SIL Open Font License) and those of Typst itself are used,
so that a report is the same on every machine.
"""

from __future__ import annotations

import json
import os
import tempfile
from importlib.resources import files
from pathlib import Path

from isolation.errors import UsageError
from isolation.identifiers.escape import printable
from isolation.messages import message
from isolation.reports.charts import draw
from isolation.reports.content import Card, Chart, Facts, Links, Paragraph, Points, Table
from isolation.reports.paper_chart import pictures
from isolation.reports.paper_table import breakable, layout
from isolation.reports.parts.words import SEVERITY_WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from isolation.language import Language
    from isolation.reports.content import Block, Report

STANDARD = "a-3b"  # PDF/A-3 may carry files: the proof bundle of what the report shows


def render(
    report: Report, language: Language, moment: int, attachments: Mapping[str, tuple[bytes, str]] | None = None
) -> bytes:
    """The report as PDF/A-3, dated `moment` (µs). `attachments` are files inside it: name -> content, description.

    Raises UsageError where Typst or the fonts are not installed.
    """
    compiler, fonts = _installed()
    with tempfile.TemporaryDirectory(prefix="isolation-report-") as folder:
        page = _Page(language, Path(folder))
        data = page.report(report) | {"attachments": _attach(Path(folder), attachments or {}, language)}
        Path(folder, "data.json").write_text(json.dumps(data), encoding="utf-8")
        Path(folder, "report.typ").write_bytes((files("isolation.reports") / "report.typ").read_bytes())
        made = compiler.compile(
            os.path.join(folder, "report.typ"), root=folder, font_paths=[fonts], ignore_system_fonts=True,
            format="pdf", pdf_standards=[STANDARD], timestamp=moment // 1_000_000,
        )  # fmt: skip
    return bytes(made)


def _installed() -> tuple[Any, str]:
    try:
        import manimgx_fonts_cjk
        import typst
    except ImportError:
        raise UsageError(
            "A report in PDF needs the packages typst and manimgx-fonts-cjk.",
            "Install them: pip install 'isolation[report]'; or write .html and print it.",
        ) from None
    return typst, os.path.dirname(str(manimgx_fonts_cjk.__file__))


def _attach(folder: Path, attachments: Mapping[str, tuple[bytes, str]], language: Language) -> list[dict[str, str]]:
    attached = []
    for name, (content, description) in attachments.items():
        Path(folder, name).write_bytes(content)
        attached.append({"file": name, "type": "application/json", "description": language.say(description)})
    return attached


class _Page:
    """One report as the data that the document reads."""

    def __init__(self, language: Language, folder: Path) -> None:
        self._language = language
        self._folder = folder
        self._drawn = draw.available()

    def report(self, report: Report) -> dict[str, Any]:
        return {
            "title": self._text(report.title), "subtitle": self._text(report.subtitle),
            "contents": self._text(message("Contents")), "language": self._language.code,
            "checkpoint": report.checkpoint,
            "sections": [
                {"title": self._text(section.title), "blocks": [self._block(one) for one in section.blocks]}
                for section in report.sections
            ],
        }  # fmt: skip

    def _text(self, text: str) -> str:
        # A text of several paragraphs keeps its lines; `printable` would spell their ends.
        lines = self._language.say(text).split("\n")
        return "\n".join(breakable(printable(line)) for line in lines)

    def _block(self, block: Block) -> dict[str, Any]:
        if isinstance(block, Paragraph):
            return {"kind": "paragraph", "text": self._text(block.text)}
        if isinstance(block, Points):
            return {"kind": "points", "intro": self._text(block.intro), "texts": list(map(self._text, block.texts))}
        if isinstance(block, Facts):
            pairs = [[self._text(name), self._text(text)] for name, text in block.pairs]
            return {"kind": "facts", "title": self._text(block.title), "pairs": pairs, "boxed": block.boxed}
        if isinstance(block, Table):
            return self._table(block)
        if isinstance(block, Chart):
            return self._chart(block)
        if isinstance(block, Links):
            cards = [self._card(card) for card in block.cards]
            return {"kind": "links", "title": self._text(block.title), "cards": cards, "more": self._text(block.more)}
        return self._card(block)

    def _table(self, table: Table) -> dict[str, Any]:
        columns = list(map(self._text, table.columns))
        rows = [list(map(self._text, row)) for row in table.rows]
        made = layout(columns, rows)
        return {
            "kind": "table", "caption": self._text(table.caption), "columns": columns, "rows": rows,
            "widths": made.widths, "size": made.size, "whole": made.whole,
        }  # fmt: skip

    def _card(self, card: Card) -> dict[str, Any]:
        return {
            "kind": "card", "name": card.name, "title": self._text(card.title), "severity": card.severity,
            "word": self._text(SEVERITY_WORDS[card.severity]), "blocks": [self._block(one) for one in card.blocks],
        }  # fmt: skip

    def _chart(self, chart: Chart) -> dict[str, Any]:
        drawn = []
        for at, (picture, place) in enumerate(pictures(draw.spoken(chart.spec, self._language)) if self._drawn else ()):
            name = f"{chart.name}-{at}.svg"
            Path(self._folder, name).write_text(picture, encoding="utf-8")
            drawn.append(place | {"file": name})
        return {
            "kind": "chart", "title": self._text(chart.title), "summary": self._text(chart.summary),
            "table": self._table(chart.table), "pictures": drawn,
        }  # fmt: skip
