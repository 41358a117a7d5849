"""A checkpoint kept elsewhere, held against the ledger and against bundles: what it shows, and what only it shows."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from isolation.ledger import Ledger
from isolation.ledger.bundle import verify_bundle
from isolation.ledger.checkpoint import Checkpoint, parse_key, parse_note, require_signed, sign_checkpoint
from isolation.ledger.choosing import Wanted
from isolation.ledger.proofs import StoredTree, signed_checkpoint, verifier_key
from isolation.ledger.stored_checkpoint import (
    Comparison,
    DamagedCheckpoint,
    NotACheckpoint,
    compare_bundle,
    compare_ledger,
    read_checkpoint,
)
from isolation.model import Session
from isolation.policy import Policy
from isolation.reports.bundle import Request, make_bundle

from .conftest import HOUR, NOON, ROUTER, fill
from .forge import six_entries


class Kept:
    """A ledger's file, which can be put back as it was."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.backup = path.with_suffix(".backup")

    def save(self) -> None:
        """Remembers the file as it is."""
        shutil.copy2(self.path, self.backup)

    def restore(self) -> None:
        """Puts it back."""
        shutil.copy2(self.backup, self.path)

    def grow(self, *accounts: str) -> None:
        """Records sessions."""
        with Ledger.open(self.path) as ledger:
            for account in accounts:
                with ledger.writing() as log:
                    log.add_session(Session(account, NOON, readings=(ROUTER,)))

    def checkpoint(self) -> str:
        """Signs what is there now."""
        with Ledger.open(self.path, read_only=True) as ledger:
            return signed_checkpoint(ledger)[1]

    def compare(self, signed: str) -> Comparison:
        """Verifies the ledger and holds it against a checkpoint."""
        with Ledger.open(self.path, read_only=True) as ledger:
            result = ledger.verify()
            assert result.intact
            return compare_ledger(ledger, read_checkpoint(signed.encode()), result.size, result.root)


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """A ledger that is closed between uses."""
    path = tmp_path / "kept" / "ledger.sqlite3"
    with Ledger.open(path, key_store="file") as ledger:
        fill(ledger)
    return Kept(path)


def test_a_checkpoint_is_signed_over_the_ledgers_root(kept: Kept) -> None:
    """Origin, size and root are the ledger's, and its public key verifies the note."""
    note = parse_note(kept.checkpoint().encode())
    with Ledger.open(kept.path, read_only=True) as ledger:
        assert note.checkpoint == Checkpoint(ledger.origin, ledger.size, ledger.root)
        assert require_signed(note, [parse_key(verifier_key(ledger).text())]) == verifier_key(ledger)


def test_every_earlier_checkpoint_stays_consistent(kept: Kept) -> None:
    """However the ledger grows, it continues every checkpoint that was ever signed."""
    signed = []
    for number in range(9):
        signed.append(kept.checkpoint())
        kept.grow(f"store-{number}")
    assert {kept.compare(one).state for one in signed} == {"consistent"}
    assert "9 more" in kept.compare(signed[0]).text
    assert "nothing was recorded since" in kept.compare(kept.checkpoint()).text


def test_a_cut_tail_shows_against_a_checkpoint_only(kept: Kept) -> None:
    """A ledger put back as it was verifies by itself; a checkpoint from after shows that entries are gone."""
    kept.save()
    kept.grow("store-x")
    signed = kept.checkpoint()
    kept.restore()
    found = kept.compare(signed)
    assert found.state == "truncated"
    assert "truncated or rolled back" in found.text


def test_a_ledger_rolled_back_and_continued_is_forked(kept: Kept) -> None:
    """A copy that went on in another way, as long or longer, is told from the log that was signed."""
    kept.save()
    kept.grow("store-x")
    signed = kept.checkpoint()
    kept.restore()
    for _ in range(2):
        kept.grow("store-y")
        found = kept.compare(signed)
        assert found.state == "forked"
        assert "rewritten, or rolled back" in found.text


def test_another_ledger_in_its_place_shows(kept: Kept, tmp_path: Path) -> None:
    """A checkpoint of another log says so: the whole ledger may have been replaced."""
    other = tmp_path / "other.sqlite3"
    with Ledger.open(other, key_store="file") as ledger:
        signed = signed_checkpoint(ledger)[1]
    assert kept.compare(signed).state == "foreign"


