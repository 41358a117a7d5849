"""Keyed tags: what the ledger compares instead of names and values (docs/format.md, "Tags").

A tag is HMAC-SHA-256 over fact and canonical value under the epoch's index key, cut to 16 bytes. The number of
an identifier is 32 times its rank of appearance plus the code of its fact, so that a fact is read off a number.
"""

from __future__ import annotations

from isolation.digests import hmac_sha256
from isolation.identifiers.canonical import canonical_value
from isolation.model import CONFIDENCES, LINKING_FACTS, MACHINE_FACTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

TAG_SIZE = 16
NUMBERS_PER_RANK = 32

# Codes are stored: never change or reuse one.
FACT_CODES = {
    "account": 1, "operator": 2, "device_id": 3, "hardware_mac": 4, "public_ip": 5, "public_prefix": 6,
    "gateway_mac": 7, "bssid": 8, "access_point": 9, "site_ip": 10, "wifi_scan": 11, "prefix56": 12, "prefix48": 13,
    "label": 14,
}  # fmt: skip
FACT_OF_CODE = {code: fact for fact, code in FACT_CODES.items()}
ACCOUNT = FACT_CODES["account"]
OPERATOR = FACT_CODES["operator"]
SCAN_POINT = FACT_CODES["wifi_scan"]
LABEL = FACT_CODES["label"]
MACHINE_CODES = tuple(FACT_CODES[fact] for fact in MACHINE_FACTS)
LINKING_CODES = tuple(sorted(FACT_CODES[fact] for fact in LINKING_FACTS if fact != "wifi_scan"))

# An account's name is read from its earliest session, a label's from its entries; a neighbouring access point has no
# value to show.
VALUELESS = (ACCOUNT, SCAN_POINT, LABEL)

_STRIDE = 2 + TAG_SIZE


_HEADS = [[bytes((code, confidence)) for confidence in range(len(CONFIDENCES))] for code in range(NUMBERS_PER_RANK)]


def fact_of(number: int) -> str:
    """The fact of an identifier, by its number."""
    return FACT_OF_CODE[number % NUMBERS_PER_RANK]


def canonical_tag(key: bytes, fact: str, canonical: str) -> bytes:
    """The tag of a value that is in canonical form already."""
    return hmac_sha256(key, f"{fact}\0{canonical}".encode())[:TAG_SIZE]


def value_tag(key: bytes, fact: str, value: str) -> bytes:
    """The tag of a value in any spelling; raises BadIdentifier where it is none of that fact."""
    return canonical_tag(key, fact, canonical_value(fact, value))


class PointTags:
    """Makes the tags of neighbouring access points, whose addresses are kept nowhere.

    So a rotation cannot compute such a tag anew. Their first tag, under the `scan` key that never changes, stands in
    the sealed payload; what is compared is the tag of that under the epoch's index key. In the first epoch there is
    no `scan` key (None), and the first tag, under the index key, is compared itself.
    """

    __slots__ = ("_index", "_scan")

    def __init__(self, index: bytes, scan: bytes | None) -> None:
        self._index = index
        self._scan = scan

    def first(self, group: str) -> bytes:
        """The tag of a group of BSSIDs (canonical) as a payload has it."""
        return canonical_tag(self._index if self._scan is None else self._scan, "wifi_scan", group)

    def compared(self, first: bytes) -> bytes:
        """The tag that `identifiers` has for it."""
        return first if self._scan is None else canonical_tag(self._index, "wifi_scan", first.hex())


def pack_tags(tags: Iterable[tuple[int, int, bytes, str]]) -> bytes:
    """As `entries.tags` holds them: fact code, confidence as index into CONFIDENCES, tag; the value is left out."""
    return b"".join([part for code, confidence, tag, _ in tags for part in (_HEADS[code][confidence], tag)])


def unpack_tags(packed: bytes) -> list[tuple[int, int, bytes]]:
    """The inverse of `pack_tags`; raises ValueError for bytes that it cannot have made."""
    if len(packed) % _STRIDE:
        raise ValueError("the tags are cut short")
    tags = [
        (packed[at], packed[at + 1], packed[at + 2 : at + _STRIDE]) for at in range(0, len(packed), _STRIDE)
    ]  # fmt: skip
    if any(code not in FACT_OF_CODE or confidence >= len(CONFIDENCES) for code, confidence, _ in tags):
        raise ValueError("the tags name a fact or a confidence that there is none of")
    return tags


def tag_mac(key: bytes, origin: str, index: int, leaf: bytes, tags: bytes) -> bytes:
    """What binds tags, which stand outside the leaf, to their entry: 32 bytes."""
    return hmac_sha256(key, b"%s\0%s%s%s" % (origin.encode(), index.to_bytes(8, "big"), leaf, tags))
