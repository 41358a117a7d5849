"""Interfaces: permanent hardware MAC addresses, the ones in use, and which interfaces are radios.

A hardware MAC is the address that the kernel keeps as permanent (IFLA_PERM_ADDRESS, Linux 5.6), of an Ethernet-like
interface that no software made (no IFLA_INFO_KIND) and that a device stands behind (/sys/class/net/X/device). The
address in use is context: NetworkManager can make up globally administered ones (`random-bia`, `stable-bia`), so
one that differs from the permanent address never counts as hardware.
"""

from __future__ import annotations

import struct

from isolation.errors import ProbeError
from isolation.identifiers import macs
from isolation.identifiers.escape import printable
from isolation.messages import message
from isolation.model import Reading, Value
from isolation.probes.hardware import hardware_reading
from isolation.probes.linux import netlink
from isolation.system_words import why_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import Status
    from isolation.probes.machine import Machine

_SOURCE = "rtnetlink RTM_GETLINK"
_NET = "/sys/class/net"

# linux/if_link.h, linux/if_arp.h, linux/if.h
_IFLA_ADDRESS, _IFLA_IFNAME, _IFLA_LINKINFO, _IFLA_EXT_MASK, _IFLA_PERM_ADDRESS, _IFLA_PARENT = 1, 3, 18, 29, 54, 56
_IFLA_INFO_KIND = 1
_EXT_SKIP_STATISTICS = 8
ARPHRD_ETHER, ARPHRD_LOOPBACK = 1, 772
_IFF_UP = 0x1

_LINK = struct.Struct("=BxHiII")


class Link(Value):
    """One interface: number, name, ARPHRD type, IFF flags, address in use and permanent address (b"": none), the
    kind of software that made it ("" for hardware), and whether the kernel names a device behind it (Linux 5.14)."""

    __slots__ = ("address", "device", "flags", "index", "kind", "name", "permanent", "type")
    index: int
    name: str
    type: int
    flags: int
    address: bytes
    permanent: bytes
    kind: str
    device: bool

    def __init__(
        self,
        index: int,
        name: str,
        type: int,  # noqa: A002 - the kernel's word
        flags: int,
        address: bytes,
        permanent: bytes,
        kind: str,
        device: bool = False,
    ) -> None:
        self._init(
            index=index, name=name, type=type, flags=flags, address=address, permanent=permanent, kind=kind,
            device=device,
        )  # fmt: skip

    @property
    def up(self) -> bool:
        """Whether the interface is switched on."""
        return bool(self.flags & _IFF_UP)


def parse_link(payload: bytes) -> Link:
    """A `struct ifinfomsg` with its attributes. ProbeError for anything else."""
    if len(payload) < _LINK.size:
        raise ProbeError("The kernel's answer about an interface is too short.")
    _family, type_, index, flags, _change = _LINK.unpack_from(payload)
    found = netlink.attributes(payload, _LINK.size)
    name = found.get(_IFLA_IFNAME, b"").rstrip(b"\0")
    if not name or index <= 0:
        raise ProbeError("The kernel's answer about an interface has no name or number.")
    information = netlink.attributes(found.get(_IFLA_LINKINFO, b""))
    kind = information.get(_IFLA_INFO_KIND, b"").rstrip(b"\0")
    return Link(
        index, _text(name), type_, flags, found.get(_IFLA_ADDRESS, b""), found.get(_IFLA_PERM_ADDRESS, b""),
        _text(kind), _IFLA_PARENT in found,
    )  # fmt: skip


def _text(name: bytes) -> str:
    """A kernel's name to show: it may hold any byte but NUL and slash, also such that steer a terminal."""
    return printable(name.decode("utf-8", "backslashreplace"))


def all_links(kernel: netlink.Kernel) -> dict[int, Link]:
    """Every interface by number."""
    body = _LINK.pack(0, 0, 0, 0, 0) + netlink.attribute(_IFLA_EXT_MASK, struct.pack("=I", _EXT_SKIP_STATISTICS))
    parsed = map(parse_link, kernel.dump(netlink.GET_LINK, body))
    return {link.index: link for link in parsed}


def one_link(kernel: netlink.Kernel, index: int) -> Link:
    """One interface. OSError (ENODEV) where it is gone."""
    return parse_link(kernel.ask(netlink.GET_LINK, _LINK.pack(0, 0, index, 0, 0)))


