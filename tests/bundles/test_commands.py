"""`isolation export` and `isolation verify FILE`, run as processes: files, exit codes, what is printed."""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from .conftest import TOOL

LOG = (
    "User,When,IP,Who\nplum,2026-03-01T10:00:00Z,8.8.8.8,lisbeth\nkiosk,2026-03-01T12:00:00Z,8.8.8.8,\n"
    "plum,2026-03-02T10:00:00Z,9.9.9.9,\nplum,2026-03-03T10:00:00Z,9.9.9.9,\n"
)
MAP = ("--map", "account=User", "--map", "time=When", "--map", "public_ip=IP", "--map", "operator=Who")


class Outcome(NamedTuple):
    """What a command gave back."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on stdout."""
        return dict(json.loads(self.out))


Cli = Callable[..., Outcome]


@pytest.fixture
def cli(home: Path) -> Cli:
    """Runs `python -m isolation ARGUMENTS…`."""

    def run(*arguments: object) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "isolation", *map(str, arguments)], capture_output=True, timeout=120, check=False
        )
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture
def filled(cli: Cli, tmp_path: Path) -> Cli:
    """The same with a small ledger."""
    log = tmp_path / "log.csv"
    log.write_text(LOG, encoding="utf-8")
    assert cli("init", "--key-store", "file").code == 0
    assert cli("import", log, *MAP).code == 0
    return cli


