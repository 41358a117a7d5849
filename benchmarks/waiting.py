"""How long a session's begin waits while a long import writes the same ledger, beside the same begin alone.

    python benchmarks/waiting.py [--rows 300000]

Prints the median, 95th percentile and longest wait in ms, alone and during the import.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from isolation.ledger import Ledger
from isolation.model import Session
from isolation.times import format_time

BEGIN = 1_700_000_000_000_000
PAUSE = 0.15  # s between two begins


def _begin(path: Path, number: int) -> float:
    """Seconds of opening the ledger and recording one session."""
    begun = time.perf_counter()
    with Ledger.open(path) as ledger, ledger.writing() as log:
        log.add_session(Session(f"seller-{number % 7}", ledger.clock()))
    return time.perf_counter() - begun


def _told(what: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    at = [ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 for share in (0.5, 0.95, 1)]
    print(f"{what:<14} {len(ordered):>4} begins  median {at[0]:6.1f} ms  95% {at[1]:6.1f} ms  longest {at[2]:6.1f} ms")


def main() -> None:
    """Prints a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=300_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        path, log = Path(name) / "ledger.sqlite3", Path(name) / "log.csv"
        with log.open("w") as file:
            file.write("account,time,ip\n")
            file.writelines(
                f"store-{row % 997},{format_time(BEGIN + row * 1_000_000)},93.184.{row % 211}.{row % 97}\n"
                for row in range(given.rows)
            )
        Ledger.open(path, key_store="file").close()
        _told("alone", [_begin(path, number) for number in range(50)])
        maps = [word for pair in ("account=account", "time=time", "public_ip=ip") for word in ("--map", pair)]
        command = [sys.executable, "-m", "isolation", "--ledger", str(path), "import", str(log), *maps]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            waits = []
            while process.poll() is None:
                waits.append(_begin(path, len(waits)))
                time.sleep(PAUSE)
        _told("while importing", waits)


if __name__ == "__main__":
    main()
