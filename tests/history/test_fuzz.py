"""A small part of what `fuzz.py` does by the hundred thousand."""

from __future__ import annotations

from .fuzz import run


def test_mutated_logs_of_every_format_are_read_or_refused() -> None:
    """No mutation makes a traceback, a reject without its line, or an entry that was not told."""
    outcomes, faults = run(600, seed=6)
    assert faults == []
    assert min(outcomes[what] for what in ("sessions", "rejects", "files refused", "entries recorded")) > 0
