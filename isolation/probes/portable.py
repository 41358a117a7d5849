"""What can be read on any system: addresses by psutil, gateways by netifaces, the way out by a connected socket.

The base of the systems that have no probe of their own, and on Linux the fallback where netlink is refused. It knows
less, and says so: which gateway netifaces lists is believed only where the machine's own source address shows that
traffic leaves by that gateway's interface, because under a tunnel netifaces still names the local network's.
"""

from __future__ import annotations

from isolation.errors import BadIdentifier, ProbeError
from isolation.identifiers import macs
from isolation.identifiers.addresses import parse_address
from isolation.messages import message
from isolation.model import Reading, Value
from isolation.probes import ways
from isolation.probes.hardware import hardware_reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from isolation.identifiers.addresses import Address
    from isolation.probes.machine import Inventory, Machine

# Names that systems and clients give to tunnels, where nothing better tells.
_TUNNEL_NAMES = ("gif", "gpd", "gre", "ipsec", "ppp", "stf", "tailscale", "tap", "tun", "utun", "wg", "zt")

_WAIT, _PAUSE = 1.0, 0.01


class Gateway(Value):
    """A default gateway as listed somewhere: address, interface, and what listed it."""

    __slots__ = ("address", "interface", "source")
    address: str
    interface: str
    source: str

    def __init__(self, address: str, interface: str, source: str) -> None:
        self._init(address=address, interface=interface, source=source)


def read(machine: Machine, *, deadline: float = 3.0) -> list[Reading]:
    """Every reading of a system that has no probe of its own."""
    from isolation.probes.linux import device

    readings = network(
        machine, message("There is no probe of its own for {platform}.", platform=machine.platform), deadline=deadline
    )
    hardware = [reading for reading in readings if reading.fact == "hardware_mac"]
    return device.read(machine, hardware, "") + readings


def network(machine: Machine, why: str, *, deadline: float = 3.0) -> list[Reading]:
    """Interfaces, addresses, gateway and tunnel. `why` says why nothing better was used and opens every reason."""
    inventory, source = _inventory(machine)
    readings = local_addresses(inventory, source, why) + current_macs(inventory, source, why)
    return readings + _hardware(machine, inventory, why) + _way_out(machine, inventory, why, deadline)


def way_out(machine: Machine, why: str, *, deadline: float) -> list[Reading]:
    """Gateway and tunnel alone, where a system's own probe could tell the rest."""
    return _way_out(machine, _inventory(machine)[0], why, deadline)


def _way_out(machine: Machine, inventory: Inventory, why: str, deadline: float) -> list[Reading]:
    egress = _egress(machine, inventory)
    return _gateways(machine, egress, why, deadline) + _tunnel(machine, egress, why)


def _inventory(machine: Machine) -> tuple[Inventory, str]:
    """The interfaces with their addresses, and what told them; empty where nothing does."""
    try:
        return machine.interface_addresses(), "psutil net_if_addrs"
    except (OSError, ImportError):
        pass
    if machine.platform == "linux":
        from isolation.probes.linux import proc

        try:
            return proc.interface_addresses(machine), "/sys/class/net, SIOCGIFCONF, /proc/net/if_inet6"
        except (OSError, ProbeError):
            pass
    return {}, "psutil net_if_addrs"


def local_addresses(inventory: Inventory, source: str, why: str) -> list[Reading]:
    """`local_ip` for every address but the loopback's own."""
    readings = []
    for name, entries in inventory.items():
        for kind, text in entries:
            address = _address(text) if kind != "link" else None
            if address is None or address.kind == "loopback":
                continue
            reason = message("{why} An interface's own address is context only.", why=why).strip()
            detail: dict[str, str | int | bool] = {"interface": name, "kind": address.kind}
            readings.append(Reading("local_ip", "observed", address.text, source=source, reason=reason, detail=detail))
    return readings or [_none("local_ip", source, message("{why} No interface's address could be read.", why=why))]


