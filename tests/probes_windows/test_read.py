"""A Windows machine's readings, by what its libraries write. Simulated: the probe was not run on Windows."""

from __future__ import annotations

from typing import Any

import pytest

from isolation.identifiers import machine_ids
from isolation.model import FACTS, Reading
from isolation.probes import probe, windows

from ..probes.simulated import SimulatedMachine
from .simulated import (
    ACCESS_DENIED,
    BOARD,
    CARD,
    GUID,
    MACHINE_GUID,
    ROUTER,
    V4,
    V4_OTHER,
    V6,
    Adapter,
    a_windows,
    if_row,
    smbios,
)  # fmt: skip

CRYPTOGRAPHY = (r"SOFTWARE\Microsoft\Cryptography", "MachineGuid")
CONNECTION = rf"SYSTEM\CurrentControlSet\Control\Network\{{4D36E972-E325-11CE-BFC1-08002BE10318}}\{GUID}\Connection"


def of(readings: list[Reading], fact: str) -> list[Reading]:
    """The readings of a fact."""
    return [reading for reading in readings if reading.fact == fact]


def values(readings: list[Reading], fact: str) -> list[object]:
    """The values of a fact's readings."""
    return [reading.value for reading in of(readings, fact)]


def one(readings: list[Reading], fact: str) -> Reading:
    """The only reading of a fact."""
    (found,) = of(readings, fact)
    return found


# The device ------------------------------------------------------------------------------------------------------


def test_the_device_is_machine_guid_and_board_together() -> None:
    """MachineGuid paired with the SMBIOS UUID is certain, and neither stands in the reading as it is."""
    device = one(windows.read(a_windows()), "device_id")
    assert (device.identifying, device.confidence) == (True, "certain")
    assert device.value not in (machine_ids.app_specific(MACHINE_GUID), machine_ids.app_specific(BOARD))
    assert isinstance(device.value, str)
    assert MACHINE_GUID.replace("-", "") not in device.value


def test_copies_of_a_disk_on_two_machines_are_two_devices() -> None:
    """Two machines made from one disk image, which share MachineGuid, have different device ids."""
    other = a_windows(firmware=smbios("9f30c1d2-1a2b-4c3d-8e4f-5a6b7c8d9e0f"))
    assert values(windows.read(a_windows()), "device_id") != values(windows.read(other), "device_id")


@pytest.mark.parametrize(
    "firmware",
    [b"", smbios("03000200-0400-0500-0006-000700080009"), smbios(kind=3), b"\0\3\4\0\xff\xff\0\0"],
    ids=["no table", "a maker's placeholder", "no system structure", "a broken table"],
)
def test_machine_guid_alone_is_probable(firmware: bytes) -> None:
    """Without a board's UUID that identifies, MachineGuid alone is probable and says why."""
    device = one(windows.read(a_windows(firmware=firmware)), "device_id")
    assert device.value == machine_ids.app_specific(MACHINE_GUID)
    assert (device.identifying, device.confidence) == (True, "probable")
    assert "SMBIOS" in device.reason


def test_the_board_alone_names_the_device_where_the_registry_does_not() -> None:
    """Where MachineGuid cannot be read, the board's UUID names the device."""
    denied = PermissionError(13, "Access is denied")
    device = one(windows.read(a_windows(registry={CRYPTOGRAPHY: denied})), "device_id")
    assert device.value == machine_ids.app_specific(BOARD)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (PermissionError(13, "Access is denied"), "denied"),
        (FileNotFoundError(2, "not found"), "absent"),
        ("to be filled by O.E.M.", "failed"),
        (7, "failed"),
    ],
)
def test_no_device_id_at_all_is_a_reading_with_a_reason(answer: Any, status: str) -> None:
    """Where neither the registry nor the board tells, the reading says which and why."""
    device = one(windows.read(a_windows(registry={CRYPTOGRAPHY: answer}, firmware=b"")), "device_id")
    assert (device.status, device.value) == (status, None)
    assert device.reason.endswith(".")


def test_an_older_board_s_uuid_is_read_in_its_own_byte_order() -> None:
    """Before SMBIOS 2.6 the UUID is big-endian throughout, and the same board gives the same id."""
    registry = {CRYPTOGRAPHY: FileNotFoundError()}
    older = one(windows.read(a_windows(registry=registry, firmware=smbios(version=(2, 4)))), "device_id")
    newer = one(windows.read(a_windows(registry=registry)), "device_id")
    assert older.value == newer.value == machine_ids.app_specific(BOARD)


# Cards -----------------------------------------------------------------------------------------------------------


def test_a_card_s_permanent_address_identifies() -> None:
    """The permanent address of hardware with a connector identifies; the one in use is context."""
    readings = windows.read(a_windows(rows=(if_row(11, "Ethernet", mac="02-11-22-33-44-55", permanent=CARD),)))
    hardware = one(readings, "hardware_mac")
    assert (hardware.value, hardware.identifying, hardware.confidence) == (CARD, True, "certain")
    current = one(readings, "current_mac")
    assert (current.value, current.identifying) == ("02-11-22-33-44-55", False)
    assert "differs" in current.reason


