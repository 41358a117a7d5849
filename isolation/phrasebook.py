"""Which messages a text was made of, so that what was stored as finished English can be said in another language.

The ledger keeps a reason as a sentence with its values in it. Here the patterns of all that can be stored are held
against the sentence and give back the message (docs/decisions/0058). The English of what is found is the text itself,
letter by letter; what no pattern explains stays as it is.

No expression is searched with backtracking: a pattern is its fixed words, which are looked for in their order, and the
number of attempts at one text is bounded, because what is stored may come from anybody.
"""

from __future__ import annotations

import json
from importlib.resources import files
from itertools import islice
from string import Formatter

from isolation.messages import Message, Seen, joined, message, plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Found = tuple[int, str]  # what is left unexplained, in letters; and the text, as a Message where it is one

# Fields that may hold speech of the program; every other field is data, and is never looked into.
_SPEECH = frozenset((
    "about", "asked", "beside", "inside", "kind", "message", "problem", "reason", "refusing", "roaming", "told",
    "what", "where", "which", "why", "wrong",
))  # fmt: skip
_FEWEST_WORDS = 2  # a pattern of fewer words of its own says too little to be known by them
_MOST_SPLITS = 16  # of one text by one pattern
_MOST_PIECES = 24  # that a text is taken apart into
_MOST_ATTEMPTS = 600  # for one text, those at its parts among them
_DEEPEST = 5  # messages within messages
_LONGEST = 100_000  # letters
_LONGEST_NUMBER = 18  # digits
_REMEMBERED = 4096  # texts


class _Template:
    """A pattern with values: its fixed words, the names between them, and how to make a message of them again."""

    __slots__ = ("_many", "_one", "fields", "head", "literals", "needs_speech", "tail")

    def __init__(self, pattern: str, one: str, many: str) -> None:
        parsed = list(Formatter().parse(pattern))
        self.fields = [name for _, name, _, _ in parsed if name is not None]
        self.literals = [literal for literal, _, _, _ in parsed]
        if parsed[-1][1] is not None:
            self.literals.append("")
        self.head, self.tail = self.literals[0], self.literals[-1]
        letters = "".join([sign if sign.isalpha() else " " for sign in " ".join(self.literals)])
        self.needs_speech = sum(len(word) > 1 for word in letters.split()) < _FEWEST_WORDS
        self._one, self._many = one, many

    def usable(self) -> bool:
        """Whether the values can be told apart in a text, and the text from others."""
        return all(self.literals[1:-1]) and (not self.needs_speech or not _SPEECH.isdisjoint(self.fields))

    def splits(self, text: str) -> Iterator[list[str]]:
        """The values with which this pattern makes the text: the earliest places of its words first."""
        inner, begin, end = self.literals[1:-1], len(self.head), len(text) - len(self.tail)
        if begin > end or not text.startswith(self.head) or not text.endswith(self.tail):
            return
        for places in islice(_places(text, inner, begin, end), _MOST_SPLITS):
            begins = [begin, *(place + len(word) for place, word in zip(places, inner, strict=True))]
            values = [text[start:stop] for start, stop in zip(begins, [*places, end], strict=True)]
            if len(set(zip(self.fields, values, strict=True))) == len(set(self.fields)):
                yield values

    def made(self, values: Iterable[str]) -> Message | None:
        """The message of these values; None for a number that is none."""
        said = dict(zip(self.fields, values, strict=True))
        if not self._many:
            return message(self._one, **said)
        count = said.pop("count", "")
        if not (count.isascii() and count.isdecimal() and len(count) < _LONGEST_NUMBER):
            return None
        return plural(self._one, self._many, int(count), **said)


def _places(text: str, words: list[str], begin: int, end: int) -> Iterator[tuple[int, ...]]:
    """Where these words stand in a row between begin and end; where none follow the first place, none follow later."""
    if not words:
        yield ()
        return
    place = text.find(words[0], begin, end)
    while place >= 0:
        rest = _places(text, words[1:], place + len(words[0]), end)
        following = next(rest, None)
        if following is None:
            return
        yield (place, *following)
        for following in rest:
            yield (place, *following)
        place = text.find(words[0], place + 1, end)


