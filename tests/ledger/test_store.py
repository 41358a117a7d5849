"""Opening a ledger: what is made, what is refused, each in one sentence."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from isolation.errors import LedgerDamaged, LedgerError
from isolation.history.recover.computer import Computer
from isolation.home import ledger_path
from isolation.ledger import Ledger, LedgerMissing
from isolation.model import Session

from .conftest import NOON, PLACE, fill


def test_a_fresh_ledger_has_its_origin_and_nothing_else(tmp_path: Path) -> None:
    """Opening makes one entry, a random origin and install id, and nothing is known yet."""
    with (
        Ledger.open(tmp_path / "one.sqlite3", key_store="file", clock=lambda: NOON) as one,
        Ledger.open(tmp_path / "two.sqlite3", key_store="file") as two,
        one.reading() as reader,
    ):
        assert (one.size, one.epoch, one.created_at) == (1, 1, NOON)
        assert one.origin != two.origin
        assert one.install_id != two.install_id
        assert one.root != two.root
        assert reader.basis().sessions == 0
        assert not reader.has_baseline()


def test_it_opens_again_as_it_was(tmp_path: Path) -> None:
    """Origin, size and root are those of before, read-only or not."""
    path = tmp_path / "ledger.sqlite3"
    with Ledger.open(path, key_store="file") as ledger:
        fill(ledger)
        before = (ledger.origin, ledger.size, ledger.root)
    for read_only in (True, False):
        with Ledger.open(path, read_only=read_only) as ledger:
            assert (ledger.origin, ledger.size, ledger.root) == before


def test_the_default_is_the_home_folder(home: Path) -> None:
    """Without a path it is the ledger of the environment's home folder."""
    with Ledger.open(key_store="file") as ledger:
        assert Path(ledger.path) == home / "ledger.sqlite3"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no HOME")
def test_an_empty_home_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where HOME is empty, ledger and history are looked for in the home folder that the system knows, never at /."""
    import pwd

    own = pwd.getpwuid(os.getuid()).pw_dir
    monkeypatch.setenv("HOME", "")
    for name in ("ISOLATION_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert Computer().home == own
    inside = ("Library", "Application Support") if sys.platform == "darwin" else (".local", "share")
    assert ledger_path() == str(Path(own, *inside, "isolation", "ledger.sqlite3"))


@pytest.mark.parametrize("options", [{"read_only": True}, {"create": False}])
def test_a_missing_ledger_is_told_and_not_made(tmp_path: Path, options: dict[str, bool]) -> None:
    """Reading where there is no ledger, or not being allowed to make one, leaves nothing behind."""
    folder = tmp_path / "none"
    with pytest.raises(LedgerMissing, match="no ledger at"):
        Ledger.open(folder / "ledger.sqlite3", **options)  # type: ignore[arg-type]
    assert not folder.exists()


def test_an_empty_file_is_no_ledger_yet(tmp_path: Path) -> None:
    """What a crash before the first transaction leaves counts as none, and is filled by the next who may."""
    path = tmp_path / "ledger.sqlite3"
    path.touch(0o600)
    with pytest.raises(LedgerMissing):
        Ledger.open(path, read_only=True)
    with Ledger.open(path, key_store="file") as ledger:
        assert ledger.size == 1


def other_database(path: Path) -> None:
    """Makes some other SQLite database."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (a)")
    connection.commit()
    connection.close()


def newer(path: Path) -> None:
    """Makes a ledger of a later format."""
    Ledger.open(path, key_store="file").close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 2")
    connection.close()


@pytest.mark.parametrize("read_only", [True, False])
@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: path.write_bytes(b"text" * 1000), "no SQLite file"),
        (other_database, "not a ledger of isolation"),
        (newer, "newer isolation"),
    ],
)
def test_what_is_no_ledger_is_refused(tmp_path: Path, make: object, sentence: str, read_only: bool) -> None:
    """A folder, another file, another database, a newer format: one sentence each, and nothing is changed."""
    assert callable(make)
    path = tmp_path / "ledger.sqlite3"
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(LedgerError, match=sentence):
        Ledger.open(path, read_only=read_only)
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_a_damaged_description_is_damage(tmp_path: Path) -> None:
    """A ledger without its own description is damaged, not missing."""
    path = tmp_path / "ledger.sqlite3"
    Ledger.open(path, key_store="file").close()
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM meta")
    connection.commit()
    connection.close()
    with pytest.raises(LedgerDamaged):
        Ledger.open(path, read_only=True)


@pytest.fixture
def for_all() -> Iterator[Path]:
    """A folder that every user may enter: pytest keeps those above its own to whoever runs it."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # noqa: S103 - that everybody may enter it is what it is for
        yield Path(folder)


UNPRIVILEGED = """
import os, sys
from isolation.errors import LedgerError
from isolation.ledger import Ledger
# Every module is loaded while this user may still read the interpreter's folder.
Ledger.open(sys.argv[1] + ".before", key_store="file").close()
os.setgid(65534); os.setuid(65534)
try:
    Ledger.open(sys.argv[1], key_store="file").close()
