"""The catalogue as a list to be shown: every rule by which a value identifies less than it seems to."""

from __future__ import annotations

from isolation.identifiers import catalogue
from isolation.identifiers.addresses import V4_BLOCKS, V6_BLOCKS, from_packed
from isolation.identifiers.catalogue import CatalogueEntry
from isolation.identifiers.known_machines import SERIALS, UUIDS
from isolation.identifiers.known_macs import ROWS
from isolation.identifiers.known_places import HOTSPOT_GATEWAYS, NETWORK_NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.identifiers.catalogue import Effect

_EVERY = ("hardware_mac", "gateway_mac", "bssid")
_BIT_RULES: tuple[tuple[str, Effect, tuple[str, ...], str], ...] = (
    ("00-00-00-00-00-00", "not-identifying", _EVERY, catalogue.ZERO_MAC),
    ("first octet odd", "not-identifying", _EVERY, catalogue.GROUP_MAC),
    ("XX-XX-XX-00-00-00", "not-identifying", _EVERY, catalogue.REDACTED_MAC),
    ("second-lowest bit of the first octet set", "not-identifying", ("hardware_mac",), catalogue.LOCAL_HARDWARE_MAC),
    ("second-lowest bit of the first octet set", "probable", ("gateway_mac",), catalogue.LOCAL_GATEWAY_MAC),
)


def entries() -> Iterator[CatalogueEntry]:
    """Every row: MAC prefixes and bits, UUIDs, serial numbers, hotspot gateways, network names, address blocks."""
    for patterns, effect, facts, why, source in ROWS:
        yield CatalogueEntry("mac-prefix", shown_prefixes(patterns), effect, facts, why, source)
    for pattern, effect, facts, why in _BIT_RULES:
        yield CatalogueEntry("mac-bits", pattern, effect, facts, why, catalogue.IEEE_802)
    for kind, rows, fact in (
        ("uuid", UUIDS, "device_id"),
        ("serial", SERIALS, "device_id"),
        ("hotspot-gateway", HOTSPOT_GATEWAYS, "gateway_ip"),
        ("ssid", NETWORK_NAMES, "ssid"),
    ):
        for pattern, why, source in rows:
            yield CatalogueEntry(kind, pattern, "not-identifying", (fact,), why, source)
    for blocks, size in ((V4_BLOCKS, 4), (V6_BLOCKS, 16)):
        for network, length, address_kind, source in blocks:
            pattern = f"{from_packed(network.to_bytes(size, 'big')).text}/{length}"
            yield CatalogueEntry("address", pattern, "not-identifying", ("public_ip",), address_kind, source)


def shown_prefixes(patterns: str) -> str:
    """A row's prefixes as people read them: `00005e0001` is `00-00-5E-00-01-XX`."""
    return ", ".join([" to ".join([_shown(part) for part in pattern.split("-")]) for pattern in patterns.split()])


def _shown(prefix: str) -> str:
    digits = prefix.upper().ljust(12, "X")
    return "-".join([digits[position : position + 2] for position in range(0, 12, 2)])
