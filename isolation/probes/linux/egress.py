"""By which interface and gateway traffic leaves: the kernel's own answer, without sending a packet.

RTM_GETROUTE to a public address follows policy rules, metrics, split defaults, several paths and tunnels, as the
traffic itself does. Where it leaves by a tunnel, the local network's gateway beneath it is looked for too: the tunnel
changes what the far side sees and not where the machine stands.
"""

from __future__ import annotations

import struct
import sys

from isolation.errors import ProbeError
from isolation.identifiers.addresses import from_packed, public_prefix
from isolation.identifiers.catalogue import judge_address
from isolation.model import Reading, Value
from isolation.probes.linux import netlink, tunnel
from isolation.probes.linux.addresses import checked, packed_address
from isolation.probes.linux.links import Link, one_link

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.identifiers.addresses import Address

SOURCE = "rtnetlink RTM_GETROUTE"

# Public addresses to ask the way to; nothing is sent there. Two for IPv4, so that a default split into 0.0.0.0/1 and
# 128.0.0.0/1 shows whole, and no public resolver among them, because those are routed specially here and there:
# a content network's space (23.0.0.0/12) and a.root-servers.net.
_DESTINATIONS = (
    (netlink.INET, (bytes((198, 41, 0, 4)), bytes((23, 0, 0, 1)))),
    (netlink.INET6, (bytes.fromhex("20010503ba3e00000000000000020030"),)),
)

# linux/rtnetlink.h
_RTA_DST, _RTA_OIF, _RTA_GATEWAY, _RTA_PRIORITY, _RTA_PREFSRC, _RTA_MULTIPATH, _RTA_TABLE, _RTA_VIA = (
    1, 4, 5, 6, 7, 9, 15, 18,
)  # fmt: skip
_UNICAST = 1
_REFUSING = {6: "a blackhole", 7: "an unreachable", 8: "a prohibiting", 9: "a throwing"}
_FIB_MATCH = 0x2000  # answer with the whole matching entry, all its next hops included
_DEAD = 0x1 | 0x10  # RTNH_F_DEAD, RTNH_F_LINKDOWN
_MAIN, _LOCAL = 254, 255
_NO_WAY_OUT = (3, False, 0)  # as a rank: a route to a part of the Internet

_ROUTE = struct.Struct("=BBBBBBBBI")
_HOP = struct.Struct("=HBBi")

# IPv4 blocks given to one user and widely borrowed by carriers and companies for their inside; behind them is a NAT.
_BORROWED = frozenset({6, 7, 11, 21, 22, 25, 26, 28, 29, 30, 33, 55})


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


class Way(Value):
    """A way out of this machine: interface, the gateway's packed address (b"": none is needed), source address, metric,
    and the tunnel above it ("" where traffic leaves by this interface itself)."""

    __slots__ = ("beneath", "gateway", "link", "metric", "source")
    link: Link
    gateway: bytes
    source: Address | None
    metric: int
    beneath: str

    def __init__(self, link: Link, gateway: bytes, source: Address | None, metric: int, beneath: str = "") -> None:
        self._init(link=link, gateway=gateway, source=source, metric=metric, beneath=beneath)

    @property
    def gateway_text(self) -> str:
        """The gateway's address to show, "" for none."""
        return from_packed(self.gateway).text if self.gateway else ""

    def detail(self) -> dict[str, str | int | bool]:
        """What belongs to a reading of this way."""
        place: dict[str, str | int | bool] = {"interface": self.link.name, "metric": self.metric}
        return place | {"kind": "beneath-tunnel"} if self.beneath else place


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
        return (Hop(netlink.number(found[_RTA_OIF]), _gateway(family, found)),) if _RTA_OIF in found else ()
    several = found[_RTA_MULTIPATH]
    hops = []
    start = 0
    while start + _HOP.size <= len(several):
        length, flags, _weight, index = _HOP.unpack_from(several, start)
        if not _HOP.size <= length <= len(several) - start:
            raise ProbeError("The kernel's answer has a next hop that does not fit.")
        if not flags & _DEAD:
            hops.append(Hop(index, _gateway(family, netlink.attributes(several[start : start + length], _HOP.size))))
        start += (length + 3) & ~3
    return tuple(hops)


def _gateway(family: int, found: dict[int, bytes]) -> bytes:
    """The gateway's packed address: of the route's own family, or (RTA_VIA) an IPv6 neighbour that takes IPv4."""
    if _RTA_GATEWAY in found:
        return checked(family, found[_RTA_GATEWAY])
    if _RTA_VIA in found:
        via = found[_RTA_VIA]
        return checked(int.from_bytes(via[:2], sys.byteorder), via[2:])
    return b""


