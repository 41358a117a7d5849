"""Backups made while others write, restored without going back in time unseen."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from isolation.errors import KeyUnavailable, LedgerDamaged, LedgerError, UsageError
from isolation.ledger import Ledger
from isolation.ledger.backup import back_up, copy_keys
from isolation.ledger.choosing import Wanted
from isolation.ledger.proofs import StoredTree
from isolation.ledger.remembered import remembered, remembered_path
from isolation.ledger.restoring import RollbackRefused, restore

from .conftest import HERE, Isolation, record


def write_on(path: str, count: int, ready: object) -> None:
    """Appends sessions, each in a process's own short transaction."""
    ready.set()  # type: ignore[attr-defined]  # an event
    for _ in range(count):
        with Ledger.open(path, create=False) as ledger:
            record(ledger)


def test_a_backup_is_a_whole_ledger_readable_by_its_owner_only(kept: Ledger, tmp_path: Path) -> None:
    """A backup has the ledger's size and root, verifies with the ledger's keys, and is 0600 whatever the umask."""
    before = os.umask(0)
    try:
        made = back_up(kept, str(tmp_path / "backup.sqlite3"))
    finally:
        os.umask(before)
    assert (made.size, made.root) == (kept.size, kept.root)
    assert stat.S_IMODE(os.stat(made.path).st_mode) == 0o600
    key = os.path.splitext(kept.path)[0] + ".key"
    with Ledger.open(made.path, read_only=True, environment={"ISOLATION_KEY_FILE": key}) as copied:
        result = copied.verify()
    assert result.intact
    assert result.unchecked == ()


def test_the_keys_are_not_in_a_backup(kept: Ledger, tmp_path: Path) -> None:
    """A backup holds no secret in any spelling; the keys go into a file of their own only when that is named."""
    back_up(kept, str(tmp_path / "backup.sqlite3"))
    content = (tmp_path / "backup.sqlite3").read_bytes()
    for name in ("index", "seal", "sign"):
        secret = kept.keys.secret(name)
        assert secret not in content
        assert secret.hex().encode() not in content
    assert sorted(os.listdir(tmp_path)) == ["backup.sqlite3", "home"]
    copy_keys(kept, str(tmp_path / "keys"))
    assert stat.S_IMODE(os.stat(tmp_path / "keys").st_mode) == 0o600
    with Ledger.open(tmp_path / "backup.sqlite3", environment={"ISOLATION_KEY_FILE": str(tmp_path / "keys")}) as ledger:
        assert ledger.verify().unchecked == ()
    with pytest.raises(UsageError, match="never overwritten"):
        copy_keys(kept, str(tmp_path / "keys"))


def test_a_backup_never_takes_another_files_place(kept: Ledger, tmp_path: Path) -> None:
    """Where there is something by that name the backup is refused, and nothing is left beside it."""
    target = tmp_path / "backup.sqlite3"
    target.write_text("precious")
    with pytest.raises(UsageError, match="never overwritten"):
        back_up(kept, str(target))
    assert target.read_text() == "precious"
    assert sorted(os.listdir(tmp_path)) == ["backup.sqlite3", "home"]
    with pytest.raises(LedgerError):
        back_up(kept, str(tmp_path / "no" / "such" / "folder"))


def test_backups_beside_writers_are_each_one_state(kept: Ledger, tmp_path: Path) -> None:
    """Ten backups taken while two processes append are intact, each the beginning of the next, and no entry is lost."""
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    writers = [context.Process(target=write_on, args=(kept.path, 40, ready)) for _ in range(2)]
    for writer in writers:
        writer.start()
    assert ready.wait(60)
    key = os.path.splitext(kept.path)[0] + ".key"
    sizes = []
    for number in range(10):
        made = back_up(kept, str(tmp_path / f"{number}.sqlite3"))
        with Ledger.open(made.path, read_only=True, environment={"ISOLATION_KEY_FILE": key}) as copied:
            assert copied.verify().problems == ()
        assert StoredTree(kept).root(made.size) == made.root
        sizes.append(made.size)
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert sizes == sorted(sizes)
    assert kept.size >= 90


@pytest.fixture
def backup(kept: Ledger, tmp_path: Path) -> str:
    """A backup of the ledger with ten sessions; the ledger is closed."""
    made = back_up(kept, str(tmp_path / "backup.sqlite3"))
    kept.close()
    return made.path


