"""What Windows hands out, from bytes to values. Pure: every answer is checked, and what does not fit is a ProbeError.

Numbers are those of the SDK's headers; the pages of learn.microsoft.com on MIB_IF_ROW2, IP_ADAPTER_ADDRESSES_LH,
MIB_IPFORWARD_ROW2 and MIB_IPNET_ROW2, read 2026-11. Not run on the platform.
"""

from __future__ import annotations

import ctypes

from isolation.errors import ProbeError
from isolation.identifiers import addresses, macs
from isolation.identifiers.escape import printable
from isolation.messages import message
from isolation.model import Value
from isolation.probes.windows import layouts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from isolation.identifiers.addresses import Address

    S = TypeVar("S", bound=ctypes.Structure)

_HARDWARE, _FILTER, _CONNECTOR = 0x01, 0x02, 0x04  # InterfaceAndOperStatusFlags
_UP = 1  # IfOperStatusUp
_ROWS_AT = 8
_MOST = 4096  # rows of a table or members of a list; a broken list may be a ring
_TEMPORARY = 5  # IpSuffixOriginRandom
_PREFERRED = 4  # IpDadStatePreferred
_DEPRECATED = 3


class InterfaceRow(Value):
    """One interface: number, GUID as the registry writes it, name, IANA type, `mac` in use and `permanent` one in
    storage form (None: none), whether hardware with a connector stands behind it, whether it is up."""

    __slots__ = ("guid", "hardware", "index", "mac", "name", "permanent", "type", "up")
    index: int
    guid: str
    name: str
    type: int
    mac: str | None
    permanent: str | None
    hardware: bool
    up: bool

    def __init__(
        self,
        index: int,
        guid: str,
        name: str,
        type: int,  # noqa: A002 - the SDK's word
        mac: str | None,
        permanent: str | None,
        *,
        hardware: bool,
        up: bool,
    ) -> None:
        self._init(index=index, guid=guid, name=name, type=type, mac=mac, permanent=permanent, hardware=hardware, up=up)


class Endpoint(Value):
    """An address with its raw SOCKADDR_INET, in which IPv6 has its zone; `temporary` for a privacy address."""

    __slots__ = ("address", "raw", "temporary")
    address: Address
    raw: bytes
    temporary: bool

    def __init__(self, address: Address, raw: bytes, *, temporary: bool = False) -> None:
        self._init(address=address, raw=raw, temporary=temporary)


class Adapter(Value):
    """One adapter: numbers of its IPv4 and IPv6 interface, name, IANA type, MAC in use, own addresses, gateways,
    whether it is up, and its interface metric."""

    __slots__ = ("addresses", "gateways", "index", "index6", "mac", "metric", "name", "type", "up")
    index: int
    index6: int
    name: str
    type: int
    mac: str | None
    addresses: tuple[Endpoint, ...]
    gateways: tuple[Endpoint, ...]
    up: bool
    metric: int

    def __init__(
        self,
        index: int,
        index6: int,
        name: str,
        type: int,  # noqa: A002 - the SDK's word
        mac: str | None,
        addresses: tuple[Endpoint, ...],
        gateways: tuple[Endpoint, ...],
        *,
        up: bool,
        metric: int,
    ) -> None:
        self._init(
            index=index, index6=index6, name=name, type=type, mac=mac, addresses=addresses, gateways=gateways, up=up,
            metric=metric,
        )  # fmt: skip


class BestRoute(Value):
    """The route that traffic takes: the interface's number and the next hop, None where the far end is on the link."""

    __slots__ = ("index", "next_hop")
    index: int
    next_hop: Endpoint | None

    def __init__(self, index: int, next_hop: Endpoint | None) -> None:
        self._init(index=index, next_hop=next_hop)


def interface_table(data: bytes) -> list[InterfaceRow]:
    """The rows of a MIB_IF_TABLE2, filter interfaces left out. ProbeError for another form."""
    return [
        _interface(row) for row in counted(data, layouts.MIB_IF_ROW2) if not row.InterfaceAndOperStatusFlags & _FILTER
    ]


def _interface(row: layouts.MIB_IF_ROW2) -> InterfaceRow:
    flags = row.InterfaceAndOperStatusFlags
    length = row.PhysicalAddressLength
    return InterfaceRow(
        row.InterfaceIndex, guid_text(row.InterfaceGuid), wide_text(row.Alias), row.Type,
        mac_of(bytes(row.PhysicalAddress), length), mac_of(bytes(row.PermanentPhysicalAddress), length),
        hardware=flags & (_HARDWARE | _CONNECTOR) == _HARDWARE | _CONNECTOR, up=row.OperStatus == _UP,
    )  # fmt: skip


def adapters(data: bytes, base: int) -> list[Adapter]:
    """The list that GetAdaptersAddresses left in a buffer which stood at address `base`. ProbeError for another form.

    Its pointers are followed within the buffer only.
    """
    entries = _linked(layouts.IP_ADAPTER_ADDRESSES_LH, data, base, base if data else 0)
    return [_adapter(entry, data, base) for entry in entries]


