"""Which gateway traffic leaves by, in real namespaces."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from isolation.model import FACTS

from .conftest import Namespace

Make = Callable[[], Namespace]
Join = Callable[..., Namespace]

HOME, OFFICE = "3c:84:6a:10:20:30", "00:1b:21:aa:bb:cc"
HOME_SHOWN, OFFICE_SHOWN = "3C-84-6A-10-20-30", "00-1B-21-AA-BB-CC"


def test_an_empty_namespace_gives_every_fact_a_reason(namespace: Make) -> None:
    """Without interfaces, addresses and routes, every fact still has a reading that says why."""
    readings = namespace().probe()
    assert {reading["fact"] for reading in readings} == set(FACTS) - {"site_ip"}
    assert all(reading["reason"] for reading in readings)
    assert all(reading["source"] for reading in readings if reading["status"] != "not_requested")
    assert readings.statuses("gateway_mac") == readings.statuses("gateway_ip") == {"absent"}
    assert readings.statuses("local_ip") == readings.statuses("hardware_mac") == {"absent"}
    assert "Network is unreachable" in readings.of("gateway_ip")[0]["reason"]


def test_the_gateway_of_a_home_network_identifies_it(namespace: Make, join: Join) -> None:
    """A plain network gives the gateway's address as context and its MAC as an identifier."""
    machine = namespace()
    join(machine, mac=HOME)
    machine.ip("route add default via 192.168.1.1")
    readings = machine.probe()
    assert readings.values("gateway_ip") == ["192.168.1.1"]
    (gateway,) = readings.of("gateway_mac")
    assert (gateway["value"], gateway["identifying"], gateway["confidence"]) == (HOME_SHOWN, True, "certain")
    assert gateway["detail"]["interface"] == "eth0"
    assert readings.values("local_ip")[0] == "192.168.1.20"
    assert readings.statuses("tunnel") == {"absent"}


def test_a_veth_has_no_hardware_address(namespace: Make, join: Join) -> None:
    """An interface that software made never gives a hardware or current MAC."""
    machine = namespace()
    join(machine)
    readings = machine.probe()
    assert readings.statuses("hardware_mac") == readings.statuses("current_mac") == {"absent"}


def test_of_two_metrics_the_lower_one_is_taken(namespace: Make, join: Join) -> None:
    """With two default routes the gateway is that of the lower metric."""
    machine = namespace()
    join(machine, interface="eth0", network="192.168.1", mac=HOME)
    join(machine, interface="wlan0", network="10.0.0", mac=OFFICE)
    machine.ip("route add default via 192.168.1.1 metric 600")
    machine.ip("route add default via 10.0.0.1 metric 100")
    readings = machine.probe()
    assert readings.values("gateway_ip") == ["10.0.0.1"]
    assert readings.values("gateway_mac") == [OFFICE_SHOWN]
    assert readings.of("gateway_ip")[0]["detail"] == {"interface": "wlan0", "metric": 100}


def test_every_path_of_a_multipath_route_is_told(namespace: Make, join: Join) -> None:
    """Under ECMP traffic may leave by any path, so each gateway is read."""
    machine = namespace()
    join(machine, interface="eth0", network="192.168.1", mac=HOME)
    join(machine, interface="eth1", network="10.0.0", mac=OFFICE)
    machine.ip("route add default nexthop via 192.168.1.1 dev eth0 nexthop via 10.0.0.1 dev eth1")
    readings = machine.probe()
    assert sorted(readings.values("gateway_ip")) == ["10.0.0.1", "192.168.1.1"]
    assert sorted(readings.values("gateway_mac")) == sorted([HOME_SHOWN, OFFICE_SHOWN])


def test_next_hop_objects_are_followed(namespace: Make, join: Join) -> None:
    """A multipath route made of next hop objects gives its gateways too."""
    machine = namespace()
    join(machine, interface="eth0", network="192.168.1", mac=HOME)
    join(machine, interface="eth1", network="10.0.0", mac=OFFICE)
    machine.ip("nexthop add id 1 via 192.168.1.1 dev eth0")
    machine.ip("nexthop add id 2 via 10.0.0.1 dev eth1")
    machine.ip("nexthop add id 3 group 1/2")
    machine.ip("route add default nhid 3")
    assert sorted(machine.probe().values("gateway_mac")) == sorted([HOME_SHOWN, OFFICE_SHOWN])


def test_policy_rules_are_honoured(namespace: Make, join: Join) -> None:
    """A rule that sends everything to another table decides the gateway, not the main table's default."""
    machine = namespace()
    join(machine, interface="eth0", network="192.168.1", mac=HOME)
    join(machine, interface="eth1", network="10.0.0", mac=OFFICE)
    machine.ip("route add default via 192.168.1.1")
    machine.ip("route add default via 10.0.0.1 table 51820")
    machine.ip("rule add not fwmark 51820 table 51820")
    machine.ip("rule add table main suppress_prefixlength 0")
    readings = machine.probe()
    assert readings.values("gateway_ip") == ["10.0.0.1"]
    assert readings.values("gateway_mac") == [OFFICE_SHOWN]