def current_macs(inventory: Inventory, source: str, why: str) -> list[Reading]:
    """`current_mac` for every interface that has one."""
    readings = []
    for name, entries in inventory.items():
        for mac in [_mac(text) for kind, text in entries if kind == "link"]:
            if mac:
                reason = message("{why} The address in use is context only.", why=why).strip()
                readings.append(
                    Reading("current_mac", "observed", macs.format_mac(mac), source=source, reason=reason,
                            detail={"interface": name})
                )  # fmt: skip
    return readings or [
        _none("current_mac", source, message("{why} No interface has a MAC address that could be read.", why=why))
    ]


def _hardware(machine: Machine, inventory: Inventory, why: str) -> list[Reading]:
    """`hardware_mac` where Linux says that the address in use is the permanent one; absent elsewhere."""
    readings = []
    if machine.platform == "linux":
        from isolation.probes.linux import links, proc

        for name in inventory:
            mac = proc.unchanged_mac(machine, name)
            if mac:
                plugged = links.removable(machine, proc.device_path(machine, name))
                source = "/sys/class/net/*/addr_assign_type"
                readings.append(hardware_reading(mac, source, {"interface": name}, plugged))
    weaker = message("{why} The kernel only says that this address was not changed.", why=why)
    known = [_lowered(reading, weaker) for reading in readings]
    return known or [
        _none(
            "hardware_mac", "psutil net_if_addrs", message("{why} Which addresses are permanent is not told.", why=why)
        )
    ]


def _egress(machine: Machine, inventory: Inventory) -> list[str]:
    """The interfaces that traffic leaves by: those that hold the addresses which the system would send from."""
    holders = {}
    for name, entries in inventory.items():
        for address in [_address(text) for kind, text in entries if kind != "link"]:
            if address is not None:
                holders[address.text] = name
    found = []
    for destination in ways.DESTINATIONS:
        try:
            source = _address(machine.source_address(destination))
        except OSError:
            continue
        if source is not None and source.text in holders:
            found.append(holders[source.text])
    return list(dict.fromkeys(found))


def _gateways(machine: Machine, egress: list[str], why: str, deadline: float) -> list[Reading]:
    """`gateway_ip` and `gateway_mac`, of the egress interface and, under a tunnel, of the network beneath it."""
    tunnels = [name for name in egress if tunnel_kind(machine, name)]
    listed = _listed(machine)
    if not egress:
        reason = message(
            "{why} By which interface traffic leaves could not be told, so no gateway is believed.", why=why
        )
        return [_none(fact, "connected datagram socket", reason) for fact in ("gateway_ip", "gateway_mac")]
    readings: list[Reading] = []
    for gateway in listed:
        beneath = " and ".join(tunnels) if tunnels and gateway.interface not in egress else ""
        if gateway.interface in egress or (beneath and not tunnel_kind(machine, gateway.interface)):
            readings += _of_gateway(machine, gateway, beneath, why, deadline)
    if readings:
        return readings
    reason = message(
        "{why} No gateway is listed for {egress}, by which traffic leaves.", why=why, egress=" and ".join(egress)
    )
    return [_none(fact, "netifaces", reason) for fact in ("gateway_ip", "gateway_mac")]


def _listed(machine: Machine) -> list[Gateway]:
    """The default gateways, each once: by /proc where there is one, else by netifaces."""
    if machine.platform == "linux":
        from isolation.probes.linux import proc

        try:
            routes = proc.defaults(machine)
        except (OSError, ProbeError):
            routes = []
        if routes:
            found = {(route.gateway, route.interface): "/proc/net/route" for route in routes}
            return [Gateway(address, interface, source) for (address, interface), source in found.items()]
    try:
        entries = machine.listed_gateways()
    except (OSError, ImportError):
        return []
    parsed = [(_address(text), interface) for text, interface in entries]
    return [Gateway(address.text, interface, "netifaces") for address, interface in parsed if address is not None]


def _of_gateway(machine: Machine, gateway: Gateway, beneath: str, why: str, deadline: float) -> list[Reading]:
    detail: dict[str, str | int | bool] = {"interface": gateway.interface}
    reason = message("{why} Policy routing is not seen this way; a gateway's address is context only.", why=why)
    if beneath:
        detail["kind"] = "beneath-tunnel"
        reason = message(
            "{why} The local network's gateway, beneath {beneath}; its address is context only.",
            why=why,
            beneath=beneath,
        )
    address = Reading(
        "gateway_ip", "observed", gateway.address, source=gateway.source, reason=reason, confidence="probable",
        detail=detail,
    )  # fmt: skip
    return [address, _gateway_mac(machine, gateway, beneath, why, deadline, detail)]


