"""Windows' console tools, where its functions cannot be used (a 32-bit Python): ipconfig, route, arp.

They print in the system's language and code page and are read by form and place. They know less, so what they say is
`probable` at most, and nothing of them tells a tunnel. Not run on the platform.
"""

from __future__ import annotations

from isolation.identifiers.addresses import parse_address
from isolation.identifiers.escape import printable
from isolation.messages import message
from isolation.model import Reading, weakest
from isolation.probes.linux.addresses import local_reading
from isolation.probes.text import arp, ipconfig, route_print
from isolation.probes.text.ask import Untold, ask
from isolation.probes.ways import Way, gateway_reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.probes.machine import Machine
    from isolation.probes.text.ipconfig import Adapter
    from isolation.probes.text.routes import Route
    from isolation.probes.windows.api import Api


def path(machine: Machine, name: str) -> str:
    """The full path of a tool of the system."""
    root = machine.environment.get("SystemRoot", r"C:\Windows")
    return rf"{root}\System32\{name}.exe"


def read(machine: Machine, api: Api, why: Untold) -> list[Reading]:
    """`local_ip`, `gateway_ip`, `gateway_mac`, `tunnel`; `why` is what kept the functions from being used."""
    page = api.code_page()
    tunnel = Reading(
        "tunnel",
        "failed",
        source="ipconfig",
        reason=message("{reason} No console tool tells tunnels from cards.", reason=why.reason),
    )
    try:
        adapters = ask(machine, (path(machine, "ipconfig"), "/all"), lambda output: ipconfig.parse(output, page))
    except Untold as untold:
        reason = f"{why.reason} {untold.reason}"
        facts = ("local_ip", "gateway_ip", "gateway_mac")
        return [*(Reading(fact, untold.status, source="ipconfig", reason=reason) for fact in facts), tunnel]
    return _local(adapters, why) + _gateways(machine, adapters, page, why) + [tunnel]


def _local(adapters: list[Adapter], why: Untold) -> list[Reading]:
    readings = []
    for adapter in adapters:
        for address in map(parse_address, adapter.ipv4 + adapter.ipv6):
            reason = message("{reason} An interface's own address is context only.", reason=why.reason)
            readings.append(local_reading(address.text, "ipconfig", printable(adapter.name), address.kind, reason))
    return readings or [Reading("local_ip", "absent", source="ipconfig", reason="No adapter has an address.")]


def _gateways(machine: Machine, adapters: list[Adapter], page: str, why: Untold) -> list[Reading]:
    try:
        routes = ask(machine, (path(machine, "route"), "print"), lambda output: route_print.parse(output, page))
    except Untold as untold:
        reason = f"{why.reason} {untold.reason}"
        return [
            Reading(fact, untold.status, source="route print", reason=reason) for fact in ("gateway_ip", "gateway_mac")
        ]
    best = min((route for route in routes if route.default and route.mask and route.next_hop), key=_rank, default=None)
    if best is None:
        reason = message("{reason} No route leads to the Internet by a gateway.", reason=why.reason)
        return [Reading(fact, "absent", source="route print", reason=reason) for fact in ("gateway_ip", "gateway_mac")]
    holder = next((adapter.name for adapter in adapters if best.interface in adapter.ipv4), best.interface)
    way = Way(printable(holder), best.next_hop)
    reason = message("{reason} A gateway's address repeats on many networks; it is context only.", reason=why.reason)
    address = Reading(
        "gateway_ip", "observed", way.gateway, source="route print", reason=reason, confidence="probable",
        detail=way.detail(),
    )  # fmt: skip
    return [address, _gateway_mac(machine, way, best.interface, why)]


def _rank(route: Route) -> int:
    return route.metric or 0


def _gateway_mac(machine: Machine, way: Way, interface: str, why: Untold) -> Reading:
    try:
        table = ask(machine, (path(machine, "arp"), "-a", way.gateway), arp.parse)
    except Untold as untold:
        reason = f"{why.reason} {untold.reason}"
        return Reading("gateway_mac", untold.status, source="arp -a", reason=reason, detail=way.detail())
    place = (way.gateway, interface)
    mac = next((entry.mac for entry in table if entry.mac and (entry.address, entry.interface) == place), None)
    if mac is None:
        reason = message("{reason} arp does not know the gateway's MAC.", reason=why.reason)
        return Reading("gateway_mac", "absent", source="arp -a", reason=reason, detail=way.detail())
    judged = gateway_reading(mac, "arp -a", way.detail(), "")
    lowered: Reading = judged.replace(
        confidence=weakest((judged.confidence, "probable")), reason=f"{why.reason} {judged.reason}".strip()
    )
    return lowered
