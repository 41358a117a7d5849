"""Network names: bytes of no stated encoding."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isolation.errors import BadIdentifier
from isolation.identifiers.ssid import display_ssid, format_ssid, is_hidden, parse_ssid

patient = settings(deadline=None)


@pytest.mark.parametrize(
    ("ssid", "name"),
    [
        (b"Office A", "Office A"), ("办公室".encode(), "办公室"), ("办公室".encode("gb18030"), "办公室"),
        (b"Caf\xe9", "Café"), (b"", ""), (bytes(32), ""), (b"a\0", "a\0"), ("☕".encode(), "☕"), (b"\xff", "ÿ"),
    ],
)  # fmt: skip
def test_names_are_decoded_for_people(ssid: bytes, name: str) -> None:
    """UTF-8 is tried first, then GB18030, then Latin-1; a hidden network has no name."""
    assert display_ssid(ssid) == name


@pytest.mark.parametrize(("ssid", "hidden"), [(b"", True), (b"\0", True), (bytes(32), True), (b"\0a", False)])
def test_hidden_networks(ssid: bytes, hidden: bool) -> None:
    """An empty name and one of NUL bytes are hidden."""
    assert is_hidden(ssid) is hidden


@patient
@given(st.binary(max_size=32))
def test_bytes_survive_the_canonical_form(ssid: bytes) -> None:
    """Any name's canonical form gives back its bytes, and it can be shown."""
    assert parse_ssid(format_ssid(ssid)) == ssid
    display_ssid(ssid)


@patient
@given(st.text(max_size=8))
def test_a_name_as_text_stands_for_its_utf8(text: str) -> None:
    """A name that is not the canonical form of bytes is its UTF-8 bytes."""
    if not text.startswith("0x"):
        assert parse_ssid(text) == text.encode()


def test_a_text_that_only_looks_like_the_canonical_form_is_a_name() -> None:
    """An odd number of digits, or other letters, make it a name."""
    assert parse_ssid("0xabc") == b"0xabc"
    assert parse_ssid("0xzz") == b"0xzz"
    assert parse_ssid("0xab") == b"\xab"


@pytest.mark.parametrize("text", ["a" * 33, "0x" + "ab" * 33, "办" * 11])
def test_names_over_32_bytes_are_refused(text: str) -> None:
    """A network name has at most 32 bytes, however it is given."""
    with pytest.raises(BadIdentifier, match="at most 32 bytes"):
        parse_ssid(text)
    assert parse_ssid("a" * 32) == b"a" * 32


def test_half_a_character_is_refused() -> None:
    """A lone surrogate is no text that an access point could send."""
    with pytest.raises(BadIdentifier, match="half a character"):
        parse_ssid("a\ud800")
