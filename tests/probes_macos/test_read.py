"""A Mac's readings, by what its tools print. Simulated: the probe was not run on macOS."""

from __future__ import annotations

import plistlib
from typing import Any

import pytest

from isolation.identifiers import machine_ids
from isolation.model import FACTS, Reading
from isolation.probes import macos, probe

from ..probes.simulated import SimulatedMachine
from .mac import IFCONFIG, NO_ROUTE, UUID, V4, V4_OTHER, V6, VPN, a_mac, get, route

PLIST = "/Library/Preferences/SystemConfiguration/NetworkInterfaces.plist"


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


def test_the_device_is_the_keyed_hash_of_the_hardware_uuid() -> None:
    """The device id is the keyed hash of IOPlatformUUID, certain on a real Mac, and never the UUID itself."""
    device = one(macos.read(a_mac()), "device_id")
    assert device.value == machine_ids.app_specific(UUID.replace("-", ""))
    assert (device.identifying, device.confidence) == (True, "certain")


def test_a_virtual_mac_is_probable() -> None:
    """A virtual machine's id is probable, because a copy of the machine has the same."""
    device = one(macos.read(a_mac({"/usr/sbin/sysctl": (0, b"1\n", b"")})), "device_id")
    assert (device.identifying, device.confidence) == (True, "probable")
    assert "virtual machine" in device.reason


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (None, "failed"),
        (TimeoutError(), "failed"),
        (PermissionError(13, "Permission denied"), "denied"),
        (OSError(12, "Cannot allocate memory"), "failed"),
        ((1, b"", b"ioreg: error\x1b[2J"), "failed"),
        ((0, b"garbage", b""), "failed"),
    ],
)
def test_a_tool_that_does_not_answer_is_a_reading_with_a_reason(answer: Any, status: str) -> None:
    """A tool that is missing, silent, refused or strange gives a reading with its status and a plain sentence."""
    device = one(macos.read(a_mac({"/usr/sbin/ioreg": answer})), "device_id")
    assert (device.status, device.value) == (status, None)
    assert device.reason.endswith(".")
    assert device.reason.isprintable()


def test_hardware_is_told_from_private_and_virtual_addresses() -> None:
    """The Wi-Fi port's own address identifies; the bridge's, set by software, and the private one do not."""
    readings = macos.read(a_mac())
    hardware = {reading.detail["interface"]: reading for reading in of(readings, "hardware_mac")}
    assert hardware["en0"].value == "3C-22-FB-5D-70-A1"
    assert (hardware["en0"].identifying, hardware["en0"].confidence) == (True, "certain")
    assert not hardware["bridge0"].identifying
    assert "5E-1C-9A-42-07-D3" in values(readings, "current_mac")
    assert not any(reading.identifying for reading in of(readings, "current_mac"))


def test_the_security_chip_s_constant_address_does_not_identify() -> None:
    """acde48001122, the same on every Mac with a T2, is no hardware address even where a port has it."""
    ports = b"\nHardware Port: iBridge\nDevice: en5\nEthernet Address: ac:de:48:00:11:22\n"
    hardware = one(macos.read(a_mac({"/usr/sbin/networksetup": (0, ports, b"")})), "hardware_mac")
    assert not hardware.identifying


def test_a_dongle_is_told_by_where_it_is_plugged_in() -> None:
    """A USB adapter is removable by configd's list, whatever its name, and so is at most probable."""
    path = "IOService:/AppleARMPE/arm-io/usb-drd1@2280000/AX88179A"
    entries = [{"BSD Name": "en7", "IOBuiltin": False, "IOPathMatch": path}, {"BSD Name": "en0", "IOBuiltin": True}]
    listed = plistlib.dumps({"Interfaces": entries}, fmt=plistlib.FMT_BINARY)
    hardware = {
        reading.detail["interface"]: reading for reading in of(macos.read(a_mac(files={PLIST: listed})), "hardware_mac")
    }
    assert hardware["en7"].detail["removable"] is True
    assert hardware["en7"].confidence == "probable"
    assert "removable" not in hardware["en0"].detail


def test_without_the_list_a_port_s_name_tells() -> None:
    """Without configd's list a port is removable where its name says USB or Thunderbolt."""
    ports = b"\nHardware Port: USB 10/100/1000 LAN\nDevice: en7\nEthernet Address: 00:0e:c6:89:01:77\n"
    hardware = one(macos.read(a_mac({"/usr/sbin/networksetup": (0, ports, b"")})), "hardware_mac")
    assert hardware.detail["removable"] is True


