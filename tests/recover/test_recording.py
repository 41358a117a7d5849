"""From what is remembered to the ledger: nothing without a person's word, nothing twice, everything with its limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from isolation.errors import UsageError
from isolation.history.recover.found import Presence
from isolation.hooks.recover import (
    Assignment,
    Memory,
    Period,
    assign,
    machine_readings,
    record,
    remember,
    sessions,
    wanted,
)
from isolation.ledger import Ledger
from isolation.model import Identity

from ..conftest import DEVICE, MAC, identity_of, reading
from .made import chromium_history
from .simulated import HOUR, SimulatedComputer

NOON = 1_790_000_000_000_000
US, JP = "https://sellercentral.amazon.com/home", "https://sellercentral.amazon.co.jp/home"
VISITS = [(US, NOON - 50 * HOUR), (JP, NOON - 49 * HOUR), (US, NOON - 10 * HOUR), (US, NOON - HOUR // 60)]
IDENTITY = identity_of(NOON, device_id=DEVICE, hardware_mac=MAC)


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    """Four uses in one profile of Chrome, of which the last may still be going on."""
    chromium_history(tmp_path / "user/.config/google-chrome/Default/History", VISITS)
    return remember(SimulatedComputer(tmp_path, "linux", now=NOON))


def test_an_assignment_is_by_profile_or_by_host(memory: Memory) -> None:
    """A word names all uses of a profile, or those of one host, and their account."""
    (whole,) = assign(memory, ["chrome/Default/amazon=amazon:store-us"])
    assert (whole.host, whole.account, len(wanted(memory, whole))) == ("", "amazon:store-us", 3)
    words = [f"chrome/Default/amazon/sellercentral.amazon.{end}=store" for end in ("com", "co.jp")]
    assert [len(wanted(memory, one)) for one in assign(memory, words)] == [2, 1]


@pytest.mark.parametrize(
    "words",
    [
        ["chrome/Default/ebay=x"],
        ["chrome/Default/amazon"],
        ["chrome/Default/amazon="],
        ["chrome/Default/amazon=a\x1b[31m"],
        ["chrome/Default/amazon=a", "chrome/Default/amazon=b"],
        ["chrome/Default/amazon=a", "chrome/Default/amazon/sellercentral.amazon.com=b"],
        ["\x1b[31m"],
    ],
)
def test_a_word_that_names_nothing_clear_is_refused(memory: Memory, words: list[str]) -> None:
    """What was not found, no account, and two accounts for the same uses are errors without control characters."""
    with pytest.raises(UsageError) as error:
        assign(memory, words)
    assert str(error.value).isprintable()


def test_a_period_narrows_the_uses(memory: Memory) -> None:
    """Two accounts of one profile are told apart by time: from the one moment, and before the other."""
    (one,) = assign(memory, ["chrome/Default/amazon=a"])
    assert [use.begin for use in wanted(memory, one, Period(since=NOON - 10 * HOUR))] == [NOON - 10 * HOUR]
    assert len(wanted(memory, one, Period(until=NOON - 10 * HOUR))) == 2


def test_sessions_say_what_they_rest_on(memory: Memory) -> None:
    """A recovered session is imported, names its source, and carries this machine as probable with the reason."""
    (one,) = assign(memory, ["chrome/Default/amazon=a"])
    machine = machine_readings("", IDENTITY, NOON)
    made = list(sessions(memory, one, machine, operator="li"))
    assert [(session.begin, session.end) for session in made] == [
        (NOON - hours * HOUR, NOON - hours * HOUR) for hours in (50, 49, 10)
    ]
    assert {(session.provenance, session.channel, session.operator) for session in made} == {("imported", "ui", "li")}
    assert all("profile Default" in session.source and "own history" in session.source for session in made)
    assert {(one.fact, one.confidence) for one in made[0].readings} == {
        ("device_id", "probable"), ("hardware_mac", "probable"),
    }  # fmt: skip
    assert all("assumed" in one.reason for one in made[0].readings)


def test_what_can_be_unplugged_is_left_out() -> None:
    """A dock's address is not claimed for the past, and a weak identifier does not become stronger."""
    identity = Identity(
        (reading("device_id", DEVICE, confidence="weak"), reading("hardware_mac", MAC, detail={"removable": True})),
        NOON,
    )
    assert [(one.fact, one.confidence) for one in machine_readings("", identity, NOON)] == [("device_id", "weak")]


def test_recording_again_adds_nothing(memory: Memory, ledger: Ledger) -> None:
    """The same uses are recorded once; a network that is known later amends them."""
    words = assign(memory, ["chrome/Default/amazon=a"])
    assert record(ledger, memory, words, IDENTITY) == {"recorded": 3}
    assert record(ledger, memory, words, IDENTITY) == {"duplicate": 3}
    there = Presence("Log", "x", "Home", NOON - 51 * HOUR, NOON - 48 * HOUR, True, bssid="3C-37-86-5D-75-D5")
    later = memory._replace(presences=(there,))
    assert record(ledger, later, words, IDENTITY) == {"amended": 2, "duplicate": 1}
    assert record(ledger, memory, words, IDENTITY) == {"duplicate": 3}


def test_a_profile_that_may_hold_other_devices_visits_is_weak(memory: Memory) -> None:
    """Where syncing may have brought visits along, this machine's readings are weak and say so."""
    candidate = memory.candidates[0]._replace(confidence="weak", reason="Sync is set up.")
    (first, *_) = sessions(memory, Assignment(candidate, "", "a"), machine_readings("", IDENTITY, NOON))
    assert {one.confidence for one in first.readings} == {"weak"}
    assert all("Sync is set up." in one.reason for one in first.readings)