def _gateway_mac(
    machine: Machine,
    gateway: Gateway,
    beneath: str,
    why: str,
    deadline: float,
    detail: dict[str, str | int | bool],
) -> Reading:
    """The gateway's MAC by /proc/net/arp; other systems' tables are their own probes' to read."""
    if machine.platform != "linux" or ":" in gateway.address:
        return _none(
            "gateway_mac", gateway.source, message("{why} No table tells this gateway's MAC address.", why=why), detail
        )
    from isolation.probes.linux import proc

    source = "/proc/net/arp"
    try:
        mac = _patiently(
            machine, gateway, min(deadline, _WAIT),
            lambda: proc.parse_arp(machine.read_file(source)).get((gateway.address, gateway.interface), ""),
        )  # fmt: skip
    except (OSError, ProbeError) as error:
        return _none(
            "gateway_mac",
            source,
            message("{why} The neighbour table could not be read: {error}", why=why, error=error),
            detail,
        )
    if not mac:
        return _none("gateway_mac", source, message("{why} The gateway did not answer in time.", why=why), detail)
    judged = ways.gateway_reading(mac, source, detail, beneath)
    return _lowered(judged, message("{why} Policy routing is not seen this way.", why=why))


def _patiently(machine: Machine, gateway: Gateway, seconds: float, look: Callable[[], str]) -> str:
    """What `look` finds, after a nudge and until the time is over where it finds nothing at once."""
    found = look()
    if found:
        return found
    try:
        machine.nudge(gateway.address, 0)
    except OSError:
        return ""
    end = machine.monotonic() + seconds
    while not found and machine.monotonic() < end:
        machine.sleep(_PAUSE)
        found = look()
    return found


def tunnel_kind(machine: Machine, name: str) -> str:
    """The kind of tunnel an interface is, by the kernel where it tells and else by its name; "" for none."""
    if machine.platform == "linux":
        from isolation.probes.linux import proc

        kind = proc.tunnel_kind(machine, name)
        if kind:
            return kind
    return next((prefix for prefix in _TUNNEL_NAMES if name.startswith(prefix) and name[len(prefix) :].isdigit()), "")


def _tunnel(machine: Machine, egress: list[str], why: str) -> list[Reading]:
    source = "connected datagram socket"
    readings = []
    for name in egress:
        kind = tunnel_kind(machine, name)
        if kind:
            reason = message("{why} Traffic leaves by {name} ({kind}).", why=why, name=name, kind=kind)
            detail: dict[str, str | int | bool] = {"interface": name, "kind": kind}
            readings.append(
                Reading("tunnel", "observed", name, source=source, reason=reason, confidence="probable", detail=detail)
            )
    names = " and ".join(egress)
    where = (
        message("Traffic leaves by {names}, no tunnel by type or name.", names=names)
        if egress
        else message("No way out was found.")
    )
    return readings or [_none("tunnel", source, f"{why} {where}")]


def _lowered(reading: Reading, why: str) -> Reading:
    """A reading of a lesser source: `certain` becomes `probable`, and the reason says why."""
    confidence = "probable" if reading.confidence == "certain" else reading.confidence
    lowered: Reading = reading.replace(confidence=confidence, reason=f"{why} {reading.reason}".strip())
    return lowered


def _none(fact: str, source: str, reason: str, detail: dict[str, str | int | bool] | None = None) -> Reading:
    return Reading(fact, "absent", source=source, reason=reason.strip(), detail=detail)


def _address(text: str) -> Address | None:
    try:
        return parse_address(text)
    except BadIdentifier:
        return None


def _mac(text: str) -> str:
    """The MAC in storage form; "" for zeros and for what is none."""
    try:
        mac = macs.parse_mac(text)
    except BadIdentifier:
        return ""
    return mac if mac.strip("0") else ""
