"""By which interface and gateway traffic leaves a Windows machine: GetBestRoute2, then ResolveIpNetEntry2.

GetBestRoute2 ranks as the system does (route and interface metric together) and sends nothing; ResolveIpNetEntry2
asks the local network for the gateway's MAC. Where traffic leaves by a tunnel, the gateways of the adapters beneath
it are read too. Not run on the platform.
"""

from __future__ import annotations

import socket
from functools import partial

from isolation.messages import message
from isolation.model import Reading
from isolation.probes import ways
from isolation.probes.ways import Way, gateway_reading
from isolation.probes.windows import layouts, tables
from isolation.probes.windows.adapters import tunnel_kind
from isolation.probes.windows.answers import Untold, answer
from isolation.probes.windows.api import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.probes.windows.api import Api
    from isolation.probes.windows.tables import Adapter, Endpoint

    # A way with what is needed to ask for its gateway's MAC: the interface's number and the raw address.
    Hop = tuple[Way, int, Endpoint | None]

_SOURCE = "GetBestRoute2"
_RESOLVE = "ResolveIpNetEntry2"

# winerror.h: what GetBestRoute2 says where no route leads there, and ResolveIpNetEntry2 where nobody answers.
_NO_ROUTE = (2, 50, 1168, 1231)
_NO_ANSWER = (67, 1168)


def read(api: Api, known: list[Adapter]) -> list[Reading]:
    """`gateway_ip`, `gateway_mac`, `tunnel`, and the public address where the machine itself holds it."""
    hops, untold = _taken(api, known)
    if not hops and untold.status != "absent":
        facts = ("gateway_ip", "gateway_mac", "tunnel")
        return [Reading(fact, untold.status, source=_SOURCE, reason=untold.reason) for fact in facts]
    hops += _beneath(hops, known)
    found = [way for way, _, _ in hops]
    macs = [_gateway_mac(api, way, index, raw) for way, index, raw in hops if raw is not None]
    return (
        ways.gateways(found, _SOURCE, untold.reason)
        + ways.gateway_macs(macs, _RESOLVE)
        + ways.tunnels(found, _SOURCE, untold.reason)
        + ways.own_public(found, _SOURCE)
    )


def _taken(api: Api, known: list[Adapter]) -> tuple[list[Hop], Untold]:
    """The ways that traffic takes, and why there is none where there is none."""
    hops: list[Hop] = []
    untold = Untold("absent", message("No route leads to the Internet."))
    for destination in ways.DESTINATIONS:
        try:
            hop = answer(partial(_hop, api, known, destination))
        except Untold as why:
            untold = why
            continue
        if hop is not None and not any(_same(hop, old) for old in hops):
            hops.append(hop)
    return hops, untold


def _same(one: Hop, other: Hop) -> bool:
    return (one[0].interface, one[0].gateway) == (other[0].interface, other[0].gateway)


def _hop(api: Api, known: list[Adapter], destination: str) -> Hop | None:
    """The way to one destination; None where there is no route."""
    try:
        row, sender = api.best_route(_packed(destination))
    except Refused as refused:
        if refused.code in _NO_ROUTE:
            return None
        raise
    route, source = tables.best_route(row), tables.endpoint(sender)
    if source.address.kind == "link-local" and route.next_hop is None:
        return None  # an interface that only reaches its own link
    adapter = next((adapter for adapter in known if route.index in (adapter.index, adapter.index6)), None)
    name = adapter.name if adapter else message("interface {index}", index=route.index)
    gateway = route.next_hop.address.text if route.next_hop else ""
    kind = tunnel_kind(adapter) if adapter else ""
    return Way(name, gateway, source.address, tunnel=kind), route.index, route.next_hop


def _packed(destination: str) -> bytes:
    """A SOCKADDR_INET of an address."""
    target = layouts.SOCKADDR_INET()
    if ":" in destination:
        target.si_family = layouts.AF_INET6
        target.sin6_addr[:] = socket.inet_pton(socket.AF_INET6, destination)
    else:
        target.si_family = layouts.AF_INET
        target.sin_addr[:] = socket.inet_pton(socket.AF_INET, destination)
    return bytes(target)


def _beneath(hops: list[Hop], known: list[Adapter]) -> list[Hop]:
    """The local network's gateways under a tunnel: those of the other adapters that are up, the best metric first."""
    above = " and ".join(dict.fromkeys(way.interface for way, _, _ in hops if way.tunnel))
    if not above:
        return []
    return [
        (Way(adapter.name, hop.address.text, beneath=above), adapter.index or adapter.index6, hop)
        for adapter in sorted(known, key=lambda adapter: adapter.metric)
        for hop in adapter.gateways
        if adapter.up and not tunnel_kind(adapter) and hop.address.kind != "unspecified"
        and not any((way.interface, way.gateway) == (adapter.name, hop.address.text) for way, _, _ in hops)
    ]  # fmt: skip


def _gateway_mac(api: Api, way: Way, index: int, hop: Endpoint) -> Reading:
    detail = way.detail()
    if way.tunnel:
        reason = message(
            "{interface} has no MAC layer, so a gateway on it has no MAC address.", interface=way.interface
        )
        return Reading("gateway_mac", "absent", source=_RESOLVE, reason=reason, detail=detail)
    try:
        mac = answer(partial(_resolved, api, index, hop))
    except Untold as why:
        return Reading("gateway_mac", why.status, source=_RESOLVE, reason=why.reason, detail=detail)
    if mac is None:
        return Reading("gateway_mac", "absent", source=_RESOLVE, reason="The gateway does not answer.", detail=detail)
    return gateway_reading(mac, _RESOLVE, detail, way.beneath)


def _resolved(api: Api, index: int, hop: Endpoint) -> str | None:
    """The gateway's MAC in storage form, None where nobody answers."""
    try:
        return tables.neighbour_mac(api.resolve(tables.neighbour_question(index, hop)))
    except Refused as refused:
        if refused.code in _NO_ANSWER:
            return None
        raise
