"""Sessions around a login, as a program that uses the library has them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import isolation
from isolation.hooks.session import end_session
from isolation.ledger import Ledger
from isolation.model import Identity

Here = Callable[..., Identity]


def open_sessions(ledger: Ledger) -> int:
    """How many sessions are open."""
    with ledger.reading() as reader:
        return len(reader.open_sessions())


def test_a_reason_without_a_word_forces_nothing(ledger: Ledger, here: Here) -> None:
    """Blanks do not get past a collision."""
    with isolation.open_session(ledger, "store-a", here()):
        pass
    with pytest.raises(isolation.Collision), isolation.open_session(ledger, "store-b", here(), force=" \n"):
        pass


def test_a_session_ended_elsewhere_is_ended(ledger: Ledger, here: Here) -> None:
    """Ending a session by its number within its block is no error when the block ends."""
    with isolation.open_session(ledger, "store-a", here()) as session:
        end_session(ledger, session.entry)
    assert open_sessions(ledger) == 0


def test_the_callers_own_error_comes_through(ledger: Ledger, here: Here) -> None:
    """What goes wrong inside the block is what the caller sees, and the session ends."""

    def work(end_first: bool) -> None:
        with isolation.open_session(ledger, "store-a", here()) as session:
            if end_first:
                end_session(ledger, session.entry)
            raise ValueError("mine")

    for end_first in (True, False):
        with pytest.raises(ValueError, match="mine"):
            work(end_first)
    assert open_sessions(ledger) == 0
