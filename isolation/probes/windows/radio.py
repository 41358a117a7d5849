"""The Wi-Fi service's answers, from bytes to the common form. Pure; what does not fit is a ProbeError.

Source: wlanapi.h, windot11.h and the pages of learn.microsoft.com on WLAN_BSS_ENTRY and WLAN_CONNECTION_ATTRIBUTES,
read 2026-11. Not run on the platform.
"""

from __future__ import annotations

import ctypes

from isolation.errors import ProbeError
from isolation.identifiers.escape import printable
from isolation.messages import message
from isolation.model import Value
from isolation.probes.wifi.elements import channel_of
from isolation.probes.wifi.readings import (
    FRESH_SECONDS,
    AccessPoint,
    ConnectedNetwork,
    Missing,
    WifiAdapter,
)
from isolation.probes.windows import layouts, tables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.probes.text.networks import Network

_CONNECTED = 1  # wlan_interface_state_connected
# DOT11_AUTH_ALGORITHM, in the words of `isolation.probes.wifi.security`; open and shared keys depend on the cipher.
_WORDS = {
    3: "WPA1 802.1X", 4: "WPA1", 6: "WPA2 802.1X", 7: "WPA2", 8: "WPA3 802.1X", 9: "WPA3", 10: "OWE", 11: "WPA3 802.1X",
}  # fmt: skip
_NO_CIPHER = 0
# FILETIME counts 100 ns since 1601.
_EPOCH = 116_444_736_000_000_000
_PLAUSIBLE = 24 * 3600


class Card(Value):
    """One Wi-Fi adapter: its GUID to ask by (16 bytes), its name, whether it is connected."""

    __slots__ = ("connected", "guid", "name")
    guid: bytes
    name: str
    connected: bool

    def __init__(self, guid: bytes, name: str, *, connected: bool) -> None:
        self._init(guid=guid, name=name, connected=connected)


class Heard(Value):
    """One access point: `bssid` in storage form, `signal` in dBm, `frequency` in MHz, `stamp` as Windows gives it."""

    __slots__ = ("bssid", "frequency", "signal", "stamp")
    bssid: str
    signal: int
    frequency: int
    stamp: int

    def __init__(self, bssid: str, signal: int, frequency: int, stamp: int) -> None:
        self._init(bssid=bssid, signal=signal, frequency=frequency, stamp=stamp)


class Connection(Value):
    """The network in use: `bssid` in storage form, `ssid` as bytes, `quality` in percent, security in words."""

    __slots__ = ("bssid", "quality", "security", "ssid")
    bssid: str
    ssid: bytes
    quality: int
    security: str

    def __init__(self, bssid: str, ssid: bytes, quality: int, security: str) -> None:
        self._init(bssid=bssid, ssid=ssid, quality=quality, security=security)


def cards(data: bytes) -> list[Card]:
    """The adapters in a WLAN_INTERFACE_INFO_LIST."""
    return [
        Card(
            bytes(row.InterfaceGuid), tables.wide_text(row.strInterfaceDescription), connected=row.isState == _CONNECTED
        )
        for row in tables.counted(data, layouts.WLAN_INTERFACE_INFO)
    ]


def heard(data: bytes) -> tuple[Heard, ...]:
    """The access points in a WLAN_BSS_LIST, whose number of entries stands behind its size; entries with no address
    are left out."""
    rows = tables.counted(data[4:8] + bytes(4) + data[8:], layouts.WLAN_BSS_ENTRY)
    found = ((tables.mac_of(bytes(row.dot11Bssid), 6), row) for row in rows)
    return tuple(
        Heard(bssid, row.lRssi, row.ulChCenterFrequency // 1000, row.ullHostTimestamp) for bssid, row in found if bssid
    )


def connection(data: bytes) -> Connection:
    """A WLAN_CONNECTION_ATTRIBUTES."""
    size = ctypes.sizeof(layouts.WLAN_CONNECTION_ATTRIBUTES)
    if len(data) < size:
        raise ProbeError(
            message(
                "Windows' answer about a Wi-Fi connection has {data} bytes instead of {size}.",
                data=len(data),
                size=size,
            )
        )
    row = layouts.WLAN_CONNECTION_ATTRIBUTES.from_buffer_copy(data)
    bssid = tables.mac_of(bytes(row.dot11Bssid), 6)
    length = row.dot11Ssid.uSSIDLength
    if bssid is None or length > 32 or row.wlanSignalQuality > 100:
        raise ProbeError("Windows' answer about a Wi-Fi connection has an address, name or signal that cannot be.")
    older = "open" if row.dot11CipherAlgorithm == _NO_CIPHER else "WEP"
    words = _WORDS.get(row.dot11AuthAlgorithm, older if row.dot11AuthAlgorithm in (1, 2) else "")
    return Connection(bssid, bytes(row.dot11Ssid.ucSSID)[:length], row.wlanSignalQuality, words)


def network(used: Connection, points: tuple[Heard, ...]) -> ConnectedNetwork:
    """The network in use, with the strength and channel that the list of access points has for it."""
    point = next((point for point in points if point.bssid == used.bssid), None)
    return ConnectedNetwork(
        used.bssid, used.ssid, security=used.security,
        channel=channel_of(point.frequency) if point else 0,
        signal=point.signal if point else used.quality, unit="dBm" if point else "percent",
    )  # fmt: skip


def visible(points: tuple[Heard, ...], now: int) -> tuple[AccessPoint, ...]:
    """The access points heard lately; `now` in µs since 1970.

    The stamp is documented as "the host timestamp" and is a FILETIME in practice: where it is no moment of the last
    day it is not believed, and the entry is taken as fresh.
    """
    return tuple(AccessPoint(point.bssid, point.signal, "dBm") for point in points if not _stale(point.stamp, now))


def _stale(stamp: int, now: int) -> bool:
    seconds = now / 1e6 - (stamp - _EPOCH) / 1e7
    return FRESH_SECONDS < seconds < _PLAUSIBLE


def by_netsh(told: Network, source: str) -> WifiAdapter:
    """An adapter as netsh tells it."""
    name = printable(told.interface)
    unseen = Missing("failed", message("netsh was asked in place of wlanapi and tells no neighbourhood."))
    if not told.connected or told.bssid is None or told.ssid is None:
        none = Missing("absent", message("The Wi-Fi adapter {name} is not connected to a network.", name=name))
        return WifiAdapter(name, source, none, unseen)
    used = ConnectedNetwork(
        told.bssid, told.ssid, channel=told.channel, security=printable(told.security), signal=told.signal,
        unit=told.unit,
    )  # fmt: skip
    return WifiAdapter(name, source, (used,), unseen)
