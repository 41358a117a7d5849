"""Cases that no other folder holds whole: duplicated entries, bodies in another form, edited tags, full disks."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from isolation.ledger import Ledger
from isolation.ledger.merkle import leaf_hash
from isolation.model import Session

from ..backup.conftest import Isolation
from ..conftest import NOON

Problems = list[tuple[int | None, str]]


@pytest.fixture
def three(ledger: Ledger) -> Ledger:
    """A ledger whose last entry, of an even index, completes no subtree: nothing in the tree hangs on its leaf."""
    for number in range(2):
        with ledger.writing() as log:
            log.add_session(Session("store-a", NOON + number))
    assert ledger.size == 3
    return ledger


def problems(ledger: Ledger, tmp_path: Path, *statements: tuple[object, ...], keys: bool = True) -> Problems:
    """What verifying a copy finds after these statements, beside the triggers that are gone."""
    path = tmp_path / "tampered.sqlite3"
    shutil.copy(ledger.path, path)
    connection = sqlite3.connect(path, isolation_level=None)
    for (trigger,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    for statement, *values in statements:
        connection.execute(str(statement), tuple(values))
    connection.close()
    key = os.path.splitext(ledger.path)[0] + ".key" if keys else str(tmp_path / "no.key")
    with Ledger.open(path, read_only=True, environment={"ISOLATION_KEY_FILE": key}) as tampered:
        return [problem for problem in tampered.verify().problems if "trigger" not in problem[1]]


@pytest.mark.parametrize("place", [1, 2])
def test_a_duplicated_entry_is_found(three: Ledger, tmp_path: Path, place: int) -> None:
    """An entry that stands a second time at the end, its nodes and all, is found by name, with and without the keys."""
    copied = (
        "INSERT INTO entries SELECT 3, batch, leaf, nodes, tags, tag_mac, body, sealed FROM entries WHERE i = ?", place,
    )  # fmt: skip
    for keys in (True, False):
        assert 3 in {entry for entry, _ in problems(three, tmp_path, copied, keys=keys)}
    assert problems(three, tmp_path) == []


NOT_CANONICAL: dict[str, Callable[[bytes], bytes]] = {
    "white space": lambda body: body.replace(b":", b": ", 1),
    "another order": lambda body: b'{"v":1,' + body[1:].replace(b',"v":1}', b"}"),
    "a key twice": lambda body: body.replace(b'"v":1', b'"v":1,"v":1'),
    "NaN": lambda body: body.replace(b'"logged":', b'"logged":NaN,"x":'),
    "a fraction": lambda body: body.replace(b"},", b".0},", 1),
    "a byte order mark": lambda body: b"\xef\xbb\xbf" + body,
    "a lone surrogate": lambda body: body.replace(b'"session"', b'"\\ud800"'),
    "depth 3000": lambda body: body.replace(b'{"logged"', b'{"a":' + b"[" * 3000 + b"]" * 3000 + b',"logged"'),
    "no UTF-8": lambda body: body.replace(b"session", b"sessio\xff"),
    "a line after it": lambda body: body + b"\n",
}


@pytest.mark.parametrize("case", NOT_CANONICAL)
@pytest.mark.parametrize("keys", [True, False])
def test_a_body_in_another_form_is_found_though_its_leaf_fits(
    three: Ledger, tmp_path: Path, case: str, keys: bool
) -> None:
    """Where the leaf is made of the changed body, the form alone betrays it, also to who has no keys."""
    body = three.connection.execute("SELECT body FROM main.entries WHERE i = 2").fetchone()[0]
    changed = NOT_CANONICAL[case](body)
    assert changed != body
    update = ("UPDATE entries SET body = ?, leaf = ? WHERE i = 2", changed, leaf_hash(changed))
    assert 2 in {entry for entry, _ in problems(three, tmp_path, update, keys=keys)}


def test_an_edited_tag_is_found(three: Ledger, tmp_path: Path) -> None:
    """Tags of another account in an entry, put in everywhere so that the tables agree, are not what its MAC is of."""
    with three.writing() as log:
        other = log.add_session(Session("store-b", NOON + 9))
    swap = [
        ("UPDATE entries SET tags = (SELECT tags FROM entries WHERE i = ?) WHERE i = 2", other),
        ("UPDATE sessions SET account = (SELECT account FROM sessions WHERE entry = ?) WHERE entry = 2", other),
    ]
    assert (2, "its tags are not the ones that were written with it") in problems(three, tmp_path, *swap)
    swap[0] = (
        "UPDATE entries SET (tags, tag_mac) = (SELECT tags, tag_mac FROM entries WHERE i = ?) WHERE i = 2", other,
    )  # fmt: skip
    assert 2 in {entry for entry, _ in problems(three, tmp_path, *swap)}


FULL = """
import sys
from isolation.errors import IsolationError
from isolation.ledger import Ledger
from isolation.ledger.choosing import Wanted
from isolation.ledger.sweeping import sweep
from isolation.model import Session
with Ledger.open(sys.argv[1] + "/ledger.sqlite3", key_store="file") as ledger:
    acknowledged = []
    try:
        for number in range(10_000):
            with ledger.writing() as log:
                log.add_policy("x" * 20_000)
                entry = log.add_session(Session("store", number + 1))
            acknowledged.append(entry)
    except IsolationError as problem:
        print(problem.message)
    assert acknowledged
    assert ledger.size == acknowledged[-1] + 1
    result = ledger.verify()
    assert (result.intact, result.unchecked) == (True, ()), result
    with ledger.reading() as reader:
        assert [entry for entry, _, _ in reader.open_sessions()] == acknowledged
