"""A helper process beside a long import: it makes the entries while this one reads rows and writes tables.

Nothing depends on it: where there is no second core, no interpreter to start, or the helper is gone, this process makes
them itself, and what is written is no different.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager, suppress
from threading import Thread

from isolation.ledger.entry_helper import GREETING, receive, send
from isolation.ledger.making import Maker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from isolation.ledger.making import EntryRow, Plan
    from isolation.ledger.store import Ledger

    MakerArguments = tuple[str, bytes | None, int, bytes, int, Sequence[bytes]]

_HELPER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "entry_helper.py")
_FAREWELL_SECONDS = 5.0
_GONE = (OSError, EOFError, ValueError)  # what talking to a process that ended, or whose pipe is closed, raises


class Helper:
    """A helper process. `usable` from when it has said that it is there, until talking to it fails."""

    def __init__(self) -> None:
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
        self.usable = False
        self._owed = 0  # answers that were not fetched yet
        self._greeting = Thread(target=self._greet, daemon=True)
        self._greeting.start()

    def _greet(self) -> None:
        try:
            send(self._requests, [os.path.abspath(path) for path in sys.path])
            self.usable = receive(self._answers) == GREETING
        except _GONE:
            return

    def wait(self, seconds: float) -> bool:
        """Waits until it is usable; whether it is."""
        self._greeting.join(seconds)
        return self.usable

    def begin(self, told: MakerArguments) -> None:
        """A batch begins; what was left of another is dropped."""
        while self._owed and self.answer() is not None:
            pass
        self._say(told)

    def ask(self, plans: Sequence[Plan]) -> None:
        """Asks for entries. The answer has to be fetched before the next are asked for."""
        if self._say(plans):
            self._owed += 1

    def answer(self) -> list[EntryRow] | None:
        """The entries that were asked for; None where the helper is gone."""
        if not self.usable or not self._owed:
            return None
        try:
            self._owed -= 1
            rows: list[EntryRow] = receive(self._answers)
        except _GONE:
            self.usable = False
            return None
        return rows

    def _say(self, message: Any) -> bool:
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
    """Makes the entries of one batch as `Maker` does, one lot late: the helper makes it while this process goes on."""

    def __init__(self, helper: Helper, told: MakerArguments) -> None:
        self._helper = helper
        self._own = Maker(*told)
        self._asked: Sequence[Plan] = ()
        helper.begin(told)

    def make(self, plans: Sequence[Plan]) -> list[EntryRow]:
        """Asks for the next rows of `entries`; returns those that were asked for before."""
        ready = self.rest()
        self._asked = plans
        self._helper.ask(plans)
        return ready

    def rest(self) -> list[EntryRow]:
        """The rows that were asked for and not fetched."""
        plans, self._asked = self._asked, ()
        if not plans:
            return []
        rows = self._helper.answer()
        if rows is None or len(rows) != len(plans):
            return self._own.make(plans)
        self._own.follow(rows)
        return rows


def can_help() -> bool:
    """Whether a process can be started that runs beside this one: an own program with Python in it starts itself."""
    if getattr(sys, "frozen", False) or not os.path.basename(sys.executable or "").lower().startswith("python"):
        return False
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores > 1


@contextmanager
def helped(ledger: Ledger) -> Iterator[None]:
    """Gives a ledger a helper for this block, where there can be one."""
    try:
        ledger.helper = Helper() if can_help() else None
    except OSError:
        ledger.helper = None  # no more processes: it is only slower
    try:
        yield
    finally:
        helper, ledger.helper = ledger.helper, None
        if helper is not None:
            helper.close()


__all__ = ["HelpedMaker", "Helper", "can_help", "helped"]
