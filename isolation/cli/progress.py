"""A line on stderr that says how far long work has come: rewritten in place on a terminal, now and then elsewhere."""

from __future__ import annotations

import sys
import time

from isolation.cli import terminal
from isolation.cli.layout import columns
from isolation.messages import message

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
            self._print("\r" + line.ljust(self._width))
            self._width = len(line)
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
    """Says on a terminal which of a few steps is being done, in one line that is gone when all are."""

    def __init__(self, *names: str) -> None:
        """The names of the steps, in order."""
        self._names = names
        self._done = 0
        self._stream = sys.stderr if sys.stderr is not None and sys.stderr.isatty() else None
        self._width = 0

    def __enter__(self) -> Steps:
        return self

    def __exit__(self, *_: object) -> None:
        self._show("")

    def next(self) -> None:
        """The next step begins."""
        name = self._names[self._done]
        self._done += 1
        self._show(message("{step} of {steps}: {name} …", step=self._done, steps=len(self._names), name=name))

    def _show(self, text: str) -> None:
        if self._stream is None:
            return
        line = terminal.said(text)
        width = columns(line)
        try:
            self._stream.write("\r" + line + " " * max(0, self._width - width) + ("" if text else "\r"))
            self._stream.flush()
        except OSError:
            self._stream = None  # nobody is left to tell; the work goes on
        self._width = width
