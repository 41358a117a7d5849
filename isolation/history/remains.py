"""What is left of a ZIP archive that is cut off: its files, one after the other from the front.

The directory that says where the files lie is at an archive's end, and is what a cut takes first. Each file has a
header before it too (PKWARE's APPNOTE.TXT 6.3.10, 4.3.7). The size of one that was packed while it came stands behind
it, in a data descriptor (4.3.9): such a file is unpacked to find its end, and is whole only where checksum and sizes
agree.
"""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from isolation.errors import UsageError
from isolation.history.packing import DAMAGED, Unpacked
from isolation.identifiers.escape import printable
from isolation.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_MOST_MEMBERS = 10_000
_DENSEST = 250  # how many times its size an archive may unpack to, all in all; logs shrink to a tenth
_LARGE = 1 << 30
_HEADER = struct.Struct("<4s5H3L2H")
_FILE, _DIRECTORY, _DESCRIPTOR = b"PK\x03\x04", b"PK\x01\x02", b"PK\x07\x08"
_SIZES = tuple(struct.Struct(form) for form in ("<LLL", "<LQQ"))  # checksum, packed and unpacked size
_LONGEST = len(_DESCRIPTOR) + _SIZES[-1].size
_ENCRYPTED, _STREAMED, _UTF8 = 0x1, 0x8, 0x800
_NOT_HERE = 0xFFFFFFFF  # a size that stands in the ZIP64 field
_CHUNK = 1 << 18


class Left(NamedTuple):
    """One file: its packed bytes from `start` to `end` in the archive, what they unpack to (`size`), and where the
    next one's header begins (`after`); `cut` where its own end is missing.
    """

    name: str
    flags: int
    method: int
    checksum: int
    start: int
    end: int
    size: int
    after: int
    cut: bool = False

    @property
    def is_encrypted(self) -> bool:
        """Whether it takes a password."""
        return bool(self.flags & _ENCRYPTED)

    def opened(self, file: BinaryIO) -> Part | zipfile.ZipExtFile:
        """Its unpacked bytes, out of the archive's file. Raises as `zipfile.ZipFile.open` does: RuntimeError where it
        is encrypted, NotImplementedError where it is packed in a way that is not known here.
        """
        if self.is_encrypted:
            raise RuntimeError
        if self.cut:
            return Part(file, self)
        info = zipfile.ZipInfo(self.name)
        info.compress_type, info.CRC = self.method, self.checksum
        info.compress_size, info.file_size = self.end - self.start, self.size
        file.seek(self.start)
        return zipfile.ZipExtFile(file, "r", info)


class Remains(NamedTuple):
    """The files of an archive by name, and what of it is lost, in a sentence; `cut`: the last of them is not whole."""

    files: dict[str, Left]
    lost: str
    cut: bool


