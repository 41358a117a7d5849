"""By which interface and gateway traffic leaves a Mac: the kernel's own answer, without sending a packet.

`route -n get` asks by RTM_GET of the routing socket (route(4)), which follows split defaults and tunnels as the
traffic itself does. A gateway's MAC comes from the tables of `arp` and `ndp`; where they do not have it, a datagram
to the gateway's discard port makes the kernel ask. macOS keeps `utun` interfaces of its own that have a link-local
address only (for iCloud and Continuity): they carry no traffic to the Internet and are no VPN.
Read from vendor documentation and published outputs, not run on the platform.
"""

from __future__ import annotations

from isolation.errors import BadIdentifier
from isolation.identifiers.addresses import Address, parse_address
from isolation.messages import message
from isolation.model import Reading
from isolation.probes import ways
from isolation.probes.text import arp, ndp, netstat, route_get
from isolation.probes.text.ask import Untold, ask
from isolation.probes.ways import Way, gateway_reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.probes.machine import Machine
    from isolation.probes.text.arp import Neighbour
    from isolation.probes.text.ifconfig import Interface
    from isolation.probes.text.routes import Route

_SOURCE = "route -n get"
_TABLE = "netstat -rnl"

# Interfaces that wrap packets into other packets, by the names that macOS and clients give them.
_TUNNELS = ("gif", "gpd", "ipsec", "ppp", "stf", "tap", "tun", "utun", "zt", "feth")

_TRIES, _PAUSE = 5, 0.1


def read(machine: Machine, known: list[Interface] | Untold) -> list[Reading]:
    """`gateway_ip`, `gateway_mac`, `tunnel`, and the public address where the Mac itself holds it."""
    interfaces = [] if isinstance(known, Untold) else known
    found, untold = _ways(machine, interfaces)
    if not found and untold.status != "absent":
        facts = ("gateway_ip", "gateway_mac", "tunnel")
        return [Reading(fact, untold.status, source=_SOURCE, reason=untold.reason) for fact in facts]
    found += _beneath(machine, found)
    readings = ways.gateways(found, _SOURCE, untold.reason)
    readings += ways.gateway_macs([_gateway_mac(machine, way) for way in found if way.gateway], "arp, ndp")
    return readings + ways.tunnels(found, _SOURCE, untold.reason) + ways.own_public(found, _SOURCE)


def tunnel_kind(interface: str) -> str:
    """The kind of tunnel that an interface is by its name, "" for one that is none."""
    return next((kind for kind in _TUNNELS if interface.startswith(kind) and interface[len(kind) :].isdigit()), "")


def _ways(machine: Machine, interfaces: list[Interface]) -> tuple[list[Way], Untold]:
    """The ways that traffic takes, and why there is none where there is none."""
    found: list[Way] = []
    untold = Untold("absent", message("No route leads to the Internet."))
    for destination in ways.DESTINATIONS:
        family = "-inet6" if ":" in destination else "-inet"
        try:
            route = ask(machine, ("/sbin/route", "-n", "get", family, destination), _route)
        except Untold as why:
            untold = why
            continue
        if route is None or _idle(route.interface, interfaces):
            continue
        way = Way(route.interface, route.next_hop, _source(machine, destination), tunnel=tunnel_kind(route.interface))
        if not any((old.interface, old.gateway) == (way.interface, way.gateway) for old in found):
            found.append(way)
    return found, untold


def _route(output: bytes) -> Route | None:
    """The route; None where route prints none, as it does where it says on standard error that there is none."""
    return route_get.parse(output)[0] if output.strip() else None


def _idle(name: str, interfaces: list[Interface]) -> bool:
    """Whether an interface is a tunnel with link-local addresses only."""
    entry = next((entry for entry in interfaces if entry.name == name), None)
    addresses = map(parse_address, entry.ipv4 + entry.ipv6) if entry else iter(())
    return entry is not None and bool(tunnel_kind(name)) and all(local.kind == "link-local" for local in addresses)


def _source(machine: Machine, destination: str) -> Address | None:
    try:
        return parse_address(machine.source_address(destination))
    except (OSError, BadIdentifier):
        return None


def _beneath(machine: Machine, found: list[Way]) -> list[Way]:
    """The local network's gateways under a tunnel: the default routes that stay, by interfaces that are none."""
    above = " and ".join(dict.fromkeys(way.interface for way in found if way.tunnel))
    if not above:
        return []
    try:
        routes = ask(machine, ("/usr/sbin/netstat", "-rnl"), netstat.parse)
    except Untold:
        return []
    local = [route for route in routes if route.next_hop and not tunnel_kind(route.interface)]
    # A VPN client that took the default route away leaves a host route to its server by the same gateway.
    likely = [route for route in local if route.default] or [route for route in local if "GH" in route.flags]
    places = dict.fromkeys((route.interface, route.next_hop) for route in likely)
    taken = {(way.interface, way.gateway) for way in found}
    return [Way(*place, beneath=above) for place in places if place not in taken]


def _gateway_mac(machine: Machine, way: Way) -> Reading:
    detail = way.detail()
    source = "ndp -an" if ":" in way.gateway else f"arp -n {way.gateway}"
    if way.tunnel:
        reason = message(
            "{interface} has no MAC layer, so a gateway on it has no MAC address.", interface=way.interface
        )
        return Reading("gateway_mac", "absent", source=source, reason=reason, detail=detail)
    try:
        mac = _patiently(machine, way)
    except Untold as why:
        return Reading("gateway_mac", why.status, source=source, reason=why.reason, detail=detail)
    if mac is None:
        reason = message("The gateway did not answer in time.")
        return Reading("gateway_mac", "absent", source=source, reason=reason, detail=detail)
    return gateway_reading(mac, source, detail, way.beneath)


def _patiently(machine: Machine, way: Way) -> str | None:
    """The gateway's MAC in storage form; where the table does not have it, again after a nudge."""
    for attempt in range(_TRIES):
        mac = next((entry.mac for entry in _table(machine, way) if entry.mac and _is_gateway(entry, way)), None)
        if mac or ":" in way.gateway:  # a nudge to a link-local address needs the interface's number
            return mac
        if not attempt:
            try:
                machine.nudge(way.gateway, 0)
            except OSError:
                return None
        machine.sleep(_PAUSE)
    return None


def _table(machine: Machine, way: Way) -> list[Neighbour]:
    if ":" in way.gateway:
        return ask(machine, ("/usr/sbin/ndp", "-an"), ndp.parse)
    return ask(machine, ("/usr/sbin/arp", "-n", way.gateway), arp.parse)


def _is_gateway(entry: Neighbour, way: Way) -> bool:
    return entry.address == way.gateway and entry.interface == way.interface
