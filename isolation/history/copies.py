"""What can be read once only, standard input and pipes, copied to temporary files: logs are read several times."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from isolation.errors import UsageError
from isolation.history.remains import remains
from isolation.identifiers.escape import printable
from isolation.messages import message
from isolation.system_words import why_of

if TYPE_CHECKING:
    from typing import BinaryIO

    from isolation.history.remains import Remains

STANDARD_INPUT = "-"


class Copies:
    """The copies that one run has made; whoever reads the same name again gets the same copy, until they are closed.
    What is left of an archive that is cut off is looked for once a run as well, since it takes unpacking.
    """

    def __init__(self) -> None:
        self._made: dict[str, str] = {}
        self._left: dict[str, Remains | None] = {}

    def path(self, name: str) -> str:
        """Where what has this name lies as a file that can be read again and again.

        Raises UsageError for what is missing, unreadable, a folder or a device.
        """
        if name in self._made:
            return self._made[name]
        try:
            return self._settled(name)
        except FileNotFoundError as error:
            raise UsageError(message("There is no file {name}.", name=shown(name))) from error
        except (OSError, ValueError) as error:
            raise unreadable(shown(name), error) from error

    def remains(self, path: str, name: str) -> Remains | None:
        """What is left of the archive at `path` where it is cut off, as of `remains.remains`."""
        if path not in self._left:
            self._left[path] = remains(path, name)
        return self._left[path]

    def made_of(self, name: str) -> bool:
        """Whether what has this name could be read once only, so that there is a copy."""
        return name in self._made

    def close(self) -> None:
        """Remove the copies."""
        for copy in self._made.values():
            Path(copy).unlink(missing_ok=True)
        self._made = {}

    def _settled(self, name: str) -> str:
        if name == STANDARD_INPUT:
            return self._keep(name, _standard_input())
        mode = Path(name).stat().st_mode
        if stat.S_ISREG(mode):
            return name
        if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
            with Path(name).open("rb") as pipe:
                return self._keep(name, pipe)
        kind = message("a folder") if stat.S_ISDIR(mode) else message("a device, not a file")
        raise UsageError(message("{name} is {kind}.", name=shown(name), kind=kind))

    def _keep(self, name: str, stream: BinaryIO) -> str:
        handle, self._made[name] = tempfile.mkstemp(prefix="isolation-import-")  # mode 0600
        with os.fdopen(handle, "wb") as copy:
            shutil.copyfileobj(stream, copy, 1 << 20)
        return self._made[name]


def shown(name: str, member: str = "") -> str:
    """What reports call a file, or a file within an archive."""
    file = message("standard input") if name == STANDARD_INPUT else printable(name)
    return f"{file}/{printable(member)}" if member else file


def unreadable(name: str, error: Exception) -> UsageError:
    """The error for a file that the system does not let us read."""
    why = why_of(error)
    return UsageError(message("{name} cannot be read: {why}.", name=name, why=printable(why)))


def _standard_input() -> BinaryIO:
    if sys.stdin is None:
        raise UsageError("There is no standard input to import from.")
    return sys.stdin.buffer


__all__ = ["STANDARD_INPUT", "Copies", "shown", "unreadable"]