def test_a_backup_of_the_present_state_is_restored(kept: Ledger, backup: str) -> None:
    """The same state goes in without a word; the replaced file is kept and the restoring is recorded."""
    restored = restore(backup, kept.path)
    assert restored.rolled_back == ()
    assert Path(restored.kept).name.startswith("ledger.replaced-")
    with Ledger.open(kept.path) as ledger:
        assert (ledger.size, ledger.root) == (restored.size, restored.root)
        assert restored.size == 11 + 1
        assert ledger.verify().problems == ()
        assert ledger.opener().fields(ledger.connection.execute, restored.entry) == {"lost": []}
        record(ledger)


def test_a_lost_ledger_comes_back(kept: Ledger, backup: str) -> None:
    """Where the ledger is gone, or is no database any more, the backup takes its place and the remains are kept."""
    os.unlink(kept.path)
    restored = restore(backup, kept.path)
    assert restored.kept == ""
    Path(kept.path).write_bytes(b"no database at all" * 1000)
    Path(kept.path + "-journal").write_bytes(b"left over")
    restored = restore(backup, kept.path, accept_rollback="the disk failed")
    assert any("cannot be read" in note for note in restored.notes)
    assert Path(restored.kept).read_bytes().startswith(b"no database")
    assert not os.path.exists(kept.path + "-journal")
    with Ledger.open(kept.path) as ledger:
        assert ledger.verify().problems == ()


def test_a_ledger_with_a_damaged_page_can_be_replaced(kept: Ledger, backup: str) -> None:
    """A ledger whose pages are overwritten stops no restoring; it is kept as it is."""
    content = bytearray(Path(kept.path).read_bytes())
    content[4096 : len(content) - 4096] = b"\xa5" * (len(content) - 8192)
    Path(kept.path).write_bytes(content)
    restored = restore(backup, kept.path)
    assert Path(restored.kept).read_bytes() == content
    with Ledger.open(kept.path) as ledger:
        assert ledger.verify().problems == ()


def test_an_older_backup_is_a_rollback(kept: Ledger, backup: str) -> None:
    """A backup with fewer entries than the ledger is refused by their number; nothing is changed."""
    with Ledger.open(kept.path) as ledger:
        record(ledger, 3)
        root = ledger.root
    with pytest.raises(RollbackRefused, match="11 entries, and 14 are known; 3 entries are not in it") as refused:
        restore(backup, kept.path)
    assert "--accept-rollback" in refused.value.hint
    with Ledger.open(kept.path) as ledger:
        assert ledger.root == root
    assert [name for name in os.listdir(Path(kept.path).parent) if name.startswith(".")] == []


def test_a_rollback_is_noticed_after_the_ledger_is_gone(kept: Ledger, backup: str, tmp_path: Path) -> None:
    """The checkpoint that is remembered beside the ledger still tells that the backup is older."""
    with Ledger.open(kept.path) as ledger:
        record(ledger, 3)
        back_up(ledger, str(tmp_path / "newer.sqlite3"))
    os.unlink(kept.path)
    with pytest.raises(RollbackRefused, match="14 are known"):
        restore(backup, kept.path)
    assert not os.path.exists(kept.path)
    assert restore(str(tmp_path / "newer.sqlite3"), kept.path).rolled_back == ()


def test_an_accepted_rollback_is_recorded_with_its_reason(kept: Ledger, backup: str) -> None:
    """With a reason the older state is restored, and the log says what was lost and why; the old file has the rest."""
    with Ledger.open(kept.path) as ledger:
        record(ledger, 3)
        newer = ledger.root
    restored = restore(backup, kept.path, accept_rollback="the last ones were a rehearsal")
    with Ledger.open(kept.path) as ledger:
        fields = ledger.opener().fields(ledger.connection.execute, restored.entry)
        assert fields["reason"] == "the last ones were a rehearsal"
        assert "3 entries are not in it" in fields["lost"][0]
        assert ledger.verify().problems == ()
        note = remembered(kept.path)
        assert note is not None
        assert note.checkpoint.root == ledger.root
    key = os.path.splitext(kept.path)[0] + ".key"
    with Ledger.open(restored.kept, read_only=True, environment={"ISOLATION_KEY_FILE": key}) as old:
        assert old.root == newer


