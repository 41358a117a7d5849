"""ZIP archives that are cut off: what is whole is read, what is lost is named."""

from __future__ import annotations

import contextlib
import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest

from isolation.errors import UsageError
from isolation.history import Mapping, Rejected, open_import
from isolation.hooks.logs import open_logs
from isolation.model import Session

from .conftest import NOW, Opener

HEADER = "account,time\n"
ROWS = 5  # in each file
NAMES = ("a.csv", "b.csv", "c.csv")
MAPPING = Mapping.parse(["account=account", "time=time"])
_DESCRIPTOR = b"PK\x07\x08"


class Pipe(io.RawIOBase):
    """Takes bytes and cannot go back, so that zipfile writes the sizes of a file behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.taken = bytearray()

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: object) -> int:
        """Keep the bytes."""
        self.taken += memoryview(data)  # type: ignore[call-overload] # whatever has bytes
        return len(memoryview(data))  # type: ignore[arg-type] # as before


def _rows(name: str) -> list[str]:
    noise = random.Random(name)
    return [f"{name[0]}{number}-{noise.getrandbits(40)}" for number in range(ROWS)]


def _log(name: str) -> str:
    return HEADER + "".join(f"{account},2024-05-06T07:08:09Z\n" for account in _rows(name))


def _written(method: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name in NAMES:
            archive.writestr(name, _log(name))
    return packed.getvalue()


def _streamed(method: int, zip64: bool = False) -> bytes:
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", method) as archive:
        for name in NAMES:
            with archive.open(name, "w", force_zip64=zip64) as file:
                file.write(_log(name).encode())
    return bytes(pipe.taken)


def _unmarked() -> bytes:
    """Streamed with descriptors that lack the mark, which is not required of them."""
    return _streamed(zipfile.ZIP_DEFLATED).replace(_DESCRIPTOR, b"")


KINDS: dict[str, Callable[[], bytes]] = {
    "stored": lambda: _written(zipfile.ZIP_STORED),
    "deflated": lambda: _written(zipfile.ZIP_DEFLATED),
    "bzip2": lambda: _written(zipfile.ZIP_BZIP2),
    "streamed, stored": lambda: _streamed(zipfile.ZIP_STORED),
    "streamed, deflated": lambda: _streamed(zipfile.ZIP_DEFLATED),
    "streamed, deflated, of 64 bits": lambda: _streamed(zipfile.ZIP_DEFLATED, zip64=True),
    "streamed, without marks": _unmarked,
}


class Read(NamedTuple):
    """What came of an archive: accounts in order, what was told of the archive, and of rows or files in it."""

    accounts: list[str]
    lost: list[str]
    rejected: list[Rejected]


def _read(path: Path, name: str = "") -> Read:
    told: list[Rejected] = []
    accounts: list[str] = []
    with ExitStack() as stack:
        for source in open_logs(
            [str(path / name) if name else str(path)], stack, told.append, mapping=MAPPING, now=NOW
        ):
            for row in source.rows():
                if isinstance(row, Session):
                    accounts.append(row.account)
                elif isinstance(row, Rejected):
                    told.append(row)
    of_it = [one for one in told if one.file == str(path)]
    assert all(one.line == 0 for one in of_it)
    return Read(accounts, [one.reason for one in of_it], [one for one in told if one not in of_it])


def _left(data: bytes, start: int) -> int:
    """How many whole rows there are in what a file's packed bytes, from its header at `start` on, unpack to."""
    if len(data) < start + 30:
        return 0
    method, named, more = (*struct.unpack_from("<H", data, start + 8), *struct.unpack_from("<2H", data, start + 26))
    packed = data[start + 30 + named + more :]
    text = packed.partition(_DESCRIPTOR)[0] if method == zipfile.ZIP_STORED else b""
    if method == zipfile.ZIP_DEFLATED:
        text = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed)
    return max(0, text.count(b"\n") - 1)


@pytest.mark.parametrize("kind", KINDS)
def test_wherever_an_archive_is_cut_what_is_whole_is_read_and_the_loss_is_named(tmp_path: Path, kind: str) -> None:
    """Cut at any byte, an archive gives every whole file and every whole row of the cut one, and says what is lost."""
    whole = KINDS[kind]()
    path = tmp_path / "logs.zip"
    starts = [found.start() for found in re.finditer(b"PK\x03\x04", whole)]
    ends = [*starts[1:], whole.index(b"PK\x01\x02")]
    every = [account for name in NAMES for account in _rows(name)]
    for end in range(4, len(whole)):
        path.write_bytes(whole[:end])
        files = sum(end >= one for one in ends)
        more = _left(whole[:end], starts[files]) if files < len(NAMES) else 0
        try:
            found = _read(path)
        except UsageError:
            assert files + more == 0  # not even the line that names the columns is left
            continue
        assert found.accounts == every[: ROWS * files + more]
        assert len(found.lost) == 1
        assert [NAMES[files] in one.file for one in found.rejected] == [True] * len(found.rejected)
        if more:
            assert f"{NAMES[files]} is not whole, and every file after it is lost" in found.lost[0]
            assert [(one.line, "cut off in this line" in one.reason) for one in found.rejected] == [(more + 2, True)]
        elif end >= ends[-1] + 4:
            assert "the files before that are all there" in found.lost[0]
            assert not found.rejected


