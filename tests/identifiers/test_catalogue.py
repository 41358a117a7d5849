"""The catalogue: which values identify, which do not, and who says so."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isolation.errors import BadIdentifier
from isolation.identifiers import catalogue
from isolation.identifiers.addresses import parse_address
from isolation.identifiers.catalogue import (
    CATALOGUE,
    CatalogueEntry,
    Judgement,
    judge_address,
    judge_mac,
    judge_machine_id,
    judge_serial,
    judge_uuid,
    judge_value,
)
from isolation.identifiers.entries import shown_prefixes
from isolation.identifiers.known_macs import ROWS
from isolation.identifiers.macs import is_group, locally_administered

patient = settings(deadline=None)
CERTAIN = Judgement(True)


def verdict(judged: Judgement) -> str:
    """A judgement in one word; one that lowers anything has to say why."""
    assert judged == CERTAIN or judged.reason
    return judged.confidence if judged.identifying else "no"


# The notes on probing, retold one by one: address, fact, what is to come of it.
MACS = """
    00:00:5e:00:01:01 gateway_mac no      00:00:5e:00:01:ff gateway_mac no      00:00:5e:00:02:07 gateway_mac no
    00:00:5e:00:00:01 gateway_mac certain 00:00:5e:00:03:01 gateway_mac certain 00:00:5e:00:53:23 gateway_mac certain
    00:00:0c:07:ac:00 gateway_mac no      00:00:0c:07:ac:2f gateway_mac no      00:00:0c:07:ad:2f gateway_mac certain
    00:00:0c:9f:f0:01 gateway_mac no      00:00:0c:9f:ff:ff gateway_mac no      00:00:0c:9f:e0:01 gateway_mac certain
    00:05:73:a0:00:01 gateway_mac no      00:05:73:a0:0f:ff gateway_mac no      00:05:73:a0:10:00 gateway_mac certain
    00:07:b4:00:01:02 gateway_mac no      00:07:b4:ff:ff:ff gateway_mac no      00:07:b5:00:01:02 gateway_mac certain
    00:bf:0a:00:00:05 gateway_mac no      02:bf:0a:00:00:05 gateway_mac no      03:bf:0a:00:00:05 gateway_mac no
    02:01:0a:00:00:05 gateway_mac no      02:20:0a:00:00:05 gateway_mac no      02:21:0a:00:00:05 gateway_mac probable
    02:00:0a:00:00:05 gateway_mac probable 00:09:0f:09:00:02 gateway_mac no     e0:23:ff:fc:00:02 gateway_mac no
    00:1b:17:00:01:10 gateway_mac no      00:22:bd:f8:19:ff gateway_mac no      ee:ee:ee:ee:ee:ee gateway_mac no
    fe:ff:ff:ff:ff:ff gateway_mac no      00:1c:42:00:00:08 gateway_mac no      00:1c:42:00:00:18 gateway_mac no
    00:1c:42:00:00:09 gateway_mac weak    52:54:00:12:35:01 gateway_mac weak    52:54:00:12:35:02 gateway_mac no
    52:54:00:12:35:03 gateway_mac no      52:54:00:12:35:04 gateway_mac no      52:54:00:12:35:05 gateway_mac weak
    52:55:0a:00:02:02 gateway_mac no      52:55:0a:00:02:03 gateway_mac no      52:55:0a:00:02:04 gateway_mac probable
    02:42:ac:11:00:01 gateway_mac weak    00:50:56:e1:22:33 gateway_mac weak    00:50:56:c0:00:08 gateway_mac no
    3c:37:86:5d:75:d4 gateway_mac certain 3e:37:86:5d:75:d4 gateway_mac probable 00:00:00:00:00:00 gateway_mac no
    ff:ff:ff:ff:ff:ff gateway_mac no      3c:37:86:00:00:00 gateway_mac no

    3c:07:54:1a:2b:3c hardware_mac certain 3e:07:54:1a:2b:3c hardware_mac no    3d:07:54:1a:2b:3c hardware_mac no
    00:00:00:00:00:00 hardware_mac no     3c:07:54:00:00:00 hardware_mac no     00:50:56:c0:00:01 hardware_mac no
    00:50:56:c1:00:01 hardware_mac weak   0a:00:27:00:00:0e hardware_mac no     00:05:9a:3c:7a:00 hardware_mac no
    00:05:9a:3c:7a:01 hardware_mac certain 02:50:41:00:00:01 hardware_mac no    02:00:4c:4f:4f:50 hardware_mac no
    20:41:53:59:4e:ff hardware_mac no     50:50:54:50:30:30 hardware_mac no     33:50:6f:45:30:30 hardware_mac no
    24:b6:20:52:41:53 hardware_mac no     00:0b:ca:fe:00:00 hardware_mac no     00:0b:ca:fe:00:01 hardware_mac no
    00:0b:ca:fe:00:02 hardware_mac certain 00:a0:c6:00:00:00 hardware_mac no    02:80:37:ec:02:00 hardware_mac no
    ac:de:48:00:11:22 hardware_mac no     5c:bb:f6:9e:ee:fa hardware_mac no     5c:bb:f6:9e:ee:fb hardware_mac certain
    00:50:56:01:02:03 hardware_mac weak   00:0c:29:01:02:03 hardware_mac weak   00:05:69:01:02:03 hardware_mac weak
    08:00:27:01:02:03 hardware_mac weak   00:15:5d:01:02:03 hardware_mac weak   00:1c:42:01:02:03 hardware_mac weak
    00:16:3e:01:02:03 hardware_mac weak   52:54:00:01:02:03 hardware_mac weak   52:54:00:12:34:56 hardware_mac no
    02:42:ac:11:00:02 hardware_mac no     00:ff:c2:f3:cb:94 hardware_mac weak   00:00:5e:00:01:01 hardware_mac no
    02:00:4e:43:50:49 hardware_mac no     00:09:0f:fe:00:01 hardware_mac no     00:09:0f:09:00:02 hardware_mac certain

    3c:37:86:5d:75:d4 bssid certain       3e:37:86:5d:75:d4 bssid certain       02:42:ac:11:00:02 bssid certain
    00:15:5d:01:02:03 bssid certain       02:01:0a:00:00:05 bssid certain       1c:ed:6f:00:00:00 bssid no
    00:00:00:00:00:00 bssid no            ff:ff:ff:ff:ff:ff bssid no            02:00:00:00:00:00 bssid no
    3c:37:86:5d:75:d0 access_point certain 1c:ed:6f:00:00:00 access_point no

    3c:07:54:1a:2b:3c current_mac no      3e:07:54:1a:2b:3c current_mac no      08:00:27:01:02:03 current_mac no
