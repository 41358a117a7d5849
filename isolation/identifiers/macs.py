"""MAC addresses and BSSIDs: any usual spelling into 12 lower-case hex digits, and what their bits say.

IEEE 802: bit 0 of the first octet marks a group address, bit 1 one that was given out locally, not by a maker.
"""

from __future__ import annotations

from isolation.errors import BadIdentifier
from isolation.identifiers.escape import excerpt
from isolation.messages import message

_HEX = "0123456789abcdef"
_PAIRED = ("-----", ":::::")
_GROUP_BIT = 0x0100_0000_0000
_LOCAL_BIT = 0x0200_0000_0000
# The radios and networks of one box count up in the last digit, and set the local bit for all but the first.
_BOX_MASK = ~(_LOCAL_BIT | 0xF)


def parse_mac(text: str) -> str:
    """The canonical form, 12 lower-case hex digits, of a 48-bit MAC address.

    Read are six octets between colons, dashes or dots (macOS leaves zeros out: `0:1c:42:0:0:18`), three groups
    of four digits (`001c.4200.0018`), two of six (`001c42-000018`) and twelve bare digits. Raises BadIdentifier.
    """
    if len(text) == 12 and not text.strip(_HEX):
        return text
    mac = text.strip().lower()
    if len(mac) == 17 and mac[2::3] in _PAIRED:
        mac = mac.replace(mac[2], "")  # as nearly all logs write them
    elif len(mac) != 12 or mac.strip(_HEX):
        mac = _joined(mac)
    if len(mac) != 12 or mac.strip(_HEX):
        raise BadIdentifier(f"{excerpt(text)} {_why_not(text.strip())}.")
    return mac


def from_bytes(octets: bytes) -> str:
    """The canonical form of 6 bytes as a kernel hands them out."""
    if len(octets) != 6:
        raise BadIdentifier(message("A MAC address has 6 bytes, not {octets}.", octets=len(octets)))
    return octets.hex()


def format_mac(mac: str) -> str:
    """The spelling that people and JSON see: `00-00-5E-00-53-23` (RFC 7042, ECS)."""
    one = parse_mac(mac).upper()
    return f"{one[:2]}-{one[2:4]}-{one[4:6]}-{one[6:8]}-{one[8:10]}-{one[10:]}"


def access_point_group(bssid: str) -> str:
    """The 12 hex digits that the BSSIDs of one access point have in common: local bit and last digit cleared."""
    return f"{int(parse_mac(bssid), 16) & _BOX_MASK:012x}"


def locally_administered(mac: str) -> bool:
    """Whether the address was set by software or an administrator, not by the maker."""
    return bool(int(parse_mac(mac), 16) & _LOCAL_BIT)


def is_group(mac: str) -> bool:
    """Whether the address names a group (multicast, broadcast), never one device."""
    return bool(int(parse_mac(mac), 16) & _GROUP_BIT)


def _joined(text: str) -> str:
    """The digits of a text with one kind of separator and groups of one kind; "" where it has none."""
    for separator in ":-.":
        if separator in text:
            groups = text.split(separator)
            if len(groups) == 6 and all(groups):
                return "".join([group.zfill(2) for group in groups])
            if len(groups) in (2, 3) and all(len(group) * len(groups) == 12 for group in groups):
                return "".join(groups)
            return ""
    return ""


def _why_not(text: str) -> str:
    """Why a text is no MAC address, as the rest of a sentence that begins with it."""
    if not text:
        return message("is empty, not a MAC address")
    digits = text.lower()
    for separator in ":-.":
        digits = digits.replace(separator, "")
    if digits.strip(_HEX) or not digits:
        return message("is not a MAC address: it has more in it than hexadecimal digits")
    if len(digits) in (16, 40):
        return message("has {digits} octets (EUI-64 or InfiniBand), where a MAC address has 6", digits=len(digits) // 2)
    return message("is not a MAC address of 6 octets")