def test_the_gateway_has_its_address_and_mac() -> None:
    """The gateway's address is context, and its MAC, unpadded in arp's table, identifies the network."""
    readings = macos.read(a_mac())
    assert values(readings, "gateway_ip") == ["192.168.64.1"]
    gateway = one(readings, "gateway_mac")
    assert (gateway.value, gateway.identifying) == ("3C-37-86-5D-75-04", True)
    assert one(readings, "tunnel").status == "absent"


def test_a_utun_with_a_link_local_address_only_is_no_vpn() -> None:
    """macOS's own utun interfaces, which have a link-local address only, are no tunnel and no way out."""
    readings = macos.read(a_mac({get(V6): route("utun0", "fe80::%utun0")}))
    assert one(readings, "tunnel").status == "absent"
    assert values(readings, "gateway_ip") == ["192.168.64.1"]


def test_a_tunnel_and_the_network_beneath_it_are_kept_apart() -> None:
    """With a VPN the tunnel is recorded, and so is the local network's gateway beneath it."""
    table = b"""Routing tables

Internet:
Destination        Gateway            Flags               Refs      Use    Mtu          Netif Expire
0/1                utun4              USc                    9        0   1420          utun4
default            192.168.64.1       UGScg                 41        0   1500            en0
128.0/1            utun4              USc                    9        0   1420          utun4
"""
    readings = macos.read(
        a_mac(
            {
                "/sbin/ifconfig": (0, IFCONFIG + VPN, b""),
                get(V4): route("utun4", destination="128.0.0.0"),
                get(V4_OTHER): route("utun4", destination="0.0.0.0"),
                "/usr/sbin/netstat": (0, table, b""),
            }
        )
    )
    assert one(readings, "tunnel").value == "utun4"
    gateway = one(readings, "gateway_ip")
    assert (gateway.value, gateway.detail["kind"]) == ("192.168.64.1", "beneath-tunnel")
    beneath = one(readings, "gateway_mac")
    assert beneath.identifying
    assert "beneath utun4" in beneath.reason


def test_a_vpn_that_took_the_default_route_away_leaves_the_route_to_its_server() -> None:
    """Where no default route stays beneath a tunnel, the host route to its server tells the local gateway."""
    table = b"""Routing tables

Internet:
Destination        Gateway            Flags               Refs      Use    Mtu          Netif Expire
default            utun4              USc                    9        0   1420          utun4
127.0.0.1          127.0.0.1          UH                     2        4  16384            lo0
198.51.100.7/32    192.168.64.1       UGHS                   4        0   1500            en0
"""
    readings = macos.read(
        a_mac(
            {
                "/sbin/ifconfig": (0, IFCONFIG + VPN, b""),
                get(V4): route("utun4"),
                get(V4_OTHER): route("utun4"),
                "/usr/sbin/netstat": (0, table, b""),
            }
        )
    )
    assert [(reading.value, reading.detail["interface"]) for reading in of(readings, "gateway_ip")] == [
        ("192.168.64.1", "en0")
    ]


def test_the_way_out_over_both_families_names_one_router_once() -> None:
    """A router that is the gateway of IPv4 and of IPv6 has two addresses and one MAC."""
    readings = macos.read(a_mac({get(V6): route("en0", "fe80::3e37:86ff:fe5d:7504%en0")}))
    assert values(readings, "gateway_ip") == ["192.168.64.1", "fe80::3e37:86ff:fe5d:7504"]
    assert values(readings, "gateway_mac") == ["3C-37-86-5D-75-04"]


def test_a_gateway_that_is_not_in_the_table_is_asked_for() -> None:
    """Where arp does not know the gateway, one datagram makes the kernel ask, and the table is read again."""
    machine = a_mac({"/usr/sbin/arp": (1, b"192.168.64.1 (192.168.64.1) -- no entry\n", b"")})
    gateway = one(macos.read(machine), "gateway_mac")
    assert machine.nudges == [("192.168.64.1", 0)]
    assert (gateway.status, gateway.value) == ("absent", None)


def test_an_entry_of_another_interface_is_not_the_gateway_s() -> None:
    """An arp entry for the same address on another interface is another network's router."""
    other = (0, b"? (192.168.64.1) at 0:0:5e:0:53:1 on en7 [ethernet]\n", b"")
    assert one(macos.read(a_mac({"/usr/sbin/arp": other})), "gateway_mac").value is None


def test_without_a_route_there_is_no_gateway_and_no_tunnel() -> None:
    """Offline, gateway and tunnel are absent with the reason, not failed."""
    readings = macos.read(a_mac({get(V4): NO_ROUTE, get(V4_OTHER): NO_ROUTE}))
    for fact in ("gateway_ip", "gateway_mac", "tunnel"):
        assert one(readings, fact).status == "absent"
    assert one(readings, "gateway_ip").reason == "No route leads to the Internet."


