"""A session's identifiers as one blob: 8 bytes each, little-endian, four times the number plus the confidence."""

from __future__ import annotations

from struct import pack, unpack

from isolation.ledger.tags import NUMBERS_PER_RANK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    # (identifier's number, confidence as index into CONFIDENCES), in order of appearance
    Identifiers = Sequence[tuple[int, int]]


def words_of(identifiers: Identifiers) -> tuple[int, ...]:
    """Number and confidence of each as one number."""
    return tuple([number << 2 | confidence for number, confidence in identifiers])


def facts_of(identifiers: Identifiers) -> frozenset[int]:
    """The codes of their facts."""
    return frozenset([number % NUMBERS_PER_RANK for number, _ in identifiers])


def pack_identifiers(identifiers: Identifiers) -> bytes:
    """The blob of `sessions.identifiers`."""
    return pack(f"<{len(identifiers)}Q", *words_of(identifiers))


def unpack_identifiers(packed: bytes) -> list[tuple[int, int]]:
    """The inverse; raises struct.error for a blob of another length."""
    return [(word >> 2, word & 3) for word in unpack(f"<{len(packed) // 8}Q", packed)]


def join_identifiers(known: Identifiers, more: Identifiers) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Those of `more` that are not known, and all of them."""
    numbers = {number for number, _ in known}
    added = [(number, confidence) for number, confidence in more if number not in numbers]
    return added, [*known, *added]
