"""`arp`: the neighbours that the system knows, in the forms of six systems. Pure.

Read by form, so that translated headings and remarks do not matter:

* BSD, macOS, AIX, Linux `-a` and `-an`: `host (address) at mac [ethernet] on en0`, incomplete in brackets;
* Linux `arp`, `-n`, `-v`: columns host, type, mac, flags, interface, and `(incomplete)` after the host;
* Windows `arp -a`: `Interface: address --- 0xb`, then address, mac and a word.
"""

from __future__ import annotations

import re

from isolation.model import Value
from isolation.probes.text import tokens

_SENTENCE = re.compile(r"\s*([!-~]+) \(([^()\s]+)\) (?:at (\S+)(.*)|-- no entry)", re.ASCII)
_INTERFACE = re.compile(r"(?:^|\s)on ([!-~]+)", re.ASCII)
_INCOMPLETE = re.compile(r"([!-~]+)\s+\([^()]+\)\s+([!-~]+)")
_WINDOWS_INTERFACE = re.compile(r"[^:]+: (\S+) --- 0x[0-9a-fA-F]+")


class Neighbour(Value):
    """One neighbour: `address` canonical ("" where the tool printed a name instead, which `host` then is), `mac`
    in storage form (None while it is unknown), `interface` (on Windows its own address; "" where not printed)."""

    __slots__ = ("address", "host", "interface", "mac")
    address: str
    host: str
    interface: str
    mac: str | None

    def __init__(self, address: str, host: str, mac: str | None, interface: str) -> None:
        self._init(address=address, host=host, mac=mac, interface=interface)


def parse(output: bytes) -> list[Neighbour]:
    """The neighbours in an output of arp; an empty table is an empty list. Raises ProbeError for anything else."""
    found: list[Neighbour] = []
    interface = ""
    for line in tokens.lines(output):
        text = line.rstrip()
        if heading := _WINDOWS_INTERFACE.fullmatch(text):
            interface = tokens.address(heading[1])
        elif neighbour := _sentence(text) or _incomplete(text) or _columns(text.split(), interface):
            found.append(neighbour)
    if not found and output.strip():
        raise tokens.refusal("arp")
    return found


def _sentence(line: str) -> Neighbour | None:
    match = _SENTENCE.fullmatch(line)
    address = tokens.address(match[2]) if match else ""
    if match is None or not address:
        return None
    place = _INTERFACE.search(match[4] or "")
    return Neighbour(address, match[1], tokens.mac(match[3] or ""), place[1] if place else "")


def _incomplete(line: str) -> Neighbour | None:
    match = _INCOMPLETE.fullmatch(line)
    address = tokens.address(match[1]) if match else ""
    return Neighbour(address, match[1], None, match[2]) if match and address else None


def _columns(row: list[str], interface: str) -> Neighbour | None:
    """Linux: host type mac flags … interface. Windows: address mac kind, below a line naming the interface."""
    address = tokens.address(row[0]) if row else ""
    if len(row) >= 5 and (mac := tokens.mac(row[2])):
        return Neighbour(address, row[0], mac, row[-1])
    if len(row) >= 3 and address and (mac := tokens.mac(row[1])):
        return Neighbour(address, row[0], mac, interface)
    return None
