"""Tunnels and the network beneath them, and a kernel that refuses netlink, in real namespaces."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import Namespace

Make = Callable[[], Namespace]
Join = Callable[..., Namespace]

LAN, LAN_SHOWN = "3c:84:6a:10:20:30", "3C-84-6A-10-20-30"


@pytest.fixture
def tunnelled(namespace: Make, join: Join) -> Namespace:
    """A machine in a local network whose whole IPv4 traffic leaves by tun0 without a gateway."""
    machine = namespace()
    join(machine, mac=LAN)
    machine.ip("tuntap add tun0 mode tun")
    machine.ip("link set tun0 up")
    machine.ip("addr add 10.8.0.2/24 dev tun0")
    machine.ip("route add default via 192.168.1.1 dev eth0 metric 600")
    machine.ip("route add default dev tun0 metric 50")
    return machine


def _assert_both_visible(machine: Namespace) -> None:
    readings = machine.probe()
    assert readings.values("tunnel") == ["tun0"]
    (gateway,) = readings.of("gateway_mac")
    assert (gateway["value"], gateway["identifying"]) == (LAN_SHOWN, True)
    assert gateway["detail"]["kind"] == "beneath-tunnel"
    assert readings.values("gateway_ip") == ["192.168.1.1"]


def test_tunnel_and_local_network_are_told_apart(tunnelled: Namespace) -> None:
    """Under a gatewayless tunnel, the tunnel is read and the local gateway stays identifying."""
    _assert_both_visible(tunnelled)


def test_a_policy_routed_tunnel(tunnelled: Namespace) -> None:
    """A tunnel in its own table, as wg-quick makes it, hides nothing of the local network either."""
    tunnelled.ip("route del default dev tun0")
    tunnelled.ip("route add default dev tun0 table 51820")
    tunnelled.ip("rule add not fwmark 51820 table 51820")
    tunnelled.ip("rule add table main suppress_prefixlength 0")
    _assert_both_visible(tunnelled)


def test_a_split_default_by_a_tunnel(tunnelled: Namespace) -> None:
    """OpenVPN's two halves of a default route by a tunnel with a gateway leave the local gateway readable."""
    tunnelled.ip("route del default dev tun0")
    tunnelled.ip("route add 0.0.0.0/1 via 10.8.0.1")
    tunnelled.ip("route add 128.0.0.0/1 via 10.8.0.1")
    readings = tunnelled.probe()
    assert readings.values("tunnel") == ["tun0"]
    assert readings.values("gateway_ip") == ["10.8.0.1", "192.168.1.1"]
    assert readings.values("gateway_mac") == [LAN_SHOWN]


def test_only_a_host_route_to_the_tunnels_server_is_left(tunnelled: Namespace) -> None:
    """Where the client took the default route away, the route to its server still names the local gateway."""
    tunnelled.ip("route del default via 192.168.1.1")
    tunnelled.ip("route add 203.0.113.7/32 via 192.168.1.1")
    _assert_both_visible(tunnelled)


def test_a_tap_is_a_tunnel_too(namespace: Make, join: Join) -> None:
    """A tunnel with a MAC layer is told as a tunnel by its kind."""
    machine = namespace()
    join(machine, mac=LAN)
    machine.ip("tuntap add tap0 mode tap")
    machine.ip("link set tap0 up")
    machine.ip("addr add 10.9.0.2/24 dev tap0")
    machine.ip("route add default via 192.168.1.1 metric 600")
    machine.ip("route add default dev tap0 metric 50")
    readings = machine.probe()
    assert readings.values("tunnel") == ["tap0"]
    assert readings.values("gateway_mac") == [LAN_SHOWN]


def test_without_netlink_the_gateway_comes_from_proc(namespace: Make, join: Join) -> None:
    """Where seccomp refuses netlink, /proc gives the gateway at probable, and each reason says so."""
    machine = namespace()
    join(machine, mac=LAN)
    machine.ip("route add default via 192.168.1.1")
    readings = machine.probe("--without-netlink")
    (gateway,) = readings.of("gateway_mac")
    assert (gateway["value"], gateway["identifying"], gateway["confidence"]) == (LAN_SHOWN, True, "probable")
    assert gateway["source"] == "/proc/net/arp"
    assert "Netlink could not be used (Operation not permitted)." in gateway["reason"]


def test_without_netlink_a_dead_gateway_is_absent(namespace: Make, join: Join) -> None:
    """The zeros that /proc/net/arp shows for a dead gateway are never a MAC."""
    machine = namespace()
    join(machine)
    machine.ip("route add default via 192.168.1.99")
    readings = machine.probe("--without-netlink")
    assert readings.statuses("gateway_mac") == {"absent"}
    assert not any("00-00-00-00-00-00" in str(reading["value"]) for reading in readings)


def test_without_netlink_a_tunnel_still_shows(tunnelled: Namespace) -> None:
    """Where netlink is refused, a tunnel is told, and the local gateway only as the one beneath it."""
    readings = tunnelled.probe("--without-netlink")
    assert readings.values("tunnel") == ["tun0"]
    assert {reading["detail"].get("kind") for reading in readings.of("gateway_mac")} <= {"beneath-tunnel"}


def test_without_netlink_an_empty_namespace_has_reasons(namespace: Make) -> None:
    """Without netlink and without a network, every fact has a reason."""
    readings = namespace().probe("--without-netlink")
    assert all(reading["reason"] for reading in readings)
    assert readings.statuses("gateway_mac") == {"absent"}
