"""Which gateways identify a network, in real namespaces."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from .conftest import Namespace

Make = Callable[[], Namespace]
Join = Callable[..., Namespace]


@pytest.mark.parametrize(
    "mac", ["00:00:5e:00:01:0a", "00:00:0c:07:ac:01", "00:00:0c:9f:f0:01", "00:05:73:a0:00:02", "00:07:b4:00:01:02"]
)  # fmt: skip
def test_redundancy_protocols_never_identify(namespace: Make, join: Join, mac: str) -> None:
    """A VRRP, HSRP or GLBP gateway's MAC repeats everywhere: it is observed, and identifies nothing."""
    machine = namespace()
    join(machine, mac=mac)
    machine.ip("route add default via 192.168.1.1")
    (gateway,) = machine.probe().of("gateway_mac")
    assert gateway["value"] == mac.replace(":", "-").upper()
    assert gateway["identifying"] is False
    assert gateway["reason"]


def test_a_locally_administered_gateway_is_probable(namespace: Make, join: Join) -> None:
    """A gateway whose MAC software chose stays identifying, at probable."""
    machine = namespace()
    join(machine, mac="0a:11:22:33:44:55")
    machine.ip("route add default via 192.168.1.1")
    (gateway,) = machine.probe().of("gateway_mac")
    assert (gateway["identifying"], gateway["confidence"]) == (True, "probable")


def test_a_dead_gateway_is_absent(namespace: Make, join: Join) -> None:
    """A gateway that does not answer has no MAC: absent, with the reason, and never zeros."""
    machine = namespace()
    join(machine)
    machine.ip("route add default via 192.168.1.99")
    readings = machine.probe()
    (gateway,) = readings.of("gateway_mac")
    assert (gateway["status"], gateway["value"]) == ("absent", None)
    assert "192.168.1.99" in gateway["reason"]
    assert readings.values("gateway_ip") == ["192.168.1.99"]
    assert not any("00-00-00-00-00-00" in str(reading["value"]) for reading in readings)


def test_a_known_gateway_is_not_waited_for(namespace: Make, join: Join) -> None:
    """Beside a gateway that identifies the network, a dead one of the other family costs next to no time."""
    machine = namespace()
    join(machine)
    machine.ip("addr add fd00:9::2/64 dev eth0 nodad")
    machine.ip("route add default via 192.168.1.1")
    machine.ip("-6 route add default via fd00:9::99")
    begin = time.monotonic()
    readings = machine.probe("--times", "20")
    assert time.monotonic() - begin < 10  # twenty waits would take twenty seconds
    assert set(readings.values("gateway_mac")) == {"3C-84-6A-10-20-30"}
    assert "absent" in readings.statuses("gateway_mac")


def test_a_stale_entry_needs_no_packet(namespace: Make, join: Join) -> None:
    """A neighbour that the kernel knows already is read without asking the network again."""
    machine = namespace()
    router = join(machine)
    machine.ip("route add default via 192.168.1.1")
    machine.ip("neigh replace 192.168.1.1 lladdr 00:1b:21:aa:bb:cc dev eth0 nud stale")
    router.ip("link set lan0 arp off")
    assert machine.probe().values("gateway_mac") == ["00-1B-21-AA-BB-CC"]


def test_a_noarp_entry_is_not_believed(namespace: Make, join: Join) -> None:
    """An entry that nobody answered for (NOARP) is no gateway's MAC."""
    machine = namespace()
    join(machine)
    machine.ip("route add default via 192.168.1.99")
    machine.ip("neigh replace 192.168.1.99 lladdr 00:1b:21:aa:bb:cc dev eth0 nud noarp")
    assert machine.probe().values("gateway_mac") == []


def test_an_interface_renamed_meanwhile(namespace: Make, join: Join) -> None:
    """An interface that is renamed while the probe runs gives readings, never an exception."""
    machine = namespace()
    join(machine)
    machine.ip("route add default via 192.168.1.1")
    readings = machine.probe(
        "--meanwhile", "ip link set eth0 down && ip link set eth0 name lan7 && ip link set lan7 up"
    )  # fmt: skip
    assert all(reading["reason"] for reading in readings)
    assert {"gateway_ip", "gateway_mac", "local_ip", "tunnel"} <= {reading["fact"] for reading in readings}


def test_an_interface_removed_meanwhile(namespace: Make, join: Join) -> None:
    """An interface that is removed while the probe runs leaves reasons, never an exception."""
    machine = namespace()
    join(machine)
    machine.ip("route add default via 192.168.1.1")
    readings = machine.probe("--meanwhile", "ip link del eth0")
    assert readings.statuses("gateway_mac") <= {"absent", "failed"}
    assert all(reading["reason"] for reading in readings)


def test_an_interface_that_never_keeps_its_name(namespace: Make, join: Join) -> None:
    """Fifty probes beside a loop that renames the interface all the time end well."""
    machine = namespace()
    join(machine)
    machine.ip("route add default via 192.168.1.1")
    machine.start(
        "sh", "-c",
        "while :; do ip link set eth0 name eth9; ip link set eth9 name eth0; done",
    )  # fmt: skip
    readings = machine.probe("--times", "50")
    assert len(readings.of("device_id")) == 50
    assert all(reading["reason"] for reading in readings)
