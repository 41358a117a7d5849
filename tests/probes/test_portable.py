"""The portable probes: psutil and netifaces, /proc where netlink is refused, and what they must not believe."""

from __future__ import annotations

from typing import Any

import pytest

from isolation.errors import ProbeError
from isolation.model import FACTS, Identity
from isolation.probes import probe
from isolation.probes.linux import proc

from .simulated import SimulatedMachine

CARD, ROUTER, ROUTER_SHOWN = "a4:bb:6d:01:02:03", "3c:84:6a:10:20:30", "3C-84-6A-10-20-30"
INVENTORY = {
    "lo": [("inet", "127.0.0.1"), ("link", "00:00:00:00:00:00")],
    "eth0": [("inet", "192.168.1.20"), ("inet6", "fe80::a6bb:6dff:fe01:203%eth0"), ("link", CARD)],
}
ROUTE = b"Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
DEFAULT = ROUTE + b"eth0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
ARP = b"IP address       HW type     Flags       HW address            Mask     Device\n"
KNOWN = ARP + b"192.168.1.1      0x1         0x2         3c:84:6a:10:20:30     *        eth0\n"
DEAD = ARP + b"192.168.1.1      0x1         0x0         00:00:00:00:00:00     *        eth0\n"


def _linux(**changes: Any) -> SimulatedMachine:
    """A Linux machine that refuses netlink; psutil still tells its addresses."""
    files = {"/proc/net/route": DEFAULT, "/proc/net/arp": KNOWN} | changes.pop("files", {})
    given: dict[str, Any] = {"inventory": INVENTORY, "sources": {"inet": "192.168.1.20"}, "folders": ["/sys/class/net"]}
    return SimulatedMachine(files=files, **(given | changes))


def _values(identity: Identity, fact: str) -> list[Any]:
    return [reading.value for reading in identity.of(fact) if reading.status == "observed"]


def test_without_netlink_the_network_is_still_told() -> None:
    """Where netlink is refused, addresses come from psutil and the gateway from /proc, at probable, saying why."""
    identity = probe(_linux())
    (gateway,) = identity.of("gateway_mac")
    assert (gateway.value, gateway.identifying, gateway.confidence) == (ROUTER_SHOWN, True, "probable")
    assert gateway.reason.startswith("Netlink could not be used (Protocol not supported).")
    assert _values(identity, "local_ip") == ["192.168.1.20", "fe80::a6bb:6dff:fe01:203"]
    assert _values(identity, "current_mac") == ["A4-BB-6D-01-02-03"]
    assert {reading.fact for reading in identity.readings} == set(FACTS) - {"site_ip"}


def test_a_dead_neighbour_is_no_mac() -> None:
    """The zeros that /proc/net/arp shows for a gateway that does not answer are absent, not a value."""
    machine = _linux(files={"/proc/net/arp": DEAD})
    (gateway,) = probe(machine).of("gateway_mac")
    assert (gateway.status, gateway.value) == ("absent", None)
    assert machine.monotonic() == pytest.approx(1.0, abs=0.02)


def test_an_unchanged_card_counts_as_hardware() -> None:
    """Where /sys says that a card's address is the permanent one still, it counts, at probable."""
    net = "/sys/class/net/eth0"
    files = {f"{net}/type": b"1\n", f"{net}/addr_assign_type": b"0\n", f"{net}/address": CARD.encode()}
    machine = _linux(files=files, symlinks={f"{net}/device": "../../../0000:00:1f.6"})
    (card,) = probe(machine).of("hardware_mac")
    assert (card.value, card.identifying, card.confidence) == ("A4-BB-6D-01-02-03", True, "probable")


@pytest.mark.parametrize("assigned", [b"1\n", b"3\n", b""])
def test_a_changed_card_does_not(assigned: bytes) -> None:
    """An address that was made up or set is no hardware address."""
    net = "/sys/class/net/eth0"
    files = {f"{net}/type": b"1\n", f"{net}/addr_assign_type": assigned, f"{net}/address": CARD.encode()}
    machine = _linux(files=files, symlinks={f"{net}/device": "../../../0000:00:1f.6"})
    assert _values(probe(machine), "hardware_mac") == []


def _tunnelled(**changes: Any) -> SimulatedMachine:
    """Traffic leaves by tun0; routing tables and netifaces still name the local network's gateway."""
    inventory = INVENTORY | {"tun0": [("inet", "10.8.0.2")]}
    return _linux(inventory=inventory, sources={"inet": "10.8.0.2"}, **changes)


def test_under_a_tunnel_the_local_gateway_is_only_the_one_beneath() -> None:
    """Where traffic leaves by a tunnel, the listed gateway is told as the local network's beneath it."""
    identity = probe(_tunnelled())
    assert _values(identity, "tunnel") == ["tun0"]
    assert [reading.detail["kind"] for reading in identity.of("gateway_ip")] == ["beneath-tunnel"]
    assert _values(identity, "gateway_mac") == [ROUTER_SHOWN]


def test_a_gateway_of_another_interface_is_not_believed() -> None:
    """Where traffic leaves by an interface without a listed gateway, another interface's is not taken for it."""
    inventory = INVENTORY | {"eth1": [("inet", "10.0.0.20")]}
    identity = probe(_linux(inventory=inventory, sources={"inet": "10.0.0.20"}))
    (gateway,) = identity.of("gateway_ip")
    assert (gateway.status, "No gateway is listed for eth1" in gateway.reason) == ("absent", True)


