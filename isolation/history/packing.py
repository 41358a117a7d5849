"""Packed streams, told by their first bytes and never by a name: gzip (RFC 1952) and Zstandard (RFC 8878).

What is cut off ends where it was cut; what is damaged raises one of `DAMAGED`; what unpacks to far more than any log
would is refused.
"""

from __future__ import annotations

import gzip
import io
import zlib
from typing import TYPE_CHECKING

from isolation.errors import UsageError
from isolation.messages import message

if TYPE_CHECKING:
    from typing import BinaryIO, Protocol

    class Packed(Protocol):
        """What unpacks: the next bytes, at most so many, b"" at the end; EOFError where the packed bytes end first."""

        def read1(self, size: int, /) -> bytes: ...  # noqa: D102 - the class says it


# Logs shrink to a tenth, the most repetitive of them to a hundredth.
_DENSEST = 250
_LARGE = 1 << 30
_GZIP = b"\x1f\x8b"
_ZSTANDARD = (b"\x28\xb5\x2f\xfd", b"\x2a\x4d\x18")  # a frame; a skippable frame after its first, free byte


class BadPacking(Exception):
    """Packed bytes that are not what was packed."""


DAMAGED = (zlib.error, gzip.BadGzipFile, BadPacking)


def unpacked(raw: BinaryIO, size: int, name: str) -> BinaryIO:
    """The stream, unpacked where it is packed; `size` is how many bytes it has."""
    start = raw.read(4)
    raw.seek(0)
    if start.startswith(_GZIP):
        return io.BufferedReader(Unpacked(gzip.GzipFile(fileobj=raw), size, name))
    if start == _ZSTANDARD[0] or start[1:] == _ZSTANDARD[1]:
        return io.BufferedReader(Unpacked(_Zstandard(raw), size, name))
    return raw


class Unpacked(io.RawIOBase):
    """What a packed stream of `size` bytes holds; `cut` once it ended before its packed bytes said so."""

    def __init__(self, packed: Packed, size: int, name: str) -> None:
        super().__init__()
        self._packed = packed
        self._most = max(_LARGE, size * _DENSEST)
        self._name = name
        self._given = 0
        self.cut = False

    def readable(self) -> bool:
        """Yes: that is all it is for."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override] # typeshed's WriteableBuffer
        """Fill the buffer with what comes next; 0 at the end. Raises UsageError where it unpacks without end."""
        try:
            data = self._packed.read1(len(buffer))
        except EOFError:
            self.cut = True
            return 0
        self._given += len(data)
        if self._given > self._most:
            raise UsageError(
                message(
                    "{name} unpacks to more than {densest} times its size, which no log does.",
                    name=self._name,
                    densest=_DENSEST,
                ),
                "If it is one, unpack it and import that.",
            )
        buffer[: len(data)] = data
        return len(data)


class _Zstandard:
    """Zstandard frames through Python 3.14's own module, or its backport for those before."""

    def __init__(self, raw: BinaryIO) -> None:
        try:
            from compression.zstd import ZstdError, ZstdFile
        except ImportError:
            from backports.zstd import ZstdError, ZstdFile
        self._file = ZstdFile(raw)
        self._error: type[Exception] = ZstdError

    def read1(self, size: int, /) -> bytes:
        """The next bytes. Raises EOFError where they are cut off, BadPacking where they are damaged."""
        try:
            data: bytes = self._file.read1(size)
        except self._error as error:
            raise BadPacking(str(error)) from error
        return data


__all__ = ["DAMAGED", "BadPacking", "Packed", "Unpacked", "unpacked"]