def test_a_backup_that_went_another_way_is_refused(kept: Ledger, backup: str, tmp_path: Path) -> None:
    """Where backup and ledger were both written on, the fork is named, whichever is longer."""
    branch = tmp_path / "branch.sqlite3"
    shutil.copy(backup, branch)
    key = os.path.splitext(kept.path)[0] + ".key"
    with Ledger.open(branch, environment={"ISOLATION_KEY_FILE": key}) as ledger:
        record(ledger, 5, "other")
    with Ledger.open(kept.path) as ledger:
        record(ledger, 3)
    with pytest.raises(RollbackRefused, match="grown apart"):
        restore(str(branch), kept.path)


def test_another_ledgers_backup_is_refused(kept: Ledger, backup: str, tmp_path: Path) -> None:
    """A backup of another origin does not take this ledger's place without a word."""
    other = tmp_path / "other" / "ledger.sqlite3"
    with Ledger.open(other, key_store="file") as ledger:
        back_up(ledger, str(tmp_path / "other.sqlite3"))
    key = str(other.with_suffix(".key"))
    with pytest.raises(RollbackRefused, match="another one"):
        restore(str(tmp_path / "other.sqlite3"), kept.path, environment=os.environ | {"ISOLATION_KEY_FILE": key})


def test_a_damaged_backup_is_refused(kept: Ledger, backup: str) -> None:
    """A backup in which something was changed is refused before anything is touched."""
    connection = sqlite3.connect(backup)
    connection.execute("UPDATE sessions SET begin = begin + 1 WHERE entry = 3")
    connection.commit()
    connection.close()
    before = Path(kept.path).read_bytes()
    with pytest.raises(LedgerDamaged, match="entry 3"):
        restore(backup, kept.path)
    assert Path(kept.path).read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"text", b"SQLite format 3\0" + bytes(84)])
def test_what_is_no_backup_is_refused(kept: Ledger, tmp_path: Path, content: bytes) -> None:
    """An empty file, a text and a torn database are refused by a sentence."""
    (tmp_path / "x").write_bytes(content)
    with pytest.raises((LedgerError, UsageError)):
        restore(str(tmp_path / "x"), kept.path)


def test_the_ledger_itself_is_no_backup(kept: Ledger, tmp_path: Path) -> None:
    """Restoring a ledger onto itself is refused, also by another name of it."""
    os.link(kept.path, tmp_path / "same")
    with pytest.raises(UsageError, match="the ledger itself"):
        restore(str(tmp_path / "same"), kept.path)


def test_what_was_erased_does_not_come_back_unseen(kept: Ledger, backup: str) -> None:
    """A backup from before an erasure is refused, and the sentence says what it would bring back."""
    with Ledger.open(kept.path) as ledger:
        with ledger.writing() as log:
            log.erase(Wanted(accounts=("store-0",)), "a test")
        ledger.sweep()
    with pytest.raises(RollbackRefused, match="bring back 4 erased entries"):
        restore(backup, kept.path)


def test_without_its_keys_a_backup_is_not_restored(kept: Ledger, backup: str, tmp_path: Path) -> None:
    """On a machine without the keys restoring says so; with a file of the keys it puts them back."""
    with Ledger.open(kept.path) as ledger:
        copy_keys(ledger, str(tmp_path / "keys"))
    elsewhere = str(tmp_path / "elsewhere" / "ledger.sqlite3")
    with pytest.raises(KeyUnavailable):
        restore(backup, elsewhere)
    assert not os.path.exists(elsewhere)
    restore(backup, elsewhere, keys=str(tmp_path / "keys"), here=HERE[:2])
    with Ledger.open(elsewhere) as ledger:
        assert ledger.verify().unchecked == ()
        with ledger.writing() as log:
            assert log.require_machine(HERE[:2]) is None
    (tmp_path / "wrong").write_text("isolation/x 1 index 00\n")
    os.chmod(tmp_path / "wrong", 0o600)
    with pytest.raises(KeyUnavailable, match="not the keys of this ledger"):
        restore(backup, str(tmp_path / "third" / "ledger.sqlite3"), keys=str(tmp_path / "wrong"))


def test_a_process_that_had_the_ledger_open_is_told(kept: Ledger, backup: str) -> None:
    """Whoever writes to a ledger that was replaced meanwhile gets an error, and no entry is lost without a word."""
    with Ledger.open(kept.path) as open_before:
        restore(backup, kept.path)
        with pytest.raises(LedgerError, match="replaced while it was open"):
            record(open_before)


