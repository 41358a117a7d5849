"""Printing: nothing from outside reaches a terminal raw."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from isolation.identifiers.escape import excerpt, printable

patient = settings(deadline=None)
every_text = st.text(alphabet=st.characters(), max_size=60)  # lone surrogates, controls and all
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@patient
@given(every_text)
@example("\x1b[2J\x9b31m\x7f\x85\u2028\u2029\ud800\U000e0041\ufeff")
def test_no_control_character_is_left(text: str) -> None:
    """The result has no control, separator, surrogate or bidirectional character, and can be encoded."""
    shown = printable(text)
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cs", "Zl", "Zp", "Cn", "Co"}
    assert not set(shown) & set(BIDI)
    shown.encode()


@patient
@given(every_text)
def test_printing_twice_changes_nothing(text: str) -> None:
    """What was made printable stays as it is."""
    assert printable(printable(text)) == printable(text)


@pytest.mark.parametrize(
    "text",
    [
        "store-us",
        "店铺 一号",
        "Büro\xa0Köln",
        "ＡＢＣ\u3000店",
        "CONTOSO\\li",
        "می\u200cخواهم",
        "👩\u200d💻",
        "a'b\"c",
        "ｶﾞ",
    ],
)
def test_names_of_every_script_stay(text: str) -> None:
    """Letters, wide spaces, joiners, emoji and backslashes are left alone."""
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", r"a\x0ab"), ("\x1b[31mred", r"\x1b[31mred"), ("\x00", r"\x00"), ("\x9b2J", r"\x9b2J"),
        ("a\u202eb", r"a\u202eb"), ("\ud83d", r"\ud83d"), ("\ufeffa", r"\ufeffa"), ("a\u200bb", r"a\u200bb"),
        ("\U000e0001", r"\U000e0001"), ("\u2028", r"\u2028"), ("a\xadb", r"a\xadb"), ("\uffff", r"\uffff"),
    ],
)  # fmt: skip
def test_escapes(text: str, shown: str) -> None:
    """What commands or hides is written by its number."""
    assert printable(text) == shown


@patient
@given(every_text, st.integers(1, 80))
def test_an_excerpt_is_short_and_says_so(text: str, limit: int) -> None:
    """A quoted text shows at most so many characters, and tells the length of what it cut."""
    shown = excerpt(text, limit)
    if len(text) <= limit:
        assert shown == f'"{printable(text)}"'
    else:
        assert shown == f'"{printable(text[:limit])}…" ({len(text)} characters)'