def test_a_public_address_of_the_mac_s_own_is_read_without_a_service() -> None:
    """A Mac that sends from a public IPv6 address has a public address and prefix, probable, without asking anyone."""
    machine = a_mac(
        {get(V6): route("en0", "fe80::3e37:86ff:fe5d:7504%en0")},
        sources={"inet": "192.168.64.12", "inet6": "2a02:8109:9a40:1::77"},
    )
    readings = macos.read(machine)
    assert values(readings, "public_ip") == ["2a02:8109:9a40:1::77"]
    prefix = one(readings, "public_prefix")
    assert (prefix.value, prefix.confidence) == ("2a02:8109:9a40:1::/64", "probable")


def test_addresses_are_read_but_the_loopback_s() -> None:
    """Every interface's addresses are context, the loopback interface's own apart."""
    readings = of(macos.read(a_mac()), "local_ip")
    assert ("192.168.64.12", "en0") in [(reading.value, reading.detail["interface"]) for reading in readings]
    assert "127.0.0.1" not in [reading.value for reading in readings]
    assert not any(reading.identifying for reading in readings)


def test_a_mac_without_any_tool_still_has_a_reading_for_every_fact() -> None:
    """Where nothing answers, every fact has a reading with a status and a reason, and nothing is raised."""
    facts = {"device_id", "hardware_mac", "current_mac", "local_ip", "gateway_ip", "gateway_mac", "tunnel"}
    readings = macos.read(SimulatedMachine(platform="darwin"))
    assert {reading.fact for reading in readings} == facts
    assert all(reading.status == "failed" and reading.reason.endswith(".") for reading in readings)


def test_the_whole_probe_has_every_fact() -> None:
    """`probe` on a Mac has a reading for every fact but imported ones, and raises nothing."""
    identity = probe(a_mac())
    assert {reading.fact for reading in identity.readings} == set(FACTS) - {"site_ip"}
    assert all(reading.reason or reading.status == "observed" for reading in identity.readings)


def test_a_gateway_inside_a_tunnel_has_no_mac() -> None:
    """A tunnel's own gateway has an address and no MAC, and a table that cannot be read takes neither away."""
    tools = {
        "/sbin/ifconfig": (0, IFCONFIG + VPN, b""),
        get(V4): route("utun4", "10.64.0.1", "128.0.0.0"),
        get(V4_OTHER): route("utun4", "10.64.0.1", "0.0.0.0"),
        "/usr/sbin/netstat": TimeoutError(),
    }
    readings = macos.read(a_mac(tools))
    assert values(readings, "gateway_ip") == ["10.64.0.1"]
    gateway = one(readings, "gateway_mac")
    assert (gateway.status, gateway.source) == ("absent", "arp -n 10.64.0.1")
    assert "no MAC layer" in gateway.reason


def test_an_on_link_way_out_has_no_gateway() -> None:
    """An interface that leads out without a gateway, such as a modem's, has none, and says so."""
    readings = macos.read(a_mac({get(V4): route("en0"), get(V4_OTHER): route("en0")}, sources={}))
    assert one(readings, "gateway_ip").reason == "Traffic leaves by en0 without a gateway."
    assert one(readings, "gateway_mac").reason == "There is no gateway to ask for its MAC."


def test_a_block_that_is_widely_borrowed_is_no_public_address() -> None:
    """An address of a block that networks borrow for their inside is read and does not identify."""
    public = one(macos.read(a_mac(sources={"inet": "30.1.2.3"})), "public_ip")
    assert (public.value, public.identifying) == ("30.1.2.3", False)


def test_where_the_network_cannot_be_asked_the_device_still_is() -> None:
    """A broken ifconfig, route and arp leave the device and the hardware readable."""
    broken = (1, b"", b"\xff\xfe broken")
    commands = ("/sbin/ifconfig", get(V4), get(V4_OTHER), get(V6), "/usr/sbin/arp")
    readings = macos.read(a_mac({command: TimeoutError() for command in commands} | {"/usr/sbin/arp": broken}))
    assert one(readings, "device_id").status == "observed"
    assert {one(readings, fact).status for fact in ("local_ip", "gateway_ip", "gateway_mac", "tunnel")} == {"failed"}


def test_an_unreadable_table_of_neighbours_is_a_failure_with_its_reason() -> None:
    """Where arp itself fails, the gateway's address stays and its MAC says what arp said."""
    gateway = one(macos.read(a_mac({"/usr/sbin/arp": (1, b"junk", b"arp: writing to routing socket")})), "gateway_mac")
    assert gateway.status == "failed"
    assert "arp: writing to routing socket" in gateway.reason
