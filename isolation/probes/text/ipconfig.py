"""`ipconfig /all`: the adapters of Windows, in any language. Pure.

Labels are translated and never read. What is read instead is the order, the same since Windows XP: a section begins
with an unindented line; the first one describes the host, each other one an adapter:

    [medium] suffix, description, physical address, DHCP on, autoconfiguration on,
    addresses with their state in brackets, IPv4 ones followed by their mask, [lease times], default gateway, …

Lines of one label and several values continue far to the right. `dhcp` comes from the word for "no": the host
section's fifth value says whether this machine is a WINS proxy, which it is not.
"""

from __future__ import annotations

import re

from isolation.model import Value
from isolation.probes.text import tokens

# A label ends with dots and a colon; some have no room for dots, and some have a colon of their own before them.
_DOTTED = re.compile(r"\s{2,16}\S.*?\.[ .]*: ?(.*)")
_PLAIN = re.compile(r"\s{2,16}\S[^:]*: ?(.*)")
_CONTINUED = re.compile(r"\s{30,}(\S.*)")
_STATE = re.compile(r"(\S+?)\s*[(（][^()（）]*[)）]")
_MASK = re.compile(r"(?:255\.){0,3}(?:255|254|252|248|240|224|192|128|0)(?:\.0){0,3}", re.ASCII)
_PHYSICAL = re.compile(r"[0-9A-F]{2}(?:-[0-9A-F]{2}){5,7}", re.ASCII)


class Adapter(Value):
    """One adapter: `name` as printed, with its kind in the system's language; `mac` in storage form, None where
    there is none of six octets; canonical addresses and gateways; `dhcp` None where that cannot be told."""

    __slots__ = ("dhcp", "gateways", "ipv4", "ipv6", "mac", "name")
    name: str
    mac: str | None
    ipv4: tuple[str, ...]
    ipv6: tuple[str, ...]
    gateways: tuple[str, ...]
    dhcp: bool | None

    def __init__(
        self,
        name: str,
        mac: str | None,
        ipv4: tuple[str, ...],
        ipv6: tuple[str, ...],
        gateways: tuple[str, ...],
        dhcp: bool | None,
    ) -> None:
        self._init(name=name, mac=mac, ipv4=ipv4, ipv6=ipv6, gateways=gateways, dhcp=dhcp)


def parse(output: bytes, code_page: str = "") -> list[Adapter]:
    """The adapters in an output of ipconfig /all; `code_page` is the system's OEM one. ProbeError where there is
    none."""
    host, *adapters = _sections(output, code_page) or [("", [])]
    if not adapters:
        raise tokens.refusal("ipconfig")
    negative = host[1][4][0] if len(host[1]) > 4 else ""
    return [_adapter(name, rows, negative) for name, rows in adapters]


def host_name(output: bytes, code_page: str = "") -> str:
    """The host's name in an output of ipconfig /all; "" where it has none."""
    sections = _sections(output, code_page)
    return sections[0][1][0][0] if sections and sections[0][1] else ""


def _sections(output: bytes, code_page: str) -> list[tuple[str, list[list[str]]]]:
    """Each section's name with its values; a value is a list, because some labels have several."""
    sections: list[tuple[str, list[list[str]]]] = []
    for line in tokens.lines(output, code_page):
        text = line.rstrip()
        if text and not text[0].isspace() and (not sections or text.endswith((":", "："))):
            sections.append((text.rstrip(":： \u00a0"), []))
        elif sections and sections[-1][1] and (more := _CONTINUED.fullmatch(text)):
            sections[-1][1][-1].append(more[1])
        elif sections and (labelled := _DOTTED.fullmatch(line) or _PLAIN.fullmatch(line)):
            sections[-1][1].append([labelled[1].strip()])
    return [section for section in sections if section[1]]


def _adapter(name: str, rows: list[list[str]], negative: str) -> Adapter:
    values = [row[0] for row in rows]
    physical = next((at for at, value in enumerate(values) if _PHYSICAL.fullmatch(value)), None)
    found, gateway = _addresses(values, (physical or 0) + 1)
    first = min(found, default=len(values))
    word = values[first - 2] if first >= 5 else ""
    texts = list(found.values())
    return Adapter(
        name,
        tokens.mac(values[physical]) if physical is not None else None,
        tuple(text for text in texts if ":" not in text),
        tuple(text for text in texts if ":" in text),
        tuple(filter(None, map(tokens.next_hop, rows[gateway]))) if gateway < len(rows) else (),
        word != negative if word and negative else None,
    )


def _addresses(values: list[str], start: int) -> tuple[dict[int, str], int]:
    """The adapter's own addresses by the place of their line, and the place of the gateway's line."""
    found: dict[int, str] = {}
    end = start
    for at in range(start, len(values)):
        stated = _STATE.fullmatch(values[at])
        address = tokens.address(stated[1] if stated else values[at])
        masked = "." in address and at + 1 < len(values) and _MASK.fullmatch(values[at + 1])
        if address and (stated or masked):
            found[at] = address
            end = at + 2 if masked else at + 1
    if not found:
        return {}, len(values)
    while end < len(values) and values[end] and not tokens.address(values[end]):
        end += 1  # when the lease was obtained and when it expires
    return found, end