def test_an_altered_checkpoint_is_no_evidence(kept: Kept) -> None:
    """A kept checkpoint whose text was changed, or that a stranger signed, does not count for or against the ledger."""
    signed = kept.checkpoint()
    size = signed.split("\n")[1]
    assert kept.compare(signed.replace(f"\n{size}\n", f"\n{int(size) - 1}\n")).state == "altered"
    checkpoint = parse_note(signed.encode()).checkpoint
    assert kept.compare(sign_checkpoint(checkpoint, b"s" * 32)).state == "altered"


def test_a_checkpoint_of_nothing_proves_nothing(kept: Kept) -> None:
    """An empty tree is the beginning of every log: holding against it tells nothing."""
    with Ledger.open(kept.path, read_only=True) as ledger:
        seed = ledger.keys.secret("sign")
        signed = sign_checkpoint(Checkpoint(ledger.origin, 0, bytes(32)), seed)
    assert kept.compare(signed).state == "unknown"


def test_a_file_that_is_no_checkpoint() -> None:
    """Something else is told from a checkpoint that was damaged."""
    for data in (b"", b"a,b\n1,2\n", b"\xff\xfe", json.dumps({"a": 1}).encode()):
        with pytest.raises(NotACheckpoint):
            read_checkpoint(data)
    for data in (b"isolation/00\n7\n", "x\n07\n\n— isolation/00 AAAA\n".encode()):
        with pytest.raises(DamagedCheckpoint):
            read_checkpoint(data)


def test_the_tree_proves_every_earlier_size(kept: Kept) -> None:
    """Roots and proofs are made for any size that the log ever had."""
    kept.grow(*(f"store-{number}" for number in range(20)))
    with Ledger.open(kept.path, read_only=True) as ledger:
        tree = StoredTree(ledger)
        assert tree.root(ledger.size) == ledger.root
        assert tree.root(1) == ledger.connection.execute("SELECT leaf FROM entries WHERE i = 0").fetchone()[0]
        assert tree.inclusion(0, 1) == []
        assert len(tree.consistency(3, ledger.size)) > 0


def test_a_bundle_against_a_checkpoint(kept: Kept) -> None:
    """The same checkpoint agrees; one of another size needs the ledger; one of another log or key speaks against it."""
    with Ledger.open(kept.path) as ledger:
        result = verify_bundle(make_bundle(ledger, Policy(), Request("plum-garden")).data)
        same = signed_checkpoint(ledger)[1]
        seed = ledger.keys.secret("sign")
        origin, size = ledger.origin, ledger.size
    kept.grow("store-x")

    def state(signed: str) -> str:
        return compare_bundle(result, read_checkpoint(signed.encode())).state

    assert state(same) == "consistent"
    assert state(kept.checkpoint()) == "unknown"
    assert state(sign_checkpoint(Checkpoint(origin, size, bytes(32)), seed)) == "forked"
    assert state(sign_checkpoint(Checkpoint(origin, size, bytes(32)), b"s" * 32)) == "altered"
    assert state(six_entries().document([1])["checkpoint"]) == "foreign"


def test_a_bundle_shows_a_gap_that_was_erased(kept: Kept) -> None:
    """After an erasure the account's numbers show the gap, and the bundle says that entries of the log were erased."""
    with Ledger.open(kept.path) as ledger:
        with ledger.writing() as log:
            log.add_session(Session("plum-garden", NOON + 9 * HOUR, readings=(ROUTER,)))
        entries = [row[0] for row in ledger.connection.execute("SELECT entry FROM sessions ORDER BY entry")]
        with ledger.writing() as log:
            log.erase(Wanted(entries=tuple(entries[3:4])), "a test", "a test")
        bundle = make_bundle(ledger, Policy(), Request("plum-garden"))
    assert bundle.result.intact
    assert bundle.result.missing == (("Plum-Garden", 2, 2),)
    statement = bundle.result.statement
    assert statement is not None
    assert statement["omitted"]["erased"] == 1
