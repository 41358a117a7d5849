"""`netstat -r` and `route`: the routing tables of Linux, macOS and FreeBSD. Pure.

Linux prints destination, gateway, mask, flags, three numbers and the interface (`-ee` adds three numbers); for
IPv6 destination, next hop, flag, metric, two numbers, interface. BSD prints destination, gateway, flags, up to
three numbers, the interface and an expiry. BSD cuts long names and IPv6 addresses off at the column's width
unless it is asked not to (`-l` on macOS, `-W` on FreeBSD): a gateway that fills its column has no `next_hop`.
"""

from __future__ import annotations

import re

from isolation.probes.text import tokens
from isolation.probes.text.routes import Route

_BSD_HEADING = re.compile(r"Destination\s+Gateway\s+Flags\s.*Netif.*", re.ASCII)
_BSD_FLAGS = re.compile(r"[A-Za-z0-9]{1,16}", re.ASCII)
_LINUX_FLAGS = re.compile(r"!?[A-Za-z!]{1,8}", re.ASCII)
_COUNTS = ("-", "!")


def parse(output: bytes) -> list[Route]:
    """The routes in an output of netstat -r or route. Raises ProbeError where there is none."""
    found: list[Route] = []
    bsd = ""
    sizes = False
    for line in tokens.lines(output):
        row = line.split()
        if _BSD_HEADING.fullmatch(line.rstrip()):
            bsd = line
        elif "MSS" in row[4:5]:
            sizes = True
        elif route := _bsd(row, bsd) if bsd else _linux(row, sizes) or _linux_6(row):
            found.append(route)
    if not found:
        raise tokens.refusal("netstat")
    return found


def _linux(row: list[str], sizes: bool) -> Route | None:
    """destination gateway mask flags, then metric ref use (or MSS window irtt), interface, and with -ee MSS…"""
    if len(row) not in (8, 11) or not tokens.address(row[2]) or not _LINUX_FLAGS.fullmatch(row[3]):
        return None
    counts = [tokens.whole(token) for token in row[4:7] + row[8:]]
    if any(count is None and token not in _COUNTS for count, token in zip(counts, row[4:7] + row[8:], strict=True)):
        return None
    return Route(row[0], row[1], row[7], mask=row[2], metric=None if sizes else counts[0], flags=row[3])


def _linux_6(row: list[str]) -> Route | None:
    """destination/length, next hop, flag, metric, ref, use, interface."""
    if len(row) != 7 or "/" not in row[0] or not _LINUX_FLAGS.fullmatch(row[2]):
        return None
    counts = [tokens.whole(token) for token in row[3:6]]
    if None in counts:
        return None
    return Route(row[0], row[1], row[6], metric=counts[0], flags=row[2])


def _bsd(row: list[str], heading: str) -> Route | None:
    """destination gateway flags, then numbers, then the interface and perhaps an expiry."""
    if len(row) < 4 or not _BSD_FLAGS.fullmatch(row[2]):
        return None
    rest = row[3:]
    while rest and tokens.whole(rest[0]) is not None:
        rest = rest[1:]
    if not rest or len(rest) > 2:
        return None
    width = heading.index("Flags") - heading.index("Gateway") - 1
    cut_off = ":" in row[1] and len(row[1]) >= width
    return Route(row[0], row[1], rest[0], flags=row[2], cut_off=cut_off)
