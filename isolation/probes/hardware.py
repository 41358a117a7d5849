"""A network card's permanent address as a reading, alike on every system."""

from __future__ import annotations

from isolation.identifiers import macs
from isolation.identifiers.catalogue import judge_mac
from isolation.messages import message
from isolation.model import Reading


def hardware_reading(mac: str, source: str, detail: dict[str, str | int | bool], is_removable: bool) -> Reading:
    """A permanent address as a reading, judged by the catalogue; an adapter that moves between machines is tagged."""
    judged = judge_mac(mac, "hardware_mac")
    reason, confidence = judged.reason or message("The permanent address of a network card."), judged.confidence
    if is_removable:
        detail = {**detail, "removable": True}
        if judged.identifying:
            reason = message(
                "{reason} The adapter can be unplugged, so a match means a shared adapter or machine.", reason=reason
            ).strip()
            confidence = "probable" if confidence == "certain" else confidence
    return Reading(
        "hardware_mac", "observed", macs.format_mac(mac), source=source, reason=reason,
        identifying=judged.identifying, confidence=confidence, detail=detail,
    )  # fmt: skip
