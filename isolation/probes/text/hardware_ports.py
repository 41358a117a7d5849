"""`networksetup -listallhardwareports`: macOS's network ports with the addresses of their hardware. Pure.

Three labelled lines to a port, in this order: its name (of the system's language), device, address or `N/A`; then a
section on VLANs. The address is the hardware's also where macOS uses a private one on the network (`ifconfig`).
Source: networksetup(8). Read from vendor documentation, not run on the platform.
"""

from __future__ import annotations

import re

from isolation.model import Value
from isolation.probes.text import tokens

_LABELLED = re.compile(r"[^:]+: ?(.*)")
_DEVICE = re.compile(r"[a-z]+\d+", re.ASCII)


class Port(Value):
    """One hardware port: `name` as the system shows it, `device` ("en0"), `mac` in storage form or None."""

    __slots__ = ("device", "mac", "name")
    name: str
    device: str
    mac: str | None

    def __init__(self, name: str, device: str, mac: str | None) -> None:
        self._init(name=name, device=device, mac=mac)


def parse(output: bytes) -> list[Port]:
    """The ports in an output of networksetup. Raises ProbeError where there is none."""
    found: list[Port] = []
    values: list[str] = []
    for line in [*tokens.lines(output), ""]:
        labelled = _LABELLED.fullmatch(line)
        if labelled:
            values.append(labelled[1].strip())
            continue
        if len(values) == 3 and _DEVICE.fullmatch(values[1]):
            found.append(Port(values[0], values[1], tokens.mac(values[2])))
        values = []
    if not found:
        raise tokens.refusal("networksetup")
    return found
