"""What else a notice tells: the associated store, dates, and the numbers of cases. Quoted, never guessed."""

from __future__ import annotations

import functools
import re

from isolation.appeal.dates import dates_in
from isolation.appeal.reasons import Place
from isolation.appeal.tongues import TONGUES, is_day_first, tongues_in
from isolation.appeal.tongues.tongue import spaced
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from isolation.appeal.notice import Part
    from isolation.appeal.reasons import Quote

_MOST = 20

# A name in quotation marks, or one word; platforms blank out letters of another seller's name with asterisks.
_NAME = (
    r"(?:[\"“”'‘「『【(（](?P<quoted{n}>[^\"“”'‘’「」『』【】()（）\n]{{2,80}})[\"“”'’」』】)）]"
    r"|(?P<bare{n}>[\w&*.:@-]{{0,30}}[A-Z0-9*][\w&*.:@-]{{0,30}}))"
)
_CASE_ID = r"\s?[#:：]*\s?#?(?P<id>(?=[A-Z0-9-]*\d)[A-Z0-9][A-Z0-9-]{4,31})(?![\w-])"
# Words that end up where a name could stand.
_NO_NAMES = frozenset(
    ("amazon", "amazon.com", "that", "which", "who", "this", "your", "you", "id", "we", "it", "if", "may", "please",
     "due", "has")
)  # fmt: skip


class Mentioned(Value):
    """A store, a date or a case number that a notice names: its text, and where it stands. `day` is a date's day as
    `2026-11-25`, "" for what is no date, or none of one meaning."""

    __slots__ = ("day", "quote", "text")
    text: str
    quote: Quote
    day: str

    def __init__(self, text: str, quote: Quote, day: str = "") -> None:
        self._init(text=text, quote=quote, day=day)


def stores(parts: Iterable[Part]) -> tuple[Mentioned, ...]:
    """The stores that the notice says the account is associated with, as it spells them."""

    def found(text: str) -> Iterable[tuple[str, int, int, str]]:
        for pattern in _store_patterns(tuple(tongue.code for tongue in tongues_in(text))):
            for match in pattern.finditer(text):
                name = next(filter(None, match.groupdict().values()), "").strip(" .,:-")
                if len(name) > 1 and name.casefold() not in _NO_NAMES:
                    yield name, match.start(), match.end(), ""

    named = _collected(parts, found)
    # Of a name of several words, one that stands without quotation marks shows the first word only.
    return tuple(
        one for one in named
        if not any(other is not one and other.text.casefold().startswith(one.text.casefold() + " ") for other in named)
    )  # fmt: skip


def cases(parts: Iterable[Part]) -> tuple[Mentioned, ...]:
    """The numbers of cases, tickets and complaints."""
    return _collected(parts, lambda text: ((m["id"], m.start(), m.end(), "") for m in _case_pattern().finditer(text)))


def dates(parts: Iterable[Part]) -> tuple[Mentioned, ...]:
    """The dates; one whose day and month cannot be told apart is there without a `day`."""

    def found(text: str) -> Iterable[tuple[str, int, int, str]]:
        for one in dates_in(text, day_first=is_day_first(text)):
            yield one.text, one.start, one.start + len(one.text), one.day

    return _collected(parts, found)


def _collected(
    parts: Iterable[Part], found: Callable[[str], Iterable[tuple[str, int, int, str]]]
) -> tuple[Mentioned, ...]:
    """Each text once, where it stands first."""
    known: dict[str, Mentioned] = {}
    for part in parts:
        place = Place(part)
        for text, start, end, day in found(part.text):
            if text.casefold() not in known and len(known) < _MOST:
                known[text.casefold()] = Mentioned(text, place.quote(start, end), day)
    return tuple(known.values())


@functools.cache
def _store_patterns(codes: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    stores = [store for code in codes for store in TONGUES[code].stores]
    return tuple(
        re.compile(spaced(store.replace("{name}", _NAME.format(n=number)))) for number, store in enumerate(stores)
    )


@functools.cache
def _case_pattern() -> re.Pattern[str]:
    words = "|".join(
        rf"\b(?:{words})" if words.isascii() or tongue.code not in ("zh", "ja") else words
        for tongue in TONGUES.values()
        for words in map(spaced, tongue.cases)
    )
    return re.compile(f"(?:{words}){_CASE_ID}", re.IGNORECASE)


__all__ = ["Mentioned", "cases", "dates", "stores"]
