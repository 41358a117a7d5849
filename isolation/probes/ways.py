"""The ways out of a machine, and the readings made of them, alike on every system.

Where traffic leaves by a tunnel, the local network's way beneath it is kept apart: the tunnel changes what the far
side sees and not where the machine stands.
"""

from __future__ import annotations

from isolation.identifiers import macs
from isolation.identifiers.addresses import parse_address, public_prefix
from isolation.identifiers.catalogue import judge_address, judge_mac
from isolation.messages import message
from isolation.model import Reading, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.identifiers.addresses import Address

# Public addresses to ask the way to; nothing is sent there. Two for IPv4, so that a default split into 0.0.0.0/1 and
# 128.0.0.0/1 shows whole, and no public resolver among them, because those are routed specially here and there:
# a.root-servers.net and a content network's space.
DESTINATIONS = ("198.41.0.4", "23.0.0.1", "2001:503:ba3e::2:30")

# IPv4 blocks given to one user and widely borrowed by carriers and companies for their inside; behind them is a NAT.
_BORROWED = frozenset({6, 7, 11, 21, 22, 25, 26, 28, 29, 30, 33, 55})


class Way(Value):
    """A way out: interface by name, the gateway's canonical address ("" where none is needed), the address that is
    sent from (None where not told), the kind of tunnel the interface is ("" for none), the tunnel above it ("" where
    traffic leaves by this interface itself), and the route's metric (None where not told)."""

    __slots__ = ("beneath", "gateway", "interface", "metric", "source", "tunnel")
    interface: str
    gateway: str
    source: Address | None
    tunnel: str
    beneath: str
    metric: int | None

    def __init__(
        self,
        interface: str,
        gateway: str,
        source: Address | None = None,
        *,
        tunnel: str = "",
        beneath: str = "",
        metric: int | None = None,
    ) -> None:
        self._init(interface=interface, gateway=gateway, source=source, tunnel=tunnel, beneath=beneath, metric=metric)

    def detail(self) -> dict[str, str | int | bool]:
        """What belongs to a reading of this way."""
        place: dict[str, str | int | bool] = {"interface": self.interface}
        if self.metric is not None:
            place["metric"] = self.metric
        return place | {"kind": "beneath-tunnel"} if self.beneath else place


def gateways(ways: list[Way], source: str, no_route: str) -> list[Reading]:
    """`gateway_ip` for every gateway; absent where there is none, or where there is `no_route`, a sentence."""
    readings = [_gateway(way, source) for way in ways if way.gateway]
    if readings:
        return readings
    names = " and ".join(dict.fromkeys(way.interface for way in ways))
    reason = message("Traffic leaves by {names} without a gateway.", names=names) if ways else no_route
    return [Reading("gateway_ip", "absent", source=source, reason=reason)]


def _gateway(way: Way, source: str) -> Reading:
    reason = judge_address(parse_address(way.gateway), "gateway_ip").reason
    if way.beneath:
        reason = message(
            "The local network's gateway, beneath {beneath}; its address is context only.", beneath=way.beneath
        )
    return Reading("gateway_ip", "observed", way.gateway, source=source, reason=reason, detail=way.detail())


def gateway_reading(mac: str, source: str, detail: dict[str, str | int | bool], beneath: str = "") -> Reading:
    """A gateway's MAC as a reading, judged by the catalogue; `beneath` names the tunnel above it."""
    judged = judge_mac(mac, "gateway_mac")
    reason = judged.reason or message("The gateway's own answer; it tells one network from another.")
    if beneath:
        reason = message("The local network's gateway, beneath {beneath}. {reason}", beneath=beneath, reason=reason)
    return Reading(
        "gateway_mac", "observed", macs.format_mac(mac), source=source, reason=reason,
        identifying=judged.identifying, confidence=judged.confidence, detail=detail,
    )  # fmt: skip


def gateway_macs(readings: list[Reading], source: str) -> list[Reading]:
    """`gateway_mac` readings, one per MAC and interface: the router of IPv4 and that of IPv6 are mostly one."""
    seen: dict[tuple[object, object], Reading] = {}
    for number, reading in enumerate(readings):
        seen.setdefault((reading.value or number, reading.detail.get("interface")), reading)
    return list(seen.values()) or [
        Reading("gateway_mac", "absent", source=source, reason="There is no gateway to ask for its MAC.")
    ]


def tunnels(ways: list[Way], source: str, no_route: str) -> list[Reading]:
    """`tunnel` for each interface that traffic leaves by and that is one; absent where none is."""
    taken = {way.interface: way for way in ways if not way.beneath}
    found = [way for way in taken.values() if way.tunnel]
    if found:
        return [
            Reading(
                "tunnel", "observed", way.interface, source=source,
                reason=message("Traffic leaves by {interface} ({tunnel}); a tunnel is context and takes no other "
"reading away.", interface=way.interface, tunnel=way.tunnel),
                detail={"interface": way.interface, "kind": way.tunnel},
            )
            for way in found
        ]  # fmt: skip
    names = " and ".join(taken)
    reason = (
        message("Traffic leaves by {names}, no tunnel (IPsec policies and proxies do not show).", names=names)
        if taken
        else no_route
    )
    return [Reading("tunnel", "absent", source=source, reason=reason)]


def own_public(ways: list[Way], source: str) -> list[Reading]:
    """`public_ip`, and for IPv6 `public_prefix`, where the address that traffic leaves from is itself public."""
    readings: list[Reading] = []
    sending = {way.source: way for way in ways if way.source is not None and way.source.public and not way.beneath}
    for address, way in sending.items():
        borrowed = address.version == 4 and int(address.text.partition(".")[0]) in _BORROWED
        reason = message(
            "This machine sends from a public address of its own; no service was asked whether a NAT changes it."
        )
        if borrowed:
            reason = message("This block is widely borrowed for the inside of networks, so a NAT stands before it.")
        values = [("public_ip", address.text)]
        if address.version == 6:
            values.append(("public_prefix", public_prefix(address)))
        readings += [
            Reading(
                fact, "observed", value, source=source, reason=reason, identifying=not borrowed,
                confidence="probable", detail={"interface": way.interface, "path": "direct"},
            )
            for fact, value in values
        ]  # fmt: skip
    return readings
