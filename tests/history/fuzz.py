"""Mutated logs of every format, read and recorded: no traceback, every reject with its line, nothing else recorded.

    python tests/history/fuzz.py [--files 100000] [--seed 1] [--only FORMAT]

Each file is a sound one with pieces taken out, put in, doubled, turned or cut off. One in fifty is recorded into a
ledger as well, whose entries must grow by exactly what was said to be recorded or amended. Prints what became of them.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import io
import json
import random
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import openpyxl

from isolation.errors import UsageError
from isolation.history import FIELDS, Mapping, Rejected, Scan, open_import
from isolation.history.proposals import propose, read_tables
from isolation.hooks.import_history import import_history
from isolation.identifiers.escape import printable
from isolation.ledger import Ledger
from isolation.model import Session
from isolation.times import zone_named

NOW = 1_795_000_000_000_000
HERE = Path(__file__).parent
SAMPLES = (HERE / "cloud", HERE.parent / "history_wire" / "fixtures")
LARGEST = 40_000  # bytes of a sample
RECORDED = 50  # one file in so many goes into a ledger
CELLS = (
    "store-a", "2026-03-04 05:06:07", "2026-03-04T06:06:07Z", "8.8.8.8", "10.0.0.4:443", "9f8c0a1b2c3d4e5f60718293",
    "00-1B-21-AA-BB-01", "00:1b:21:aa:bb:02", "001b.21aa.bb03", "Office 办公室", "li", "ui", "true", "17",
)  # fmt: skip
PIECES = (
    b",", b'"', b"\n", b"\r", b"\r\n", b"{", b"}", b"[", b"]", b":", b"\\", b"\\u", b"\\ud800", b"\xff\xfe", b"\0",
    b"\x1b[2J", b"null", b"true", b"1e999", b"-1", b"99999999999999999999", b"7.25E+18", b"43:30.8",
    b"03/04/2026 10:00", b"2026-13-45", b"2026-03-08 02:30:00", b"::ffff:1.2.3.4", b"fe80::1%eth0", b"0x41",
    "\u202e".encode(), "名".encode("gb18030"), b"a" * 400, b"<", b">", b"&#0;", b"<!DOCTYPE x [", b"--", b"=", b"\t",
    b";", b"sep=;\n", b"PK\x03\x04", b"\x1f\x8b\x08",
)  # fmt: skip


class Sample(NamedTuple):
    """A sound log: what it is called here, its bytes, and whether its columns have to be mapped."""

    name: str
    content: bytes
    mapped: bool


def samples() -> list[Sample]:
    """One log of each kind at least: generic ones made here, the others from the fixtures of their own tests."""
    rows = [[cell if at else f"{cell}{number}" for at, cell in enumerate(CELLS)] for number in range(8)]
    table = "\n".join(",".join(row) for row in [list(FIELDS), *rows]).encode()
    objects = [dict(zip(FIELDS, row, strict=True)) for row in rows]
    book, packed, archive = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    for row in [list(FIELDS), *rows]:
        book.active.append(row)
    book.save(packed)
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("log.csv", table)
    made = {
        "csv": table, "tsv": table.replace(b",", b"\t"), "utf-16": table.decode().encode("utf-16"),
        "gb18030": table.decode().encode("gb18030"), "jsonl": "\n".join(map(json.dumps, objects)).encode(),
        "json": json.dumps(objects, indent=1, ensure_ascii=False).encode(), "xlsx": packed.getvalue(),
        "gzip": gzip.compress(table, mtime=0), "zip": archive.getvalue(),
    }  # fmt: skip
    found = [Sample(name, content, True) for name, content in made.items()]
    for folder in SAMPLES:
        for path in sorted(folder.glob("*")):
            if path.suffix not in (".golden", ".py") and path.is_file() and path.stat().st_size <= LARGEST:
                found.append(Sample(path.name, path.read_bytes(), False))
    return found


def mutated(chance: random.Random, content: bytes) -> bytes:
    """The content, damaged in one to six places."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        what = chance.randrange(7)
        if what == 0 and data:
            data[at % len(data)] ^= 1 << chance.randrange(8)
        elif what == 1:
            del data[at : at + chance.randrange(1, 60)]
        elif what == 2:
            data[at:at] = chance.choice(PIECES)
        elif what == 3:
            data[at : at + chance.randrange(9)] = chance.choice(PIECES)
        elif what == 4:
            data[at:at] = data[at : at + chance.randrange(1, 200)]
        elif what == 5:
            data[at:at] = chance.randbytes(chance.randrange(1, 12))
        elif chance.random() < 0.3:
            del data[at:]
    return bytes(data)


