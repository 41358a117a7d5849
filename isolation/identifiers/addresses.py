"""Internet addresses: text or bytes into one canonical spelling, and what kind of address it is.

The table of kinds is the project's own. `ipaddress.is_private` and `is_global` answer False/False for carrier
NAT and differ between Python releases, and platform parsers differ in what they accept; the same log must give
the same identifiers everywhere. Sources: IANA special-purpose address registries (RFC 6890) as of 2025-10.
"""

from __future__ import annotations

from isolation.errors import BadIdentifier
from isolation.identifiers.escape import excerpt
from isolation.messages import message
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TypeAlias

    Kind: TypeAlias = Literal[
        "public", "private", "cgnat", "loopback", "link-local", "unspecified", "multicast", "broadcast",
        "documentation", "benchmark", "reserved",
    ]  # fmt: skip

# (network, prefix length, kind, source); the first row that holds an address decides, so exceptions come first.
# "reserved" is every special-purpose block that is never a host's own address, reachable (AS112, AMT) or not.
V4_BLOCKS: tuple[tuple[int, int, Kind, str], ...] = (
    (0x00000000, 32, "unspecified", "RFC 1122, 3.2.1.3"),
    (0x00000000, 8, "reserved", "RFC 791: this network"),
    (0x0A000000, 8, "private", "RFC 1918"),
    (0x64400000, 10, "cgnat", "RFC 6598: carrier NAT; Tailscale uses it too"),
    (0x7F000000, 8, "loopback", "RFC 1122, 3.2.1.3"),
    (0xA9FE0000, 16, "link-local", "RFC 3927"),
    (0xAC100000, 12, "private", "RFC 1918"),
    (0xC0000000, 24, "reserved", "RFC 6890, 2.1: protocol assignments (464XLAT and DS-Lite hosts share them)"),
    (0xC0000200, 24, "documentation", "RFC 5737"),
    (0xC01FC400, 24, "reserved", "RFC 7535: AS112"),
    (0xC034C100, 24, "reserved", "RFC 7450: AMT"),
    (0xC0586300, 24, "reserved", "RFC 7526: 6to4 relays, deprecated"),
    (0xC0A80000, 16, "private", "RFC 1918"),
    (0xC0AF3000, 24, "reserved", "RFC 7534: AS112"),
    (0xC6120000, 15, "benchmark", "RFC 2544"),
    (0xC6336400, 24, "documentation", "RFC 5737"),
    (0xCB007100, 24, "documentation", "RFC 5737"),
    (0xFFFFFFFF, 32, "broadcast", "RFC 8190; RFC 919"),
    (0xE0000000, 4, "multicast", "RFC 1112"),
    (0xF0000000, 4, "reserved", "RFC 1112, 4"),
)  # fmt: skip

# What falls through is public inside 2000::/3 and reserved outside it (RFC 4291, 2.4).
V6_BLOCKS: tuple[tuple[int, int, Kind, str], ...] = (
    (0x0, 128, "unspecified", "RFC 4291, 2.5.2"),
    (0x1, 128, "loopback", "RFC 4291, 2.5.3"),
    (0x2001_0002 << 96, 48, "benchmark", "RFC 5180"),
    (0x2001_0000 << 96, 23, "reserved", "RFC 2928: protocol assignments (ORCHID, AMT, AS112, anycast)"),
    (0x2001_0DB8 << 96, 32, "documentation", "RFC 3849"),
    (0x2620_004F_8000 << 80, 48, "reserved", "RFC 7534: AS112"),
    (0x3FFF << 112, 20, "documentation", "RFC 9637"),
    (0xFC00 << 112, 7, "private", "RFC 4193; fd7a:115c:a1e0::/48 is Tailscale's"),
    (0xFE80 << 112, 10, "link-local", "RFC 4291, 2.5.6"),
    (0xFF00 << 112, 8, "multicast", "RFC 4291, 2.7"),
)

_LONGEST = 100  # an IPv6 address with zone, brackets and port stays below this
_HEX = "0123456789abcdefABCDEF"
_ADDRESS_LETTERS = frozenset(_HEX + ".:/,; []")
_MORE_THAN_ONE = frozenset(",; ")
_ADDRESS_LETTERS = frozenset(_HEX + ".:/,; []")
_MORE_THAN_ONE = frozenset(",; ")


class Address(Value):
    """One host's address in its canonical spelling: dotted IPv4, or IPv6 as RFC 5952 writes it.

    `version` is 4 or 6, after unwrapping: an IPv4 address inside an IPv6 one is the IPv4 address.
    """

    __slots__ = ("kind", "text", "version")
    text: str
    version: Literal[4, 6]
    kind: Kind

    def __init__(self, text: str, version: Literal[4, 6], kind: Kind) -> None:
        self._init(text=text, version=version, kind=kind)

    @property
    def public(self) -> bool:
        """Whether services on the Internet see this address."""
        return self.kind == "public"

    @property
    def private(self) -> bool:
        """Whether it counts only within its own site: private and carrier-NAT addresses."""
        return self.kind in ("private", "cgnat")

    @property
    def collides(self) -> bool:
        """Whether two accounts can be said to share it: as a public address, or within a named site."""
        return self.public or self.private


