"""Makes entries in a process of its own, for another that has enough to do. Run by path (`isolation.ledger.helping`).

Standard input holds messages, each with its length (4 bytes, big-endian) before it and in the interpreter's own
`marshal` form, since both sides are the same interpreter: first the module search path, then the arguments of a `Maker`
(a tuple) whenever a batch begins, and lists of what entries are to say, each of which is answered on standard output
by the list of their rows. It ends with its input. Keys only pass through the pipe.
"""

from __future__ import annotations

import marshal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any

GREETING = "isolation entry helper 1"
_LENGTH = 4


def send(stream: IO[bytes], message: Any) -> None:
    """Writes one message; raises OSError or ValueError where nobody reads it any more."""
    data = marshal.dumps(message)
    stream.write(len(data).to_bytes(_LENGTH, "big"))
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """The next message; raises EOFError where there is none."""
    length = stream.read(_LENGTH)
    data = stream.read(int.from_bytes(length, "big"))
    if not data:
        raise EOFError
    return marshal.loads(data)  # noqa: S302 - from the process that started this one, or that this one started


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answers until there is nothing more to do."""
    sys.path[:] = receive(requests)
    from isolation.ledger.making import Maker

    send(answers, GREETING)
    maker = None
    while True:
        message = receive(requests)
        if isinstance(message, tuple):
            maker = Maker(*message)
        elif maker is not None:
            send(answers, maker.make(message))


def main() -> None:
    """One import."""
    try:
        serve(sys.stdin.buffer, sys.stdout.buffer)
    except (EOFError, OSError):
        return


if __name__ == "__main__":
    main()
