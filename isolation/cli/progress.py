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


class _Line:
    """Where progress is told: one line of stderr, which on a terminal is rewritten in place."""

    def __init__(self) -> None:
        self._stream = sys.stderr
        self._width = 0
        self.is_terminal = self._stream is not None and self._stream.isatty()

    def write(self, text: str) -> None:
        """Print the text, whoever still reads it."""
        if self._stream is None:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            self._stream = None  # nobody is left to tell; the work goes on

    def rewrite(self, line: str) -> None:
        """Put the line in the place of the one before; "" leaves an empty one."""
        if line or self._width:
            self.write("\r" + padded(line, self._width) + ("" if line else "\r"))
        self._width = columns(line)


class Progress:
    """Counts work of one kind. Short work prints nothing."""

    def __init__(self, unit: Message) -> None:
        self._unit = unit
        self._out = _Line()
        self._every = _TERMINAL_EVERY if self._out.is_terminal else _PIPE_EVERY
        self._begun = time.monotonic()
        # The first line comes after a second on a terminal, and after the full wait elsewhere.
        self._last = self._begun + 1.0 - self._every if self._out.is_terminal else self._begun

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self._out.rewrite("")

    def at(self, done: int, total: int | None = None, share: float | None = None) -> None:
        """`done` units are done, of `total` where that is known, or `share` (0 to 1) of the work."""
        now = time.monotonic()
        if now - self._last < self._every:
            return
        self._last = now
        share = share if share is not None else done / total if total else None
        line = terminal.said(self._line(done, share, now - self._begun))
        if self._out.is_terminal:
            self._out.rewrite(line)
        else:
            self._out.write(line + "\n")

    def _line(self, done: int, share: float | None, seconds: float) -> Message:
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
        self._out = _Line()
        self._every = every
        self._begun = time.monotonic()
        self._ended = threading.Event()

    def __enter__(self) -> Steps:
        if not self._out.is_terminal:
            # A step does not come back before it is done: another thread has to tell of it.
            threading.Thread(target=self._tell, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._out.rewrite("")

    def next(self) -> None:
        """The next step begins."""
        self._done += 1
        if self._out.is_terminal:
            self._out.rewrite(terminal.said(message("{step} …", step=self._step())))

    def _step(self) -> Message:
        name = self._names[self._done - 1]
        return message("{step} of {steps}: {name}", step=self._done, steps=len(self._names), name=name)

    def _tell(self) -> None:
        while not self._ended.wait(self._every):
            if self._done:
                seconds = time.monotonic() - self._begun
                line = message("{step}, {seconds:,.0f} s so far", step=self._step(), seconds=seconds)
                self._out.write(terminal.said(line) + "\n")