@pytest.mark.parametrize("flags", [0x00, 0x01, 0x04, 0x07])
def test_what_is_no_card_gives_no_hardware_address(flags: int) -> None:
    """Software interfaces, hardware without a connector and filters have no hardware address."""
    row = if_row(20, "vEthernet (Default Switch)", mac="00-15-5D-00-11-22", permanent="00-15-5D-00-11-22", flags=flags)
    assert one(windows.read(a_windows(rows=(row,))), "hardware_mac").status == "absent"


def test_a_dongle_is_removable_by_the_registry() -> None:
    """A card whose device instance is a USB one is removable and at most probable."""
    registry = {(CONNECTION, "PnpInstanceID"): r"USB\VID_0B95&PID_1790\000001"}
    hardware = one(windows.read(a_windows(registry=registry)), "hardware_mac")
    assert (hardware.detail["removable"], hardware.confidence) == (True, "probable")
    registry = {(CONNECTION, "PnpInstanceID"): r"PCI\VEN_8086&DEV_15BC\3&11583659&0&FE"}
    assert "removable" not in one(windows.read(a_windows(registry=registry)), "hardware_mac").detail


def test_a_name_that_steers_a_terminal_is_escaped() -> None:
    """A connection's name is whatever a user typed, and reaches nobody's terminal raw."""
    rows = (if_row(11, "Office\x1b[2J\u202e", mac=CARD, permanent=CARD),)
    adapters = (Adapter(11, "Office\x1b[2J", own=(("192.168.1.57", 4, 4),)),)
    readings = windows.read(a_windows(rows=rows, adapters=adapters))
    assert all(str(reading.detail.get("interface", "")).isprintable() for reading in readings)


# The network -----------------------------------------------------------------------------------------------------


def test_the_gateway_has_its_address_and_mac() -> None:
    """The gateway's address is context, and its MAC, asked for on the route's own interface, identifies."""
    machine = a_windows()
    readings = windows.read(machine)
    assert values(readings, "gateway_ip") == ["192.168.1.1"]
    gateway = one(readings, "gateway_mac")
    assert (gateway.value, gateway.identifying) == (ROUTER, True)
    assert machine.library("iphlpapi").asked == ["192.168.1.1%11"]
    assert one(readings, "tunnel").status == "absent"


def test_addresses_that_are_in_use_are_read() -> None:
    """Own addresses are context, temporary ones marked; the loopback's and duplicates are left out."""
    own = (
        ("192.168.1.57", 4, 4),
        ("2a02:8109:9a40:1:e031:77b1:2c3d:9a11", 5, 4),
        ("192.168.1.99", 4, 2),
        ("2a02:8109:9a40:1::5", 4, 3),
    )
    adapters = (Adapter(11, "Ethernet", own=own), Adapter(1, "Loopback", kind=24, own=(("127.0.0.1", 4, 4),)))
    readings = of(windows.read(a_windows(adapters=adapters)), "local_ip")
    assert [(reading.value, reading.detail["kind"]) for reading in readings] == [
        ("192.168.1.57", "private"),
        ("2a02:8109:9a40:1:e031:77b1:2c3d:9a11", "temporary"),
        ("2a02:8109:9a40:1::5", "public"),
    ]


def test_ipv6_has_its_zone_when_its_router_is_asked_for() -> None:
    """A link-local router is asked for on the route's interface, and one box has one MAC."""
    machine = a_windows(
        ways={
            V4: (11, "192.168.1.1", "192.168.1.57"),
            V6: (11, "fe80::3e37:86ff:fe5d:7504", "2a02:8109:9a40:1::5"),
        },
        neighbours={"192.168.1.1": ROUTER, "fe80::3e37:86ff:fe5d:7504": ROUTER},
    )
    readings = windows.read(machine)
    assert values(readings, "gateway_ip") == ["192.168.1.1", "fe80::3e37:86ff:fe5d:7504"]
    assert values(readings, "gateway_mac") == [ROUTER]
    assert values(readings, "public_prefix") == ["2a02:8109:9a40:1::/64"]


@pytest.mark.parametrize(
    ("kind", "mac", "name"),
    [(23, "", "ppp"), (131, "", "tunnel"), (53, "", "virtual"), (6, "00-FF-4C-F4-5E-49", "tap")],
)
def test_a_tunnel_and_the_network_beneath_it_are_kept_apart(kind: int, mac: str, name: str) -> None:
    """A tunnel by its type, or by its driver's address, is recorded with the local gateway beneath it."""
    adapters = (
        Adapter(40, "wg-office", kind=kind, mac=mac, own=(("10.64.0.2", 1, 4),), metric=5),
        Adapter(11, "Ethernet", mac=CARD, own=(("192.168.1.57", 4, 4),), gateways=("192.168.1.1",)),
        Adapter(12, "Wi-Fi", status=2, gateways=("192.168.9.1",)),
    )
    ways = {V4: (40, "0.0.0.0", "10.64.0.2"), V4_OTHER: (40, "0.0.0.0", "10.64.0.2")}
    readings = windows.read(a_windows(adapters=adapters, ways=ways))
    tunnel = one(readings, "tunnel")
    assert (tunnel.value, tunnel.detail["kind"]) == ("wg-office", name)
    gateway = one(readings, "gateway_ip")
    assert (gateway.value, gateway.detail) == ("192.168.1.1", {"interface": "Ethernet", "kind": "beneath-tunnel"})
    assert one(readings, "gateway_mac").value == ROUTER


