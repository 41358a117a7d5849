"""What long work says on a terminal while it goes on, and that pipes are spared it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPORT = [sys.executable, "-m", "isolation", "report", "-o"]


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals of POSIX systems")
def test_a_report_says_how_far_it_is(tmp_path: Path) -> None:
    """On a terminal each step of a report is named in one line, which is gone in the end; a pipe gets nothing of it."""
    import pty

    environment = os.environ | {"ISOLATION_HOME": str(tmp_path)}
    subprocess.run(
        [sys.executable, "-m", "isolation", "init", "--key-store", "file"], check=True, env=environment,
        capture_output=True,
    )  # fmt: skip
    main, side = pty.openpty()
    subprocess.run([*REPORT, str(tmp_path / "a.md")], check=True, env=environment, stderr=side, stdout=subprocess.PIPE)
    os.close(side)
    shown = os.read(main, 10_000).decode()
    os.close(main)
    assert "1 of 3: looking at the ledger" in shown
    assert shown.endswith("\r")
    quiet = subprocess.run([*REPORT, str(tmp_path / "b.md")], check=True, env=environment, capture_output=True)
    assert b"of 3" not in quiet.stderr
