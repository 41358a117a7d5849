"""The JSON document of a command, written as it comes."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isolation.cli import terminal

from .conftest import Cli

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def _emitted(document: dict[str, object]) -> str:
    with redirect_stdout(io.StringIO()) as printed:
        terminal.emit(document)
    return printed.getvalue()


@given(st.dictionaries(st.text(max_size=4), VALUES, max_size=4), st.lists(VALUES, max_size=4))
def test_a_list_that_comes_item_by_item_is_written_like_one_that_is_there(
    document: dict[str, object], items: list[object]
) -> None:
    """The document is byte for byte what `json.dumps` makes of the same values."""
    expected = json.dumps(document | {"items": items, "last": 1}, indent=2) + "\n"
    assert _emitted(document | {"items": iter(items), "last": 1}) == expected
    assert _emitted(document) == json.dumps(document, indent=2) + "\n"


def test_an_item_is_written_before_the_next_is_asked_for() -> None:
    """A list of any length is never held."""
    with redirect_stdout(io.StringIO()) as printed:

        def items() -> Iterator[str]:
            for number in range(20):
                assert f"item {number - 1}" in printed.getvalue() or not number
                yield f"item {number}"

        terminal.emit({"items": items()})
    assert "item 19" in printed.getvalue()


def test_rejects_are_kept_in_a_rehearsal_too(cli: Cli, tmp_path: Path) -> None:
    """--rejects with --dry-run writes the rows that would be rejected."""
    (tmp_path / "log.csv").write_text("account,time\nstore,yesterday\nstore,2026-01-02T03:04:05Z\n")
    words = ("--map", "account=account", "--map", "time=time", "--dry-run", "--rejects", str(tmp_path / "rejects.csv"))
    assert cli("import", str(tmp_path / "log.csv"), *words).code == 12
    assert "yesterday" in (tmp_path / "rejects.csv").read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is counted in KB on Linux")
def test_a_log_of_nothing_but_rejects_takes_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    """Of 60,000 rejected rows the JSON document takes at most 30 MB more than of 60; held, they take 90."""
    peaks = []
    for count in (60, 60_000):
        path = tmp_path / "log.csv"
        path.write_text("account,time\nstore,2026-01-02T03:04:05Z\n" + f"store,{'yesterday' * 9}\n" * count)
        words = ["import", str(path), "--map", "account=account", "--map", "time=time", "--dry-run"]
        with (tmp_path / "out.json").open("wb") as out:
            run = [sys.executable, "-m", "isolation", "--format", "json", *words]
            process = subprocess.Popen(run, stdout=out)
            _, process.returncode, used = os.wait4(process.pid, 0)
        peaks.append(used.ru_maxrss / 1024)
        assert len(json.loads((tmp_path / "out.json").read_text())["rejected"]) == count
    assert peaks[1] - peaks[0] < 30