def test_a_gateway_that_does_not_answer_is_absent() -> None:
    """A gateway that nobody answers for has no MAC, and that is no failure of the program."""
    gateway = one(windows.read(a_windows(neighbours={})), "gateway_mac")
    assert (gateway.status, gateway.reason) == ("absent", "The gateway does not answer.")


def test_offline_is_absent_with_the_reason() -> None:
    """Without a route, gateway and tunnel are absent."""
    readings = windows.read(a_windows(ways={}))
    assert [one(readings, fact).status for fact in ("gateway_ip", "gateway_mac", "tunnel")] == ["absent"] * 3


@pytest.mark.parametrize(("code", "status"), [(ACCESS_DENIED, "denied"), (8, "failed")])
def test_a_function_that_refuses_is_a_reading_with_its_code(code: int, status: str) -> None:
    """A refused function gives a reading with its status and its error's number."""
    errors = {"GetIfTable2": code, "GetBestRoute2": code}
    readings = windows.read(a_windows(errors=errors))
    for fact in ("hardware_mac", "current_mac", "gateway_ip", "gateway_mac", "tunnel"):
        reading = one(readings, fact)
        assert reading.status == status
        assert f"error {code}." in reading.reason


def test_everything_that_windows_lends_is_given_back() -> None:
    """The memory that Windows allocates is freed, once and only once."""
    machine = a_windows()
    windows.read(machine)
    assert len(machine.library("iphlpapi").memory) == 0


def test_a_list_longer_than_the_first_buffer_is_asked_for_again() -> None:
    """Where the buffer is too small, it is asked for again with the size that Windows names."""
    many = [Adapter(100 + number, f"Adapter {number}", own=(("10.0.0.1", 4, 4),)) for number in range(60)]
    readings = windows.read(a_windows(adapters=many))
    assert len(of(readings, "local_ip")) == 60


def test_the_whole_probe_has_every_fact() -> None:
    """`probe` on Windows has a reading for every fact but imported ones, and raises nothing."""
    identity = probe(a_windows())
    assert {reading.fact for reading in identity.readings} == set(FACTS) - {"site_ip"}


def test_a_machine_without_any_library_still_has_a_reading_for_every_fact() -> None:
    """Where nothing answers, every fact has a reading with a status and a reason, and nothing is raised."""
    facts = {"device_id", "hardware_mac", "current_mac", "local_ip", "gateway_ip", "gateway_mac", "tunnel"}
    readings = windows.read(SimulatedMachine(platform="win32"))
    assert {reading.fact for reading in readings} == facts
    assert all(reading.status in ("failed", "absent") and reading.reason.endswith(".") for reading in readings)


def test_a_gateway_inside_a_tunnel_has_no_mac() -> None:
    """A tunnel's own gateway has an address and no MAC, and nobody is asked for one."""
    machine = a_windows(
        adapters=(Adapter(40, "wg-office", kind=53),), ways={V4: (40, "10.64.0.1", "10.64.0.2")}, neighbours={}
    )
    readings = windows.read(machine)
    assert values(readings, "gateway_ip") == ["10.64.0.1"]
    assert "no MAC layer" in one(readings, "gateway_mac").reason
    assert machine.library("iphlpapi").asked == []


def test_a_neighbour_that_may_not_be_asked_for_is_a_denial() -> None:
    """Where Windows refuses to ask for the gateway's MAC, that is denied, not absent."""
    assert one(windows.read(a_windows(neighbours={"192.168.1.1": ACCESS_DENIED})), "gateway_mac").status == "denied"


def test_an_interface_that_only_reaches_its_own_link_is_no_way_out() -> None:
    """A route without a gateway from a link-local address leads nowhere."""
    ways = {V6: (11, "::", "fe80::4ccd:19f0:8c77:aa02")}
    assert one(windows.read(a_windows(ways=ways)), "tunnel").status == "absent"


def test_a_machine_guid_that_many_machines_share_gives_way_to_the_board() -> None:
    """A MachineGuid of zeros names no machine; the board's UUID does."""
    zeros = {CRYPTOGRAPHY: "00000000-0000-0000-0000-000000000000"}
    assert one(windows.read(a_windows(registry=zeros)), "device_id").value == machine_ids.app_specific(BOARD)


def test_a_route_over_an_interface_that_is_not_listed_is_named_by_its_number() -> None:
    """An interface that came after the list was taken is named by its number."""
    readings = windows.read(a_windows(ways={V4: (77, "192.168.1.1", "192.168.1.57")}))
    assert one(readings, "gateway_ip").detail["interface"] == "interface 77"