def parse_address(text: str) -> Address:
    """The address that a log field or a person wrote.

    Surrounding white space, `[v6]:port`, `v4:port` and `%zone` are taken off, then IPv4 is unwrapped from
    v4-mapped, 6to4, Teredo (the client's) and 64:ff9b::/96 addresses. Raises BadIdentifier with the reason.
    """
    host = text.strip()
    value = _v4_value(host)
    if value is not None:
        return Address(host, 4, _v4_kind(value))
    host = _without_port(host, text)
    host, mark, zone = host.partition("%")
    if mark and (not zone or not zone.isprintable() or " " in zone):
        raise _refused(text, "has an empty or broken zone after %")
    value = _v4_value(host)
    if value is not None:
        return Address(host, 4, _v4_kind(value))
    wide = _v6_value(host)
    if wide is None:
        raise _refused(text, _why_not(host))
    return _v6(wide)


def from_packed(packed: bytes) -> Address:
    """The address in 4 or 16 network-order bytes, as the kernel hands it out; unwrapped like a parsed one."""
    value = int.from_bytes(packed, "big")
    if len(packed) == 4:
        return _v4(value)
    if len(packed) == 16:
        return _v6(value)
    raise BadIdentifier(message("An address has 4 or 16 bytes, not {packed}.", packed=len(packed)))


def classify(packed: bytes) -> Kind:
    """The kind of the address in 4 or 16 network-order bytes, by the project's own table."""
    return from_packed(packed).kind


def public_prefix(address: Address, length: int = 64) -> str:
    """The IPv6 network of `length` bits around the address: `2001:db8:1:2::/64` (RIPE-690 for what a site gets)."""
    if address.version != 6:
        raise BadIdentifier(
            message("{address} is an IPv4 address: only IPv6 addresses have a site prefix.", address=address.text)
        )
    return _network(_packed_v6(address.text), length)


def parse_prefix(text: str, length: int) -> str:
    """An IPv6 network written `address/length`, in canonical spelling with its host bits cleared."""
    host, mark, digits = text.strip().partition("/")
    value = _v6_value(host)
    if value is None or not mark or digits != str(length):
        raise _refused(
            text, message("is not an IPv6 network of {length} bits, like 2001:db8:1:2::/{length}", length=length)
        )
    return _network(value, length)


def embedded_mac(address: Address) -> str | None:
    """The MAC address inside an EUI-64 interface identifier, as 12 hex digits; None where there is none.

    RFC 4291, appendix A: ff:fe in the middle, and the universal/local bit inverted.
    """
    if address.version != 6 or address.kind not in ("public", "private", "link-local", "documentation"):
        return None
    identifier = _packed_v6(address.text) & 0xFFFF_FFFF_FFFF_FFFF
    if identifier >> 24 & 0xFFFF != 0xFFFE:
        return None
    mac = (identifier >> 40 << 24 | identifier & 0xFF_FFFF) ^ 0x0200_0000_0000
    return f"{mac:012x}" if mac and not mac & 0x0100_0000_0000 else None


def _v4_value(host: str) -> int | None:
    """The 32 bits of a strict dotted quad: four plain decimal octets, no leading zeros; None for all else."""
    octets = host.split(".")
    if len(octets) != 4 or not host.isascii():
        return None
    value = 0
    for octet in octets:
        if not octet.isdigit() or len(octet) > 3 or (octet[0] == "0" and len(octet) > 1):
            return None
        number = int(octet)
        if number > 255:
            return None
        value = value << 8 | number
    return value


def _v6_value(host: str) -> int | None:
    """The 128 bits of an IPv6 text (RFC 4291, 2.2, all three forms); None for all else."""
    if ":" not in host or len(host) > 45:
        return None
    head, gap, tail = host.partition("::")
    front, back = _v6_groups(head, last=not gap), _v6_groups(tail, last=True)
    if front is None or back is None:
        return None
    missing = 8 - len(front) - len(back)
    # "::" stands for at least one group; glibc, ipaddress and RFC 5952 readers all accept exactly one.
    if missing < 1 if gap else missing != 0:
        return None
    value = 0
    for group in (*front, *[0] * missing, *back):
        value = value << 16 | group
    return value


def _v6_groups(text: str, *, last: bool) -> list[int] | None:
    """The 16-bit groups on one side of "::"; a dotted quad may stand for the last two."""
    if not text:
        return []
    groups = []
    parts = text.split(":")
    for position, part in enumerate(parts, 1):
        if last and position == len(parts) and "." in part:
            quad = _v4_value(part)
            if quad is None:
                return None
            groups += [quad >> 16, quad & 0xFFFF]
        elif 1 <= len(part) <= 4 and not part.strip(_HEX):
            groups.append(int(part, 16))
        else:
            return None
    return groups


def _packed_v6(text: str) -> int:
    value = _v6_value(text)
    if value is None:
        raise _refused(text, _why_not(text))
    return value


