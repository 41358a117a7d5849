"""Telling an address in a text: the policy names machines and networks by labels, and holds nothing measured."""

from __future__ import annotations

import re

from isolation.errors import BadIdentifier
from isolation.identifiers.addresses import parse_address
from isolation.identifiers.macs import parse_mac
from isolation.messages import message

_WORDS = re.compile(r"[0-9A-Fa-f:.\-]+")
_AROUND = re.compile(r"[^\s,;()<>\[\]{}\"'/=|]+")
# Keys under which a person would write what belongs in the ledger.
MEASURED = frozenset((
    "address", "addresses", "bssid", "bssids", "device_id", "gateway", "gateway_mac", "hardware_mac", "ip", "ips",
    "mac", "macs", "public_ip", "ssid", "ssids", "wifi",
))  # fmt: skip


def measured(text: str) -> str:
    """The first word of a text that is an IP or a MAC address, and what it is; "" where none is.

    Twelve decimal digits alone are no MAC address here: stock numbers look so.
    """
    for word in _AROUND.findall(text):
        if _is(parse_mac, word) and not word.isdecimal():
            return message("a MAC address")
        if _WORDS.fullmatch(word.partition("%")[0]) and (":" in word or "." in word) and _is(parse_address, word):
            return message("an IP address")
    return ""


def _is(parse: object, word: str) -> bool:
    try:
        parse(word)  # type: ignore[operator]  # one of the two parsers above
    except BadIdentifier:
        return False
    return True