except LedgerError as problem:
    print(problem.message)
"""


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root, to be somebody else")
def test_a_folder_that_cannot_be_written_is_told(for_all: Path) -> None:
    """Where a ledger may not be made, or an existing one not be written, the sentence names it."""
    folder = for_all / "home"
    folder.mkdir(mode=0o755)
    path = folder / "ledger.sqlite3"
    run = [sys.executable, "-c", UNPRIVILEGED, str(path)]
    done = subprocess.run(run, check=True, capture_output=True, text=True)
    assert "cannot be written" in done.stdout
    path.touch()
    path.chmod(0o644)
    done = subprocess.run(run, check=True, capture_output=True, text=True)
    assert "cannot be written" in done.stdout or "read-only" in done.stdout


UNREACHABLE = """
import os, sys
from isolation.cli.entry import main
main(["status"])
os.setgid(65534); os.setuid(65534)
sys.exit(main(["--ledger", sys.argv[1], "status"]))
"""


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root, to be somebody else")
def test_a_folder_that_may_not_be_entered_is_told(for_all: Path) -> None:
    """A ledger in a folder that may not be entered is an error that says so, not a ledger that is not there yet."""
    path = for_all / "closed" / "ledger.sqlite3"
    path.parent.mkdir(mode=0o700)
    run = [sys.executable, "-c", UNREACHABLE, str(path)]
    environment = os.environ | {"ISOLATION_HOME": str(for_all / "home")}
    done = subprocess.run(run, check=False, capture_output=True, text=True, env=environment)
    assert done.returncode == 1
    assert "cannot be reached: Permission denied" in done.stderr


@pytest.mark.parametrize("table", ["kinds", "sessions", "meta", "epochs", "entries", "shared", "tallies"])
def test_a_dropped_table_is_damage(tmp_path: Path, table: str) -> None:
    """A ledger without one of its tables is damaged, for whoever reads, records or verifies: exit 3."""
    path = tmp_path / "ledger.sqlite3"
    Ledger.open(path, key_store="file").close()
    connection = sqlite3.connect(path)
    connection.execute(f"DROP TABLE {table}")
    connection.commit()
    connection.close()
    # What `status` tells does not rest on `shared`.
    for command in ("audit", "verify", *(() if table == "shared" else ("status",))):
        run = [sys.executable, "-m", "isolation", "--ledger", str(path), command]
        done = subprocess.run(run, check=False, capture_output=True, text=True)
        assert done.returncode == 3, (command, done.stdout, done.stderr)


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX systems")
def test_a_link_to_a_ledger_finds_its_key(tmp_path: Path) -> None:
    """A ledger that is named by a link has key and checkpoint beside the file itself, and nothing lies by the link."""
    path, link = tmp_path / "real" / "ledger.sqlite3", tmp_path / "link.sqlite3"
    Ledger.open(path, key_store="file").close()
    link.symlink_to(path)
    with Ledger.open(link) as ledger:
        assert ledger.tags_available
        assert ledger.path == str(path)
        with ledger.writing() as log:
            log.add_session(Session("store", NOON, readings=PLACE))
    again = tmp_path / "again.sqlite3"
    again.symlink_to(link)
    run = [sys.executable, "-m", "isolation", "--ledger", str(again)]
    for command in (["backup", "-o", str(tmp_path / "backup")], ["rotate-keys"], ["verify"]):
        assert subprocess.run([*run, *command], check=False, capture_output=True).returncode == 0
    restore = ["restore", str(tmp_path / "backup"), "--accept-rollback", "a test"]
    assert subprocess.run([*run, *restore], check=False, capture_output=True).returncode == 0
    assert link.is_symlink()
    assert again.is_symlink()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["again.sqlite3", "backup", "link.sqlite3", "real"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root, to be somebody else")
def test_a_link_of_another_user_is_not_followed(tmp_path: Path) -> None:
    """A link that somebody else put there could lead anywhere: it is refused, and the sentence says why."""
    link = tmp_path / "ledger.sqlite3"
    link.symlink_to(tmp_path / "elsewhere.sqlite3")
    os.chown(link, 65534, 65534, follow_symlinks=False)
    with pytest.raises(LedgerError, match="link of another user"):
        Ledger.open(link, key_store="file")
    assert not (tmp_path / "elsewhere.sqlite3").exists()


FULL_DISK = """
import resource, signal, sys
from isolation.errors import LedgerError
from isolation.ledger import Ledger
from isolation.model import Session
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with Ledger.open(sys.argv[1], key_store="file") as ledger:
    before = (ledger.size, ledger.root)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    try:
        with ledger.writing() as log:
            log.add_policy("x" * 400_000)
    except LedgerError as problem:
        print(problem.message)
    assert (ledger.size, ledger.root) == before
    assert ledger.verify().intact
