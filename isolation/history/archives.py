"""ZIP archives of logs: which files are in one, and each of them as a stream.

A workbook is a ZIP archive too, and none of these. The files of an archive lie wherever its directory at the end says;
of one that is cut off so that its directory is missing, `remains` tells what is left.
"""

from __future__ import annotations

import io
import zipfile
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, cast

from isolation.errors import UsageError
from isolation.history.packing import BadPacking, Unpacked
from isolation.history.remains import first_name, require_logs
from isolation.identifiers.escape import printable
from isolation.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from isolation.history.remains import Part, Remains

WORKBOOK = b"PK\x03\x04"  # how a workbook begins, since it is a ZIP archive
_EMPTY = b"PK\x05\x06"
_WORKBOOK = ("xl/workbook.xml", "mimetype", "[Content_Types].xml")
_FIRST_OF_WORKBOOKS = (*_WORKBOOK, "xl/", "docProps/", "_rels/")


def is_archive(path: str) -> bool:
    """Whether the file begins like a ZIP archive and is no workbook or other office document."""
    with open(path, "rb") as file:
        start = file.read(4)
    if start not in (WORKBOOK, _EMPTY):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return not first_name(path).startswith(_FIRST_OF_WORKBOOKS)  # `members` says what is wrong with it
    return not names.intersection(_WORKBOOK)


def members(path: str | BinaryIO, name: str, left: Remains | None = None) -> list[str]:
    """The files in an archive, by rising name; folders and what macOS adds are left out.

    `path` may be an open file that can seek; `left` is what is left of an archive that is cut off.
    Raises UsageError for an archive that is damaged, without files, or unpacks to far more than logs do; and for one
    that is cut off where nothing is said to be left of it.
    """
    found = left.files if left else _listed(path, name)
    names = sorted(member for member in found if not member.startswith("__MACOSX/"))
    if not names:
        raise UsageError(message("{name} is a ZIP archive without any file.", name=name))
    return names


def _listed(path: str | BinaryIO, name: str) -> set[str]:
    """The files in an archive by its directory."""
    try:
        with zipfile.ZipFile(path) as archive:
            files = [info for info in archive.infolist() if not info.is_dir()]
            size = archive.fp.seek(0, io.SEEK_END) if archive.fp else 0
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        if not zipfile.is_zipfile(path):
            raise UsageError(
                message(
                    "{name} is a ZIP archive that is cut off: its end, which says what files are in it, is missing, so "
                    "nothing of it was read.",
                    name=name,
                ),
                "Fetch the file again.",
            ) from error
        raise UsageError(
            message(
                "{name} is a ZIP archive that is damaged, so none of its files can be told: {error}.",
                name=name,
                error=error,
            ),
            "Fetch the file again.",
        ) from error
    require_logs(len(files), sum(info.file_size for info in files), size, name)
    return {info.filename for info in files}


def only_member(path: str, name: str, left: Remains | None) -> str:
    """The one file of an archive that is read like a file. Raises UsageError where there are, or may be, several."""
    names = members(path, name, left)
    if len(names) > 1:
        raise UsageError(
            message("{name} is a ZIP archive of {names} files.", name=name, names=len(names)),
            "Unpack it, and import the folder.",
        )
    if left and not left.cut:
        raise UsageError(
            message(
                "{name} is a ZIP archive that is cut off; {file} of it is left.", name=name, file=printable(names[0])
            ),
            "Name that file, like logs.zip/may.csv.",
        )
    return names[0]


@contextmanager
def opened_member(path: str, member: str, name: str, left: Remains | None) -> Iterator[tuple[BinaryIO, int]]:
    """One file of an archive, and its size. Raises UsageError for one that is encrypted or packed in an unknown way,
    BadPacking while reading where it is damaged. What is cut in `left` ends there, and its stream's `raw.cut` says so.
    """
    with ExitStack() as stack:
        try:
            stream, packed, size = _opened(path, member, left, stack)
        except RuntimeError as error:  # zipfile's own for "a password is required"
            if isinstance(error, NotImplementedError):
                raise UsageError(
                    message("{name} is packed in a way that is not known here: {error}.", name=name, error=error)
                ) from error
            raise UsageError(
                message("{name} is encrypted.", name=name), "Unpack it with its password, and import that."
            ) from error
        except (zipfile.BadZipFile, KeyError) as error:
            raise BadPacking(str(error)) from error
        yield io.BufferedReader(_Member(stream, packed, name)), size


def _opened(
    path: str, member: str, left: Remains | None, stack: ExitStack
) -> tuple[Part | zipfile.ZipExtFile, int, int]:
    """A file's unpacked bytes, and its packed and its unpacked size."""
    if left:
        file = left.files[member]
        return file.opened(stack.enter_context(open(path, "rb"))), file.end - file.start, file.size
    archive = stack.enter_context(zipfile.ZipFile(path))
    info = archive.getinfo(member)
    stream = stack.enter_context(archive.open(info))
    return cast("zipfile.ZipExtFile", stream), info.compress_size, info.file_size


class _Member(Unpacked):
    """A file of an archive: it can be read from its start again, and knows how much of it was read."""

    def __init__(self, stream: Part | zipfile.ZipExtFile, size: int, name: str) -> None:
        super().__init__(stream, size, name)
        self._stream = stream

    def seekable(self) -> bool:
        """Yes, as ZipExtFile is: by reading again."""
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place in the unpacked file."""
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """How many unpacked bytes were read."""
        return self._stream.tell()

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override] # typeshed's WriteableBuffer
        """Fill the buffer with what comes next; 0 at the end. Raises BadPacking where a checksum is wrong."""
        try:
            return super().readinto(buffer)
        except zipfile.BadZipFile as error:
            raise BadPacking(str(error)) from error


__all__ = ["WORKBOOK", "is_archive", "members", "only_member", "opened_member"]
