"""The adapters of a Windows machine with their addresses and gateways, by GetAdaptersAddresses.

Not run on the platform.
"""

from __future__ import annotations

import struct

from isolation.messages import message
from isolation.model import Reading
from isolation.probes.linux.addresses import local_reading
from isolation.probes.windows import tables
from isolation.probes.windows.answers import Untold, answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.probes.windows.api import Api
    from isolation.probes.windows.tables import Adapter, Endpoint

_SOURCE = "GetAdaptersAddresses"

# IANA interface types (ipifcons.h): PPP, proprietary virtual (Wintun, OpenVPN's driver), encapsulation.
_TUNNEL_TYPES = {23: "ppp", 53: "virtual", 131: "tunnel"}
# VPN clients whose adapter calls itself Ethernet, by the MAC that it has on every machine.
_TUNNEL_MACS = (
    ("00ff", "tap"), ("00059a3c7a00", "Cisco AnyConnect"), ("025041000001", "GlobalProtect"),
    ("000bcafe000", "Juniper"),
)  # fmt: skip


def listed(api: Api) -> list[Adapter]:
    """Every adapter; Untold where Windows does not tell, and in a 32-bit process, whose pointers are others."""
    if struct.calcsize("P") != 8:
        raise Untold("failed", "This is a 32-bit Python; install the 64-bit one.")
    copied = answer(api.adapters)
    return answer(lambda: tables.adapters(copied.data, copied.base))


def read(known: list[Adapter]) -> list[Reading]:
    """`local_ip` for every usable address but the loopback's own."""
    readings = [
        _local(adapter, own) for adapter in known for own in adapter.addresses if own.address.kind != "loopback"
    ]
    return readings or [Reading("local_ip", "absent", source=_SOURCE, reason="No adapter has an address.")]


def _local(adapter: Adapter, own: Endpoint) -> Reading:
    if own.temporary:
        kind, reason = "temporary", message("A temporary IPv6 address, changed every day or so; it is context only.")
    else:
        kind, reason = own.address.kind, message("An interface's own address is context only.")
    return local_reading(own.address.text, _SOURCE, adapter.name, kind, reason)


def tunnel_kind(adapter: Adapter) -> str:
    """The kind of tunnel that an adapter is, "" for one that is none."""
    if adapter.type in _TUNNEL_TYPES:
        return _TUNNEL_TYPES[adapter.type]
    mac = adapter.mac or ""
    return next((kind for prefix, kind in _TUNNEL_MACS if mac.startswith(prefix)), "")
