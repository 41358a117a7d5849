"""What every test stands on: a home of its own, no keyring, no network but the loopback interface."""

from __future__ import annotations

import ipaddress
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from isolation.identifiers.canonical import canonical_value
from isolation.ledger import Ledger
from isolation.model import Identity, Reading

NOON = 1_790_000_000_000_000  # 2026-09-21T14:13:20Z
HOUR = 3_600_000_000
DAY = 24 * HOUR

# Case -> a test that holds it, in the order of the table.
CASES = [
    (int(number), name)
    for number, name in re.findall(
        r"^\| (\d+) \| .* \| `(.+)` \|$",
        Path(__file__).with_name("cases").joinpath("README.md").read_text("utf-8"),
        re.M,
    )
]


def pytest_configure(config: pytest.Config) -> None:
    """Makes each case of the table a marker."""
    for number in dict(CASES):
        config.addinivalue_line("markers", f"case_{number}: case {number} of tests/cases/README.md")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Gives the tests of the table their markers."""
    cases: dict[str, list[int]] = {}
    for number, name in CASES:
        cases.setdefault(name, []).append(number)
    for item in items:
        for number in cases.get(item.nodeid.partition("[")[0].partition("tests/")[2], ()):
            item.add_marker(f"case_{number}")


_guarded = False


def _refuse_strangers(event: str, arguments: tuple[object, ...]) -> None:
    """Stops a connection of this process to anything but loopback and local sockets."""
    if not _guarded or event not in ("socket.connect", "socket.sendto"):
        return
    address = arguments[1]
    if not (isinstance(address, tuple) and address and isinstance(address[0], str)):
        return
    try:
        outside = not ipaddress.ip_address(address[0].partition("%")[0]).is_loopback
    except ValueError:
        outside = address[0] != "localhost"
    if outside:
        raise AssertionError(f"a test tried to reach {address[0]}")


# A slow machine is no failure.
settings.register_profile("isolation", deadline=None)
settings.load_profile("isolation")
sys.addaudithook(_refuse_strangers)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home folder of this test's own, for this process and those it starts."""
    global _guarded  # an audit hook cannot be removed, only told to let go
    for name in ("ISOLATION_LEDGER", "ISOLATION_POLICY", "ISOLATION_KEY_FILE", "ISOLATION_LANG", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "home"
    monkeypatch.setenv("ISOLATION_HOME", str(folder))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/no-bus")
    monkeypatch.setenv("TZ", "UTC")
    _guarded = True
    yield folder
    _guarded = False


class Clock:
    """A clock that only moves when it is told to; µs."""

    def __init__(self, now: int = NOON) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock standing at NOON."""
    return Clock()


@pytest.fixture
def ledger(home: Path, clock: Clock) -> Iterator[Ledger]:
    """A fresh ledger with its key in a file."""
    with Ledger.open(home / "ledger.sqlite3", key_store="file", clock=clock) as opened:
        yield opened


def reading(fact: str, value: str | tuple[tuple[str, int], ...], **rest: object) -> Reading:
    """An observed, identifying reading."""
    if isinstance(value, str):
        canonical_value(fact, value)  # a test's own typing error should not look like the program's
    fields: dict[str, object] = {"source": "test", "identifying": True} | rest
    return Reading(fact, "observed", value, **fields)  # type: ignore[arg-type]  # fields of Reading, by name


def identity_of(at: int = NOON, **facts: str) -> Identity:
    """An identity that observed these facts."""
    return Identity(tuple(reading(fact, value) for fact, value in facts.items()), at)


DEVICE = "1f0c2a9be8d74c4e9a53b7d1c6e2f480"
MAC = "3C-07-54-1A-2B-3C"
ROUTER = "3C-37-86-5D-75-D4"


@pytest.fixture
def here() -> Callable[..., Identity]:
    """Makes the identity of one machine on one network, with changes by fact."""

    def make(at: int = NOON, **changes: str) -> Identity:
        facts = {"device_id": DEVICE, "hardware_mac": MAC, "gateway_mac": ROUTER} | changes
        return identity_of(at, **facts)

    return make