"""


@pytest.mark.parametrize(
    ("mac", "fact", "expected"),
    [tuple(words[at : at + 3]) for words in [MACS.split()] for at in range(0, len(words), 3)],
)
def test_macs(mac: str, fact: str, expected: str) -> None:
    """Each known prefix, its neighbours just outside, and each rule over bits give what the notes say."""
    assert verdict(judge_mac(mac, fact)) == expected


@patient
@given(st.sampled_from(ROWS), st.binary(min_size=6, max_size=6), st.data())
def test_a_row_holds_for_all_that_begins_with_its_prefix(
    row: tuple[str, str, tuple[str, ...], str, str], tail: bytes, data: st.DataObject
) -> None:
    """Whatever follows a row's prefix, the address is judged at least as low as the row says."""
    patterns, effect, facts, _why, _source = row
    prefix = data.draw(st.sampled_from(patterns.split())).partition("-")[2] or patterns.split()[0]
    fact = data.draw(st.sampled_from(facts))
    judged = judge_mac(prefix + tail.hex()[len(prefix) :], fact)
    assert not judged.identifying or (effect == "weak" and judged.confidence == "weak")


@patient
@given(st.binary(min_size=6, max_size=6))
def test_only_universal_addresses_are_hardware(mac: bytes) -> None:
    """A hardware address that identifies is no group's; with the local bit set it is a virtual machine's at most."""
    judged = judge_mac(mac.hex(), "hardware_mac")
    if judged.identifying:
        assert not is_group(mac.hex())
        assert judged.confidence == "weak" or not locally_administered(mac.hex())


@patient
@given(st.binary(min_size=6, max_size=6))
def test_an_access_point_keeps_its_local_bit(mac: bytes) -> None:
    """A BSSID identifies whatever its local bit, unless it is zero, a group's or redacted."""
    nobodys = is_group(mac.hex()) or mac[3:] == bytes(3)
    assert judge_mac(mac.hex(), "bssid").identifying != nobodys


def test_a_judgement_says_why_and_who_says_so() -> None:
    """Reason and source are those of the row, or of the standard that gives the bits their meaning."""
    router = judge_mac("00-00-5E-00-01-01", "gateway_mac")
    assert router.reason == "VRRP or CARP virtual router: the last octet is only its group number."
    assert "RFC 9568" in router.source
    assert "IEEE 802" in judge_mac("3E-37-86-5D-75-D4", "gateway_mac").source
    assert judge_mac("00:00:00:00:00:00", "bssid").reason == "All zeros: no address was read."
    assert "redacted" in judge_mac("1C-ED-6F-00-00-00", "bssid").reason
    assert "WSL" in judge_mac("5C-BB-F6-9E-EE-FA", "hardware_mac").source
    assert "osquery" in judge_uuid("10000000-0000-8000-0040-000000000000").source
    assert "GLPI" in judge_serial("To Be Filled By O.E.M.").source


