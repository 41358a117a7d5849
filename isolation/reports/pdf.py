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
from unicodedata import east_asian_width

from isolation.errors import UsageError
from isolation.identifiers.escape import printable
from isolation.messages import message
from isolation.reports.charts import draw
from isolation.reports.content import Card, Chart, Facts, Links, Paragraph, Points, Table
from isolation.reports.parts.words import SEVERITY_WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from isolation.language import Language
    from isolation.reports.content import Block, Report

STANDARD = "a-3b"  # PDF/A-3 may carry files: the proof bundle of what the report shows

_WIDTH_CM = 17.0  # of the text on an A4 page
_CM_PER_PX = 0.022  # a little smaller than on a screen of 96 dots an inch
_PART_CM = 21.0  # of a picture on one page
_OVERLAP_CM = 0.8
_LONGEST_RUN = 12  # letters without a place to break a line
_NARROWEST, _WIDEST = 7, 40  # letters that a column's share is counted by


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
        return {
            "kind": "table", "caption": self._text(table.caption), "columns": columns, "rows": rows,
            "widths": [_share(column, [row[at] for row in rows]) for at, column in enumerate(columns)],
        }  # fmt: skip

    def _card(self, card: Card) -> dict[str, Any]:
        return {
            "kind": "card", "name": card.name, "title": self._text(card.title), "severity": card.severity,
            "word": self._text(SEVERITY_WORDS[card.severity]), "blocks": [self._block(one) for one in card.blocks],
        }  # fmt: skip

    def _chart(self, chart: Chart) -> dict[str, Any]:
        drawn: dict[str, Any] = {"file": "", "parts": 0, "width": 0, "height": 0, "step": 0}
        if draw.available():
            picture = draw.svg(draw.spoken(chart.spec, self._language), font="Noto Sans CJK SC")
            drawn = {"file": f"{chart.name}.svg", **_parts(*draw.size(picture))}
            Path(self._folder, drawn["file"]).write_text(picture, encoding="utf-8")
        return {
            "kind": "chart", "title": self._text(chart.title), "summary": self._text(chart.summary),
            "table": self._table(chart.table), **drawn,
        }  # fmt: skip


def _share(title: str, cells: list[str]) -> int:
    """How wide a column is beside the others: by its title and its usual cell."""
    usual = sum(map(_width, cells)) // len(cells) if cells else 0
    return max(_NARROWEST, min(_WIDEST, max(usual, _width(title))))


def _width(text: str) -> int:
    """How wide a text is in letters; a Chinese sign is as wide as two (Unicode Standard Annex 11)."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _parts(width: float, height: float) -> dict[str, Any]:
    """How large a picture is on paper, at most as wide as the text, and how it is spread over pages."""
    wide = min(_WIDTH_CM, width * _CM_PER_PX)
    tall = height * wide / width
    if tall <= _PART_CM:
        return {"parts": 1, "width": wide, "height": tall, "step": 0}
    step = _PART_CM - _OVERLAP_CM
    return {"parts": -int(-(tall - _OVERLAP_CM) // step), "width": wide, "height": _PART_CM, "step": step}


def breakable(text: str) -> str:
    """The text with places to break a line within runs of more than 12 letters, as identifiers and long names have."""
    if len(text) <= _LONGEST_RUN:
        return text
    made, run = [], 0
    for letter, following in zip(text, [*text[1:], " "], strict=True):
        run = 0 if letter.isspace() else run + 1
        if run > _LONGEST_RUN:
            made.append("\u200b")
            run = 1
        made.append(letter)
        if letter in ":/@" and following.isalpha():
            made.append("\u200b")
            run = 0
    return "".join(made)
