"""Rotating the keys: all stays findable and verifiable, and the old keys open nothing any more."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from isolation.errors import KeyUnavailable, LedgerDamaged, UsageError
from isolation.ledger import Ledger
from isolation.ledger.backup import back_up, copy_keys
from isolation.ledger.checkpoint import parse_note
from isolation.ledger.choosing import Wanted
from isolation.ledger.lines import ledger_lines
from isolation.ledger.proofs import known_keys, signed_checkpoint, verifier_key
from isolation.ledger.restoring import RollbackRefused, restore
from isolation.ledger.rotating import rotate
from isolation.ledger.sealing import Unopenable, open_batch
from isolation.ledger.stored_checkpoint import compare_ledger
from isolation.model import Session

from .conftest import HOUR, NOON, PLACE, Keyring, row, seen

ACCOUNTS = ("store-uk", "store-de", "store-fr", "store-it", "store-es", "store-nl", "store-be")
FACTS = [reading for reading in PLACE if reading.identifying and reading.fact != "wifi_scan"]

# Everything that is derived and holds no tag.
PLAIN = (
    "SELECT * FROM sessions", "SELECT * FROM changes", "SELECT * FROM sightings", "SELECT * FROM shared",
    "SELECT * FROM scans", "SELECT * FROM tallies", "SELECT * FROM facts", "SELECT * FROM accounts",
    "SELECT * FROM presences", "SELECT * FROM labels", "SELECT begin, entry FROM rows ORDER BY 1, 2",
    "SELECT * FROM pending", "SELECT * FROM kinds WHERE kind <> 'rotate'",
    "SELECT id, batch, value FROM identifiers ORDER BY 1", "SELECT i, batch, leaf, nodes, body, sealed FROM entries",
)  # fmt: skip


@pytest.fixture
def full(full: Ledger) -> Ledger:
    """With a label that was learnt and an operator's presence as well."""
    with full.writing() as log:
        assert log.add_label("machine", "Laptop A", PLACE[:2])
        assert log.add_row(row("", NOON, seen("public_ip", "203.0.114.7"), operator="Li"), ("public_ip",)) == "recorded"
    return full


def table(path: str | Path, query: str) -> list[tuple[object, ...]]:
    """What a query finds in a ledger's file."""
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def found(ledger: Ledger) -> list[object]:
    """What is found by name and value, and what is shown for it."""
    with ledger.reading() as reader:
        told: list[object] = []
        for name in ACCOUNTS:
            number = reader.account_number(name)
            assert number is not None
            told.append((number, reader.account_name(number)))
        for reading in FACTS:
            identifier = reader.identifier_number(reading.fact, str(reading.value))
            assert identifier is not None
            told.append((identifier, reader.identifier_value(identifier), reader.group(identifier).contacts))
        return told


def test_all_is_found_as_before(full: Ledger) -> None:
    """Numbers, names, values, contacts, sessions and every table without tags are those from before; all verifies."""
    before, lines = found(full), list(ledger_lines(full))[1:]
    plain = [table(full.path, query) for query in PLAIN]
    size = full.size
    rotated = rotate(full, reason="a test")
    assert (rotated.epoch, rotated.entry, rotated.entries) == (2, size, size)
    assert full.epoch == 2
    assert found(full) == before
    assert [one[: len(was)] for one, was in zip((table(full.path, q) for q in PLAIN), plain, strict=True)] == plain
    assert list(ledger_lines(full))[1:] == lines
    result = full.verify()
    assert (result.problems, result.unchecked, result.remarks) == ((), (), ())
    with Ledger.open(full.path, read_only=True) as again:
        assert found(again) == before


