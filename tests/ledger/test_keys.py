"""Keys in a file: private whatever the umask, refused where others could read them, never made anew."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from isolation.errors import KeyUnavailable, UsageError
from isolation.ledger import Ledger
from isolation.model import Session

from .conftest import NOON, PLACE

posix = pytest.mark.skipif(os.name != "posix", reason="permissions and links of POSIX systems")


def make(path: Path) -> Ledger:
    """A ledger with its keys in a file."""
    return Ledger.open(path, key_store="file")


@posix
@pytest.mark.parametrize("mask", [0o000, 0o022, 0o777])
def test_files_are_private_whatever_the_umask(home: Path, mask: int) -> None:
    """Folder 0700, ledger and key file 0600, also under an umask that takes nothing away or everything."""
    before = os.umask(mask)
    try:
        with Ledger.open(key_store="file") as ledger, ledger.writing() as log:
            log.add_policy("")
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [home, *home.iterdir()]}
    finally:
        os.umask(before)
    assert modes == {
        "home": 0o700,
        "ledger.sqlite3": 0o600,
        "ledger.sqlite3-journal": 0o600,
        "ledger.key": 0o600,
    } or modes == {"home": 0o700, "ledger.sqlite3": 0o600, "ledger.key": 0o600}


@posix
def test_an_existing_ledger_is_tightened(tmp_path: Path) -> None:
    """A ledger that others may read is made private when it is opened to be written."""
    path = tmp_path / "ledger.sqlite3"
    make(path).close()
    path.chmod(0o644)
    make(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_making_says_where_the_key_lies(tmp_path: Path) -> None:
    """The first opening tells that the key is in a file and what follows from it; later ones say nothing."""
    path = tmp_path / "ledger.sqlite3"
    with make(path) as ledger:
        assert ledger.key_store == "file"
        (sentence,) = ledger.announcements
        assert str(tmp_path / "ledger.key") in sentence
        assert "a copy of this disk reveals the data" in sentence
    with make(path) as ledger:
        assert ledger.announcements == ()


def test_a_key_file_can_serve_several_ledgers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ISOLATION_KEY_FILE names the key file of every ledger; keys are added to it, none is overwritten."""
    key = tmp_path / "keys"
    monkeypatch.setenv("ISOLATION_KEY_FILE", str(key))
    tags = []
    for name in ("one", "two"):
        with Ledger.open(tmp_path / name / "ledger.sqlite3") as ledger, ledger.reading() as reader:
            tags.append(reader.tag_hex("account", "store"))
    assert len(key.read_text().splitlines()) == 6
    with Ledger.open(tmp_path / "one" / "ledger.sqlite3") as ledger, ledger.reading() as reader:
        assert reader.tag_hex("account", "store") == tags[0] != tags[1]


MAKE = """
import sys
from isolation.ledger import Ledger
with Ledger.open(sys.argv[1], key_store="file") as ledger:
    print(ledger.origin)
"""


@posix
def test_ledgers_that_share_a_key_file_begin_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of twelve ledgers that are begun at the same moment with one key file none loses its keys."""
    monkeypatch.setenv("ISOLATION_KEY_FILE", str(tmp_path / "keys"))
    paths = [str(tmp_path / str(number) / "ledger.sqlite3") for number in range(12)]
    making = [subprocess.Popen([sys.executable, "-c", MAKE, path], stdout=subprocess.PIPE) for path in paths]
    origins = {process.communicate()[0].decode().strip() for process in making}
    assert {line.split()[0] for line in (tmp_path / "keys").read_text().splitlines()} == origins
    assert len(origins) == 12
    for path in paths:
        with Ledger.open(path, read_only=True) as ledger:
            assert ledger.key_problem is None


@pytest.mark.parametrize("ending", ["json", "md", "html"])
def test_every_report_says_that_the_key_is_in_a_file(tmp_path: Path, ending: str) -> None:
    """Where the key lies in a file, each form of report says so, and in words what follows from it."""
    path, report = tmp_path / "ledger.sqlite3", tmp_path / f"report.{ending}"
    with make(path) as ledger, ledger.writing() as log:
        log.add_session(Session("store", NOON, readings=PLACE))
    run = [sys.executable, "-m", "isolation", "--ledger", str(path), "report", "-o", str(report)]
    subprocess.run(run, check=True, capture_output=True)
    text = report.read_text(encoding="utf-8")
    assert ('"key_store":"file"' if ending == "json" else "a copy of this disk reveals the data") in text.replace(
        '": "', '":"'
    )


def symlinked(key: Path) -> None:
    """Puts a symbolic link in the key's place."""
    key.rename(key.with_suffix(".real"))
    key.symlink_to(key.with_suffix(".real"))


