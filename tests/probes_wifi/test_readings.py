"""The common form: what every system's Wi-Fi probe turns into readings, and what is never kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isolation.identifiers.escape import printable
from isolation.model import Reading
from isolation.probes.wifi.hotspot import with_hotspot_tier
from isolation.probes.wifi.readings import (
    AccessPoint,
    ConnectedNetwork,
    Missing,
    WifiAdapter,
    wifi_readings,
    without_wifi,
)

FACTS = ["bssid", "access_point", "ssid", "wifi_scan"]
MAKER, LOCAL = "9ca2f4010203", "9ea2f4010203"
OFF = Missing("absent", "The adapter is off.")
DENIED = Missing("denied", "The system does not allow it.")


def adapter(
    bssid: str | Missing = MAKER,
    ssid: bytes | Missing = b"Office",
    visible: tuple[AccessPoint, ...] | Missing = (),
    interface: str = "wlan0",
) -> WifiAdapter:
    """An adapter on channel 6."""
    network = ConnectedNetwork(bssid, ssid, channel=6, security="WPA2", signal=-61)
    return WifiAdapter(interface, "nl80211", (network,), visible)


def only(readings: list[Reading], fact: str) -> Reading:
    """The one reading of a fact."""
    (reading,) = [reading for reading in readings if reading.fact == fact]
    return reading


def test_a_connected_network_gives_its_access_point_its_group_and_its_name() -> None:
    """The exact address is certain, the group probable, the name context; all say where they come from."""
    readings = wifi_readings([adapter()])
    bssid, group, name = (only(readings, fact) for fact in FACTS[:3])
    assert (bssid.value, bssid.identifying, bssid.confidence) == ("9C-A2-F4-01-02-03", True, "certain")
    assert (group.value, group.identifying, group.confidence) == ("9C-A2-F4-01-02-00", True, "probable")
    assert "weaker" in group.reason
    assert (name.value, name.identifying) == ("Office", False)
    assert {reading.source for reading in (bssid, group, name)} == {"nl80211"}
    assert bssid.detail == {"interface": "wlan0", "channel": 6, "security": "WPA2", "signal": -61, "unit": "dBm"}


def test_a_locally_administered_access_point_is_not_dropped() -> None:
    """Half of all access points have the local bit; it neither hides one nor weakens it."""
    bssid = only(wifi_readings([adapter(LOCAL)]), "bssid")
    assert (bssid.value, bssid.identifying, bssid.confidence) == ("9E-A2-F4-01-02-03", True, "certain")


def test_one_radio_box_has_one_group() -> None:
    """Addresses that differ in the local bit and the last digit give the same access_point."""
    groups = {only(wifi_readings([adapter(bssid)]), "access_point").value for bssid in (MAKER, LOCAL, "9ca2f401020f")}
    assert groups == {"9C-A2-F4-01-02-00"}


def test_manufacturer_digits_and_zeros_are_a_redaction() -> None:
    """What ioreg prints in place of a BSSID never becomes an identifier."""
    readings = wifi_readings([adapter("1ced6f000000")])
    for fact in ("bssid", "access_point"):
        reading = only(readings, fact)
        assert (reading.status, reading.value, reading.identifying) == ("redacted", None, False)
        assert reading.reason


@pytest.mark.parametrize("bssid", ["ffffffffffff", "01005e000001"])
def test_an_address_that_no_access_point_can_have_does_not_identify(bssid: str) -> None:
    """Group addresses link nobody, neither connected nor in a scan."""
    readings = wifi_readings([adapter(bssid, visible=(AccessPoint(bssid, -50, "dBm"), AccessPoint(MAKER, -60, "dBm")))])
    assert not only(readings, "bssid").identifying
    assert not only(readings, "access_point").identifying
    assert only(readings, "wifi_scan").value == (("9C-A2-F4-01-02-03", -60),)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"Office", "Office"),
        ("咖啡".encode("gbk"), "咖啡"),
        ("咖啡".encode(), "咖啡"),
        ("☕🏪".encode(), "☕🏪"),
        (b"a:b\\:c", "a:b\\:c"),
        (b"a\0b", "a\\x00b"),
        (b"\x1b[2Jx", "\\x1b[2Jx"),
        ("a‮b".encode(), "a\\u202eb"),
        (b"\xff" * 32, "ÿ" * 32),
        (b"x" * 32, "x" * 32),
    ],
)
def test_a_name_is_shown_readable_and_kept_as_bytes(name: bytes, shown: str) -> None:
    """The value is printable text whatever the bytes; the detail has them exactly."""
    reading = only(wifi_readings([adapter(ssid=name)]), "ssid")
    assert (reading.value, reading.detail["hex"]) == (shown, name.hex())


@pytest.mark.parametrize("name", [b"", b"\0", bytes(32)])
def test_a_hidden_name_is_absent_and_the_access_point_is_not(name: bytes) -> None:
    """No name, or only NUL bytes, is a network that hides its name."""
    readings = wifi_readings([adapter(ssid=name)])
    assert (only(readings, "ssid").status, only(readings, "bssid").status) == ("absent", "observed")
    assert "announce" in only(readings, "ssid").reason


def test_what_a_system_keeps_to_itself_has_its_reason() -> None:
    """A network whose address and name are withheld is told with the status and reason of each."""
    told = adapter(Missing("redacted", "Location is off."), Missing("denied", "No permission."), DENIED)
    readings = wifi_readings([told])
    assert [(reading.fact, reading.status, reading.reason) for reading in readings] == [
        ("bssid", "redacted", "Location is off."),
        ("access_point", "redacted", "Location is off."),
        ("ssid", "denied", "No permission."),
        ("wifi_scan", "denied", "The system does not allow it."),
    ]


def test_a_scan_has_addresses_and_signals_and_nothing_else() -> None:
    """The strongest first, each access point once at its strongest, and no neighbour's name anywhere."""
    seen = (AccessPoint(LOCAL, -80, "dBm"), AccessPoint(MAKER, -61, "dBm"), AccessPoint(LOCAL, -70, "dBm"))
    scan = only(wifi_readings([adapter(visible=seen)]), "wifi_scan")
    assert scan.value == (("9C-A2-F4-01-02-03", -61), ("9E-A2-F4-01-02-03", -70))
    assert (scan.identifying, scan.detail) == (True, {"interface": "wlan0", "unit": "dBm"})
    assert set(AccessPoint.__slots__) == {"bssid", "signal", "unit"}


