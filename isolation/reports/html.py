"""The audit as one HTML file: nothing fetched; readable on paper, on a phone and in the dark.

Style, script and pictures stand in the file, and its Content-Security-Policy lets nothing else run or load: scripts go
by their digests (https://www.w3.org/TR/CSP3/#match-element-to-source-list). Without script every picture is still.
"""

from __future__ import annotations

import base64
import hashlib
import re
from html import escape
from importlib.resources import files

from isolation.identifiers.escape import printable
from isolation.language import DOMAINS
from isolation.messages import Message, message
from isolation.reports.charts import draw
from isolation.reports.content import Card, Chart, Facts, Links, Paragraph, Points, Table
from isolation.reports.html_chart import Figure, is_live
from isolation.reports.parts.words import CONFIDENCE_WORDS, SEVERITY_WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from isolation.language import Language
    from isolation.reports.content import Block, Report, Section

_MOST_NAMES = 12  # a longer list of names is folded after its first eight
_FIRST_NAMES = 8
_MOST_OPEN = 12  # more cards than this in one section are folded
_SHORT = 24  # letters of a cell that is not worth breaking


def render(report: Report, language: Language) -> str:
    """The whole report."""
    return _Page(language).page(report)


class _Page:
    """One report in one language."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._drawn = draw.available()
        self._tables = 0
        self._titles: dict[tuple[str, ...], str] = {}

    def _text(self, text: str) -> str:
        return escape(printable(self._language.say(text)))

    def _flow(self, text: str) -> str:
        """A text of the page, not of an attribute: no line ends within a moment."""
        return _unbroken(self._text(text))

    def _long(self, text: str) -> str:
        """A text; where it is a long row of names, its end is folded."""
        parts = text.parts if isinstance(text, Message) else ()
        if len(parts) <= _MOST_NAMES or not isinstance(text, Message):
            return self._flow(text)
        first, rest = (
            escape(printable(text.pattern)).join(map(self._flow, some))
            for some in (parts[:_FIRST_NAMES], parts[_FIRST_NAMES:])
        )
        more = self._text(message("and {count} more", count=len(parts) - _FIRST_NAMES))
        return f'{first} <details class="more"><summary>{more}</summary> {rest}</details>'

    def page(self, report: Report) -> str:
        scripts = [files("isolation.reports").joinpath("report.js").read_text("utf-8")]
        if self._drawn and any(is_live(block) for section in report.sections for block in section.blocks):
            scripts.insert(0, draw.scripts())
        body = "\n".join(self._section(section) for section in report.sections)
        links = "\n".join(
            f'<li><a href="#{section.name}">{self._text(section.title)}</a></li>' for section in report.sections
        )
        title = self._text(report.title)
        contents = self._text(message("Contents"))
        return f"""<!doctype html>
