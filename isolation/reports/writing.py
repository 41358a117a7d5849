"""Files that are there whole or not at all, and that only their owner can read: they name accounts and identifiers."""

from __future__ import annotations

import contextlib
import os
import tempfile

from isolation.errors import UsageError
from isolation.messages import message
from isolation.system_words import why_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO


@contextlib.contextmanager
def whole_file(path: str) -> Iterator[BinaryIO]:
    """A file to write, put in its place when the block is left without an exception.

    That it can be made there shows before the block is entered. Raises UsageError for a place that cannot be written.
    """
    if os.path.isdir(path):
        raise UsageError(message("{path} is a folder.", path=path), "Name a file in it.")
    if os.path.exists(path) and not os.path.isfile(path):  # root would put the file in the device's place
        raise UsageError(message("{path} is a device or a pipe.", path=path), "Name a file.")
    scratch = ""
    try:
        handle, scratch = tempfile.mkstemp(dir=os.path.dirname(os.path.abspath(path)), prefix=".isolation-")
        with os.fdopen(handle, "wb") as file:
            yield file
        os.replace(scratch, path)
    except OSError as problem:
        _remove(scratch)
        raise UsageError(
            message("{path} cannot be written: {why}.", path=path, why=why_of(problem)),
            "Name a file in a folder you may write to.",
        ) from None
    except BaseException:
        _remove(scratch)
        raise


def _remove(scratch: str) -> None:
    if scratch:
        with contextlib.suppress(OSError):
            os.unlink(scratch)
