"""Identities that were handed in: checked like a log's, and marked as told."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isolation.errors import UsageError
from isolation.model import FACTS, Identity, Reading
from isolation.probes.supplied import supplied_identity

NOON = 1_790_000_000_000_000


def one(reading: Any) -> Reading:
    """The first reading of an identity that consists of this one."""
    return supplied_identity([reading], "remote browser", NOON).readings[0]


def test_an_identity_says_who_told_of_it_and_when() -> None:
    """Source and time are the identity's, and every reading's source says that it was declared, and by whom."""
    identity = supplied_identity({"public_ip": "93.184.215.14"}, "remote browser", NOON)
    assert (identity.source, identity.observed_at) == ("remote browser", NOON)
    [reading] = identity.readings
    assert (reading.fact, reading.status, reading.value) == ("public_ip", "observed", "93.184.215.14")
    assert reading.source == "declared: remote browser"
    assert reading.identifying
    assert reading.confidence == "certain"


def test_the_present_is_the_usual_time() -> None:
    """Without a time the readings are of now."""
    before = time.time_ns() // 1000
    identity = supplied_identity({"public_ip": "93.184.215.14"}, "phone")
    assert before <= identity.observed_at <= time.time_ns() // 1000


@pytest.mark.parametrize(
    "readings",
    [
        [Reading("gateway_mac", "observed", "3c:37:86:5d:75:d4", identifying=True)],
        [{"fact": "gateway_mac", "value": "3C-37-86-5D-75-D4"}],
        ({"fact": "gateway_mac", "value": value} for value in ["3c37865d75d4"]),
        {"gateway_mac": "3c37.865d.75d4"},
        {"gateway_mac": ["3c:37:86:5d:75:d4"]},
    ],
)
def test_readings_come_in_every_shape(readings: Any) -> None:
    """Readings, mappings of fields and one mapping of facts all give the same reading."""
    [reading] = supplied_identity(readings, "phone", NOON).readings
    assert (reading.fact, reading.value, reading.identifying) == ("gateway_mac", "3C-37-86-5D-75-D4", True)


def test_a_probes_own_readings_can_be_handed_in() -> None:
    """The fields of `probe --format json` are taken as they are, with what was not observed."""
    identity = supplied_identity(
        [
            {"fact": "public_ip", "status": "observed", "value": "93.184.215.14", "source": "one.example", "reason": "",
             "identifying": True, "confidence": "probable"},
            {"fact": "bssid", "status": "denied", "value": None, "source": "wlanapi", "reason": "No consent.",
             "identifying": False, "confidence": "certain"},
        ],
        "office PC",
        NOON,
    )  # fmt: skip
    address, bssid = identity.readings
    assert (address.confidence, address.source) == ("probable", "declared: office PC (one.example)")
    assert (bssid.status, bssid.value, bssid.reason) == ("denied", None, "No consent.")


@pytest.mark.parametrize(
    ("fact", "value", "word"),
    [
        ("public_ip", "192.168.1.5", "private"),
        ("public_ip", "100.64.0.9", "cgnat"),
        ("hardware_mac", "02:42:ac:11:00:02", ""),
        ("gateway_mac", "00:00:5e:00:01:05", ""),
        ("bssid", "1c:ed:6f:00:00:00", "zero"),
        ("local_ip", "192.168.1.5", "context"),
        ("ssid", "eduroam", "free to choose"),
    ],
)
def test_a_value_that_does_not_identify_is_kept_with_a_reason(fact: str, value: str, word: str) -> None:
    """The catalogue's word holds for what is handed in, whatever the supplier thinks of it."""
    reading = one({"fact": fact, "value": value, "identifying": True, "confidence": "certain"})
    assert reading.status == "observed"
    assert not reading.identifying
    assert reading.reason
    assert word in reading.reason


