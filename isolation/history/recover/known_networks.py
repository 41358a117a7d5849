"""The Wi-Fi networks that macOS knows, from its own property lists; both are readable by the administrator only.

`com.apple.wifi.known-networks.plist` (macOS 11 and later) has a dictionary for each network, with the access points
and when each was last associated with; `com.apple.airport.preferences.plist` is the list before it. Times are UTC.
"""

from __future__ import annotations

import plistlib
from datetime import datetime
from typing import TYPE_CHECKING, Any
from xml.parsers.expat import ExpatError

from isolation.history.recover.clocks import microseconds
from isolation.history.recover.found import Presence
from isolation.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PATHS = (
    "/Library/Preferences/com.apple.wifi.known-networks.plist",
    "/Library/Preferences/SystemConfiguration/com.apple.airport.preferences.plist",
)
NAME = "macOS' known networks"

_POINT = message("macOS keeps when it was last associated with this access point.")
_BOUNDS = message("macOS keeps when the network was added and last joined, and nothing between.")
_ADDED = ("AddedAt", "addedAt")
_JOINED = ("JoinedByUserAt", "JoinedBySystemAt", "joinedByUserAt", "joinedBySystemAt", "LastConnected", "lastConnected")


def presences(raw: bytes, path: str) -> tuple[list[Presence], list[str]]:
    """The networks of either list, and what of it could not be read."""
    try:
        told = plistlib.loads(raw)
    except (plistlib.InvalidFileException, ExpatError, ValueError, OverflowError, RecursionError, KeyError, IndexError,
            TypeError, AttributeError) as error:  # fmt: skip
        return [], [message("It is no property list: {problem}.", problem=str(error))]
    found: list[Presence] = []
    for key, network in _networks(told):
        ssid = _ssid(key, network)
        found += _points(network, ssid, path)
        found += _bounds(network, ssid, path)
    return found, [] if found else [message("It holds no network with a time.")]


def _networks(told: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    listed = told.get("KnownNetworks", told) if isinstance(told, dict) else told
    pairs = listed.items() if isinstance(listed, dict) else (("", one) for one in listed or ())
    yield from ((str(key), network) for key, network in pairs if isinstance(network, dict))


def _ssid(key: str, network: Mapping[str, Any]) -> str:
    for name in ("SSID", "SSIDString", "SSID_STR"):
        told = network.get(name)
        if isinstance(told, bytes):
            return "0x" + told.hex()
        if isinstance(told, str) and told:
            return told
    return key.removeprefix("wifi.network.ssid.").removeprefix("wifi.ssid.")


def _points(network: Mapping[str, Any], ssid: str, path: str) -> Iterator[Presence]:
    for listed in ("BSSList", "BSSIDList"):
        points = network.get(listed)
        for point in points if isinstance(points, list) else ():
            moment = _moment(point, ("LastAssociatedAt", "lastAssociatedAt")) if isinstance(point, dict) else None
            bssid = point.get("BSSID", point.get("LEAKY_AP_BSSID", "")) if isinstance(point, dict) else ""
            if moment is not None and isinstance(bssid, str) and bssid:
                yield Presence(NAME, path, ssid, moment, moment, False, bssid=bssid, ssid=ssid, reason=_POINT)


def _bounds(network: Mapping[str, Any], ssid: str, path: str) -> Iterator[Presence]:
    first = _moment(network, _ADDED)
    last = max((moment for name in _JOINED if (moment := _moment(network, (name,))) is not None), default=None)
    if first is not None or last is not None:
        yield Presence(NAME, path, ssid, first, last, False, ssid=ssid, reason=_BOUNDS)


def _moment(told: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    from datetime import UTC

    for name in names:
        value = told.get(name)
        if isinstance(value, datetime):
            return microseconds(value.replace(tzinfo=UTC))
    return None


__all__ = ["NAME", "PATHS", "presences"]
