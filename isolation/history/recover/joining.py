"""What this computer's networks settle about a use of a platform on it.

- A connection that lasted from before the use until after it: the use was on that network, `probable`, because another
  way out may have been open beside it.
- A connection known of at a moment within the use: on that network during the use, `probable` for the same reason.
- On a network of a name by one of these, and one gateway only is remembered for that name, with bounds around the use:
  that gateway is `probable` too.
- Bounds around the use (a first and a last connection): `weak`, and only where no other network's bounds lie around it.
- Anything else settles nothing, and nothing is claimed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isolation.errors import BadIdentifier
from isolation.identifiers.catalogue import judge_mac
from isolation.identifiers.macs import format_mac, parse_mac
from isolation.identifiers.ssid import parse_ssid
from isolation.messages import message
from isolation.model import CONFIDENCES, Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from isolation.history.recover.found import Presence
    from isolation.history.recover.visits import Use
    from isolation.model import Confidence

_THROUGH = message(
    "this computer was on this network from before the use until after it; another way out may have been open."
)
_DURING = message("this computer connected to this network during the use; another way out may have been open.")
_SAME_NAME = message(
    "this computer was on a network of this name during the use, and remembers one gateway only for the name, with a "
    "first and a last connection around the use."
)
_BETWEEN = message(
    "the use lies between the first and the last connection to this network, and no other network that this computer "
    "remembers has such bounds around it; where it was then is not recorded."
)


def network_readings(use: Use, presences: Sequence[Presence]) -> tuple[Reading, ...]:
    """The readings of a network that a use was on, the surest of each value; none where nothing settles it."""
    found: dict[tuple[str, str], Reading] = {}
    for presence, confidence, why in _settled(use, presences):
        for reading in _readings(presence, confidence, why):
            key = (reading.fact, str(reading.value))
            known = found.get(key)
            if known is None or CONFIDENCES.index(known.confidence) < CONFIDENCES.index(reading.confidence):
                found[key] = reading
    return tuple(found.values())


def _settled(use: Use, presences: Iterable[Presence]) -> list[tuple[Presence, Confidence, str]]:
    sure: list[tuple[Presence, Confidence, str]] = []
    around = []
    for one in presences:
        if (
            one.exact
            and one.first is not None
            and one.last is not None
            and one.first <= use.begin
            and use.end <= one.last
        ):
            sure.append((one, "probable", _THROUGH))
        elif any(moment is not None and use.begin <= moment <= use.end for moment in (one.first, one.last)):
            sure.append((one, "probable", _DURING))
        elif one.first is not None and one.last is not None and one.first < use.begin and use.end < one.last:
            around.append(one)
    if sure:
        return sure + _by_name([one for one, _, _ in sure], around)
    if len({(one.source, one.network) for one in around}) == 1:
        return [(one, "weak", _BETWEEN) for one in around]
    return []


def _by_name(sure: Iterable[Presence], around: Iterable[Presence]) -> list[tuple[Presence, Confidence, str]]:
    """Of the networks that the use was on by name, those whose name has one gateway only in what is remembered."""
    found: list[tuple[Presence, Confidence, str]] = []
    for ssid in dict.fromkeys(one.ssid for one in sure if one.ssid):
        named = [one for one in around if one.ssid == ssid and one.gateway_mac]
        if len({one.gateway_mac for one in named}) == 1:
            found.append((named[0], "probable", _SAME_NAME))
    return found


def _readings(presence: Presence, confidence: Confidence, why: str) -> list[Reading]:
    source = f"{presence.source} ({presence.path})"
    reason = message("{reason} By it {why}", reason=presence.reason, why=why)
    found = []
    for fact, text in (("gateway_mac", presence.gateway_mac), ("bssid", presence.bssid)):
        try:
            mac = parse_mac(text) if text else ""
        except BadIdentifier:
            continue
        if mac:
            judged = judge_mac(mac, fact)
            sure = min(confidence, judged.confidence, key=CONFIDENCES.index)
            told = f"{judged.reason} {reason}".strip()
            found.append(
                Reading(fact, "observed", format_mac(mac), source=source, reason=told, identifying=judged.identifying,
                        confidence=sure)
            )  # fmt: skip
    if presence.ssid:
        try:
            parse_ssid(presence.ssid)
        except BadIdentifier:
            return found
        found.append(Reading("ssid", "observed", presence.ssid, source=source, reason=reason, confidence=confidence))
    return found


__all__ = ["network_readings"]
