"""The rejected rows of logs: a few in memory, the others in a temporary file, since logs can be all wrong."""

from __future__ import annotations

import json
import tempfile
import weakref
from collections.abc import Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, overload

from isolation.history.rows import Rejected

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO, TypeAlias

    Block: TypeAlias = tuple[int, int]  # where it begins in the file, and its bytes

_IN_MEMORY = 500
_FEW = 20  # a folder has thousands of logs, each with its own


class Spool:
    """The one temporary file of a run. It has no name, or goes with it, and only its owner can read it."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None

    def keep(self, rows: list[Rejected]) -> Block:
        """Writes these down; gives back where they are."""
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
            weakref.finalize(self, self._file.close)
        begin = self._file.seek(0, 2)
        return begin, self._file.write(json.dumps(rows).encode())

    def read(self, block: Block) -> list[Rejected]:
        """What was written there."""
        assert self._file is not None  # noqa: S101 - a block was written
        self._file.seek(block[0])
        return [Rejected(*row) for row in json.loads(self._file.read(block[1]))]


class Rejects(Sequence[Rejected]):
    """Those of one log: a sequence that grows. Several may share a spool."""

    def __init__(self, spool: Spool | None = None, in_memory: int = _IN_MEMORY) -> None:
        self._spool = spool or Spool()
        self._in_memory = in_memory
        self._blocks: list[Block] = []
        self._latest: list[Rejected] = []
        self._count = 0

    def append(self, rejected: Rejected) -> None:
        """Takes one more."""
        self._count += 1
        self._latest.append(rejected)
        if len(self._latest) >= self._in_memory:
            self._put_away()

    def extend(self, several: list[Rejected]) -> None:
        """Takes more."""
        for rejected in several:
            self.append(rejected)

    def settled(self) -> Sequence[Rejected]:
        """All of them, as a tuple where they are few; there come no more."""
        if self._count <= _FEW and not self._blocks:
            return tuple(self._latest)
        self._put_away()
        return self

    def _put_away(self) -> None:
        if self._latest:
            self._blocks.append(self._spool.keep(self._latest))
            self._latest = []

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Rejected]:
        return chain(chain.from_iterable(map(self._spool.read, self._blocks)), self._latest)

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


__all__ = ["Rejects", "Spool"]
