"""The command line as users run it: a process of its own, and the exit code, stdout and stderr that come back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

import pytest


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
def cli() -> Cli:
    """Runs `python -m isolation ARGUMENTS…` and returns its outcome; a traceback fails the test."""

    def run(*arguments: str, stdin: str | bytes = "", prefix: tuple[str, ...] = ()) -> Outcome:
        done = subprocess.run(
            [*prefix, sys.executable, "-m", "isolation", *arguments],
            input=stdin.encode() if isinstance(stdin, str) else stdin, capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        outcome = Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in outcome.err, outcome.err
        return outcome

    return run


def shown_on(terminal: int) -> str:
    """All that a pseudo-terminal showed whose other side is closed, however many pieces it comes in; closes it."""
    shown = b""
    with suppress(OSError):  # Linux reports the end so
        while chunk := os.read(terminal, 1 << 16):
            shown += chunk
    os.close(terminal)
    return shown.decode()