class Part:
    """A file of which only its start is known, stored or deflated (RFC 1951), as far as its bytes go."""

    def __init__(self, file: BinaryIO, left: Left) -> None:
        if left.method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise NotImplementedError(f"compression type {left.method}")
        self._file = file
        self._left = left
        self.seek(0)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go back to its start, the one place there is to go to."""
        if offset or whence:
            raise io.UnsupportedOperation
        self._given = 0
        self._unpack = zlib.decompressobj(-zlib.MAX_WBITS) if self._left.method else _Stored()
        self._at = self._file.seek(self._left.start)
        return 0

    def tell(self) -> int:
        """How many unpacked bytes were given."""
        return self._given

    @property
    def end(self) -> int:
        """Where in the archive its own end is; 0 until that is reached."""
        return self._at - len(self._unpack.unused_data) if self._unpack.eof else 0

    def read1(self, size: int, /) -> bytes:
        """The next bytes. Raises EOFError where there are no more, zlib.error where they are damaged."""
        while not self._unpack.eof:
            data = self._unpack.unconsumed_tail
            if not data:
                data = self._file.read(min(size, self._left.end - self._at))
                self._at += len(data)
            found = self._unpack.decompress(data, size)
            self._given += len(found)
            if found:
                return found
            if not data:
                break
        raise EOFError


class _Stored:
    """For what is stored as it is, what zlib's decompressor is for what is packed: the end is where a data descriptor's
    mark stands, which no text has in it.
    """

    unconsumed_tail = b""

    def __init__(self) -> None:
        self.eof = False
        self.unused_data = b""
        self._held = b""

    def decompress(self, data: bytes, _: int) -> bytes:
        """The bytes before the mark; the last ones, which may begin it, are held back until more come, or b""."""
        found, mark, rest = (self._held + data).partition(_DESCRIPTOR)
        self.eof, self.unused_data = bool(mark), mark + rest
        whole = len(found) - (0 if mark or not data else len(_DESCRIPTOR) - 1)
        self._held = found[max(0, whole) :]
        return found[: max(0, whole)]


def remains(path: str, name: str) -> Remains | None:
    """What is left of the archive at `path`; None where its directory is there and tells.

    `name` is what reports call it. Raises UsageError where no file is left, or they unpack to far more than logs do.
    """
    if _has_directory(path):
        return None
    files: dict[str, Left] = {}
    with Path(path).open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        last, whole = None, 0
        for count, last in enumerate(_files(file, size, name), 1):
            whole += last.size
            require_logs(count, whole, size, name)
            if last.name and not last.name.endswith("/"):
                files[last.name] = last
        if last is None:
            raise UsageError(
                message("{name} is a ZIP archive that is cut off before its first file.", name=name),
                "Fetch the file again.",
            )
        return Remains(files, _lost(file, last), last.cut)


def first_name(path: str) -> str:
    """What the first file of an archive is called; "" where that is cut off."""
    with Path(path).open("rb") as file:
        header = _header(file, 0)
        return header.name if header else ""


def require_logs(files: int, whole: int, size: int, name: str) -> None:
    """Raises UsageError for an archive of `size` bytes that has more files, or unpacks to more bytes, than logs do."""
    if files > _MOST_MEMBERS or whole > max(_LARGE, size * _DENSEST):
        raise UsageError(
            message(
                "{name} is a ZIP archive of {files:,} files and {whole:,} bytes, which is no archive of logs.",
                name=name,
                files=files,
                whole=whole,
            ),
            "If it is one, unpack it and import the folder.",
        )


def _has_directory(path: str) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            files = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return zipfile.is_zipfile(path)
    # A directory that leaves out the first file is that of an archive within this one.
    return not files or any(not info.header_offset for info in files)


def _lost(file: BinaryIO, last: Left) -> str:
    """What is lost behind the last file that is left, and of it."""
    name = printable(last.name)
    if last.cut:
        return message("The archive is cut off: {member} is not whole, and every file after it is lost.", member=name)
    file.seek(last.after)
    if file.read(len(_DIRECTORY)) == _DIRECTORY:
        return message("The archive is cut off in its directory, at its end: the files before that are all there.")
    return message("The archive is cut off after {member}: every file after that is lost.", member=name)


def _files(file: BinaryIO, size: int, name: str) -> Iterator[Left]:
    """The files of an archive of `size` bytes in order; the last of them may be cut."""
    left = _header(file, 0)
    while left:
        if left.flags & _STREAMED and not left.is_encrypted:
            left = _streamed(file, left._replace(end=size), name)
        elif left.end > size:
            left = left._replace(cut=True, end=size)
        if left.cut and not left.is_encrypted:
            left = _measured(file, left, name)[0]
        yield left
        left = None if left.cut else _header(file, left.after)


def _header(file: BinaryIO, at: int) -> Left | None:
    """The file whose header stands there, as far as that says; None where no whole header does."""
    file.seek(at)
    head = file.read(_HEADER.size)
    if len(head) < _HEADER.size or not head.startswith(_FILE):
        return None
    _, _, flags, method, _, _, checksum, packed, size, named, more = _HEADER.unpack(head)
    name, extra = file.read(named), file.read(more)
    if len(name) + len(extra) < named + more:
        return None
    size, packed = _long(extra, size, packed)
    # zipfile's own way with a name: none goes on after a NUL, folders are parted by slashes.
    info = zipfile.ZipInfo(name.decode("utf-8" if flags & _UTF8 else "cp437", "replace"))
    start = at + _HEADER.size + named + more
    return Left(info.filename, flags, method, checksum, start, start + packed, size, start + packed)


def _long(extra: bytes, *sizes: int) -> list[int]:
    """Unpacked and packed size, out of the ZIP64 field where they stand there."""
    found = list(sizes)
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + length], extra[4 + length :]
        if kind == 1:
            for at, one in enumerate(sizes):
                if one == _NOT_HERE and len(field) >= 8:
                    found[at], field = int.from_bytes(field[:8], "little"), field[8:]
    return found


def _measured(file: BinaryIO, left: Left, name: str) -> tuple[Left, int]:
    """A file by what its bytes unpack to, up to its own end where it has one; and where that is, else 0."""
    try:
        part = Part(file, left)
        stream, size, checksum = Unpacked(part, left.end - left.start, f"{name}/{printable(left.name)}"), 0, 0
        while data := stream.read(_CHUNK):
            size, checksum = size + len(data), zlib.crc32(data, checksum)
    except (NotImplementedError, *DAMAGED):
        return left._replace(cut=True), 0  # whoever reads it says so
    return left._replace(size=size, checksum=checksum), part.end


def _streamed(file: BinaryIO, left: Left, name: str) -> Left:
    """A file whose sizes stand behind it: whole where they are what was found, else cut."""
    found, end = _measured(file, left, name)
    file.seek(end)
    length = _descriptor(file.read(_LONGEST), found.checksum, end - left.start, found.size) if end else 0
    return found._replace(end=end, after=end + length) if length else left._replace(cut=True)


def _descriptor(data: bytes, checksum: int, packed: int, size: int) -> int:
    """How long the data descriptor is with which the bytes begin, if it says just this; else 0."""
    for mark in (_DESCRIPTOR, b""):
        for sizes in _SIZES[packed > _NOT_HERE or size > _NOT_HERE :]:
            wanted = mark + sizes.pack(checksum, packed, size)
            if data.startswith(wanted):
                return len(wanted)
    return 0


__all__ = ["Left", "Part", "Remains", "first_name", "remains", "require_logs"]
