"""The access points around a session: tag and signal only, in an entry of their own that can be erased by itself."""

from __future__ import annotations

from isolation.identifiers.macs import access_point_group
from isolation.ledger.canonical import encode
from isolation.ledger.entry import to_base64
from isolation.ledger.tags import SCAN_POINT
from isolation.ledger.terms import Named, encode_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from isolation.ledger.append import Appender
    from isolation.ledger.canonical import Json
    from isolation.ledger.tags import PointTags

HEAVIEST = 15
DBM, PERCENT = 0, 1  # units of the signal that a weight was made from
_WEAKEST_DBM = -100
_DBM_PER_WEIGHT = 5


def weigh(signal: int) -> int:
    """A signal as a weight from 0 to 15: negative ones are dBm (5 dB a step above -100), others per cent."""
    if signal < 0:
        return max(0, min(HEAVIEST, (signal - _WEAKEST_DBM) // _DBM_PER_WEIGHT))
    return min(signal, 100) * HEAVIEST // 100


def weigh_points(tags: PointTags, points: Iterable[tuple[str, int]]) -> dict[bytes, int]:
    """Each access point's first tag, that of the group of BSSIDs that one radio box sends out, and greatest weight."""
    weights: dict[bytes, int] = {}
    for bssid, signal in points:
        tag = tags.first(access_point_group(bssid))
        weights[tag] = max(weigh(signal), weights.get(tag, 0))
    return weights


def unit_of(points: Iterable[tuple[str, int]]) -> int:
    """The unit of a scan's signals."""
    return DBM if any(signal < 0 for _, signal in points) else PERCENT


def add_scan(
    appender: Appender, tags: PointTags, session: int, points: tuple[tuple[str, int], ...], source: str = ""
) -> None:
    """Appends the scan of a session; `source` says where one that it did not take itself is from.

    No SSID, no BSSID and no sealed value is kept.
    """
    weights = weigh_points(tags, points)
    unit = unit_of(points)
    listed: list[Json] = [[to_base64(tag), weights[tag]] for tag in sorted(weights)]
    fields = {"points": encode(listed), "unit": b"%d" % unit}
    if source:
        fields["source"] = encode_text(source)
    index = appender.append("scan", fields, b"", session)
    compared = {tag: tags.compared(tag) for tag in sorted(weights)}
    appender.numbers.look_up(Named(SCAN_POINT, 0, tag, "") for tag in compared.values())
    numbered = [(appender.numbers.number(tag), weights[first]) for first, tag in compared.items()]
    appender.derived.scan(index, session, numbered, unit)
