"""Importing and auditing a large history, as ratios to bare SQLite in the same run.

    python benchmarks/history.py [--sessions 1000000] [--accounts 10000]

One log of `sessions` rows of eight columns over `accounts` accounts is imported in steps. After each step stand:

- import: rows a second, and how often longer it took than a bare `executemany` of the same rows, all eight columns as
  texts, in the same slices and of the same durability (DELETE journal, synchronous EXTRA): by the wall, and on
  processors, the helper's among it. Parsing, commitments, sealing, the tree and all derived tables are in it.
- peak: the most memory that this process and its helpers took while importing, in MB, summed up (so that the libraries
  they share count several times); 0 where there is no /proc. The rows are written to disk before and read again for the
  bare side, so nothing of them is held.
- audit: seconds, the distinct (identifier, account) pairs it looked at, and its ratio to a plain `SELECT` that reads
  every session's row of the ledger once. The accounts keep to their few addresses, so that sessions grow and pairs
  hardly do: the audit must follow the pairs.
"""

from __future__ import annotations

import argparse
import csv
import gc
import os
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from isolation.audit import audit_ledger
from isolation.history import Mapping, open_import
from isolation.hooks.import_history import import_history
from isolation.ledger import Ledger
from isolation.policy import Policy
from isolation.times import format_time

BEGIN = 1_700_000_000_000_000
FIELDS = ("account", "time", "public_ip", "device_id", "gateway_mac", "bssid", "operator", "record")
MAPPING = Mapping.parse([f"{field}={field}" for field in FIELDS])


def _rows(sessions: int, accounts: int) -> Iterator[tuple[str, ...]]:
    """The rows of the log; each account has three places and two devices, and one row in fifty comes from a hub."""
    dice = random.Random(7)
    for number in range(sessions):
        account = dice.randrange(accounts)
        hub = dice.random() < 0.02
        place = (1 << 20) + account % max(4, accounts // 100) if hub else account * 3 + dice.randrange(3)
        yield (
            f"amazon:store-{account}",
            format_time(BEGIN + number * 30_000_000),
            f"{11 + place % 80}.{place >> 16 & 255}.{place >> 8 & 255}.{place % 250 + 1}",
            f"{(account * 2 + dice.randrange(2)) * 7919 + 1:032x}",
            _mac("3C-37-86", place),
            _mac("00-1B-2F", place),
            f"operator-{account % 500}",
            f"r{number:08}",
        )


def _mac(maker: str, number: int) -> str:
    return f"{maker}-{number >> 16 & 255:02X}-{number >> 8 & 255:02X}-{number & 255:02X}"


def _write(path: Path, rows: Iterator[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([FIELDS])
        csv.writer(file).writerows(rows)


def _processors() -> float:
    """Seconds that this process and the helpers that it has ended took of processors."""
    told = os.times()
    return told.user + told.system + told.children_user + told.children_system


def _bare(path: Path, log: Path, slices: list[int]) -> tuple[float, float]:
    """Seconds of the plain inserts of a log's rows, of so many in each transaction, and of them on the processor."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA synchronous = EXTRA")
    connection.execute(f"CREATE TABLE IF NOT EXISTS logins ({', '.join(f'{field} TEXT' for field in FIELDS)})")
    marks = ", ".join("?" * len(FIELDS))
    seconds = on_processor = 0.0
    with log.open(encoding="utf-8", newline="") as file:
        lines = islice(csv.reader(file), 1, None)
        for size in slices:
            rows = list(islice(lines, size))
            begun, worked = time.perf_counter(), time.process_time()
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(f"INSERT INTO logins VALUES ({marks})", rows)  # noqa: S608 - marks only
            connection.execute("COMMIT")
            seconds += time.perf_counter() - begun
            on_processor += time.process_time() - worked
    connection.close()
    return seconds, on_processor


def _import(ledger: Ledger, log: Path, rows: int) -> tuple[float, float, list[int], float]:
    """Seconds of the import, of them on processors, how many rows each of its transactions took, and the peak in MB."""
    ends: list[int] = []
    peaks: dict[str, float] = {}
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here: proc(5)

    def progress(done: int, _share: float) -> None:
        ends.append(done)
        peaks.update((process, _peak(process)) for process in ("self", *_helpers()))

    begun, worked = time.perf_counter(), _processors()
    with open_import(log, MAPPING, now=time.time_ns() // 1000) as source:
        result = import_history(ledger, source, progress)
    seconds = time.perf_counter() - begun, _processors() - worked
    assert result.recorded == rows
    return *seconds, [end - begin for begin, end in zip([0, *ends], ends, strict=False)], sum(peaks.values())


def _peak(process: str) -> float:
    """The most memory (VmHWM, proc(5)) that a process took, in MB."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _helpers() -> list[str]:
    """The processes that this one started and that are still there."""
    return [child for path in Path("/proc/self/task").glob("*/children") for child in path.read_text().split()]


def _scan(path: str) -> float:
    """Seconds of reading every session's row of the ledger once."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    begun = time.perf_counter()
    for _ in connection.execute("SELECT account, begin, identifiers FROM sessions"):
        pass
    seconds = time.perf_counter() - begun
    connection.close()
    return seconds


def main() -> None:
    """Prints one line for each tenth and for the whole."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=1_000_000)
    parser.add_argument("--accounts", type=int, default=10_000)
    given = parser.parse_args()
    gc.set_threshold(100_000)  # as the command does
    rows = _rows(given.sessions, given.accounts)
    count = given.sessions
    done = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Ledger.open(folder / "ledger.sqlite3", key_store="file") as ledger:
            for step in (count // 10, count // 2 - count // 10, count - count // 2):
                _write(folder / "log.csv", islice(rows, step))
                wall, processors, slices, peak = _import(ledger, folder / "log.csv", step)
                bare = _bare(folder / "bare.sqlite3", folder / "log.csv", slices)
                done += step
                begun = time.perf_counter()
                audit = audit_ledger(ledger, policy=Policy(), stays=False)
                audited = time.perf_counter() - begun
                scan = _scan(ledger.path)
                (pairs,) = ledger.connection.execute("SELECT count(*) FROM sightings").fetchone()
                print(
                    f"{done:>9,} sessions  import {step / wall:8,.0f} rows/s = {wall / bare[0]:5.1f} x bare, "
                    f"on processors {processors / bare[1]:5.1f} x ({processors / step * 1e6:.1f} of "
                    f"{bare[1] / step * 1e6:.2f} us), {len(slices)} slices, peak {peak:.0f} MB  "
                    f"audit {audited:6.2f} s, {pairs:,} pairs, {len(audit.findings):,} findings = "
                    f"{audited / scan:5.2f} x scan",
                    flush=True,
                )


if __name__ == "__main__":
    main()
