"""Which of the seven reasons a notice names, with the very words it went by.

A reason is only ever reported with a quotation; where no phrase is met the answer is that none was recognised.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from isolation.appeal.phrases import REASONS
from isolation.appeal.tongues import tongues_in
from isolation.appeal.tongues.tongue import expression
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from isolation.appeal.notice import Part
    from isolation.appeal.tongues.tongue import Tongue

_MOST_QUOTES = 5  # of one reason; further ones are counted
_CONTEXT = 60  # characters shown on either side of the words
_SENTENCE_END = ".!?。！？\n"
_LONGEST_SENTENCE = 400
# The end of the sentence before, and the marks of a list or of a quoted e-mail.
_BEFORE_SENTENCE = re.compile(r"(?:\A|[.!?:](?=\s)|[。！？：]|\n\s*\n|\n(?=\s*[-*•]))[\s>*•–-]*")


class Quote(Value):
    """Words of a notice: `words` as they stand there, `line` (from 1) of the part `place`, `around` with what is said
    beside them."""

    __slots__ = ("around", "line", "place", "words")
    place: str
    line: int
    words: str
    around: str

    def __init__(self, place: str, line: int, words: str, around: str) -> None:
        self._init(place=place, line=line, words=words, around=around)


class Reason(Value):
    """A reason that a notice names: its `id`, its number in the list of seven, its name, and the words.

    `count` is how often it is named; at most five are quoted. Without any quote the reason was stated by the person.
    """

    __slots__ = ("count", "id", "name", "number", "quotes")
    id: str
    number: int
    name: str
    quotes: tuple[Quote, ...]
    count: int

    def __init__(self, id: str, quotes: Iterable[Quote] = (), count: int = 0) -> None:  # noqa: A002 - as in the JSON
        number, name = REASONS[id]
        self._init(id=id, number=number, name=name, quotes=tuple(quotes), count=count)

    def replace(self, **changes: object) -> Reason:
        """A copy with these fields changed; number and name follow from the id."""
        fields = {"id": self.id, "quotes": self.quotes, "count": self.count} | changes
        return Reason(**fields)  # type: ignore[arg-type]  # fields of Reason, by name


class Place:
    """Tells of an offset in a part its line, and what stands around it."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._lines = [0, *(match.end() for match in re.finditer("\n", part.text))]

    def quote(self, start: int, end: int) -> Quote:
        """The quotation of these characters."""
        text = self._part.text
        before = max(_after_any(text, _SENTENCE_END, max(0, start - _CONTEXT), start), start - _CONTEXT, 0)
        after = min(_before_any(text, end, min(len(text), end + _CONTEXT)), end + _CONTEXT)
        words = (" ".join(text[a:b].split()) for a, b in ((start, end), (before, after)))
        return Quote(self._part.name, bisect_right(self._lines, start), *words)


def _after_any(text: str, signs: str, low: int, high: int) -> int:
    return max((text.rfind(sign, low, high) + 1 for sign in signs), default=low)


def _before_any(text: str, low: int, high: int) -> int:
    return min((at for sign in _SENTENCE_END if (at := text.find(sign, low, high)) >= 0), default=high)


def recognised(parts: Iterable[Part]) -> tuple[Reason, ...]:
    """The reasons that these texts name, by their number; empty for none."""
    found: dict[str, dict[tuple[str, str], Quote]] = {}
    counts: dict[str, int] = {}
    for part in parts:
        place = Place(part)
        for reason, start, end in _matches(part.text):
            quote = place.quote(start, end)
            known = found.setdefault(reason, {})
            # An e-mail says the same once as text and once as HTML.
            if (quote.words.casefold(), quote.around.casefold()) not in known:
                known[quote.words.casefold(), quote.around.casefold()] = quote
                counts[reason] = counts.get(reason, 0) + 1
    return tuple(
        Reason(reason, tuple(quotes.values())[:_MOST_QUOTES], counts[reason])
        for reason in REASONS
        if (quotes := found.get(reason))
    )


def _matches(text: str) -> Iterator[tuple[str, int, int]]:
    """Reason, begin and end of every phrase in a text; of overlapping ones of one reason and language, the first.

    A phrase in a sentence that only says what would be if something were so names no reason: many notices end in what
    happens "if we find that you have engaged in fraudulent activity".
    """
    for tongue in tongues_in(text):
        for reason, phrases in tongue.reasons.items():
            for match in expression(phrases).finditer(text):
                if not _is_supposed(text, match, tongue):
                    yield reason, match.start(), match.end()


def _is_supposed(text: str, words: re.Match[str], tongue: Tongue) -> bool:
    start = words.start()
    begins = [end.end() for end in _BEFORE_SENTENCE.finditer(text, max(0, start - _LONGEST_SENTENCE), start)]
    begin = begins[-1] if begins else max(0, start - _LONGEST_SENTENCE)
    return bool(
        expression(tongue.conditions).match(text, begin) or expression(tongue.suppositions).match(text, words.end())
    )


__all__ = ["REASONS", "Place", "Quote", "Reason", "recognised"]
