"""Erasing: nothing of it is left in the file, the tree verifies, and what others share stays."""

from __future__ import annotations

import pytest

from isolation.ledger import Ledger
from isolation.ledger.choosing import Wanted

from .conftest import DAY, DEVICE, HOUR, NOON, OTHER_DEVICE


def erase(ledger: Ledger, **wanted: object) -> object:
    """Erases and sweeps."""
    with ledger.writing() as log:
        erased = log.erase(Wanted(**wanted), "a test")  # type: ignore[arg-type]  # by name
    ledger.sweep()
    return erased


EVERY_WISH = [
    {"accounts": ("AMAZON:store-a",)}, {"accounts": ("store-b",)}, {"accounts": ("store-c",)}, {"accounts": ("store-d",)},
    {"accounts": ("amazon:store-a", "store-b", "store-c", "store-d")}, {"operators": ("li",)}, {"operators": ("Wu",)},
    {"operators": ("zhao",)}, {"machine": DEVICE}, {"machine": OTHER_DEVICE}, {"machine": "3c:07:54:1a:2b:3c"},
    {"machine": "old LAPTOP"}, {"before": NOON - 500 * DAY}, {"before": NOON + HOUR + 1}, {"before": NOON + 1000 * DAY},
    {"scans_before": NOON + 1}, {"entries": (1,)}, {"entries": (3, 5)},
]  # fmt: skip


@pytest.mark.parametrize("wish", EVERY_WISH, ids=[str(wish) for wish in EVERY_WISH])
def test_whatever_is_erased_the_ledger_verifies(full: Ledger, wish: dict[str, object]) -> None:
    """After any erasure every table is what replaying the rest gives, root and size prove the same beginning, and the gap is counted."""
    size, root = full.size, full.root
    erased = erase(full, **wish)
    assert erased.entries > 0
    result = full.verify()
    assert result.problems == ()
    assert result.unchecked == ()
    assert result.erased == erased.entries
    assert full.size > size
    from isolation.ledger.proofs import StoredTree

    assert StoredTree(full).root(size) == root
