"""Wi-Fi: the network this machine is connected to, and the access points around it.

On Linux NetworkManager is asked first, because it keeps the fuller list; for whatever it cannot tell (it is not
there, does not manage the adapter, or makes addresses up) the kernel is asked by nl80211. `readings` has the form
that every system's probe brings its answer into.
"""

from __future__ import annotations

from isolation.messages import message
from isolation.probes.wifi.readings import Missing, WifiAdapter, wifi_readings, without_wifi

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from isolation.model import Reading, Status
    from isolation.probes.machine import Machine

# What is kept of the deadline for the kernel, which answers in milliseconds where a service may keep us waiting.
_KERNEL_SHARE = 0.25


def read(machine: Machine, *, deadline: float) -> list[Reading]:
    """The readings `bssid`, `access_point`, `ssid` and `wifi_scan` of a Linux machine, within `deadline` seconds.

    A machine without an adapter by /sys is told so at once; neither D-Bus nor the kernel is asked.
    """
    from isolation.probes.linux import links

    names: list[str] | None
    try:
        names = links.wireless(machine)
    except OSError:
        names = None
    if names is not None and not names:
        return _without_adapter("/sys/class/net")
    adapters = _ask(machine, names or (), deadline)
    if not adapters:  # /sys does not tell, and neither NetworkManager nor the kernel knows of one
        return _without_adapter(message("NetworkManager over D-Bus, nl80211"))
    return wifi_readings(adapters)


def _ask(machine: Machine, names: Sequence[str], deadline: float) -> list[WifiAdapter]:
    """Every adapter, as told by the first of NetworkManager and the kernel that can tell."""
    from isolation.probes.wifi import networkmanager, nl80211

    end = machine.monotonic() + deadline
    service = networkmanager.read(machine, deadline=deadline * (1 - _KERNEL_SHARE))
    if not isinstance(service, Missing) and {adapter.interface for adapter in service if _tells(adapter)} >= set(names):
        return list(service)
    kernel = nl80211.read(machine, deadline=max(0.0, end - machine.monotonic()))
    known = list(dict.fromkeys([*names, *_names(service), *_names(kernel)]))
    if not known and isinstance(service, Missing) and isinstance(kernel, Missing):
        known = [""]
    return [
        _first_telling(name, _of(name, service, networkmanager.SOURCE), _of(name, kernel, nl80211.SOURCE))
        for name in known
    ]


def _tells(adapter: WifiAdapter) -> bool:
    """Whether it settles what the adapter is connected to: an access point's address, or that there is none."""
    if isinstance(adapter.networks, Missing):
        return adapter.networks.status == "absent"
    return not any(isinstance(network.bssid, Missing) for network in adapter.networks)


def _names(told: tuple[WifiAdapter, ...] | Missing) -> list[str]:
    return [] if isinstance(told, Missing) else [adapter.interface for adapter in told]


def _of(name: str, told: tuple[WifiAdapter, ...] | Missing, source: str) -> WifiAdapter:
    """What one source says of one adapter."""
    if not isinstance(told, Missing):
        for adapter in told:
            if adapter.interface == name:
                return adapter
        told = Missing("failed", message("{source} knows no Wi-Fi adapter {name}.", source=source, name=name))
    return WifiAdapter(name, source, told, told)


def _first_telling(name: str, service: WifiAdapter, kernel: WifiAdapter) -> WifiAdapter:
    """The source that settles it; else one that at least knows the network's name; else both reasons."""
    for adapter in (service, kernel):
        if _tells(adapter):
            return adapter
    reasons = [adapter.networks for adapter in (service, kernel) if isinstance(adapter.networks, Missing)]
    if len(reasons) < 2:
        return kernel if isinstance(service.networks, Missing) else service
    status: Status = "denied" if any(reason.status == "denied" for reason in reasons) else "failed"
    both = Missing(status, " ".join(reason.reason for reason in reasons))
    visible = both if isinstance(service.visible, Missing) else service.visible
    return WifiAdapter(name, f"{service.source}, {kernel.source}", both, visible)


def _without_adapter(source: str) -> list[Reading]:
    return without_wifi(Missing("absent", message("This machine has no Wi-Fi adapter.")), source)
