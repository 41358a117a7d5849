"""What is known of one language: words by which notices and drafts tell something.

Of all patterns a space stands for white space of any kind, also where a line was wrapped, and `~` for up to forty
characters of the same sentence. A pattern begins and ends where a word does, in languages that part words.
"""

from __future__ import annotations

import functools
import re

from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LATIN = "A-Za-z\u00c0-\u024f"


class Tongue(Value):
    """One language.

    `own_words` are small words by which it is known; those that several languages have count for none. `reasons` has the phrases of each reason,
    `stores` and `cases` what stands before a store's name or a case number, `conditions` what a sentence begins with, and
    `suppositions` what follows words, that only says what would be if; all of them are for notices. The rest is for
    drafts: `sections` the words of headings, `blame`, `absolutes`, `promises` (what stands before an absolute that is
    a promise), `hiding`, `uses` (that an account was used), `attached`, and the words of marks and references.
    `day_first` tells that 03/04/2026 is the third of April.
    """

    __slots__ = (
        "absolutes", "attached", "blame", "cases", "code", "conditions", "confirm", "day_first", "document", "entry",
        "finding", "hiding", "own_words", "promises", "reasons", "sections", "stores", "suppositions", "uses",
    )  # fmt: skip
    code: str
    own_words: frozenset[str]
    reasons: Mapping[str, tuple[str, ...]]
    stores: tuple[str, ...]
    cases: tuple[str, ...]
    conditions: tuple[str, ...]
    suppositions: tuple[str, ...]
    sections: Mapping[str, tuple[str, ...]]
    blame: tuple[str, ...]
    absolutes: tuple[str, ...]
    promises: tuple[str, ...]
    hiding: tuple[str, ...]
    uses: tuple[str, ...]
    attached: tuple[str, ...]
    confirm: str
    entry: str
    finding: str
    document: str
    day_first: bool

    def __init__(
        self, code: str, reasons: Mapping[str, tuple[str, ...]], *, own_words: str = "", stores: Iterable[str] = (),
        cases: Iterable[str] = (), conditions: Iterable[str], suppositions: Iterable[str] = (), sections: Mapping[str, tuple[str, ...]], blame: Iterable[str],
        absolutes: Iterable[str], promises: Iterable[str] = (), hiding: Iterable[str], uses: Iterable[str],
        attached: Iterable[str], confirm: str, entry: str, finding: str, document: str, day_first: bool = False,
    ) -> None:  # fmt: skip
        self._init(
            code=code, reasons=reasons, own_words=frozenset(own_words.split()), stores=tuple(stores),
            cases=tuple(cases), conditions=tuple(conditions), suppositions=tuple(suppositions), sections=sections, blame=tuple(blame), absolutes=tuple(absolutes),
            promises=tuple(promises), hiding=tuple(hiding), uses=tuple(uses), attached=tuple(attached),
            confirm=confirm, entry=entry, finding=finding, document=document, day_first=day_first,
        )  # fmt: skip


@functools.cache
def expression(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """The pattern that any of these phrases fits; of none, one that nothing fits."""
    return re.compile("|".join(map(_one, phrases)) or r"(?!)", re.IGNORECASE)


def spaced(phrase: str) -> str:
    """A phrase whose spaces stand for white space of any kind, and for the marks of a quoted e-mail."""
    return phrase.replace(" ?", r"[\s>]{0,8}").replace(" ", r"[\s>]{1,8}")


def _one(phrase: str) -> str:
    """A phrase as an expression. What it may skip is bounded, so that no text makes it slow."""
    skipping = spaced(phrase).replace("~", r"[^.!?。！？]{0,40}?")
    parts_words = not re.search("[\u3040-\u30ff\u4e00-\u9fff]", phrase)
    first, last = (f"(?<![{_LATIN}])", f"(?![{_LATIN}])") if parts_words else ("", "")
    return f"{first}(?:{skipping}){last}"


__all__ = ["Tongue", "expression", "spaced"]
