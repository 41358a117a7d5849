"""What a report costs beside the audit that it tells, each as a command of its own, from the same ledger.

    python benchmarks/report.py [--sessions 100000] [--accounts 1000] [--home DIR] [--forms html pdf]

The ledger is made as `benchmarks/ledger.py` makes it; with --home it is kept there, and used again where it lies there
already. The first line is `isolation audit`; each line after it is `isolation report` in one form: seconds of
processors and of the wall, their ratio to the audit, the most memory that the process held, and the size of the file.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from ledger import AT_ONCE, import_rows, sessions

from isolation.ledger import Ledger


def fill(home: Path, count: int, accounts: int) -> None:
    """A ledger of this many sessions in the folder, unless there is one."""
    path = home / "ledger.sqlite3"
    if path.exists():
        return
    rows = sessions(count, accounts)
    with Ledger.open(path, key_store="file", environment={"ISOLATION_HOME": str(home)}) as ledger:
        while some := list(islice(rows, AT_ONCE)):
            import_rows(ledger, some, "recorded")


class Run:
    """One command that has ended: seconds of processors and of the wall, and its most memory (MB)."""

    def __init__(self, home: Path, *arguments: str) -> None:
        begun = time.perf_counter()
        command = [sys.executable, "-m", "isolation", *arguments]
        environment = os.environ | {"ISOLATION_HOME": str(home), "SOURCE_DATE_EPOCH": "1790100000"}
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        self.wall = time.perf_counter() - begun
        self.cpu = used.ru_utime + used.ru_stime
        self.peak = used.ru_maxrss / 1024  # KiB on Linux
        if process.returncode not in (0, 11):
            sys.exit(f"isolation {' '.join(arguments)}: exit {process.returncode}")

    def say(self, what: str, audit: Run | None = None, size: int = 0) -> None:
        """One line."""
        ratio = f"  {self.cpu / audit.cpu:5.2f} cpu {self.wall / audit.wall:5.2f} wall" if audit else ""
        file = f"  {size / 1e6:.2f} MB" if size else ""
        print(
            f"{what:16} {self.cpu:7.2f} s cpu {self.wall:7.2f} s wall {self.peak:6.0f} MB held{ratio}{file}", flush=True
        )


def main() -> None:
    """Prints one line for each command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=100_000)
    parser.add_argument("--accounts", type=int, default=1000)
    parser.add_argument("--home", type=Path, help="a folder to keep the ledger in")
    parser.add_argument("--forms", nargs="*", default=["html", "pdf"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or Path(folder) / "home"
        fill(home, options.sessions, options.accounts)
        audit = Run(home, "--format", "json", "audit")
        audit.say("audit")
        for form in options.forms:
            target = Path(folder) / f"report.{form}"
            Run(home, "report", "-o", str(target)).say(f"report .{form}", audit, target.stat().st_size)


if __name__ == "__main__":
    main()
