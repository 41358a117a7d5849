"""The information elements of a beacon: the network's name, its channel and how it is secured. Pure.

An element is an id byte, a length byte and so many bytes (IEEE 802.11-2020, 9.4.2). Whoever is in radio range
writes them, so nothing here trusts a length or a count.
"""

from __future__ import annotations

from isolation.errors import ProbeError
from isolation.identifiers.ssid import LONGEST_SSID
from isolation.messages import message
from isolation.model import Value
from isolation.probes.wifi import security

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_SSID, _DS_PARAMETER, _RSN, _HT_OPERATION, _VENDOR = 0, 3, 48, 61, 221
_CAPABILITY_PRIVACY = 0x0010

_IEEE = b"\x00\x0f\xac"
_MICROSOFT = b"\x00\x50\xf2"
_MICROSOFT_WPA = _MICROSOFT + b"\x01"

# Authentication and key management suites under 00-0F-AC (IEEE 802.11-2020, table 9-151, and 802.11be for 23-25).
_IEEE_SUITES = {
    1: security.ENTERPRISE, 2: security.PSK, 3: security.ENTERPRISE, 4: security.PSK, 5: security.ENTERPRISE,
    6: security.PSK, 8: security.SAE, 9: security.SAE, 11: security.ENTERPRISE, 12: security.ENTERPRISE_192,
    13: security.ENTERPRISE, 18: security.OWE, 19: security.PSK, 20: security.PSK, 22: security.ENTERPRISE,
    23: security.ENTERPRISE_192, 24: security.SAE, 25: security.SAE,
}  # fmt: skip
_MICROSOFT_SUITES = {1: security.ENTERPRISE, 2: security.PSK}


class Beacon(Value):
    """What one beacon or probe response says: `ssid` as bytes (None where it has no such element), `channel`
    (0 where it does not say) and `security` in words."""

    __slots__ = ("channel", "security", "ssid")
    ssid: bytes | None
    channel: int
    security: str

    def __init__(self, ssid: bytes | None, channel: int, security: str) -> None:
        self._init(ssid=ssid, channel=channel, security=security)


def parse_elements(data: bytes, capability: int = 0) -> Beacon:
    """Read a beacon's elements; `capability` is its 16-bit capability field.

    Of a repeated element the first counts, as in the kernel. Raises ProbeError for elements that run past the
    end, for a name over 32 bytes and for a security element whose counts do not fit.
    """
    ssid: bytes | None = None
    wpa: frozenset[str] | None = None
    rsn: frozenset[str] | None = None
    channel = 0
    for kind, body in _elements(data):
        if kind == _SSID and ssid is None:
            ssid = _ssid(body)
        elif kind == _RSN and rsn is None:
            rsn = _key_managements(body, _IEEE, _IEEE_SUITES)
        elif kind == _VENDOR and wpa is None and body.startswith(_MICROSOFT_WPA):
            wpa = _key_managements(body[4:], _MICROSOFT, _MICROSOFT_SUITES)
        elif kind in {_DS_PARAMETER, _HT_OPERATION} and not channel and body:
            channel = body[0]  # both elements begin with the primary channel's number
    privacy = bool(capability & _CAPABILITY_PRIVACY)
    return Beacon(ssid, channel, security.describe(privacy=privacy, wpa=wpa, rsn=rsn))


def channel_of(frequency: int) -> int:
    """The channel number of a centre frequency in MHz; 0 for a frequency outside every Wi-Fi band.

    IEEE 802.11-2020 annex E; 6 GHz by 802.11ax. The bands number their channels anew, so a channel alone does
    not tell the band.
    """
    if frequency == 2484:
        return 14
    if frequency == 5935:
        return 2
    for first, last, base, step in (
        (2412, 2472, 2407, 5), (5005, 5895, 5000, 5), (4910, 4980, 4000, 5), (5955, 7115, 5950, 5),
        (58320, 69120, 56160, 2160),
    ):  # fmt: skip
        if first <= frequency <= last and (frequency - base) % step == 0:
            return (frequency - base) // step
    return 0


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        if at + 2 > len(data) or at + 2 + data[at + 1] > len(data):
            raise ProbeError("An access point's information elements run past their end.")
        yield data[at], data[at + 2 : at + 2 + data[at + 1]]
        at += 2 + data[at + 1]


def _ssid(body: bytes) -> bytes:
    if len(body) > LONGEST_SSID:
        raise ProbeError(
            message(
                "An access point announces a network name of {body} bytes; {longest_ssid} is the most there can be.",
                body=len(body),
                longest_ssid=LONGEST_SSID,
            )
        )
    return body


def _key_managements(body: bytes, vendor: bytes, suites: dict[int, str]) -> frozenset[str]:
    """The key managements of an RSN or WPA element: version, group cipher, pairwise ciphers, then these.

    Every field after the version may be left out; left out, the key management is 802.1X (9.4.2.24.3).
    """
    if len(body) < 2:
        raise ProbeError("An access point's security element is too short to have a version.")
    at = _past_ciphers(body)
    if at >= len(body):
        return frozenset({security.ENTERPRISE})
    return frozenset(suites[suite[3]] for suite in _suites(body, at) if suite[:3] == vendor and suite[3] in suites)


def _past_ciphers(body: bytes) -> int:
    """Where the key managements' count begins; len(body) where the element ends before."""
    if len(body) <= 6:
        return len(body)
    return 8 + 4 * len(_suites(body, 6))


def _suites(body: bytes, at: int) -> list[bytes]:
    """The suite selectors (4 bytes each) of the counted list at this offset."""
    count = int.from_bytes(body[at : at + 2], "little")
    end = at + 2 + 4 * count
    if end > len(body) or at + 2 > len(body):
        raise ProbeError(
            message("An access point's security element counts {count} suites and has fewer.", count=count)
        )
    return [body[place : place + 4] for place in range(at + 2, end, 4)]
