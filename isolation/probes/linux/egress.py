"""By which interface and gateway traffic leaves: the kernel's own answer, without sending a packet.

RTM_GETROUTE to a public address follows policy rules, metrics, split defaults, several paths and tunnels, as the
traffic itself does. Where it leaves by a tunnel, the local network's gateway beneath it is looked for too: the tunnel
changes what the far side sees and not where the machine stands.
"""

from __future__ import annotations

import _socket
import errno
import struct
import sys

from isolation.errors import ProbeError
from isolation.identifiers.addresses import from_packed
from isolation.messages import message
from isolation.model import Value
from isolation.probes import ways
from isolation.probes.linux import netlink, tunnel
from isolation.probes.linux.addresses import checked, packed_address
from isolation.probes.linux.links import Link, one_link
from isolation.probes.ways import Way
from isolation.system_words import why_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.identifiers.addresses import Address
    from isolation.model import Reading

SOURCE = "rtnetlink RTM_GETROUTE"

# The destinations of each family, packed.
_DESTINATIONS = (
    (netlink.INET, [_socket.inet_pton(_socket.AF_INET, text) for text in ways.DESTINATIONS if ":" not in text]),
    (netlink.INET6, [_socket.inet_pton(_socket.AF_INET6, text) for text in ways.DESTINATIONS if ":" in text]),
)

# linux/rtnetlink.h
_RTA_DST, _RTA_OIF, _RTA_GATEWAY, _RTA_PRIORITY, _RTA_PREFSRC, _RTA_MULTIPATH, _RTA_TABLE, _RTA_VIA = (
    1, 4, 5, 6, 7, 9, 15, 18,
)  # fmt: skip
_UNICAST = 1
_REFUSING = {6: "a blackhole", 7: message("an unreachable"), 8: "a prohibiting", 9: "a throwing"}
# What a lookup fails with where there is no route or one that refuses (net/ipv4/fib_semantics.c, fib_props).
_NO_ROUTE = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EACCES, errno.EINVAL, errno.EAGAIN, errno.ESRCH)
_FIB_MATCH = 0x2000  # answer with the whole matching entry, all its next hops included
_DEAD = 0x1 | 0x10  # RTNH_F_DEAD, RTNH_F_LINKDOWN
_MAIN, _LOCAL = 254, 255
_NO_WAY_OUT = (3, False, 0)  # as a rank: a route to a part of the Internet

_ROUTE = struct.Struct("=BBBBBBBBI")
_HOP = struct.Struct("=HBBi")


class Hop(Value):
    """A next hop: the outgoing interface's number, the gateway's packed address (b"": the far end is on the link)."""

    __slots__ = ("gateway", "index")
    index: int
    gateway: bytes

    def __init__(self, index: int, gateway: bytes) -> None:
        self._init(index=index, gateway=gateway)


class Route(Value):
    """A route: family, destination's prefix length, table, RTN type, metric, source address, next hops."""

    __slots__ = ("family", "hops", "length", "metric", "source", "table", "type")
    family: int
    length: int
    table: int
    type: int
    metric: int
    source: Address | None
    hops: tuple[Hop, ...]

    def __init__(
        self,
        family: int,
        length: int,
        table: int,
        type: int,  # noqa: A002 - the kernel's word
        metric: int,
        source: Address | None,
        hops: tuple[Hop, ...],
    ) -> None:
        self._init(family=family, length=length, table=table, type=type, metric=metric, source=source, hops=hops)


class Path(Value):
    """A way out as the kernel knows it: the interface, the gateway's packed address (b"": none), the way to show."""

    __slots__ = ("gateway", "link", "way")
    link: Link
    gateway: bytes
    way: Way

    def __init__(self, link: Link, hop: Hop, source: Address | None, metric: int, beneath: str = "") -> None:
        way = Way(
            link.name, from_packed(hop.gateway).text if hop.gateway else "", source,
            tunnel=tunnel.kind_of(link), beneath=beneath, metric=metric,
        )  # fmt: skip
        self._init(link=link, gateway=hop.gateway, way=way)


def parse_route(payload: bytes) -> Route:
    """A `struct rtmsg` with its attributes. ProbeError for anything else."""
    if len(payload) < _ROUTE.size:
        raise ProbeError("The kernel's answer about a route is too short.")
    family, length, _srclen, _tos, table, _protocol, _scope, type_, _flags = _ROUTE.unpack_from(payload)
    found = netlink.attributes(payload, _ROUTE.size)
    source = found.get(_RTA_PREFSRC)
    return Route(
        family, length,
        netlink.number(found[_RTA_TABLE]) if _RTA_TABLE in found else table,
        type_,
        netlink.number(found[_RTA_PRIORITY]) if _RTA_PRIORITY in found else 0,
        packed_address(family, source) if source is not None else None,
        _hops(family, found),
    )  # fmt: skip


def _hops(family: int, found: dict[int, bytes]) -> tuple[Hop, ...]:
    """The next hops that are alive: of several paths, or the only one."""
    if _RTA_MULTIPATH not in found:
        return (_hop(family, netlink.number(found[_RTA_OIF]), found),) if _RTA_OIF in found else ()
    several = found[_RTA_MULTIPATH]
    hops = []
    start = 0
    while start + _HOP.size <= len(several):
        length, flags, _weight, index = _HOP.unpack_from(several, start)
        if not _HOP.size <= length <= len(several) - start:
            raise ProbeError("The kernel's answer has a next hop that does not fit.")
        if not flags & _DEAD:
            hops.append(_hop(family, index, netlink.attributes(several[start : start + length], _HOP.size)))
        start += (length + 3) & ~3
    return tuple(hops)