def test_percentages_and_dbm_are_never_mixed() -> None:
    """Of two adapters' scans in different units the one in dBm is kept; percentages alone say so."""
    percent = adapter(visible=(AccessPoint(MAKER, 90, "percent"),))
    dbm = adapter(visible=(AccessPoint(LOCAL, -70, "dBm"),), interface="wlan1")
    scan = only(wifi_readings([percent, dbm]), "wifi_scan")
    assert (scan.value, scan.detail["unit"]) == ((("9E-A2-F4-01-02-03", -70),), "dBm")
    alone = only(wifi_readings([percent]), "wifi_scan")
    assert (alone.value, alone.detail["unit"]) == ((("9C-A2-F4-01-02-03", 90),), "percent")


def test_an_empty_scan_is_absent_and_says_what_to_do() -> None:
    """Nothing heard is no neighbourhood: never an empty value that could match another empty one."""
    scan = only(wifi_readings([adapter(visible=())]), "wifi_scan")
    assert (scan.status, scan.value) == ("absent", None)
    assert "try again" in scan.reason


def test_an_idle_adapter_is_silent_beside_a_connected_one() -> None:
    """A second adapter without a network adds nothing, but one that fails always shows."""
    idle, failing = WifiAdapter("wlan1", "x", OFF, OFF), WifiAdapter("wlan2", "x", DENIED, DENIED)
    seen = (AccessPoint(MAKER, -61, "dBm"),)
    assert [reading.status for reading in wifi_readings([idle, adapter(visible=seen)])] == ["observed"] * 4
    readings = wifi_readings([idle, adapter(visible=seen), failing])
    for fact in FACTS:
        assert sorted(reading.status for reading in readings if reading.fact == fact) == ["denied", "observed"]


