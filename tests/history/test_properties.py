"""What holds for any log."""

from __future__ import annotations

import csv
import io
import json
import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isolation.errors import UsageError
from isolation.history import FIELDS, Mapping, Rejected, open_import
from isolation.identifiers.escape import printable
from isolation.model import Session
from isolation.times import zone_named

from .conftest import NOW, Importer

MAPPING = Mapping.parse(["account=account", "time=time"])
EVERY_FIELD = Mapping.parse([f"{field}={field}" for field in FIELDS])
UTC = zone_named("UTC")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gb18030", "big5", "cp932", "cp949", "cp1252", "cp1251")
# cp932 encodes the first of these and decodes to others; U+FFFD says that something did not decode.
ONE_WAY = "¢£¬‖−〜\ufffd"


def _cells(encoding: str, *, lines: bool) -> st.SearchStrategy[str]:
    """Any text of the encoding, with line breaks or without. A file full of other controls is no text."""
    characters = st.characters(
        codec=encoding,
        exclude_categories=("Cs", "Cc"),
        exclude_characters=ONE_WAY,
        include_characters="\t\r\n" if lines else "\t",
    )
    return st.text(characters, max_size=12)


@settings(max_examples=50, deadline=None)
@given(data=st.data(), delimiter=st.sampled_from(",\t;|"))
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_any_text_comes_back_from_a_table(
    tmp_path_factory: pytest.TempPathFactory, encoding: str, delimiter: str, data: st.DataObject
) -> None:
    """What a CSV writer wrote, under each delimiter and encoding, is read back to the character."""
    codec = encoding.removesuffix("-sig")
    row = st.tuples(_cells(codec, lines=True), _cells(codec, lines=False).map("x".__add__), _cells(codec, lines=False))
    rows = data.draw(st.lists(row, min_size=1, max_size=8))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([("note", "account", "time"), *rows])
    path = tmp_path_factory.getbasetemp() / f"table-{encoding}"
    path.write_bytes(text.getvalue().encode(encoding))
    with open_import(path, MAPPING, now=NOW, zone=UTC, encoding=encoding) as source:
        read = [row.cells for row in source.raw_rows() if not isinstance(row, Rejected)]
    assert read == [{"account": account, "time": time} for _, account, time in rows]


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(st.text(max_size=20), min_size=1, max_size=8), array=st.booleans(), ascii_only=st.booleans())
def test_any_text_comes_back_from_json(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], array: bool, ascii_only: bool
) -> None:
    """What a JSON writer wrote, on lines or in an array, is read back to the character."""
    rows = [{"account": text, "time": "x"} for text in texts]
    content = json.dumps(rows, ensure_ascii=ascii_only)
    if not array:
        content = "\n".join(json.dumps(row, ensure_ascii=ascii_only) for row in rows)
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text(content, encoding="utf-8", newline="")
    with open_import(path, MAPPING, now=NOW, zone=UTC) as source:
        assert [row.cells for row in source.raw_rows() if not isinstance(row, Rejected)] == rows


def _realistic(random: random.Random, rows: int) -> list[dict[str, str]]:
    addresses = ["8.8.8.8", "192.168.1.5", "::1", "2a00:1450::5", "localhost", "", "1.1.1.1:443"]
    return [
        {
            "account": random.choice(["a", "B ", "b", "amazon:c", ""]),
            "time": f"2024-05-{random.randrange(1, 33):02}T07:08:09Z",
            "public_ip": random.choice(addresses),
            "success": random.choice(["true", "0", "perhaps"]),
        }
        for _ in range(rows)
    ]


def test_the_order_of_rows_changes_no_session(imported: Importer) -> None:
    """The same rows in any order are the same sessions."""
    seeded = random.Random(20_240_506)
    rows = _realistic(seeded, 300)
    found = []
    for _ in range(5):
        seeded.shuffle(rows)
        content = "\n".join(map(json.dumps, rows))
        result = imported(content, " ".join(f"{field}={field}" for field in rows[0]), site="lab")
        found.append((Counter(map(repr, result.sessions)), Counter(row.reason for row in result.rejected)))
    assert all(one == found[0] for one in found)
    assert found[0][1].total() > 0


