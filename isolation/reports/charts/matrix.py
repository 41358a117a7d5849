"""The matrix: accounts by machines and networks, each cell with the number of uses."""

from __future__ import annotations

from isolation.messages import message
from isolation.reports.charts.style import WEIGHT, shortened, specification

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any


def matrix(uses: Mapping[tuple[str, str], int], accounts: Sequence[str], places: Sequence[str]) -> dict[str, Any]:
    """The specification; `uses` by account and place, the rows and columns in these orders."""
    short = shortened(places)
    most = max([2, *uses.values()])
    rows = [{"account": account, "place": short[place], "uses": count} for (account, place), count in uses.items()]
    across = {
        "field": "place",
        "type": "nominal",
        "sort": [*short.values()],
        "scale": {"domain": [*short.values()]},  # also where only some of the rows are drawn
        "title": None,
        "axis": {"labelAngle": -40},
    }
    down = {"field": "account", "type": "nominal", "sort": list(accounts), "title": None}
    return specification(
        rows,
        width={"step": 30},
        height={"step": 20},
        encoding={"x": across, "y": down},
        layer=[
            {
                "mark": "rect",
                "encoding": {
                    "color": {
                        "field": "uses", "type": "quantitative", "legend": None,
                        "scale": {"type": "log", "domain": [1, most], "range": ["#cfe3f2", "#5aa5d6"]},
                    }
                },
            },
            {
                "mark": {"type": "text", "fontSize": 11, "fontWeight": WEIGHT, "color": "black"},
                "encoding": {"text": {"field": "uses", "title": message("uses")}},
            },
        ],
    )  # fmt: skip
