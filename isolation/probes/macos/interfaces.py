"""The Mac's network ports: what their hardware's addresses are, and which addresses are in use.

`networksetup` gives the hardware's address also where the network sees a private one (macOS 15 and later make one up
for each network by default); `ifconfig` gives the one in use. Whether a port can be unplugged stands in configd's list
of interfaces. Read from vendor documentation and published outputs, not run on the platform.
"""

from __future__ import annotations

from isolation.errors import ProbeError
from isolation.identifiers import macs
from isolation.identifiers.addresses import parse_address
from isolation.identifiers.escape import printable
from isolation.messages import message
from isolation.model import Reading
from isolation.probes.hardware import hardware_reading
from isolation.probes.linux.addresses import local_reading
from isolation.probes.text import hardware_ports, ifconfig, network_interfaces
from isolation.probes.text.ask import Untold, ask

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from isolation.probes.machine import Machine
    from isolation.probes.text.hardware_ports import Port
    from isolation.probes.text.ifconfig import Interface

_LIST = "/Library/Preferences/SystemConfiguration/NetworkInterfaces.plist"
_PORTS = "networksetup -listallhardwareports"
_IFCONFIG = "ifconfig -a"
# What a port is called where configd's list cannot be read; Apple's words, the same in every language.
_PLUGGED = ("usb", "thunderbolt")


def listed(machine: Machine) -> list[Interface] | Untold:
    """The interfaces as ifconfig tells them, or why it does not."""
    try:
        return ask(machine, ("/sbin/ifconfig", "-a"), ifconfig.parse)
    except Untold as why:
        return why


def read(machine: Machine, known: list[Interface] | Untold) -> list[Reading]:
    """`hardware_mac` of every port, `current_mac` and `local_ip` of every interface in use."""
    readings = _hardware(machine)
    if isinstance(known, Untold):
        facts = ("current_mac", "local_ip")
        return readings + [Reading(fact, known.status, source=_IFCONFIG, reason=known.reason) for fact in facts]
    hardware = {str(reading.detail["interface"]): reading.value for reading in readings if reading.value}
    return readings + _current(known, hardware) + _local(known)


def _hardware(machine: Machine) -> list[Reading]:
    try:
        ports = ask(machine, ("/usr/sbin/networksetup", "-listallhardwareports"), hardware_ports.parse)
    except Untold as why:
        return [Reading("hardware_mac", why.status, source=_PORTS, reason=why.reason)]
    pluggable = _pluggable(machine)
    readings = [
        hardware_reading(port.mac, _PORTS, _detail(port), _removable(port, pluggable)) for port in ports if port.mac
    ]
    if not readings:
        return [Reading("hardware_mac", "absent", source=_PORTS, reason="This Mac has no port with an address.")]
    return readings


def _detail(port: Port) -> dict[str, str | int | bool]:
    return {"interface": port.device, "kind": printable(port.name)}


def _pluggable(machine: Machine) -> dict[str, bool]:
    try:
        return network_interfaces.parse(machine.read_file(_LIST, 1 << 20))
    except (OSError, ProbeError):
        return {}


def _removable(port: Port, pluggable: dict[str, bool]) -> bool:
    named = any(word in port.name.casefold() for word in _PLUGGED)
    return pluggable.get(port.device, named)


def _current(known: list[Interface], hardware: Mapping[str, object]) -> list[Reading]:
    readings = [_one_current(entry, entry.mac, hardware.get(entry.name)) for entry in known if entry.mac]
    return readings or [
        Reading("current_mac", "absent", source=_IFCONFIG, reason="No interface has a MAC address.")
    ]  # fmt: skip


def _one_current(entry: Interface, mac: str, permanent: object) -> Reading:
    shown = macs.format_mac(mac)
    if permanent is None:
        reason = message("The address in use is context; no hardware port stands behind this interface.")
    elif permanent == shown:
        reason = message("The address in use is context; the hardware's is read by itself.")
    else:
        reason = message(
            "The address in use differs from the hardware's, so it was set, or is macOS's private Wi-Fi address."
        )
    return Reading(
        "current_mac", "observed", shown, source=_IFCONFIG, reason=reason, detail={"interface": entry.name}
    )  # fmt: skip


def _local(known: list[Interface]) -> list[Reading]:
    readings = []
    for entry in known:
        for address in map(parse_address, entry.ipv4 + entry.ipv6):
            if address.kind != "loopback":
                reason = message("An interface's own address is context only.")
                readings.append(local_reading(address.text, _IFCONFIG, entry.name, address.kind, reason))
    return readings or [Reading("local_ip", "absent", source=_IFCONFIG, reason="No interface has an address.")]
