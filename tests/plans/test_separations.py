"""The fewest separations: exact for few accounts, within the stated bound for many."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from isolation.separations import MOST_EXACT, fewest

PAIRS = st.sets(
    st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] < pair[1]), max_size=16
).map(lambda pairs: [(f"a{one}", f"a{other}") for one, other in pairs])


def _covers(chosen: tuple[str, ...], pairs: list[tuple[str, str]]) -> bool:
    return all(set(chosen) & set(pair) for pair in pairs)


def _brute(pairs: list[tuple[str, str]]) -> int:
    names = sorted({name for pair in pairs for name in pair})
    return next(n for n in range(len(names) + 1) if any(_covers(some, pairs) for some in combinations(names, n)))


@given(PAIRS)
def test_few_accounts_are_separated_by_the_fewest(pairs: list[tuple[str, str]]) -> None:
    """No pair is left together, and no smaller set would do."""
    chosen, bound = fewest(pairs)
    assert _covers(chosen, pairs)
    assert (len(chosen), bound) == (_brute(pairs), 1.0)


@given(PAIRS, st.randoms())
def test_the_order_of_pairs_does_not_matter(pairs: list[tuple[str, str]], random: object) -> None:
    """The same pairs in any order and direction give the same separations."""
    mixed = [pair[::-1] for pair in reversed(pairs)]
    assert fewest(mixed) == fewest(pairs)


def test_an_office_of_strangers_needs_all_but_one_to_leave() -> None:
    """Where everybody met everybody, one stays: found exactly at the largest size that is searched."""
    names = [f"a{number:02}" for number in range(MOST_EXACT)]
    assert fewest(combinations(names, 2)) == (tuple(names[:-1]), 1.0)


def test_many_accounts_stay_within_the_stated_bound() -> None:
    """Above that size the number is at most the stated multiple of the fewest."""
    hub = [("hub", f"leaf{number:03}") for number in range(99)]
    chosen, bound = fewest(hub)
    assert chosen == ("hub",)
    assert bound > 1
    # The bipartite graph on which taking the busiest first does worst: the n accounts of one side cover all pairs.
    n = 24
    worst = [
        (f"left{one:02}", f"right{size:02}-{block:02}")
        for size in range(2, n + 1)
        for block in range(n // size)
        for one in range(block * size, (block + 1) * size)
    ]
    chosen, bound = fewest(worst)
    assert _covers(chosen, worst)
    assert n < len(chosen) <= bound * n
