"""Languages that notices and drafts are read in: for each a file with the words that tell something.

A text is read in English, in Chinese, and in each further language whose own small words it holds: so a French `mai`
is no Italian "never", and a notice in two languages is read in both.
"""

from __future__ import annotations

import re

from isolation.appeal.tongues import de, en, es, fr, it, ja, zh
from isolation.appeal.tongues.tongue import Tongue

TONGUES: dict[str, Tongue] = {one.TONGUE.code: one.TONGUE for one in (en, zh, de, fr, it, es, ja)}
_OWN = {
    code: tongue.own_words.difference(*(other.own_words for other in TONGUES.values() if other is not tongue))
    for code, tongue in TONGUES.items()
}

_ALWAYS = ("en", "zh")
_FEWEST = 2  # of a language's own words, before it counts as spoken
_SHARE = 5  # a further language has at least a fifth of the words of the first
_READ = 50_000  # characters that are looked at
_WORD = re.compile(r"[^\W\d_]+")
_HAN = re.compile("[\u4e00-\u9fff]")
_KANA = re.compile("[\u3040-\u30ff]")


def tongues_in(text: str) -> tuple[Tongue, ...]:
    """The languages that a text is to be read in."""
    counts = _counted(text)
    most = max(counts.values())
    spoken = {code for code, count in counts.items() if count >= _FEWEST and count * _SHARE >= most}
    return tuple(tongue for code, tongue in TONGUES.items() if code in spoken or code in _ALWAYS)


def tongue_of(text: str) -> str:
    """The code of the language that most of a text is in; "" where it cannot be told."""
    counts = _counted(text)
    code = max(counts, key=counts.__getitem__)
    return code if counts[code] >= _FEWEST else ""


def is_day_first(text: str) -> bool:
    """Whether 03/04/2026 in this text is the third of April, by its language; False where that cannot be told."""
    code = tongue_of(text)
    return bool(code) and TONGUES[code].day_first


def _counted(text: str) -> dict[str, int]:
    """How much of each language a text holds: its own small words; of Chinese and Japanese, signs by twos."""
    head = text[:_READ]
    words = _WORD.findall(head.casefold())
    counts = {code: sum(word in own for word in words) for code, own in _OWN.items()}
    kana, han = len(_KANA.findall(head)), len(_HAN.findall(head))
    # A Japanese text has a kana to every few ideographs, a Chinese one has none.
    japanese = kana * 20 > han
    letters = sum(len(word) for word in words)
    counts["ja"] = (kana + han) // 4 if japanese else 0
    counts["zh"] = han // 4 if not japanese and han * 3 > letters else 0
    return counts


__all__ = ["TONGUES", "Tongue", "is_day_first", "tongue_of", "tongues_in"]
