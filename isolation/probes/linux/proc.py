"""The tables of /proc/net and /sys/class/net: what is left of Linux's network where netlink is refused.

They know less than netlink: one routing table, no policy rules, no IPv6 neighbours, no permanent MAC addresses.
"""

from __future__ import annotations

import sys

from isolation.errors import BadIdentifier, ProbeError
from isolation.identifiers import macs
from isolation.identifiers.addresses import from_packed, parse_address
from isolation.messages import message
from isolation.model import Value
from isolation.probes.linux.links import ARPHRD_ETHER
from isolation.probes.linux.tunnel import TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.identifiers.addresses import Address
    from isolation.probes.machine import Machine

_NET = "/sys/class/net"
_UP, _GATEWAY, _REJECT = 0x1, 0x2, 0x200  # linux/route.h
_COMPLETE = 0x2  # linux/if_arp.h, ATF_COM
_PERMANENT = b"0"  # linux/netdevice.h, NET_ADDR_PERM


class Default(Value):
    """A default route by a gateway, or half of one (`length` 1); `gateway` as text."""

    __slots__ = ("gateway", "interface", "length", "metric")
    interface: str
    gateway: str
    length: int
    metric: int

    def __init__(self, interface: str, gateway: str, length: int, metric: int) -> None:
        self._init(interface=interface, gateway=gateway, length=length, metric=metric)


def parse_routes(table: bytes) -> list[Default]:
    """The defaults in /proc/net/route (net/ipv4/fib_trie.c, fib_route_seq_show). ProbeError for another form."""
    found = []
    for fields in _rows(table, "/proc/net/route", 11, skip=1):
        try:
            flags, metric = int(fields[3], 16), int(fields[6])
            destination, gateway, mask = (_host_order(fields[column]) for column in (1, 2, 7))
        except ValueError as error:
            raise ProbeError("A row of /proc/net/route is not what it should be.") from error
        length = int.from_bytes(mask, "big").bit_count()
        if flags & _UP and flags & _GATEWAY and length <= 1 and not (destination[0] & 0x7F or any(destination[1:])):
            found.append(Default(fields[0], from_packed(gateway).text, length, metric))
    return sorted(found, key=lambda route: (route.length, route.metric))


def parse_routes6(table: bytes) -> list[Default]:
    """The defaults in /proc/net/ipv6_route (net/ipv6/ip6_fib.c, ipv6_route_native_seq_show). ProbeError likewise."""
    found = []
    for fields in _rows(table, "/proc/net/ipv6_route", 10, skip=0):
        try:
            length, metric, flags = (int(fields[column], 16) for column in (1, 5, 8))
            destination, gateway = (_exactly(16, bytes.fromhex(fields[column])) for column in (0, 4))
        except ValueError as error:
            raise ProbeError("A row of /proc/net/ipv6_route is not what it should be.") from error
        if flags & _UP and flags & _GATEWAY and not flags & _REJECT and length <= 1 and not any(destination[1:]):
            found.append(Default(fields[9], from_packed(gateway).text, length, metric))
    return sorted(found, key=lambda route: (route.length, route.metric))


def parse_arp(table: bytes) -> dict[tuple[str, str], str]:
    """The complete Ethernet entries of /proc/net/arp: (address, interface) to MAC. ProbeError for another form.

    A neighbour that does not answer stands there with flags 0x0 and a MAC of zeros; it is left out.
    """
    found = {}
    for fields in _rows(table, "/proc/net/arp", 6, skip=1):
        try:
            kind, flags = int(fields[1], 16), int(fields[2], 16)
            address, mac = parse_address(fields[0]).text, macs.parse_mac(fields[3])
        except (ValueError, BadIdentifier) as error:
            raise ProbeError("A row of /proc/net/arp is not what it should be.") from error
        if kind == ARPHRD_ETHER and flags & _COMPLETE and mac.strip("0"):
            found[address, fields[5]] = mac
    return found