def test_a_split_default_overrides_the_whole_one(namespace: Make, join: Join) -> None:
    """0.0.0.0/1 and 128.0.0.0/1 by another router carry the traffic, whatever the default route says."""
    machine = namespace()
    join(machine, interface="eth0", network="192.168.1", mac=HOME)
    join(machine, interface="eth1", network="10.0.0", mac=OFFICE)
    machine.ip("route add default via 192.168.1.1")
    machine.ip("route add 0.0.0.0/1 via 10.0.0.1")
    machine.ip("route add 128.0.0.0/1 via 10.0.0.1")
    readings = machine.probe()
    assert readings.values("gateway_mac") == [OFFICE_SHOWN]


def test_halves_by_different_routers_are_both_told(namespace: Make, join: Join) -> None:
    """Where the two halves of a split default differ, both gateways are read."""
    machine = namespace()
    join(machine, interface="eth0", network="192.168.1", mac=HOME)
    join(machine, interface="eth1", network="10.0.0", mac=OFFICE)
    machine.ip("route add 0.0.0.0/1 via 192.168.1.1")
    machine.ip("route add 128.0.0.0/1 via 10.0.0.1")
    assert sorted(machine.probe().values("gateway_ip")) == ["10.0.0.1", "192.168.1.1"]


@pytest.mark.parametrize("kind", ["unreachable", "prohibit", "blackhole"])
def test_a_refusing_default_is_no_way_out(namespace: Make, join: Join, kind: str) -> None:
    """A default that refuses traffic is read as no route, not as a fault of the probe."""
    machine = namespace()
    join(machine)
    machine.ip(f"route add {kind} default")
    readings = machine.probe()
    assert readings.statuses("gateway_ip") == readings.statuses("gateway_mac") == {"absent"}
    assert readings.of("gateway_ip")[0]["reason"].startswith("No route leads to the Internet")
    assert readings.values("local_ip")


def test_a_route_without_a_gateway_is_told_as_such(namespace: Make, join: Join) -> None:
    """A default route straight onto the link has no gateway, and says by which interface."""
    machine = namespace()
    join(machine)
    machine.ip("route add default dev eth0")
    readings = machine.probe()
    assert readings.of("gateway_ip")[0]["reason"] == "Traffic leaves by eth0 without a gateway."
    assert readings.statuses("gateway_mac") == {"absent"}


def test_ipv4_by_an_ipv6_neighbour(namespace: Make, join: Join) -> None:
    """A default route by an IPv6 next hop (RFC 5549) gives that router's MAC."""
    machine = namespace()
    router = join(machine, mac=OFFICE)
    router.ip("addr add fe80::1/64 dev lan0 nodad")
    machine.ip("route add default via inet6 fe80::1 dev eth0")
    readings = machine.probe()
    assert readings.values("gateway_ip") == ["fe80::1"]
    assert readings.values("gateway_mac") == [OFFICE_SHOWN]


def test_many_addresses_on_one_interface_are_all_read(namespace: Make, join: Join) -> None:
    """A thousand addresses, more than one answer of the kernel holds, are told one by one."""
    machine = namespace()
    join(machine)
    batch = "\n".join(f"addr add 10.{number // 250}.{number % 250 + 1}.1/24 dev eth0" for number in range(1000))
    machine.batch(batch)
    assert (
        len(set(machine.probe().values("local_ip")) & {f"10.{n // 250}.{n % 250 + 1}.1" for n in range(1000)}) == 1000
    )


def test_an_ipv6_only_network_with_temporary_addresses(namespace: Make, dnsmasq: str) -> None:
    """With SLAAC alone the gateway is the router's link-local address, and its MAC identifies the network."""
    machine = namespace()
    machine.sysctl("net.ipv6.conf.default.use_tempaddr=2", "net.ipv6.conf.default.accept_ra=2")
    router = namespace()
    machine.ip(f"link add eth0 type veth peer name lan0 netns {router.name}")
    router.ip(f"link set lan0 address {OFFICE}")
    router.ip("link set lan0 up")
    router.ip("addr add fd00:1234::1/64 dev lan0 nodad")
    router.start(
        dnsmasq, "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--interface=lan0", "--enable-ra",
        "--dhcp-range=fd00:1234::,ra-only,64,1h", "--ra-param=lan0,4,60", "--pid-file=", "--log-facility=-",
        "--dhcp-leasefile=/dev/null",
    )  # fmt: skip
    machine.ip("link set eth0 up")
    end = time.monotonic() + 15
    while time.monotonic() < end and "temporary" not in machine.ip("-6 addr show dev eth0"):
        time.sleep(0.1)
    readings = machine.probe()
    assert readings.values("gateway_ip")[0].startswith("fe80::")
    assert readings.values("gateway_mac") == [OFFICE_SHOWN]
    kinds = {reading["detail"]["kind"] for reading in readings.of("local_ip")}
    assert kinds == {"temporary", "private", "link-local"}
