"""What long work says on a terminal while it goes on, and that pipes get a line now and then."""

from __future__ import annotations

import io
import os
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from isolation.cli import terminal
from isolation.cli.progress import Progress, Steps
from isolation.messages import message

from .conftest import shown_on

REPORT = [sys.executable, "-m", "isolation", "report", "-o"]


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals of POSIX systems")
def test_a_report_says_how_far_it_is(tmp_path: Path) -> None:
    """On a terminal each step of a report is named in one line, gone in the end; a pipe hears of long work only."""
    import pty

    environment = os.environ | {"ISOLATION_HOME": str(tmp_path)}
    subprocess.run(
        [sys.executable, "-m", "isolation", "init", "--key-store", "file"], check=True, env=environment,
        capture_output=True,
    )  # fmt: skip
    main, side = pty.openpty()
    subprocess.run([*REPORT, str(tmp_path / "a.md")], check=True, env=environment, stderr=side, stdout=subprocess.PIPE)
    os.close(side)
    shown = shown_on(main)
    assert "1 of 3: looking at the ledger" in shown
    assert shown.endswith("\r")
    quiet = subprocess.run([*REPORT, str(tmp_path / "b.md")], check=True, env=environment, capture_output=True)
    assert b"of 3" not in quiet.stderr


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals of POSIX systems")
def test_counted_work_is_told_in_the_language_that_is_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal the count is one line, in Chinese where that is spoken, and gone in the end."""
    import pty

    main, side = pty.openpty()
    with os.fdopen(side, "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        terminal.speak("zh")
        try:
            with Progress(message("rows")) as progress:
                until = time.monotonic() + 60
                while not select.select([main], [], [], 0.05)[0] and time.monotonic() < until:
                    progress.at(1234, share=0.5)
        finally:
            terminal.speak("en")
    shown = shown_on(main)
    assert shown.startswith("\r1,234 行，每秒 ")
    assert shown.endswith(" \r")


class Log(io.StringIO):
    """What is no terminal and remembers what came."""

    def lines(self, least: int) -> list[str]:
        """The lines, as soon as there are so many; a minute is the most that is waited for."""
        until = time.monotonic() + 60
        while self.getvalue().count("\n") < least and time.monotonic() < until:
            time.sleep(0.01)
        return self.getvalue().splitlines()


def test_a_log_is_told_that_long_work_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no terminal gets a line again and again that names the step and the seconds, and none afterwards."""
    log = Log()
    monkeypatch.setattr(sys, "stderr", log)
    with Steps("looking", "writing", every=0.02) as step:
        step.next()
        assert log.lines(2)[1] == "1 of 2: looking, 0 s so far"
        step.next()
        told = len(log.getvalue().splitlines())
        assert log.lines(told + 2)[-1].startswith("2 of 2: writing, ")
    time.sleep(0.1)  # what was being printed just then comes to its end
    told = len(log.getvalue().splitlines())
    time.sleep(0.2)
    assert len(log.getvalue().splitlines()) == told


def test_work_goes_on_when_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream that cannot be written to, or none at all, stops no step."""

    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    for stream in (Gone(), None):
        monkeypatch.setattr(sys, "stderr", stream)
        with Steps("looking", every=0.01) as step:
            step.next()
            time.sleep(0.05)
