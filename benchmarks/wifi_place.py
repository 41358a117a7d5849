"""The curve that the thresholds of `shared-wifi-place` were read off: real scans with known distances.

    ISOLATION_CONFORMANCE=DATA python benchmarks/wifi_place.py

Reads `wifi-uji/` there: scans of the UJIIndoorLoc validation set and pairs of them by distance class. Its access-point
ids are made up, so they are compared as they are, without grouping. Weights are those that a ledger keeps.
"""

from __future__ import annotations

import os
import sys
from bisect import bisect_left, bisect_right
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from isolation.rules.neighbourhood import SAME_UNWEIGHTED, SAME_WEIGHTED, likeness

SAME = "uji:same_spot_<=3m"


def area(same: list[float], other: list[float]) -> float:
    """The area under the curve: how often a pair of one place is more alike than a pair of two; ties count half."""
    ordered = sorted(other)
    wins = sum((bisect_left(ordered, score) + bisect_right(ordered, score)) / 2 for score in same)
    return wins / len(same) / len(ordered)


def scores(folder: Path, *, weighted: bool) -> tuple[dict[str, list[float]], dict[str, int]]:
    """The likenesses of each class's pairs, and how many pairs had too little to tell."""
    import csv
    import gzip
    import json

    from isolation.ledger.scans import weigh

    scans = {}
    with gzip.open(folder / "scans.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            scan = json.loads(line)
            scans[scan["scan_id"]] = {point["bssid"]: weigh(point["rssi"]) for point in scan["aps"]}
    told: dict[str, list[float]] = {}
    untold: dict[str, int] = {}
    with (folder / "pairs.csv").open(encoding="utf-8", newline="") as rows:
        for pair in csv.DictReader(rows):
            score = likeness(scans[pair["scan_a"]], scans[pair["scan_b"]], weighted=weighted)
            if score is None:
                untold[pair["class"]] = untold.get(pair["class"], 0) + 1
            else:
                told.setdefault(pair["class"], []).append(score)
    return told, untold


def main() -> None:
    """Prints the areas and, by threshold, the share of each class that counts as one place."""
    folder = Path(os.environ["ISOLATION_CONFORMANCE"]) / "wifi-uji"
    for weighted, chosen in ((True, SAME_WEIGHTED), (False, SAME_UNWEIGHTED)):
        told, untold = scores(folder, weighted=weighted)
        print(f"\n{'weighted' if weighted else 'unweighted'}; too little to tell: {untold}")
        print("area under the curve against:")
        for name, other in told.items():
            if name != SAME:
                print(f"  {name:<34} {area(told[SAME], other):.4f}")
        print("threshold  " + "  ".join(told))
        for step in range(15, 75, 5):
            shares = [sum(score >= step / 100 for score in other) / len(other) for other in told.values()]
            mark = "*" if step / 100 == chosen else " "
            row = "  ".join(f"{share:>{len(name)}.4f}" for name, share in zip(told, shares, strict=True))
            print(f"{mark} {step / 100:.2f}     {row}")


if __name__ == "__main__":
    main()
