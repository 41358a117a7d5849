"""`netsh wlan show interfaces`: what each Wi-Fi adapter of Windows is connected to, in any language. Pure.

Labels are translated and never read. A block is told by its GUID; the line behind the GUID is the adapter's own
address; the next address is the access point's, and the line before that is the network's name. The standard
(`802.11ax`) precedes the way of logging in; the first whole number behind it is the channel; a percentage is the
signal, and a negative number, in later releases, its strength in dBm.

The last resort: the console's code page loses names that it cannot write, so wlanapi is asked first.
"""

from __future__ import annotations

import re

from isolation.probes.text import tokens
from isolation.probes.text.networks import Network

_LABELLED = re.compile(r"\s+\S[^:]*?\s*: ?(.*)")
_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_STANDARD = re.compile(r"802\.11[a-z]{1,2}", re.ASCII)
_CHANNEL = re.compile(r"\d{1,3}", re.ASCII)
_PERCENT = re.compile(r"(\d{1,3})%", re.ASCII)
_STRENGTH = re.compile(r"-\d{1,3}", re.ASCII)

# netsh names the service and the settings page in every language.
_SERVICE = b"(wlansvc)"
_SETTINGS = b"ms-settings:privacy-location"


def parse(output: bytes, code_page: str = "") -> list[Network]:
    """The adapters and their networks; `code_page` is the system's OEM one. An adapter without a network has
    neither BSSID nor name. Raises ProbeError where no adapter is named."""
    blocks: list[list[str]] = [[]]
    for line in tokens.lines(output, code_page):
        labelled = _LABELLED.fullmatch(line)
        if labelled:
            blocks[-1].append(labelled[1].strip())
        elif not line.strip():
            blocks.append([])
    found = [_network(block) for block in blocks if any(map(_GUID.fullmatch, block))]
    if not found:
        raise tokens.refusal("netsh")
    return found


def denied(output: bytes) -> bool:
    """Whether netsh points to the location settings instead of answering."""
    return _SETTINGS in output


def not_running(output: bytes) -> bool:
    """Whether netsh says that the Wi-Fi service is not running."""
    return _SERVICE in output


def _network(block: list[str]) -> Network:
    guid = next(at for at, value in enumerate(block) if _GUID.fullmatch(value))
    name = block[0] if guid else ""
    point = _access_point(block, guid + 2)
    if point is None:
        return Network(name, None, None)
    said = block[point + 1 :]
    standard = next((at for at, value in enumerate(said) if _STANDARD.fullmatch(value)), None)
    behind = said[standard + 1 :] if standard is not None else []
    strength = next((int(value) for value in behind if _STRENGTH.fullmatch(value)), None)
    percent = next((int(match[1]) for match in map(_PERCENT.fullmatch, behind) if match), None)
    return Network(
        name, tokens.mac(block[point]), block[point - 1].encode("utf-8"), connected=True,
        signal=percent if strength is None else strength, unit="percent" if strength is None else "dBm",
        channel=next((int(value) for value in behind if _CHANNEL.fullmatch(value)), 0),
        security=behind[0] if behind else "",
    )  # fmt: skip


def _access_point(block: list[str], start: int) -> int | None:
    """The place of the access point's address: the last of the first lines that are addresses, since a network may
    be named like one."""
    first = next((at for at in range(start, len(block)) if tokens.mac(block[at])), None)
    while first is not None and first + 1 < len(block) and tokens.mac(block[first + 1]):
        first += 1
    return first if first is not None and first > start else None
