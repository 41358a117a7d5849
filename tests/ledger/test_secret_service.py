"""A real Secret Service, GNOME's keyring on a bus of its own: present, locked, silent, restarted, and no bus at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from ..dbus.simulated import need

# Runs under a bus of its own. $STEP is what befalls the service between two commands of a user.
SCRIPT = r"""
set -u
say() { echo "== $*"; }
unlock() { printf %s test | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1; }
service() { dbus-send --session --print-reply --dest=org.freedesktop.DBus / \
  org.freedesktop.DBus.GetConnectionUnixProcessID string:org.freedesktop.secrets | sed -n 's/.*uint32 //p'; }
lock() { dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
  org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login >/dev/null; }
end() { kill -9 "$(service)"; for _ in 1 2 3 4 5 6 7 8 9 10; do
  if [ -n "$(service 2>/dev/null)" ]; then sleep 0.1; fi; done; }
run() { say "$*"; "$PYTHON" -m isolation "$@" 2>&1; echo "exit $?"; }
forget() { rm -f "$XDG_RUNTIME_DIR"/isolation-*; }
unlock
. "$STEPS"
"""


Steps: TypeAlias = "Callable[[str], list[tuple[str, str]]]"


@pytest.fixture
def steps(tmp_path: Path, home: Path) -> Steps:
    """Runs shell lines beside an unlocked keyring on a bus of its own; returns what was printed, by command."""
    need(shutil.which("dbus-run-session") is not None, "dbus-run-session")
    need(shutil.which("gnome-keyring-daemon") is not None, "gnome-keyring-daemon")
    dropped = ("PYTHON_KEYRING_BACKEND", "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY")
    environment = {name: value for name, value in os.environ.items() if name not in dropped}
    for name in ("XDG_RUNTIME_DIR", "XDG_DATA_HOME"):
        folder = tmp_path / name
        folder.mkdir(mode=0o700)
        environment[name] = str(folder)
    environment["PYTHON"] = sys.executable

    def run(lines: str) -> list[tuple[str, str]]:
        environment["STEPS"] = str(tmp_path / "steps")
        (tmp_path / "steps").write_text(lines)
        command = ["dbus-run-session", "--", "sh", "-c", SCRIPT]
        done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=90)
        said = done.stdout.split("== ")[1:]
        assert said, done.stderr
        return [(title, rest) for title, _, rest in (one.partition("\n") for one in said)]

    return run


BEGIN = "run begin store-uk --operator li --allow-unknown --force test\n"


def outputs(said: list[tuple[str, str]], command: str) -> list[str]:
    """What a command printed, each time it ran."""
    return [text for title, text in said if title.split()[0] == command]


def test_present_restarted_and_rotated(steps: Steps, home: Path) -> None:
    """Keys lie in the keyring and no file, survive its restart, and a rotation adds the new and destroys the old."""
    said = steps(
        "run init --no-earlier-accounts\n" + BEGIN + "end; unlock; forget\n" + BEGIN + "run verify\n"
        "run rotate-keys\nend; unlock; forget\nrun verify\nrun rotate-keys --destroy-old-keys --yes\nforget\n"
        + BEGIN + "run verify\nrun status\n"
    )  # fmt: skip
    assert not (home / "ledger.key").exists()
    assert "key in the keyring" in outputs(said, "init")[0]
    for command in ("verify", "rotate-keys", "begin", "status"):
        assert all(begin_code(text) == "exit 0" for text in outputs(said, command)), said
    assert "Intact" in outputs(said, "verify")[2]
    assert "not checked" not in "".join(outputs(said, "verify"))
    assert "Keys destroyed, of epoch: 1, 2." in outputs(said, "rotate-keys")[1]
    assert "epoch 3" in outputs(said, "status")[0]


def test_locked_it_records_and_refuses_to_rotate(steps: Steps) -> None:
    """While the keyring is locked a begin is recorded and unknown, rotating is refused, and unlocked all goes on."""
    said = steps(
        "run init --no-earlier-accounts\nlock; forget\n" + BEGIN + "run check store-uk\nrun rotate-keys\nrun status\n"
        "end; unlock\nrun begin store-de --allow-unknown --force test\nrun verify\nrun rotate-keys\nrun verify\n"
    )
    begun, after = outputs(said, "begin")
    assert "exit 0" in begin_code(begun)
    assert "unknown" in begun.lower()
    assert "exit 10" in outputs(said, "check")[0]
    refused, rotated = outputs(said, "rotate-keys")
    assert "locked" in refused
    assert "exit 1" in refused
    assert "locked" in outputs(said, "status")[0]
    assert "exit 0" in after
    assert "exit 0" in rotated
    assert all("exit 0" in text for text in outputs(said, "verify"))


def begin_code(text: str) -> str:
    """The last line."""
    return text.strip().splitlines()[-1]


def test_silent_it_is_not_waited_for(steps: Steps) -> None:
    """A service that hangs ends at a deadline: a begin is recorded, a rotation refused; when it wakes, all goes on."""
    said = steps(
        'run init --no-earlier-accounts\nsilent="$(service)"; kill -STOP "$silent"; forget\n'
        + BEGIN
        + 'run rotate-keys\nrun status\nkill -CONT "$silent"\nrun rotate-keys\nrun verify\n'
    )
    assert begin_code(outputs(said, "begin")[0]) == "exit 0"
    refused, rotated = outputs(said, "rotate-keys")
    assert "did not answer within 3 s" in refused
    assert begin_code(refused) == "exit 1"
    assert "did not answer" in outputs(said, "status")[0]
    assert begin_code(rotated) == "exit 0", rotated
    assert begin_code(outputs(said, "verify")[0]) == "exit 0"


def test_once_cached_the_session_needs_no_keyring(steps: Steps) -> None:
    """Once the look-up key is in the session's memory, checks go on while the service hangs, after a rotation too."""
    said = steps(
        "run init --no-earlier-accounts\n" + BEGIN + "run rotate-keys\n" + BEGIN + 'kill -STOP "$(service)"\n' + BEGIN
        + "run check store-uk\nls $XDG_RUNTIME_DIR > $XDG_DATA_HOME/cached\n"
    )  # fmt: skip
    assert "did not answer" not in "".join(text for _, text in said)
    assert begin_code(outputs(said, "begin")[2]) == "exit 0"


def test_no_bus_at_all(tmp_path: Path, home: Path) -> None:
    """Without a bus the key goes to a file, which is said; a keyring that was asked for by name is an error."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHON_KEYRING_BACKEND"}
    environment["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={tmp_path}/no-bus"

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "isolation", *words], env=environment, check=False, capture_output=True, text=True
        )

    asked = run("init", "--key-store", "keyring")
    assert asked.returncode == 1
    made = run("init", "--no-earlier-accounts")
    assert made.returncode == 0
    assert "a copy of this disk reveals the data" in made.stderr
    assert (home / "ledger.key").exists()
    moved = run("rotate-keys", "--key-store", "keyring")
    assert moved.returncode == 1
    assert "keyring" in moved.stderr
    assert run("verify").returncode == 0
    assert run("rotate-keys").returncode == 0
    assert run("verify").returncode == 0
