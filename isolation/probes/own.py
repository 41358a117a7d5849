"""What tells this installation from every other one: what a ledger remembers of the machine that writes it.

Of the machine's own readings those that identify and cannot be carried to another machine. Inside a container the
image brings most of them along, so there the container itself counts: by the writable layer that the file in
question lies in, which no two containers share. A file on a mounted volume has none, and moves with its volume.
"""

from __future__ import annotations

from isolation.errors import ProbeError
from isolation.identifiers.machine_ids import app_specific
from isolation.messages import message
from isolation.model import MACHINE_FACTS, Reading
from isolation.probes.machine import Machine

_MOUNTS = "/proc/self/mountinfo"
_LARGEST = 1 << 20
_LAYER = b"upperdir="


def own_anchors(path: str, machine: Machine | None = None) -> tuple[Reading, ...]:
    """Identifying readings of this machine, or of the container in whose own layer the file `path` (absolute) lies.

    Empty where nothing tells this machine from others.
    """
    machine = machine or Machine()
    if machine.platform == "linux":
        from isolation.probes.linux import device

        inside = device.contained(machine)
        layer = layer_of(_mounts(machine), path) if inside else ""
        if layer:
            return (_container(layer, inside),)
        readings = _linux(machine, inside)
    elif machine.platform == "darwin":
        from isolation.probes.macos import device as mac
        from isolation.probes.macos import interfaces

        readings = mac.read(machine) + interfaces.read(machine, interfaces.listed(machine))
    elif machine.platform == "win32":
        from isolation.probes.windows import device as windows
        from isolation.probes.windows import interfaces as cards
        from isolation.probes.windows.api import Api

        api = Api(machine)
        readings = windows.read(machine, api) + cards.read(machine, api)
    else:
        from isolation.probes import portable

        readings = portable.read(machine)
    return tuple(filter(_stays, readings))


def _stays(reading: Reading) -> bool:
    return reading.fact in MACHINE_FACTS and reading.identifying and not reading.detail.get("removable")


def _linux(machine: Machine, inside: str) -> list[Reading]:
    from isolation.probes.linux import device, links, netlink

    hardware: list[Reading] = []
    try:
        channel = machine.netlink()
        try:
            hardware = links.read(machine, links.all_links(netlink.Kernel(channel)))
        finally:
            channel.close()
    except (OSError, ProbeError):
        pass  # the id alone has to do
    cards = [reading for reading in hardware if reading.fact == "hardware_mac"]
    return device.read(machine, cards, inside) + cards


def _mounts(machine: Machine) -> bytes:
    try:
        return machine.read_file(_MOUNTS, _LARGEST)
    except OSError:
        return b""


def _container(layer: str, inside: str) -> Reading:
    from isolation.digests import sha256

    digits = sha256(layer.encode(errors="surrogateescape")).hexdigest()[:32]
    return Reading(
        "device_id", "observed", app_specific(digits), source=_MOUNTS, identifying=True, confidence="probable",
        reason=message("{inside} A keyed hash of its writable layer.", inside=inside),
    )  # fmt: skip


def layer_of(mounts: bytes, path: str) -> str:
    """The writable layer of the overlay file system that holds a path, "" where that is none (proc(5), mountinfo)."""
    wanted = path.encode(errors="surrogateescape").rstrip(b"/") + b"/"
    best, layer = b"", b""
    for line in mounts.splitlines():
        before, dash, after = line.partition(b" - ")
        place, system = before.split(b" "), after.split(b" ")
        if not dash or len(place) < 5 or len(system) < 3:
            continue
        point = _unescaped(place[4]).rstrip(b"/") + b"/"
        if wanted.startswith(point) and len(point) >= len(best):
            options = system[2].split(b",") if system[0] == b"overlay" else []
            best = point
            layer = next((one[len(_LAYER) :] for one in options if one.startswith(_LAYER)), b"")
    return layer.decode(errors="surrogateescape")


def _unescaped(text: bytes) -> bytes:
    """A path of mountinfo: space, tab, newline and backslash stand there as octal numbers."""
    for octal, plain in ((b"\\040", b" "), (b"\\011", b"\t"), (b"\\012", b"\n"), (b"\\134", b"\\")):
        text = text.replace(octal, plain)
    return text


__all__ = ["layer_of", "own_anchors"]