"""


@pytest.mark.skipif(sys.platform != "linux", reason="makes a small disk of Linux's memory")
def test_a_disk_that_is_really_full_loses_nothing_acknowledged(tmp_path: Path) -> None:
    """On a disk of one megabyte the entry that does not fit is refused in a sentence, and all before it are there."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = f'mount -t tmpfs -o size=1m none "{folder}" && exec "{sys.executable}" -c "$0" "{folder}"'
    done = subprocess.run(
        ["unshare", "--mount", "--user", "--map-root-user", "sh", "-c", mounted, FULL], capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if "unshare" in done.stderr or "mount:" in done.stderr:
        reason = f"no small disk can be made here: {done.stderr.strip()}"
        (pytest.fail if os.environ.get("ISOLATION_TEST_ALL") == "1" else pytest.skip)(reason)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1
    assert "full" in done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="pretends to be another machine by namespaces")
def test_a_copied_ledger_used_on_a_second_machine_is_a_fork_with_one_way_out(
    isolation: Isolation, another_machine: Callable[[str], tuple[str, ...]], home: Path, tmp_path: Path
) -> None:
    """Refused by name of the machine; written all the same it is told as forked; --new-origin keeps it and goes on."""
    one, other = (
        another_machine("1" * 12 + "4111" + "8111" + "1" * 12),
        another_machine("2" * 12 + "422282222" + "2" * 11),
    )
    assert isolation("init", "--no-earlier-accounts", prefix=one).code == 0
    assert isolation("begin", "store-a", "--allow-unknown", prefix=one).code == 0
    copy = tmp_path / "copy"
    shutil.copytree(home, copy)
    there = {"ISOLATION_HOME": str(copy)}
    refused = isolation("begin", "store-b", prefix=other, **there)
    assert refused.code == 1
    assert "another machine" in refused.err
    assert "isolation init --new-origin" in refused.err
    assert isolation("begin", "store-a", "--force", "test", prefix=one).code == 0
    stated = isolation("init", "--this-machine", "--reason", "not true", prefix=other, **there)  # the original goes on
    assert stated.code == 0
    kept = tmp_path / "kept"
    assert isolation("export", "--checkpoint", "-o", str(kept), prefix=one).code == 0
    assert isolation("begin", "store-b", "--force", "test", prefix=other, **there).code == 0
    forked = isolation("verify", "--checkpoint", str(kept), prefix=other, **there)
    assert forked.code == 3
    assert "forked" in forked.out
    assert isolation("init", "--new-origin", prefix=other, **there).code == 0
    assert isolation("begin", "store-b", "--allow-unknown", prefix=other, **there).code == 0
    assert isolation("verify", prefix=other, **there).code == 0
    (aside,) = [path for path in copy.iterdir() if path.suffix == ".sqlite3" and path.name != "ledger.sqlite3"]
    assert (
        isolation(
            "--ledger", str(aside), "verify", prefix=other, **(there | {"ISOLATION_KEY_FILE": str(copy / "ledger.key")})
        ).code
        == 0
    )
