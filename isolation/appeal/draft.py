"""A draft of a Plan of Action as blocks: headings, points, paragraphs, each with its section and its lines."""

from __future__ import annotations

import re

from isolation.appeal.tongues import TONGUES, tongues_in
from isolation.appeal.tongues.tongue import expression
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from isolation.appeal.tongues import Tongue

_LONGEST_HEADING = 60
_MOST_WORDS = 3  # of a heading that nothing sets off
_POINT = re.compile(r"\s*(?:[-*+•·–]|\(?\d{1,2}[.)、）]|[（(][一二三四五六七八九十]{1,3}[）)]|[①-⑳])\s*(?=\S)")
_RULE = re.compile(r"\s*(?:[-*_=]\s*){3,}$")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]<>()#+!|~&.-])")


def _any(words: Iterable[str]) -> str:
    return "|".join(word.replace(" ", r"\s") for word in words)


# Marks and references are read in every language: nothing else stands in such brackets.
_ENTRY = re.compile(rf"\[(?:{_any(one.entry for one in TONGUES.values())})\s*(\d{{1,12}})\]", re.IGNORECASE)
_FINDING = re.compile(rf"\[(?:{_any(one.finding for one in TONGUES.values())})\s*([^\]\s]{{1,200}})\]", re.IGNORECASE)
_DOCUMENT = re.compile(
    rf"\[(?:{_any(one.document for one in TONGUES.values())})\s*[^\]]{{1,200}}\]|\.(?:pdf|png|jpe?g)\b", re.IGNORECASE
)
_ATTACHED = expression(tuple(phrase for one in TONGUES.values() for phrase in one.attached))
MARK = re.compile(rf"\[(?:{_any(one.confirm for one in TONGUES.values())})[^\]]{{0,1000}}\]", re.IGNORECASE)


class Block(Value):
    """A `heading`, `point`, `paragraph` or `table` row: its text (lines parted by line ends) from line `line` (1 is the
    first) on, in `section` ("" before any known one)."""

    __slots__ = ("kind", "line", "section", "text")
    kind: str
    line: int
    text: str
    section: str

    def __init__(self, kind: str, line: int, text: str, section: str = "") -> None:
        self._init(kind=kind, line=line, text=text, section=section)

    def line_of(self, offset: int) -> int:
        """The line on which a character of the text stands."""
        return self.line + self.text.count("\n", 0, offset)

    @property
    def entries(self) -> tuple[int, ...]:
        """The entries that it refers to."""
        return tuple(int(number) for number in _ENTRY.findall(self.text))

    @property
    def findings(self) -> tuple[str, ...]:
        """The findings that it refers to."""
        return tuple(_FINDING.findall(self.text))

    @property
    def names_document(self) -> bool:
        """Whether it refers to a document or an attachment."""
        return bool(_DOCUMENT.search(self.text) or _ATTACHED.search(self.text))

    @property
    def claim(self) -> str:
        """Its text without references and marks, each of which is replaced by as many blanks."""
        text = self.text
        for pattern in (MARK, _ENTRY, _FINDING):
            text = pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
        return text


def parse_draft(text: str) -> tuple[Block, ...]:
    """The blocks of a draft in Markdown or plain text."""
    blocks: list[Block] = []
    section = ""
    tongues = tongues_in(text)
    for block in _blocks(text.split("\n"), tongues):
        if block.kind == "heading":
            section = _section(block.text, tongues) or section
        blocks.append(block.replace(section=section))
    return tuple(blocks)


def _blocks(lines: Iterable[str], tongues: tuple[Tongue, ...]) -> Iterator[Block]:
    """Blocks without their sections."""
    open_block: Block | None = None
    blank = 0  # empty lines since; what is indented after them still belongs to a point (CommonMark, 5.2)
    for number, raw in enumerate(lines, 1):
        line = _ESCAPED.sub(r"\1", raw.rstrip())
        kind = _kind(line, tongues)
        if not kind:
            blank += 1
            continue
        goes_on = not blank or (open_block is not None and open_block.kind == "point" and line.startswith(("  ", "\t")))
        if kind == "text" and open_block is not None and goes_on:
            open_block = open_block.replace(text="\n".join([open_block.text, *[""] * blank, line]))
            blank = 0
            continue
        if open_block is not None:
            yield open_block
            open_block = None
        blank = 0
        if kind in ("heading", "table"):
            yield Block(kind, number, line)
        else:
            open_block = Block("point" if kind == "point" else "paragraph", number, line)
    if open_block is not None:
        yield open_block


def _kind(line: str, tongues: tuple[Tongue, ...]) -> str:
    """`heading`, `table`, `point`, `text`, or "" for an empty line."""
    plain = line.strip()
    if not plain or _RULE.match(plain):
        return ""
    if plain.startswith("#") or _is_bare_heading(plain, tongues):
        return "heading"
    if plain.startswith("|"):
        return "table"
    return "point" if _POINT.match(line) else "text"


def _is_bare_heading(plain: str, tongues: tuple[Tongue, ...]) -> bool:
    """Whether a line without `#` is a heading: short, set off by bold, a colon or a number, and naming a section."""
    bare = plain.strip("*_ ")
    is_numbered = re.match(r"[\dIVX]{1,3}[.)、]\s|[一二三四五][、.]", bare)
    is_set_off = plain.startswith("**") or bare.endswith((":", "：")) or is_numbered
    is_sentence = re.search(r"[。；;]|[.!?]\s", bare[3:] + " ")
    short = len(bare) <= _LONGEST_HEADING and not is_sentence and "[" not in bare
    # Of a page or a PDF nothing but the words is left: a few, with a capital.
    few = len(bare.split()) <= _MOST_WORDS and bare[:1].isupper()
    whole = few or any(pattern.fullmatch(bare.rstrip(":：")) for _, pattern in _patterns(tongues))
    return bool(short and _section(bare, tongues) and (is_set_off or whole))


def _section(heading: str, tongues: tuple[Tongue, ...]) -> str:
    """The section that a heading names first; "" for none."""
    found = [(match.start(), name) for name, pattern in _patterns(tongues) if (match := pattern.search(heading))]
    return min(found, key=lambda one: one[0])[1] if found else ""


def _patterns(tongues: tuple[Tongue, ...]) -> list[tuple[str, re.Pattern[str]]]:
    return [(name, expression(phrases)) for tongue in tongues for name, phrases in tongue.sections.items()]


__all__ = ["MARK", "Block", "parse_draft"]
