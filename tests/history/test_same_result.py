"""However a log is cut, ordered, repeated or packed, the ledger comes to say the same."""

from __future__ import annotations

import csv
import gzip
import io
import random
import tempfile
import zipfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isolation.audit import audit_ledger
from isolation.history import Mapping
from isolation.hooks.import_history import import_history
from isolation.hooks.logs import open_logs
from isolation.identifiers.accounts import account_key
from isolation.ledger import Ledger
from isolation.ledger.lines import ledger_lines
from isolation.policy import Policy

from .conftest import NOW

COLUMNS = ("account", "time", "public_ip", "hardware_mac", "operator", "success", "record")
MAPPING = Mapping.parse([f"{name}={name}" for name in COLUMNS])
TIMES = [*(f"2026-03-0{day}T1{day}:00:00{zone}" for day in range(1, 6) for zone in ("Z", "+08:00")), "x"]
ADDRESSES = ["8.8.8.8", "8.8.4.4:443", "::ffff:8.8.8.8", "2a00:1450::5", "2a00:1450::6", "10.0.0.4", "-", "?"]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["store-a", "Store-A ", "店铺一", "amazon:b", "c", "-"]),
        st.sampled_from(TIMES),
        st.sampled_from(ADDRESSES),
        st.sampled_from(["00-1B-21-AA-BB-01", "001b21aabb01", "00:1b:21:aa:bb:02", ""]),
        st.sampled_from(["li", "", "Wang"]),
        st.sampled_from(["", "true", "failed"]),
        st.sampled_from(["", "1", "2"]),
    ),
    min_size=2,
    max_size=25,
)  # fmt: skip
Row = tuple[str, ...]
OF_THE_ENTRY = ("origin", "entry", "logged", "logged_after", "logged_by", "source")


def _table(rows: list[Row]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([COLUMNS, *rows])
    return text.getvalue().encode()


def _workbook(rows: list[Row]) -> bytes:
    book, packed = openpyxl.Workbook(), io.BytesIO()
    for row in [COLUMNS, *rows]:
        book.active.append(row)
    book.save(packed)
    return packed.getvalue()


def _archive(rows: list[Row]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("b", _table(rows[::2] or rows))
        archive.writestr("a", _table(rows))
    return packed.getvalue()


def _ways(rows: list[Row], seed: int) -> dict[str, list[bytes]]:
    """The files of each way to write the same rows; those of `apart` are imported one by one."""
    shuffled, middle = random.Random(seed).sample(rows, len(rows)), len(rows) // 2
    return {
        "twice": [_table(rows), _table(rows)],
        "split": [_table(rows[middle:]), _table(rows[:middle])],
        "shuffled": [_table(shuffled)],
        "gzipped": [gzip.compress(_table(rows))],
        "concatenated": [_table(rows + rows)],
        "archived": [_archive(rows)],
        "workbook": [_workbook(rows)],
    }


def _folded(key: str, value: object) -> object:
    if key == "readings":  # each says by which format it came
        return [{name: part for name, part in one.items() if name != "source"} for one in value]  # type: ignore[attr-defined]
    return account_key(value) if key in ("account", "operator") and isinstance(value, str) and value else value


def _said(files: list[bytes]) -> tuple[Counter[object], ...]:
    """Sessions, findings and clusters of a ledger into which these files were imported, without order."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        paths = []
        for number, content in enumerate(files):
            (Path(name) / f"{number}.log").write_bytes(content)
            paths.append(str(Path(name) / f"{number}.log"))
        ledger = stack.enter_context(Ledger.open(Path(name) / "ledger.sqlite3", key_store="file"))
        for source in open_logs(paths, stack, lambda _: None, mapping=MAPPING, now=NOW):
            import_history(ledger, source)
        assert ledger.verify().intact
        sessions = Counter(
            repr({key: _folded(key, value) for key, value in line.items() if key not in OF_THE_ENTRY})
            for line in ledger_lines(ledger)
            if line.get("kind") == "session"
        )
        audit = audit_ledger(ledger, policy=Policy())
        findings = Counter(
            (one.rule, one.severity, one.confidence, one.fact, one.value, frozenset(map(account_key, one.accounts)),
             one.sessions, one.first_seen, one.last_seen)
            for one in audit.findings
        )  # fmt: skip
        clusters = Counter(
            (frozenset(map(account_key, one.accounts)), one.facts, one.confidence) for one in audit.clusters
        )
        return sessions, findings, clusters


@settings(max_examples=8, deadline=None)
@given(rows=ROWS, seed=st.integers(0, 1000))
def test_the_same_rows_say_the_same_however_they_come(rows: list[Row], seed: int) -> None:
    """Twice, split, shuffled, packed, concatenated or as a workbook: sessions, findings and clusters are the same."""
    sound = [row for row in rows if row[0] != "-" and row[1] != "x"]
    if not sound or not rows[len(rows) // 2 :] or not rows[: len(rows) // 2]:
        return
    once = _said([_table(rows)])
    for way, files in _ways(rows, seed).items():
        assert _said(files) == once, way


def test_the_rows_of_the_property_collide() -> None:
    """The comparison is not of nothing with nothing."""
    rows = [
        ("a", "2026-03-01T10:00:00Z", "8.8.8.8", "00-1B-21-AA-BB-01", "", "", ""),
        ("b", "2026-03-01T11:00:00Z", "8.8.8.8:1", "001b21aabb01", "", "", ""),
    ]
    sessions, findings, clusters = _said([_table(rows)])
    assert [len(sessions), bool(findings), len(clusters)] == [2, True, 1]


@pytest.mark.parametrize("private", ["10.0.0.4", "127.0.0.1", "fd00::1"])
def test_an_address_that_is_not_public_and_none_come_to_the_same_in_any_order(private: str) -> None:
    """Of two rows of one record the session says both that there is no public address and which other one."""
    rows = [("a", "2026-03-01T10:00:00Z", address, "", "", "", "1") for address in ("-", private)]
    sessions, *_ = said = _said([_table(rows)])
    assert said == _said([_table(rows[::-1])])
    assert len(sessions) == 1
    assert all(word in repr(sessions) for word in ("The row has none.", private))