def test_no_digits_stand_in_two_rows_for_one_fact() -> None:
    """Every prefix means one thing for a fact, and is made of hex digits."""
    seen = set()
    for patterns, effect, facts, why, source in ROWS:
        assert effect in ("not-identifying", "weak")
        assert why
        assert source
        for pattern in patterns.split():
            assert all(4 <= len(part) <= 12 and not part.strip("0123456789abcdef") for part in pattern.split("-"))
            for fact in facts:
                assert (pattern, fact) not in seen
                seen.add((pattern, fact))


def test_the_whole_catalogue_can_be_shown() -> None:
    """Every entry is complete printable text, of a known kind and effect, and no two are the same."""
    kinds = {"mac-prefix", "mac-bits", "uuid", "serial", "hotspot-gateway", "ssid", "address"}
    assert {entry.kind for entry in CATALOGUE} == kinds
    for entry in CATALOGUE:
        assert isinstance(entry, CatalogueEntry)
        assert entry.effect in ("not-identifying", "probable", "weak")
        assert entry.applies
        assert all(text and text.isprintable() for text in (entry.pattern, entry.why, entry.source))
    assert len(set(CATALOGUE)) == len(CATALOGUE) > 100


def test_the_catalogue_is_made_once() -> None:
    """Asking twice gives the same list, and other names of the module do not exist."""
    assert catalogue.CATALOGUE is CATALOGUE
    with pytest.raises(AttributeError, match="NOTHING"):
        _ = catalogue.NOTHING


@pytest.mark.parametrize(
    ("patterns", "shown"),
    [
        ("00005e0001", "00-00-5E-00-01-XX"), ("00000c9ff", "00-00-0C-9F-FX-XX"),
        ("acde48001122", "AC-DE-48-00-11-22"),
        ("00bf 0201-0220", "00-BF-XX-XX-XX-XX, 02-01-XX-XX-XX-XX to 02-20-XX-XX-XX-XX"),
    ],
)  # fmt: skip
def test_prefixes_as_people_see_them(patterns: str, shown: str) -> None:
    """A prefix is filled up with X where any digit may stand."""
    assert shown_prefixes(patterns) == shown


@pytest.mark.parametrize(
    "text",
    [
        "00000000-0000-0000-0000-000000000000", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
        "01010101-0101-0101-0101-010101010101", "00010203-0405-0607-0809-0a0b0c0d0e0f",
        "01020304-0506-0708-090a-0b0c0d0e0f10", "03000200-0400-0500-0006-000700080009",
        "00020003-0004-0005-0006-000700080009", "03020100-0504-0706-0809-0a0b0c0d0e0f",
        "10000000-0000-8000-0040-000000000000", "6AB5B300-538D-1014-9FB5-B0684D007B53",
        "00b3b56a-8d53-1410-9fb5-b0684d007b53", "12345678-1234-5678-90ab-cddeefaabbcc",
        "4C4C4544-0000-2010-8020-80C04F202020", "fefefefe-fefe-fefe-fefe-fefefefefefe",
        "11111111-2222-3333-4444-555555555555", "03000200040005000006000700080009", "", "To Be Filled By O.E.M.",
        "Not Settable",
    ],
)  # fmt: skip
def test_firmware_uuids_that_identify_nothing(text: str) -> None:
    """Makers' fillers in either byte order, and texts that are no UUID, do not identify."""
    assert verdict(judge_uuid(text)) == "no"
    assert verdict(judge_machine_id(text, "SMBIOS")) == "no"


@patient
@given(st.uuids(version=4))
def test_random_uuids_identify(value: uuid.UUID) -> None:
    """A UUID that no maker shipped identifies."""
    assert judge_uuid(str(value)) == CERTAIN


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "To be filled by O.E.M.", "TO BE FILLED BY O.E.M.", "to be filled", "O.E.M.", "o.e.m. serial",
        "Default string", "System Serial Number", "None", "N/A", "Not Specified", "Unknown", "INVALID",
        "0x0", "0x00000000",
        "123456789", "1234567890", "123456789-ABC", "0123456789", "00000000", "1111111", "XXXXXXX", "........", "-",
        "98765", "9876543210", "23456", "Chassis Serial Number", "Base Board Serial Number",
        "SystemSerialNumb", "empty",
        "Not Applicable", "OEM_Serial", "(null string)",
    ],
)  # fmt: skip
def test_serial_numbers_that_identify_nothing(text: str) -> None:
    """Blanks, defaults, repeated characters and counting digits do not identify."""
    assert verdict(judge_serial(text)) == "no"