def test_a_supplier_may_lower_and_not_raise() -> None:
    """A told confidence below the catalogue's holds, one above does not, and so with identifying."""
    assert one({"fact": "public_ip", "value": "93.184.215.14", "confidence": "weak"}).confidence == "weak"
    device = {"fact": "device_id", "value": "1f0c2a9be8d74c4e9a53b7d1c6e2f480", "confidence": "certain"}
    assert one(device).confidence == "probable"
    reading = one({"fact": "public_ip", "value": "93.184.215.14", "identifying": False})
    assert not reading.identifying
    assert "remote browser" in reading.reason


def test_an_ipv6_address_brings_its_prefix() -> None:
    """A /64 is derived from a public IPv6 address, unless one is handed in."""
    address = "2606:2800:21F:CB07::14"
    facts = {reading.fact: reading.value for reading in supplied_identity({"public_ip": address}, "x", NOON).readings}
    assert facts == {"public_ip": "2606:2800:21f:cb07::14", "public_prefix": "2606:2800:21f:cb07::/64"}
    given = {"public_ip": address, "public_prefix": "2606:2800:21f:cb08::/64"}
    assert len(supplied_identity(given, "x", NOON).of("public_prefix")) == 1


def test_a_bssid_brings_its_access_point() -> None:
    """The radio box is derived from a BSSID that identifies, at `probable`; a redacted one gives none."""
    identity = supplied_identity({"bssid": "3c:37:86:5d:75:d4"}, "x", NOON)
    [box] = identity.of("access_point")
    assert (box.value, box.confidence, box.identifying) == ("3C-37-86-5D-75-D0", "probable", True)
    assert not supplied_identity({"bssid": "3c:37:86:00:00:00"}, "x", NOON).of("access_point")


def test_a_scan_is_pairs_of_bssid_and_signal() -> None:
    """A scan keeps the strongest signal of each access point that tells something, strongest first."""
    pairs = [("3c:37:86:5d:75:d4", -70), ["3c-37-86-5d-75-e4", -50], ("3c37865d75d4", -60), ("00:00:00:00:00:00", -40)]
    reading = one({"fact": "wifi_scan", "value": pairs})
    assert reading.value == (("3C-37-86-5D-75-E4", -50), ("3C-37-86-5D-75-D4", -60))
    assert reading.detail["unit"] == "dBm"
    assert one({"fact": "wifi_scan", "value": [("3c:37:86:5d:75:d4", 71)]}).detail["unit"] == "percent"


def test_what_is_shown_is_printable() -> None:
    """No text that is handed in reaches a terminal raw."""
    reading = one(
        {"fact": "ssid", "value": "\x1b[2Jx", "source": "a\nb", "reason": "\u202ec", "detail": {"kind": "\x07"}}
    )
    shown = [reading.value, reading.source, reading.reason, *reading.detail.values()]
    assert all(str(text).isprintable() for text in shown)


def test_a_networks_name_keeps_its_bytes() -> None:
    """A name in another encoding is told by its bytes, and shown printable."""
    reading = one({"fact": "ssid", "value": "whatever", "detail": {"hex": "d6d0b9fa"}})
    assert (reading.value, reading.detail["hex"]) == ("中国", "d6d0b9fa")
    assert one({"fact": "ssid", "value": "Café"}).detail["hex"] == "Café".encode().hex()