def test_what_comes_after_joins_what_was_before(full: Ledger) -> None:
    """Sessions, rows of logs, access points and waiting entries of after meet those of before; three times over."""
    points = table(full.path, "SELECT DISTINCT point FROM scans")
    for epoch in (2, 3, 4):
        assert rotate(full).epoch == epoch
        with full.writing() as log:
            assert log.index_pending() == (1 if epoch == 2 else 0)
            address = seen("public_ip", "203.0.114.7")
            assert log.add_row(row("STORE-it", NOON, address), ("public_ip",)) == "duplicate"
            assert log.add_row(row("store-it", NOON, address, record=f"r{epoch}"), ("public_ip", "record")) == (
                "amended" if epoch == 2 else "recorded"
            )
            log.add_session(Session("Store-uk", NOON + epoch * HOUR, operator="LI", readings=PLACE))
            assert log.add_label("machine", "laptop a", PLACE[:2]) is None
            presence = row("", NOON, seen("public_ip", "203.0.114.7"), operator="li")
            assert log.add_row(presence, ("public_ip",)) == "duplicate"
        assert table(full.path, "SELECT DISTINCT point FROM scans") == points
        result = full.verify()
        assert (result.problems, result.unchecked) == ((), ())
    assert table(full.path, "SELECT DISTINCT epoch FROM batches") == [(4,)]
    assert table(full.path, "SELECT DISTINCT epoch FROM identifiers") == [(4,)]


def test_the_old_keys_open_nothing(full: Ledger, keyring: Keyring) -> None:
    """With the old keys no batch of the file opens, and no tag, MAC or batch key of before is in any byte of it."""
    traces = [one[0] for one in table(full.path, "SELECT tag FROM identifiers")]
    traces += [one[0] for one in table(full.path, "SELECT tag_mac FROM entries WHERE tag_mac NOT NULL")]
    traces += [one[0] for one in table(full.path, "SELECT core FROM rows")]
    traces += [one[0] for one in table(full.path, "SELECT sealed FROM batches")]
    traces += [part for (tags,) in table(full.path, "SELECT tags FROM entries") for part in _tags(tags)]
    rotate(full)
    content = Path(full.path).read_bytes()
    assert len(traces) > 60
    assert [trace for trace in traces if isinstance(trace, bytes) and trace in content] == []
    secret = bytes.fromhex(json.loads(keyring.path.read_text())[f"isolation {full.origin}/1/seal"])
    for batch, epoch, sealed in table(full.path, "SELECT id, epoch, sealed FROM batches"):
        for claimed in (1, epoch):
            with pytest.raises(Unopenable):
                open_batch(secret, sealed, full.origin, claimed, batch)  # type: ignore[arg-type]  # as the table has them


def _tags(packed: object) -> list[bytes]:
    return [packed[at + 2 : at + 18] for at in range(0, len(packed), 18)] if isinstance(packed, bytes) else []


def test_old_checkpoints_stay_consistent_and_the_new_signer_is_vouched_for(full: Ledger) -> None:
    """A checkpoint of the old signer is continued by the rotated ledger; the log's entry tells the new key."""
    old, note = signed_checkpoint(full)
    rotated = rotate(full)
    assert rotated.before != rotated.after == verifier_key(full)
    assert known_keys(full) == (rotated.before, rotated.after)
    compared = compare_ledger(full, parse_note(note.encode()), full.size, full.root)
    assert (compared.state, compared.checkpoint) == ("consistent", old)
    body = json.loads(str(table(full.path, "SELECT CAST(body AS TEXT) FROM entries ORDER BY i DESC LIMIT 1")[0][0]))
    assert body["kind"] == "rotate"
    assert body["open"]["epoch"] == 2


def test_whoever_has_the_ledger_open_goes_on(full: Ledger) -> None:
    """A ledger that was opened, and read, before another one rotated it reads and records under the new keys."""
    with Ledger.open(full.path) as other, Ledger.open(full.path, read_only=True) as reader:
        before = found(other)
        opener, run = other.opener(), reader.connection.execute
        assert found(reader) == before
        rotate(full)
        assert opener.fields(run, 3)["account"] == "Store-UK"  # its batch was open already
        assert opener.fields(other.connection.execute, 9)
        assert found(reader) == before
        with other.writing() as log:
            log.add_session(Session("store-uk", NOON + 9 * HOUR, readings=PLACE))
        assert other.epoch == 2
        assert found(other)[0] == before[0]
        assert other.verify().problems == ()


