"""The audit as one HTML file: nothing fetched; readable on paper, on a phone and in the dark."""

from __future__ import annotations

from html import escape

from isolation.identifiers.escape import printable
from isolation.language import Language
from isolation.reports.charts import draw
from isolation.reports.content import Card, Chart, Facts, Paragraph, Points, Table
from isolation.reports.html_style import STYLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.reports.content import Block, Report, Section


def render(report: Report, language: Language) -> str:
    """The whole report."""
    return _Page(language).page(report)


class _Page:
    """One report in one language."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._drawn = draw.available()

    def _text(self, text: str) -> str:
        return escape(printable(self._language.say(text)))

    def page(self, report: Report) -> str:
        body = "\n".join(self._section(section) for section in report.sections)
        links = "\n".join(
            f'<li><a href="#{section.name}">{self._text(section.title)}</a></li>' for section in report.sections
        )
        title = self._text(report.title)
        return f"""<!doctype html>
<html lang="{self._language.code}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{STYLE}</style>
</head>
<body>
<header>
<h1>{title}</h1>
<p>{self._text(report.subtitle)}</p>
<nav><ul>
{links}
</ul></nav>
</header>
<main>
{body}
</main>
<footer><p>{escape(report.checkpoint)}</p></footer>
</body>
</html>
"""

    def _section(self, section: Section) -> str:
        blocks = "\n".join(self._block(block, 3) for block in section.blocks)
        return f'<section id="{section.name}">\n<h2>{self._text(section.title)}</h2>\n{blocks}\n</section>'

    def _block(self, block: Block, level: int) -> str:
        if isinstance(block, Paragraph):
            return f"<p>{self._text(block.text)}</p>"
        if isinstance(block, Points):
            intro = f"<p>{self._text(block.intro)}</p>\n" if block.intro else ""
            points = "\n".join(f"<li>{self._text(text)}</li>" for text in block.texts)
            return f"{intro}<ul>\n{points}\n</ul>"
        if isinstance(block, Facts):
            return self._facts(block, level)
        if isinstance(block, Table):
            return self._table(block)
        if isinstance(block, Chart):
            return self._chart(block, level)
        return self._card(block, level)

    def _facts(self, facts: Facts, level: int) -> str:
        title = f"<h{level}>{self._text(facts.title)}</h{level}>\n" if facts.title else ""
        pairs = "\n".join(
            f"<div><dt>{self._text(name)}</dt><dd>{self._text(text)}</dd></div>" for name, text in facts.pairs
        )
        box = ' class="box"' if facts.boxed else ""
        return f"<div{box}>\n{title}<dl>\n{pairs}\n</dl>\n</div>"

    def _table(self, table: Table) -> str:
        if not table.rows:
            return ""
        head = "".join(f'<th scope="col">{self._text(column)}</th>' for column in table.columns)
        rows = "\n".join(
            "<tr>" + "".join(f"<td>{self._text(cell)}</td>" for cell in row) + "</tr>" for row in table.rows
        )
        caption = f"<caption>{self._text(table.caption)}</caption>\n" if table.caption else ""
        return (
            f'<div class="scroll" tabindex="0" role="region" aria-label="{self._text(table.caption)}">\n'
            f"<table>\n{caption}<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</div>"
        )

    def _chart(self, chart: Chart, level: int) -> str:
        figure = ""
        if self._drawn:
            figure = (
                f'<figure id="{chart.name}">\n{draw.svg(draw.spoken(chart.spec, self._language))}\n'
                f"<figcaption>{self._text(chart.summary)}</figcaption>\n</figure>\n"
            )
        table = self._table(chart.table)
        is_open = "" if figure else " open"
        summary = self._text(chart.table.caption)
        if not chart.table.rows:
            return f"<h{level}>{self._text(chart.title)}</h{level}>\n{figure}"
        return (
            f"<h{level}>{self._text(chart.title)}</h{level}>\n{figure}"
            f"<details{is_open}><summary>{summary}</summary>\n{table}\n</details>"
        )

    def _card(self, card: Card, level: int) -> str:
        blocks = "\n".join(self._block(block, level + 1) for block in card.blocks)
        return (
            f'<article class="card {card.severity}">\n<h{level}>{self._text(card.title)} '
            f'<span class="tag">{self._text(card.severity)}</span></h{level}>\n{blocks}\n</article>'
        )