def find(kernel: netlink.Kernel, links: dict[int, Link]) -> tuple[list[Way], str]:
    """The ways out, those that traffic takes first; where there is none, the reason.

    ProbeError where the kernel names an interface that is gone when it is looked at.
    """
    ways: list[Way] = []
    reason = ""
    for family, destinations in _DESTINATIONS:
        for destination in destinations:
            try:
                _add(ways, _ways(kernel, links, family, destination))
            except OSError as error:
                reason = reason or f"No route leads to the Internet ({error.strerror})."
    tunnels = " and ".join(dict.fromkeys(way.link.name for way in ways if tunnel.kind_of(way.link)))
    if tunnels:
        _add(ways, _beneath(kernel, links, tunnels))
    return ways, reason


def _add(ways: list[Way], more: list[Way]) -> None:
    """Add the ways that are not there yet: an interface and a gateway count once."""
    for way in more:
        if not any(old.link.index == way.link.index and old.gateway == way.gateway for old in ways):
            ways.append(way)


def _ways(kernel: netlink.Kernel, links: dict[int, Link], family: int, destination: bytes) -> list[Way]:
    """The ways to one destination: the one taken, or all of them where the route has several paths."""
    route = _ask(kernel, family, destination, 0)
    if route.type in _REFUSING:
        raise OSError(0, f"{_REFUSING[route.type]} route stands in the way")
    try:
        entry = _ask(kernel, family, destination, _FIB_MATCH)
    except OSError:
        entry = route
    hops = entry.hops if len(entry.hops) > 1 else route.hops
    return [Way(_link(kernel, links, hop.index), hop.gateway, route.source, entry.metric) for hop in hops]


def _ask(kernel: netlink.Kernel, family: int, destination: bytes, flags: int) -> Route:
    body = _ROUTE.pack(family, 8 * len(destination), 0, 0, 0, 0, 0, 0, flags)
    return parse_route(kernel.ask(netlink.GET_ROUTE, body + netlink.attribute(_RTA_DST, destination)))


def _link(kernel: netlink.Kernel, links: dict[int, Link], index: int) -> Link:
    """An interface of the list, or one that came after the list was taken."""
    if index not in links:
        try:
            links[index] = one_link(kernel, index)
        except OSError as error:
            raise ProbeError(f"Interface {index} has the route to the Internet and went away meanwhile.") from error
    return links[index]


def _beneath(kernel: netlink.Kernel, links: dict[int, Link], tunnels: str) -> list[Way]:
    """The local network's gateways under a tunnel: of each family the best default route by another interface.

    A VPN client that took the default route away leaves a host route to its server by the same gateway.
    """
    ways: list[Way] = []
    for family, _destinations in _DESTINATIONS:
        routes = [route for route in _all_routes(kernel, family) if any(_local(links, hop) for hop in route.hops)]
        best = min(routes, key=_rank, default=None)
        if best is not None and _rank(best) < _NO_WAY_OUT:
            found = [hop for hop in best.hops if _local(links, hop)]
            ways += [Way(links[hop.index], hop.gateway, best.source, best.metric, tunnels) for hop in found]
    return ways


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


def read(ways: list[Way], reason: str) -> list[Reading]:
    """`gateway_ip` for every gateway, and the public address where the machine itself holds it."""
    readings = [_gateway_reading(way) for way in ways if way.gateway]
    if not readings:
        names = " and ".join(dict.fromkeys(way.link.name for way in ways))
        why = f"Traffic leaves by {names} without a gateway." if ways else reason
        readings = [Reading("gateway_ip", "absent", source=SOURCE, reason=why)]
    return readings + _own_public(ways)


def _gateway_reading(way: Way) -> Reading:
    reason = judge_address(from_packed(way.gateway), "gateway_ip").reason
    if way.beneath:
        reason = f"The local network's gateway, beneath {way.beneath}; its address is context only."
    return Reading("gateway_ip", "observed", way.gateway_text, source=SOURCE, reason=reason, detail=way.detail())


def _own_public(ways: list[Way]) -> list[Reading]:
    """`public_ip`, and for IPv6 `public_prefix`, where the address that traffic leaves from is itself public."""
    readings: list[Reading] = []
    sources = [way for way in ways if way.source is not None and way.source.public and not way.beneath]
    for address, way in {way.source: way for way in sources if way.source}.items():
        borrowed = address.version == 4 and int(address.text.partition(".")[0]) in _BORROWED
        reason = "This machine sends from a public address of its own; no service was asked whether a NAT changes it."
        if borrowed:
            reason = "This block is widely borrowed for the inside of networks, so a NAT stands before it."
        values = [("public_ip", address.text)]
        if address.version == 6:
            values.append(("public_prefix", public_prefix(address)))
        readings += [
            Reading(
                fact, "observed", value, source=SOURCE, reason=reason, identifying=not borrowed, confidence="probable",
                detail={"interface": way.link.name, "path": "direct"},
            )
            for fact, value in values
        ]  # fmt: skip
    return readings
