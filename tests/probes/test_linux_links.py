"""Hardware and current MAC addresses on Linux."""

from __future__ import annotations

from typing import Any

import pytest

from isolation.model import Reading
from isolation.probes import probe

from .simulated import GET_LINK, SimulatedKernel, SimulatedMachine, link_payload, linux_machine

CARD, CARD_SHOWN = "a4:bb:6d:01:02:03", "A4-BB-6D-01-02-03"


def _hardware(machine: SimulatedMachine) -> list[Reading]:
    return list(probe(machine).of("hardware_mac"))


def _machine(*links: bytes, **changes: Any) -> SimulatedMachine:
    return linux_machine(SimulatedKernel(links=links), **changes)


def test_the_permanent_address_is_the_hardwares() -> None:
    """A card's permanent address identifies, even while another one is in use."""
    machine = _machine(link_payload(2, "eth0", mac="5c:e9:1e:0a:0b:0c", permanent=CARD))
    (reading,) = _hardware(machine)
    assert (reading.value, reading.identifying, reading.confidence) == (CARD_SHOWN, True, "certain")
    (current,) = probe(machine).of("current_mac")
    assert (current.value, current.identifying) == ("5C-E9-1E-0A-0B-0C", False)
    assert "differs" in current.reason


@pytest.mark.parametrize("kind", ["veth", "bridge", "bond", "vlan", "macvlan", "dummy", "tun", "wireguard", "vxlan"])
def test_what_software_made_has_none(kind: str) -> None:
    """An interface with an IFLA_INFO_KIND never gives a hardware MAC, whatever address it says is permanent."""
    machine = _machine(link_payload(2, "eth0", mac=CARD, permanent=CARD, kind=kind))
    assert [reading.status for reading in _hardware(machine)] == ["absent"]


def test_without_a_device_it_is_no_hardware() -> None:
    """An interface that no device stands behind gives no hardware MAC."""
    symlinks = {"/sys/class/net/eth0": "../../devices/virtual/net/eth0"}
    machine = _machine(link_payload(2, "eth0", mac=CARD, permanent=CARD), cards={}, symlinks=symlinks)
    (reading,) = _hardware(machine)
    assert (reading.status, reading.value) == ("absent", None)


def test_without_a_permanent_address_there_is_none() -> None:
    """A card of which the kernel keeps no permanent address is absent: the one in use does not count."""
    (reading,) = _hardware(_machine(link_payload(2, "eth0", mac=CARD)))
    assert (reading.status, reading.value) == ("absent", None)


@pytest.mark.parametrize("mac", ["00:00:00:00:00:00", "02:42:ac:11:00:02", "01:00:5e:00:00:01", "00:05:9a:3c:7a:00"])
def test_addresses_that_many_have_do_not_identify(mac: str) -> None:
    """Zeros, group, locally administered and well-known virtual addresses are observed and identify nothing."""
    readings = _hardware(_machine(link_payload(2, "eth0", mac=CARD, permanent=mac)))
    assert not any(reading.identifying for reading in readings)


def test_a_loopback_is_not_looked_at() -> None:
    """Only Ethernet-like interfaces are cards."""
    machine = _machine(link_payload(1, "lo", mac="00:00:00:00:00:00", arphrd=772))
    assert [reading.reason for reading in _hardware(machine)] == [
        "This machine, or this network namespace, has no network card."
    ]


USB = "pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0"
DOCK = "pci0000:00/0000:00:14.0/usb1/1-2/1-2.4/1-2.4:1.0"
THUNDERBOLT = "pci0000:00/0000:00:1d.0/0000:05:00.0/0000:07:00.0"


