"""A helper process beside a long import: it makes the entries, or reads the rows, while this one writes tables.

Nothing depends on it: where there is no second core, no interpreter to start, or the helper is gone, this process makes
them itself, and what is written is no different.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import deque
from contextlib import contextmanager, suppress
from threading import Thread

from isolation.ledger.entry_helper import GREETING, receive, send
from isolation.ledger.making import Maker
from isolation.ledger.proving import Prover

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import IO, Any

    from isolation.ledger.making import EntryRow, Plan
    from isolation.ledger.proving import Proved
    from isolation.ledger.store import Ledger

    Block = tuple[list[EntryRow], dict[int, bytes]]
    MakerArguments = tuple[str, bytes | None, int, bytes, int, Sequence[bytes]]

_HELPER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "entry_helper.py")
_FAREWELL_SECONDS = 5.0
_PIPE_SIZE = 1 << 20  # bytes; what anybody may ask for (pipe(7))
_MAKING = "isolation.ledger.making"
_LOTS = 3  # of entries that are asked for before the first has to be there
_GONE = (OSError, EOFError, ValueError)  # what talking to a process that ended, or whose pipe is closed, raises


class Helper:
    """A helper process. `usable` from when it has said that it is there, until talking to it fails."""

    def __init__(self, module: str) -> None:
        """`module` is the one that its work will need, loaded while it is started."""
        self._module = module
        flags = 0
        if os.name != "posix":  # Ctrl-C is for this process alone
            flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP  # type: ignore[attr-defined]
        self.process = subprocess.Popen(
            [sys.executable, "-I", _HELPER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            start_new_session=True, creationflags=flags,
        )  # fmt: skip
        assert self.process.stdin is not None  # noqa: S101 - asked for above
        assert self.process.stdout is not None  # noqa: S101 - the same
        self._requests, self._answers = self.process.stdin, self.process.stdout
        for pipe in (self._requests, self._answers):
            _widen(pipe)
        self.usable = False
        self._owed = 0  # answers that were not fetched yet
        self._greeting = Thread(target=self._greet, daemon=True)
        self._greeting.start()

    def _greet(self) -> None:
        try:
            send(self._requests, ([os.path.abspath(path) for path in sys.path], self._module))
            self.usable = receive(self._answers) == GREETING
        except _GONE:
            return

    def wait(self, seconds: float) -> bool:
        """Waits until it is usable; whether it is."""
        self._greeting.join(seconds)
        return self.usable

    def begin(self, work: str, told: tuple[object, ...]) -> None:
        """Work begins, named `module:Class.method`, with the arguments of that class; what was left of other work is
        dropped."""
        while self._owed and self.answer() is not None:
            pass
        self._say((work, told))

    def ask(self, *told: object) -> None:
        """Asks for a part of the work, by its method's arguments; answers come in the order of what was asked for."""
        if self._say((None, told)):
            self._owed += 1

    def answer(self) -> Any:
        """The answer to what was asked; None where there is none, or the helper is gone."""
        if not self.usable or not self._owed:
            return None
        try:
            self._owed -= 1
            return receive(self._answers)
        except _GONE:
            self.usable = False
            return None

    def _say(self, message: object) -> bool:
        if self.usable:
            try:
                send(self._requests, message)
            except _GONE:
                self.usable = False
        return self.usable

    def close(self) -> None:
        """Ends the process."""
        self.usable = False
        if self._greeting.is_alive():
            self.process.kill()
        else:
            self._answers.close()  # what it has not handed over nobody wants any more
        with suppress(OSError):  # it may have ended before it had read everything
            self._requests.close()
        try:
            self.process.wait(_FAREWELL_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._greeting.join()
        self._answers.close()


class HelpedMaker:
    """Makes the entries of one batch as `Maker` does, some lots late: a helper makes them while this one goes on."""

    def __init__(self, helper: Helper, told: MakerArguments) -> None:
        self._helper = helper
        self._own = Maker(*told)
        self._asked: deque[Sequence[Plan]] = deque()
        helper.begin(f"{_MAKING}:Maker.make", told)

    def make(self, plans: Sequence[Plan]) -> list[EntryRow]:
        """Asks for the next rows of `entries`; returns those of a lot that was asked for before."""
        self._asked.append(plans)
        self._helper.ask(plans)
        return self._fetch() if len(self._asked) > _LOTS else []

    def rest(self) -> list[EntryRow]:
        """The rows that were asked for and not fetched."""
        return [row for _ in range(len(self._asked)) for row in self._fetch()]

    def _fetch(self) -> list[EntryRow]:
        plans = self._asked.popleft()
        rows: list[EntryRow] | None = self._helper.answer()
        if rows is None or len(rows) != len(plans):
            return self._own.make(plans)
        self._own.follow(rows)
        return rows


class BlockProver:
    """Proves blocks of entries as `Prover` does, with a helper where there is one: it proves a block while this process
    works on the one before."""

    def __init__(self, origin: str, key: bytes | None, helper: Helper | None) -> None:
        """Without the index key (None) nothing is proved."""
        self._own = None if key is None else Prover(origin, key)
        self._helper = None if key is None else helper
        self._told = origin, key
        self._begun = False

    def prove(self, blocks: Iterable[Block]) -> Iterator[tuple[list[EntryRow], Sequence[Proved | None]]]:
        """Each block with what is proved of its entries."""
        before: Block | None = None
        for block in blocks:
            proved = None if before is None else self._fetch(before)
            self._ask(block)
            if before is not None and proved is not None:
                yield before[0], proved
            before = block
        if before is not None:
            yield before[0], self._fetch(before)

    def _ask(self, block: Block) -> None:
        helper = self._helper
        if helper is not None and helper.usable and block[1]:
            if not self._begun:
                helper.begin("isolation.ledger.proving:Prover.prove", self._told)
                self._begun = True
            helper.ask(*block)

    def _fetch(self, block: Block) -> Sequence[Proved | None]:
        rows, secrets = block
        if self._own is None or not secrets:
            return [None] * len(rows)
        proved: list[Proved | None] | None = None if self._helper is None else self._helper.answer()
        return self._own.prove(rows, secrets) if proved is None or len(proved) != len(rows) else proved


def _widen(pipe: IO[bytes]) -> None:
    """Lets a pipe hold a whole lot where the system can (Linux, fcntl(2)), so that nobody waits to hand it over."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_SIZE)


def can_help() -> bool:
    """Whether a process can be started that runs beside this one: an own program with Python in it starts itself."""
    if getattr(sys, "frozen", False) or not os.path.basename(sys.executable or "").lower().startswith("python"):
        return False
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores > 1


@contextmanager
def started_helper(module: str) -> Iterator[Helper | None]:
    """A helper for work of this module, for this block; None where there can be none."""
    try:
        helper = Helper(module) if can_help() else None
    except OSError:
        helper = None  # no more processes: it is only slower
    try:
        yield helper
    finally:
        if helper is not None:
            helper.close()


@contextmanager
def helped(ledger: Ledger) -> Iterator[None]:
    """Gives a ledger a helper that makes and proves its entries for this block, where there can be one."""
    with started_helper(_MAKING) as ledger.helper:
        try:
            yield
        finally:
            ledger.helper = None


__all__ = ["BlockProver", "HelpedMaker", "Helper", "can_help", "helped", "started_helper"]