def parse_if_inet6(table: bytes) -> list[tuple[str, Address, int]]:
    """The rows of /proc/net/if_inet6: interface, address, IFA_F flags. ProbeError for another form."""
    found = []
    for fields in _rows(table, "/proc/net/if_inet6", 6, skip=0):
        try:
            packed, flags = _exactly(16, bytes.fromhex(fields[0])), int(fields[4], 16)
        except ValueError as error:
            raise ProbeError("A row of /proc/net/if_inet6 is not what it should be.") from error
        found.append((fields[5], from_packed(packed), flags))
    return found


def _rows(table: bytes, path: str, columns: int, *, skip: int) -> list[list[str]]:
    """The table's rows by column. ProbeError where one has another number of columns."""
    rows = [line.split() for line in table.decode("ascii", "replace").splitlines()[skip:]]
    if any(len(row) != columns for row in rows):
        raise ProbeError(message("{path} has a row that has not {columns} columns.", path=path, columns=columns))
    return rows


def _host_order(digits: str) -> bytes:
    """The network-order bytes of an IPv4 address that the kernel printed as a number of its own byte order."""
    packed = _exactly(4, bytes.fromhex(digits))
    return packed[::-1] if sys.byteorder == "little" else packed


def _exactly(size: int, packed: bytes) -> bytes:
    if len(packed) != size:
        raise ValueError(message("{packed} bytes instead of {size}", packed=len(packed), size=size))
    return packed


def defaults(machine: Machine) -> list[Default]:
    """The default routes of both families, the likelier first. OSError, ProbeError where neither can be read."""
    routes = parse_routes(machine.read_file("/proc/net/route"))
    try:
        return routes + parse_routes6(machine.read_file("/proc/net/ipv6_route"))
    except OSError:  # no IPv6
        return routes


def interface_addresses(machine: Machine) -> dict[str, list[tuple[str, str]]]:
    """What can be told of interfaces' addresses without netlink. OSError where /sys is missing."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name in machine.list_dir(_NET):
        address = _attribute(machine, name, "address")
        found[name] = [("link", address)] if address else []
    for name, text in machine.ipv4_interfaces():
        found.setdefault(name, []).append(("inet", text))
    try:
        table = machine.read_file("/proc/net/if_inet6")
    except OSError:  # no IPv6
        return found
    for name, local, _flags in parse_if_inet6(table):
        found.setdefault(name, []).append(("inet6", local.text))
    return found


def tunnel_kind(machine: Machine, name: str) -> str:
    """The kind of tunnel an interface is by /sys, "" for one that is none."""
    if _attribute(machine, name, "tun_flags"):
        return "tun"
    if "DEVTYPE=wireguard" in _attribute(machine, name, "uevent").split():
        return "wireguard"
    if machine.exists(f"{_NET}/{name}/device"):  # a modem, which has no MAC layer either
        return ""
    type_ = _attribute(machine, name, "type")
    return TYPES.get(int(type_), "") if type_.isdecimal() else ""


def unchanged_mac(machine: Machine, name: str) -> str:
    """The address of a network card whose `addr_assign_type` says that it is the permanent one still; "" otherwise."""
    says = (_attribute(machine, name, "type"), _attribute(machine, name, "addr_assign_type"))
    if says != (str(ARPHRD_ETHER), _PERMANENT.decode()) or not machine.exists(f"{_NET}/{name}/device"):
        return ""
    try:
        return macs.parse_mac(_attribute(machine, name, "address"))
    except BadIdentifier:
        return ""


def device_path(machine: Machine, name: str) -> str:
    """Where an interface stands in /sys/devices, "" where that cannot be told."""
    try:
        return machine.read_link(f"{_NET}/{name}")
    except OSError:
        return ""


def _attribute(machine: Machine, name: str, attribute: str) -> str:
    try:
        return machine.read_file(f"{_NET}/{name}/{attribute}", 4096).decode("ascii", "replace").strip()
    except OSError:
        return ""