def test_without_its_first_file_nothing_is_left(opened: Opener) -> None:
    """An archive that is cut off in its first header is refused in a sentence."""
    for end in (4, 5, 29):
        with pytest.raises(UsageError, match="cut off before its first file"):
            opened(_written(zipfile.ZIP_DEFLATED)[:end])


def test_a_file_of_a_cut_archive_is_named_like_one_of_a_whole(tmp_path: Path) -> None:
    """Of a whole file of it nothing is lost; one that is not there any more is said to be lost with the rest."""
    whole = _streamed(zipfile.ZIP_DEFLATED)
    path = tmp_path / "logs.zip"
    path.write_bytes(whole[: whole.index(b"c.csv") - 3])
    assert _read(path, "b.csv") == Read(_rows("b.csv"), [], [])
    with pytest.raises(UsageError, match=r"has no file c.csv\. The archive is cut off after b.csv"):
        _read(path, "c.csv")


def test_a_sole_file_is_that_log_only_where_its_own_end_says_that_more_is_lost(opened: Opener, tmp_path: Path) -> None:
    """Which files came after a whole one nobody knows, so it has to be named; of a cut one the last line tells."""
    whole = _written(zipfile.ZIP_STORED)
    second = whole.index(b"PK\x03\x04", 4)
    with pytest.raises(UsageError, match=r"cut off; a\.csv of it is left"):
        opened(whole[: second + 9])
    rows = list(opened(whole[: second - 3]).rows())
    assert [isinstance(row, Rejected) for row in rows] == [False] * (ROWS - 1) + [True]


def test_bytes_of_later_files_are_no_rows_of_a_damaged_one(tmp_path: Path) -> None:
    """Where a stored file's checksum is wrong, what comes after its place is not read as if it were in it."""
    whole = bytearray(_streamed(zipfile.ZIP_STORED))
    place = whole.index(b"-", whole.index(HEADER.encode()))
    whole[place] = ord("_")
    path = tmp_path / "logs.zip"
    path.write_bytes(whole[:-5])
    found = _read(path)
    assert len(found.accounts) == ROWS
    assert "a.csv is not whole" in found.lost[0]


def test_an_archive_within_a_cut_one_is_not_taken_for_it(tmp_path: Path) -> None:
    """The directory of an archive that lies whole in one that is cut off does not stand for the missing one."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", _log("a.csv"))
        archive.writestr("inner.zip", _written(zipfile.ZIP_DEFLATED))
        archive.writestr("z.csv", _log("z.csv"))
    whole = packed.getvalue()
    path = tmp_path / "logs.zip"
    path.write_bytes(whole[: whole.rindex(b"PK\x03\x04") + 3])
    found = _read(path)
    assert found.accounts == _rows("a.csv")
    assert "after inner.zip" in found.lost[0]
    assert [one.file for one in found.rejected] == [f"{path}/inner.zip"]


@pytest.mark.parametrize("streamed", [False, True])
def test_a_bomb_that_is_cut_off_is_refused(tmp_path: Path, streamed: bool) -> None:
    """What unpacks to far more than a log would is not unpacked to its end, whether its header says so or not."""
    path, pipe = tmp_path / "bomb", Pipe()
    place = pipe if streamed else path
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("log", "w") as file:
        file.write(HEADER.encode())
        for _ in range(1100):
            file.write(b"\n" * (1 << 20))
    data = bytes(pipe.taken) or path.read_bytes()
    for end in (len(data) - 3, len(data) - 200):
        path.write_bytes(data[:end])
        with pytest.raises(UsageError, match=r"no log does|no archive of logs"):
            open_import(path, MAPPING, now=NOW)


def test_an_encrypted_file_of_a_cut_archive_is_named(tmp_path: Path) -> None:
    """What needs a password says so; the files beside it are read."""
    whole = bytearray(_written(zipfile.ZIP_DEFLATED))
    whole[whole.index(b"PK\x03\x04", 4) + 6] |= 1
    path = tmp_path / "logs.zip"
    path.write_bytes(whole[:-30])
    found = _read(path)
    assert found.accounts == _rows("a.csv") + _rows("c.csv")
    assert [(one.file, "encrypted" in one.reason) for one in found.rejected] == [(f"{path}/b.csv", True)]


def test_a_workbook_that_is_cut_off_is_no_archive_of_logs(opened: Opener) -> None:
    """The parts of a workbook are never read as logs."""
    book, packed = openpyxl.Workbook(), io.BytesIO()
    for row in (["account", "time"], ["store", "2024-05-06T07:08:09Z"]):
        book.active.append(row)
    book.save(packed)
    for share in (0.2, 0.5, 0.9, 0.99):
        with pytest.raises(UsageError, match="cut off"):
            opened(packed.getvalue()[: int(len(packed.getvalue()) * share)])


def test_random_bytes_behind_a_header_make_no_traceback(tmp_path: Path) -> None:
    """Whatever is changed in an archive that is cut off, the answer is rows, rejects or a sentence."""
    noise = random.Random(5)
    path = tmp_path / "logs.zip"
    for kind in KINDS:
        whole = KINDS[kind]()
        for _ in range(40):
            data = bytearray(whole[: noise.randrange(31, len(whole))])
            for _ in range(noise.randrange(1, 4)):
                data[noise.randrange(4, len(data))] = noise.randrange(256)
            path.write_bytes(data)
            with contextlib.suppress(UsageError):
                _read(path)
