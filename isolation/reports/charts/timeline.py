"""The timeline: one line an account, one mark a use or a stretch of uses, coloured by machine or by network."""

from __future__ import annotations

from isolation.messages import message
from isolation.reports.charts.style import colour, colours, specification
from isolation.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from isolation.model import Stay


def timeline(stays: Sequence[Stay], kind: str, title: str, other: str, unseen: str) -> dict[str, Any]:
    """The specification; `kind` is `machine` or `network`, `other` and `unseen` what the rest and none are called."""
    counts: dict[str, int] = {}
    for stay in stays:
        place = getattr(stay, kind) or unseen
        counts[place] = counts.get(place, 0) + stay.count
    shown, order = colours(counts, other)
    rows = [
        {
            "account": stay.account, "place": getattr(stay, kind) or unseen,
            "colour": shown[getattr(stay, kind) or unseen], "from": format_time(stay.first),
            "to": format_time(stay.last), "uses": stay.count, "provenance": stay.provenance,
        }
        for stay in stays
    ]  # fmt: skip
    return specification(
        rows,
        width="container",
        height={"step": 18},
        mark={"type": "rule", "strokeWidth": 9, "strokeCap": "round", "opacity": 0.85},
        encoding={
            "x": {"field": "from", "type": "temporal", "scale": {"type": "utc"}, "title": message("time (UTC)")},
            "x2": {"field": "to"},
            "y": {"field": "account", "type": "nominal", "title": None},
            "color": colour("colour", order, title),
            "tooltip": [
                {"field": "account", "title": message("account")}, {"field": "place", "title": title},
                {"field": "from", "title": message("from")}, {"field": "to", "title": message("to")},
                {"field": "uses", "title": message("uses")},
            ],
        },
    )  # fmt: skip
