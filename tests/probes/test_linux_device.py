"""The device id on Linux: a keyed hash, trusted as far as the hardware vouches for it."""

from __future__ import annotations

from typing import Any

import pytest

from isolation.identifiers.machine_ids import app_specific
from isolation.model import Reading
from isolation.probes import probe

from .simulated import SimulatedKernel, SimulatedMachine, link_payload, linux_machine

ID = "0123456789abcdef0123456789abcdef"
UUID = "4c4c4544-0042-3510-8053-b4c04f4e3132"
CARD = link_payload(2, "eth0", mac="a4:bb:6d:01:02:03", permanent="a4:bb:6d:01:02:03")


def _device(machine: SimulatedMachine) -> Reading:
    (reading,) = probe(machine).of("device_id")
    return reading


def _machine(**changes: Any) -> SimulatedMachine:
    links = changes.pop("links", [CARD])
    return linux_machine(SimulatedKernel(links=links), **changes)


def test_the_id_is_hashed_and_never_shown() -> None:
    """The reading holds the app-specific hash of the machine id, and no reading holds the id itself."""
    reading = _device(_machine())
    assert reading.value == app_specific(ID)
    assert ID not in repr(probe(_machine()).readings)


def test_a_built_in_card_makes_it_certain() -> None:
    """Beside a built-in card's permanent MAC the id is certain."""
    reading = _device(_machine())
    assert (reading.identifying, reading.confidence) == (True, "certain")


@pytest.mark.parametrize(
    "links",
    [
        [],
        [link_payload(2, "eth0", mac="a4:bb:6d:01:02:03")],
        [link_payload(2, "eth0", mac="52:54:00:01:02:03", permanent="52:54:00:01:02:03")],
        [link_payload(2, "eth0", mac="0a:00:00:01:02:03", permanent="0a:00:00:01:02:03")],
    ],
    ids=["no card", "no permanent address", "a virtual machine's", "locally administered"],
)
def test_an_id_alone_is_probable(links: list[bytes]) -> None:
    """Without a permanent MAC of the hardware the id may be a clone's: identifying, probable, with the reason."""
    reading = _device(_machine(links=links))
    assert (reading.identifying, reading.confidence) == (True, "probable")
    assert "copy" in reading.reason


def test_a_dongle_does_not_vouch_for_the_machine() -> None:
    """A removable adapter's MAC says nothing of the machine that it is plugged into."""
    machine = _machine(cards={"eth0": "pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0"})
    assert _device(machine).confidence == "probable"


def test_the_smbios_uuid_vouches_for_it() -> None:
    """Where root can read the SMBIOS UUID, the id is certain without any card."""
    machine = _machine(links=[], files={"/sys/class/dmi/id/product_uuid": UUID.encode() + b"\n"})
    assert _device(machine).confidence == "certain"


def test_a_placeholder_uuid_vouches_for_nothing() -> None:
    """A maker's placeholder in the SMBIOS UUID leaves the id probable."""
    placeholder = b"03000200-0400-0500-0006-000700080009\n"
    machine = _machine(links=[], files={"/sys/class/dmi/id/product_uuid": placeholder})
    assert _device(machine).confidence == "probable"


@pytest.mark.parametrize(
    "changes",
    [
        {"files": {"/.dockerenv": b""}},
        {"files": {"/run/.containerenv": b'engine="podman-4.3.1"\n'}},
        {"files": {"/run/systemd/container": b"systemd-nspawn\n"}},
        {"files": {"/proc/1/cgroup": b"12:pids:/kubepods/besteffort/pod1\n"}},
        {"files": {"/proc/1/cgroup": b"0::/system.slice/docker-4f.scope\n"}},
        {"environment": {"container": "lxc"}},
        {"environment": {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}},
        {"files": {"/proc/sys/kernel/osrelease": b"5.15.90.1-microsoft-standard-WSL2\n"}},
    ],
    ids=["docker", "podman", "nspawn", "kubernetes", "cgroup", "lxc", "service", "wsl"],
)  # fmt: skip
def test_containers_and_wsl_are_probable(changes: dict[str, Any]) -> None:
    """In a container and in WSL the id is identifying at probable, whatever stands beside it, with the reason."""
    reading = _device(_machine(**changes))
    assert (reading.identifying, reading.confidence) == (True, "probable")
    assert "container" in reading.reason or "WSL" in reading.reason


@pytest.mark.parametrize("text", [b"", b"\n", b"uninitialized\n", b"0" * 32, b"not an id", b"\xff\xfe" * 16, b"0123"])
def test_what_is_no_id_is_absent(text: bytes) -> None:
    """An empty, uninitialised, zero or broken machine id gives no value."""
    reading = _device(_machine(files={"/etc/machine-id": text}))
    assert (reading.status, reading.value) == ("absent", None)
    assert "/etc/machine-id" in reading.reason


def test_dbus_keeps_a_copy() -> None:
    """Where /etc/machine-id is not usable, D-Bus's own copy is read."""
    machine = _machine(files={"/etc/machine-id": b"uninitialized\n", "/var/lib/dbus/machine-id": ID.encode()})
    reading = _device(machine)
    assert (reading.value, reading.source) == (app_specific(ID), "/var/lib/dbus/machine-id")


def test_root_reads_the_mainboard_where_there_is_no_id() -> None:
    """Without a machine id the SMBIOS UUID gives the device id, hashed too."""
    machine = _machine(files={"/etc/machine-id": b"", "/sys/class/dmi/id/product_uuid": UUID.encode()})
    assert _device(machine).value == app_specific(UUID)


def test_a_refused_file_is_denied() -> None:
    """A machine id that may not be read is denied, and says so."""
    denied = PermissionError(13, "Permission denied")
    reading = _device(_machine(files={"/etc/machine-id": denied}))
    assert (reading.status, reading.value) == ("denied", None)
    assert "Permission denied" in reading.reason