def test_a_bundle_is_written_and_verified_elsewhere(filled: Cli, home: Path, tmp_path: Path) -> None:
    """The file is the owner's only; it verifies without ledger, policy and key, by both verifiers."""
    path = tmp_path / "plum.bundle"
    made = filled("--format", "json", "export", "--account", "PLUM", "-o", path)
    assert made.code == 0
    assert made.document["digest"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (made.document["entries"], made.document["findings"]) == (3, 1)
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    shutil.rmtree(home)
    verified = filled("--format", "json", "verify", path)
    assert verified.code == 0
    document = verified.document
    assert document["intact"] is True
    assert document["kind"] == "bundle"
    assert document["fingerprint"] == made.document["fingerprint"]
    assert [entry["values"]["begin"] for entry in document["entries"]] == [
        "2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z", "2026-03-03T10:00:00Z",
    ]  # fmt: skip
    assert document["proves"]
    assert document["does_not_prove"]
    assert not home.exists()
    assert subprocess.run([sys.executable, TOOL, path], capture_output=True, check=False).returncode == 0


def test_verifying_says_intact_and_what_that_means(filled: Cli, tmp_path: Path) -> None:
    """The text says whose entries, the key's fingerprint, what is missing and omitted, and the limits; never `true`."""
    path = tmp_path / "plum.bundle"
    fingerprint = filled("--format", "json", "export", "--account", "plum", "--since", "2026-03-02", "-o", path)
    text = filled("verify", path)
    assert text.code == 0
    assert text.out.startswith("Intact: 2 entries of plum.")
    assert fingerprint.document["fingerprint"] in text.out
    assert "entry 1 of this account is not in this bundle" in text.out
    assert "It does not prove:" in text.out
    assert "authentic" not in text.out.lower()


def test_a_damaged_bundle_exits_3(filled: Cli, tmp_path: Path) -> None:
    """One changed byte makes it damaged, and nothing of what it says is repeated."""
    path = tmp_path / "plum.bundle"
    filled("export", "--account", "plum", "-o", path)
    path.write_bytes(path.read_bytes().replace(b'"2026', b'"2027', 1))
    text, document = filled("verify", path), filled("--format", "json", "verify", path)
    assert (text.code, document.code) == (3, 3)
    assert text.out.startswith("DAMAGED")
    assert "plum" not in text.out
    assert document.document["intact"] is False
    assert document.document["problems"]
    assert document.document["proves"] == document.document["entries"] == []


@pytest.mark.parametrize("content", [b"", b"a,b\n", b'{"schema":"isolation.audit/1"}', b"[" * 3000])
def test_what_is_no_bundle_exits_2(cli: Cli, tmp_path: Path, content: bytes) -> None:
    """Another file, a folder, or no file at all is a usage error."""
    path = tmp_path / "other"
    path.write_bytes(content)
    for name in (path, tmp_path, tmp_path / "missing"):
        outcome = cli("verify", name)
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err.startswith("isolation: ")


def test_disclosing_is_announced(filled: Cli, tmp_path: Path) -> None:
    """A disclosed account is named in the bundle, on stderr and in the document; otherwise it is a pseudonym."""
    path = tmp_path / "plum.bundle"
    assert filled("export", "--account", "plum", "-o", path).err == ""
    assert b"kiosk" not in path.read_bytes()
    assert "account-" in filled("verify", path).out
    made = filled("--format", "json", "export", "--account", "plum", "--disclose", "kiosk", "-o", path)
    assert made.document["disclosed"] == ["kiosk"]
    assert "names kiosk" in made.err
    assert b"kiosk" in path.read_bytes()
    (finding,) = filled("--format", "json", "verify", path).document["findings"]
    assert finding["accounts"] == ["kiosk", "plum"]


def test_a_bundle_of_a_person_hides_the_accounts(filled: Cli, tmp_path: Path) -> None:
    """`--operator` with `--proof` proves what that person did, with the accounts as pseudonyms."""
    path = tmp_path / "lisbeth.bundle"
    made = filled("--format", "json", "export", "--operator", "Lisbeth", "--proof", "-o", path)
    assert made.document["entries"] == 1
    assert b"plum" not in path.read_bytes()
    assert filled("verify", path).out.startswith("Intact: 1 entry of lisbeth.")


@pytest.mark.parametrize(
    "arguments",
    [
        ("-o", "x"), ("--account", "nobody", "-o", "x"), ("--operator", "nobody", "-o", "x"), ("--account", "plum"),
        ("--account", "plum", "--disclose", "nobody", "-o", "x"), ("--account", "plum", "--open", "mapped", "-o", "x"),
        ("--account", "plum", "--hide", "account", "-o", "x"), ("--account", "plum", "--since", "soon", "-o", "x"),
        ("--account", "plum", "--checkpoint", "-o", "x"), ("--account", "plum", "-o", "no/such/folder/x"),
        ("--account", "plum", "-o", "."), ("--account", "a\x1bb", "-o", "x"),
    ],
)  # fmt: skip
def test_a_wrong_call_exits_2_and_logs_nothing(filled: Cli, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """What cannot be exported is one sentence; no file is left and no bundle is recorded."""
    before = sorted(tmp_path.iterdir())
    size = filled("--format", "json", "verify").document["size"]
    outcome = filled("export", *(tmp_path / one if one == "x" else one for one in arguments))
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("isolation: ")
    assert sorted(tmp_path.iterdir()) == before
    assert filled("--format", "json", "verify").document["size"] == size


def test_without_a_ledger_nothing_is_exported(cli: Cli, home: Path, tmp_path: Path) -> None:
    """Exporting makes no ledger."""
    for arguments in (("--account", "plum"), ("--checkpoint",)):
        assert cli("export", *arguments, "-o", tmp_path / "x").code == 1
    assert not (home / "ledger.sqlite3").exists()


def test_a_checkpoint_is_kept_and_held_against_the_ledger(filled: Cli, home: Path, tmp_path: Path) -> None:
    """`export --checkpoint` records nothing; `verify --checkpoint` says consistent, truncated, forked or foreign."""
    path, ledger = tmp_path / "kept.checkpoint", home / "ledger.sqlite3"
    backup = tmp_path / "backup"
    shutil.copy2(ledger, backup)
    filled("declare", "plum", "--time", "2026-03-05T10:00:00Z")
    made = filled("--format", "json", "export", "--checkpoint", "-o", path)
    assert made.document["size"] == filled("--format", "json", "verify").document["size"]
    assert path.read_text(encoding="utf-8").split("\n")[1] == str(made.document["size"])

    def verdict() -> tuple[int, str, bool]:
        outcome = filled("--format", "json", "verify", "--checkpoint", path)
        return outcome.code, outcome.document["checkpoint"]["state"], outcome.document["intact"]

    assert verdict() == (0, "consistent", True)
    filled("declare", "plum", "--time", "2026-03-06T10:00:00Z")
    assert verdict() == (0, "consistent", True)
    shutil.copy2(backup, ledger)
    assert verdict() == (3, "truncated", False)
    assert "truncated or rolled back" in filled("verify", "--checkpoint", path).out
    filled("declare", "kiosk", "--time", "2026-03-07T10:00:00Z")
    assert verdict() == (3, "forked", False)
    shutil.rmtree(home)
    assert filled("init", "--key-store", "file").code == 0
    assert verdict() == (3, "foreign", False)


def test_a_damaged_checkpoint_exits_3_and_another_file_2(filled: Cli, tmp_path: Path) -> None:
    """A checkpoint that no longer reads is damaged; a file that never was one is a usage error."""
    path = tmp_path / "kept.checkpoint"
    filled("export", "--checkpoint", "-o", path)
    whole = path.read_text(encoding="utf-8")
    for damaged in (
        whole.replace("\n\n", "\n"),
        whole + "x",
        whole.replace("\n", "\r\n"),
        whole.replace("\n", "\n0", 1),
    ):
        path.write_bytes(damaged.encode())
        assert filled("verify", "--checkpoint", path).code == 3
    path.write_bytes(b"something else\n")
    assert filled("verify", "--checkpoint", path).code == 2


def test_a_bundle_against_a_kept_checkpoint(filled: Cli, tmp_path: Path) -> None:
    """A bundle and the checkpoint of its own moment agree; of another size it cannot be told, and exits 10."""
    bundle, kept = tmp_path / "plum.bundle", tmp_path / "kept.checkpoint"
    filled("export", "--checkpoint", "-o", kept)
    filled("export", "--account", "plum", "-o", bundle)
    outcome = filled("--format", "json", "verify", bundle, "--checkpoint", kept)
    assert (outcome.code, outcome.document["checkpoint"]["state"]) == (10, "unknown")
    assert outcome.document["unchecked"]
    filled("export", "--checkpoint", "-o", kept)
    assert filled("verify", bundle, "--checkpoint", kept).code == 0


def test_names_reach_the_terminal_escaped(filled: Cli, tmp_path: Path) -> None:
    """A bundle from a stranger cannot move the reader's cursor."""
    from .forge import Log

    made = Log()
    made.session(1, "store\x1b[2J\u202e")
    path = tmp_path / "hostile.bundle"
    path.write_bytes(
        made.bundle([0], before=lambda statement: statement["subject"]["account"].update(name="\x1b[31mstore\n"))
    )
    for outcome in (filled("verify", path), filled("--format", "json", "verify", path)):
        assert outcome.code == 0
        assert all(character.isprintable() or character == "\n" for character in outcome.out)
    printed = subprocess.run([sys.executable, TOOL, path], capture_output=True, check=False).stdout.decode("ascii")
    assert all(character.isprintable() or character == "\n" for character in printed.replace("\r", ""))
