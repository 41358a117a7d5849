"""The one door to canonical values."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isolation.errors import BadIdentifier
from isolation.identifiers.canonical import canonical_value, display_value
from isolation.model import FACTS

patient = settings(deadline=None)
macs = st.binary(min_size=6, max_size=6).map(lambda octets: octets.hex("-").upper())
addresses = st.ip_addresses().map(str)
names = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Zl", "Zp")), min_size=1, max_size=40
).filter(str.strip)

VALUES = {
    "device_id": st.uuids().map(str) | names,
    "hardware_mac": macs, "gateway_mac": macs, "bssid": macs, "access_point": macs, "current_mac": macs,
    "public_ip": addresses, "local_ip": addresses, "gateway_ip": addresses,
    "public_prefix": st.ip_addresses(v=6).map(lambda address: f"{address}/64"),
    "prefix56": st.ip_addresses(v=6).map(lambda address: f"{address.exploded}/56"),
    "prefix48": st.ip_addresses(v=6).map(lambda address: f"{str(address).upper()}/48"),
    "site_ip": st.builds("{}/{}".format, names, addresses),
    "ssid": st.text(max_size=8).filter(lambda text: len(text.encode()) <= 32),
    "tunnel": names, "account": names, "operator": names,
}  # fmt: skip


def test_every_fact_with_one_text_has_values() -> None:
    """The door knows every fact but the scan, which is a list."""
    assert set(FACTS) - {"wifi_scan"} <= set(VALUES)


@patient
@given(st.data())
@pytest.mark.parametrize("fact", sorted(VALUES))
def test_canonical_values_are_idempotent(fact: str, data: st.DataObject) -> None:
    """A canonical value is its own canonical value, and so is what people see of it."""
    canonical = canonical_value(fact, data.draw(VALUES[fact]))
    assert canonical_value(fact, canonical) == canonical
    if fact != "ssid":
        assert canonical_value(fact, display_value(fact, canonical)) == canonical


@pytest.mark.parametrize(
    ("fact", "value", "canonical", "shown"),
    [
        ("hardware_mac", "0:0:5e:0:53:23", "00005e005323", "00-00-5E-00-53-23"),
        ("gateway_mac", "00-00-5E-00-53-23", "00005e005323", "00-00-5E-00-53-23"),
        ("bssid", "3E:37:86:5D:75:D4", "3e37865d75d4", "3E-37-86-5D-75-D4"),
        ("access_point", "3E:37:86:5D:75:D4", "3c37865d75d0", "3C-37-86-5D-75-D0"),
        ("public_ip", "[::FFFF:8.8.8.8]:443", "8.8.8.8", "8.8.8.8"),
        ("public_prefix", "2A00:1450:1:2:3::/64", "2a00:1450:1:2::/64", "2a00:1450:1:2::/64"),
        ("prefix56", "2a00:1450:1:2ff::/56", "2a00:1450:1:200::/56", "2a00:1450:1:200::/56"),
        ("prefix48", "2a00:1450:1:2::/48", "2a00:1450:1::/48", "2a00:1450:1::/48"),
        ("site_ip", " Office A /192.168.1.5:80", "office a/192.168.1.5", "office a/192.168.1.5"),
        ("site_ip", "HQ/2nd floor/192.168.1.5", "hq/2nd floor/192.168.1.5", "hq/2nd floor/192.168.1.5"),
        ("device_id", "{3D1219C7-C4C5-404A-AA1F-6D2A48ADFDA4}", "3d1219c7c4c5404aaa1f6d2a48adfda4", None),
        ("device_id", " DESKTOP-1 ", "desktop-1", "desktop-1"), ("ssid", "办公室", "0xe58a9ee585ace5aea4", "办公室"),
        ("ssid", "0xB0ECB9ABCAD2", "0xb0ecb9abcad2", "办公室"), ("tunnel", " wg0 ", "wg0", "wg0"),
        ("account", " Amazon:US ", "amazon:us", "amazon:us"), ("operator", "LI", "li", "li"),
    ],
)  # fmt: skip
def test_forms(fact: str, value: str, canonical: str, shown: str | None) -> None:
    """Each fact has one stored form, and one that people see."""
    assert canonical_value(fact, value) == canonical
    assert display_value(fact, canonical) == (shown or canonical)


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("public_ip", "AWS Internal"), ("public_ip", ""), ("gateway_mac", "(incomplete)"), ("bssid", "8.8.8.8"),
        ("public_prefix", "2a00::/56"), ("public_prefix", "2a00::1"), ("site_ip", "192.168.1.5"),
        ("site_ip", "/192.168.1.5"), ("site_ip", "Office A/printer"), ("site_ip", "Office A/"), ("device_id", ""),
        ("device_id", "a\x00b"), ("ssid", "a" * 33), ("tunnel", ""), ("account", ""),
        ("wifi_scan", "[]"), ("colour", "red"),
    ],
)  # fmt: skip
def test_what_is_no_value_of_the_fact_is_refused(fact: str, value: str) -> None:
    """A text of another kind, and a fact that has no single text, are refused with a printable sentence."""
    with pytest.raises(BadIdentifier) as caught:
        canonical_value(fact, value)
    assert caught.value.message.isprintable()
    assert caught.value.message.endswith(".")


@patient
@given(st.ip_addresses(v=6))
def test_addresses_of_one_network_have_one_prefix(address: ipaddress.IPv6Address) -> None:
    """Whatever the host bits, the /64 is the same."""
    network = ipaddress.ip_network((address, 64), strict=False)
    values = {canonical_value("public_prefix", f"{each}/64") for each in (address, network[0], network[-1])}
    assert values == {str(network)}
