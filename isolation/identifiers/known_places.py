"""Network names and gateway addresses that say nothing of where one is: the catalogue's data.

A row is (pattern, why, source).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Row: TypeAlias = tuple[str, str, str]

_AOSP = "Android Open Source Project, packages/modules/Connectivity/Tethering"

# Gateways that phones and laptops have when they share their own connection: the place moves with them.
HOTSPOT_GATEWAYS: tuple[Row, ...] = (
    ("172.20.10.1", "the gateway of every iPhone and iPad hotspot", "Apple, Personal Hotspot (172.20.10.0/28)"),
    ("192.168.43.1", "the gateway of Android Wi-Fi hotspots up to Android 10", _AOSP),
    ("192.168.42.129", "the gateway of Android USB tethering", _AOSP),
    ("192.168.44.1", "the gateway of Android Bluetooth tethering", _AOSP),
    ("192.168.49.1", "the owner of every Android Wi-Fi Direct group",
     "Android Open Source Project, WifiP2pServiceImpl (SERVER_ADDRESS)"),
    ("192.168.137.1", "the gateway of Windows mobile hotspots and connection sharing",
     "Microsoft, Internet Connection Sharing (ScopeAddress)"),
)  # fmt: skip

# No network name identifies; these are the reasons one can show.
NETWORK_NAMES: tuple[Row, ...] = (
    ("*", "a name is free to choose and many networks have the same one", "IEEE 802.11-2020, 9.4.2.2"),
    ("eduroam", "the name of universities' networks all over the world: 1,197 access points in one city",
     "counted in a public wardriving set"),
    ("xfinitywifi", "a provider's public network on its customers' routers", "Comcast, Xfinity WiFi hotspots"),
    ("Fon WiFi", "a provider's public network on its customers' routers", "Fon"),
    ("ChinaNet", "an Internet provider's public network", "China Telecom"),
    ("CMCC", "an Internet provider's public network", "China Mobile"),
    ("AndroidAP", "the default name of Android hotspots", _AOSP),
    ("iPhone", "the default name of iPhone hotspots", "Apple, Personal Hotspot"),
)  # fmt: skip
