"""Every fixture, found by name: `FORMAT-WHAT.EXT`, read by the module FORMAT, is what `FORMAT-WHAT.golden` says."""

from __future__ import annotations

import gzip
import importlib
import json
from pathlib import Path

import pytest

from isolation.history.documents import Document
from isolation.history.rows import Ignored, Lease, RawClose, RawRow, Rejected, Scan
from isolation.times import zone_named

FIXTURES = Path(__file__).parent / "fixtures"
INPUTS = sorted(path for path in FIXTURES.iterdir() if path.suffix != ".golden")
YEARS = {"openssh-plain.log": "2026"}


def told(path: Path) -> list[list[object]]:
    """What a module reads from a file: each row as kind, line, and what it says."""
    module = importlib.import_module(f"isolation.history.{path.name.partition('-')[0]}")
    options = (
        {"year": YEARS[path.name.removesuffix(".gz")], "zone": zone_named("UTC")}
        if path.name.removesuffix(".gz") in YEARS
        else {}
    )
    document = Document(path)
    assert module.recognises(document.head.decode("utf-8", "replace"), path.name)
    rows: list[list[object]] = []
    for row in module.Reader(document, "utf-8", None, **options).rows():
        if isinstance(row, RawRow):
            assert tuple(row.cells) == module.FIELDS
            said = " ".join(f"{field}={text}" for field, text in row.cells.items() if text)
            rows.append([row.actor or "row", row.line, said, *([row.connection] if row.connection else [])])
        elif isinstance(row, Rejected):
            rows.append(["rejected", row.line, row.reason])
        elif isinstance(row, Ignored):
            rows.append(["ignored", row.line, row.what])
        else:
            assert isinstance(row, Lease | Scan | RawClose)
            rows.append([type(row).__name__.lower().removeprefix("raw"), row.line, *row[1:]])
    return rows


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_a_file_is_read_as_its_golden_says(path: Path) -> None:
    """Each fixture gives exactly the rows that stand beside it, each of which was checked by hand."""
    golden = FIXTURES / f"{path.stem}.golden"
    assert told(path) == [json.loads(line) for line in golden.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_a_packed_file_is_read_as_the_plain_one(path: Path, tmp_path: Path) -> None:
    """A gzip of a fixture gives the same rows."""
    packed = tmp_path / f"{path.name}.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    plain = [row[:3] for row in told(path)]
    assert [row[:3] for row in told(packed)] == plain
