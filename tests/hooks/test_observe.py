"""What a session sees while it goes on, recorded and found again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from isolation.audit import audit_ledger
from isolation.errors import UsageError
from isolation.hooks.session import begin_session, end_session
from isolation.ledger import Ledger
from isolation.ledger.choosing import Wanted
from isolation.ledger.rotating import rotate
from isolation.model import Identity
from isolation.policy import Policy
from isolation.verdict import check_login

from ..conftest import HOUR, NOON, Clock

Here = Callable[..., Identity]
ELSEWHERE = {"gateway_mac": "3C-37-86-11-22-33"}


def test_another_network_within_a_session_is_recorded_and_told(ledger: Ledger, here: Here, clock: Clock) -> None:
    """What came up is an entry, is found by the audit and by the next verdict, and links as any other use does."""
    session = begin_session(ledger, "a", here(), policy=Policy(), now=NOON)
    clock.now = NOON + HOUR
    assert session.observe(ledger, here(NOON + HOUR)) is None
    assert session.observe(ledger, here(NOON + HOUR, **ELSEWHERE)) is not None
    assert session.observe(ledger, here(NOON + HOUR, **ELSEWHERE)) is None
    end_session(ledger, session.entry, now=NOON + 2 * HOUR)
    assert ledger.verify().intact
    (found,) = (
        one for one in audit_ledger(ledger, policy=Policy(), now=NOON).findings if one.rule == "changed-network"
    )
    assert (found.severity, found.confidence, found.accounts, found.sessions) == ("medium", "certain", ("a",), 1)
    verdict = check_login(ledger, "b", here(NOON + 3 * HOUR, **ELSEWHERE), policy=Policy())
    assert "shared-gateway" in {one.rule for one in verdict.findings}
    again = check_login(ledger, "a", here(NOON + 3 * HOUR), policy=Policy())
    assert "changed-network" in {one.rule for one in again.findings}


def test_a_session_that_is_over_sees_nothing(ledger: Ledger, here: Here) -> None:
    """Nothing is recorded of a session that has ended, or before it began."""
    session = begin_session(ledger, "a", here(), policy=Policy(), now=NOON)
    with pytest.raises(UsageError, match="before it begins"):
        session.observe(ledger, here(NOON - 1, **ELSEWHERE))
    end_session(ledger, session.entry, now=NOON + HOUR)
    with pytest.raises(UsageError, match="ended already"):
        session.observe(ledger, here(NOON + HOUR, **ELSEWHERE))


def test_what_was_seen_is_erased_and_turned_with_its_session(ledger: Ledger, here: Here) -> None:
    """Rotating keys and erasing an account leave a ledger that verifies, and nothing of the erased session."""
    for account in ("a", "b"):
        session = begin_session(ledger, account, here(), force="test", policy=Policy(), now=NOON)
        session.observe(ledger, here(NOON + HOUR, **ELSEWHERE))
    rotate(ledger, reason="test")
    assert ledger.verify().problems == ()
    with ledger.writing() as log:
        log.erase(Wanted(accounts=("a",)), "test", "a reason")
    assert ledger.verify().problems == ()
    told = [one.accounts for one in audit_ledger(ledger, policy=Policy()).findings if one.rule == "changed-network"]
    assert told == [("b",)]