def test_a_wrong_remembered_checkpoint_is_not_heeded(kept: Ledger, backup: str) -> None:
    """A checkpoint beside the ledger that this ledger's key did not sign stops nothing, and is told of."""
    path = Path(remembered_path(kept.path))
    text = path.read_text(encoding="utf-8").splitlines()
    text[1] = "999"
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    restored = restore(backup, kept.path)
    assert any("not heeded" in note for note in restored.notes)
    path.write_text("rubbish", encoding="utf-8")
    with Ledger.open(kept.path) as ledger:
        newer = back_up(ledger, backup + ".2")
    assert restore(newer.path, kept.path).notes == ()


def test_the_commands_say_what_they_did(isolation: Isolation, home: Path, tmp_path: Path) -> None:
    """backup and restore print one document each, and a refused rollback exits 1 with the way on."""
    isolation("init", "--key-store", "file", "--no-earlier-accounts")
    plain = isolation("backup", "-o", str(tmp_path / "plain.sqlite3"))
    assert "keys are not in it" in plain.out
    made = json.loads(isolation("--format", "json", "backup", "-o", str(tmp_path / "b.sqlite3")).out)
    assert (made["schema"], made["keys"]) == ("isolation.backup/1", None)
    isolation("declare", "store-a", "--time", "2026-01-01T00:00:00Z")
    refused = isolation("restore", made["path"])
    assert (refused.code, refused.out) == (1, "")
    assert "--accept-rollback REASON" in refused.err
    document = json.loads(isolation("--format", "json", "restore", made["path"], "--accept-rollback", "test").out)
    assert document["schema"] == "isolation.restore/1"
    assert document["rolled_back"] != []
    assert os.path.exists(document["kept"])
    assert isolation("verify").code == 0


def test_a_backup_of_no_ledger_makes_none(isolation: Isolation, home: Path, tmp_path: Path) -> None:
    """Where there is no ledger the command fails and leaves nothing."""
    assert isolation("backup", "-o", str(tmp_path / "b")).code == 1
    assert not home.exists()
    assert not (tmp_path / "b").exists()


Elsewhere = Callable[[str], tuple[str, ...]]


def test_a_ledger_moves_to_another_machine_by_its_backup(
    isolation: Isolation, another_machine: Elsewhere, home: Path, tmp_path: Path
) -> None:
    """With --here and the keys a backup goes on elsewhere; without --here the first login there is refused."""
    one, other = another_machine("1" * 12 + "4" + "1" * 19), another_machine("2" * 12 + "4" + "2" * 19)
    isolation("init", "--key-store", "file", "--no-earlier-accounts", prefix=one)
    isolation("begin", "store-a", "--allow-unknown", prefix=one)
    assert isolation("backup", "-o", str(tmp_path / "b"), "--keys", str(tmp_path / "k"), prefix=one).code == 0
    for name, more, code in (("plain", (), 1), ("here", ("--here",), 0)):
        there = {"ISOLATION_HOME": str(tmp_path / name)}
        assert (
            isolation("restore", str(tmp_path / "b"), "--keys", str(tmp_path / "k"), *more, prefix=other, **there).code
            == 0
        )
        assert isolation("begin", "store-a", "--allow-unknown", prefix=other, **there).code == code
        assert isolation("verify", **there).code == 0


def test_a_ledger_that_was_put_back_by_a_copy_shows(isolation: Isolation, home: Path, tmp_path: Path) -> None:
    """`verify` holds the ledger against the checkpoint kept beside it: an older file in its place is a rollback."""
    isolation("init", "--key-store", "file", "--no-earlier-accounts")
    shutil.copy(home / "ledger.sqlite3", tmp_path / "old")
    isolation("declare", "store-a", "--time", "2026-01-01T00:00:00Z")
    isolation("backup", "-o", str(tmp_path / "b"))
    assert isolation("verify").code == 0
    shutil.copy(tmp_path / "old", home / "ledger.sqlite3")
    rolled_back = isolation("verify")
    assert rolled_back.code == 3
    assert "rolled back" in rolled_back.out
    assert isolation("restore", str(tmp_path / "b")).code == 0
    assert isolation("verify").code == 0
