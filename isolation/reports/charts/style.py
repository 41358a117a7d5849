"""What all pictures have in common: colours that colour-blind readers can tell apart, no background, one font."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"

# Okabe and Ito's palette (https://jfly.uni-koeln.de/color/, read 2026-11), with a grey for all others last.
PALETTE = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a300", "#7f7f7f")
MOST_COLOURS = len(PALETTE) - 1


def specification(data: Iterable[Mapping[str, Any]], **rest: Any) -> dict[str, Any]:
    """A picture of these rows, without a background, so that it fits light and dark pages."""
    return {
        "$schema": SCHEMA,
        "data": {"values": list(data)},
        "background": None,
        "config": {"view": {"stroke": None}, "axis": {"labelLimit": 260, "grid": False}, "legend": {"labelLimit": 260}},
        **rest,
    }


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
        "legend": {"title": title, "orient": "bottom", "columns": 2},
    }
