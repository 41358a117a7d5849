"""A simulated Mac: what its tools print, as far as a test does not say otherwise."""

from __future__ import annotations

from typing import Any

from ..probes.simulated import SimulatedMachine

UUID = "5F3E1C7A-90B2-5D44-8E61-0A7C19D2B3F4"
IOREG = f'+-o J314sAP  <class IOPlatformExpertDevice>\n    {{\n      "IOPlatformUUID" = "{UUID}"\n    }}\n'.encode()

PORTS = b"""
Hardware Port: Wi-Fi
Device: en0
Ethernet Address: 3c:22:fb:5d:70:a1

Hardware Port: Thunderbolt Bridge
Device: bridge0
Ethernet Address: 36:c4:1b:70:a0:40

Hardware Port: AX88179A
Device: en7
Ethernet Address: 00:0e:c6:89:01:77

VLAN Configurations
===================
"""

IFCONFIG = b"""lo0: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> mtu 16384
\tinet 127.0.0.1 netmask 0xff000000
\tinet6 fe80::1%lo0 prefixlen 64 scopeid 0x1
en0: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500
\tether 5e:1c:9a:42:7:d3
\tinet6 fe80::c1a:5b3f:77e0:1d9%en0 prefixlen 64 secured scopeid 0xb
\tinet 192.168.64.12 netmask 0xffffff00 broadcast 192.168.64.255
\tstatus: active
en7: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500
\tether 00:0e:c6:89:01:77
\tstatus: inactive
en5: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500
\tether ac:de:48:00:11:22
utun0: flags=8051<UP,POINTOPOINT,RUNNING,MULTICAST> mtu 1380
\tinet6 fe80::3f1c:77aa:10ce:42%utun0 prefixlen 64 scopeid 0x10
"""
VPN = b"""utun4: flags=8051<UP,POINTOPOINT,RUNNING,MULTICAST> mtu 1420
\tinet 10.64.0.2 --> 10.64.0.2 netmask 0xffffffff
"""

NO_ROUTE = (1, b"", b"route: writing to routing socket: not in table\n")
V4, V4_OTHER, V6 = "198.41.0.4", "23.0.0.1", "2001:503:ba3e::2:30"

ARP = b"router.lan (192.168.64.1) at 3c:37:86:5d:75:4 on en0 ifscope [ethernet]\n"
NDP = b"""Neighbor                                Linklayer Address  Netif Expire    St Flgs Prbs
fe80::3e37:86ff:fe5d:7504%en0           3c:37:86:5d:75:4     en0 23h59m42s S  R
"""


def route(interface: str, gateway: str = "", destination: str = "default") -> tuple[int, bytes, bytes]:
    """What `route -n get` prints."""
    hop = f"    gateway: {gateway}\n" if gateway else ""
    text = f"   route to: {V4}\ndestination: {destination}\n       mask: default\n{hop}  interface: {interface}\n"
    return 0, text.encode() + b"      flags: <UP,GATEWAY,DONE,STATIC>\n recvpipe  sendpipe\n       0         0\n", b""


def get(destination: str) -> tuple[str, ...]:
    """The command that asks for the route to an address."""
    return "/sbin/route", "-n", "get", "-inet6" if ":" in destination else "-inet", destination


def a_mac(tools: dict[Any, Any] | None = None, **rest: Any) -> SimulatedMachine:
    """A Mac on Wi-Fi behind a router, without a VPN and without IPv6 to the Internet."""
    usual: dict[Any, Any] = {
        "/usr/sbin/ioreg": (0, IOREG, b""),
        "/usr/sbin/sysctl": (0, b"0\n", b""),
        "/usr/sbin/networksetup": (0, PORTS, b""),
        "/sbin/ifconfig": (0, IFCONFIG, b""),
        get(V4): route("en0", "192.168.64.1"),
        get(V4_OTHER): route("en0", "192.168.64.1"),
        get(V6): NO_ROUTE,
        "/usr/sbin/arp": (0, ARP, b""),
        "/usr/sbin/ndp": (0, NDP, b""),
    }
    rest.setdefault("sources", {"inet": "192.168.64.12"})
    return SimulatedMachine(platform="darwin", tools=usual | (tools or {}), **rest)
