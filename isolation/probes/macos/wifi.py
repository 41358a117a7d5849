"""The Mac's radio: CoreWLAN where the extra is installed and the Location permission given, else `system_profiler`.

`airport` is gone since macOS 14.4, `networksetup` calls every network "not associated" since 15, and `ioreg` gives
the maker's digits and zeros for a BSSID, the same on unrelated networks: none of them is asked. Where macOS keeps
the network's name and address to itself, that is what the readings say.
Read from vendor documentation and published outputs, not run on the platform.
"""

from __future__ import annotations

from isolation.messages import message
from isolation.probes.macos import corewlan
from isolation.probes.text import system_profiler, tokens
from isolation.probes.text.ask import Untold, ask
from isolation.probes.wifi.readings import (
    AccessPoint,
    ConnectedNetwork,
    Missing,
    WifiAdapter,
    wifi_readings,
    without_wifi,
)  # fmt: skip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from isolation.model import Reading, Status
    from isolation.probes.machine import Machine
    from isolation.probes.macos.corewlan import Heard, Radio
    from isolation.probes.text.networks import Network
    from isolation.probes.text.system_profiler import WirelessInterface

_FRAMEWORK = "CoreWLAN"
_PROFILER = "system_profiler SPAirPortDataType"

_STEP = message(
    "allow it for the app that this runs in, under System Settings, Privacy & Security, Location Services; plain "
    "Python cannot ask for it, and isolation[macos-wifi] has to be installed"
)
_KEPT = "macOS tells {what} only to programs with the Location permission: {step}."

# CWSecurity of CoreWLANTypes.h, in the words of `isolation.probes.wifi.security`.
_SECURITY = {
    0: "open", 1: "WEP", 2: "WPA1", 3: "WPA1 WPA2", 4: "WPA2", 6: "WEP", 7: "WPA1 802.1X", 8: "WPA1 WPA2 802.1X",
    9: "WPA2 802.1X", 11: "WPA3", 12: "WPA3 802.1X", 13: "WPA2 WPA3", 14: "OWE", 15: "OWE",
}  # fmt: skip
# The same in system_profiler's.
_MODES = {
    "none": "open", "wep": "WEP", "wpa_personal": "WPA1", "wpa_personal_mixed": "WPA1 WPA2", "wpa2_personal": "WPA2",
    "wpa2_personal_mixed": "WPA1 WPA2", "wpa_enterprise": "WPA1 802.1X", "wpa_enterprise_mixed": "WPA1 WPA2 802.1X",
    "wpa2_enterprise": "WPA2 802.1X", "wpa2_enterprise_mixed": "WPA1 WPA2 802.1X", "wpa3_personal": "WPA3",
    "wpa3_transition": "WPA2 WPA3", "wpa3_enterprise": "WPA3 802.1X", "owe": "OWE", "owe_transition": "OWE",
}  # fmt: skip


def read(machine: Machine, *, deadline: float, framework: Callable[[], Any] = corewlan.framework) -> list[Reading]:
    """`bssid`, `access_point`, `ssid` and `wifi_scan`, within `deadline` seconds; system_profiler takes two to four.

    `framework` gives the module CoreWLAN, or None.
    """
    told = _by_framework(framework)
    if told and all(map(_settled, told)):
        return wifi_readings(told)
    try:
        found = ask(
            machine, ("/usr/sbin/system_profiler", "SPAirPortDataType", "-json"), system_profiler.parse,
            timeout=max(deadline, 0.1),
        )  # fmt: skip
    except Untold as why:
        return wifi_readings(told) if told else without_wifi(Missing(why.status, why.reason), _PROFILER)
    if not found:
        return without_wifi(Missing("absent", message("This Mac has no Wi-Fi adapter.")), _PROFILER)
    return wifi_readings([_either(interface, told) for interface in found])


def _settled(adapter: WifiAdapter) -> bool:
    """Whether it says what the adapter is connected to: an access point's address, or that there is none."""
    networks = adapter.networks
    return isinstance(networks, Missing) or not any(isinstance(network.bssid, Missing) for network in networks)


def _either(interface: WirelessInterface, told: list[WifiAdapter]) -> WifiAdapter:
    """What CoreWLAN settles, else what system_profiler says."""
    by_framework = next((adapter for adapter in told if adapter.interface == interface.name), None)
    if by_framework is not None and _settled(by_framework):
        return by_framework
    return _described(interface)


def _by_framework(framework: Callable[[], Any]) -> list[WifiAdapter]:
    """The adapters by CoreWLAN; none where there is no such module."""
    module = framework()
    if module is None:
        return []
    try:
        return [_by_radio(radio) for radio in corewlan.radios(module)]
    except Exception:  # noqa: BLE001 - pyobjc raises what the framework does, in classes known to pyobjc alone
        return []


def _by_radio(radio: Radio) -> WifiAdapter:
    if not radio.on:
        off = Missing("absent", message("Wi-Fi is switched off ({name}).", name=radio.name))
        return WifiAdapter(radio.name, _FRAMEWORK, off, off)
    points = [(entry.bssid and tokens.mac(entry.bssid), entry.signal) for entry in radio.seen]
    visible = tuple(AccessPoint(bssid, signal, "dBm") for bssid, signal in points if bssid and signal)
    return WifiAdapter(
        radio.name, _FRAMEWORK,
        (_by_heard(radio.current),) if radio.current else _unconnected(radio.name),
        visible if visible or not radio.seen else _kept("denied", message("the access points' addresses")),
    )  # fmt: skip


def _by_heard(heard: Heard) -> ConnectedNetwork:
    bssid = tokens.mac(heard.bssid) if heard.bssid else None
    return ConnectedNetwork(
        bssid or _kept("denied", message("the access point's address")),
        heard.ssid if heard.ssid is not None else _kept("denied", message("the network's name")),
        channel=heard.channel, security=_SECURITY.get(heard.security, ""), signal=heard.signal or None,
    )  # fmt: skip


def _described(interface: WirelessInterface) -> WifiAdapter:
    if interface.status == "off":
        off = Missing("absent", message("Wi-Fi is switched off ({name}).", name=interface.name))
        return WifiAdapter(interface.name, _PROFILER, off, off)
    points = [
        AccessPoint(other.bssid, other.signal, "dBm")
        for other in interface.others
        if other.bssid and other.signal is not None
    ]
    visible = (
        tuple(points) if points or not interface.others else _kept("redacted", message("the access points' addresses"))
    )
    networks = (_network(interface.current),) if interface.current else _unconnected(interface.name)
    return WifiAdapter(interface.name, _PROFILER, networks, visible)


def _network(network: Network) -> ConnectedNetwork:
    return ConnectedNetwork(
        network.bssid or _kept("redacted", message("the access point's address")),
        network.ssid if network.ssid is not None else _kept("redacted", message("the network's name")),
        channel=network.channel, security=_MODES.get(network.security, ""), signal=network.signal,
    )  # fmt: skip


def _unconnected(name: str) -> Missing:
    return Missing("absent", message("The Wi-Fi adapter {name} is not connected to a network.", name=name))


def _kept(status: Status, what: str) -> Missing:
    return Missing(status, message(_KEPT, what=what, step=_STEP))
