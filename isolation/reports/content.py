"""What a report says, apart from how it is drawn: every form of report is made of these.

Texts are messages where the program speaks (`isolation.messages`), so that a form can say them in its language, and
plain where they are data. Nothing here is escaped: each form does that for itself.
"""

from __future__ import annotations

from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, TypeAlias

    from isolation.model import Severity

    Block: TypeAlias = "Paragraph | Points | Facts | Table | Chart | Card | Links"


class Paragraph(Value):
    """A sentence or a few."""

    __slots__ = ("text",)
    text: str

    def __init__(self, text: str) -> None:
        self._init(text=text)


class Points(Value):
    """Short texts one below the other; `intro` stands above them."""

    __slots__ = ("intro", "texts")
    texts: tuple[str, ...]
    intro: str

    def __init__(self, texts: tuple[str, ...], intro: str = "") -> None:
        self._init(texts=tuple(texts), intro=intro)


class Facts(Value):
    """Names with what holds of each: a list of definitions. `boxed` sets it apart, for what a stranger needs first."""

    __slots__ = ("boxed", "pairs", "title")
    pairs: tuple[tuple[str, str], ...]
    title: str
    boxed: bool

    def __init__(self, pairs: tuple[tuple[str, str], ...], title: str = "", *, boxed: bool = False) -> None:
        self._init(pairs=tuple(pairs), title=title, boxed=boxed)


class Table(Value):
    """A table: its caption, its column titles and its rows of texts."""

    __slots__ = ("caption", "columns", "rows")
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str

    def __init__(self, columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...], caption: str = "") -> None:
        self._init(columns=tuple(columns), rows=tuple(rows), caption=caption)


class Chart(Value):
    """A picture, as a Vega-Lite specification that holds its data, with the same figures as a table beside it.

    `name` is unique in the report (letters, digits, hyphens); `summary` says in a sentence what the picture shows.
    """

    __slots__ = ("name", "spec", "summary", "table", "title")
    name: str
    title: str
    summary: str
    spec: Mapping[str, Any]
    table: Table

    def __init__(self, name: str, title: str, summary: str, spec: Mapping[str, Any], table: Table) -> None:
        self._init(name=name, title=title, summary=summary, spec=spec, table=table)


class Card(Value):
    """One thing with all that is known of it, such as a finding: a heading, its id, a severity and blocks.

    `name` is the id of the finding or the rule (letters, digits, hyphens); it is unique, and what links lead to.
    """

    __slots__ = ("blocks", "name", "severity", "title")
    name: str
    title: str
    severity: Severity
    blocks: tuple[Block, ...]

    def __init__(self, name: str, title: str, severity: Severity, blocks: tuple[Block, ...]) -> None:
        self._init(name=name, title=title, severity=severity, blocks=tuple(blocks))


class Links(Value):
    """Cards of the report by their titles, with a title above them; `more` says what else there is."""

    __slots__ = ("cards", "more", "title")
    cards: tuple[Card, ...]
    title: str
    more: str

    def __init__(self, title: str, cards: tuple[Card, ...], more: str = "") -> None:
        self._init(title=title, cards=tuple(cards), more=more)


class Section(Value):
    """A heading with blocks; `name` is what links lead to."""

    __slots__ = ("blocks", "name", "title")
    name: str
    title: str
    blocks: tuple[Block, ...]

    def __init__(self, name: str, title: str, blocks: tuple[Block, ...]) -> None:
        self._init(name=name, title=title, blocks=tuple(blocks))


class Report(Value):
    """A whole report. `checkpoint` is one line that names the ledger's state, for the foot of every page."""

    __slots__ = ("checkpoint", "sections", "subtitle", "title")
    title: str
    subtitle: str
    sections: tuple[Section, ...]
    checkpoint: str

    def __init__(self, title: str, subtitle: str, sections: tuple[Section, ...], checkpoint: str) -> None:
        self._init(title=title, subtitle=subtitle, sections=tuple(sections), checkpoint=checkpoint)