def _hop(family: int, index: int, found: dict[int, bytes]) -> Hop:
    if not 0 < index < 1 << 31:
        raise ProbeError(
            message("The kernel's answer has a next hop by interface {index}, which there cannot be.", index=index)
        )
    return Hop(index, _gateway(family, found))


def _gateway(family: int, found: dict[int, bytes]) -> bytes:
    """The gateway's packed address: of the route's own family, or (RTA_VIA) an IPv6 neighbour that takes IPv4."""
    if _RTA_GATEWAY in found:
        return checked(family, found[_RTA_GATEWAY])
    if _RTA_VIA in found:
        via = found[_RTA_VIA]
        return checked(int.from_bytes(via[:2], sys.byteorder), via[2:])
    return b""


def find(kernel: netlink.Kernel, links: dict[int, Link]) -> tuple[list[Path], str]:
    """The ways out, those that traffic takes first; where there is none, the reason.

    ProbeError where the kernel names an interface that is gone when it is looked at, OSError where it cannot be asked.
    """
    paths: list[Path] = []
    reason = ""
    for family, destinations in _DESTINATIONS:
        for destination in destinations:
            try:
                _add(paths, _paths(kernel, links, family, destination))
            except netlink.Refused as error:
                if error.errno not in _NO_ROUTE:
                    raise
                reason = reason or message("No route leads to the Internet ({why}).", why=why_of(error))
    tunnels = " and ".join(dict.fromkeys(path.link.name for path in paths if path.way.tunnel))
    if tunnels:
        _add(paths, _beneath(kernel, links, tunnels))
    return paths, reason


def _add(paths: list[Path], more: list[Path]) -> None:
    """Add the ways that are not there yet: an interface and a gateway count once."""
    for path in more:
        if not any(old.link.index == path.link.index and old.gateway == path.gateway for old in paths):
            paths.append(path)


def _paths(kernel: netlink.Kernel, links: dict[int, Link], family: int, destination: bytes) -> list[Path]:
    """The ways to one destination: the one taken, or all of them where the route has several."""
    route = _ask(kernel, family, destination, 0)
    if route.type in _REFUSING:
        raise netlink.Refused(
            errno.EHOSTUNREACH, message("{refusing} route stands in the way", refusing=_REFUSING[route.type])
        )
    try:
        entry = _ask(kernel, family, destination, _FIB_MATCH)
    except netlink.Refused:
        entry = route
    hops = entry.hops if len(entry.hops) > 1 else route.hops
    return [Path(_link(kernel, links, hop.index), hop, route.source, entry.metric) for hop in hops]


def _ask(kernel: netlink.Kernel, family: int, destination: bytes, flags: int) -> Route:
    body = _ROUTE.pack(family, 8 * len(destination), 0, 0, 0, 0, 0, 0, flags)
    return parse_route(kernel.ask(netlink.GET_ROUTE, body + netlink.attribute(_RTA_DST, destination)))


def _link(kernel: netlink.Kernel, links: dict[int, Link], index: int) -> Link:
    """An interface of the list, or one that came after the list was taken."""
    if index not in links:
        try:
            links[index] = one_link(kernel, index)
        except OSError as error:
            raise ProbeError(
                message("Interface {index} has the route to the Internet and went away meanwhile.", index=index)
            ) from error
    return links[index]


def _beneath(kernel: netlink.Kernel, links: dict[int, Link], tunnels: str) -> list[Path]:
    """The local network's gateways under a tunnel: of each family the best default route by another interface.

    A VPN client that took the default route away leaves a host route to its server by the same gateway.
    """
    paths: list[Path] = []
    for family, _destinations in _DESTINATIONS:
        routes = [route for route in _all_routes(kernel, family) if any(_local(links, hop) for hop in route.hops)]
        best = min(routes, key=_rank, default=None)
        if best is not None and _rank(best) < _NO_WAY_OUT:
            hops = [hop for hop in best.hops if _local(links, hop)]
            paths += [Path(links[hop.index], hop, best.source, best.metric, tunnels) for hop in hops]
    return paths


def _all_routes(kernel: netlink.Kernel, family: int) -> list[Route]:
    body = _ROUTE.pack(family, 0, 0, 0, 0, 0, 0, 0, 0)
    routes = map(parse_route, kernel.dump(netlink.GET_ROUTE, body))
    return [route for route in routes if route.type == _UNICAST and route.table != _LOCAL]


def _rank(route: Route) -> tuple[int, bool, int]:
    """Smaller is likelier the local network's way out: whole default, half of one, host route; main table; metric."""
    host = 32 if route.family == netlink.INET else 128
    shape = {0: 0, 1: 1, host: 2}.get(route.length, 3)
    return shape, route.table != _MAIN, route.metric


def _local(links: dict[int, Link], hop: Hop) -> bool:
    """Whether a hop has a gateway on an interface that is up and no tunnel."""
    link = links.get(hop.index)
    return link is not None and link.up and hop.gateway != b"" and not tunnel.kind_of(link)


def read(paths: list[Path], no_route: str) -> list[Reading]:
    """`gateway_ip`, `tunnel`, and the public address where the machine itself holds it."""
    found = [path.way for path in paths]
    return (
        ways.gateways(found, SOURCE, no_route) + ways.tunnels(found, SOURCE, no_route) + ways.own_public(found, SOURCE)
    )