def _adapter(entry: layouts.IP_ADAPTER_ADDRESSES_LH, data: bytes, base: int) -> Adapter:
    own = _linked(layouts.IP_ADAPTER_UNICAST_ADDRESS_LH, data, base, entry.FirstUnicastAddress)
    hops = _linked(layouts.IP_ADAPTER_GATEWAY_ADDRESS_LH, data, base, entry.FirstGatewayAddress)
    return Adapter(
        entry.IfIndex, entry.Ipv6IfIndex, _wide_at(data, entry.FriendlyName - base), entry.IfType,
        mac_of(bytes(entry.PhysicalAddress), entry.PhysicalAddressLength),
        tuple(
            endpoint(_pointed(unicast.Address, data, base), temporary=unicast.SuffixOrigin == _TEMPORARY)
            for unicast in own
            if unicast.DadState in (_PREFERRED, _DEPRECATED)  # neither a duplicate nor still being tried
        ),
        tuple(endpoint(_pointed(hop.Address, data, base)) for hop in hops),
        up=entry.OperStatus == _UP, metric=entry.Ipv4Metric,
    )  # fmt: skip


def _pointed(address: layouts.SOCKET_ADDRESS, data: bytes, base: int) -> bytes:
    """The bytes that a SOCKET_ADDRESS points to."""
    start, length = address.lpSockaddr - base, address.iSockaddrLength
    if not 8 <= length <= 128 or not 0 <= start <= len(data) - length:
        raise ProbeError("Windows tells an address that lies outside of its answer.")
    return data[start : start + length]


def _linked(kind: type[S], data: bytes, base: int, first: int) -> list[S]:
    """The members of a list that begins at a pointer."""
    found: list[S] = []
    at = first
    while at:
        found.append(_at(kind, data, at - base))
        if len(found) > _MOST:
            raise ProbeError("Windows' answer is a list without an end.")
        at = getattr(found[-1], "Next")  # noqa: B009 - the layouts have it, ctypes.Structure does not say so
    return found


def endpoint(raw: bytes, *, temporary: bool = False) -> Endpoint:
    """An address out of a SOCKADDR_INET, SOCKADDR_IN or SOCKADDR_IN6. ProbeError for another family."""
    whole = _at(layouts.SOCKADDR_INET, raw.ljust(ctypes.sizeof(layouts.SOCKADDR_INET), b"\0"), 0)
    if whole.si_family == layouts.AF_INET:
        return Endpoint(addresses.from_packed(bytes(whole.sin_addr)), bytes(whole), temporary=temporary)
    if whole.si_family == layouts.AF_INET6:
        return Endpoint(addresses.from_packed(bytes(whole.sin6_addr)), bytes(whole), temporary=temporary)
    raise ProbeError(
        message(
            "Windows tells an address of family {si_family}, which is neither IPv4 nor IPv6.", si_family=whole.si_family
        )
    )


def best_route(data: bytes) -> BestRoute:
    """The MIB_IPFORWARD_ROW2 of GetBestRoute2. ProbeError for another form."""
    row = _at(layouts.MIB_IPFORWARD_ROW2, data, 0)
    hop = endpoint(bytes(row.NextHop))
    if not row.InterfaceIndex:
        raise ProbeError("Windows tells a route without an interface.")
    return BestRoute(row.InterfaceIndex, None if hop.address.kind == "unspecified" else hop)


def neighbour_question(index: int, hop: Endpoint) -> bytes:
    """The MIB_IPNET_ROW2 to hand to ResolveIpNetEntry2."""
    row = layouts.MIB_IPNET_ROW2()
    row.Address = layouts.SOCKADDR_INET.from_buffer_copy(hop.raw)
    row.InterfaceIndex = index
    return bytes(row)


def neighbour_mac(data: bytes) -> str | None:
    """The MAC in a MIB_IPNET_ROW2, None where the neighbour's is not known. ProbeError for another form.

    States below NlnsProbe are "unreachable" and "incomplete" (nldef.h).
    """
    row = _at(layouts.MIB_IPNET_ROW2, data, 0)
    return mac_of(bytes(row.PhysicalAddress), row.PhysicalAddressLength) if 2 <= row.State <= 6 else None


def counted(data: bytes, kind: type[S]) -> list[S]:
    """The rows of a table: their number, four bytes, then the rows. ProbeError where it is shorter than it says."""
    if len(data) < _ROWS_AT:
        raise ProbeError("Windows' answer ends before its table begins.")
    count = int.from_bytes(data[:4], "little")
    if count > _MOST:
        raise ProbeError(message("Windows' answer counts {count} rows.", count=count))
    return [_at(kind, data, _ROWS_AT + number * ctypes.sizeof(kind)) for number in range(count)]


def mac_of(octets: bytes, length: int) -> str | None:
    """A MAC in storage form; None for other lengths than six (Firewire, tunnels) and for zeros."""
    return macs.from_bytes(octets[:6]) if length == 6 and any(octets[:6]) else None


def guid_text(guid: layouts.GUID) -> str:
    """A GUID as the registry writes it: `{00000000-0000-0000-0000-000000000000}`, capitals."""
    tail = bytes(guid.Data4).hex()
    return f"{{{guid.Data1:08x}-{guid.Data2:04x}-{guid.Data3:04x}-{tail[:4]}-{tail[4:]}}}".upper()


def wide_text(data: ctypes.Array[ctypes.c_uint16] | bytes) -> str:
    """UTF-16 up to its NUL, escaped: a name can be anything that a user typed."""
    octets = bytes(data)
    text = octets[: len(octets) // 2 * 2].decode("utf-16-le", "replace")
    return printable(text.split("\0", 1)[0])


def _wide_at(data: bytes, start: int) -> str:
    if not 0 <= start < len(data):
        raise ProbeError("Windows tells a name that lies outside of its answer.")
    return wide_text(data[start : start + 512])


def _at(kind: type[S], data: bytes, start: int) -> S:
    if not 0 <= start <= len(data) - ctypes.sizeof(kind):
        raise ProbeError(message("Windows' answer is too short for its {name}.", name=kind.__name__))
    return kind.from_buffer_copy(data, start)
