"""Makes or proves entries in a process of its own, for another that has enough to do (`isolation.ledger.helping`).

It is run by path. Standard input holds messages, each with its length (4 bytes, big-endian) before it and in the
interpreter's own `marshal` form, since both sides are the same interpreter: first the module search path, then pairs: a
kind of work that begins with the arguments of its `Maker` or `Prover`, or None with a part of that work, which is
answered on standard output. It ends with its input. Keys only pass through the pipe.
"""

from __future__ import annotations

import gc
import marshal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any, Literal, TypeAlias

    Work: TypeAlias = Literal["making", "proving"]

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
    from isolation.ledger.proving import Prover

    send(answers, GREETING)
    worker: Any = None
    while True:
        work, told = receive(requests)
        if work == "making":
            worker = Maker(*told)
        elif work == "proving":
            worker = Prover(*told)
        elif isinstance(worker, Maker):
            send(answers, worker.make(told))
        else:
            send(answers, worker.prove(*told))


def main() -> None:
    """One import."""
    try:
        gc.disable()  # nothing here forms cycles
        serve(sys.stdin.buffer, sys.stdout.buffer)
    except (EOFError, OSError):
        return


if __name__ == "__main__":
    main()
