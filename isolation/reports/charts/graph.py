"""The graph of one cluster: its accounts on the left, what joins them on the right, lines for contacts."""

from __future__ import annotations

from isolation.reports.charts.style import PALETTE, SIZE, WEIGHT, shortened, specification

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

_STEP = 24  # pixels between two nodes of a column
_WIDTH = 260
_LEFT, _RIGHT = 230, 300  # pixels for the names on both sides, as far as they are that long
_SPARE = 40  # pixels beside them, for a reader's font that is wider than the one they were measured in


def graph(accounts: Sequence[str], identifiers: Sequence[str], lines: Iterable[tuple[str, str, str]]) -> dict[str, Any]:
    """The specification; `lines` are account, identifier and confidence (a weak or probable one is dashed)."""
    tall = max(len(accounts), len(identifiers), 1)
    left = _column(accounts, tall)
    right = _column(identifiers, tall)
    edges = [
        {"x": 0, "y": left[account], "x2": 1, "y2": right[identifier], "sure": confidence == "certain"}
        for account, identifier, confidence in lines
    ]
    nodes = [{"x": 0, "y": left[name], "name": name, "side": "account"} for name in accounts]
    short = shortened(identifiers)
    nodes += [{"x": 1, "y": right[name], "name": short[name], "side": "identifier"} for name in identifiers]
    plain = {"type": "quantitative", "axis": None}
    at = {
        "x": {"field": "x", "scale": {"domain": [0, 1]}, **plain},
        "y": {"field": "y", "scale": {"domain": [0, tall], "reverse": True}, **plain},
    }
    dashes = {"field": "sure", "type": "nominal", "legend": None,
              "scale": {"domain": [True, False], "range": [[1, 0], [5, 4]]}}  # fmt: skip
    sides = {"field": "side", "type": "nominal", "legend": None,
             "scale": {"domain": ["account", "identifier"], "range": list(PALETTE[:2])}}  # fmt: skip
    return specification(
        [],
        width=_WIDTH,
        height=_STEP * tall,
        padding={"left": _SPARE, "right": _SPARE, "top": 8, "bottom": 8},
        layer=[
            {
                "data": {"values": edges}, "mark": {"type": "rule", "color": "#8a8a8a", "strokeWidth": 1.5},
                "encoding": {**at, "x2": {"field": "x2"}, "y2": {"field": "y2"}, "strokeDash": dashes},
            },
            {
                "data": {"values": nodes}, "mark": {"type": "circle", "size": 110, "opacity": 1},
                "encoding": {**at, "color": sides},
            },
            *(_names(nodes, side, place, at) for side, place in (("account", "right"), ("identifier", "left"))),
        ],
    )  # fmt: skip


def _names(nodes: Sequence[dict[str, Any]], side: str, align: str, at: dict[str, Any]) -> dict[str, Any]:
    """The names of one side, set away from the picture; they may be long."""
    return {
        "name": f"{side}_names",
        "data": {"values": [node for node in nodes if node["side"] == side]},
        "mark": {
            "type": "text",
            "align": align,
            "dx": -12 if align == "right" else 12,
            "fontSize": SIZE,
            "fontWeight": WEIGHT,
            "limit": (_LEFT if align == "right" else _RIGHT) - 24,
        },
        "encoding": {**at, "text": {"field": "name"}},
    }


def _column(names: Sequence[str], tall: int) -> dict[str, float]:
    """Where each name stands in its column, spread evenly over the height."""
    return {name: (at + 0.5) * tall / len(names) for at, name in enumerate(names)}
