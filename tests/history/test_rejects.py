"""Rejected rows of which there are too many to hold."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from isolation.history import Mapping, Rejected, open_import
from isolation.history.rejects import Rejects, Spool
from isolation.hooks.import_history import import_history
from isolation.ledger import Ledger

NOW = 1_790_000_000_000_000
FOUND = [Rejected(f"log {number}.csv", number + 1, f"“é\n{number}”, says it.") for number in range(25)]


def test_rejects_beyond_memory_come_again_in_order() -> None:
    """However many there are, they are counted, read twice, indexed and cut like a list, also while more come."""
    spool = Spool()
    rejects, others = Rejects(spool, in_memory=10), Rejects(spool, in_memory=3)
    for rejected in FOUND:
        rejects.append(rejected)
        others.append(rejected)
        assert rejects[-1] == rejected
    assert rejects.settled() is rejects
    assert (len(rejects), list(rejects), list(rejects)) == (25, FOUND, FOUND)
    assert [rejects[at] for at in (0, 9, 10, 24, -1, -25)] == [FOUND[at] for at in (0, 9, 10, 24, -1, -25)]
    assert (rejects[:12], rejects[8:20:3], rejects[-3:]) == (FOUND[:12], FOUND[8:20:3], FOUND[-3:])
    with pytest.raises(IndexError):
        rejects[25]
    assert list(others.settled()) == FOUND
    del rejects, others, spool
    gc.collect()  # its file is closed with it: a warning would fail this test


def test_few_rejects_are_a_tuple() -> None:
    """Rejects that memory holds settle as a tuple."""
    rejects = Rejects()
    rejects.extend(FOUND[:20])
    assert rejects.settled() == tuple(FOUND[:20])


def test_an_import_of_nothing_but_rejects_names_each(tmp_path: Path) -> None:
    """Of a log whose every row is wrong, each row is named by its line."""
    count = 12_000
    path = tmp_path / "log.csv"
    path.write_text("account,time\n" + "store,yesterday\n" * count + "store,2026-01-02T03:04:05Z\n", encoding="utf-8")
    with (
        Ledger.open(tmp_path / "ledger.sqlite3", key_store="file") as ledger,
        open_import(path, Mapping.parse(["account=account", "time=time"]), now=NOW) as source,
    ):
        result = import_history(ledger, source, pause=lambda seconds: None)
    assert (result.rows, result.recorded, len(result.rejected)) == (count + 1, 1, count)
    assert [one.line for one in result.rejected] == list(range(2, count + 2))
