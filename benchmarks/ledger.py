"""What the ledger costs, as ratios to bare SQLite in the same run on the same machine.

    python benchmarks/ledger.py [--sessions 100000] [--folder DIR]

Sessions have six identifiers each; accounts keep to a few homes of their own, and one session in ten is at one of a
few places that many accounts share (Zipf). Every line is CPU and wall seconds with their ratio to the bare line
above it:

- import: `add_rows` in transactions of 20,000, against a bare `executemany` of the same columns, equally durable
  (DELETE journal, synchronous EXTRA). Commitments, sealing, the tree and all derived tables are in it.
- import again: the same rows once more, all duplicates.
- verify, without and with the keys, against a bare `executemany` of the same rows: of the entries that are verified,
  byte for byte. The first bare line, of a log's seven columns, is given beside it.
- audit read: `all_groups()` and `all_accounts()` to their end, against a `SELECT` that reads `sightings` once.
- append: one session a transaction, against a bare INSERT a transaction.
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from isolation.ledger import Ledger
from isolation.model import Reading, Session

BEGIN = 1_700_000_000_000_000
MAPPED = ("device_id", "hardware_mac", "gateway_mac", "bssid", "public_ip")
AT_ONCE = 20_000
APPENDS = 200

Row = tuple[Session, tuple[str, ...]]


class Place:
    """Where sessions happen: the readings taken there."""

    def __init__(self, number: int) -> None:
        source = "log.csv"
        values = {
            "device_id": f"{number:032x}",
            "hardware_mac": f"3C-07-54-{number >> 16 & 255:02X}-{number >> 8 & 255:02X}-{number & 255:02X}",
            "gateway_mac": f"3C-37-86-{number >> 16 & 255:02X}-{number >> 8 & 255:02X}-{number & 255:02X}",
            "bssid": f"00-1B-2F-{number >> 16 & 255:02X}-{number >> 8 & 255:02X}-{number & 255:02X}",
            "public_ip": f"{11 + number % 80}.{number >> 8 & 255}.{number & 255}.7",
        }
        self.readings = tuple(
            Reading(fact, "observed", value, source=source, identifying=True) for fact, value in values.items()
        )


def sessions(count: int, accounts: int = 0) -> Iterator[Row]:
    """The rows of a log, in the order of time, of this many accounts (0: one for each hundred rows)."""
    dice = random.Random(1)
    accounts = accounts or max(1, count // 100)
    homes = [[accounts * home + account for home in range(7)] for account in range(accounts)]
    hubs = [Place(10_000_000 + number) for number in range(max(1, accounts // 20))]
    places: dict[int, Place] = {}
    begin = BEGIN
    for _ in range(count):
        begin += dice.randrange(1, 60_000_000)
        account = dice.randrange(accounts)
        if dice.random() < 0.1:
            place = hubs[min(len(hubs) - 1, int(dice.paretovariate(0.8)) - 1)]
        else:
            number = dice.choice(homes[account])
            place = places.get(number) or places.setdefault(number, Place(number))
        yield (
            Session(f"store-{account}", begin, provenance="imported", readings=place.readings, source="log.csv"),
            MAPPED,
        )


def processors() -> float:
    """Seconds that this process and the helpers that it has ended took of processors."""
    told = os.times()
    return told.user + told.system + told.children_user + told.children_system


class Timed:
    """Seconds of processors and of the wall that a block took."""

    def __enter__(self) -> Timed:
        self._begun = processors(), time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.cpu = processors() - self._begun[0]
        self.wall = time.perf_counter() - self._begun[1]


def measure(what: str, work: Callable[[], object], count: int, bare: Timed | None) -> Timed:
    """Runs, and prints seconds, µs for each and the ratio to `bare`."""
    with Timed() as timed:
        work()
    ratio = f"  {timed.cpu / bare.cpu:6.2f} cpu {timed.wall / bare.wall:6.2f} wall" if bare else ""
    each = timed.cpu / count * 1e6
    print(f"{what:44} {timed.cpu:8.2f} s cpu {timed.wall:8.2f} s wall {each:8.1f} us{ratio}", flush=True)
    return timed


def bare_connection(path: Path) -> sqlite3.Connection:
    """A connection that is as durable as the ledger's."""
    connection = sqlite3.connect(path, isolation_level=None)
    for setting in ("journal_mode = DELETE", "synchronous = EXTRA", "cache_size = -65536"):
        connection.execute(f"PRAGMA {setting}")
    return connection


def bare_insert(path: Path, rows: list[Row]) -> None:
    """The columns of the rows, by `executemany`, in transactions of the same size."""
    connection = bare_connection(path)
    connection.execute(f"CREATE TABLE log (account, begin, {', '.join(MAPPED)})")
    marks = ", ".join("?" * (2 + len(MAPPED)))
    plain = [(s.account, s.begin, *(reading.value for reading in s.readings)) for s, _ in rows]
    for at in range(0, len(plain), AT_ONCE):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(f"INSERT INTO log VALUES ({marks})", plain[at : at + AT_ONCE])  # noqa: S608 - marks only
        connection.execute("COMMIT")
    connection.close()