def _v4(value: int) -> Address:
    text = f"{value >> 24}.{value >> 16 & 255}.{value >> 8 & 255}.{value & 255}"
    return Address(text, 4, _v4_kind(value))


def _v4_kind(value: int) -> Kind:
    for network, shift, kind in _V4_BY_OCTET.get(value >> 24, ()):
        if value >> shift == network:
            return kind
    return "public"


def _v6(value: int) -> Address:
    inner = _unwrapped(value)
    if inner is not None:
        return _v4(inner)
    kind: Kind = "public" if value >> 125 == 1 else "reserved"
    for network, length, name, _ in V6_BLOCKS:
        if (value ^ network) >> (128 - length) == 0:
            kind = name
            break
    return Address(_v6_text(value), 6, kind)


def _unwrapped(value: int) -> int | None:
    """The IPv4 address that an IPv6 one stands for, or None."""
    top = value >> 32
    # v4-mapped (RFC 4291, 2.5.5.2) and the well-known NAT64 prefix (RFC 6052, 2.1)
    if top == 0xFFFF or top == 0x0064_FF9B << 64:
        return value & 0xFFFF_FFFF
    if value >> 112 == 0x2002:  # 6to4: RFC 3056, 2
        return value >> 80 & 0xFFFF_FFFF
    if value >> 96 == 0x2001_0000:  # Teredo: the client's address, every bit inverted (RFC 4380, 4)
        return ~value & 0xFFFF_FFFF
    return None


def _v6_text(value: int) -> str:
    """RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups as "::"."""
    groups = [f"{value >> shift & 0xFFFF:x}" for shift in range(112, -1, -16)]
    best_start, best_length, start = 0, 1, 0
    for position in range(9):
        if position < 8 and groups[position] == "0":
            continue
        if position - start > best_length:
            best_start, best_length = start, position - start
        start = position + 1
    if best_length < 2:
        return ":".join(groups)
    return ":".join(groups[:best_start]) + "::" + ":".join(groups[best_start + best_length :])


def _network(value: int, length: int) -> str:
    if not 1 <= length <= 128:
        raise BadIdentifier(message("An IPv6 prefix has 1 to 128 bits, not {length}.", length=length))
    shift = 128 - length
    return f"{_v6_text(value >> shift << shift)}/{length}"


def _without_port(host: str, text: str) -> str:
    """The host of `[v6]`, `[v6]:port` and `v4:port`; other texts unchanged."""
    if host.startswith("["):
        inside, closed, rest = host[1:].partition("]")
        if not closed or ":" not in inside or (rest and not _is_port(rest)):
            raise _refused(text, "has brackets that do not hold an IPv6 address with at most a port after it")
        return inside
    if host.count(":") == 1 and "." in host:
        before, _, port = host.partition(":")
        return before if _is_port(":" + port) else host
    return host


def _is_port(text: str) -> bool:
    digits = text[1:]
    return text[0] == ":" and digits.isdigit() and digits.isascii() and len(digits) <= 5 and int(digits) <= 0xFFFF


def _refused(text: str, reason: str) -> BadIdentifier:
    return BadIdentifier(message("{text} {reason}.", text=excerpt(text), reason=reason))


def _why_not(host: str) -> str:
    """Why a text is no address, as the rest of a sentence that begins with it."""
    if not host:
        return message("is empty, not an address")
    if host in ("-", "--", "*", "?"):
        return message("says that there is no address")
    if len(host) > _LONGEST:
        return message("is too long to be an address")
    if host.lower().startswith("0x"):
        return message("is a hexadecimal number, not an address")
    if not set(host) <= _ADDRESS_LETTERS or host.isalpha():
        return message("is a word or a host name, not an address")
    if not _MORE_THAN_ONE.isdisjoint(host):
        return message("is more than one address or has white space inside it")
    if "/" in host:
        return message("is a network, not one address")
    if ":" in host:
        return message("is not a valid IPv6 address")
    return _why_not_dotted(host.split("."))


def _why_not_dotted(octets: list[str]) -> str:
    if len(octets) == 1:
        return message("is a bare number, not an address")
    if len(octets) != 4 or "" in octets:
        return message(
            "has {octets} octets where an IPv4 address has 4", octets=len([octet for octet in octets if octet])
        )
    if any(octet.isascii() and octet[0] == "0" and len(octet) > 1 for octet in octets):
        return message("has an octet with a leading zero, which some programs read as octal")
    return message("has an octet that is not a number from 0 to 255")


def _by_octet() -> dict[int, tuple[tuple[int, int, Kind], ...]]:
    """The rows of V4_BLOCKS under each first octet that they touch: most public addresses touch none."""
    rows: dict[int, tuple[tuple[int, int, Kind], ...]] = {}
    for network, length, kind, _ in V4_BLOCKS:
        shift = 32 - length
        first = network >> 24
        last = (network | (1 << shift) - 1) >> 24
        for octet in range(first, last + 1):
            rows[octet] = (*rows.get(octet, ()), (network >> shift, shift, kind))
    return rows


_V4_BY_OCTET = _by_octet()
