"""The timeline: one line an account, one mark a use or a stretch of uses, coloured by machine or by network.

Parameters let a page filter and zoom it: `account` (part of a name, in small letters) and `place` (a colour's name),
both "" for all; `start` and `stop`, the time that is shown (ms); `room`, how wide names may be (px).
"""

from __future__ import annotations

from isolation.messages import message
from isolation.reports.charts.style import ROOM, colour, colours, shortened, specification
from isolation.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from isolation.audited import Stay

_HOUR = 3_600_000
# A line without a length is drawn by browsers, but not on paper: each has at least a thousandth of the whole.
_SEEN = "max(time(toDate(datum.to)), time(toDate(datum.from)) + (stop - start) / 1000)"
_FILTER = (
    "(account == '' || indexof(lower(datum.account), account) >= 0) && (place == '' || datum.colour == place)"
)  # fmt: skip


def timeline(stays: Sequence[Stay], kind: str, title: str, other: str, unseen: str) -> dict[str, Any]:
    """The specification; `kind` is `machine` or `network`, `other` and `unseen` what the rest and none are called."""
    counts: dict[str, int] = {}
    for stay in stays:
        place = getattr(stay, kind) or unseen
        counts[place] = counts.get(place, 0) + stay.count
    shown, order = colours(counts, other)
    short = shortened(order)
    rows = [
        {
            "account": stay.account, "place": getattr(stay, kind) or unseen,
            "colour": short[shown[getattr(stay, kind) or unseen]], "from": format_time(stay.first),
            "to": format_time(stay.last), "uses": stay.count,
        }
        for stay in stays
    ]  # fmt: skip
    start, stop = _span(stays)
    # The day has 24 hours, as everywhere in a report; other fonts than the one measured in may be wider.
    axis = {"format": {"hours": "%H:%M"}, "labelSeparation": 12}
    scale = {"type": "utc", "nice": False, "domainMin": {"expr": "start"}, "domainMax": {"expr": "stop"}}
    return specification(
        rows,
        params=[
            {"name": "account", "value": ""}, {"name": "place", "value": ""},
            {"name": "start", "value": start}, {"name": "stop", "value": stop}, {"name": "room", "value": ROOM},
        ],
        transform=[{"filter": _FILTER}, {"calculate": _SEEN, "as": "until"}],
        width="container",
        height={"step": 18},
        mark={"type": "rule", "strokeWidth": 9, "strokeCap": "round", "opacity": 0.85, "clip": True},
        encoding={
            "x": {"field": "from", "type": "temporal", "scale": scale, "axis": axis, "title": message("time (UTC)")},
            "x2": {"field": "until"},
            "y": {"field": "account", "type": "nominal", "title": None, "axis": {"labelLimit": {"expr": "room"}}},
            "color": colour("colour", [*short.values()], title),
            "tooltip": [
                {"field": "account", "title": message("account")}, {"field": "place", "title": title},
                {"field": "from", "title": message("from")}, {"field": "to", "title": message("to")},
                {"field": "uses", "title": message("uses")},
            ],
        },
    )  # fmt: skip


def _span(stays: Sequence[Stay]) -> tuple[int, int]:
    """The time that is drawn (ms): from the first use to the last, with a little room on both sides."""
    first = min(stay.first for stay in stays) // 1000
    last = max(stay.last for stay in stays) // 1000
    room = max((last - first) // 50, _HOUR)
    return first - room, last + room
