"""Ledgers for these tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from isolation.ledger import Ledger
from isolation.model import Reading, Session

NOON = 1_790_000_000_000_000  # 2026-09-21T14:13:20Z
MINUTE = 60_000_000
HOUR = 60 * MINUTE


class Keyring:
    """The keyring of a test: a file, and what befalls it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.mood_path = path.with_suffix(".mood")

    def become(self, mood: str) -> None:
        """Makes it `locked`, `silent`, `asks`, `broken`, `forgetful`, or well ("")."""
        if mood:
            self.mood_path.write_text(mood)
        else:
            self.mood_path.unlink(missing_ok=True)


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keyring:
    """A keyring that works."""
    path = tmp_path / "keyring.json"
    backends = str(Path(__file__).parent / "backends")
    monkeypatch.syspath_prepend(backends)
    monkeypatch.setenv("PYTHONPATH", backends, prepend=os.pathsep)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "isolation_test_keyring.FileKeyring")
    monkeypatch.setenv("TEST_KEYRING", str(path))
    return Keyring(path)


def seen(fact: str, value: str, confidence: str = "certain") -> Reading:
    """An identifying reading."""
    return Reading(fact, "observed", value, source="test", identifying=True, confidence=confidence)  # type: ignore[arg-type]


PLACE = (
    seen("device_id", "1f0c2a9be8d74c4e9a53b7d1c6e2f480"),
    seen("hardware_mac", "3C-07-54-1A-2B-3C", "probable"),
    seen("gateway_mac", "3C-37-86-5D-75-D4"),
    seen("bssid", "3C-37-86-5D-75-D5"),
    seen("public_ip", "2a02:8108:1:2::7"),
    Reading("local_ip", "observed", "192.168.1.5", source="test", detail={"interface": "eth0", "metric": 100}),
    Reading("ssid", "observed", "0x436166c3a9", source="test"),
    Reading("tunnel", "absent", reason="none is up"),
    Reading("wifi_scan", "observed", (("3C-37-86-5D-75-D5", -40), ("00-1B-2F-11-22-33", -81)), source="test"),
)


def row(account: str, begin: int, *readings: Reading, **rest: object) -> Session:
    """A session from a log."""
    return Session(account, begin, provenance="imported", readings=readings, source="log.csv", **rest)  # type: ignore[arg-type]


def fill(ledger: Ledger) -> None:
    """Records one of each kind of thing, in several transactions."""
    with ledger.writing() as log:
        log.add_policy('[policy]\nblock_at = "high"\n')
        log.add_baseline(("Store-UK", "store-de"), "a test")
    with ledger.writing() as log:
        first = log.add_session(Session("Store-UK", NOON, operator="Li", readings=PLACE))
        log.add_session(Session("store-de", NOON + HOUR, readings=PLACE[:3], refused=True))
        log.add_session(Session("store-de", NOON + 2 * HOUR, readings=PLACE[:5], success=False))
    with ledger.writing() as log:
        log.add_end(first, NOON + HOUR)
        log.add_session(Session("STORE-uk", NOON - HOUR, channel="api", readings=PLACE[1:4], forced="stock-taking"))
        log.add_session(Session("store-fr", NOON + HOUR, provenance="declared", machine="laptop", readings=PLACE[2:3]))
    address = seen("public_ip", "203.0.114.7")
    private = Reading("local_ip", "observed", "192.168.1.5", source="log.csv")
    with ledger.writing() as log:
        assert log.add_row(row("store-it", NOON, address), ("public_ip",)) == "recorded"
        assert log.add_row(row("store-it", NOON, address), ("public_ip",)) == "duplicate"
        assert log.add_row(row("store-it", NOON, address, operator="Wu"), ("public_ip", "operator")) == "amended"
        assert log.add_row(row("store-es", NOON, private), ("local_ip", "end")) == "recorded"
        site = seen("site_ip", "Office A/192.168.1.5", "probable")
        assert log.add_row(row("store-es", NOON, private, site, site="Office A"), ("local_ip",)) == "amended"


@pytest.fixture
def full(tmp_path: Path, keyring: Keyring) -> Iterator[Ledger]:
    """A ledger with one of each kind of entry, its keys in the keyring; some appended while that was locked."""
    path = tmp_path / "full" / "ledger.sqlite3"
    clock = iter(range(NOON, NOON + 1000 * MINUTE, MINUTE))
    with Ledger.open(path, key_store="keyring", clock=lambda: next(clock)) as ledger:
        fill(ledger)
    keyring.become("locked")
    with Ledger.open(path, clock=lambda: next(clock)) as ledger, ledger.writing() as log:
        late = log.add_session(Session("store-nl", NOON + 3 * HOUR, operator="Li", readings=PLACE[:4]))
        log.add_end(late, NOON + 4 * HOUR)
        log.add_policy("")
        log.add_session(Session("store-be", NOON + 3 * HOUR, readings=PLACE[:2]))
    keyring.become("")
    with Ledger.open(path, clock=lambda: next(clock)) as ledger, ledger.writing() as log:
        assert log.index_pending() == 4
    keyring.become("locked")
    with Ledger.open(path, clock=lambda: next(clock)) as ledger, ledger.writing() as log:
        log.add_session(Session("store-pl", NOON + 5 * HOUR, readings=PLACE[:4]))
    keyring.become("")
    with Ledger.open(path, clock=lambda: next(clock)) as ledger:
        yield ledger


@pytest.fixture
def copy_of(tmp_path: Path) -> Callable[[Ledger], Path]:
    """Makes a copy of a ledger's file to tamper with."""

    def make(ledger: Ledger) -> Path:
        target = tmp_path / "copy" / "ledger.sqlite3"
        target.parent.mkdir(exist_ok=True)
        shutil.copy2(ledger.path, target)
        return target

    return make
