"""From what is remembered to the ledger: nothing without a person's word, nothing twice, everything with its limits."""

from __future__ import annotations

import plistlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from isolation.errors import UsageError
from isolation.history.recover import known_networks
from isolation.history.recover.found import Presence
from isolation.history.recover.registry_export import parse_export
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
from isolation.times import format_time

from ..conftest import DEVICE, MAC, identity_of, reading
from .made import chromium_history, registry_export, wlan_event
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


def windows(tmp_path: Path) -> SimulatedComputer:
    """A Windows computer with a use of Edge yesterday, within a logged Wi-Fi connection and one network's bounds."""
    chromium_history(
        tmp_path / "user/AppData/Local/Microsoft/Edge/User Data/Default/History",
        [(US, NOON - 24 * HOUR), (US, NOON - 24 * HOUR + HOUR // 3)],
    )
    computer = SimulatedComputer(tmp_path, "win32", now=NOON)
    export = registry_export([("Home", "2026-01-01 00:00:00", "2026-12-31 00:00:00", b"\x3c\x37\x86\x5d\x75\xd4", 71)])
    keys, _ = parse_export(export.decode("utf-16"))
    computer.keys = {name.removeprefix("HKEY_LOCAL_MACHINE\\"): values for name, values in keys.items()}
    begin, end = (format_time(NOON - hours * HOUR) for hours in (25, 20))
    events = wlan_event(8001, begin, "Home", "3C-37-86-5D-75-D5") + wlan_event(8003, end, "Home")
    computer.tools["wevtutil"] = events.encode("utf-16")
    return computer


def test_on_windows_the_log_settles_the_network(tmp_path: Path, ledger: Ledger) -> None:
    """A use within a logged connection gets its access point, and the one gateway known for its name, as probable."""
    memory = remember(windows(tmp_path))
    (session,) = sessions(memory, *assign(memory, ["edge/Default/amazon=a"]), ())
    assert {(one.fact, one.value, one.confidence) for one in session.readings} == {
        ("bssid", "3C-37-86-5D-75-D5", "probable"), ("gateway_mac", "3C-37-86-5D-75-D4", "probable"),
        ("ssid", "Home", "probable"),
    }  # fmt: skip
    assert record(ledger, memory, assign(memory, ["edge/Default/amazon=a"]), IDENTITY) == {"recorded": 1}


def test_without_the_log_bounds_are_weak(tmp_path: Path) -> None:
    """Where only Windows' list of networks is there, its lone network's gateway is weak and says why."""
    computer = windows(tmp_path)
    computer.tools["wevtutil"] = PermissionError("Access is denied.")
    memory = remember(computer)
    (session,) = sessions(memory, *assign(memory, ["edge/Default/amazon=a"]), ())
    gateway = next(one for one in session.readings if one.fact == "gateway_mac")
    assert (gateway.value, gateway.confidence) == ("3C-37-86-5D-75-D4", "weak")
    assert "is not recorded" in gateway.reason
    assert {source.status for source in memory.sources} == {"observed", "denied"}


def test_on_macos_an_association_during_a_use_settles_it(tmp_path: Path) -> None:
    """An access point that macOS associated with during a use is probable for it."""
    chromium_history(
        tmp_path / "user/Library/Application Support/Google/Chrome/Default/History",
        [(US, NOON - 24 * HOUR), (US, NOON - 24 * HOUR + HOUR // 3)],
    )
    computer = SimulatedComputer(tmp_path, "darwin", now=NOON)
    moment = datetime.fromtimestamp((NOON - 24 * HOUR) // 1_000_000 + 60, UTC).replace(tzinfo=None)
    point = {"BSSID": "3c:37:86:5d:75:d5", "LastAssociatedAt": moment}
    told = {"wifi.network.ssid.Home": {"SSID": b"Home", "BSSList": [point]}}
    computer.put(known_networks.PATHS[0], plistlib.dumps(told))
    memory = remember(computer)
    (session,) = sessions(memory, *assign(memory, ["chrome/Default/amazon=a"]), ())
    assert ("bssid", "3C-37-86-5D-75-D5", "probable") in {
        (one.fact, one.value, one.confidence) for one in session.readings
    }