def test_a_locked_keyring_refuses_and_changes_nothing(full: Ledger, keyring: Keyring) -> None:
    """Where the keys cannot be had, there is no new epoch and the ledger is as it was."""
    before = Path(full.path).read_bytes()
    keyring.become("locked")
    with Ledger.open(full.path) as ledger, pytest.raises(KeyUnavailable):
        rotate(ledger)
    keyring.become("forgetful")  # it takes what it is given, and does not give it back
    with Ledger.open(full.path) as ledger:
        with pytest.raises(KeyUnavailable):
            rotate(ledger)
        assert ledger.epoch == 1
        assert ledger.verify().remarks
    keyring.become("")
    with Ledger.open(full.path) as ledger:
        assert found(ledger)
        assert rotate(ledger).epoch == 3  # no number is used twice
        assert ledger.verify().remarks == ()
    assert Path(full.path).read_bytes() != before


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE entries SET tags = zeroblob(length(tags)) WHERE i = 3",
        "UPDATE entries SET tag_mac = zeroblob(32) WHERE i = 3",
        "UPDATE entries SET sealed = zeroblob(length(sealed)) WHERE i = 3",
        "DELETE FROM rows",
        "UPDATE sightings SET count = count + 1",
    ],
)
def test_a_damaged_ledger_is_refused(full: Ledger, copy_of: Callable[[Ledger], Path], damage: str) -> None:
    """Damage is not put under new MACs: rotating is refused, and nothing changes."""
    path = copy_of(full)
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER entries_update")
    connection.execute(damage)
    connection.commit()
    connection.close()
    with Ledger.open(path) as ledger:
        with pytest.raises(LedgerDamaged, match="were not rotated"):
            rotate(ledger)
        assert ledger.epoch == 1
        assert table(path, "SELECT count(*) FROM epochs") == [(1,)]


@pytest.mark.parametrize("column", ["tags", "tag_mac"])
def test_after_it_every_tag_is_covered_again(full: Ledger, copy_of: Callable[[Ledger], Path], column: str) -> None:
    """Of every entry of either epoch a changed tag or MAC is found by verify."""
    rotate(full)
    query = f"SELECT i FROM entries WHERE length({column}) > 0"  # noqa: S608 - a column's name
    for (entry,) in table(full.path, query):
        path = copy_of(full)
        connection = sqlite3.connect(path)
        connection.execute("DROP TRIGGER entries_update")
        blob = bytearray(connection.execute(f"SELECT {column} FROM entries WHERE i = ?", (entry,)).fetchone()[0])  # noqa: S608 - as above
        blob[-1] ^= 1
        connection.execute(f"UPDATE entries SET {column} = ? WHERE i = ?", (bytes(blob), entry))  # noqa: S608 - as above
        connection.commit()
        connection.close()
        with Ledger.open(path, read_only=True) as ledger:
            assert entry in {one for one, _ in ledger.verify().problems}


def test_a_rotation_that_nobody_vouched_for_is_damage(full: Ledger, copy_of: Callable[[Ledger], Path]) -> None:
    """A rotate entry whose signing key the one before did not sign is named by verify."""
    rotate(full)
    path = copy_of(full)
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER entries_update")
    ((entry, body),) = connection.execute("SELECT i, body FROM entries WHERE instr(body, '\"rotate\"')").fetchall()
    at = body.index(b'"vouch":"') + 12
    changed = body[:at] + (b"A" if body[at : at + 1] != b"A" else b"B") + body[at + 1 :]
    connection.execute("UPDATE entries SET body = ? WHERE i = ?", (changed, entry))
    connection.commit()
    connection.close()
    with Ledger.open(path, read_only=True) as ledger:
        assert any(one == entry and "vouch" in text for one, text in ledger.verify().problems)


def test_keys_move_between_the_stores(full: Ledger, keyring: Keyring, tmp_path: Path) -> None:
    """A rotation can take the keys from the keyring to a file and back; the ledger tells which it is."""
    before = found(full)
    assert rotate(full, key_store="file").key_store == "file"
    keyring.become("locked")
    with Ledger.open(full.path) as ledger:
        assert ledger.key_store == "file"
        assert found(ledger) == before
    keyring.become("")
    assert rotate(full, key_store="keyring", destroy_old=True).destroyed == (1, 2)
    assert (tmp_path / "full" / "ledger.key").read_bytes() == b""
    assert set(json.loads(keyring.path.read_text())) == {
        f"isolation {full.origin}/3/{name}" for name in ("index", "seal", "sign", "scan")
    }
    assert found(full) == before
    assert full.verify().problems == ()
    with pytest.raises(UsageError):
        rotate(full, key_store="paper")


