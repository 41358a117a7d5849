"""Keys in the operating system's keyring: by a helper with a deadline, refused where it is none, never overwritten."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from isolation.errors import KeyUnavailable
from isolation.ledger import Ledger
from isolation.model import Session

from .conftest import HOUR, NOON, PLACE, Keyring


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the ledger is."""
    return tmp_path / "ledger.sqlite3"


def test_keys_lie_in_the_keyring(path: Path, keyring: Keyring) -> None:
    """A new ledger's keys are three items of the keyring and in no file, and are found again."""
    with Ledger.open(path) as ledger, ledger.writing() as log:
        assert ledger.key_store == "keyring"
        assert "keyring" in ledger.announcements[0]
        log.add_session(Session("store", NOON, readings=PLACE))
        origin = ledger.origin
    items = json.loads(keyring.path.read_text())
    assert set(items) == {f"isolation {origin}/1/{name}" for name in ("index", "seal", "sign")}
    assert not path.with_suffix(".key").exists()
    with Ledger.open(path, read_only=True) as ledger, ledger.reading() as reader:
        number = reader.account_number("STORE")
        assert number is not None
        assert reader.account_name(number) == "store"


@pytest.mark.parametrize(
    "backend",
    [
        "keyring.backends.fail.Keyring", "keyring.backends.null.Keyring", "keyrings.alt.file.PlaintextKeyring",
        "no.such.module",
    ],
)  # fmt: skip
def test_what_is_no_keyring_is_refused(
    path: Path, keyring: Keyring, monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    """Backends that fail, forget or write plain text are not used: a file is, and said so; asked for, an error."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", backend)
    with pytest.raises(KeyUnavailable) as caught:
        Ledger.open(path, key_store="keyring")
    assert caught.value.reason == "absent"
    with Ledger.open(path) as ledger:
        assert ledger.key_store == "file"
        assert "Key stored in a file" in ledger.announcements[0]


@pytest.mark.parametrize(
    ("mood", "reason"), [("locked", "locked"), ("broken", "absent"), ("forgetful", "absent"), ("asks", "absent")]
)
def test_a_keyring_that_does_not_work_at_first(path: Path, keyring: Keyring, mood: str, reason: str) -> None:
    """One that is locked, breaks, asks at the terminal or does not give back what it was given is not used."""
    keyring.become(mood)
    with pytest.raises(KeyUnavailable) as caught:
        Ledger.open(path, key_store="keyring")
    assert caught.value.reason == reason
    with Ledger.open(path) as ledger:
        assert ledger.key_store == "file"


def test_a_silent_keyring_is_not_waited_for(path: Path, keyring: Keyring) -> None:
    """A keyring that never answers ends at a deadline, and what is recorded then is sealed and waits for its tags."""
    Ledger.open(path, key_store="keyring").close()
    keyring.become("silent")
    with Ledger.open(path) as ledger, ledger.writing() as log:
        log.add_session(Session("store", NOON, readings=PLACE))
        problem = ledger.key_problem
        assert problem is not None
        assert problem.reason == "silent"
    keyring.become("")
    with Ledger.open(path) as ledger, ledger.writing() as log:
        assert log.index_pending() == 1


def test_what_is_appended_while_it_is_locked_is_found_later(path: Path, keyring: Keyring) -> None:
    """Appending needs no secret: an entry waits, is open and can be ended, and gets tags and number when it can."""
    with Ledger.open(path, key_store="keyring") as ledger, ledger.writing() as log:
        log.add_session(Session("store", NOON, readings=PLACE))
    keyring.become("locked")
    with Ledger.open(path) as ledger:
        assert not ledger.tags_available
        with ledger.writing() as log:
            entry = log.add_session(Session("Store", NOON + HOUR, operator="Li", readings=PLACE))
            assert (entry, 0, 0) in log.reader.open_sessions()
            log.add_end(entry, NOON + 2 * HOUR)
            assert entry not in {number for number, _, _ in log.reader.open_sessions()}
        with pytest.raises(KeyUnavailable), ledger.writing() as log:
            log.index_pending()
        assert ledger.verify().unchecked
    keyring.become("")
    with Ledger.open(path) as ledger:
        with ledger.writing() as log:
            assert log.index_pending() == 2
            assert log.index_pending() == 0
        with ledger.reading() as reader:
            number = reader.account_number("store")
            assert number is not None
            identifier = reader.identifier_number("gateway_mac", "3C-37-86-5D-75-D4")
            assert identifier is not None
            assert reader.uses(number, identifier) == (NOON, NOON + HOUR)
            assert reader.session(entry).end == NOON + 2 * HOUR
        assert ledger.verify().problems == ()


def test_a_key_that_left_the_keyring_is_lost(path: Path, keyring: Keyring) -> None:
    """Where the keyring works and has no such key, appending is refused and no other key is made."""
    Ledger.open(path, key_store="keyring").close()
    keyring.path.write_text("{}")
    with Ledger.open(path) as ledger:
        problem = ledger.key_problem
        assert problem is not None
        assert problem.reason == "lost"
        with pytest.raises(KeyUnavailable), ledger.writing() as log:
            log.add_session(Session("store", NOON))
    assert keyring.path.read_text() == "{}"


@pytest.mark.skipif(os.name != "posix", reason="there is no such folder elsewhere")
def test_the_index_key_is_cached_for_the_login_session(
    path: Path, keyring: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a private $XDG_RUNTIME_DIR the index key alone is kept, so that a check need not start the keyring."""
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    with Ledger.open(path, key_store="keyring") as ledger, ledger.writing() as log:
        log.add_session(Session("store", NOON, readings=PLACE))
    (cached,) = runtime.iterdir()
    assert cached.stat().st_mode & 0o777 == 0o600
    keyring.become("locked")
    with Ledger.open(path, read_only=True) as ledger, ledger.reading() as reader:
        assert reader.account_number("store") is not None
        with pytest.raises(KeyUnavailable):
            reader.account_name(1)
    cached.write_text("00" * 32)  # another key's
    with Ledger.open(path, read_only=True) as ledger:
        assert not ledger.tags_available


@pytest.mark.skipif(os.name != "posix", reason="there is no such folder elsewhere")
def test_the_index_key_is_not_cached_where_others_look(
    path: Path, keyring: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A runtime folder that is open to others is not used, and a check writes nothing in any."""
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o755)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    with Ledger.open(path, key_store="keyring") as ledger:
        assert ledger.tags_available
    assert not list(runtime.iterdir())
    runtime.chmod(0o700)
    with Ledger.open(path, read_only=True) as ledger:
        assert ledger.tags_available
    assert not list(runtime.iterdir())


MAKE = """
import sys
from isolation.ledger import Ledger
with Ledger.open(sys.argv[1], key_store=sys.argv[2]) as ledger:
    print(ledger.origin)
"""


@pytest.mark.parametrize("store", ["file", "keyring"])
def test_sixteen_first_runs_at_once_make_one_ledger(path: Path, keyring: Keyring, store: str) -> None:
    """Of sixteen processes that open a fresh ledger at once, one makes it, and all see that one."""

    def run(_: int) -> str:
        done = subprocess.run(
            [sys.executable, "-c", MAKE, str(path), store], check=False, capture_output=True, text=True
        )
        return done.stdout + done.stderr

    with ThreadPoolExecutor(16) as pool:
        outputs = list(pool.map(run, range(16)))
    with Ledger.open(path) as ledger:
        assert set(outputs) == {ledger.origin + "\n"}
        assert ledger.tags_available
        assert ledger.verify().intact