def bare_entries(path: Path, rows: list[tuple[object, ...]]) -> None:
    """The rows of `entries` as they are stored, by `executemany`, in transactions of the same size."""
    connection = bare_connection(path)
    connection.execute("CREATE TABLE entries (i INTEGER PRIMARY KEY, batch, leaf, nodes, tags, tag_mac, body, sealed)")
    for at in range(0, len(rows), AT_ONCE):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows[at : at + AT_ONCE])
        connection.execute("COMMIT")
    connection.close()


def bare_appends(path: Path, rows: list[Row]) -> None:
    """One row a transaction."""
    connection = bare_connection(path)
    marks = ", ".join("?" * (2 + len(MAPPED)))
    for session, _ in rows:
        connection.execute("BEGIN IMMEDIATE")
        values = (session.account, session.begin, *(reading.value for reading in session.readings))
        connection.execute(f"INSERT INTO log VALUES ({marks})", values)  # noqa: S608 - marks only
        connection.execute("COMMIT")
    connection.close()


def import_rows(ledger: Ledger, rows: list[Row], outcome: str) -> None:
    """Records the rows, in transactions."""
    for at in range(0, len(rows), AT_ONCE):
        with ledger.writing() as log:
            assert set(log.add_rows(rows[at : at + AT_ONCE])) == {outcome}


def append(ledger: Ledger, rows: list[Row]) -> None:
    """One session a transaction."""
    for session, _ in rows:
        with ledger.writing() as log:
            log.add_session(session)


def read_all(ledger: Ledger) -> None:
    """What an audit reads."""
    with ledger.reading() as reader:
        for group in reader.all_groups():
            assert group.contacts
        for account in reader.all_accounts():
            assert account.sightings


def read_groups(ledger: Ledger) -> None:
    """The shared identifiers alone."""
    with ledger.reading() as reader:
        for group in reader.all_groups():
            assert group.contacts


def verify(path: Path, environment: dict[str, str], complete: bool) -> None:
    """Verifies, with or without the keys."""
    with Ledger.open(path, read_only=True, environment=environment) as ledger:
        result = ledger.verify()
        assert result.intact
        assert bool(result.unchecked) is not complete


def scan(connection: sqlite3.Connection) -> None:
    """Reads every pair once."""
    for _ in connection.execute("SELECT * FROM sightings"):
        pass


def main() -> None:
    """Prints one line for each measurement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=100_000)
    parser.add_argument("--folder", default=None, help="where to work; by default the folder for temporary files")
    options = parser.parse_args()
    count = options.sessions
    rows = list(sessions(count))
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        path, bare_path = Path(folder) / "ledger.sqlite3", Path(folder) / "bare.sqlite3"
        keys = {"ISOLATION_HOME": folder}
        keyless = {"ISOLATION_HOME": folder, "ISOLATION_KEY_FILE": os.path.join(folder, "none")}
        bare = measure("bare executemany", lambda: bare_insert(bare_path, rows), count, None)
        with Ledger.open(path, key_store="file", environment=keys) as ledger:
            measure("import", lambda: import_rows(ledger, rows, "recorded"), count, bare)
            measure("import again", lambda: import_rows(ledger, rows, "duplicate"), count, bare)
            size = path.stat().st_size / count
            pairs = ledger.connection.execute("SELECT count(*) FROM sightings").fetchone()[0]
            stored = ledger.connection.execute("SELECT * FROM entries").fetchall()
            entries = measure(
                "bare executemany of the entries",
                partial(bare_entries, bare_path.with_suffix(".entries"), stored),
                count,
                None,
            )
            del stored
            for what, environment, complete in (("without", keyless, False), ("with", keys, True)):
                verified = measure(f"verify {what} keys", partial(verify, path, environment, complete), count, entries)
                print(
                    f"{'':44} {verified.cpu / bare.cpu:.2f} cpu {verified.wall / bare.wall:.2f} wall, of seven columns"
                )
            plain = measure("bare SELECT of sightings", lambda: scan(ledger.connection), pairs, None)
            measure("audit read: shared groups", lambda: read_groups(ledger), pairs, plain)
            measure("audit read: shared groups and accounts", lambda: read_all(ledger), pairs, plain)
            bare = measure("bare INSERT a transaction", lambda: bare_appends(bare_path, rows[:APPENDS]), APPENDS, None)
            measure("append a session a transaction", lambda: append(ledger, rows[:APPENDS]), APPENDS, bare)
        print(f"{size:.0f} bytes a session; {pairs} pairs of identifier and account")


if __name__ == "__main__":
    main()
