"""Which logs are meant by the names that a person gives: files, and what lies in folders and ZIP archives.

A file that is named and cannot be used stops everything before any row is recorded. In a folder or an archive there is
more than logs, so what cannot be used there is named and passed over; but what only a person can say is asked first.
`logs.zip/may.csv` is one file of an archive.
"""

from __future__ import annotations

import os

from isolation.errors import UsageError
from isolation.history import Copies, Rejected, Unmapped, open_import
from isolation.history.archives import is_archive, members
from isolation.history.copies import STANDARD_INPUT, shown
from isolation.history.dates import UndecidedDates
from isolation.history.offsets import NoZone
from isolation.identifiers.escape import printable
from isolation.messages import joined, message
from isolation.system_words import why_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import ExitStack
    from typing import Any

    from isolation.history import ImportSource

    Found = tuple[str, str, bool]

_UNDECIDED = (UndecidedDates, NoZone)
_LISTED = 20  # files of an archive that a message names


def open_logs(
    names: Iterable[str], stack: ExitStack, report: Callable[[Rejected], None], *, copies: Copies | None = None,
    unmapped: Callable[[Unmapped], None] = lambda problem: None, beside: bool = False, **how: Any,
) -> list[ImportSource]:  # fmt: skip
    """Every log that is meant, opened as `open_import` does with `how`, in order of its name within each folder.

    What cannot be used in a folder or an archive is told to `report`, with line 0 for the whole of it, and to
    `unmapped` where it is a table that lacks only a mapping. Raises UsageError as `open_import`, Unmapped of all files
    that need a mapping, in folders and archives only where these hold no log, and UsageError where one holds nothing.
    `beside`: the names are those of files that were found beside others, and passed over like them.
    """
    if copies is None:
        copies = Copies()
        stack.callback(copies.close)
    sources: list[ImportSource] = []
    needed: list[Unmapped] = []
    for name in names:
        lacking: list[Unmapped] = []
        before = len(sources) + len(needed)
        for path, member, one_of in list(_found(name, copies, report)):
            several = one_of or beside
            try:
                sources.append(stack.enter_context(open_import(path, member=member, copies=copies, **how)))
            except UsageError as problem:
                if isinstance(problem, Unmapped):
                    (lacking if several else needed).append(problem)
                elif not several or isinstance(problem, _UNDECIDED):
                    raise
                if several:
                    reason = message("Nothing of this file was read: {message}", message=problem.message)
                    report(Rejected(shown(path, member), 0, reason))
        if len(sources) + len(needed) > before:
            for one in lacking:
                unmapped(one)
        elif lacking:
            needed += lacking
        elif not beside:
            raise UsageError(
                message("{name} holds no log that can be read.", name=shown(name)),
                "Name a file in it to be told what is wrong, one in an archive like logs.zip/may.csv.",
            )
    if needed:
        raise Unmapped([file for one in needed for file in one.files], needed[0].message, needed[0].hint)
    return sources


def _found(name: str, copies: Copies, report: Callable[[Rejected], None]) -> Iterator[Found]:
    """Path, file within an archive, and whether there may be others beside it; what a cut took is told to `report`."""
    if name == STANDARD_INPUT or not os.path.isdir(name):
        path, member = _within(name, copies)
        yield from [(path, member, False)] if member else _in_file(path, False, copies, report)
        return
    for folder, folders, files in os.walk(name, onerror=_unreadable):
        folders.sort()
        for file in sorted(files):
            yield from _in_file(os.path.join(folder, file), True, copies, report)


def _within(name: str, copies: Copies) -> tuple[str, str]:
    """A name like `logs.zip/may.csv` as the archive and the file in it, any other as itself and ""."""
    path, parts = name, list[str]()
    while path and path != STANDARD_INPUT and not os.path.lexists(path):
        path, part = os.path.split(path)
        if not part:
            break
        parts.insert(0, part)
    if not parts or not (path == STANDARD_INPUT or os.path.isfile(path)) or not is_archive(copies.path(path)):
        return name, ""
    file, member = copies.path(path), "/".join(parts)
    left = copies.remains(file, shown(path))
    known = members(file, shown(path), left)
    if member not in known:
        missing = message("{path} has no file {member}.", path=shown(path), member=printable(member))
        raise UsageError(
            joined(" ", [missing, left.lost]) if left else missing,
            message("It has {files}.", files=joined(", ", list(map(printable, known[:_LISTED])))),
        )
    return path, member


def _in_file(path: str, several: bool, copies: Copies, report: Callable[[Rejected], None]) -> Iterator[Found]:
    names = [""]
    try:
        file = copies.path(path) if not several or os.path.isfile(path) else ""
        if file and os.access(file, os.R_OK) and is_archive(file):
            left = copies.remains(file, shown(path))
            names = members(file, shown(path), left)
            if left:
                report(Rejected(shown(path), 0, left.lost))
    except UsageError:
        pass  # opening it says what is wrong
    for member in names:
        yield path, member, several or len(names) > 1


def _unreadable(problem: OSError) -> None:
    raise UsageError(
        message(
            "The folder {filename} cannot be read: {why}.",
            filename=printable(str(problem.filename)),
            why=why_of(problem),
        )
    )
