"""NetworkManager over a real D-Bus: a bus daemon, dbusmock's NetworkManager, and nmcli as the judge."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from isolation.model import Reading
from isolation.probes.wifi.networkmanager import SOURCE

from ..probes_wifi.simulated import (
    GET_INTERFACE,
    GET_SCAN,
    GET_STATION,
    SimulatedKernel,
    element,
    interface_payload,
    scan_payload,
)
from .simulated import NM, PrivateBus, SimulatedNetworkManager

Read = Callable[..., list[Reading]]

HOME = "9C:A2:F4:01:02:03"
NEIGHBOUR = "9E:A2:F4:0A:0B:0C"

NAMES = {
    "plain": b"Office",
    "gbk": "咖啡".encode("gbk"),
    "colon": b"a:b\\:c",
    "emoji": "☕🏪".encode(),
    "32 bytes": "仓库".encode() * 5 + b"!!",
    "32 ff": b"\xff" * 32,
    "nul inside": b"a\0b",
    "control": b"\x1b[2J",
}


def only(readings: list[Reading], fact: str) -> Reading:
    """The one reading of a fact."""
    (reading,) = [reading for reading in readings if reading.fact == fact]
    return reading


def statuses(readings: list[Reading]) -> list[tuple[str, str]]:
    """Fact and status of all."""
    return [(reading.fact, reading.status) for reading in readings]


def all_four(status: str) -> list[tuple[str, str]]:
    """The four facts of a radio with one status."""
    return [(fact, status) for fact in ("bssid", "access_point", "ssid", "wifi_scan")]


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_connected_network_is_read_to_the_byte(
    name: bytes, network_manager: SimulatedNetworkManager, read: Read
) -> None:
    """Name, address, channel, security and strength come over the bus as NetworkManager has them."""
    adapter = network_manager.add_adapter()
    network_manager.connect(adapter, network_manager.add_access_point(adapter, HOME, name, strength=82))
    network_manager.add_access_point(adapter, NEIGHBOUR, b"next door", strength=31, frequency=5180)
    readings = read()
    assert statuses(readings) == all_four("observed")
    assert {reading.source for reading in readings} == {SOURCE}
    assert only(readings, "bssid").value == "9C-A2-F4-01-02-03"
    assert only(readings, "access_point").value == "9C-A2-F4-01-02-00"
    assert only(readings, "wifi_scan").value == (("9C-A2-F4-01-02-03", 82), ("9E-A2-F4-0A-0B-0C", 31))
    assert only(readings, "wifi_scan").detail["unit"] == "percent"
    assert only(readings, "ssid").detail == {
        "interface": "wlan0", "channel": 6, "security": "WPA2", "signal": 82, "unit": "percent", "hex": name.hex(),
    }  # fmt: skip
    assert "next door" not in repr(readings)
    assert b"next door".hex() not in repr(readings)


@pytest.mark.parametrize("name", [b"", bytes(8)], ids=["empty", "zeros"])
def test_a_hidden_network_is_connected_all_the_same(
    name: bytes, network_manager: SimulatedNetworkManager, read: Read
) -> None:
    """A network that hides its name has an address and no name."""
    adapter = network_manager.add_adapter()
    network_manager.connect(adapter, network_manager.add_access_point(adapter, HOME, name))
    readings = read()
    assert only(readings, "bssid").status == "observed"
    assert only(readings, "ssid").status == "absent"


def test_a_disconnected_adapter_is_absent_with_its_neighbourhood(
    network_manager: SimulatedNetworkManager, read: Read
) -> None:
    """Not connected is known to be so; the scan is told."""
    adapter = network_manager.add_adapter(state=30)
    network_manager.add_access_point(adapter, NEIGHBOUR, b"next door", strength=31)
    readings = read()
    assert [reading.status for reading in readings] == ["absent", "absent", "absent", "observed"]
    assert "not connected" in only(readings, "bssid").reason


def test_a_switched_off_adapter_is_absent(network_manager: SimulatedNetworkManager, read: Read) -> None:
    """With Wi-Fi switched off there is neither network nor neighbourhood, and the reason says so."""
    network_manager.add_adapter(state=20)
    readings = read()
    assert statuses(readings) == all_four("absent")
    assert {reading.reason for reading in readings} == {"The Wi-Fi adapter wlan0 is switched off or not ready."}


def test_an_adapter_unknown_to_networkmanager_is_a_failure(
    network_manager: SimulatedNetworkManager, read: Read
) -> None:
    """Where /sys shows a radio that neither source knows, nothing is called absent."""
    assert network_manager is not None
    readings = read()
    assert statuses(readings) == all_four("failed")
    assert "knows no Wi-Fi adapter wlan0" in only(readings, "bssid").reason


def test_an_unmanaged_adapter_is_not_taken_for_a_disconnected_one(
    network_manager: SimulatedNetworkManager, read: Read
) -> None:
    """An adapter that another program manages may well be connected: NetworkManager cannot tell."""
    network_manager.add_adapter(state=10)
    readings = read()
    assert statuses(readings) == all_four("failed")
    assert "does not manage" in only(readings, "bssid").reason


def test_addresses_that_networkmanager_makes_up_for_iwd_are_never_taken(
    network_manager: SimulatedNetworkManager, read: Read
) -> None:
    """With iwd the addresses are a counter that every machine shares: redacted, while the name is still told."""
    adapter = network_manager.add_adapter()
    network_manager.connect(adapter, network_manager.add_access_point(adapter, "00:01:02:00:00:07", b"Office"))
    readings = read()
    assert [reading.status for reading in readings] == ["redacted", "redacted", "observed", "redacted"]


@pytest.mark.parametrize("state", [100, 10, 50], ids=["iwd", "unmanaged", "connecting"])
def test_what_networkmanager_cannot_tell_the_kernel_tells(
    state: int, network_manager: SimulatedNetworkManager, read: Read
) -> None:
    """Made-up addresses, an unmanaged adapter and one in passing are settled by nl80211, in dBm."""
    adapter = network_manager.add_adapter(state=state)
    network_manager.connect(adapter, network_manager.add_access_point(adapter, "00:01:02:00:00:07", b"Office"))
    heard = scan_payload(bytes.fromhex("9ca2f4010203"), status=1, elements=element(0, b"Office"))
    kernel = SimulatedKernel(
        {(GET_INTERFACE, 0): [interface_payload(3, "wlan0")], (GET_SCAN, 3): [heard], (GET_STATION, 3): []}
    )
    readings = read(kernel=kernel)
    assert statuses(readings) == all_four("observed")
    assert {reading.source for reading in readings} == {"nl80211"}
    assert only(readings, "bssid").value == "9C-A2-F4-01-02-03"
    assert only(readings, "wifi_scan").value == (("9C-A2-F4-01-02-03", -65),)


def test_the_kernel_is_not_asked_where_networkmanager_can_tell(
    network_manager: SimulatedNetworkManager, read: Read
) -> None:
    """One source that settles it is enough."""
    network_manager.add_adapter(state=30)
    kernel = SimulatedKernel({})
    assert only(read(kernel=kernel), "bssid").status == "absent"
    assert (kernel.asked, kernel.closed) == ([], False)


def test_old_scan_entries_are_left_out(network_manager: SimulatedNetworkManager, read: Read) -> None:
    """An access point last seen minutes ago belongs to where the machine was."""
    adapter = network_manager.add_adapter(state=30)
    network_manager.add_access_point(adapter, NEIGHBOUR, b"x", last_seen=800)
    assert only(read(), "wifi_scan").status == "absent"


def test_an_access_point_that_vanishes_or_is_malformed_costs_only_itself(
    network_manager: SimulatedNetworkManager, read: Read
) -> None:
    """Between the list and the question access points go; one with an impossible name is passed over."""
    adapter = network_manager.add_adapter()
    network_manager.connect(adapter, network_manager.add_access_point(adapter, HOME, b"Office"))
    network_manager.remove(network_manager.add_access_point(adapter, NEIGHBOUR, b"x"))
    network_manager.add_access_point(adapter, "9E:A2:F4:0A:0B:0D", b"x" * 33)
    readings = read()
    assert only(readings, "bssid").value == "9C-A2-F4-01-02-03"
    assert only(readings, "wifi_scan").value == (("9C-A2-F4-01-02-03", 60),)


def test_several_hundred_access_points_are_all_read(network_manager: SimulatedNetworkManager, read: Read) -> None:
    """More access points than the bus answers at once make one whole scan."""
    adapter = network_manager.add_adapter(state=30)
    for number in range(300):
        network_manager.add_access_point(adapter, f"9C:A2:F4:00:{number >> 8:02X}:{number & 255:02X}", b"hall")
    scan = only(read(), "wifi_scan").value
    assert isinstance(scan, tuple)
    assert len(scan) == 299  # the first one's last three octets are zero, which is how redacted addresses look


def test_two_adapters_are_both_read(network_manager: SimulatedNetworkManager, read: Read) -> None:
    """Each connected adapter has its access point; the neighbourhood is one."""
    for interface, bssid in (("wlan0", HOME), ("wlan1", NEIGHBOUR)):
        adapter = network_manager.add_adapter(interface)
        network_manager.connect(adapter, network_manager.add_access_point(adapter, bssid, b"Office"))
    readings = read("wlan0", "wlan1")
    assert {reading.value for reading in readings if reading.fact == "bssid"} == {
        "9C-A2-F4-01-02-03",
        "9E-A2-F4-0A-0B-0C",
    }
    assert len(only(readings, "wifi_scan").value or ()) == 2


def test_without_networkmanager_the_reason_says_so(bus: PrivateBus, read: Read) -> None:
    """A bus without NetworkManager on it: not running, and what would help."""
    assert bus.address
    reading = only(read(), "bssid")
    assert reading.status == "failed"
    assert reading.reason.startswith("NetworkManager is not running; ")


def test_a_networkmanager_that_goes_is_not_running(network_manager: SimulatedNetworkManager, read: Read) -> None:
    """Once it is gone from the bus, nothing it said before is repeated."""
    adapter = network_manager.add_adapter()
    network_manager.connect(adapter, network_manager.add_access_point(adapter, HOME, b"Office"))
    assert only(read(), "bssid").status == "observed"
    network_manager.stop()
    assert statuses(read()) == all_four("failed")


def test_a_bus_that_goes_is_not_there(network_manager: SimulatedNetworkManager, bus: PrivateBus, read: Read) -> None:
    """With the bus gone the reason names the bus."""
    network_manager.add_adapter()
    bus.stop()
    assert "no D-Bus system bus" in only(read(), "bssid").reason


def test_a_networkmanager_that_never_answers_ends_at_the_deadline(
    network_manager: SimulatedNetworkManager, read: Read
) -> None:
    """A service that hangs costs the time it was given and is told as not answering."""
    network_manager.add_adapter()
    network_manager.pause()
    readings = read(deadline=0.4)
    assert statuses(readings) == all_four("failed")
    assert "no answer over D-Bus" in only(readings, "bssid").reason


@pytest.mark.parametrize(
    "bus",
    [f'<policy context="mandatory"><deny send_destination="{NM}" send_interface="{NM}"/></policy>'],
    indirect=True,
    ids=["policy"],
)
def test_a_bus_that_forbids_asking_is_a_denial(network_manager: SimulatedNetworkManager, read: Read) -> None:
    """Where the bus's policy does not let this user ask NetworkManager, the status is denied."""
    network_manager.add_adapter()
    readings = read()
    assert statuses(readings) == all_four("denied")
    assert "may not ask" in only(readings, "bssid").reason
