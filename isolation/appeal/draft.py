"""A draft of a Plan of Action as blocks: headings, points, paragraphs, each with its section and its lines."""

from __future__ import annotations

import re

from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Section -> the words by which a heading names it. The first that fits counts.
_SECTIONS = (
    ("root-cause", re.compile(r"root ?cause|根本原因|原因分析|问题原因|原因", re.IGNORECASE)),
    (
        "corrective",
        re.compile(r"correct|actions? (?:we |that we )?(?:have )?taken|纠正|整改|已采取|补救", re.IGNORECASE),
    ),
    ("preventive", re.compile(r"prevent|future|预防|防止|今后|未来", re.IGNORECASE)),
    ("commitment", re.compile(r"commit|promise|pledge|承诺|保证", re.IGNORECASE)),
    ("coverage", re.compile(r"what this rests on|依据", re.IGNORECASE)),
)
_LONGEST_HEADING = 60
_POINT = re.compile(r"\s*(?:[-*+•·–]|\(?\d{1,2}[.)、）]|[（(][一二三四五六七八九十]{1,3}[）)]|[①-⑳])\s*(?=\S)")
_RULE = re.compile(r"\s*(?:[-*_=]\s*){3,}$")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]<>()#+!|~&.-])")

_ENTRY = re.compile(r"\[(?:entry|记录)\s*(\d{1,12})\]", re.IGNORECASE)
_FINDING = re.compile(r"\[(?:finding|发现)\s*([^\]\s]{1,200})\]", re.IGNORECASE)
_DOCUMENT = re.compile(
    r"\[(?:document|文件)\s*[^\]]{1,200}\]|\b(?:attach(?:ed|ment)|annex|exhibit|enclosed|appendix)\b|附件|见附|\.(?:pdf|png|jpe?g)\b",
    re.IGNORECASE,
)
MARK = re.compile(r"\[(?:to be confirmed by you|待您确认)[^\]]{0,1000}\]", re.IGNORECASE)


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
        return _DOCUMENT.search(self.text) is not None

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
    for block in _blocks(text.split("\n")):
        if block.kind == "heading":
            section = _section(block.text) or section
        blocks.append(block.replace(section=section))
    return tuple(blocks)


def _blocks(lines: Iterable[str]) -> Iterator[Block]:
    """Blocks without their sections."""
    open_block: Block | None = None
    blank = 0  # empty lines since; what is indented after them still belongs to a point (CommonMark, 5.2)
    for number, raw in enumerate(lines, 1):
        line = _ESCAPED.sub(r"\1", raw.rstrip())
        kind = _kind(line)
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


def _kind(line: str) -> str:
    """`heading`, `table`, `point`, `text`, or "" for an empty line."""
    plain = line.strip()
    if not plain or _RULE.match(plain):
        return ""
    if plain.startswith("#") or _is_bare_heading(plain):
        return "heading"
    if plain.startswith("|"):
        return "table"
    return "point" if _POINT.match(line) else "text"


def _is_bare_heading(plain: str) -> bool:
    """Whether a line without `#` is a heading: short, set off by bold, a colon or a number, and naming a section."""
    bare = plain.strip("*_ ")
    is_numbered = re.match(r"[\dIVX]{1,3}[.)、]\s|[一二三四五][、.]", bare)
    is_set_off = plain.startswith("**") or bare.endswith((":", "：")) or is_numbered
    is_sentence = re.search(r"[。；;]|[.!?]\s", bare[3:] + " ")
    short = len(bare) <= _LONGEST_HEADING and not is_sentence and "[" not in bare
    whole = any(pattern.fullmatch(bare.rstrip(":：")) for _, pattern in _SECTIONS)
    return bool(short and _section(bare) and (is_set_off or whole))


def _section(heading: str) -> str:
    return next((name for name, pattern in _SECTIONS if pattern.search(heading)), "")


__all__ = ["MARK", "Block", "parse_draft"]