class Phrasebook:
    """The patterns of all that can be stored."""

    def __init__(self) -> None:
        """Reads them; `tools/make_locale.py` collects them."""
        stored = json.loads((files("isolation") / "locale" / "stored.json").read_text(encoding="utf-8"))
        self._sentences = {one for one in stored if isinstance(one, str) and "{" not in one}
        pairs = [(one, "") if isinstance(one, str) else (one[0], one[1]) for one in stored]
        templates = [
            _Template(form, one, many)
            for one, many in pairs
            for form in dict.fromkeys((one, many or one))
            if "{" in form
        ]
        self._templates = [template for template in templates if template.usable()]
        self._told: dict[str, str] = {}

    def recall(self, text: str) -> str:
        """The text as the messages that it was made of; the text itself where it was made of none."""
        if text not in self._told:
            if len(self._told) >= _REMEMBERED:
                self._told.clear()
            self._told[text] = _Search(self._sentences, self._templates).found(text)[1]
        return self._told[text]


class _Search:
    """The search for one text, with what was found of its parts."""

    def __init__(self, sentences: set[str], templates: list[_Template]) -> None:
        self._sentences, self._templates = sentences, templates
        self._attempts = self._depth = 0
        self._texts: dict[str, Found] = {}
        self._wholes: dict[tuple[str, bool], Found] = {}

    def found(self, text: str) -> Found:
        """What explains the most of a text: one message, or several in a row with what is known to none between."""
        if text not in self._texts:
            self._depth += 1
            whole = self._whole(text)
            self._texts[text] = min(whole, self._row(text), key=_unexplained) if whole[0] else whole
            self._depth -= 1
        return self._texts[text]

    def _whole(self, text: str, *, by_words: bool = False) -> Found:
        """The one message that explains the most of it; `by_words`: of the patterns that have words of their own."""
        if (text, by_words) in self._wholes:
            return self._wholes[text, by_words]
        best: Found = (0, message(text)) if text in self._sentences else (len(text) + 1, text)
        self._attempts += 1
        if best[0] and len(text) <= _LONGEST and self._attempts <= _MOST_ATTEMPTS and self._depth <= _DEEPEST:
            for template in self._templates:
                if not text.startswith(template.head) or not text.endswith(template.tail):
                    continue  # nearly all of them
                if template.needs_speech and (by_words or self._depth == 1):
                    continue  # without words of its own it only stands within another one
                for values in template.splits(text):
                    best = min(best, self._filled(text, template, values), key=_unexplained)
        self._wholes[text, by_words] = best
        return best

    def _filled(self, whole: str, template: _Template, values: list[str]) -> Found:
        left, said = 1, []
        for name, value in zip(template.fields, values, strict=True):
            if name not in _SPEECH or not value:
                unknown, text = len(value), value
            else:
                unknown, text = self._whole(value, by_words=True) if template.needs_speech else self.found(value)
            left += unknown
            said.append(text if isinstance(text, Message) else Seen(value))
        spoken = any(isinstance(text, Message) for text in said)
        made = template.made(said) if spoken or not template.needs_speech else None
        return (left, made) if made is not None and made == whole else (len(whole) + 1, whole)

    def _row(self, text: str) -> Found:
        """The row of messages that explains the most of it: cut after sentences and at semicolons."""
        nothing: Found = (len(text) + 1, text)
        cuts = list(_cuts(text)) if len(text) <= _LONGEST else []
        if not cuts or len(cuts) >= _MOST_PIECES:
            return nothing
        begins, ends = [0, *(after for _, after in cuts)], [*(before for before, _ in cuts), len(text)]
        rows: list[tuple[int, list[str]]] = [(0, [])]
        for last, end in enumerate(ends):
            choices = []
            for first in range(last + 1):
                cost, pieces = rows[first]
                unknown, piece = self._whole(text[begins[first] : end])
                gap = [message(text[ends[first - 1] : begins[first]])] if first else []
                choices.append((cost + unknown, [*pieces, *gap, *([piece] if piece else [])]))
            rows.append(min(choices, key=lambda choice: (choice[0], len(choice[1]))))
        cost, pieces = rows[-1]
        known = any(isinstance(piece, Message) and any(map(str.isalpha, piece)) for piece in pieces)
        return (cost, joined("", pieces)) if known else nothing


def _unexplained(found: Found) -> int:
    return found[0]


def _cuts(text: str) -> Iterator[tuple[int, int]]:
    """Where a sentence ends and where the next one begins, and the same of parts with a semicolon between."""
    place = text.find(" ")
    while place >= 0:
        if text[place - 1 : place] == ";" and place > 1:
            yield place - 1, place + 1
        elif text[place - 1 : place] in (".", "!", "?") and place > 1:
            yield place, place + 1
        place = text.find(" ", place + 1)


__all__ = ["Phrasebook"]
