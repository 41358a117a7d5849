"""`route -n get`: the one route that macOS and FreeBSD would take towards an address. Pure.

Prints `label: value` lines, labels right-aligned and not translated: `gateway` (absent where the route is on-link),
`interface`, `flags: <UP,GATEWAY,…>`, then a line of names and a line of numbers. Source: route(8).
Read from vendor documentation, not run on the platform.
"""

from __future__ import annotations

import re

from isolation.probes.text import tokens
from isolation.probes.text.routes import Route

_LINE = re.compile(r"\s*([a-z][a-z ]*): (\S.*?)\s*", re.ASCII)
_INTERFACE = re.compile(r"[a-z]+[0-9a-z_.]*", re.ASCII)


def parse(output: bytes) -> list[Route]:
    """The route in an output of route get, as a list of one. Raises ProbeError where it names no interface."""
    said = {match[1]: match[2] for line in tokens.lines(output) if (match := _LINE.fullmatch(line))}
    interface = said.get("interface", "")
    if "destination" not in said or not _INTERFACE.fullmatch(interface):
        raise tokens.refusal("route get")
    flags = said.get("flags", "").strip("<>")
    return [Route(said["destination"], said.get("gateway", ""), interface, mask=said.get("mask", ""), flags=flags)]
