"""What NetworkManager's properties mean, without a bus: states, modes, ages, and what is not as documented."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isolation.errors import ProbeError
from isolation.probes.wifi import networkmanager
from isolation.probes.wifi.networkmanager import Device, Heard, describe, parse_access_point, parse_device
from isolation.probes.wifi.readings import AccessPoint, ConnectedNetwork, Missing

from .simulated import WifiMachine

Properties = dict[str, tuple[str, Any]]

NOW = 1000.0
HOME = Heard("9ca2f4010203", b"Office", 2437, 82, 990, "WPA2")


def access_point(**changes: tuple[str, Any] | None) -> Properties:
    """The properties of an access point, some changed, or left out by None."""
    whole: dict[str, tuple[str, Any] | None] = {
        "Ssid": ("ay", b"Office"), "HwAddress": ("s", "9C:A2:F4:01:02:03"), "Frequency": ("u", 2437),
        "Strength": ("y", 82), "LastSeen": ("i", 990), "Flags": ("u", 1), "WpaFlags": ("u", 0),
        "RsnFlags": ("u", 0x188), "Mode": ("u", 2), "MaxBitrate": ("u", 54000),
    }  # fmt: skip
    return {name: value for name, value in (whole | changes).items() if value is not None}


def device(state: int = 100, mode: int = 2, active: str = "/ap/1") -> Device:
    """An adapter called wlan0."""
    return Device("wlan0", state, mode, active)


def test_an_access_point_is_read_from_its_properties() -> None:
    """Each property comes out in its unit, the address in storage form."""
    assert parse_access_point(access_point()) == HOME


@pytest.mark.parametrize(
    "name",
    ["咖啡".encode("gbk"), b"a:b", "☕".encode(), b"", bytes(32), b"a\0b", b"x" * 32, b"\xff\xfe"],
    ids=["gbk", "colon", "emoji", "hidden", "zeros", "nul", "longest", "no encoding"],
)
def test_a_name_is_any_bytes(name: bytes) -> None:
    """A network's name is taken as the bytes it is."""
    assert parse_access_point(access_point(Ssid=("ay", name))).ssid == name


@pytest.mark.parametrize(
    ("flags", "wpa", "rsn", "words"),
    [
        (0, 0, 0, "open"), (1, 0, 0, "WEP"), (1, 0x144, 0, "WPA1"), (1, 0x144, 0x188, "WPA1 WPA2"),
        (1, 0, 0x288, "WPA2 802.1X"), (1, 0, 0x488, "WPA3"), (1, 0, 0x588, "WPA2 WPA3"), (1, 0, 0x888, "OWE"),
        (0, 0, 0x1000, "open"), (1, 0, 0x2088, "WPA3 802.1X"), (1, 0, 0x4088, "RSN"),
    ],
)  # fmt: skip
def test_the_flags_say_how_a_network_is_secured(flags: int, wpa: int, rsn: int, words: str) -> None:
    """NetworkManager's key management bits become words; a bit not known yet is not an open network."""
    told = access_point(Flags=("u", flags), WpaFlags=("u", wpa), RsnFlags=("u", rsn))
    assert parse_access_point(told).security == words


@pytest.mark.parametrize(
    "changes",
    [
        {"Ssid": None}, {"Ssid": ("s", "Office")}, {"Ssid": ("ay", b"x" * 33)}, {"HwAddress": ("s", "")},
        {"HwAddress": ("s", "9C:A2:F4:01:02")}, {"HwAddress": ("o", "/")}, {"HwAddress": None},
        {"Strength": ("y", 101)}, {"Strength": ("i", 50)}, {"LastSeen": None}, {"Frequency": ("s", "6")},
        {"RsnFlags": None},
    ],
)  # fmt: skip
def test_properties_that_are_not_as_documented_are_refused(changes: dict[str, tuple[str, Any] | None]) -> None:
    """A missing property, another type or an impossible value is a ProbeError."""
    with pytest.raises(ProbeError):
        parse_access_point(access_point(**changes))


def test_a_device_needs_its_interface_state_and_mode() -> None:
    """A device is read whole; where the access point in use is left out there is none."""
    general: Properties = {"Interface": ("s", "wlan0"), "State": ("u", 30), "DeviceType": ("u", 2)}
    wireless: Properties = {"Mode": ("u", 2)}
    assert parse_device(general, wireless) == Device("wlan0", 30, 2, "/")
    for lacking in ({}, {"Mode": ("s", "2")}, {"Mode": ("u", 2), "ActiveAccessPoint": ("s", "/")}):
        with pytest.raises(ProbeError):
            parse_device(general, lacking)
    with pytest.raises(ProbeError):
        parse_device({"State": ("u", 30)}, wireless)


@pytest.mark.parametrize("state", [70, 80, 90, 100])
def test_an_associated_adapter_is_connected(state: int) -> None:
    """From asking for an address on, the radio is with its access point."""
    network = ConnectedNetwork("9ca2f4010203", b"Office", channel=6, security="WPA2", signal=82, unit="percent")
    assert describe(device(state), HOME, [HOME], NOW).networks == (network,)


