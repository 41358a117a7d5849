"""A computer made of a folder: its files are real, its system, its clock, its tools and its registry are told."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from isolation.history.recover.computer import Computer

HOUR = 3_600_000_000


class SimulatedComputer(Computer):
    r"""A computer whose paths lie below `root`: `/home/user` and `C:\Users\li` are `root/user`.

    `tools` maps a command's first word to what it prints, `keys` a registry key to keys and values; an exception is
    raised. `refused` are paths whose reading is refused, as the system does it where a right is missing.
    """

    def __init__(self, root: Path, platform: str, *, now: int | None = None) -> None:
        self._root = root
        self._platform = platform
        self._now = now
        self.tools: dict[str, bytes | OSError] = {}
        self.keys: Mapping[str, Mapping[str, Any]] | OSError = FileNotFoundError(2, "No such file or directory")
        self.refused: set[str] = set()
        self.variables: dict[str, str] = {}

    @property
    def platform(self) -> str:
        return self._platform

    @property
    def environment(self) -> Mapping[str, str]:
        return self.variables

    @property
    def home(self) -> str:
        return {"win32": "C:\\Users\\li", "darwin": "/Users/li"}.get(self._platform, "/home/user")

    def now(self) -> int:
        return self._now if self._now is not None else time.time_ns() // 1000 + HOUR

    def folders(self, path: str) -> list[str]:
        return super().folders(self.real(path))

    def files(self, path: str) -> list[str]:
        return super().files(self.real(path))

    def exists(self, path: str) -> bool:
        return super().exists(self.real(path))

    def read_file(self, path: str, limit: int = 1 << 26) -> bytes:
        self._require(path)
        return super().read_file(self.real(path), limit)

    @contextmanager
    def copied_database(self, path: str) -> Iterator[str]:
        self._require(path)
        with super().copied_database(self.real(path)) as copy:
            yield copy

    def lines(self, command: Sequence[str], timeout: float = 60.0) -> Iterator[bytes]:
        told = self.tools.get(command[0], FileNotFoundError(2, "No such file or directory"))
        if isinstance(told, OSError):
            raise told
        yield from told.splitlines(keepends=True)

    def registry(self, key: str) -> dict[str, dict[str, Any]]:
        if isinstance(self.keys, OSError):
            raise self.keys
        return {name: dict(values) for name, values in self.keys.items() if name.startswith(key)}

    def real(self, path: str) -> str:
        """Where a path of the simulated computer lies."""
        if path.startswith(self.home):
            return str(self._root / "user" / path[len(self.home) :].replace("\\", "/").lstrip("/"))
        if path.startswith(str(self._root)):
            return path
        return str(self._root / "system" / path.replace("\\", "/").replace(":", "").lstrip("/"))

    def put(self, path: str, content: bytes) -> None:
        """Writes a file of the simulated computer."""
        file = Path(self.real(path))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    def _require(self, path: str) -> None:
        if path in self.refused:
            raise PermissionError(13, "Permission denied", path)


__all__ = ["HOUR", "SimulatedComputer"]
