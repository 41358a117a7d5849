"""The audit as Markdown (GitHub's tables, https://github.github.com/gfm/#tables-extension-)."""

from __future__ import annotations

from isolation.findings import SEVERITY_WORDS
from isolation.identifiers.escape import printable
from isolation.messages import message
from isolation.reports.content import Card, Chart, Facts, Links, Paragraph, Points, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.language import Language
    from isolation.reports.content import Block, Report

_COLON = message(": ")
_SPECIAL = str.maketrans({character: "\\" + character for character in "\\`*_{}[]<>()#+!|~&"})


def render(report: Report, language: Language) -> str:
    """The whole report."""
    page = _Page(language)
    lines = [f"# {page.text(report.title)}", *(["", page.text(report.subtitle)] if report.subtitle else [])]
    for section in report.sections:
        lines += ["", f"## {page.text(section.title)}"]
        for block in section.blocks:
            lines += page.block(block, 3)
    return "\n".join([*lines, *(["", page.text(report.checkpoint)] if report.checkpoint else [])]) + "\n"


class _Page:
    """One report in one language."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def text(self, text: str) -> str:
        return printable(self._language.say(text)).translate(_SPECIAL)

    def block(self, block: Block, level: int) -> Iterator[str]:
        yield ""
        if isinstance(block, Paragraph):
            yield self.text(block.text)
        elif isinstance(block, Points):
            if block.intro:
                yield from (self.text(block.intro), "")
            yield from (f"- {self.text(text)}" for text in block.texts)
        elif isinstance(block, Facts):
            if block.title:
                yield from (f"{'#' * level} {self.text(block.title)}", "")
            yield from (f"- {self.text(name)}{self.text(_COLON)}{self.text(text)}" for name, text in block.pairs)
        elif isinstance(block, Table):
            yield from self._table(block)
        elif isinstance(block, Chart):
            yield f"{'#' * level} {self.text(block.title)}"
            yield from self.block(block.table, level)
        elif isinstance(block, Links):
            yield from self._links(block, level)
        else:
            yield from self._card(block, level)

    def _card(self, card: Card, level: int) -> Iterator[str]:
        yield from (f"{'#' * level} {self.text(card.title)}", "", self._marks(card))
        for block in card.blocks:
            yield from self.block(block, level + 1)

    def _marks(self, card: Card) -> str:
        return f"{self.text(SEVERITY_WORDS[card.severity])} · `{card.name}`"

    def _links(self, links: Links, level: int) -> Iterator[str]:
        yield from (f"{'#' * level} {self.text(links.title)}", "")
        yield from (f"- {self.text(card.title)}{self.text(_COLON)}{self._marks(card)}" for card in links.cards)
        if links.more:
            yield f"- {self.text(links.more)}"

    def _table(self, table: Table) -> Iterator[str]:
        if not table.rows:
            return
        if table.caption:
            yield from (f"**{self.text(table.caption)}**", "")
        rows = [tuple(map(self.text, table.columns)), tuple("---" for _ in table.columns)]
        rows += [tuple(map(self.text, row)) for row in table.rows]
        yield from ("| " + " | ".join(row) + " |" for row in rows)
