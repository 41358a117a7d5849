"""Summing up anew what an account saw, where a session of it lost identifiers that were joined to it."""

from __future__ import annotations

from isolation.ledger.packing import unpack_identifiers
from isolation.ledger.tags import LINKING_CODES, NUMBERS_PER_RANK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def unsight(run: Callable[..., Any], prefix: str, account: int, gone: set[int], kept: set[int]) -> None:
    """Makes the sums right after a session of the account lost the identifiers `gone`; `kept` are those it has now.

    Its row of `sessions` has been changed already, and nothing waits to be written.
    """
    codes = {number % NUMBERS_PER_RANK for number in gone}
    for number in gone:
        run(f"DELETE FROM {prefix}sightings WHERE identifier = ? AND account = ?", (number, account))
    for pair, (first, last, count) in _sums(run, prefix, account, gone).items():
        run(f"INSERT INTO {prefix}sightings VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*pair, first, last, count))
    for number in gone:
        if number % NUMBERS_PER_RANK in LINKING_CODES:
            _recount_shared(run, prefix, number)
    for code in codes:
        lost = int(all(number % NUMBERS_PER_RANK != code for number in kept))
        query = f"SELECT count(DISTINCT identifier) FROM {prefix}sightings WHERE identifier % {NUMBERS_PER_RANK} = ?"
        seen = run(query, (code,)).fetchone()[0]
        run(f"UPDATE {prefix}facts SET sessions = sessions - ?, identifiers = ? WHERE code = ?", (lost, seen, code))
    run(f"DELETE FROM {prefix}facts WHERE identifiers = 0")


def _sums(
    run: Callable[..., Any], prefix: str, account: int, numbers: set[int]
) -> dict[tuple[int, int, int, int, int], tuple[int, int, int]]:
    """First, last and count of the account's sightings of these identifiers."""
    sums: dict[tuple[int, int, int, int, int], tuple[int, int, int]] = {}
    for channel, provenance, begin, packed in run(
        f"SELECT channel, provenance, begin, identifiers FROM {prefix}sessions WHERE account = ? AND success = 1",
        (account,),
    ):
        for number, confidence in unpack_identifiers(packed):
            if number in numbers:
                pair = (number, account, channel, provenance, confidence)
                first, last, count = sums.get(pair, (begin, begin, 0))
                sums[pair] = (min(first, begin), max(last, begin), count + 1)
    return sums


def _recount_shared(run: Callable[..., Any], prefix: str, number: int) -> None:
    query = f"SELECT count(DISTINCT account) FROM {prefix}sightings WHERE identifier = ?"
    accounts = run(query, (number,)).fetchone()[0]
    if accounts > 1:
        run(f"UPDATE {prefix}shared SET accounts = ? WHERE identifier = ?", (accounts, number))
    else:
        run(f"DELETE FROM {prefix}shared WHERE identifier = ?", (number,))
