"""One picture of a report on paper: as wide as the text, and on several pages where it is taller than one."""

from __future__ import annotations

from isolation.reports.charts import draw
from isolation.reports.charts.style import FONT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

WIDTH_CM = 17.4  # of the text on an A4 page
_CM_PER_PX = 0.023  # letters of 12 px are 8 points high
_PAGE_CM = 21.5  # of a picture on one page
_ROOM = 200  # px that a name beside a picture may take
_SPARE = 24  # px beside names: letters are drawn a little wider than they are measured
_OVERLAP_CM = 0.8


def pictures(spec: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The picture of a spoken specification as SVG, one for each page, with its size (cm).

    A picture of rows goes on with its next rows, its axes and colours with it. Another one that is too tall is told
    to be shown in `parts`, each `step` further down. Raises UsageError where pictures cannot be drawn.
    """
    whole = draw.padded(_fitted(spec), _SPARE)
    picture = draw.svg(whole, font=FONT)
    names = _names(whole)
    step = whole["height"]["step"] if names else 0
    most = int(_PAGE_CM / _CM_PER_PX)
    wide, tall = draw.size(picture)
    if not names or tall <= most:
        return [(picture, _placed(wide, tall))]
    around = tall - len(names) * step  # axes, colours and what lies between
    pages = -(-len(names) // max(1, int((most - around) // step)))
    each = -(-len(names) // pages)
    drawn = [draw.svg(_only(whole, names[at : at + each]), font=FONT) for at in range(0, len(names), each)]
    return [(one, _placed(*draw.size(one))) for one in drawn]


def _fitted(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A specification that takes its width from what is around it, for the width of the text."""
    if spec.get("width") != "container":
        return dict(spec)
    room = [one | {"value": _ROOM} if one["name"] == "room" else one for one in spec["params"]]
    fit = {"type": "fit-x", "contains": "padding"}
    return {**spec, "width": int(WIDTH_CM / _CM_PER_PX), "autosize": fit, "params": room}


def _names(spec: Mapping[str, Any]) -> list[str]:
    """What the rows of a picture of rows are called, in order; none of another picture."""
    down = spec.get("encoding", {}).get("y")
    return [] if down is None else sorted({row[down["field"]] for row in spec["data"]["values"]})


def _only(spec: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    """The picture of these rows alone."""
    field, chosen = spec["encoding"]["y"]["field"], set(names)
    return {**spec, "data": {"values": [row for row in spec["data"]["values"] if row[field] in chosen]}}


def _placed(width: float, height: float) -> dict[str, Any]:
    """How large a picture is on paper, at most as wide as the text, and how it is spread over pages."""
    wide = min(WIDTH_CM, width * _CM_PER_PX)
    tall = height * wide / width
    size = {"width": wide, "height": tall, "parts": 1, "step": 0.0}
    if tall > _PAGE_CM:
        step = _PAGE_CM - _OVERLAP_CM
        size |= {"parts": -int(-(tall - _OVERLAP_CM) // step), "step": step}
    return size | {"shown": min(tall, _PAGE_CM)}
