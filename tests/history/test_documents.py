"""Files that cannot be imported, or only with care."""

from __future__ import annotations

import gzip
import io
import os
import sys
import threading
from pathlib import Path

import pytest

from isolation.errors import UsageError
from isolation.history import Mapping, open_import

from .conftest import NOW, Importer, Opener

ROWS = "account,time\nstore,2024-05-06T07:08:09Z\n"
MAPPING = Mapping.parse(["account=account", "time=time"])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (gzip.compress(b"", mtime=0), "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG"),
        (b"SQLite format 3\0" + bytes(100), "SQLite"),
        (b"PK\x03\x04....[Content_Types].xml....xl/workbook.xml", "ZIP archive that is cut off"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "Excel"),
        (bytes(range(256)) * 8, "binary data"),
        (gzip.compress(ROWS.encode() * 1000, mtime=0)[:12], "cut off before its first row"),
        (gzip.compress(ROWS.encode() * 1000, mtime=0)[:-8] + bytes(8), "damaged"),
        (b"account,time\n", "no rows"),
        (b"account,time\n\n\n , \n,,\n", "no rows"),
        (b"hello\n", "format of"),
        (b"\n\n", "no line of text"),
        (b"account,when\na,2024-05-06T07:08:09Z\n", 'no column "time"; its columns are "account", "when"'),
        (b"account,time,time\na,b,c\n", 'several columns named "time"'),
        (b"{}\n", "no JSON object"),
        (b"[]", "no JSON object"),
        (b'{\n"account": "a",\n"time": 1\n}\n', "no JSON object"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_one_sentence(opened: Opener, content: bytes, says: str) -> None:
    """What is wrong with a whole file is said before any row of it, and names the file."""
    with pytest.raises(UsageError) as caught:
        opened(content)
    assert says in caught.value.message
    assert "log" in caught.value.message
    assert caught.value.exit_code == 2


def test_a_missing_file_a_folder_and_a_device_are_refused(tmp_path: Path) -> None:
    """What is no file is said to be none."""
    for path, says in ((tmp_path / "nothing", "no file"), (tmp_path, "folder"), (Path("a\0b"), "cannot be read")):
        with pytest.raises(UsageError, match=says):
            open_import(path, MAPPING, now=NOW)
    if os.name == "posix":
        with pytest.raises(UsageError, match="device"):
            open_import("/dev/zero", MAPPING, now=NOW)


def test_a_file_name_reaches_no_message_raw(tmp_path: Path) -> None:
    """Control characters in a file's name are escaped."""
    with pytest.raises(UsageError) as caught:
        open_import(tmp_path / "a\x1b[31mb", MAPPING, now=NOW)
    assert str(caught.value).isprintable()


def test_gzip_is_read_as_what_is_in_it(imported: Importer) -> None:
    """A packed log needs no unpacking, whatever it is called."""
    result = imported(gzip.compress(ROWS.encode()), name="log.csv")
    assert [session.account for session in result.sessions] == ["store"]


def test_standard_input_is_read_like_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What comes by a pipe can be read as often as a file, and leaves no copy behind."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ROWS.encode())))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with open_import("-", MAPPING, now=NOW) as source:
        assert source.name == "standard input"
        assert list(source.rows()) == list(source.rows())
        assert list(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    """A pipe, which gives its bytes only once, is kept and read."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(ROWS.encode(),))
    writer.start()
    with open_import(pipe, MAPPING, now=NOW) as source:
        assert len(list(source.rows())) == 1
    writer.join()


def test_progress_goes_from_nothing_to_all(opened: Opener) -> None:
    """The bytes taken grow with the rows and end at the file's size."""
    source = opened("account,time\n" + "store,2024-05-06T07:08:09Z\n" * 20_000)
    rows = source.rows()
    next(rows)
    assert 0 < source.bytes_read < source.bytes_total
    for _ in rows:
        pass
    assert source.bytes_read == source.bytes_total
    assert source.line == 20_001


def test_without_a_mapping_the_columns_are_named(tmp_path: Path) -> None:
    """Who names no column is told which there are."""
    for content in ("who;when\na;b\n", '{"who": "a", "at": {"when": 1}}\n'):
        path = tmp_path / "log"
        path.write_text(content)
        with pytest.raises(UsageError, match=r'"who", "(at\.)?when"'):
            open_import(path, None, now=NOW)


def test_an_unknown_format_is_refused_with_those_that_are_known(opened: Opener) -> None:
    """--as takes the ids of the registry."""
    with pytest.raises(UsageError, match="jsonl"):
        opened(ROWS, format="parquet")
    with pytest.raises(UsageError, match="--as"):
        opened("prose without any cell\n")


def test_a_named_format_is_not_guessed_again(opened: Opener) -> None:
    """--as decides, also against the content."""
    with pytest.raises(UsageError, match="no JSON object"):
        opened(ROWS, format="jsonl")