def test_a_table_and_json_of_the_same_rows_are_the_same_sessions(imported: Importer) -> None:
    """The format of a log changes nothing but the source that a session names."""
    rows = _realistic(random.Random(7), 200)
    maps = " ".join(f"{field}={field}" for field in rows[0])
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    table = imported(text.getvalue(), maps)
    lines = imported("\n".join(map(json.dumps, rows)), maps)
    assert [repr(one).replace(":csv", ":jsonl") for one in table.sessions] == [repr(one) for one in lines.sessions]
    assert [row.reason for row in table.rejected] == [row.reason for row in lines.rejected]


PIECES = (
    b",", b'"', b"\n", b"\r", b"{", b"}", b"[", b"]", b":", b"\\", b"\\u", b"\xff\xfe", b"\xe5\xba", b"\x1b[2J", b"\0",
    b"null", b"1e999", b"-1", b"99999999999999999999", b"2024-05-06T07:08:09Z", b"2024-13-45 25:61:61",
    b"::ffff:1.2.3.4", b"fe80::1%eth0", b"00:11:22:33:44:55", b"0x41", "\u202e".encode(), "名".encode(), b"a" * 400,
    b"\x80", b"\xc3",
)  # fmt: skip


def _damaged(random: random.Random, row: bytes) -> bytes:
    """A row with pieces of it replaced by what readers stumble over, or random bytes altogether."""
    if random.random() < 0.2:
        return random.randbytes(random.randrange(60)).replace(b"\n", b"") + b"\n"
    for _ in range(random.randrange(4)):
        start = random.randrange(len(row))
        row = row[:start] + random.choice(PIECES) + row[start + random.randrange(6) :]
    return row + b"\n"


def _row(random: random.Random, kind: str) -> bytes:
    cells = {field: random.choice(PIECES).decode("latin-1") for field in FIELDS} | {
        "account": "a",
        "time": "1714979289",
    }
    if kind == "csv":
        return ",".join(cells.values()).encode("latin-1")
    return json.dumps(cells).encode() + (b"," if kind == "array" else b"")


@pytest.mark.parametrize(("kind", "files", "rows"), [("csv", 20, 2000), ("lines", 20, 2000), ("array", 1000, 25)])
def test_damaged_rows_are_sessions_or_rejected_and_nothing_else_happens(
    tmp_path: Path, kind: str, files: int, rows: int
) -> None:
    """A hundred thousand damaged rows raise nothing; every reason is short and printable.

    An array that is damaged between its elements cannot be read on, so it is tried in many small ones.
    """
    seeded = random.Random(kind)
    start = {"csv": ",".join(FIELDS).encode() + b"\n", "lines": b"", "array": b"[\n"}[kind]
    path = tmp_path / "damaged"
    outcomes: Counter[type] = Counter()
    for _ in range(files):
        damaged = b"".join([_damaged(seeded, _row(seeded, kind)) for _ in range(rows)])
        path.write_bytes(start + b"%s\n" % _row(seeded, kind) + damaged)
        fmt = "csv" if kind == "csv" else "jsonl"
        with open_import(path, EVERY_FIELD, now=NOW, zone=UTC, encoding="utf-8", format=fmt, site="lab") as source:
            for row in source.rows():
                outcomes[type(row)] += 1
                if isinstance(row, Rejected):
                    assert row.reason == printable(row.reason)
                    assert len(row.reason) < 400
    assert set(outcomes) == {Session, Rejected}
    assert outcomes.total() >= files * rows * (0.1 if kind == "array" else 0.8)


def test_random_files_are_read_or_refused(tmp_path: Path) -> None:
    """Whatever a file holds, opening it raises nothing but a UsageError with printable text."""
    seeded = random.Random(1)
    path = tmp_path / "any"
    for number in range(1000):
        start = seeded.choice(
            (b"", b"account,time\n", b"[", b"{", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"sep=;\n")
        )
        pieces = seeded.choices(PIECES, k=seeded.randrange(1, 30))
        path.write_bytes(start + (b"".join(pieces) if number % 2 else seeded.randbytes(seeded.randrange(200))))
        said = ""
        try:
            with open_import(path, MAPPING, now=NOW) as source:
                list(source.rows())
        except UsageError as error:
            said = str(error)
        assert said == printable(said)
