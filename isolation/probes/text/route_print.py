"""`route print`: the routing tables of Windows, in any language. Pure.

Rows are told by their form: four or five columns of addresses and a number (IPv4), or interface number, metric and
prefix with the gateway behind it or on the next line (IPv6). A gateway that is no address ("On-link", "Auf
Verbindung", "在链路上") means there is none. Persistent routes are what is configured, not what is in use: those of
IPv4 lack the interface, those of IPv6 have interface 0, and both are passed over.
"""

from __future__ import annotations

import re

from isolation.probes.text import tokens
from isolation.probes.text.routes import Route

_ROW = re.compile(r"\s*([\d.]+)\s+([\d.]+)\s+(\S.*?)\s+([\d.]+)\s+(\d+)\s*", re.ASCII)
_ROW_6 = re.compile(r"\s*(\d+)\s+(\d+)\s+([0-9A-Fa-f:.]+/\d{1,3})(?:\s+(\S.*?))?\s*", re.ASCII)


def parse(output: bytes, code_page: str = "") -> list[Route]:
    """The routes in use in an output of route print. Raises ProbeError where there is none."""
    found: list[Route] = []
    rows = tokens.lines(output, code_page)
    for number, line in enumerate(rows):
        if route := _row(line) or _row_6(line, rows[number + 1].strip() if number + 1 < len(rows) else ""):
            found.append(route)
    if not found:
        raise tokens.refusal("route print")
    return found


def _row(line: str) -> Route | None:
    match = _ROW.fullmatch(line)
    if match is None or not all(map(tokens.address, (match[1], match[2], match[4]))):
        return None
    return Route(match[1], match[3], match[4], mask=match[2], metric=tokens.whole(match[5]))


def _row_6(line: str, following: str) -> Route | None:
    match = _ROW_6.fullmatch(line)
    if match is None or match[1] == "0" or not tokens.address(match[3].partition("/")[0]):
        return None
    return Route(match[3], match[4] or following, match[1], metric=tokens.whole(match[2]))