def read(machine: Machine, links: dict[int, Link]) -> list[Reading]:
    """`hardware_mac` of every network card and `current_mac` of every interface that software did not make."""
    hardware: list[Reading] = []
    current: list[Reading] = []
    for link in links.values():
        if link.type != ARPHRD_ETHER or link.kind:
            continue
        if len(link.address) == 6 and any(link.address):
            current.append(_current(link))
        hardware.append(_hardware(machine, link))
    if not hardware:
        reason = message("This machine, or this network namespace, has no network card.")
        hardware.append(Reading("hardware_mac", "absent", source=_SOURCE, reason=reason))
    if not current:
        reason = message("No interface that stands for a network card has a MAC address.")
        current.append(Reading("current_mac", "absent", source=_SOURCE, reason=reason))
    return hardware + current


def _current(link: Link) -> Reading:
    mac = macs.from_bytes(link.address)
    if link.permanent == link.address:
        reason = message("The address in use is context; the permanent one is read by itself.")
    elif link.permanent:
        reason = message("The address in use differs from the card's permanent one, so it was set or made up.")
    else:
        reason = message("The address in use is context; the kernel keeps no permanent one for this interface.")
    return Reading(
        "current_mac", "observed", macs.format_mac(mac), source=_SOURCE, reason=reason, detail={"interface": link.name}
    )


def _hardware(machine: Machine, link: Link) -> Reading:
    """The permanent address of one interface, or why it has none that counts."""
    detail: dict[str, str | int | bool] = {"interface": link.name}
    try:
        machine.read_link(f"{_NET}/{link.name}/device")
        path = machine.read_link(f"{_NET}/{link.name}")
    except FileNotFoundError:
        if not machine.exists(f"{_NET}/{link.name}"):
            reason = message(
                "{name} was renamed or removed while it was read, or /sys shows another namespace.", name=link.name
            )
            return Reading("hardware_mac", "failed", source=_NET, reason=reason, detail=detail)
        reason = message("No device stands behind {name}, so its address is no hardware address.", name=link.name)
        return Reading("hardware_mac", "absent", source=_NET, reason=reason, detail=detail)
    except OSError as error:
        status: Status = "denied" if isinstance(error, PermissionError) else "failed"
        reason = message(
            "Whether a device stands behind {name} could not be read: {why}.", name=link.name, why=why_of(error)
        )
        return Reading("hardware_mac", status, source=_NET, reason=reason, detail=detail)
    if len(link.permanent) != 6:
        reason = message("The kernel keeps no permanent address for {name}.", name=link.name)
        return Reading("hardware_mac", "absent", source=_SOURCE, reason=reason, detail=detail)
    return hardware_reading(macs.from_bytes(link.permanent), _SOURCE, detail, removable(machine, path))


def removable(machine: Machine, path: str) -> bool:
    """Whether an interface's device can be unplugged, from its /sys path (`../../devices/pci…/usb1/1-2/…/net/X`).

    USB and PCI devices carry a `removable` attribute: `removable`, `fixed` or `unknown`
    (Documentation/ABI/testing/sysfs-devices-removable); PCI devices behind a Thunderbolt port are `removable`.
    A dock's network chip can be `fixed` in a hub that is itself unplugged, so every device on the way counts. A USB
    device of which nobody says that it is fixed is taken as removable, a PCI device as built in.
    """
    parts = path.split("/")
    if "devices" not in parts or "net" not in parts:
        return False
    start, stop = parts.index("devices"), len(parts) - 1 - parts[::-1].index("net")
    hubs = [place for place, part in enumerate(parts) if part.startswith("usb") and part[3:].isdigit()]
    told = False
    for end in range(stop, start + 1, -1):
        try:
            says = machine.read_file("/sys/" + "/".join(parts[start:end]) + "/removable", 16).strip()
        except OSError:
            continue
        on_usb = bool(hubs) and end - 1 > hubs[0]
        if says == b"removable" or (on_usb and says != b"fixed"):
            return True
        told = told or on_usb
    return bool(hubs) and not told


def wireless(machine: Machine) -> list[str]:
    """The names of the Wi-Fi interfaces. OSError where /sys cannot be read."""
    return [name for name in machine.list_dir(_NET) if machine.exists(f"{_NET}/{name}/phy80211")]