<html lang="{_LANGUAGE_TAGS[self._language.code]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="{_policy(scripts)}">
<title>{title}</title>
<style>{files("isolation.reports").joinpath("report.css").read_text("utf-8")}{self._title_styles()}</style>
</head>
<body>
<a class="skip" href="#{report.sections[0].name}">{self._text(message("Skip to the answer"))}</a>
<header>
<h1>{title}</h1>
<p class="subtitle">{self._flow(report.subtitle)}</p>
</header>
<div class="layout">
<nav aria-label="{contents}">
<h2>{contents}</h2>
<ul>
{links}
</ul>
</nav>
<main>
{body}
</main>
</div>
{self._told()}
<footer><p>{self._text(message("State of the ledger"))}: <code>{escape(report.checkpoint)}</code></p></footer>
{"".join(f"<script>{script}</script>" for script in scripts)}
</body>
</html>
"""

    def _told(self) -> str:
        """Where the script says how a table is sorted, with the sentences for it."""
        column = "{column}"
        told = {
            "ascending": message("Sorted by {column}, ascending.", column=column),
            "descending": message("Sorted by {column}, descending.", column=column),
            "none": message("In the order of the report again."),
            "hint": message("Sort by this column"),
        }
        said = "".join(f' data-{name}="{self._text(text)}"' for name, text in told.items())
        return f'<p id="told" role="status"{said}></p>'

    def _section(self, section: Section) -> str:
        title = f"<h2>{self._text(section.title)}</h2>"
        return f'<section id="{section.name}">\n{title}\n{self._blocks(section.blocks)}\n</section>'

    def _blocks(self, blocks: Sequence[Block]) -> str:
        """The blocks of a section; what comes before a box stands beside it."""
        fold = sum(isinstance(block, Card) for block in blocks) > _MOST_OPEN
        for at, block in enumerate(blocks):
            if isinstance(block, Facts) and block.boxed:
                before = self._row(blocks[:at], fold=fold)
                rest = self._row(blocks[at + 1 :], fold=fold)
                return f'<div class="beside">\n<div>\n{before}\n</div>\n{self._facts(block, 3)}\n</div>\n{rest}'
        return self._row(blocks, fold=fold)

    def _row(self, blocks: Sequence[Block], *, fold: bool) -> str:
        return "\n".join(self._block(block, 3, fold=fold) for block in blocks)

    def _block(self, block: Block, level: int, *, fold: bool = False) -> str:
        if isinstance(block, Paragraph):
            return f"<p>{self._flow(block.text)}</p>"
        if isinstance(block, Points):
            intro = f"<p>{self._text(block.intro)}</p>\n" if block.intro else ""
            points = "\n".join(f"<li>{self._flow(text)}</li>" for text in block.texts)
            return f"{intro}<ul>\n{points}\n</ul>"
        if isinstance(block, Facts):
            return self._facts(block, level)
        if isinstance(block, Table):
            return self._table(block)
        if isinstance(block, Chart):
            return self._chart(block, level)
        if isinstance(block, Links):
            return self._links(block, level)
        return self._card(block, level, fold=fold)

    def _facts(self, facts: Facts, level: int) -> str:
        title = f"<h{level}>{self._text(facts.title)}</h{level}>\n" if facts.title else ""
        pairs = "\n".join(
            f"<div><dt>{self._text(name)}</dt><dd>{self._lines(text)}</dd></div>" for name, text in facts.pairs
        )
        box = ' class="box"' if facts.boxed else ""
        return f"<div{box}>\n{title}<dl>\n{pairs}\n</dl>\n</div>"

    def _lines(self, text: str) -> str:
        """A text of several paragraphs keeps its lines; `printable` would spell their ends."""
        if isinstance(text, Message) and text.parts:
            return self._long(text)
        return "<br>".join(_unbroken(escape(printable(line))) for line in self._language.say(text).split("\n"))

    def _table(self, table: Table) -> str:
        if not table.rows:
            return ""
        self._tables += 1
        columns = table.columns
        head = "".join(f'<th scope="col" role="columnheader">{self._text(column)}</th>' for column in columns)
        rows = "\n".join('<tr role="row">' + "".join(map(self._cell, row)) + "</tr>" for row in table.rows)
        named = f"table-{self._tables}"
        caption = f'<caption id="{named}">{self._text(table.caption)}</caption>\n' if table.caption else ""
        label = f' aria-labelledby="{named}"' if caption else ""
        return (
            f'<div class="scroll" tabindex="0" role="group"{label}>\n'
            f'<table role="table" class="{self._titled(columns)}">\n'
            f'{caption}<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n'
            f'<tbody role="rowgroup">\n{rows}\n</tbody>\n</table>\n</div>'
        )  # fmt: skip

    def _titled(self, columns: Sequence[str]) -> str:
        """The class of tables with these columns, by which each cell of a phone's page has its column's title."""
        return self._titles.setdefault(tuple(columns), f"c{len(self._titles)}")

    def _title_styles(self) -> str:
        """The titles of columns, once for all tables that have the same: at each cell they were a tenth of the page."""
        return "\n".join(
            f".{name} td:nth-child({at}) {{ --title: {_css_text(printable(self._language.say(column)))}; }}"
            for columns, name in self._titles.items()
            for at, column in enumerate(columns, 1)
        )

    def _cell(self, text: str) -> str:
        long = ' class="long"' if len(text) > _SHORT else ""
        rank = f' data-rank="{_RANKS[text]}"' if isinstance(text, Message) and text in _RANKS else ""
        content = self._marked(text)
        # What has elements in it is held together; a text alone needs nothing around it.
        return f'<td role="cell"{long}{rank}>{f"<span>{content}</span>" if "<" in content else content}</td>'

    def _marked(self, text: str) -> str:
        """A cell; the word of a severity is marked as such."""
        if isinstance(text, Message) and text in _SEVERITIES:
            return self._severity(text, _SEVERITIES[text])
        return self._long(text)

    def _severity(self, word: str, severity: str) -> str:
        return f'<span class="mark {severity}">{_SIGNS[severity]} {self._text(word)}</span>'

    def _chart(self, chart: Chart, level: int) -> str:
        title = f"<h{level}>{self._text(chart.title)}</h{level}>\n"
        figure = Figure(chart, self._language).html() if self._drawn else ""
        table = self._table(chart.table)
        if not table:
            return title + figure
        is_open = "" if figure else " open"
        summary = self._text(message("The same figures as a table"))
        return f"{title}{figure}<details{is_open}><summary>{summary}</summary>\n{table}\n</details>"

    def _card(self, card: Card, level: int, *, fold: bool) -> str:
        blocks = "\n".join(self._block(block, level + 1) for block in card.blocks)
        is_open = "" if fold else " open"
        return (
            f'<details class="card {card.severity}" id="{escape(card.name)}"{is_open}><summary>'
            f"<h{level}>{self._text(card.title)}</h{level}> {self._marks(card)}</summary>\n{blocks}\n</details>"
        )

    def _marks(self, card: Card) -> str:
        mark = self._severity(SEVERITY_WORDS[card.severity], card.severity)
        return f'<span class="marks">{mark} <code>{escape(card.name)}</code></span>'

    def _links(self, links: Links, level: int) -> str:
        cards = "\n".join(
            f'<li class="{card.severity}"><a href="#{escape(card.name)}">{self._text(card.title)}</a> '
            f"{self._severity(SEVERITY_WORDS[card.severity], card.severity)}</li>"
            for card in links.cards
        )
        more = f'\n<li><a href="#findings">{self._text(links.more)}</a></li>' if links.more else ""
        return f'<h{level}>{self._text(links.title)}</h{level}>\n<ul class="links">\n{cards}{more}\n</ul>'


_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (?:UTC|[+-]\d\d:\d\d)")
_LANGUAGE_TAGS = {code: code for codes in DOMAINS.values() for code in codes} | {"zh": "zh-Hans"}
_SEVERITIES = {word: severity for severity, word in SEVERITY_WORDS.items()}
# Words that are sorted by what they mean.
_RANKS = {word: rank for words in (SEVERITY_WORDS, CONFIDENCE_WORDS) for rank, word in enumerate(words.values())}
# Severity is told by sign and word; colour only adds to them.
_SIGNS = {"critical": "◆", "high": "▲", "medium": "■", "low": "●", "info": "○"}


def _unbroken(text: str) -> str:
    """An escaped text in which no line ends within a moment."""
    return _MOMENT.sub(r'<span class="t">\g<0></span>', text)


def _css_text(text: str) -> str:
    """A text as a string of CSS (https://www.w3.org/TR/css-syntax-3/#consume-string-token) that ends nothing."""
    letters = (one if one.isalnum() or one in " ,-" else f"\\{ord(one):x} " for one in text)
    return f'"{"".join(letters)}"'


def _policy(scripts: Sequence[str]) -> str:
    """Only these scripts run, nothing is loaded, nothing is sent; styles stand in the file."""
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
