"""Gateways, tunnels and addresses on Linux, where a simulated kernel says what a real one here cannot."""

from __future__ import annotations

from typing import Any

import pytest

from isolation.model import Identity
from isolation.probes import probe

from .simulated import (
    EACCES,
    GET_ADDRESS,
    GET_NEIGHBOUR,
    GET_ROUTE,
    SimulatedKernel,
    SimulatedMachine,
    address_payload,
    link_payload,
    linux_machine,
    neighbour_payload,
    route_payload,
)

ROUTER, ROUTER_SHOWN = "3c:84:6a:10:20:30", "3C-84-6A-10-20-30"
ETHERNET = link_payload(2, "eth0", mac="a4:bb:6d:01:02:03", permanent="a4:bb:6d:01:02:03")


def _home(**changes: Any) -> SimulatedKernel:
    """A home network: eth0 at 192.168.1.20, its router at 192.168.1.1."""
    tables: dict[str, Any] = {
        "links": [ETHERNET],
        "addresses": [address_payload(1, "127.0.0.1"), address_payload(2, "192.168.1.20")],
        "ways": {2: route_payload(2, oif=2, gateway="192.168.1.1", source="192.168.1.20")},
        "neighbours": {(2, "192.168.1.1"): neighbour_payload(2, "192.168.1.1", ROUTER)},
    }
    return SimulatedKernel(**(tables | changes))


def _values(identity: Identity, fact: str) -> list[Any]:
    return [reading.value for reading in identity.of(fact) if reading.status == "observed"]


def test_a_known_neighbour_is_read_at_once() -> None:
    """Where the neighbour table knows the gateway, nothing is sent and nothing waited for."""
    machine = linux_machine(_home())
    identity = probe(machine)
    assert _values(identity, "gateway_mac") == [ROUTER_SHOWN]
    assert (machine.nudges, machine.slept) == ([], [])


@pytest.mark.parametrize("state", [0x02, 0x04, 0x08, 0x10, 0x80])
def test_states_that_hold_an_answer(state: int) -> None:
    """REACHABLE, STALE, DELAY, PROBE and PERMANENT entries are believed."""
    kernel = _home(neighbours={(2, "192.168.1.1"): neighbour_payload(2, "192.168.1.1", ROUTER, state)})
    assert _values(probe(linux_machine(kernel)), "gateway_mac") == [ROUTER_SHOWN]


@pytest.mark.parametrize("state", [0x00, 0x01, 0x20, 0x40])
def test_states_that_hold_none(state: int) -> None:
    """NONE, INCOMPLETE, FAILED and NOARP entries give no MAC, even where one stands in them."""
    kernel = _home(neighbours={(2, "192.168.1.1"): neighbour_payload(2, "192.168.1.1", ROUTER, state)})
    (reading,) = probe(linux_machine(kernel)).of("gateway_mac")
    assert (reading.status, reading.value) == ("absent", None)


def test_zeros_are_no_answer() -> None:
    """A neighbour entry of zeros is no MAC."""
    entry = neighbour_payload(2, "192.168.1.1", "00:00:00:00:00:00")
    (reading,) = probe(linux_machine(_home(neighbours={(2, "192.168.1.1"): entry}))).of("gateway_mac")
    assert reading.status == "absent"


def test_an_unknown_gateway_is_asked_for() -> None:
    """A gateway that the table does not know is nudged, and read as soon as it answers."""
    kernel = _home(neighbours={})
    machine = linux_machine(kernel)

    def answer(_seconds: float) -> None:
        if machine.monotonic() > 0.05:
            kernel.neighbours[2, "192.168.1.1"] = neighbour_payload(2, "192.168.1.1", ROUTER)

    machine.on_sleep = answer
    assert _values(probe(machine), "gateway_mac") == [ROUTER_SHOWN]
    assert machine.nudges == [("192.168.1.1", 2)]
    assert machine.monotonic() < 0.1


def test_a_dead_gateway_costs_a_second_at_most() -> None:
    """A gateway that never answers is given up after a second, or after the deadline where that is less."""
    machine = linux_machine(_home(neighbours={}))
    assert probe(machine).of("gateway_mac")[0].status == "absent"
    assert machine.monotonic() == pytest.approx(1.0)
    hurried = linux_machine(_home(neighbours={}))
    probe(hurried, deadline=0.1)
    assert hurried.monotonic() == pytest.approx(0.1)


def test_a_gateway_that_failed_is_given_up_at_once() -> None:
    """Once the kernel says FAILED, there is nothing to wait for."""
    kernel = _home(neighbours={(2, "192.168.1.1"): neighbour_payload(2, "192.168.1.1", "", 0x20)})
    machine = linux_machine(kernel)
    assert "does not answer" in probe(machine).of("gateway_mac")[0].reason
    assert machine.slept == []


