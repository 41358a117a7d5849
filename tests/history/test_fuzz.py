"""A small part of what `fuzz.py` does by the hundred thousand, and what that found."""

from __future__ import annotations

from pathlib import Path

import pytest

from isolation.history import Rejected, open_import

from .conftest import NOW
from .fuzz import run

SCANS = (
    "WigleWifi-1.6\nMAC,SSID,AuthMode,FirstSeen,Channel,RSSI,Type\n00:1b:21:aa:bb:01,,,2026-03-04 05:06:07,6,-60,WIFI\n"
)


def test_mutated_logs_of_every_format_are_read_or_refused() -> None:
    """No mutation makes a traceback, a reject without its line, or an entry that was not told."""
    outcomes, faults = run(600, seed=6)
    assert faults == []
    assert min(outcomes[what] for what in ("sessions", "rejects", "files refused", "entries recorded")) > 0


@pytest.mark.parametrize("signal", ["--80", "-" + "8" * 5000, "-", "", "80"])
def test_a_signal_that_is_no_number_is_rejected(tmp_path: Path, signal: str) -> None:
    """A scan whose signal is damaged is a reject with its line."""
    (tmp_path / "log").write_text(SCANS + f"00:1b:21:aa:bb:01,,,2026-03-04 05:06:07,6,{signal},WIFI\n")
    with open_import(tmp_path / "log", None, now=NOW) as source:
        rejected = [row.line for row in source.rows() if isinstance(row, Rejected)]
    assert rejected == [4]
