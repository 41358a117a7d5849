"""Where a command prints to and reads from may be closed, full or gone: the exit code still tells."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import Cli, shown_on

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell closes and redirects the streams")


def redirected(how: str) -> tuple[str, ...]:
    """A prefix that runs the command with its streams redirected so."""
    return ("sh", "-c", f'"$@" {how}', "sh")


@pytest.fixture
def begun(cli: Cli) -> None:
    """A ledger in which store-a was used on this machine, so that store-b collides with it."""
    cli("init", "--no-earlier-accounts", "--key-store", "file")
    cli("begin", "store-a")


@pytest.mark.usefixtures("begun")
@pytest.mark.parametrize("how", [">&-", "2>&-", ">&- 2>&- <&-", "2>/dev/full", "<&-"])
@pytest.mark.parametrize("style", ["text", "json"])
def test_a_closed_stream_does_not_change_the_exit_code(cli: Cli, how: str, style: str) -> None:
    """A collision exits 11, a damaged call 2 and a proof 0, whichever stream is closed."""
    for code, words in ((11, ("check", "store-b")), (11, ("begin", "store-b")), (2, ("frobnicate",)), (0, ("verify",))):
        outcome = cli("--format", style, *words, prefix=redirected(how))
        assert outcome.code == code, (words, outcome)
        assert "bug" not in outcome.err
        if style == "json" and outcome.out:
            json.loads(outcome.out)


@pytest.mark.usefixtures("begun")
@pytest.mark.parametrize("words", ["check store-b", "--format json check store-b", "begin store-b"])
def test_a_reader_that_goes_away_does_not_turn_a_collision_into_a_pass(home: Path, words: str) -> None:
    """`isolation check store-b | true` under pipefail still fails with 11, and says nothing of the pipe."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "isolation", *words.split()], stdout=write, stderr=subprocess.PIPE, check=False
    )
    os.close(write)
    assert done.returncode == 11
    assert b"pipe" not in done.stderr.lower()


@pytest.mark.usefixtures("begun")
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")
@pytest.mark.parametrize("style", ["text", "json"])
def test_a_result_that_cannot_be_printed_is_an_error(cli: Cli, style: str) -> None:
    """On a full disk the command exits 1 and says so, and does not claim that nothing was recorded."""
    outcome = cli("--format", style, "begin", "store-a", prefix=redirected(">/dev/full"))
    assert outcome.code == 1
    assert outcome.err.startswith("isolation: The result cannot be printed: No space left")
    assert "bug" not in outcome.err
    assert len(cli("--format", "json", "status").document["ledger"]["open_sessions"]) == 2


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize("words", ["--help", "--version", "audit --help"])
def test_help_that_cannot_be_printed_is_an_error(cli: Cli, words: str) -> None:
    """Help and the version are results too: on a full disk one sentence says so."""
    outcome = cli(*words.split(), prefix=redirected(">/dev/full"))
    assert outcome.code == 1
    assert outcome.err.startswith("isolation: The result cannot be printed")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_no_backup(cli: Cli, tmp_path: Path) -> None:
    """Restoring from a pipe is refused at once and not waited for."""
    os.mkfifo(tmp_path / "pipe")
    outcome = cli("restore", str(tmp_path / "pipe"))
    assert (outcome.code, "is a device or a pipe." in outcome.err) == (2, True), outcome


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("words", ["export --account store-a", "export --all", "export --checkpoint"])
def test_no_file_is_put_in_a_pipes_place(cli: Cli, home: Path, tmp_path: Path, words: str) -> None:
    """What is no file stays what it is: as root, /dev/null would be gone for everybody."""
    assert cli("init", "--key-store", "file", "--no-earlier-accounts").code == 0
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    outcome = cli(*words.split(), "-o", str(pipe))
    assert (outcome.code, "is a device or a pipe." in outcome.err) == (2, True), outcome
    assert pipe.is_fifo()


def test_setup_without_a_stdin_says_what_to_do(cli: Cli) -> None:
    """A closed stdin is an input that ended."""
    outcome = cli("setup", prefix=redirected("<&-"))
    assert outcome.code == 2
    assert "init --no-earlier-accounts" in outcome.err


def test_an_answer_that_is_no_text_is_asked_again(cli: Cli, home: Path) -> None:
    """Bytes that are no UTF-8 do not become an account's name."""
    answers = "printf '\\377\\nstore-a\\n\\n\\n\\n\\nnone\\n\\n\\n' | "
    prefix = ("env", "PYTHONUTF8=1", "sh", "-c", f'{answers} "$@"', "sh")
    outcome = cli("setup", "--key-store", "file", prefix=prefix)
    assert outcome.code == 0, outcome
    assert "write it again" in outcome.err
    assert "[accounts.store-a]" in (home / "policy.toml").read_text(encoding="utf-8")


@pytest.mark.usefixtures("begun")
@pytest.mark.parametrize(("answer", "code"), [("y", 2), ("", 11), ("n", 11)])
def test_a_near_name_is_asked_about_on_a_terminal(cli: Cli, answer: str, code: int) -> None:
    """A person who says that a new name is a known account has nothing recorded under the new one."""
    import pty

    person, terminal = pty.openpty()
    before = cli("--format", "json", "status").document["ledger"]["size"]
    with subprocess.Popen(
        [sys.executable, "-m", "isolation", "begin", "stroe-a"],
        stdin=terminal, stdout=subprocess.PIPE, stderr=terminal, start_new_session=True,
    ) as running:  # fmt: skip
        os.write(person, answer.encode() + b"\n")
        running.communicate(timeout=60)
    os.close(terminal)
    shown = shown_on(person)
    assert running.returncode == code, shown
    assert "looks like store-a. Is it one of them?" in shown
    recorded = cli("--format", "json", "status").document["ledger"]["size"] - before
    assert recorded == (0 if code == 2 else 1)


def _heed_interrupts() -> None:
    """What a shell starts in the background ignores SIGINT, and so would all that the tests start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("style", ["text", "json"])
def test_an_interrupted_import_says_how_to_go_on_and_resumes(cli: Cli, tmp_path: Path, style: str) -> None:
    """SIGINT exits 130 with one document in JSON; the same import again records the rest and nothing twice."""
    rows = 60_000
    log = tmp_path / "log.csv"
    lines = (f"store-{row % 50},{1_767_225_600 + row}\n" for row in range(rows))
    log.write_text("User,When\n" + "".join(lines), encoding="utf-8")
    words = ("--format", style, "import", str(log), "--map", "account=User", "--map", "time=When")
    cli("init", "--key-store", "file")
    running = subprocess.Popen(
        [sys.executable, "-m", "isolation", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=_heed_interrupts,
    )  # fmt: skip
    for _ in range(600):
        if cli("--format", "json", "status").document["ledger"]["sessions"]:
            break
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130, (out, err)
    assert "run the same import again" in err
    if style == "json":
        assert json.loads(out)["exit_code"] == 130
    else:
        assert out == ""
    again = cli("--format", "json", "import", *words[3:]).document
    assert again["recorded"] + again["duplicates"] == rows
    assert 0 < again["duplicates"] < rows
    assert cli("--format", "json", "status").document["ledger"]["sessions"] == rows
