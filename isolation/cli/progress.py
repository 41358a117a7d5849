"""A line on stderr that says how far long work has come: rewritten in place on a terminal, now and then elsewhere."""

from __future__ import annotations

import sys
import threading
import time

from isolation.cli import terminal
from isolation.messages import message
from isolation.typesetting import columns, padded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.messages import Message

_TERMINAL_EVERY = 0.2
_PIPE_EVERY = 10.0


class Progress:
    """Counts work of one kind. Short work prints nothing."""

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._stream = sys.stderr
        self._terminal = self._stream is not None and self._stream.isatty()
        self._every = _TERMINAL_EVERY if self._terminal else _PIPE_EVERY
        self._begun = time.monotonic()
        # The first line comes after a second on a terminal, and after the full wait elsewhere.
        self._last = self._begun + 1.0 - self._every if self._terminal else self._begun
        self._width = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._width:
            self._print("\r" + " " * self._width + "\r")

    def at(self, done: int, total: int | None = None, share: float | None = None) -> None:
        """`done` units are done, of `total` where that is known, or `share` (0 to 1) of the work."""
        now = time.monotonic()
        if now - self._last < self._every:
            return
        self._last = now
        line = self._line(done, share if share is not None else done / total if total else None, now - self._begun)
        if self._terminal:
            self._print("\r" + padded(line, self._width))
            self._width = columns(line)
        else:
            self._print(line + "\n")

    def _print(self, text: str) -> None:
        if self._stream is None:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            self._stream = None  # nobody is left to tell; the work goes on

    def _line(self, done: int, share: float | None, seconds: float) -> str:
        rate = done / seconds if seconds else 0.0
        line = message("{done:,} {unit}, {rate:,.0f} a second", done=done, unit=self._unit, rate=rate)
        if share:
            left = seconds / share - seconds
            line = message("{line}, {share:.0%}, about {left:,.0f} s left", line=line, share=share, left=left)
        return line


class Steps:
    """Says which of a few steps is being done: on a terminal in one line that is gone when all are; elsewhere in a line
    every ten seconds, so that a log shows that the work goes on. Short work prints nothing there."""

    def __init__(self, *names: str, every: float = _PIPE_EVERY) -> None:
        """The names of the steps, in order; `every` so many seconds (s) what is no terminal gets a line."""
        self._names = names
        self._done = 0
        self._stream = sys.stderr
        self._terminal = self._stream is not None and self._stream.isatty()
        self._every = every
        self._begun = time.monotonic()
        self._ended = threading.Event()
        self._width = 0

    def __enter__(self) -> Steps:
        if self._stream is not None and not self._terminal:
            # A step does not come back before it is done: another thread has to tell of it.
            threading.Thread(target=self._tell, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        if self._terminal:
            self._rewrite("")

    def next(self) -> None:
        """The next step begins."""
        self._done += 1
        if self._terminal:
            self._rewrite(terminal.said(message("{step} …", step=self._step())))

    def _step(self) -> Message:
        name = self._names[self._done - 1]
        return message("{step} of {steps}: {name}", step=self._done, steps=len(self._names), name=name)

    def _tell(self) -> None:
        while not self._ended.wait(self._every):
            if self._done:
                seconds = time.monotonic() - self._begun
                line = message("{step}, {seconds:,.0f} s so far", step=self._step(), seconds=seconds)
                self._print(terminal.said(line) + "\n")

    def _rewrite(self, line: str) -> None:
        width = columns(line)
        self._print("\r" + line + " " * max(0, self._width - width) + ("" if line else "\r"))
        self._width = width

    def _print(self, text: str) -> None:
        if self._stream is None:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            self._stream = None  # nobody is left to tell; the work goes on
