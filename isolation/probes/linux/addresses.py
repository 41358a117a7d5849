"""The addresses of this machine's interfaces: context, never a collision on their own."""

from __future__ import annotations

import struct

from isolation.errors import ProbeError
from isolation.identifiers import addresses
from isolation.messages import message
from isolation.model import Reading, Value
from isolation.probes.linux import netlink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.identifiers.addresses import Address
    from isolation.probes.linux.links import Link

_SOURCE = "rtnetlink RTM_GETADDR"

# linux/if_addr.h
_IFA_ADDRESS, _IFA_LOCAL, _IFA_FLAGS = 1, 2, 8
_TEMPORARY, _DADFAILED, _DEPRECATED, _TENTATIVE = 0x01, 0x08, 0x20, 0x40
_UNUSABLE = _DADFAILED | _TENTATIVE

_ADDRESS = struct.Struct("=BBBBI")
_SIZES = {netlink.INET: 4, netlink.INET6: 16}


class LocalAddress(Value):
    """One address of one interface, with its IFA_F flags."""

    __slots__ = ("address", "flags", "index")
    index: int
    address: Address
    flags: int

    def __init__(self, index: int, address: Address, flags: int) -> None:
        self._init(index=index, address=address, flags=flags)


def parse_address(payload: bytes) -> LocalAddress:
    """A `struct ifaddrmsg` with its attributes. ProbeError for anything else."""
    if len(payload) < _ADDRESS.size:
        raise ProbeError("The kernel's answer about an address is too short.")
    family, _prefix, flags, _scope, index = _ADDRESS.unpack_from(payload)
    found = netlink.attributes(payload, _ADDRESS.size)
    # On a point-to-point link IFA_ADDRESS is the other end; IFA_LOCAL, where there is one, is always this end.
    packed = found.get(_IFA_LOCAL) or found.get(_IFA_ADDRESS, b"")
    if _IFA_FLAGS in found:
        flags = netlink.number(found[_IFA_FLAGS])  # the header has room for only eight of them
    return LocalAddress(index, packed_address(family, packed), flags)


def packed_address(family: int, packed: bytes) -> Address:
    """An address of a netlink family. ProbeError where the length is not the family's."""
    return addresses.from_packed(checked(family, packed))


def checked(family: int, packed: bytes) -> bytes:
    """The bytes of an address, as they are. ProbeError where the length is not the family's."""
    if len(packed) != _SIZES.get(family):
        raise ProbeError(
            message(
                "The kernel's answer has an address of {packed} bytes in family {family}.",
                packed=len(packed),
                family=family,
            )
        )
    return packed


def read(kernel: netlink.Kernel, links: dict[int, Link]) -> list[Reading]:
    """`local_ip` for every usable address but the loopback's own."""
    found = map(parse_address, kernel.dump(netlink.GET_ADDRESS, _ADDRESS.pack(0, 0, 0, 0, 0)))
    readings = [
        _reading(
            local, links[local.index].name if local.index in links else message("interface {index}", index=local.index)
        )
        for local in found
        if local.address.kind != "loopback" and not local.flags & _UNUSABLE
    ]
    return readings or [Reading("local_ip", "absent", source=_SOURCE, reason="No interface has an address.")]


def _reading(local: LocalAddress, interface: str) -> Reading:
    if local.flags & _TEMPORARY:
        kind, reason = "temporary", message("A temporary IPv6 address, changed every day or so; it is context only.")
    else:
        kind, reason = local.address.kind, message("An interface's own address is context only.")
    return local_reading(local.address.text, _SOURCE, interface, kind, reason)


def local_reading(text: str, source: str, interface: str, kind: str, reason: str) -> Reading:
    """A `local_ip` reading: `kind` is the address's class, or `temporary`."""
    return Reading(
        "local_ip", "observed", text, source=source, reason=reason, detail={"interface": interface, "kind": kind}
    )
