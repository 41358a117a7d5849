"""Bytes of a log into its lines of text: one at a time, whatever the line ends, never more than a line in memory.

A line ends with LF, CR LF or CR, also mixed in one file. Lines are cut as bytes and decoded one by one, so that
one that does not decode is one bad line; that is safe because no byte of a multi-byte character is LF or CR in
UTF-8, GB18030, Big5, Shift JIS or EUC. UTF-16 and UTF-32, where it is not, are first turned into UTF-8.
"""

from __future__ import annotations

import codecs
import io
from typing import TYPE_CHECKING, NamedTuple

from isolation.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

LONGEST_LINE = 1 << 20  # bytes; audit events of 100 KB exist, rows of 1 MB do not
_CHUNK = 1 << 18
_MARKS = (
    # UTF-32's mark begins with UTF-16's, so it comes first.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
UTF8 = frozenset(("utf-8", "ascii"))


class BadLine(NamedTuple):
    """A line that is no text, and why."""

    reason: str


def byte_order_mark(head: bytes) -> tuple[bytes, str]:
    """The byte order mark that a file begins with, and the encoding that it stands for; `(b"", "")` without one."""
    return next(((mark, name) for mark, name in _MARKS if head.startswith(mark)), (b"", ""))


def text_lines(stream: BinaryIO, encoding: str) -> Iterator[str | BadLine]:
    """Every line in order, with its line end. A byte order mark at the start is taken off."""
    if not _keeps_line_ends(encoding):
        stream = io.BufferedReader(_Utf8(stream, encoding))
        encoding = "utf-8"
    for number, line in enumerate(byte_lines(stream)):
        if not number:
            line = line.removeprefix(byte_order_mark(line)[0])
        if len(line) > LONGEST_LINE:
            yield BadLine(message("The line is longer than {longest_line} MB.", longest_line=LONGEST_LINE >> 20))
        elif b"\0" in line:
            yield BadLine(message("The line holds NUL bytes, so it is no text."))
        else:
            yield _decoded(line, encoding)
    if is_cut(stream):
        yield BadLine(message("The packed file is cut off in this line: it and all that followed are lost."))


def is_cut(stream: BinaryIO) -> bool:
    """Whether a stream that was read to its end is packed and ended too early."""
    return bool(getattr(getattr(stream, "raw", stream), "cut", False))


def text_pieces(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """All of the text in pieces of any length, none empty; what does not decode becomes U+FFFD."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    mark = "\ufeff"
    chunk = stream.read(_CHUNK)
    while chunk:
        following = stream.read(_CHUNK)
        piece = decoder.decode(chunk, not following)
        if piece:
            yield piece.removeprefix(mark)
            mark = ""
        chunk = following


def byte_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Every line in order, with its line end.

    Of a line longer than `LONGEST_LINE` only as much is kept as shows that it is.
    """
    rest = b""
    while chunk := stream.read(_CHUNK):
        pieces = (rest + chunk).splitlines(keepends=True)
        # A CR at the end may be half of a CR LF.
        rest = b"" if pieces[-1].endswith(b"\n") else pieces.pop()
        yield from pieces
        if len(rest) > 2 * LONGEST_LINE:
            # The last byte stays as it is: it may be that CR.
            rest = rest[:LONGEST_LINE] + rest[-1:]
    if rest and not is_cut(stream):  # of what was cut off, the last line may look whole and be wrong
        yield rest


def _decoded(line: bytes, encoding: str) -> str | BadLine:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError as error:
        return BadLine(
            message(
                "The line is not {encoding}: byte {start} (0x{line:02x}) fits nothing.",
                encoding=encoding,
                start=error.start + 1,
                line=line[error.start],
            )
        )


def _keeps_line_ends(encoding: str) -> bool:
    """Whether LF, CR and the signs of a table are the same single bytes as in ASCII."""
    signs = '\n\r,;\t|"{}0'
    try:
        return encoding in UTF8 or signs.encode(encoding) == signs.encode()
    except UnicodeEncodeError:
        return False


class _Utf8(io.RawIOBase):
    """A stream in any encoding as UTF-8; what does not decode becomes bytes that are not UTF-8."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        super().__init__()
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ready = b""
        self._ended = False

    def readable(self) -> bool:
        """Yes: that is all it is for."""
        return True

    @property
    def cut(self) -> bool:
        """Whether the stream beneath was cut off."""
        return is_cut(self._stream)

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override] # typeshed's WriteableBuffer
        """Fill the buffer with as much as is ready; 0 at the end."""
        while not self._ready and not self._ended:
            chunk = self._stream.read(_CHUNK)
            self._ended = not chunk
            # U+FFFD says "did not decode here": as the byte FF it makes its line one that does not decode.
            text = self._decoder.decode(chunk, self._ended)
            self._ready = text.encode("utf-8", "surrogatepass").replace(b"\xef\xbf\xbd", b"\xff")
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count


__all__ = ["LONGEST_LINE", "UTF8", "BadLine", "byte_lines", "byte_order_mark", "is_cut", "text_lines", "text_pieces"]
