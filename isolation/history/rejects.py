"""The rejected rows of one log: the first in memory, the others in a temporary file, since a log can be all wrong."""

from __future__ import annotations

import json
import tempfile
import weakref
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, overload

from isolation.history.rows import Rejected

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

_IN_MEMORY = 5000


class Rejects(Sequence[Rejected]):
    """A sequence that grows. Its temporary file has no name, or goes with it, and only its owner can read it."""

    def __init__(self, in_memory: int = _IN_MEMORY) -> None:
        self._in_memory = in_memory
        self._first: list[Rejected] = []
        self._file: IO[str] | None = None
        self._count = 0

    def append(self, rejected: Rejected) -> None:
        """Takes one more."""
        self._count += 1
        if len(self._first) < self._in_memory:
            self._first.append(rejected)
            return
        if self._file is None:
            self._file = tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n")  # noqa: SIM115 - closed below
            weakref.finalize(self, self._file.close)
        self._file.write(json.dumps(rejected) + "\n")

    def extend(self, several: list[Rejected]) -> None:
        """Takes more."""
        for rejected in several:
            self.append(rejected)

    def settled(self) -> Sequence[Rejected]:
        """All of them, as a tuple where they are few."""
        return self if self._file is not None else tuple(self._first)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Rejected]:
        yield from self._first
        if self._file is not None:
            self._file.seek(0)
            for line in self._file:
                yield Rejected(*json.loads(line))
            self._file.seek(0, 2)

    @overload
    def __getitem__(self, at: int) -> Rejected: ...
    @overload
    def __getitem__(self, at: slice) -> list[Rejected]: ...
    def __getitem__(self, at: int | slice) -> Rejected | list[Rejected]:
        if isinstance(at, slice):
            begin, end, step = at.indices(self._count)
            if step < 0:
                raise ValueError("rejects are read from first to last")
            return list(islice(iter(self), begin, end, step))
        place = range(self._count)[at]
        return next(islice(iter(self), place, None))


__all__ = ["Rejects"]
