"""One log file as bytes: opened as often as needed, unpacked where it is packed, refused where it is no text.

A document is read several times (what encoding, which columns, do the times have an offset, the rows).
"""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from isolation.errors import UsageError
from isolation.history.archives import WORKBOOK, is_archive, only_member, opened_member
from isolation.history.copies import Copies, shown, unreadable
from isolation.history.lines import byte_order_mark
from isolation.history.packing import DAMAGED, Unpacked, unpacked
from isolation.history.rows import Rejected
from isolation.identifiers.escape import printable
from isolation.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

EVENT_LOG = b"ElfFile\0"  # what a Windows event log begins with: no text, and read all the same
HEAD = 65_536  # bytes that say what kind of file this is

# Offset 0 unless told: https://www.garykessler.net/library/file_sigs.html and each format's own specification.
_BINARY = (
    (b"\x89PNG\r\n\x1a\n", message("a PNG picture")),
    (b"\xff\xd8\xff", message("a JPEG picture")),
    (b"GIF8", message("a GIF picture")),
    (b"%PDF-", message("a PDF document")),
    (b"SQLite format 3\0", message("an SQLite database")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", message("an old Excel or Word file")),
    (b"PAR1", message("a Parquet file")),
    (b"bplist00", message("a binary property list")),
    (b"\x7fELF", message("a program")),
    (b"MZ\x90\0", message("a program")),
    (b"BZh", message("packed with bzip2")),
    (b"\xfd7zXZ\0", message("packed with xz")),
    (b"7z\xbc\xaf\x27\x1c", message("a 7-Zip archive")),
    (b"Rar!\x1a\x07", message("a RAR archive")),
)
_EXPORT = message("Export the log as CSV or JSON lines, or unpack it, and import that.")
# Controls that no text log holds; 0x01 and 0x1C-0x1F stay out, since they serve as delimiters.
_CONTROLS = bytes([*range(2, 9), *range(14, 28), 127])
_NO_LETTERS = frozenset(_CONTROLS.decode("ascii") + "\0\ufffd")
_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")  # unmarked, they are known by their many NULs


class Document:
    """One file to import, or one file of a ZIP archive. `name` is what reports call it; `size` counts its bytes as
    they lie on the disk (of a file in an archive, unpacked), and `head` holds its first ones, unpacked.
    """

    def __init__(
        self, path: str | os.PathLike[str], member: str = "", encoding: str | None = None, copies: Copies | None = None
    ) -> None:
        """Look at the file's beginning: raises UsageError for what is missing, unreadable, a folder, empty, no text.

        `path` `-` is standard input. `member` names a file within the archive at `path`; an archive with one file
        only is that file. `encoding` is what the user says it is written in: what is text in it is text. `copies` are
        those of a run that opens the same again; else they go with the document.
        """
        own = Copies() if copies is None else copies
        self._own = own if copies is None else None
        self._raw: BinaryIO | None = None
        self.name = shown(os.fspath(path))
        try:
            self._path = own.path(os.fspath(path))
            archive = bool(member) or is_archive(self._path)
            self._left = own.remains(self._path, self.name) if archive else None
            self._member = member or (only_member(self._path, self.name, self._left) if archive else "")
            self.name = shown(os.fspath(path), self._member)
            self.size = Path(self._path).stat().st_size
            self.head = self._look(encoding)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Remove the temporary copy, if one was made."""
        if self._own is not None:
            self._own.close()

    @property
    def binary(self) -> bool:
        """Whether it is no text, and a module reads it nevertheless."""
        return self.head.startswith(EVENT_LOG)

    @property
    def position(self) -> int:
        """How many of `size` bytes the present reading has taken."""
        return self.size if self._raw is None or self._raw.closed else self._raw.tell()

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """The file from its start, unpacked where it is packed.

        What is packed and damaged is a UsageError while reading: nobody can tell which of its rows are wrong. What
        is only cut off ends where it was cut, and its stream's `raw.cut` says so.
        """
        try:
            with self._file() as raw:
                self._raw = raw
                with unpacked(raw, self.size, self.name) as stream:
                    yield stream
        except DAMAGED as error:
            raise UsageError(
                message(
                    "{name} is packed and damaged, so that no row of it can be relied on: {error}.",
                    name=self.name,
                    error=printable(str(error)),
                ),
                "Fetch the file again.",
            ) from error
        except OSError as error:
            raise unreadable(self.name, error) from error

    @contextmanager
    def whole(self) -> Iterator[BinaryIO]:
        """All of the file as one that can seek, unpacked to a temporary file where it has to be."""
        with self.open() as stream:
            if isinstance(stream, io.BufferedReader) and not isinstance(stream.raw, Unpacked):
                yield stream
                return
            with tempfile.TemporaryFile() as copy:
                shutil.copyfileobj(stream, copy, 1 << 20)
                copy.seek(0)
                yield copy

    @contextmanager
    def _file(self) -> Iterator[BinaryIO]:
        """The bytes as they lie on the disk, or in the archive."""
        if not self._member:
            with Path(self._path).open("rb") as raw:
                yield raw
            return
        with opened_member(self._path, self._member, self.name, self._left) as (raw, size):
            self.size = size
            yield raw

    def reject(self, line: int, reason: str) -> Rejected:
        """The rejection of what stands at `line` (from 1)."""
        return Rejected(self.name, line, reason)

    def _look(self, encoding: str | None) -> bytes:
        """The first bytes, once they are known to be text."""
        with self.open() as stream:
            head = stream.read(HEAD)
            cut = getattr(getattr(stream, "raw", None), "cut", False)
        if not head:
            raise UsageError(
                message(
                    "{name} is {which}.",
                    name=self.name,
                    which=message("packed, and cut off before its first row") if cut else message("empty"),
                )
            )
        kind = _binary_kind(head, encoding)
        if kind:
            raise UsageError(message("{name} is {kind}, not a text log.", name=self.name, kind=kind[0]), kind[1])
        return head


def _binary_kind(head: bytes, told: str | None) -> tuple[str, str] | None:
    """What a file with these first bytes is, and what to do, where it is no text, workbook or event log; else None."""
    if head.startswith((WORKBOOK, EVENT_LOG)):
        return None
    for signature, kind in _BINARY:
        if head.startswith(signature):
            return kind, _EXPORT
    if _is_rare(len(head) - len(head.translate(None, _CONTROLS)), len(head)):
        return None
    # Half a letter of UTF-16 may be the byte of a control (U+0102 is 01 02), so there letters are counted.
    marked = byte_order_mark(head)[1]
    likely = _WIDE if head.count(0) * 5 > len(head) else ()
    encodings = filter(None, (told, marked)) if told or marked else likely
    return None if any(_is_text(head, encoding) for encoding in encodings) else (message("binary data"), _EXPORT)


def _is_text(head: bytes, encoding: str) -> bool:
    """Whether these bytes are letters of the encoding, with hardly a control among them."""
    try:
        text = head.decode(encoding, "replace")
    except (LookupError, ValueError):  # `encoding_of` says what is wrong with the name
        return False
    return _is_rare(sum(letter in _NO_LETTERS for letter in text), len(text))


def _is_rare(controls: int, length: int) -> bool:
    return controls <= max(8, length // 50)
