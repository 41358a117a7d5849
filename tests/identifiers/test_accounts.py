"""Names: when two are one, when they look it, and what is no name."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from isolation.errors import BadIdentifier
from isolation.identifiers.accounts import (
    account_key,
    account_spelling,
    label_key,
    near,
    operator_key,
    platform_of,
)

patient = settings(deadline=None)
every_text = st.text(alphabet=st.characters(), max_size=40)
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("amazon:store-us", " Amazon:STORE-US\n"), ("Caf\u00e9", "CAFE\u0301"), ("straße", "STRASSE"), ("ΣΑΣ", "σας"),
        ("Ångström", "A\u030angstro\u0308m"), ("店铺", "店铺 "),
        ("店铺 一号", "店铺 一号\n"), ("Büro\xa0Köln", "BÜRO\xa0KÖLN"),
        ("\u0345α", "\u03b9α"), ("ﬁrma", "FIRMA"),
    ],
)  # fmt: skip
def test_spellings_of_one_name(one: str, other: str) -> None:
    """Trimming, NFC and case folding make two spellings one account."""
    assert account_key(one) == account_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("store-us", "store us"), ("store", "amazon:store"), ("ＡＢＣ", "ABC"), ("li@acme.com", "acme\\li"), ("а", "a")],
)
def test_names_that_stay_apart(one: str, other: str) -> None:
    """Width, separators, domains and look-alike letters are not folded in what is stored."""
    assert account_key(one) != account_key(other)


@patient
@given(every_text)
@example("\u0345\u0390")
@example("ß" * 200)
@example("\u1fd3 \u03b9\u0308\u0301")
def test_keys_are_idempotent(text: str) -> None:
    """A key's key is itself, for any Unicode at all; so is a spelling's spelling, and both name one account."""
    try:
        key = account_key(text)
    except BadIdentifier:
        with pytest.raises(BadIdentifier):
            account_spelling(text)
        return
    spelling = account_spelling(text)
    assert account_key(key) == key
    assert account_spelling(spelling) == spelling
    assert account_key(spelling) == key
    assert unicodedata.is_normalized("NFC", key)
    assert unicodedata.is_normalized("NFC", spelling)


@patient
@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1).filter(str.strip))
def test_the_short_way_for_ascii_is_the_long_one(text: str) -> None:
    """A plain ASCII name gets the key that Unicode's rules give it."""
    assert account_key(text) == unicodedata.normalize("NFC", text.strip().casefold())


@pytest.mark.parametrize("key", [account_key, operator_key, label_key])
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"), (" \t\n", "empty"), ("\u3000", "empty"), ("a" * 257, "longer than 256"), ("ß" * 129, "longer"),
        ("é" * 5000, "longer"), ("a\x00b", "control"), ("a\x1b[31mb", "control"), ("a\nb", "control"),
        ("a\x7fb", "control"),
        ("a\x85b", "control"), ("a\u2028b", "control"), ("a\ud800b", "half a character"),
        ("é\udfff", "half a character"),
        *[(f"a{character}b", "control") for character in BIDI],
    ],
)  # fmt: skip
def test_what_is_no_name(key: Callable[[str], str], text: str, reason: str) -> None:
    """Empty, long and commanding names are refused, with a message that is safe to print."""
    with pytest.raises(BadIdentifier, match=reason) as caught:
        key(text)
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 600


def test_the_longest_name() -> None:
    """256 characters are a name, also where they came decomposed."""
    assert account_key("a" * 256) == "a" * 256
    assert account_key("e\u0301" * 256) == "é" * 256


def test_what_kind_of_name_is_refused_is_said() -> None:
    """The message names the account, the operator or the label."""
    for key, word in ((account_key, "account name"), (operator_key, "operator name"), (label_key, "label")):
        with pytest.raises(BadIdentifier, match=f"The {word} is empty"):
            key("")


def test_the_spelling_keeps_its_case() -> None:
    """What is shown is the trimmed composed name, not the folded one."""
    assert account_spelling("  Cafe\u0301-US ") == "Café-US"


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("amazon:store-us", "amazon"), ("Amazon:Store:US", "amazon"), ("store-us", ""), (":store", ""),
        ("amazon:", ""),
        ("my shop: the first", ""), ("amazon : x", "amazon"), ("淘宝:店", "淘宝"),
    ],
)  # fmt: skip
def test_platforms(name: str, platform: str) -> None:
    """One word before the first colon is the platform."""
    assert platform_of(name) == platform


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("store us", "store-us"), ("Store_US", "store-us"), ("storeus", "store-us"), ("ＳＴＯＲＥ", "store"),
        ("st\u200bore", "store"),
        ("stоre", "store"), ("st0re", "store"), ("stroe-main", "store-main"), ("store-mian", "store-main"),
        ("store-man", "store-main"), ("store-maain", "store-main"), ("store-moin", "store-main"), ("maine", "main"),
        ("store", "amazon:store"), ("amazon:store", "store"), ("amazn:store-main", "amazon:store-main"),
        ("li", "CONTOSO\\li"), ("li@contoso.com", "CONTOSO\\li"), ("li@contoso.com", "li"),
        ("store-l", "store-1"), ("acme1-shop", "acem1-shop"),
        ("rnaria", "maria"), ("amazon:acme shop", "amazon:acme-shop"), ("xstore", "store"),
        ("shopa1-x", "shopb1-x"), ("shop1-main", "shopx1-main"), ("acme-shop", "acne-shop"), ("abc", "abcd"),
    ],
)  # fmt: skip
def test_near_names_are_pointed_out(name: str, known: str) -> None:
    """Names that look the same, miss only the platform or the domain, or are a slip away, are near, both ways."""
    assert near(name, ["another one", known]) == [known]
    assert near(known, [name]) == [name]


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("store-us", "store-uk"), ("store-1", "store-2"), ("store-1", "store-12"),
        ("store-12", "store-21"), ("shop-us", "shop-su"), ("shop 09", "shop 10"), ("a", "b"),
        ("li", "lu"), ("amazon:store", "ebay:store"), ("li@acme.com", "li@contoso.com"), ("store-us", "store-us-b"),
        ("store", "market"), ("store-us", "STORE-US "), ("amazon:us", "amazon:uk"), ("ebay:eu", "ebay:de"),
        ("store-usa", "store-usb"), ("uk-store", "us-store"), ("abc", "abd"), ("abcd", "abcdef"),
    ],
)  # fmt: skip
def test_names_of_a_series_are_not_near(name: str, other: str) -> None:
    """Numbers, short tags, other platforms and the same name are not pointed out."""
    assert near(name, [other]) == []
    assert near(other, [name]) == []


def test_near_passes_over_what_is_no_name() -> None:
    """A known name that could no longer be given is left out, and the order stays."""
    assert near("store-main", ["", "store_main", "a\x00", "Store Main"]) == ["store_main", "Store Main"]


@patient
@given(every_text, every_text)
def test_near_is_mutual(one: str, other: str) -> None:
    """If one name is near another, the other is near the one; no name is near itself."""
    try:
        account_key(one), account_key(other)
    except BadIdentifier:
        return
    assert bool(near(one, [other])) == bool(near(other, [one]))
    assert near(one, [one]) == []


@patient
@given(st.text(alphabet="ab1-", min_size=1, max_size=7), st.text(alphabet="ab1-", min_size=1, max_size=7))
def test_near_is_mutual_among_short_names(one: str, other: str) -> None:
    """Nearness is mutual where most pairs are a slip apart."""
    assert bool(near(one, [other])) == bool(near(other, [one]))
