"""How alike two Wi-Fi neighbourhoods are, and from when on they are one place (docs/decisions/0037).

The thresholds were read off a curve, not chosen: benchmarks/wifi_place.py draws it again.
"""

from __future__ import annotations

from isolation.evidence import LEAST_POINTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeVar

    from isolation.evidence import Scan

    Point = TypeVar("Point", int, str)

# From these likenesses on, fewer than 1 in 100 pairs of scans that lie more than 50 m or a floor apart count as one
# place: for weights made from dBm, and for mere presence.
SAME_WEIGHTED = 0.35
SAME_UNWEIGHTED = 0.55


def same_place(first: Scan, second: Scan) -> bool | None:
    """Whether two scans were taken at one place; None where one of them saw too little to tell.

    Signals in per cent are no measure of nearness: where one scan has them, only which points were seen counts.
    """
    weighted = first.dbm and second.dbm
    score = likeness(first.points, second.points, weighted=weighted)
    if score is None:
        return None
    heard_by_both = sum(1 for point in first.points.keys() & second.points.keys() if _both(first, second, point))
    return heard_by_both >= LEAST_POINTS and score >= (SAME_WEIGHTED if weighted else SAME_UNWEIGHTED)


def likeness(first: Mapping[Point, int], second: Mapping[Point, int], *, weighted: bool) -> float | None:
    """The sum of the lesser over the sum of the greater squared weights (Ruzicka similarity), 0 to 1.

    Unweighted, every point that was heard counts 1 (Jaccard similarity). None where one side has fewer than 4 points. A
    weight of 0 is too faint to count.
    """
    one, other = _heard(first, weighted), _heard(second, weighted)
    if min(len(one), len(other)) < LEAST_POINTS:
        return None
    lesser = sum(min(one[point], other[point]) for point in one.keys() & other.keys())
    return lesser / (sum(one.values()) + sum(other.values()) - lesser)


def _both(first: Scan, second: Scan, point: int) -> bool:
    return first.points[point] > 0 and second.points[point] > 0


def _heard(points: Mapping[Point, int], weighted: bool) -> dict[Point, int]:
    return {point: weight * weight if weighted else 1 for point, weight in points.items() if weight > 0}