"""


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX systems")
def test_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    """Where no more can be written, the transaction is rolled back, told in one sentence, and the ledger is intact."""
    run = [sys.executable, "-c", FULL_DISK, str(tmp_path / "ledger.sqlite3")]
    done = subprocess.run(run, check=True, capture_output=True, text=True)
    assert done.stdout.count("\n") == 1
    assert "ledger.sqlite3" in done.stdout


def test_an_exception_leaves_nothing_of_its_transaction(tmp_path: Path) -> None:
    """What was appended before an exception in a writing block is gone after it."""
    with Ledger.open(tmp_path / "ledger.sqlite3", key_store="file") as ledger:
        before = ledger.root
        with pytest.raises(RuntimeError, match="stop"), ledger.writing() as log:
            log.add_session(Session("store", NOON, readings=PLACE))
            assert log.reader.account_number("store") is not None
            raise RuntimeError("stop")
        assert ledger.root == before
        with ledger.reading() as reader:
            assert reader.account_number("store") is None
        assert ledger.verify().intact


def test_a_killed_writer_s_journal_is_rolled_back_even_by_a_reader(tmp_path: Path) -> None:
    """After a crash in the middle of a commit, opening to read gives the state before it."""
    path = tmp_path / "ledger.sqlite3"
    with Ledger.open(path, key_store="file") as ledger:
        fill(ledger)
        before = (ledger.size, ledger.root)
    script = """
import os, sys
from isolation.ledger import Ledger
with Ledger.open(sys.argv[1]) as ledger:
    ledger.connection.execute("PRAGMA cache_size = 2")
    with ledger.writing() as log:
        for number in range(300):
            log.add_policy(str(number) * 1000)
        log.flush()
        os.kill(os.getpid(), 9)
"""
    subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    assert path.with_name("ledger.sqlite3-journal").exists()
    with Ledger.open(path, read_only=True) as ledger:
        assert (ledger.size, ledger.root) == before
        assert ledger.verify().intact


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET body = x'00' WHERE i = 1",
        "DELETE FROM entries WHERE i = 1",
        "REPLACE INTO entries SELECT * FROM entries WHERE i = 1",
        "INSERT OR REPLACE INTO entries SELECT * FROM entries WHERE i = 1",
        "INSERT INTO entries SELECT i + 100, batch, leaf, nodes, tags, tag_mac, body, sealed FROM entries WHERE i = 1",
        "INSERT INTO entries SELECT * FROM entries WHERE i = 1 ON CONFLICT DO UPDATE SET body = x'00'",
        "DELETE FROM entries",
    ],
)
def test_accidents_are_stopped(tmp_path: Path, statement: str) -> None:
    """An UPDATE, DELETE, REPLACE or UPSERT of entries, and one out of order, is refused by the database itself."""
    path = tmp_path / "ledger.sqlite3"
    with Ledger.open(path, key_store="file") as ledger:
        fill(ledger)
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    connection.close()


def test_the_settings_that_durability_rests_on(tmp_path: Path) -> None:
    """A rollback journal, synced to the folder, with deleted content overwritten; never WAL, whatever the file says."""
    path = tmp_path / "ledger.sqlite3"
    Ledger.open(path, key_store="file").close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    with Ledger.open(path) as ledger:
        settings = {
            name: ledger.connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "secure_delete", "application_id", "user_version")
        }
    assert settings == {
        "journal_mode": "delete", "synchronous": 3, "secure_delete": 1, "application_id": 0x49534F4C, "user_version": 1,
    }  # fmt: skip


def test_odd_paths(tmp_path: Path) -> None:
    """Signs that mean something in an URI, spaces and other scripts in a path are only a path."""
    path = tmp_path / "50% of #1? & ü 店" / "ledger.sqlite3"
    Ledger.open(path, key_store="file").close()
    with Ledger.open(path, read_only=True) as ledger:
        assert ledger.size == 1
    assert sorted(one.name for one in path.parent.iterdir()) == ["ledger.key", "ledger.sqlite3"]


def test_a_ledger_in_use_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that is kept out for longer than it waits says that the ledger is in use."""
    path = tmp_path / "ledger.sqlite3"
    Ledger.open(path, key_store="file").close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr("isolation.ledger.database.BUSY_SECONDS", 0.1)
    monkeypatch.setattr("isolation.ledger.database.PATIENCE_SECONDS", 0.2)
    with pytest.raises(LedgerError, match="in use"):
        Ledger.open(path)
    other.execute("COMMIT")
    with Ledger.open(path) as ledger:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerError, match="in use"), ledger.writing():
            pass
        other.execute("ROLLBACK")
        with ledger.writing() as log:
            log.add_policy("")
    other.close()


@pytest.mark.skipif(os.name != "posix", reason="named pipes are files of POSIX systems")
@pytest.mark.parametrize("read_only", [False, True])
def test_a_pipe_is_no_ledger(tmp_path: Path, read_only: bool) -> None:
    """A named pipe is refused at once, and its mode stays."""
    path = tmp_path / "pipe"
    os.mkfifo(path, 0o644)
    with pytest.raises(LedgerError, match="a device or a pipe"):
        Ledger.open(path, read_only=read_only)
    assert path.stat().st_mode & 0o777 == 0o644