def test_a_refused_nudge_is_a_reason() -> None:
    """Where a firewall refuses the packet to the gateway, the reading says so."""
    machine = linux_machine(_home(neighbours={}))

    def refuse(_address: str, _interface: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    machine.on_nudge = refuse
    (reading,) = probe(machine).of("gateway_mac")
    assert (reading.status, "Operation not permitted" in reading.reason) == ("absent", True)
    assert machine.slept == []


def _dual_stack(neighbours: dict[tuple[int, str], bytes]) -> SimulatedMachine:
    ways = {
        2: route_payload(2, oif=2, gateway="192.168.1.1", source="192.168.1.20"),
        10: route_payload(10, oif=2, gateway="fe80::1", source="fd00::20", metric=1024),
    }
    return linux_machine(_home(ways=ways, neighbours=neighbours))


def test_one_router_is_read_once() -> None:
    """Where IPv4 and IPv6 have one router, its MAC is one reading."""
    machine = _dual_stack(
        {(2, "192.168.1.1"): neighbour_payload(2, "192.168.1.1", ROUTER),
         (2, "fe80::1"): neighbour_payload(2, "fe80::1", ROUTER)}
    )  # fmt: skip
    identity = probe(machine)
    assert _values(identity, "gateway_ip") == ["192.168.1.1", "fe80::1"]
    assert _values(identity, "gateway_mac") == [ROUTER_SHOWN]


def test_a_second_router_that_is_gone_holds_nothing_up() -> None:
    """Beside a gateway that identifies the network, a silent one of the other family is not waited for."""
    machine = _dual_stack({(2, "192.168.1.1"): neighbour_payload(2, "192.168.1.1", ROUTER)})
    identity = probe(machine)
    assert [reading.status for reading in identity.of("gateway_mac")] == ["observed", "absent"]
    assert "was not waited for" in identity.of("gateway_mac")[1].reason
    assert (machine.nudges, machine.slept) == ([("fe80::1", 2)], [])


def test_a_second_router_is_waited_for_where_the_first_says_nothing() -> None:
    """Beside a VRRP gateway, which identifies nothing, the other family's router is waited for."""
    machine = _dual_stack({(2, "192.168.1.1"): neighbour_payload(2, "192.168.1.1", "00:00:5e:00:01:01")})
    probe(machine)
    assert machine.monotonic() == pytest.approx(1.0)


def test_old_kernels_tell_the_whole_table() -> None:
    """Before Linux 5.0 a single neighbour cannot be asked for: the table is read and searched."""

    class Old(SimulatedKernel):
        def _answer(self, kind: int, body: bytes, *, dump: bool) -> list[bytes] | int:
            if kind == GET_NEIGHBOUR and not dump:
                return 95  # EOPNOTSUPP
            return super()._answer(kind, body, dump=dump)

    other = neighbour_payload(3, "192.168.1.1", "00:1b:21:00:00:01")
    kernel = Old(
        links=[ETHERNET],
        ways={2: route_payload(2, oif=2, gateway="192.168.1.1", source="192.168.1.20")},
        neighbours={(3, "192.168.1.1"): other, (2, "192.168.1.1"): neighbour_payload(2, "192.168.1.1", ROUTER)},
    )
    assert _values(probe(linux_machine(kernel)), "gateway_mac") == [ROUTER_SHOWN]


def test_a_refused_table_is_a_reason() -> None:
    """Where the neighbour table may not be read, the gateway's MAC is absent and says why."""
    (reading,) = probe(linux_machine(_home(refused={GET_NEIGHBOUR: EACCES}))).of("gateway_mac")
    assert (reading.value, "Permission denied" in reading.reason) == (None, True)


def test_refused_addresses_are_denied() -> None:
    """Where addresses may not be listed, `local_ip` is denied and the rest is still read."""
    identity = probe(linux_machine(_home(refused={GET_ADDRESS: EACCES})))
    assert identity.of("local_ip")[0].status == "denied"
    assert _values(identity, "gateway_mac") == [ROUTER_SHOWN]


def test_refused_routes_are_no_way_out() -> None:
    """Where every route request fails, gateway and tunnel are absent with the kernel's words."""
    identity = probe(linux_machine(_home(refused={GET_ROUTE: EACCES})))
    assert {identity.of(fact)[0].status for fact in ("gateway_ip", "gateway_mac", "tunnel")} == {"absent"}
    assert "Permission denied" in identity.of("gateway_ip")[0].reason


def test_a_kernel_that_looks_no_route_up_falls_back() -> None:
    """Where the kernel cannot look a route up (gVisor), the way out comes from what is portable, and says so."""
    machine = linux_machine(
        _home(refused={GET_ROUTE: 95}),
        inventory={"eth0": [("inet", "192.168.1.20")]},
        sources={"inet": "192.168.1.20"},
        gateways=[("192.168.1.1", "eth0")],
    )
    (gateway,) = probe(machine).of("gateway_ip")
    assert (gateway.value, gateway.source, gateway.confidence) == ("192.168.1.1", "netifaces", "probable")
    assert "Operation not supported" in gateway.reason


@pytest.mark.parametrize("modem", [{"device": "1-3:1.4"}, {"kind": "wwan"}], ids=["a device", "its kind"])
def test_a_modem_is_no_tunnel(modem: dict[str, str]) -> None:
    """A modem without a MAC layer, told by its device or kind, is the way out and no tunnel."""
    links = [link_payload(5, "wwan0", arphrd=65534, **modem)]
    identity = probe(linux_machine(_home(links=links, ways={2: route_payload(2, oif=5, source="100.72.1.2")})))
    assert identity.of("tunnel")[0].status == "absent"
    assert identity.of("gateway_ip")[0].reason == "Traffic leaves by wwan0 without a gateway."


def test_an_interface_that_is_gone_is_a_reason() -> None:
    """A route by an interface that does not exist any more gives failed readings with the reason."""
    identity = probe(linux_machine(_home(links=[])))
    for fact in ("gateway_ip", "gateway_mac", "tunnel"):
        (reading,) = identity.of(fact)
        assert (reading.status, "went away" in reading.reason) == ("failed", True)


def test_an_interface_that_came_meanwhile_is_asked_for() -> None:
    """A route by an interface that the list did not have yet is read with that interface."""

    class Growing(SimulatedKernel):
        def _answer(self, kind: int, body: bytes, *, dump: bool) -> list[bytes] | int:
            return [] if kind == 18 and dump else super()._answer(kind, body, dump=dump)

    kernel = Growing(
        links=[ETHERNET],
        ways={2: route_payload(2, oif=2, gateway="192.168.1.1", source="192.168.1.20")},
        neighbours={(2, "192.168.1.1"): neighbour_payload(2, "192.168.1.1", ROUTER)},
    )
    assert probe(linux_machine(kernel)).of("gateway_mac")[0].detail["interface"] == "eth0"


TUNNELS = [("wireguard", 65534), ("tun", 65534), ("ppp", 512), ("ipip", 768), ("sit", 776), ("gre", 778),
           ("gretap", 1), ("vxlan", 1), ("xfrm", 65534), ("ovpn", 65534), ("vti", 768)]  # fmt: skip


@pytest.mark.parametrize(("kind", "arphrd"), TUNNELS, ids=[kind for kind, _ in TUNNELS])
def test_kinds_of_tunnel(kind: str, arphrd: int) -> None:
    """A tunnel is told by the kind of the egress interface, and the local network beneath it stays visible."""
    kernel = _home(
        links=[ETHERNET, link_payload(7, "corp", kind=kind, arphrd=arphrd, flags=0x1091)],
        ways={2: route_payload(2, oif=7, source="10.8.0.2")},
        table=[
            route_payload(2, oif=7, table=51820),
            route_payload(2, oif=2, gateway="192.168.1.1", metric=600),
            route_payload(2, oif=2, length=24),
        ],
    )
    identity = probe(linux_machine(kernel))
    (tunnel,) = identity.of("tunnel")
    assert (tunnel.value, tunnel.detail["kind"]) == ("corp", kind)
    (gateway,) = identity.of("gateway_mac")
    assert (gateway.value, gateway.identifying, gateway.detail["kind"]) == (ROUTER_SHOWN, True, "beneath-tunnel")


def test_a_tunnel_without_a_kind_is_told_by_its_type() -> None:
    """A link without a MAC layer (ARPHRD_NONE) is a tunnel, also where its driver names no kind."""
    kernel = _home(
        links=[ETHERNET, link_payload(7, "nordlynx", arphrd=65534)], ways={2: route_payload(2, oif=7)}
    )  # fmt: skip
    assert _values(probe(linux_machine(kernel)), "tunnel") == ["nordlynx"]


def test_of_the_routes_beneath_the_likeliest_is_taken() -> None:
    """Beneath a tunnel the main table's default with the lowest metric comes before host routes and other tables."""
    wifi = link_payload(3, "wlan0", mac="a4:bb:6d:01:02:04")
    kernel = _home(
        links=[ETHERNET, wifi, link_payload(7, "tun0", kind="tun", arphrd=65534)],
        ways={2: route_payload(2, oif=7)},
        table=[
            route_payload(2, oif=3, gateway="10.0.0.1", length=32),
            route_payload(2, oif=3, gateway="10.0.0.2", metric=700),
            route_payload(2, oif=3, gateway="10.0.0.3", metric=100, table=1000),
            route_payload(2, oif=2, gateway="192.168.1.1", metric=600),
            route_payload(2, oif=3, gateway="10.0.0.4", length=8),
        ],
    )
    assert _values(probe(linux_machine(kernel)), "gateway_ip") == ["192.168.1.1"]


def test_dead_paths_are_left_out() -> None:
    """A next hop that the kernel marks dead carries no traffic and gives no gateway."""
    alive = route_payload(2, hops=[(2, "192.168.1.1"), (2, "192.168.1.2"), (2, "192.168.1.3")])
    at = alive.index(bytes((192, 168, 1, 2))) - 12 + 2  # the flags in that hop's struct rtnexthop
    dead = alive[:at] + b"\x01" + alive[at + 1 :]
    kernel = _home(matches={2: dead})
    assert _values(probe(linux_machine(kernel)), "gateway_ip") == ["192.168.1.1", "192.168.1.3"]


@pytest.mark.parametrize(
    ("hardware", "reason"), [("80:00:02:08" * 5, "did not answer"), ("c0:00:02:01", "did not answer")]
)
def test_longer_and_shorter_addresses_are_no_mac(hardware: str, reason: str) -> None:
    """InfiniBand's twenty bytes and a tunnel's four are no MAC address."""
    entry = neighbour_payload(2, "192.168.1.1", hardware)
    (reading,) = probe(linux_machine(_home(neighbours={(2, "192.168.1.1"): entry}))).of("gateway_mac")
    assert (reading.value, reason in reading.reason) == (None, True)


def test_a_public_address_of_its_own() -> None:
    """A machine that sends from a public IPv6 address gives it and its /64 at probable, no service asked."""
    kernel = _home(ways={10: route_payload(10, oif=2, gateway="fe80::1", source="2a02:2e0:3fe:1001::77")})
    identity = probe(linux_machine(kernel))
    assert _values(identity, "public_ip") == ["2a02:2e0:3fe:1001::77"]
    (prefix,) = identity.of("public_prefix")
    assert (prefix.value, prefix.identifying, prefix.confidence) == ("2a02:2e0:3fe:1001::/64", True, "probable")


def test_borrowed_public_space_identifies_nothing() -> None:
    """Space that carriers borrow for their inside looks public and is not: observed, not identifying."""
    kernel = _home(ways={2: route_payload(2, oif=2, gateway="26.1.2.1", source="26.1.2.3")})
    (reading,) = probe(linux_machine(kernel)).of("public_ip")
    assert (reading.value, reading.identifying) == ("26.1.2.3", False)


def test_addresses_and_what_they_are() -> None:
    """Local addresses name their interface and kind; temporary ones are flagged, unusable ones left out."""
    kernel = _home(
        addresses=[
            address_payload(1, "127.0.0.1"),
            address_payload(1, "::1"),
            address_payload(2, "192.168.1.20"),
            address_payload(2, "100.64.0.9", peer="100.64.0.1"),
            address_payload(2, "2a02:2e0:3fe:1001::77", flags=0x01),
            address_payload(2, "2a02:2e0:3fe:1001::88", flags=0x100),
            address_payload(2, "fe80::a6bb:6dff:fe01:203", flags=0x80),
            address_payload(2, "2a02:2e0:3fe:1001::99", flags=0x48),
        ]
    )  # fmt: skip
    readings = probe(linux_machine(kernel)).of("local_ip")
    assert [(reading.value, reading.detail["kind"]) for reading in readings] == [
        ("192.168.1.20", "private"),
        ("100.64.0.9", "cgnat"),
        ("2a02:2e0:3fe:1001::77", "temporary"),
        ("2a02:2e0:3fe:1001::88", "public"),
        ("fe80::a6bb:6dff:fe01:203", "link-local"),
    ]
    assert not any(reading.identifying for reading in readings)


def test_a_hotspots_gateway_is_told_as_one() -> None:
    """The gateway of a phone's hotspot says that this is one."""
    kernel = _home(ways={2: route_payload(2, oif=2, gateway="172.20.10.1", source="172.20.10.3")})
    assert "hotspot" in probe(linux_machine(kernel)).of("gateway_ip")[0].reason
