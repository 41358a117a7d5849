"""Access points that move: a phone or laptop that shares its own connection.

Its address was set by software (Android derives it from the network's name and keeps it; IEEE 802's local bit), and
its gateway is one of the few that these systems give themselves. A match then means the same phone, wherever it
was, and not the same place: it stays identifying, less surely.
"""

from __future__ import annotations

from isolation.identifiers.known_places import HOTSPOT_GATEWAYS
from isolation.identifiers.macs import locally_administered
from isolation.messages import message
from isolation.model import Reading, weakest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from isolation.model import Confidence

_REASON = "A phone or laptop shares its own connection here ({gateway} is {why}): a match means it, not a place."


def with_hotspot_tier(readings: Iterable[Reading]) -> list[Reading]:
    """All of a machine's readings, those of a hotspot's `bssid` and `access_point` marked and downgraded.

    The mark is `kind` = `mobile_hotspot` in the detail. Both signs have to be there, at one interface: the local
    bit alone is set by half of all access points, and a gateway address alone is anybody's to choose.
    """
    known = tuple(readings)
    gateways = {pattern: why for pattern, why, _ in HOTSPOT_GATEWAYS}
    hotspots: dict[str | int | bool | None, str] = {
        reading.detail.get("interface"): message(_REASON, gateway=reading.value, why=message(gateways[reading.value]))
        for reading in known
        if reading.fact == "gateway_ip" and isinstance(reading.value, str) and reading.value in gateways
    }
    moving = {
        reading.detail.get("interface")
        for reading in known
        if reading.fact == "bssid" and isinstance(reading.value, str) and locally_administered(reading.value)
    }
    return [_marked(reading, hotspots, moving & set(hotspots)) for reading in known]


def _marked(
    reading: Reading, reasons: dict[str | int | bool | None, str], interfaces: set[str | int | bool | None]
) -> Reading:
    interface = reading.detail.get("interface")
    if reading.fact not in {"bssid", "access_point"} or not reading.identifying or interface not in interfaces:
        return reading
    # Addresses made up from a name have no group in common with anything, so the group says less still.
    limit: Confidence = "weak" if reading.fact == "access_point" else "probable"
    return reading.replace(
        confidence=weakest((reading.confidence, limit)), reason=reasons[interface],
        detail={**reading.detail, "kind": "mobile_hotspot"},
    )  # fmt: skip