def test_a_backup_from_before(full: Ledger, tmp_path: Path) -> None:
    """It is a rollback that brings back the old keys, and says so; accepted, it opens while those are kept, and its
    next rotation spares the keys of the ledger that it replaced."""
    backup = tmp_path / "backup"
    back_up(full, str(backup))
    before = found(full)
    rotate(full)
    path = full.path
    full.close()
    with pytest.raises(RollbackRefused, match="keys of epoch 1"):
        restore(str(backup), path)
    kept = restore(str(backup), path, accept_rollback="a test").kept
    with Ledger.open(path) as ledger:
        assert ledger.epoch == 1
        assert found(ledger) == before
        assert rotate(ledger).epoch == 3
        assert found(ledger) == before
    Path(kept).rename(path)
    with Ledger.open(path) as ledger:
        assert ledger.epoch == 2
        assert found(ledger) == before


def test_a_backup_from_before_where_the_ledger_is_gone(full: Ledger, tmp_path: Path) -> None:
    """The checkpoint that lies beside the ledger tells of the rollback, though the backup does not know its signer."""
    backup = tmp_path / "backup"
    back_up(full, str(backup))
    rotate(full)
    full.close()
    Path(full.path).unlink()
    with pytest.raises(RollbackRefused, match="later key"):
        restore(str(backup), full.path)


def test_destroyed_keys_open_no_backup(full: Ledger, keyring: Keyring, tmp_path: Path) -> None:
    """Once the old keys are destroyed a backup from before cannot be read; one from after can, with its keys alone."""
    back_up(full, str(tmp_path / "before"))
    rotate(full, destroy_old=True)
    back_up(full, str(tmp_path / "after"))
    copy_keys(full, str(tmp_path / "keys"))
    before = found(full)
    with Ledger.open(tmp_path / "before", read_only=True) as ledger:
        problem = ledger.key_problem
        assert problem is not None
        assert problem.reason == "lost"
    full.close()
    keyring.path.write_text("{}")
    target = tmp_path / "elsewhere" / "ledger.sqlite3"
    restore(str(tmp_path / "after"), str(target), keys=str(tmp_path / "keys"))
    with Ledger.open(target) as ledger:
        assert found(ledger) == before
        assert rotate(ledger).epoch == 3


def test_erasing_and_rotating_in_any_order(full: Ledger) -> None:
    """What is erased before or after stays erased, its number in the account is not given again, and all verifies."""
    for account in ("store-de", "store-it"):
        with full.writing() as log:
            assert log.erase(Wanted(accounts=(account,)), "a test").gone == 1
        full.sweep()
        rotate(full)
        with full.reading() as reader:
            assert reader.account_number(account) is None
        result = full.verify()
        assert (result.problems, result.unchecked, result.remarks) == ((), (), ())
    with full.writing() as log:
        log.add_session(Session("store-it", NOON, readings=PLACE[:2]))
    assert full.verify().problems == ()


def test_an_interrupted_rotation_in_a_backup_spares_living_keys(full: Ledger, tmp_path: Path) -> None:
    """A backup made while a rotation ran carries its mark; restored, it leads to no living key being taken away."""
    connection = full.connection
    rotate(full)
    shutil.copy2(full.path, tmp_path / "living")
    connection.execute("INSERT INTO meta VALUES ('rotating', ?)", (f"2 keyring {full.keys.fingerprint}",))
    back_up(full, str(tmp_path / "backup"))
    connection.execute("DELETE FROM meta WHERE name = 'rotating'")
    path = full.path
    full.close()
    restore(str(tmp_path / "backup"), path)
    with Ledger.open(path) as ledger:
        rotate(ledger)
    with Ledger.open(tmp_path / "living", read_only=True) as ledger:
        assert ledger.key_problem is None
