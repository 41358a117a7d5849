"""Which logs are meant by the names that a person gives: files, and what lies in folders and ZIP archives.

A file that is named and cannot be used stops everything before any row is recorded. In a folder or an archive there is
more than logs, so what cannot be used there is named and passed over; but what only a person can say is asked first.
"""

from __future__ import annotations

import os

from isolation.errors import UsageError
from isolation.history import Rejected, open_import
from isolation.history.archives import is_archive, members
from isolation.history.dates import UndecidedDates
from isolation.history.documents import STANDARD_INPUT
from isolation.history.offsets import NoZone
from isolation.identifiers.escape import printable
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import ExitStack
    from typing import Any

    from isolation.history import ImportSource

    Found = tuple[str, str, bool]

_UNDECIDED = (UndecidedDates, NoZone)


def open_logs(
    names: Iterable[str], stack: ExitStack, report: Callable[[Rejected], None], **how: Any
) -> list[ImportSource]:
    """Every log that is meant, opened as `open_import` does with `how`, in order of its name within each folder.

    What cannot be used in a folder or an archive is told to `report`, with line 0 for the whole of it. Raises
    UsageError as `open_import`, and where a folder or an archive holds no log at all.
    """
    sources: list[ImportSource] = []
    for name in names:
        found, before = list(_found(name)), len(sources)
        for path, member, several in found:
            try:
                sources.append(stack.enter_context(open_import(path, member=member, **how)))
            except UsageError as problem:
                if not several or isinstance(problem, _UNDECIDED):
                    raise
                report(
                    Rejected(
                        _shown(path, member),
                        0,
                        message("Nothing of this file was read: {message}", message=problem.message),
                    )
                )
        if len(sources) == before:
            raise UsageError(
                message("{name} holds no log that can be read.", name=printable(name)),
                "Name a file in it to be told what is wrong.",
            )
    return sources


def _found(name: str) -> Iterator[Found]:
    """Path, file within an archive, and whether there may be others beside it."""
    if name == STANDARD_INPUT or not os.path.isdir(name):
        yield from _in_file(name, False)
        return
    for folder, folders, files in os.walk(name, onerror=_unreadable):
        folders.sort()
        for file in sorted(files):
            yield from _in_file(os.path.join(folder, file), True)


def _in_file(path: str, several: bool) -> Iterator[Found]:
    if not os.path.isfile(path) or not os.access(path, os.R_OK) or not is_archive(path):
        yield path, "", several
        return
    try:
        names = members(path, printable(path))
    except UsageError:
        names = [""]  # opening it says what is wrong
    for member in names:
        yield path, member, several or len(names) > 1


def _unreadable(problem: OSError) -> None:
    raise UsageError(
        message(
            "The folder {filename} cannot be read: {why}.",
            filename=printable(str(problem.filename)),
            why=problem.strerror,
        )
    )


def _shown(path: str, member: str) -> str:
    return printable(f"{path}/{member}" if member else path)
