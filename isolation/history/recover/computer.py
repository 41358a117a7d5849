"""The one seam for all input and output of `recover`.

Readers are handed a `Computer` and reach this computer through it alone; tests hand them a simulated one. Each method
raises what the system raises. Nothing is ever written to what is read: a database is copied first, because opening it
in place would take locks and may write beside it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from isolation.home import user_folder
from isolation.messages import message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_TRIES = 5
_PAUSE = 0.2  # seconds
# SQLite keeps what is not yet in the database, or is to be undone, beside it (sqlite.org/tempfiles.html).
_BESIDE = ("", "-wal", "-journal")


class Computer:
    """The computer that this process runs on."""

    @property
    def platform(self) -> str:
        """`linux`, `darwin`, `win32`, or another `sys.platform`."""
        return sys.platform

    @property
    def environment(self) -> Mapping[str, str]:
        """The process's environment variables."""
        return os.environ

    @property
    def home(self) -> str:
        """The home folder of the person who runs this."""
        return user_folder(self.environment)

    def now(self) -> int:
        """The wall clock: microseconds since 1970-01-01T00:00:00Z."""
        return time.time_ns() // 1000

    # Files -----------------------------------------------------------------------------------------------------

    def folders(self, path: str) -> list[str]:
        """The names of the folders in a folder, sorted; what cannot be told counts, so that reading it says why."""
        with os.scandir(path) as entries:
            return sorted(entry.name for entry in entries if _is(entry.is_dir))

    def files(self, path: str) -> list[str]:
        """The names of the files in a folder, sorted; what cannot be told counts, so that reading it says why."""
        with os.scandir(path) as entries:
            return sorted(entry.name for entry in entries if _is(entry.is_file))

    def exists(self, path: str) -> bool:
        """Whether something is there; True also where that cannot be told, so that reading it says why."""
        try:
            os.stat(path)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True
        return True

    def read_file(self, path: str, limit: int = 1 << 26) -> bytes:
        """The first `limit` bytes of a file."""
        with open(path, "rb") as file:
            return file.read(limit)

    @contextmanager
    def copied_database(self, path: str) -> Iterator[str]:
        """A private copy of an SQLite database with what lies beside it, gone when the block ends.

        The browser may write meanwhile: the copy is taken again, up to five times, until nothing changed while it
        was. TimeoutError where it never came to rest, OSError where there is no folder for the copy.
        """
        _require_room()
        with tempfile.TemporaryDirectory(prefix="isolation-", ignore_cleanup_errors=True) as folder:
            copy = os.path.join(folder, "copy.sqlite")
            for _ in range(_TRIES):
                before = self.states(path)
                for ending in _BESIDE:
                    _copy(path + ending, copy + ending, needed=not ending)
                if before == self.states(path):
                    break
                time.sleep(_PAUSE)
            else:
                raise TimeoutError("The browser writes to it all the time; close the browser and run this again.")
            yield copy

    def states(self, path: str) -> list[tuple[int, int] | None]:
        """Size and time (ns) of a database and of what lies beside it; None for what is not there."""
        found: list[tuple[int, int] | None] = []
        for ending in _BESIDE:
            try:
                state = os.stat(path + ending)
            except FileNotFoundError:
                found.append(None)
            else:
                found.append((state.st_size, state.st_mtime_ns))
        return found

    # The system ------------------------------------------------------------------------------------------------

    def lines(self, command: Sequence[str], timeout: float = 60.0) -> Iterator[bytes]:
        """What a tool prints, line by line.

        FileNotFoundError where there is no such tool, PermissionError where it says so, TimeoutError where it does
        not end in time (it is killed), OSError for another failure; the last three after what it printed.
        """
        late = threading.Event()
        with tempfile.TemporaryFile() as errors:
            with subprocess.Popen(
                list(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
                env={**self.environment, "LC_ALL": "C"}, creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            ) as process:  # fmt: skip
                assert process.stdout is not None  # noqa: S101 - it was asked for
                timer = threading.Timer(timeout, _stop, (process, late))
                timer.start()
                try:
                    yield from process.stdout
                    process.wait()
                finally:
                    timer.cancel()
                    if process.poll() is None:
                        process.kill()
            if late.is_set():
                raise TimeoutError(
                    message("{name} did not end within {timeout:g} seconds.", name=command[0], timeout=timeout)
                )
            if process.returncode:
                errors.seek(0)
                raise _failed(process.returncode, errors.read(400).decode(errors="replace"))

    def registry(self, key: str) -> dict[str, dict[str, Any]]:
        r"""The keys below one of HKEY_LOCAL_MACHINE (64-bit view), at any depth: key -> value name -> value.

        REG_SZ is text, REG_DWORD an integer, REG_BINARY bytes. FileNotFoundError where there is no such key.
        """
        if sys.platform != "win32":
            raise FileNotFoundError(message("There is no registry on {platform}.", platform=sys.platform))
        import winreg

        found: dict[str, dict[str, Any]] = {}
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as handle:
            keys, values, _ = winreg.QueryInfoKey(handle)
            found[key] = {name: value for name, value, _ in (winreg.EnumValue(handle, at) for at in range(values))}
            below = [winreg.EnumKey(handle, at) for at in range(keys)]
        for name in below:
            found |= self.registry(f"{key}\\{name}")
        return found


def _require_room() -> None:
    try:
        tempfile.gettempdir()
    except FileNotFoundError:  # which would tell that there is no history
        raise OSError(message("There is no folder for a private copy; name one in TMPDIR.")) from None


def _is(kind: Callable[[], bool]) -> bool:
    """Whether an entry of a folder is of a kind; True where a link leads round in a circle or where nobody may look."""
    try:
        return kind()
    except OSError:
        return True


def _stop(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _failed(code: int, said: str) -> OSError:
    """A tool's failure. 5 is Windows' ERROR_ACCESS_DENIED, in whatever language the tool says it."""
    line = said.strip().partition("\n")[0] or message("It ended with code {code}.", code=code)
    refused = code == 5 or any(word in said.lower() for word in ("denied", "permission", "not permitted"))
    return PermissionError(line) if refused else OSError(line)


def _copy(source: str, target: str, *, needed: bool) -> None:
    try:
        shutil.copyfile(source, target)
    except FileNotFoundError:
        if needed:
            raise
        if os.path.exists(target):  # an earlier try had one
            os.remove(target)


__all__ = ["Computer"]
