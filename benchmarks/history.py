"""Importing and auditing a large history, as ratios to bare SQLite in the same run.

    python benchmarks/history.py [--sessions 1000000] [--accounts 10000]

One log of `sessions` rows over `accounts` accounts is imported in steps. After each step stand:

- import: rows a second, and how often longer it took than a bare `executemany` of the same columns in transactions
  of the same size and durability (DELETE journal, synchronous EXTRA). Parsing, commitments, sealing, the tree and
  all derived tables are in it.
- audit: seconds, the distinct (identifier, account) pairs it looked at, and its ratio to a plain `SELECT` that reads
  every session's row of the ledger once. The accounts keep to their few addresses, so that sessions grow and pairs
  hardly do: the audit must follow the pairs.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from isolation.audit import audit_ledger
from isolation.history import Mapping, open_import
from isolation.hooks.import_history import import_history
from isolation.ledger import Ledger
from isolation.policy import Policy
from isolation.times import format_time

BATCH = 20_000  # rows of one transaction on the bare side
BEGIN = 1_700_000_000_000_000
MAPPING = Mapping.parse(["account=account", "time=time", "public_ip=ip"])


def _rows(sessions: int, accounts: int) -> Iterator[tuple[str, int, str]]:
    """Account, begin and address; each account has three addresses, and one row in fifty comes from a shared one."""
    chance = random.Random(7)
    homes = [[_address(chance) for _ in range(3)] for _ in range(accounts)]
    hubs = [_address(chance) for _ in range(max(4, accounts // 100))]
    for number in range(sessions):
        account = chance.randrange(accounts)
        place = hubs[account % len(hubs)] if chance.random() < 0.02 else chance.choice(homes[account])
        yield f"amazon:store-{account}", BEGIN + number * 30_000_000, place


def _address(chance: random.Random) -> str:
    return f"{chance.randint(11, 99)}.{chance.randint(0, 255)}.{chance.randint(0, 255)}.{chance.randint(1, 254)}"


def _write(path: Path, rows: list[tuple[str, int, str]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("account,time,ip\n")
        file.writelines(f"{account},{format_time(begin)},{ip}\n" for account, begin, ip in rows)


def _bare(path: Path, rows: list[tuple[str, int, str]]) -> tuple[float, float]:
    """Seconds of the plain inserts, and of them on the processor."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA synchronous = EXTRA")
    connection.execute("CREATE TABLE IF NOT EXISTS logins (account TEXT, begin INTEGER, ip TEXT)")
    begun, worked = time.perf_counter(), time.process_time()
    for at in range(0, len(rows), BATCH):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO logins VALUES (?, ?, ?)", rows[at : at + BATCH])
        connection.execute("COMMIT")
    seconds = time.perf_counter() - begun, time.process_time() - worked
    connection.close()
    return seconds


def _peak() -> float:
    """The most memory that this process ever took, in MB, the rows that it made for itself among it; 0 on Windows."""
    try:
        import resource
    except ImportError:
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


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
    rows = list(_rows(given.sessions, given.accounts))
    steps = [rows[: len(rows) // 10], rows[len(rows) // 10 : len(rows) // 2], rows[len(rows) // 2 :]]
    done = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Ledger.open(folder / "ledger.sqlite3", key_store="file") as ledger:
            for step in steps:
                bare = _bare(folder / "bare.sqlite3", step)
                _write(folder / "log.csv", step)
                begun, worked = time.perf_counter(), time.process_time()
                with open_import(folder / "log.csv", MAPPING, now=time.time_ns() // 1000) as source:
                    result = import_history(ledger, source)
                imported, on_processor = time.perf_counter() - begun, time.process_time() - worked
                assert result.recorded == len(step)
                done += len(step)
                begun = time.perf_counter()
                audit = audit_ledger(ledger, policy=Policy())
                audited = time.perf_counter() - begun
                scan = _scan(ledger.path)
                pairs = sum(
                    count
                    for (count,) in sqlite3.connect(f"file:{ledger.path}?mode=ro", uri=True).execute(
                        "SELECT count(*) FROM sightings"
                    )
                )
                print(
                    f"{done:>9,} sessions  import {len(step) / imported:8,.0f} rows/s = "
                    f"{imported / bare[0]:5.1f} x bare, "
                    f"on the processor {on_processor / bare[1]:5.1f} x, peak {_peak():.0f} MB  "
                    f"audit {audited:6.2f} s, {pairs:,} pairs, {len(audit.findings):,} findings = "
                    f"{audited / scan:5.2f} x scan"
                )


if __name__ == "__main__":
    main()
