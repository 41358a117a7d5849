"""Beacons: names, channels and security out of bytes that anybody in radio range may send."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isolation.errors import ProbeError
from isolation.probes.wifi import security
from isolation.probes.wifi.elements import Beacon, channel_of, parse_elements

from .simulated import element, mutated, security_element

PSK, ENTERPRISE, SAE, OWE = (b"\x00\x0f\xac" + bytes((kind,)) for kind in (2, 1, 8, 18))
WPA = element(221, b"\x00\x50\xf2\x01\x01\x00\x00\x50\xf2\x02\x01\x00\x00\x50\xf2\x02\x01\x00\x00\x50\xf2\x02")
PRIVACY = 0x0010

NAMES = {
    "ascii": b"Office",
    "gbk": "咖啡".encode("gbk"),
    "colon": b"a:b\\:c",
    "emoji": "☕🏪".encode(),
    "nul inside": b"a\0b",
    "control": b"\x1b[31mred\r\n",
    "hidden": b"",
    "hidden by zeros": bytes(12),
    "longest": b"x" * 32,
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_is_its_bytes(name: bytes) -> None:
    """Every byte of an announced name is kept."""
    assert parse_elements(element(0, name) + element(1, b"\x82\x84")).ssid == name


@pytest.mark.parametrize(
    ("elements", "capability", "words"),
    [
        (b"", 0, "open"),
        (b"", PRIVACY, "WEP"),
        (security_element(PSK), PRIVACY, "WPA2"),
        (security_element(SAE), PRIVACY, "WPA3"),
        (security_element(PSK, SAE), PRIVACY, "WPA2 WPA3"),
        (security_element(ENTERPRISE), PRIVACY, "WPA2 802.1X"),
        (security_element(b"\x00\x0f\xac\x0c"), PRIVACY, "WPA3 802.1X"),
        (security_element(OWE), PRIVACY, "OWE"),
        (WPA, PRIVACY, "WPA1"),
        (WPA + security_element(PSK), PRIVACY, "WPA1 WPA2"),
        (element(48, b"\x01\x00"), PRIVACY, "WPA2 802.1X"),
        (element(48, b"\x01\x00\x00\x0f\xac\x04"), PRIVACY, "WPA2 802.1X"),
        (security_element(b"\xaa\xbb\xcc\x01"), PRIVACY, "RSN"),
        (element(221, b"\x00\x50\xf2\x04WPS"), PRIVACY, "WEP"),
    ],
)
def test_the_security_elements_say_how_a_network_is_secured(elements: bytes, capability: int, words: str) -> None:
    """WPA and RSN elements, or their absence, become the words nmcli uses."""
    assert parse_elements(elements, capability).security == words


@pytest.mark.parametrize(
    "elements",
    [
        b"\x00",
        b"\x00\x05abc",
        element(0, b"x" * 33),
        element(48, b"\x01"),
        element(48, b"\x01\x00\x00\x0f\xac\x04\xff\xff\x00\x0f\xac\x04"),
        element(48, b"\x01\x00\x00\x0f\xac\x04\x01"),
    ],
)
def test_elements_that_do_not_fit_are_refused(elements: bytes) -> None:
    """A length or count that runs past the end, or a name over 32 bytes, yields no value at all."""
    with pytest.raises(ProbeError):
        parse_elements(elements)


def test_the_first_of_a_repeated_element_counts() -> None:
    """A second name, security or channel element changes nothing, as in the kernel."""
    twice = element(0, b"one") + element(0, b"two") + element(3, b"\x06") + element(61, b"\x0b" + bytes(21))
    assert parse_elements(twice) == Beacon(b"one", 6, "open")


def test_the_channel_comes_from_the_high_throughput_element_at_5_ghz() -> None:
    """Where there is no DS parameter set, HT operation names the primary channel."""
    assert parse_elements(element(61, b"\x24" + bytes(21))).channel == 36


@pytest.mark.parametrize(
    ("frequency", "channel"),
    [(2412, 1), (2437, 6), (2472, 13), (2484, 14), (5180, 36), (5825, 165), (5885, 177), (4920, 184), (5935, 2),
     (5955, 1), (7115, 233), (58320, 1), (64800, 4), (0, 0), (2425, 0), (2413, 0), (5957, 0), (9999, 0)],
)  # fmt: skip
def test_a_frequency_has_its_channel(frequency: int, channel: int) -> None:
    """2.4, 5, 6 and 60 GHz centre frequencies become channel numbers, and others none."""
    assert channel_of(frequency) == channel


def test_what_two_sources_call_one_thing_is_called_the_same() -> None:
    """Unknown key management is named as RSN and never as open."""
    assert security.describe(privacy=True, wpa=None, rsn=frozenset()) == "RSN"
    assert security.describe(privacy=False, wpa=None, rsn=None) == "open"


@given(st.binary(max_size=300), st.integers(0, 0xFFFF))
def test_any_bytes_are_refused_or_make_a_possible_beacon(data: bytes, capability: int) -> None:
    """Nothing but ProbeError comes of rubbish, and no impossible name or channel."""
    try:
        beacon = parse_elements(data, capability)
    except ProbeError:
        return
    assert_possible(beacon)


def test_a_hundred_thousand_mutations_of_a_real_beacon_are_refused_or_possible() -> None:
    """Cut, doubled, swapped and overwritten beacons are refused or make a possible one."""
    whole = element(0, "咖啡".encode("gbk")) + element(3, b"\x06") + security_element(PSK, SAE) + WPA
    seeded = random.Random(80211)
    for _ in range(100_000):
        try:
            beacon = parse_elements(mutated(whole, seeded), 0x0411)
        except ProbeError:
            continue
        assert_possible(beacon)


def assert_possible(beacon: Beacon) -> None:
    """A beacon holds a name of at most 32 bytes, a one-byte channel and known words."""
    assert beacon.ssid is None or len(beacon.ssid) <= 32
    assert 0 <= beacon.channel <= 255
    assert set(beacon.security.split()) <= {"open", "WEP", "WPA1", "WPA2", "WPA3", "OWE", "802.1X", "RSN"}
