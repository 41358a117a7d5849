"""`/proc/net/arp` and `/proc/net/route`: Linux's IPv4 neighbours and routes where netlink is refused. Pure.

Sources: net/ipv4/arp.c (arp_seq_show, flags of linux/if_arp.h) and net/ipv4/fib_trie.c (fib_route_seq_show), which
prints addresses as numbers in the host's byte order.
"""

from __future__ import annotations

import re
import sys

from isolation.identifiers import addresses
from isolation.probes.text import tokens
from isolation.probes.text.arp import Neighbour
from isolation.probes.text.routes import Route

_ARP = re.compile(r"(\S+)\s+0x[0-9a-f]+\s+0x([0-9a-f]+)\s+(\S+)\s+\S+\s+(\S+)\s*", re.ASCII)
_ROUTE = re.compile(
    r"(\S+)\s+([0-9A-F]{8})\s+([0-9A-F]{8})\s+([0-9A-F]{4})\s+\d+\s+\d+\s+(\d+)\s+([0-9A-F]{8})\s+\d+\s+\d+\s+\d+\s*",
    re.ASCII,
)
_COMPLETE = 0x02  # ATF_COM: the address was learnt; without it the column holds zeros or what was last known
_UP, _GATEWAY, _REJECT = 0x0001, 0x0002, 0x0200


def parse_arp(output: bytes) -> list[Neighbour]:
    """The neighbours in /proc/net/arp; headings alone are an empty list. Raises ProbeError for anything else."""
    rows = [line for line in tokens.lines(output) if line.strip()]
    found = []
    for match in filter(None, map(_ARP.fullmatch, rows)):
        address = tokens.address(match[1])
        known = int(match[2], 16) & _COMPLETE
        if address:
            found.append(Neighbour(address, match[1], tokens.mac(match[3]) if known else None, match[4]))
    if not found and not (len(rows) == 1 and rows[0].startswith("IP address")):
        raise tokens.refusal("/proc/net/arp")
    return found


def parse_route(output: bytes) -> list[Route]:
    """The routes in /proc/net/route; headings alone are an empty list. Raises ProbeError for anything else."""
    rows = [line for line in tokens.lines(output) if line.strip()]
    found = [_route(match) for match in map(_ROUTE.fullmatch, rows) if match]
    if not found and not (len(rows) == 1 and rows[0].startswith("Iface")):
        raise tokens.refusal("/proc/net/route")
    return found


def _route(match: re.Match[str]) -> Route:
    interface, destination, gateway, flags, metric, mask = match.groups()
    bits = int(flags, 16)
    signs = ((_UP, "U"), (_GATEWAY, "G"), (_REJECT, "!"))
    return Route(
        _address(destination), _address(gateway), interface, mask=_address(mask), metric=int(metric),
        flags="".join(sign for bit, sign in signs if bits & bit),
    )  # fmt: skip


def _address(number: str) -> str:
    return addresses.from_packed(int(number, 16).to_bytes(4, sys.byteorder)).text
