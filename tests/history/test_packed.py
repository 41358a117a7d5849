"""Packed logs: read as what is in them, told when they are cut off, refused when they are damaged or bombs."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from isolation.errors import UsageError
from isolation.history import Mapping, Rejected, open_import
from isolation.history.documents import Document
from isolation.hooks.logs import open_logs

from .conftest import NOW, Importer, Opener

MAPPING = Mapping.parse(["account=account", "time=time"])
ROWS = "account,time\n" + "".join(f"store-{number},2024-05-06T07:{number % 60:02}:09Z\n" for number in range(5000))


def _zstandard(data: bytes) -> bytes:
    try:
        from compression.zstd import compress
    except ImportError:
        from backports.zstd import compress
    return bytes(compress(data))


def _zip(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


PACKERS = {"gzip": gzip.compress, "zstandard": _zstandard, "zip": lambda data: _zip(log=data)}


@pytest.mark.parametrize("packer", PACKERS)
def test_a_packed_log_is_read_as_what_is_in_it(imported: Importer, packer: str) -> None:
    """Packing changes no session, whatever the file is called."""
    packed = imported(PACKERS[packer](ROWS.encode()), name="log.csv")
    assert packed.sessions == imported(ROWS).sessions
    assert packed.rejected == []


@pytest.mark.parametrize("packer", ["gzip", "zstandard"])
def test_the_rows_before_a_cut_are_kept_and_the_loss_is_named(imported: Importer, packer: str) -> None:
    """Of a packed log that is cut off, whole rows count, the row in which it was cut never, and the line is told."""
    noise = random.Random(1)
    lines = [f"store-{noise.getrandbits(60)},2024-05-06T07:08:09Z\n" for _ in range(20_000)]
    whole = imported("account,time\n" + "".join(lines))
    packed = PACKERS[packer](("account,time\n" + "".join(lines)).encode())
    for share in (0.6, 0.8, 0.97):
        cut = imported(packed[: int(len(packed) * share)])
        count = len(cut.sessions)
        assert 0 < count < len(whole.sessions)
        assert cut.sessions == whole.sessions[:count]
        assert [(one.line, "cut off" in one.reason) for one in cut.rejected] == [(count + 2, True)]


def test_of_a_log_that_is_not_packed_the_last_line_counts(imported: Importer) -> None:
    """A last line without an end is a row."""
    assert len(imported(ROWS.rstrip("\n")).sessions) == 5000


@pytest.mark.parametrize("packer", PACKERS)
def test_a_damaged_packed_log_is_refused(opened: Opener, packer: str) -> None:
    """Where a checksum is wrong nobody can tell which row is, so none is read."""
    packed = bytearray(PACKERS[packer](ROWS.encode()))
    packed[len(packed) // 2] ^= 0x55
    with pytest.raises(UsageError, match="damaged"):
        opened(bytes(packed))


def test_a_cut_archive_in_a_folder_is_read_and_its_loss_named_beside_the_other_logs(tmp_path: Path) -> None:
    """Of the archive it is said what is lost, with line 0; what is left of it and the sound logs are read."""
    (tmp_path / "whole.csv").write_text(ROWS)
    (tmp_path / "cut.zip").write_bytes(_zip(log=ROWS.encode())[:-30])
    unused: list[Rejected] = []
    with ExitStack() as stack:
        sources = open_logs([str(tmp_path)], stack, unused.append, mapping=MAPPING, now=NOW)
        assert [Path(source.name).name for source in sources] == ["log", "whole.csv"]
    assert [(Path(one.file).name, one.line, "is cut off" in one.reason) for one in unused] == [("cut.zip", 0, True)]


def test_a_damaged_file_of_an_archive_costs_no_other(tmp_path: Path) -> None:
    """Where one file's checksum is wrong the others are read, and that one is named."""
    packed = _zip(a=ROWS.encode(), b=ROWS.replace("store", "shop").encode())
    place = packed.index(b"PK\x03\x04", 4) // 2
    (tmp_path / "logs.zip").write_bytes(packed[:place] + bytes([packed[place] ^ 0x55]) + packed[place + 1 :])
    unused: list[Rejected] = []
    with ExitStack() as stack:
        sources = open_logs([str(tmp_path / "logs.zip")], stack, unused.append, mapping=MAPPING, now=NOW)
        assert [Path(source.name).name for source in sources] == ["b"]
    assert [(Path(one.file).name, "damaged" in one.reason) for one in unused] == [("a", True)]


def test_an_archive_of_several_files_is_no_log(opened: Opener) -> None:
    """Which of several files is meant is not guessed."""
    with pytest.raises(UsageError, match="2 files"):
        opened(_zip(a=ROWS.encode(), b=ROWS.encode()))


def test_each_file_of_an_archive_can_be_opened(tmp_path: Path) -> None:
    """A file within an archive is named by archive and file."""
    (tmp_path / "logs.zip").write_bytes(_zip(**{"2024/a.csv": ROWS.encode(), "b.csv": b"account,time\n"}))
    document = Document(tmp_path / "logs.zip", "2024/a.csv")
    with document.open() as stream:
        assert stream.read() == ROWS.encode()
    assert document.name.endswith("logs.zip/2024/a.csv")
    document.close()


def test_an_encrypted_archive_is_refused(opened: Opener) -> None:
    """What needs a password says so."""
    packed = bytearray(_zip(log=ROWS.encode()))
    packed[6] |= 1  # the flag in the local header, and in the directory
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(UsageError, match="encrypted"):
        opened(bytes(packed))


@pytest.mark.parametrize("packer", ["gzip", "zstandard", "zip"])
def test_a_bomb_is_refused(tmp_path: Path, packer: str) -> None:
    """What unpacks to far more than a log would is not unpacked to its end."""
    path = tmp_path / "bomb"
    head = b"account,time\nstore,2024-05-06T07:08:09Z\n"
    block = head + b"\n" * (1 << 20)
    if packer == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("log", "w") as file:
            for _ in range(1100):
                file.write(block)
    else:
        path.write_bytes(PACKERS[packer](block) * 1100)
    with pytest.raises(UsageError, match=r"no log does|no archive of logs"):
        open_import(path, MAPPING, now=NOW)


def test_random_bytes_with_a_packed_beginning_make_no_traceback(opened: Opener) -> None:
    """Whatever follows the signature, the answer is a sentence."""
    noise = random.Random(3)
    for start in (b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"PK\x05\x06"):
        for _ in range(50):
            with pytest.raises(UsageError):
                opened(start + noise.randbytes(noise.randrange(200)))