@pytest.mark.parametrize(
    ("place", "attributes", "removable"),
    [
        ("pci0000:00/0000:00:1f.6", {}, False),
        ("pci0000:00/0000:00:1f.6", {"pci0000:00/0000:00:1f.6": b"fixed\n"}, False),
        (USB, {}, True),
        (USB, {"pci0000:00/0000:00:14.0/usb1/1-2": b"removable\n"}, True),
        (USB, {"pci0000:00/0000:00:14.0/usb1/1-2": b"unknown\n"}, True),
        (USB, {"pci0000:00/0000:00:14.0/usb1/1-2": b"fixed\n", "pci0000:00/0000:00:14.0/usb1": b"unknown\n"}, False),
        (DOCK, {"pci0000:00/0000:00:14.0/usb1/1-2/1-2.4": b"fixed\n",
                "pci0000:00/0000:00:14.0/usb1/1-2": b"removable\n"}, True),
        (THUNDERBOLT, {"pci0000:00/0000:00:1d.0/0000:05:00.0": b"removable\n"}, True),
    ],
    ids=["pci", "fixed pci", "usb", "removable usb", "unknown usb", "soldered usb", "chip in a dock", "thunderbolt"],
)  # fmt: skip
def test_adapters_that_move_are_tagged(place: str, attributes: dict[str, bytes], removable: bool) -> None:
    """A USB or Thunderbolt adapter is tagged removable and at most probable; a built-in one is not."""
    files = {f"/sys/devices/{path}/removable": says for path, says in attributes.items()}
    machine = _machine(link_payload(2, "eth0", mac=CARD, permanent=CARD), cards={"eth0": place}, files=files)
    (reading,) = _hardware(machine)
    assert reading.detail.get("removable", False) is removable
    assert (reading.identifying, reading.confidence) == (True, "probable" if removable else "certain")


def test_a_rename_while_reading_is_a_reason() -> None:
    """An interface whose name is gone from /sys gives a failed reading that says why."""
    (reading,) = _hardware(_machine(link_payload(2, "eth0", mac=CARD, permanent=CARD), cards={"eth9": "pci0000:00"}))
    assert (reading.status, reading.value) == ("failed", None)
    assert "renamed or removed" in reading.reason


def test_a_refused_sys_is_denied() -> None:
    """Where /sys may not be read, the reading is denied and says so."""
    denied = PermissionError(13, "Permission denied")
    machine = _machine(
        link_payload(2, "eth0", mac=CARD, permanent=CARD), symlinks={"/sys/class/net/eth0/device": denied}
    )
    (reading,) = _hardware(machine)
    assert reading.status == "denied"


def test_a_name_that_would_steer_a_terminal_is_escaped() -> None:
    """An interface's name reaches a reading without control characters."""
    machine = _machine(link_payload(2, b"a\x1b[31m\xff", mac=CARD, permanent=CARD))
    text = repr(probe(machine).readings)
    assert "\x1b" not in text
    assert "\\x1b[31m" in str(probe(machine).of("current_mac")[0].detail["interface"])


def test_a_hundred_interfaces_come_in_several_answers() -> None:
    """A dump of more interfaces than one datagram holds is read to its end."""
    links = [link_payload(n, f"eth{n}", mac=f"a4:bb:6d:00:00:{n:02x}") for n in range(1, 101)]
    assert len(probe(_machine(*links)).of("current_mac")) == 100


def test_a_list_that_keeps_changing_falls_back() -> None:
    """Where every listing of the interfaces is interrupted, the portable probes take over and say why."""

    class Changing(SimulatedKernel):
        def __call__(self, request: bytes) -> list[bytes]:
            answers = super().__call__(request)
            interrupted = bytes((answers[0][6] | 0x10,))
            return [answers[0][:6] + interrupted + answers[0][7:], *answers[1:]]

    machine = linux_machine(Changing(links=[link_payload(2, "eth0", mac=CARD, permanent=CARD)]))
    reasons = {reading.reason for reading in probe(machine).of("hardware_mac")}
    assert any("changed 3 times" in reason for reason in reasons)


def test_a_refused_listing_falls_back() -> None:
    """Where SELinux refuses RTM_GETLINK, every reading says that netlink could not be used."""
    machine = linux_machine(SimulatedKernel(refused={GET_LINK: 13}))
    (reading,) = _hardware(machine)
    assert (reading.status, "Permission denied" in reading.reason) == ("absent", True)