@pytest.mark.parametrize(
    "text", ["PF1ABC23", "C02XK0AAJGH5", "5CG0123XYZ", "1234", "VMware-56 4d 3a", "J8N9P03", "A1A1AA1"]
)
def test_serial_numbers_that_identify(text: str) -> None:
    """What a maker numbered identifies, also with few digits that happen to count."""
    assert judge_serial(text) == CERTAIN


@pytest.mark.parametrize(
    ("text", "source", "expected"),
    [
        ("3d1219c7c4c5404aaa1f6d2a48adfda4", "/etc/machine-id", "certain"), ("0" * 32, "/etc/machine-id", "no"),
        ("uninitialized", "/etc/machine-id", "no"), ("", "/etc/machine-id", "no"),
        ("f" * 32, "/etc/machine-id", "no"),
        ("3d1219c7-c4c5-404a-aa1f-6d2a48adfda4", "IOPlatformUUID", "certain"),
        ("3d1219c7-c4c5-404a-aa1f-6d2a48adfda4", "registry MachineGuid", "probable"), ("none", "export", "no"),
        ("guo4a5u7YAHhjXrMK0g4", "export", "certain"),
    ],
)  # fmt: skip
def test_machine_ids(text: str, source: str, expected: str) -> None:
    """An id identifies unless it is a filler; a MachineGuid is copied with disk images."""
    assert verdict(judge_machine_id(text, source)) == expected


@pytest.mark.parametrize(
    ("text", "fact", "expected"),
    [
        ("8.8.8.8", "public_ip", "certain"), ("2a00:1450::1", "public_ip", "certain"),
        ("10.0.0.1", "public_ip", "no"),
        ("100.64.0.1", "public_ip", "no"), ("203.0.113.7", "public_ip", "no"), ("::1", "public_ip", "no"),
        ("192.168.1.5", "site_ip", "probable"), ("100.64.0.1", "site_ip", "probable"),
        ("fd00::1", "site_ip", "probable"),
        ("127.0.0.1", "site_ip", "no"), ("8.8.8.8", "site_ip", "no"), ("192.168.1.1", "gateway_ip", "no"),
        ("192.168.1.5", "local_ip", "no"), ("8.8.8.8", "local_ip", "no"),
    ],
)  # fmt: skip
def test_addresses(text: str, fact: str, expected: str) -> None:
    """Public addresses identify, private ones within a named site only, local context never."""
    assert verdict(judge_address(parse_address(text), fact)) == expected


@pytest.mark.parametrize(
    ("gateway", "word"),
    [
        ("172.20.10.1", "iPhone"), ("192.168.43.1", "Android"), ("192.168.137.1", "Windows"),
        ("192.168.49.1", "Direct"),
        ("192.168.1.1", "context"),
    ],
)  # fmt: skip
def test_hotspot_gateways_are_named(gateway: str, word: str) -> None:
    """The gateway of a shared phone or laptop connection says so."""
    assert word in judge_address(parse_address(gateway), "gateway_ip").reason


@pytest.mark.parametrize(
    ("fact", "value", "expected"),
    [
        ("hardware_mac", "3C-07-54-1A-2B-3C", "certain"), ("gateway_mac", "00-00-5E-00-01-01", "no"),
        ("device_id", "3d1219c7c4c5404aaa1f6d2a48adfda4", "probable"), ("device_id", "unknown", "no"),
        ("public_ip", "8.8.8.8:443", "certain"), ("site_ip", "Office A/192.168.1.5", "probable"),
        ("site_ip", "Office/B/169.254.1.5", "no"), ("public_prefix", "2a00:1450:1:2::/64", "certain"),
        ("prefix56", "2a00:1450:1::/56", "probable"), ("prefix48", "2a00:1450:1::/48", "weak"),
        ("public_prefix", "fd00::/64", "no"), ("ssid", "eduroam", "no"), ("tunnel", "wg0", "no"),
    ],
)  # fmt: skip
def test_a_value_of_any_fact(fact: str, value: str, expected: str) -> None:
    """One door judges the values of every fact that has one text, and an id alone is no more than probable."""
    assert verdict(judge_value(fact, value)) == expected


@pytest.mark.parametrize(("fact", "value"), [("wifi_scan", "x"), ("colour", "x"), ("public_ip", "AWS Internal")])
def test_what_cannot_be_judged_is_refused(fact: str, value: str) -> None:
    """A fact without a single text, an unknown one, and a text that is no such value are refused."""
    with pytest.raises(BadIdentifier):
        judge_value(fact, value)
