"""Windows event logs themselves (.evtx), read by the package `evtx` (docs/decisions/0025): the extra `isolation[evtx]`.

The "line" of an event is its number within the file, from 1: a binary log has no lines.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

from isolation.errors import UsageError
from isolation.history.lines import BadLine
from isolation.history.rows import Ignored, RawClose, RawRow, Rejected
from isolation.history.windows_events import FIELDS, Event, row
from isolation.history.windows_xml import event_of
from isolation.identifiers.escape import excerpt
from isolation.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from isolation.history.documents import Document

SIGNATURE = "ElfFile\0"
_BROKEN = (RuntimeError, OSError, ValueError)  # what the parser raises for a record, a chunk and a file


class Reader:
    """The events of one log, as often as asked."""

    def __init__(self, document: Document, encoding: str, mapping: None = None) -> None:
        """Raises UsageError where the package that reads such files is missing, or cannot read this one."""
        self.fields = FIELDS
        self._document = document
        next(self._events(), None)

    def rows(self) -> Iterator[RawRow | RawClose | Ignored | Rejected]:
        """Every event."""
        for number, told in self._events():
            yield row(number, told) if isinstance(told, Event) else self._document.reject(number, told.reason)

    def _events(self) -> Iterator[tuple[int, Event | BadLine]]:
        with self._document.open() as packed, _seekable(packed) as stream:
            for number, text in elements(stream, self._document.name):
                yield number, text if isinstance(text, BadLine) else event_of(text)


def elements(stream: BinaryIO, name: str) -> Iterator[tuple[int, str | BadLine]]:
    """Each event of a log as an XML element, with its number in the file, or why there is none.

    Raises UsageError where the package that reads such files is missing, or cannot read the file that is called `name`.
    """
    try:
        from evtx import PyEvtxParser
    except ImportError:
        raise UsageError(
            message("{name} is a Windows event log, and the package that reads those is not installed.", name=name),
            "Install it: pip install 'isolation[evtx]'. Or export the log: wevtutil qe Security /f:xml > log.xml.",
        ) from None
    try:
        records = iter(PyEvtxParser(stream, number_of_threads=1).records())
    except _BROKEN as problem:
        raise UsageError(
            message("{name} is no event log that can be read: {problem}.", name=name, problem=excerpt(str(problem)))
        ) from None
    number = 0
    while True:
        number += 1
        try:
            record = next(records)
        except StopIteration:
            return
        except _BROKEN as problem:
            yield number, BadLine(message("The event cannot be read: {problem}.", problem=excerpt(str(problem))))
            continue
        text: str = record["data"] if record else ""
        yield number, text[text.find("<Event") :]


@contextmanager
def _seekable(stream: BinaryIO) -> Iterator[BinaryIO]:
    """The stream itself, or a temporary copy of one that is unpacked while it is read."""
    if stream.seekable():
        yield stream
        return
    with tempfile.TemporaryFile(prefix="isolation-import-") as copy:
        shutil.copyfileobj(stream, copy, 1 << 20)
        copy.seek(0)
        yield copy


def recognises(head: str, name: str) -> bool:
    """Whether a file that begins like this is an event log."""
    return head.startswith(SIGNATURE)


__all__ = ["FIELDS", "SIGNATURE", "Reader", "elements", "recognises"]
