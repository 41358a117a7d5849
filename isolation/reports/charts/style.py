"""What all pictures have in common: colours that colour-blind readers can tell apart, no background, one font."""

from __future__ import annotations

import re

from isolation.messages import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"

# Okabe and Ito's palette (https://jfly.uni-koeln.de/color/, read 2026-11), with a grey for all others last.
PALETTE = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a300", "#7f7f7f")
MOST_COLOURS = len(PALETTE) - 1
_DIGITS = re.compile(r"\b([0-9a-fA-F]{8})[0-9a-fA-F]{8,}([0-9a-fA-F]{4})\b")
_LONGEST = 40  # letters of a name in a heading
ROOM = 260  # px that a name beside a picture may take
FONT = "Noto Sans CJK SC"  # of pictures on paper
SIZE = 12  # px, of the letters at axes and colours
WEIGHT = 500  # a font that has all weights in one file shows its thinnest where none is named
_LETTERS = {"labelFontSize": SIZE, "labelFontWeight": WEIGHT, "titleFontSize": SIZE}


def specification(data: Iterable[Mapping[str, Any]], **rest: Any) -> dict[str, Any]:
    """A picture of these rows, without a background, so that it fits light and dark pages."""
    return {
        "$schema": SCHEMA,
        "data": {"values": list(data)},
        "background": None,
        "padding": 12,
        # Without `aria`, marks have no label each: a picture is described as a whole, its figures are in a table.
        "config": {
            "aria": False, "view": {"stroke": None},
            "axis": {"labelLimit": ROOM, "grid": False, **_LETTERS},
            "legend": {"labelLimit": ROOM, **_LETTERS},
        },
        **rest,
    }  # fmt: skip


def shortened(names: Iterable[str]) -> dict[str, str]:
    """What each name is drawn as: long runs of hexadecimal digits by their ends, where that tells the names apart.

    The tables beside the pictures have the whole names.
    """
    short = {name: changed(name, _shortened) for name in names}
    taken = [*short.values()]
    return {name: one if taken.count(one) == 1 else name for name, one in short.items()}


def _shortened(name: str) -> str:
    return _DIGITS.sub(r"\1…\2", name)


def clipped(name: str) -> str:
    """A name for a heading: long digits by their ends, and what is longer than 40 letters by its begin and end."""
    short = _shortened(name)
    return short if len(short) <= _LONGEST else f"{short[:27]}…{short[-12:]}"


def colours(counts: Mapping[str, int], other: str) -> tuple[dict[str, str], Sequence[str]]:
    """What each name is coloured as, the seven most frequent by themselves and all others as `other`; and the order."""
    ranked = sorted(counts, key=lambda name: (-counts[name], name))
    own = ranked[:MOST_COLOURS]
    shown = {name: name if name in own else other for name in ranked}
    return shown, [*own, *([other] if len(ranked) > len(own) else [])]


def colour(field: str, order: Sequence[str], title: str) -> dict[str, Any]:
    """The encoding of a colour by name, in this order; the grey stands for all others."""
    scale = {"domain": list(order), "range": list(PALETTE[: len(order)])}
    if len(order) > MOST_COLOURS:
        scale["range"][-1] = PALETTE[-1]
    return {
        "field": field,
        "type": "nominal",
        "scale": scale,
        "legend": {
            "title": title, "orient": "bottom", "columns": {"expr": "room < 200 ? 1 : 2"},
            "symbolType": "stroke", "symbolSize": 250,
            "symbolStrokeWidth": 9,
        },
    }  # fmt: skip