def readable(key: Path) -> None:
    """Lets others read the key."""
    key.chmod(0o644)


def another_s(key: Path) -> None:
    """Gives the key to another user."""
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    os.chown(key, 65534, 65534)


def folder(key: Path) -> None:
    """Puts a folder in the key's place."""
    key.unlink()
    key.mkdir(mode=0o700)


def pipe(key: Path) -> None:
    """Puts a named pipe in the key's place."""
    key.unlink()
    os.mkfifo(key, 0o600)


@posix
@pytest.mark.parametrize("spoil", [symlinked, readable, another_s, folder, pipe])
def test_an_unsafe_key_file_is_refused(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    """A key file that is a link, readable by others, another user's, or no regular file is not read."""
    path = tmp_path / "ledger.sqlite3"
    make(path).close()
    spoil(tmp_path / "ledger.key")
    with make(path) as ledger:
        problem = ledger.key_problem
        assert problem is not None
        assert problem.reason == "unsafe"
        with pytest.raises(KeyUnavailable), ledger.writing() as log:
            log.add_session(Session("store", NOON, readings=PLACE))
        assert ledger.size == 1


def gone(key: Path) -> None:
    """Loses the key file."""
    key.unlink()


def emptied(key: Path) -> None:
    """Loses the key in it."""
    key.write_text("")


def exchanged(key: Path) -> None:
    """Changes one digit of each key."""
    key.write_text("".join(line[:-1] + "01"[line[-1] == "0"] + "\n" for line in key.read_text().splitlines()))


def shortened(key: Path) -> None:
    """Cuts every key short."""
    key.write_text("".join(line[:-2] + "\n" for line in key.read_text().splitlines()))


def garbled(key: Path) -> None:
    """Fills it with something else."""
    key.write_bytes(bytes(range(256)))


@pytest.mark.parametrize("lose", [gone, emptied, exchanged, shortened, garbled])
def test_a_lost_key_is_refused_and_never_made_anew(tmp_path: Path, lose: Callable[[Path], None]) -> None:
    """A key that is missing or not this ledger's is an error that says what to do; nothing is written under another."""
    path, key = tmp_path / "ledger.sqlite3", tmp_path / "ledger.key"
    make(path).close()
    lose(key)
    left = key.read_bytes() if key.exists() else None
    with make(path) as ledger:
        problem = ledger.key_problem
        assert problem is not None
        assert problem.reason == "lost"
        assert "backup" in problem.hint
        assert not ledger.tags_available
        with ledger.reading() as reader, pytest.raises(KeyUnavailable):
            reader.account_number("store")
        with pytest.raises(KeyUnavailable), ledger.writing() as log:
            log.add_session(Session("store", NOON))
        with pytest.raises(KeyUnavailable), ledger.writing() as log:
            log.add_policy("")
        assert ledger.size == 1
    assert (key.read_bytes() if key.exists() else None) == left


def test_three_independent_keys(tmp_path: Path) -> None:
    """A ledger has three different random keys of 32 bytes, and holds none of them itself."""
    path = tmp_path / "ledger.sqlite3"
    make(path).close()
    lines = [line.split() for line in (tmp_path / "ledger.key").read_text().splitlines()]
    assert [name for _, _, name, _ in lines] == ["index", "seal", "sign"]
    assert len({secret for *_, secret in lines}) == 3
    for *_, secret in lines:
        assert len(bytes.fromhex(secret)) == 32
        assert bytes.fromhex(secret) not in path.read_bytes()


def test_an_unknown_key_store_is_a_usage_error(tmp_path: Path) -> None:
    """Only keyring and file are key stores."""
    with pytest.raises(UsageError):
        Ledger.open(tmp_path / "ledger.sqlite3", key_store="paper")
