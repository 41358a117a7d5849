"""Does work in a process of its own, for another that has enough to do (`isolation.ledger.helping`): makes or proves
entries, reads the rows of logs.

It is run by path. Standard input holds messages, each with its length (4 bytes, big-endian) before it and in the
interpreter's own `marshal` form, since both sides are the same interpreter: first the module search path and the module
that the work will need, then pairs.
A pair is work that begins, as `module:Class.method`, with the arguments of that class; or None with the arguments of
that method, whose answer goes to standard output. It ends with its input. Keys only pass through the pipe.
"""

from __future__ import annotations

import gc
import marshal
import os
import sys
from contextlib import suppress
from importlib import import_module
from queue import SimpleQueue
from threading import Thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any

GREETING = "isolation entry helper 1"
_LENGTH = 4
_SWITCH_SECONDS = 0.0005  # what waits at a pipe takes little, and gets its turn soon


def send(stream: IO[bytes], message: Any) -> None:
    """Writes one message; raises OSError or ValueError where nobody reads it any more."""
    _write(stream, marshal.dumps(message))


def _write(stream: IO[bytes], data: bytes) -> None:
    stream.write(len(data).to_bytes(_LENGTH, "big"))
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """The next message; raises EOFError where there is none."""
    return _understood(_next(stream))


def _next(stream: IO[bytes]) -> bytes:
    length = stream.read(_LENGTH)
    return stream.read(int.from_bytes(length, "big"))


def _understood(data: bytes) -> Any:
    if not data:
        raise EOFError
    return marshal.loads(data)  # noqa: S302 - from the process that started this one, or that this one started


def _take_in(stream: IO[bytes], waiting: SimpleQueue[bytes]) -> None:
    """Takes every message off the pipe at once, so that who asks never waits; an empty one at the end."""
    data = b"-"
    while data:
        try:
            data = _next(stream)
        except (OSError, ValueError):
            data = b""
        waiting.put(data)


def _hand_out(stream: IO[bytes], ready: SimpleQueue[bytes]) -> None:
    """Writes every answer, so that work goes on while nobody fetches them."""
    with suppress(OSError, ValueError):
        while True:
            _write(stream, ready.get())


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answers until there is nothing more to do."""
    sys.path[:], module = receive(requests)
    import_module(module)  # so that it is there when the helper says that it is
    send(answers, GREETING)
    work: Any = None
    waiting: SimpleQueue[bytes] = SimpleQueue()
    ready: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_take_in, args=(requests, waiting), daemon=True).start()
    Thread(target=_hand_out, args=(answers, ready), daemon=True).start()
    while True:
        begins, told = _understood(waiting.get())
        if begins is None:
            ready.put(marshal.dumps(work(*told)))
        else:
            module, _, name = begins.partition(":")
            kind, _, method = name.partition(".")
            work = getattr(getattr(import_module(module), kind)(*told), method)


def main() -> None:
    """One import."""
    gc.disable()  # nothing here forms cycles
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        with suppress(EOFError, OSError):
            serve(sys.stdin.buffer, sys.stdout.buffer)
    finally:
        os._exit(0)  # at once: its threads may still wait at the pipes, for what nobody wants any more


if __name__ == "__main__":
    main()
