"""The fewest separations that leave no pair together: a minimum vertex cover, exactly or within a stated bound.

The pairs at one machine or place are the edges of a graph of accounts; a separation takes one account away from there.
A smallest set of accounts that touches every pair is a minimum vertex cover. It is NP-hard (Karp, 1972), so up to 30
accounts it is searched for exactly; above, the account with the most pairs left is taken first, which finds at most
H(d) <= 1 + ln d times as many, d being the most pairs of one account (Johnson, 1974; Chvátal, 1979).
"""

from __future__ import annotations

from isolation.findings import Disjoint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_EXACT = 30

Edges = dict[str, set[str]]


def fewest(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], float]:
    """The accounts to take away so that no pair is left, in order, and how many times the fewest they are at most.

    The bound is 1.0 where they are the fewest. Of equally small sets it is one, the same for the same pairs.
    """
    chosen: list[str] = []
    bound = 1.0
    for edges in _components(pairs):
        if len(edges) <= MOST_EXACT:
            chosen += _exact(edges, len(edges)) or ()
        else:
            bound = max(bound, sum(1 / number for number in range(1, max(map(len, edges.values())) + 1)))
            chosen += _greedy(edges)
    return tuple(sorted(chosen)), bound


def _components(pairs: Iterable[tuple[str, str]]) -> list[Edges]:
    edges: Edges = {}
    for one, other in pairs:
        edges.setdefault(one, set()).add(other)
        edges.setdefault(other, set()).add(one)
    names = sorted(edges)
    rank = {name: number for number, name in enumerate(names)}
    joined = Disjoint()
    for name, others in edges.items():
        for other in others:
            joined.join(rank[name], rank[other])
    return [{names[number]: edges[names[number]] for number in sorted(found)} for found in joined.sets().values()]


def _without(edges: Edges, gone: set[str]) -> Edges:
    """What is left of the pairs; accounts without one are left out."""
    left = {name: others - gone for name, others in edges.items() if name not in gone}
    return {name: others for name, others in left.items() if others}


def _busiest(edges: Edges) -> str:
    return min(edges, key=lambda name: (-len(edges[name]), name))


def _exact(edges: Edges, most: int) -> list[str] | None:
    """A smallest cover of at most that many, by branching on the busiest account; None where there is none."""
    if not edges:
        return []
    name = _busiest(edges)
    if sum(map(len, edges.values())) > 2 * most * len(edges[name]):
        return None  # so few cannot touch so many pairs
    best: list[str] | None = None
    for taken in ({name}, edges[name]):
        if len(taken) <= most:
            rest = _exact(_without(edges, taken), most - len(taken))
            if rest is not None:
                best = [*sorted(taken), *rest]
                most = len(best) - 1
    return best


def _greedy(edges: Edges) -> list[str]:
    chosen = []
    while edges:
        name = _busiest(edges)
        chosen.append(name)
        edges = _without(edges, {name})
    return chosen


__all__ = ["MOST_EXACT", "fewest"]