@pytest.mark.parametrize(
    ("state", "mode", "active", "status", "word"),
    [
        (0, 2, None, "failed", "does not manage"), (10, 2, None, "failed", "does not manage"),
        (20, 2, None, "absent", "switched off"), (30, 2, None, "absent", "not connected"),
        (30, 2, HOME, "absent", "not connected"), (40, 2, HOME, "failed", "connecting"),
        (50, 2, HOME, "failed", "connecting"), (60, 2, HOME, "failed", "connecting"),
        (110, 2, HOME, "failed", "disconnecting"), (120, 2, None, "failed", "connecting"),
        (100, 3, HOME, "absent", "access point itself"), (100, 2, None, "failed", "which access point"),
    ],
)  # fmt: skip
def test_any_other_state_is_a_status_with_its_reason(
    state: int, mode: int, active: Heard | None, status: str, word: str
) -> None:
    """Only what is known to be absent is absent; a state in passing or unmanaged could not be told."""
    networks = describe(device(state, mode), active, [HOME], NOW).networks
    assert isinstance(networks, Missing)
    assert networks.status == status
    assert word in networks.reason


def test_only_what_was_heard_lately_is_visible() -> None:
    """Entries older than three minutes, never seen or from before a clock went back are left out."""
    ages = {"020000000001": 820, "020000000002": 819, "020000000003": -1, "020000000004": 1000, "020000000005": 400}
    heard = [Heard(bssid, b"", 2437, 50, seen, "open") for bssid, seen in ages.items()]
    visible = describe(device(30), None, heard, NOW).visible
    assert visible == (AccessPoint("020000000001", 50, "percent"), AccessPoint("020000000004", 50, "percent"))


def test_the_access_point_in_use_is_visible_however_old_its_entry() -> None:
    """A quiet connection is not scanned for; an association that stands was heard just now."""
    old = Heard("9ca2f4010203", b"Office", 2437, 82, 1, "WPA2")
    assert describe(device(), old, [old], NOW).visible == (AccessPoint("9ca2f4010203", 82, "percent"),)
    assert describe(device(30), old, [old], NOW).visible == ()


def test_without_a_clock_no_scan_is_believed() -> None:
    """Where the time since boot cannot be told, neither can the scan's age; the connection still is."""
    told = describe(device(), HOME, [HOME], None)
    assert isinstance(told.networks, tuple)
    assert isinstance(told.visible, Missing)
    assert told.visible.status == "failed"


def test_addresses_made_up_for_iwd_are_never_taken() -> None:
    """NetworkManager with iwd numbers access points 00-01-02-…, the same on every machine: redacted, all of them."""
    invented = Heard("000102000007", b"Office", 2417, 82, 990, "WPA2")
    told = describe(device(), invented, [invented, Heard("000102000008", b"x", 2417, 40, 990, "open")], NOW)
    assert isinstance(told.networks, tuple)
    (network,) = told.networks
    assert isinstance(network.bssid, Missing)
    assert (network.bssid.status, network.ssid, network.channel) == ("redacted", b"Office", 0)
    assert isinstance(told.visible, Missing)


def test_one_neighbour_with_such_an_address_does_not_blind_us() -> None:
    """Anybody may announce 00-01-02-…; only where all are such did NetworkManager make them up."""
    rogue = Heard("000102000007", b"", 2437, 99, 990, "open")
    assert describe(device(), HOME, [HOME, rogue], NOW).visible == (AccessPoint("9ca2f4010203", 82, "percent"),)


def test_a_bus_that_is_not_there_is_a_failure_with_a_step(wifi_machine: Callable[..., WifiMachine]) -> None:
    """Without the system bus NetworkManager cannot be asked, and the reason says what to start."""
    missing = networkmanager.read(wifi_machine(), deadline=1.0)
    assert isinstance(missing, Missing)
    assert missing.status == "failed"
    assert "start" in missing.reason


def test_a_missing_library_is_a_failure_with_a_step(
    wifi_machine: Callable[..., WifiMachine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without jeepney NetworkManager cannot be asked, and the reason says what to install."""
    monkeypatch.setitem(sys.modules, "jeepney", None)
    missing = networkmanager.read(wifi_machine(), deadline=1.0)
    assert isinstance(missing, Missing)
    assert missing.status == "failed"
    assert "install" in missing.reason


@pytest.mark.parametrize(
    "address", ["nonsense", "tcp:host=localhost,port=1", "unix:abstract", "unix:path=" + "x" * 200]
)
def test_an_address_that_cannot_be_used_is_a_failure(address: str, wifi_machine: Callable[..., WifiMachine]) -> None:
    """No text in DBUS_SYSTEM_BUS_ADDRESS makes the probe raise."""
    assert isinstance(networkmanager.read(wifi_machine(bus=address), deadline=1.0), Missing)


SIGNED = st.one_of(
    st.tuples(st.just("u"), st.integers(0, 2**32 - 1)), st.tuples(st.just("y"), st.integers(0, 255)),
    st.tuples(st.just("i"), st.integers(-(2**31), 2**31 - 1)),
    st.tuples(st.just("s"), st.text("0123456789abcdefF:-.", max_size=20)),
    st.tuples(st.just("ay"), st.binary(max_size=40)), st.tuples(st.just("o"), st.just("/")),
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(sorted(access_point())), SIGNED))
def test_any_properties_are_refused_or_make_a_possible_access_point(properties: Properties) -> None:
    """Whatever a bus answers of D-Bus types, it is a ProbeError or an access point that can be."""
    try:
        heard = parse_access_point(access_point() | properties)
    except ProbeError:
        return
    assert len(bytes.fromhex(heard.bssid)) == 6
    assert len(heard.ssid) <= 32
    assert 0 <= heard.strength <= 100
