"""MAC addresses and BSSIDs: spellings, bits, groups."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from isolation.errors import BadIdentifier
from isolation.identifiers.macs import (
    access_point_group,
    format_mac,
    from_bytes,
    is_group,
    locally_administered,
    parse_mac,
)

patient = settings(deadline=None)
octets = st.binary(min_size=6, max_size=6)


@pytest.mark.parametrize(
    "text",
    [
        "00:00:5e:00:53:23", "00-00-5E-00-53-23", "0:0:5e:0:53:23", "0-0-5e-0-53-23", "00.00.5e.00.53.23",
        "0000.5e00.5323", "0000-5e00-5323", "0000:5E00:5323", "00005e-005323", "00005e005323", "00005E005323",
        "  00:00:5e:00:53:23\n",
    ],
)  # fmt: skip
def test_spellings(text: str) -> None:
    """Every usual spelling gives the same 12 digits."""
    assert parse_mac(text) == "00005e005323"


def test_a_short_spelling_that_happens_to_have_12_characters() -> None:
    """Octets without zeros are told from 12 bare digits by what is between them."""
    assert parse_mac("0:0:5e:0:1:2") == "00005e000102"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"), (" ", "empty"), ("(incomplete)", "more in it"), ("<incomplete>", "more in it"),
        ("00:00:5e:00:53", "6 octets"), ("00:00:5e:00:53:23:00", "6 octets"), ("00:00-5e:00:53:23", "6 octets"),
        ("00:00:5e:00:053:23", "6 octets"), ("00:00:5e::53:23", "6 octets"), ("0000.5e00.532", "6 octets"),
        ("00005e00532", "6 octets"), ("00:1c:42:ff:fe:00:00:18", "8 octets"), ("0x00005e005323", "more in it"),
        ("-".join(["80"] * 20), "20 octets"),
        ("00:00:5e:00:53:2g", "more in it"), ("0+:00:5e:00:53:23", "more in it"), ("0_:00:5e:00:53:23", "more in it"),
        ("００:00:5e:00:53:23", "more in it"), ("00 00 5e 00 53 23", "more in it"), ("-", "more in it"),
        ("a0b0:c0d0e0:f0", "6 octets"), ("192.168.1.1", "6 octets"), ("fe80::1", "6 octets"),
    ],
)  # fmt: skip
def test_refusals_say_why(text: str, reason: str) -> None:
    """What is no MAC address is refused with the reason."""
    with pytest.raises(BadIdentifier, match=reason):
        parse_mac(text)


@patient
@given(octets)
@example(bytes(6))
@example(b"\xff" * 6)
def test_every_spelling_of_any_address_is_read(mac: bytes) -> None:
    """Bytes, padded, unpadded, dotted and shown forms of an address are one canonical form."""
    canonical = from_bytes(mac)
    unpadded = ":".join(f"{octet:x}" for octet in mac)
    dotted = ".".join(canonical[at : at + 4] for at in (0, 4, 8))
    spellings = (canonical, mac.hex(":"), mac.hex("-").upper(), unpadded, dotted, format_mac(canonical))
    assert {parse_mac(text) for text in spellings} == {canonical}


@patient
@given(octets)
def test_the_shown_form_is_that_of_rfc_7042(mac: bytes) -> None:
    """People see upper-case octets between dashes."""
    assert format_mac(mac.hex()) == mac.hex("-").upper()


@patient
@given(st.text(alphabet="0123456789abcdefABCDEF:-. g", max_size=20) | st.text(max_size=20))
def test_any_text_is_a_mac_or_a_refusal(text: str) -> None:
    """A text gives 12 lower-case hex digits that parse to themselves, or BadIdentifier."""
    try:
        mac = parse_mac(text)
    except BadIdentifier:
        return
    assert parse_mac(mac) == mac == bytes.fromhex(mac).hex()


def test_a_refusal_shows_no_control_character() -> None:
    """A hostile text reaches the message escaped and shortened."""
    with pytest.raises(BadIdentifier) as caught:
        parse_mac("\x1b[31m\u202e" + "x" * 10_000)
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 200


@pytest.mark.parametrize("size", [0, 5, 7, 8, 20])
def test_bytes_of_another_length_are_refused(size: int) -> None:
    """Only 6 bytes are a MAC address."""
    with pytest.raises(BadIdentifier, match="6 bytes"):
        from_bytes(bytes(size))


@pytest.mark.parametrize(
    ("mac", "local", "group"),
    [
        ("00-00-5E-00-53-23", False, False), ("02-00-00-00-00-01", True, False), ("01-00-5E-00-00-01", False, True),
        ("33-33-00-00-00-01", True, True), ("52-54-00-12-34-56", True, False), ("FF-FF-FF-FF-FF-FF", True, True),
    ],
)  # fmt: skip
def test_bits_of_the_first_octet(mac: str, local: bool, group: bool) -> None:
    """The two lowest bits of the first octet mark group and locally administered addresses."""
    assert (locally_administered(mac), is_group(mac)) == (local, group)


def test_the_bssids_of_one_box_are_one_group() -> None:
    """Radios that count up in the last digit and set the local bit for further networks belong together."""
    box = ("3c:37:86:5d:75:d4", "3e:37:86:5d:75:d4", "3c:37:86:5d:75:d5", "3E-37-86-5D-75-DF")
    assert {access_point_group(bssid) for bssid in box} == {"3c37865d75d0"}
    assert access_point_group("3c:37:86:5d:75:e0") == "3c37865d75e0"


@patient
@given(octets)
def test_a_group_is_its_own_group(mac: bytes) -> None:
    """Grouping clears the local bit and the last digit and nothing else, and is idempotent."""
    group = access_point_group(mac.hex())
    assert access_point_group(group) == group
    assert int(group, 16) == int.from_bytes(mac, "big") & ~0x0200_0000_000F
