"""Random and mutated answers: the parsers raise nothing but ProbeError, and rubbish gives no reading."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable

import pytest

from isolation.errors import ProbeError
from isolation.probes import probe
from isolation.probes.linux import addresses, egress, links, neighbours, netlink, proc
from isolation.probes.machine import NETLINK_ROUTE

from .simulated import (
    SimulatedKernel,
    SimulatedMachine,
    address_payload,
    link_payload,
    linux_machine,
    message,
    neighbour_payload,
    route_payload,
)

ROUNDS = 100_000

LINK = link_payload(2, "eth0", mac="a4:bb:6d:01:02:03", permanent="a4:bb:6d:01:02:03", kind="veth")
ADDRESS = address_payload(2, "2a02:2e0:3fe:1001::77", flags=0x101)
ROUTE = route_payload(
    2, oif=2, gateway="192.168.1.1", source="192.168.1.20", metric=600, hops=[(2, "192.168.1.1"), (3, "10.0.0.1")]
)  # fmt: skip
NEIGHBOUR = neighbour_payload(2, "fe80::1", "3c:84:6a:10:20:30")
PROC_ROUTE = b"heading\neth0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
PROC_ROUTE6 = b"%s 00 %s 00 fe800000000000000000000000000001 00000400 1 0 00000003 eth0\n" % (b"0" * 32, b"0" * 32)
PROC_ARP = b"heading\n192.168.1.1      0x1         0x2         3c:84:6a:10:20:30     *        eth0\n"
PROC_INET6 = b"fe80000000000000a6bb6dfffe010203 02 40 20 80     eth0\n"

PARSERS: list[tuple[Callable[[bytes], object], bytes]] = [
    (netlink.parse_messages, message(16, 1, LINK) + message(3, 1, bytes(4))),
    (netlink.attributes, LINK[16:]),
    (links.parse_link, LINK),
    (addresses.parse_address, ADDRESS),
    (egress.parse_route, ROUTE),
    (neighbours.parse_neighbour, NEIGHBOUR),
    (proc.parse_routes, PROC_ROUTE),
    (proc.parse_routes6, PROC_ROUTE6),
    (proc.parse_arp, PROC_ARP),
    (proc.parse_if_inet6, PROC_INET6),
]


def _mutated(chance: random.Random, sample: bytes) -> bytes:
    """A few bytes changed, or cut, or doubled, or all of it random."""
    kind = chance.randrange(6)
    if kind == 0:
        return chance.randbytes(chance.randrange(80))
    if kind == 1:
        return sample[: chance.randrange(len(sample))]
    if kind == 2:
        at = chance.randrange(len(sample))
        return sample[:at] + sample[at:] * 2
    changed = bytearray(sample)
    for _ in range(chance.randrange(1, 5)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


@pytest.mark.parametrize(("parse", "sample"), PARSERS, ids=[f"{p.__module__}.{p.__name__}" for p, _ in PARSERS])
def test_parsers_raise_nothing_but_probe_errors(parse: Callable[[bytes], object], sample: bytes) -> None:
    """A hundred thousand random and mutated inputs give a value or a ProbeError, and the sample itself a value."""
    assert parse(sample)
    chance = random.Random(parse.__name__)
    for _ in range(ROUNDS):
        with contextlib.suppress(ProbeError):
            parse(_mutated(chance, sample))


def test_rubbish_gives_no_reading() -> None:
    """A kernel that answers every request with random bytes gives readings with reasons and no values."""
    chance = random.Random(7)
    for _ in range(500):
        machine = linux_machine_of(lambda _request: [chance.randbytes(chance.randrange(200))] * 3)
        readings = [reading for reading in probe(machine).readings if reading.fact != "device_id"]
        assert all(reading.reason for reading in readings)
        assert not any(reading.status == "observed" for reading in readings)


def linux_machine_of(answer: Callable[[bytes], list[bytes]]) -> SimulatedMachine:
    """A Linux machine whose kernel answers by a function, and which has no other source."""
    return SimulatedMachine(
        netlink_answers={NETLINK_ROUTE: answer}, inventory=OSError(1, "no"), ipv4=OSError(1, "no"),
        folders=["/sys/class/net"],
    )  # fmt: skip


def test_mutated_answers_never_raise() -> None:
    """A kernel whose right answers are damaged on the way gives readings, and an exception never."""
    chance = random.Random(11)
    kernel = SimulatedKernel(
        links=[link_payload(2, "eth0", mac="a4:bb:6d:01:02:03", permanent="a4:bb:6d:01:02:03")],
        addresses=[address_payload(2, "192.168.1.20")],
        ways={2: route_payload(2, oif=2, gateway="192.168.1.1", source="192.168.1.20")},
        neighbours={(2, "192.168.1.1"): neighbour_payload(2, "192.168.1.1", "3c:84:6a:10:20:30")},
    )

    def damaged(request: bytes) -> list[bytes]:
        answers = kernel(request)
        return [_mutated(chance, each) if chance.random() < 0.3 else each for each in answers]

    for _ in range(3000):
        assert all(reading.reason for reading in probe(linux_machine(damaged)).readings)