def test_a_machine_without_wifi_has_a_reason_for_every_fact() -> None:
    """Each of the four facts is there exactly once, with the status and the sentence."""
    readings = without_wifi(OFF, "here")
    assert [reading.fact for reading in readings] == FACTS
    assert {(reading.status, reading.reason, reading.source) for reading in readings} == {
        ("absent", "The adapter is off.", "here")
    }


def test_several_links_of_one_association_are_several_readings() -> None:
    """A multi-link association names each link's access point."""
    networks = (ConnectedNetwork(MAKER, b"x"), ConnectedNetwork("9ca2f4010233", b"x"))
    readings = wifi_readings([WifiAdapter("wlan0", "nl80211", networks, OFF)])
    assert len([reading for reading in readings if reading.fact == "bssid"]) == 2


def gateway(address: str, interface: str = "wlan0") -> Reading:
    """The gateway behind an interface."""
    return Reading("gateway_ip", "observed", address, detail={"interface": interface})


@pytest.mark.parametrize("address", ["172.20.10.1", "192.168.43.1", "192.168.137.1"])
def test_a_phones_hotspot_is_a_tier_of_its_own(address: str) -> None:
    """A software-set address behind a hotspot's gateway stays identifying, less surely, and says why."""
    readings = with_hotspot_tier([gateway(address), *wifi_readings([adapter(LOCAL)])])
    bssid, group = only(readings, "bssid"), only(readings, "access_point")
    assert (bssid.identifying, bssid.confidence, bssid.detail["kind"]) == (True, "probable", "mobile_hotspot")
    assert (group.identifying, group.confidence) == (True, "weak")
    assert address in bssid.reason


@pytest.mark.parametrize(
    ("bssid", "gateways"),
    [
        (MAKER, [gateway("172.20.10.1")]),
        (LOCAL, [gateway("192.168.1.1")]),
        (LOCAL, [gateway("172.20.10.1", "eth0")]),
        (LOCAL, [Reading("gateway_ip", "absent")]),
        (LOCAL, []),
    ],
)
def test_one_sign_alone_makes_no_hotspot(bssid: str, gateways: list[Reading]) -> None:
    """The local bit without the gateway, the gateway without the bit, or both apart, change nothing."""
    readings = [*gateways, *wifi_readings([adapter(bssid)])]
    assert with_hotspot_tier(readings) == readings


@given(
    st.lists(
        st.builds(
            AccessPoint,
            st.binary(min_size=6, max_size=6).map(bytes.hex),
            st.integers(-120, 100),
            st.sampled_from(["dBm", "percent"]),
        )
    ),
    st.one_of(st.binary(max_size=32), st.just(OFF)),
    st.binary(min_size=6, max_size=6).map(bytes.hex),
)
def test_any_neighbourhood_makes_readings_that_hold(
    points: list[AccessPoint], ssid: bytes | Missing, bssid: str
) -> None:
    """Every fact is told; a value is printable; a scan is in one unit, without repeats, strongest first."""
    readings = wifi_readings([adapter(bssid, ssid, tuple(points))])
    assert {reading.fact for reading in readings} == set(FACTS)
    assert all(reading.value is not None or reading.reason for reading in readings)
    assert all(printable(reading.value) == reading.value for reading in readings if isinstance(reading.value, str))
    scan = only(readings, "wifi_scan")
    if isinstance(scan.value, tuple):
        signals = [signal for _, signal in scan.value]
        assert signals == sorted(signals, reverse=True)
        assert len({address for address, _ in scan.value}) == len(scan.value)
        assert set(signals) <= {point.signal for point in points if point.unit == scan.detail["unit"]}
