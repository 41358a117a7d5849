"""`system_profiler SPAirPortDataType -json`: macOS's Wi-Fi adapters, from 10.15 to 26. Pure.

`spairport_airport_interfaces[]` has one entry per adapter: `_name`, `spairport_status_information`,
`spairport_current_network_information` while it is connected, and
`spairport_airport_other_local_wireless_networks`. A network has `_name` (its SSID), `spairport_network_channel`
(`36 (5GHz, 80MHz)`, a bare number before macOS 11), `spairport_security_mode`, `spairport_signal_noise`
(`-52 dBm / -94 dBm`) and, up to macOS 10.15 or with the Location permission, `spairport_network_bssid`. Without that
permission later releases print `<redacted>` for the name and leave the BSSID out.
Read from published outputs and vendor documentation, not run on the platform.
"""

from __future__ import annotations

import re

from isolation.model import Value
from isolation.probes.text import tokens
from isolation.probes.text.networks import Network

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_REDACTED = "<redacted>"
_CHANNEL = re.compile(r"(\d{1,3})(?: \(.*\))?", re.ASCII)
_SIGNAL = re.compile(r"(-\d{1,3}) dBm / .*", re.ASCII)
_MODE = "spairport_security_mode_"


class WirelessInterface(Value):
    """One Wi-Fi adapter: `status` as printed ("connected", "off", …, without Apple's prefix), the network it is
    connected to, and the others in reach."""

    __slots__ = ("current", "name", "others", "status")
    name: str
    status: str
    current: Network | None
    others: tuple[Network, ...]

    def __init__(self, name: str, status: str, current: Network | None, others: tuple[Network, ...]) -> None:
        self._init(name=name, status=status, current=current, others=others)


def parse(output: bytes) -> list[WirelessInterface]:
    """The Wi-Fi adapters; a machine without one is an empty list. Raises ProbeError for anything else."""
    import json

    try:
        document = json.loads(tokens.decode(output))
        cards = document["SPAirPortDataType"]
        entries = [entry for card in cards for entry in _list(card, "spairport_airport_interfaces")]
        return [_interface(entry) for entry in entries if _is_adapter(entry)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise tokens.refusal("system_profiler") from None


def _is_adapter(entry: dict[str, Any]) -> bool:
    """awdl0 and llw0, AirDrop's interfaces, are listed too, without a status."""
    return "spairport_status_information" in entry or "spairport_current_network_information" in entry


def _interface(entry: dict[str, Any]) -> WirelessInterface:
    name = _text(entry["_name"])
    current = entry.get("spairport_current_network_information")
    others = _list(entry, "spairport_airport_other_local_wireless_networks")
    return WirelessInterface(
        name,
        _text(entry.get("spairport_status_information", "")).removeprefix("spairport_status_"),
        _network(name, current, connected=True) if current else None,
        tuple(_network(name, other, connected=False) for other in others),
    )


def _network(interface: str, entry: dict[str, Any], *, connected: bool) -> Network:
    name = _text(entry.get("_name", _REDACTED))
    channel = _CHANNEL.fullmatch(str(entry.get("spairport_network_channel", "")))
    signal = _SIGNAL.fullmatch(_text(entry.get("spairport_signal_noise", "")))
    return Network(
        interface, tokens.mac(_text(entry.get("spairport_network_bssid", ""))),
        None if name == _REDACTED else name.encode("utf-8", "surrogatepass"), connected=connected,
        signal=int(signal[1]) if signal else None, channel=int(channel[1]) if channel else 0,
        security=_text(entry.get("spairport_security_mode", "")).removeprefix(_MODE),
    )  # fmt: skip


def _list(entry: dict[str, Any], key: str) -> list[Any]:
    value = entry.get(key, [])
    if not isinstance(value, list):
        raise TypeError(key)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text was expected")
    return value
