"""`iwconfig`: what each wireless interface of Linux is connected to. Pure. Source: wireless-tools' iwconfig.c.

A block begins with an unindented name. `ESSID:off/any` is no network, `Access Point: Not-Associated` no connection.
"""

from __future__ import annotations

import re

from isolation.probes.text import tokens
from isolation.probes.text.networks import Network

_HEADING = re.compile(r"([!-~]+)\s+(?:IEEE 802\.11\S*|unassociated)\s.*", re.ASCII)
_NAME = re.compile(r'ESSID:"(.*?)"(?=\s\s|\s*$)')
_POINT = re.compile(r"Access Point: (\S+)", re.ASCII)
_SIGNAL = re.compile(r"Signal level[=:](-\d{1,3}) dBm", re.ASCII)
_FREQUENCY = re.compile(r"Frequency[:=](\d{1,2})(?:\.(\d{1,4}))? GHz", re.ASCII)


def parse(output: bytes) -> list[Network]:
    """What each wireless interface is connected to. Raises ProbeError where no interface is named."""
    blocks: list[list[str]] = []
    for line in tokens.lines(output):
        if _HEADING.fullmatch(line):
            blocks.append([line])
        elif blocks and line[:1].isspace():
            blocks[-1].append(line)
    if not blocks:
        raise tokens.refusal("iwconfig")
    return [_network(block[0].split()[0], block) for block in blocks]


def _network(interface: str, block: list[str]) -> Network:
    name = next((match for line in block if (match := _NAME.search(line))), None)
    text = "\n".join(block)
    point = _POINT.search(text)
    bssid = tokens.mac(point[1]) if point else None
    signal = _SIGNAL.search(text)
    frequency = _FREQUENCY.search(text)
    return Network(
        interface, bssid, name[1].encode("utf-8") if name else b"", connected=bssid is not None,
        signal=int(signal[1]) if signal else None,
        frequency=int(frequency[1]) * 1000 + int((frequency[2] or "0").ljust(3, "0")[:3]) if frequency else 0,
    )  # fmt: skip