class Fuzzer:
    """Reads mutated files; `outcomes` counts what became of them and their rows, `faults` says what must not be."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._path = folder / "log"
        self._chance = random.Random(seed)
        self._utc = zone_named("UTC")
        self._every = Mapping.parse([f"{field}={field}" for field in FIELDS])
        self._few = Mapping.parse(["account=account", "time=time"])
        self._ledger = Ledger.open(folder / "ledger.sqlite3", key_store="file", clock=lambda: NOW)
        self.outcomes: Counter[str] = Counter()
        self.faults: list[str] = []

    def close(self) -> None:
        """Verify the ledger, and let go of it."""
        if not self._ledger.verify().intact:
            self.faults.append("the ledger does not verify")
        self._ledger.close()

    def one(self, number: int, sample: Sample) -> None:
        """Mutate a sample and read it."""
        content = mutated(self._chance, sample.content)
        self._path.write_bytes(content)
        try:
            self._read(number, sample)
        except UsageError as problem:
            self.outcomes["files refused"] += 1
            self._require_sentence(sample, str(problem))
        except Exception:  # noqa: BLE001 - that is what is looked for
            kept = Path(tempfile.gettempdir()) / f"fuzz-{sample.name}-{number}"
            kept.write_bytes(content)
            self.faults.append(f"{sample.name}, kept as {kept}:\n{traceback.format_exc()}")

    def _read(self, number: int, sample: Sample) -> None:
        mapping = None
        if sample.mapped:
            mapping = self._chance.choice((self._every, self._few))
            if number % 10 == 0:
                with contextlib.suppress(UsageError):
                    propose(read_tables(self._path))
        zone = self._utc if self._chance.random() < 0.8 else None
        user = "account" if number % 2 else "operator"
        with open_import(self._path, mapping, now=NOW, zone=zone, site="lab", user_as=user) as source:
            self.outcomes["files read"] += 1
            if number % RECORDED == 0:
                self._record(sample, source)
                return
            for row in source.rows():
                self._look_at(sample, row)

    def _look_at(self, sample: Sample, row: object) -> None:
        if not isinstance(row, Rejected):
            self.outcomes["sessions" if isinstance(row, Session) else "leases and scans"] += 1
            return
        self.outcomes["rejects"] += 1
        self._require_sentence(sample, row.reason)
        if row.line < 1:
            self.faults.append(f"{sample.name}: a reject without its line: {row.reason}")

    def _record(self, sample: Sample, source: object) -> None:
        before = self._ledger.size
        result = import_history(self._ledger, source, pause=lambda _: None)  # type: ignore[arg-type]  # an ImportSource
        grown = self._ledger.size - before
        self.outcomes["entries recorded"] += grown
        told = result.recorded + result.amended
        points = sum(isinstance(row, Scan) for row in source.rows())  # type: ignore[attr-defined]
        rest = result.duplicates + len(result.rejected) + sum(result.ignored.values()) + points
        if grown != told + result.ended or result.rows != told + rest:
            self.faults.append(f"{sample.name}: {result.rows} rows, {told} told, {grown} entries, {rest} others")

    def _require_sentence(self, sample: Sample, text: str) -> None:
        if text != printable(text) or len(text) > 6000:
            self.faults.append(f"{sample.name}: no sentence for a terminal: {text[:300]!r}")


def run(files: int, seed: int, only: str = "") -> tuple[Counter[str], list[str]]:
    """Read so many mutated files, each sample as often; what became of them, and the faults."""
    every = [one for one in samples() if only in one.name]
    with tempfile.TemporaryDirectory(prefix="isolation-fuzz-") as name:
        fuzzer = Fuzzer(Path(name), seed)
        for number in range(files):
            fuzzer.one(number, every[(number * 7 + number // len(every)) % len(every)])
            if len(fuzzer.faults) > 20:
                break
        fuzzer.close()
    return fuzzer.outcomes, fuzzer.faults


def main() -> int:
    """Prints the outcome; 1 where there is a fault."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    begun = time.monotonic()
    outcomes, faults = run(given.files, given.seed, given.only)
    told = ", ".join(f"{count:,} {what}" for what, count in outcomes.most_common())
    sys.stdout.write(f"{given.files:,} files in {time.monotonic() - begun:.0f} s: {told}; {len(faults)} faults\n")
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
