"""CoreWLAN, macOS's Wi-Fi framework, through pyobjc (the extra `isolation[macos-wifi]`): a seam of its own.

`ssid`, `ssidData` and `bssid` are nil without the Location permission, which an app asks for and plain Python cannot;
the signal and the channel are told regardless. Source: Apple's documentation of CWWiFiClient, CWInterface and
CWNetwork; not run on the platform.
"""

from __future__ import annotations

import sys

from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Heard(Value):
    """One network as CoreWLAN tells it: `bssid` and `ssid` None where it keeps them, `signal` in dBm (0: not told),
    `channel` 0 where not told, `security` as a CWSecurity number (-1: unknown)."""

    __slots__ = ("bssid", "channel", "security", "signal", "ssid")
    bssid: str | None
    ssid: bytes | None
    signal: int
    channel: int
    security: int

    def __init__(self, bssid: str | None, ssid: bytes | None, signal: int, channel: int, security: int) -> None:
        self._init(bssid=bssid, ssid=ssid, signal=signal, channel=channel, security=security)


class Radio(Value):
    """One Wi-Fi adapter: whether it is on, what it is connected to (None where it is not), what it remembers of the
    last scan."""

    __slots__ = ("current", "name", "on", "seen")
    name: str
    on: bool
    current: Heard | None
    seen: tuple[Heard, ...]

    def __init__(self, name: str, on: bool, current: Heard | None, seen: tuple[Heard, ...]) -> None:
        self._init(name=name, on=on, current=current, seen=seen)


def framework() -> Any:
    """The module CoreWLAN where this is macOS and the extra is installed; None elsewhere."""
    if sys.platform != "darwin":
        return None
    try:
        import CoreWLAN
    except ImportError:
        return None
    return CoreWLAN


def radios(module: Any) -> list[Radio]:
    """Every Wi-Fi adapter as the framework knows it now; nothing is scanned."""
    interfaces = module.CWWiFiClient.sharedWiFiClient().interfaces() or ()
    return [_radio(interface) for interface in interfaces]


def _radio(interface: Any) -> Radio:
    seen = tuple(_heard(network) for network in interface.cachedScanResults() or ())
    on = bool(interface.powerOn())
    # Associated means that there is a channel and a rate at which frames are sent; both are told without permission.
    connected = on and interface.wlanChannel() is not None and float(interface.transmitRate() or 0) > 0
    return Radio(str(interface.interfaceName()), on, _heard(interface) if connected else None, seen)


def _heard(source: Any) -> Heard:
    """What a CWInterface or a CWNetwork says; they name their members alike, but for the way of securing."""
    name = source.ssidData()
    channel = source.wlanChannel()
    bssid = source.bssid()
    security = int(source.security()) if hasattr(source, "security") else -1
    return Heard(
        str(bssid) if bssid else None,
        bytes(name) if name is not None else None,
        int(source.rssiValue()),
        int(channel.channelNumber()) if channel is not None else 0,
        security,
    )