def test_without_a_way_out_no_gateway_is_believed() -> None:
    """Where the system would send from nowhere, no listed gateway is read."""
    identity = probe(_linux(sources={}))
    assert identity.of("gateway_ip")[0].status == identity.of("gateway_mac")[0].status == "absent"


def test_without_psutil_sys_and_proc_are_left() -> None:
    """Where psutil fails too, /sys, SIOCGIFCONF and /proc tell the addresses."""
    machine = _linux(
        inventory=PermissionError(1, "Operation not permitted"),
        ipv4=[("lo", "127.0.0.1"), ("eth0", "192.168.1.20")],
        files={
            "/sys/class/net/eth0/address": CARD.encode() + b"\n",
            "/proc/net/if_inet6": b"fe80000000000000a6bb6dfffe010203 02 40 20 80     eth0\n",
        },
    )
    identity = probe(machine)
    assert _values(identity, "local_ip") == ["192.168.1.20", "fe80::a6bb:6dff:fe01:203"]
    assert _values(identity, "gateway_mac") == [ROUTER_SHOWN]


def test_with_nothing_at_all_every_fact_has_a_reason() -> None:
    """Where every source fails, each fact still has a reading with a reason."""
    machine = SimulatedMachine(
        inventory=OSError(1, "no"), gateways=OSError(1, "no"), ipv4=OSError(1, "no"), platform="linux"
    )  # fmt: skip
    readings = probe(machine).readings
    assert {reading.fact for reading in readings} == set(FACTS) - {"site_ip"}
    assert all(reading.reason for reading in readings)
    assert not any(reading.status == "observed" for reading in readings)


def test_another_system_has_the_portable_probes_alone() -> None:
    """A system without probes of its own gives addresses and a gateway by netifaces, and says so."""
    machine = SimulatedMachine(
        platform="freebsd14",
        inventory={"em0": [("inet", "192.168.1.20"), ("link", CARD)]},
        gateways=[("192.168.1.1", "em0")],
        sources={"inet": "192.168.1.20"},
    )
    identity = probe(machine)
    (gateway,) = identity.of("gateway_ip")
    assert (gateway.value, gateway.source, gateway.confidence) == ("192.168.1.1", "netifaces", "probable")
    assert "freebsd14" in gateway.reason
    assert {reading.fact for reading in identity.readings} == set(FACTS) - {"site_ip"}


def test_a_gatewayless_tunnel_never_gives_netifaces_its_way() -> None:
    """netifaces names the local gateway under a gatewayless tunnel: it is told as the one beneath."""
    machine = SimulatedMachine(
        platform="openbsd7",
        inventory={"em0": [("inet", "192.168.1.20")], "wg0": [("inet", "10.7.0.2")]},
        gateways=[("192.168.1.1", "em0")],
        sources={"inet": "10.7.0.2"},
    )
    identity = probe(machine)
    assert _values(identity, "tunnel") == ["wg0"]
    assert [reading.detail.get("kind") for reading in identity.of("gateway_ip")] == ["beneath-tunnel"]


def test_half_defaults_and_ipv6_defaults() -> None:
    """/proc's tables give whole and half defaults by a gateway, of both families, and nothing else."""
    table = DEFAULT + (
        b"tun0\t00000000\t0100080A\t0003\t0\t0\t0\t00000080\t0\t0\t0\n"
        b"tun0\t00000080\t0100080A\t0003\t0\t0\t0\t00000080\t0\t0\t0\n"
        b"eth0\t0001A8C0\t00000000\t0001\t0\t0\t600\t00FFFFFF\t0\t0\t0\n"
        b"eth0\t00000040\t0201A8C0\t0003\t0\t0\t0\t000000C0\t0\t0\t0\n"
    )
    assert [(route.interface, route.gateway, route.length) for route in proc.parse_routes(table)] == [
        ("eth0", "192.168.1.1", 0),
        ("tun0", "10.8.0.1", 1),
        ("tun0", "10.8.0.1", 1),
    ]
    zero = b"0" * 32
    six = b"%s 00 %s 00 fe800000000000000000000000000001 00000400 1 0 00000003 eth0\n" % (zero, zero)
    refusing = b"%s 00 %s 00 %s ffffffff 1 0 00200200 lo\n" % (zero, zero, zero)
    assert [(route.gateway, route.metric) for route in proc.parse_routes6(six + refusing)] == [("fe80::1", 1024)]


@pytest.mark.parametrize(
    ("parse", "table"),
    [
        (proc.parse_routes, ROUTE + b"eth0\t0000\n"),
        (proc.parse_routes, ROUTE + b"eth0\tzz\tzz\t0003\t0\t0\t0\tzz\t0\t0\t0\n"),
        (proc.parse_routes, ROUTE + b"eth0\t00\t00\t0003\t0\t0\t0\t00\t0\t0\t0\n"),
        (proc.parse_routes6, b"00 00 00 00 00 00 00 00 00 lo\n"),
        (proc.parse_arp, ARP + b"host 0x1 0x2 3c:84:6a:10:20:30 * eth0\n"),
        (proc.parse_arp, ARP + b"192.168.1.1 0x1 0x2 nonsense * eth0\n"),
        (proc.parse_if_inet6, b"fe80 02 40 20 80 eth0\n"),
        (proc.parse_if_inet6, b"hello\n"),
    ],
)
def test_other_forms_are_refused(parse: Any, table: bytes) -> None:
    """A table that has another form than the kernel's is a ProbeError, never half read."""
    with pytest.raises(ProbeError):
        parse(table)
