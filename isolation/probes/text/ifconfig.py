"""`ifconfig`: interfaces with their current MAC and addresses, on Linux (both net-tools), macOS and FreeBSD. Pure.

A block begins with an unindented name: `en0: flags=8863<UP,…> mtu 1500`, or, in net-tools 1,
`eth0      Link encap:Ethernet  HWaddr 00:00:5e:00:53:01`, whose words are translated and therefore not read.
"""

from __future__ import annotations

import re

from isolation.model import Value
from isolation.probes.text import tokens

_HEADING = re.compile(r"([!-~]+): flags=[0-9a-f]+<[A-Z0-9_,]*>.*", re.ASCII)
_OLD_HEADING = re.compile(r"([!-~]+)\s{2,}\S.*:\S.*")
_MAC = re.compile(r"(?:^|\s)((?:[0-9A-Fa-f]{1,2}:){5}[0-9A-Fa-f]{1,2})(?=\s|$)", re.ASCII)
_ETHER = re.compile(r"\s+(?:ether|lladdr)\s+(\S+)", re.ASCII)
# net-tools 1 puts a translated label before the address: `inet addr:`, `inet Adresse:`, `inet6-Adresse: `.
_INET = re.compile(r"\s+inet\s+(?:[^\s:]+:)?(\d+\.\d+\.\d+\.\d+)")
_INET6 = re.compile(r"\s+inet6(?:[- ][^\s:]+:)?\s+([0-9A-Fa-f:.]+)")


class Interface(Value):
    """One interface: `mac` in storage form (None where it has none), addresses canonical and without zone."""

    __slots__ = ("ipv4", "ipv6", "mac", "name")
    name: str
    mac: str | None
    ipv4: tuple[str, ...]
    ipv6: tuple[str, ...]

    def __init__(self, name: str, mac: str | None, ipv4: tuple[str, ...], ipv6: tuple[str, ...]) -> None:
        self._init(name=name, mac=mac, ipv4=ipv4, ipv6=ipv6)


def parse(output: bytes) -> list[Interface]:
    """The interfaces in an output of ifconfig, in its order. Raises ProbeError where there is none."""
    blocks: list[list[str]] = []
    for line in tokens.lines(output):
        if _HEADING.fullmatch(line) or _OLD_HEADING.fullmatch(line):
            blocks.append([line])
        elif blocks and line[:1].isspace():
            blocks[-1].append(line)
    if not blocks:
        raise tokens.refusal("ifconfig")
    return [_interface(block[0], block[1:]) for block in blocks]


def _interface(heading: str, body: list[str]) -> Interface:
    modern = _HEADING.fullmatch(heading)
    macs = _all(_ETHER, body) if modern else _MAC.findall(heading)
    return Interface(
        modern[1] if modern else heading.split()[0],
        tokens.mac(macs[0]) if macs else None,
        tuple(filter(None, map(tokens.address, _all(_INET, body)))),
        tuple(filter(None, map(tokens.address, _all(_INET6, body)))),
    )


def _all(form: re.Pattern[str], body: list[str]) -> list[str]:
    return [match[1] for line in body if (match := form.match(line))]