BAD = {
    "a name of wrong hex": {"fact": "ssid", "value": "x", "detail": {"hex": "zz"}},
    "a name of half a byte": {"fact": "ssid", "value": "x", "detail": {"hex": "abc"}},
    "a name that is too long": {"fact": "ssid", "value": "x" * 33},
    "a number for a name": {"fact": "ssid", "value": 5},
    "an unknown fact": {"fact": "public_ipp", "value": "93.184.215.14"},
    "no fact": {"value": "93.184.215.14"},
    "a word for an address": {"fact": "public_ip", "value": "unknown"},
    "an address with an octal part": {"fact": "public_ip", "value": "093.184.215.14"},
    "a short MAC": {"fact": "gateway_mac", "value": "3c:37:86"},
    "a number for a text": {"fact": "public_ip", "value": 1572395022},
    "a list for a text": {"fact": "public_ip", "value": ["93.184.215.14"]},
    "an empty name": {"fact": "ssid", "value": ""},
    "a value that was not observed": {"fact": "public_ip", "value": "93.184.215.14", "status": "failed"},
    "an observed one without value": {"fact": "public_ip", "status": "observed", "value": None},
    "neither value nor status": {"fact": "public_ip"},
    "an unknown status": {"fact": "public_ip", "status": "lost"},
    "an unknown field": {"fact": "public_ip", "value": "93.184.215.14", "confidance": "weak"},
    "an unknown confidence": {"fact": "public_ip", "value": "93.184.215.14", "confidence": 1},
    "a word for true": {"fact": "public_ip", "value": "93.184.215.14", "identifying": "yes"},
    "a site's address": {"fact": "site_ip", "value": "Office/192.168.1.5"},
    "a scan that is a text": {"fact": "wifi_scan", "value": "3c:37:86:5d:75:d4"},
    "an empty scan": {"fact": "wifi_scan", "value": []},
    "a scan without signals": {"fact": "wifi_scan", "value": ["3c:37:86:5d:75:d4"]},
    "a scan with a signal of text": {"fact": "wifi_scan", "value": [("3c:37:86:5d:75:d4", "-60")]},
    "a scan of both units": {"fact": "wifi_scan", "value": [("3c:37:86:5d:75:d4", -60), ("3c:37:86:5d:75:e4", 60)]},
    "a scan of nobody": {"fact": "wifi_scan", "value": [("00:00:00:00:00:00", -60)]},
    "a network that is not a /64": {"fact": "public_prefix", "value": "2606:2800::/32"},
    "a reason that is a list": {"fact": "public_ip", "status": "failed", "reason": ["x"]},
    "a detail that is a text": {"fact": "public_ip", "value": "93.184.215.14", "detail": "x"},
    "a detail of lists": {"fact": "public_ip", "value": "93.184.215.14", "detail": {"x": []}},
    "a text": "93.184.215.14",
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_a_reading_that_is_none_is_named(bad: Any) -> None:
    """One bad reading among good ones is one usage error that says which."""
    with pytest.raises(UsageError, match="Reading 2 "):
        supplied_identity([{"fact": "public_ip", "value": "93.184.215.14"}, bad], "remote browser", NOON)


@pytest.mark.parametrize("readings", [[], {}, "public_ip", b"x", 5, None])
def test_no_readings_are_no_identity(readings: Any) -> None:
    """Nothing, or what is no collection of readings, is refused."""
    with pytest.raises(UsageError):
        supplied_identity(readings, "remote browser", NOON)


@pytest.mark.parametrize("source", ["", " ", None, 5, "x" * 300])
def test_the_source_is_named(source: Any) -> None:
    """An identity that nobody told of is refused."""
    with pytest.raises(UsageError):
        supplied_identity({"public_ip": "93.184.215.14"}, source, NOON)


@pytest.mark.parametrize("at", [0, -1, 1_790_000_000, 1_790_000_000_000, 1.79e15, True, "2026-09-21T14:13:20Z", 10**20])
def test_the_time_is_in_microseconds(at: Any) -> None:
    """Seconds, milliseconds and texts are not taken for microseconds."""
    with pytest.raises(UsageError):
        supplied_identity({"public_ip": "93.184.215.14"}, "remote browser", at)


VALUES = st.one_of(st.none(), st.text(max_size=40), st.integers(), st.lists(st.text(max_size=20), max_size=3))


@given(st.dictionaries(st.sampled_from((*FACTS, "x")), VALUES, min_size=1))
def test_any_mapping_is_an_identity_or_a_usage_error(readings: dict[str, Any]) -> None:
    """No values make anything but an identity or a usage error, and an identity handed in again keeps its values."""
    try:
        identity = supplied_identity(readings, "remote browser", NOON)
    except UsageError:
        return
    assert isinstance(identity, Identity)
    again = supplied_identity(identity.readings, "remote browser", NOON)
    assert [(r.fact, r.value, r.identifying) for r in again.readings] == [
        (r.fact, r.value, r.identifying) for r in identity.readings
    ]
