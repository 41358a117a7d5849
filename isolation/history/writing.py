"""Whether a text reads like writing in the language of a code page, or like another code page's bytes.

Used to choose between encodings, on the few names that a log has: no dictionaries, only how scripts are written.
Letters of two alphabets do not meet within a word, capitals stand first or everywhere, a word of Latin letters is
not all accents, signs do not stand inside words, and the common half of an ideographic set is what texts use.
"""

from __future__ import annotations

import unicodedata

# What texts put between words besides ASCII.
_SIGNS = frozenset("\xa0–—‘’“”…•€°№·")
_INSIDE = frozenset("’–·")  # O’Neil, Marie–Anne, Col·legi
_ALPHABETS = frozenset(("LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "THAI"))
_KANA = frozenset(("HIRAGANA", "KATAKANA"))
_THAI_FOLLOWERS = frozenset("ะาำๅๆ")  # vowels that stand after their consonant, so never first
# First bytes of the commonly used characters. GB 2312 level 1 (rows 16-55); Big5 level 1; JIS X 0208 kana and
# level 1 in Shift JIS and EUC; KS X 1001 Hangul. Each with the lowest second byte of the original, smaller set.
_COMMON = {
    "gb18030": (range(0xB0, 0xD8), 0xA1),
    "big5": (range(0xA4, 0xC7), 0x40),
    "cp932": (range(0x82, 0x99), 0x40),
    "cp949": (range(0xB0, 0xC9), 0xA1),
    "euc_jp": (range(0xA4, 0xD0), 0xA1),
}


def reads_well(text: str, encoding: str) -> bool:
    """Whether `text`, decoded by `encoding`, reads like writing. The share of oddities is judged over all of it."""
    text = unicodedata.normalize("NFC", text)
    words = [word for word in _words(text) if not word.isascii()]
    foreign = [character for character in text if not character.isascii()]
    signs = sum(not _is_letter(character) and not _is_usual_sign(character) for character in foreign)
    if not words or (signs + _signs_inside(text)) * 10 > len(foreign):
        return False
    odd = sum(_mixes_alphabets(word) or _starts_wrong(word) for word in words)
    irregular = sum(_has_odd_capitals(word) for word in words)
    if odd * 20 > len(words) or irregular * 10 > len(words):
        return False
    if encoding == "euc_jp" and not any(_alphabet(character) in _KANA for character in foreign):
        return False  # without kana it cannot be told from GB 2312, which is what logs are in far more often
    if encoding in _COMMON:
        return _common_share(foreign, encoding) >= 0.8
    return not _all_accents(words)


def could_be_western(text: str) -> bool:
    """Whether a text is words of Latin letters of which fewer than half have accents, whatever their capitals are."""
    foreign = [character for character in text if not character.isascii()]
    words = [word for word in _words(text) if not word.isascii()]
    return all(map(_is_letter, foreign)) and not any(map(_mixes_alphabets, words)) and not _all_accents(words)


def _words(text: str) -> list[str]:
    return "".join(character if _is_letter(character) else " " for character in text).split(" ")


def _is_letter(character: str) -> bool:
    """Letters and their marks; not the modifier letters, which code pages use for bare accents (`ˇ`)."""
    category = unicodedata.category(character)
    return category[0] in "LM" and (category != "Lm" or character in "ーๆ々")


def _is_usual_sign(character: str) -> bool:
    # U+3000-303F is CJK punctuation, U+FF01-FF65 the full-width forms of ASCII.
    return character in _SIGNS or "\u3000" <= character <= "\u303f" or "\uff01" <= character <= "\uff65"


def _signs_inside(text: str) -> int:
    """How many usual signs stand where none does: between two letters, except an apostrophe or a dash."""
    return sum(
        sign in _SIGNS and sign not in _INSIDE and _is_letter(before) and _is_letter(after)
        for before, sign, after in zip(text, text[1:], text[2:], strict=False)
    )


def _alphabet(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0]


def _mixes_alphabets(word: str) -> bool:
    return len({_alphabet(character) for character in word} & _ALPHABETS) > 1


def _starts_wrong(word: str) -> bool:
    return word[0] in _THAI_FOLLOWERS or unicodedata.category(word[0]).startswith("M")


def _has_odd_capitals(word: str) -> bool:
    if not any(not character.isascii() and character.lower() != character.upper() for character in word):
        return False
    return word not in (word.lower(), word.upper(), word.capitalize())


def _all_accents(words: list[str]) -> bool:
    """Whether more than half of the letters in Latin words are outside ASCII."""
    letters = "".join(word for word in words if _alphabet(word[-1]) == "LATIN")
    return sum(not letter.isascii() for letter in letters) * 2 > len(letters)


def _common_share(foreign: list[str], encoding: str) -> float:
    letters = [character for character in foreign if _is_letter(character)]
    return sum(_is_common(letter, encoding) for letter in letters) / len(letters)


def _is_common(character: str, encoding: str) -> bool:
    first, lowest = _COMMON[encoding]
    code = character.encode(encoding, "replace")  # NFC may have left the set
    return len(code) == 2 and code[0] in first and code[1] >= lowest


__all__ = ["could_be_western", "reads_well"]
