r"""`iw dev wlan0 scan`, `… scan dump`: the access points in reach. Pure. Source: iw's scan.c and util.c.

A block begins with `BSS 00:00:5e:00:53:01(on wlan0) -- associated`. iw prints a name's bytes as they are where
they are printable ASCII, and `\xNN` else, a space at either end and the backslash included.
"""

from __future__ import annotations

import re

from isolation.probes.text import tokens
from isolation.probes.text.networks import Network

_HEADING = re.compile(r"BSS (\S{17}) ?\(on ([!-'*-~]+)\)( -- associated)?.*", re.ASCII)
_FIELD = re.compile(r"\s+(SSID|freq|signal|capability|RSN|WPA): ?(.*)")
_SIGNAL = re.compile(r"(-?\d{1,3})\.\d\d dBm", re.ASCII)
_FREQUENCY = re.compile(r"(\d{4,5})(?:\.\d)?", re.ASCII)
_ESCAPE = re.compile(rb"\\x([0-9a-f]{2})")


def parse(output: bytes) -> list[Network]:
    """The access points in an output of iw scan; none in reach is an empty list.

    Raises ProbeError for anything else, and for addresses that were blanked out.
    """
    found: list[Network] = []
    for heading, body in _blocks(output):
        bssid = tokens.mac(heading[1])
        if bssid is not None:
            found.append(_network(bssid, heading, body))
    if not found and output.strip():
        raise tokens.refusal("iw scan")
    return found


def _blocks(output: bytes) -> list[tuple[re.Match[str], dict[str, str]]]:
    """Each block's first line, and the fields under it; of a repeated field the first counts."""
    blocks: list[tuple[re.Match[str], dict[str, str]]] = []
    for line in tokens.decode(output).split("\n"):
        if heading := _HEADING.fullmatch(line):
            blocks.append((heading, {}))
        elif blocks and (field := _FIELD.fullmatch(line)):
            blocks[-1][1].setdefault(field[1], field[2])
    return blocks


def _network(bssid: str, heading: re.Match[str], body: dict[str, str]) -> Network:
    signal = _SIGNAL.fullmatch(body.get("signal", ""))
    frequency = _FREQUENCY.fullmatch(body.get("freq", ""))
    return Network(
        heading[2], bssid, _name(body.get("SSID", "")), connected=heading[3] is not None,
        signal=int(signal[1]) if signal else None, frequency=int(frequency[1]) if frequency else 0,
        security=_security(body),
    )  # fmt: skip


def _name(printed: str) -> bytes:
    return _ESCAPE.sub(lambda escape: bytes.fromhex(escape[1].decode()), printed.encode("utf-8"))


def _security(body: dict[str, str]) -> str:
    named = [name for name in ("WPA", "RSN") if name in body]
    return " ".join(named) or ("WEP" if "Privacy" in body.get("capability", "").split() else "")
