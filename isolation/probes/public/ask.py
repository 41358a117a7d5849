"""All questions side by side, and one deadline over them all."""

from __future__ import annotations

import queue
import threading

from isolation.messages import message
from isolation.model import Value
from isolation.probes.public.answer import SILENT, Failure, address_in
from isolation.probes.public.sockets import Line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Protocol, TypeAlias

    from isolation.identifiers.addresses import Address
    from isolation.probes.public.answer import Answer
    from isolation.probes.public.proxy import Proxy

    Told: TypeAlias = Address | Failure

    class Transport(Protocol):
        """Does one HTTPS GET; it raises nothing, and ends soon after `line` is cut."""

        def get(self, url: str, family: int, proxy: Proxy | None, line: Line, seconds: float) -> Answer | Failure:
            """The answer of `url`, or why there is none."""


class Question(Value):
    """One service asked over one family (4 or 6), directly (`proxy` None) or through the account's proxy."""

    __slots__ = ("family", "proxy", "url")
    url: str
    family: int
    proxy: Proxy | None

    def __init__(self, url: str, family: int, proxy: Proxy | None) -> None:
        self._init(url=url, family=family, proxy=proxy)


def ask(
    questions: Sequence[Question],
    transport: Transport,
    left: Callable[[], float],
    settled: Callable[[Sequence[Told | None]], bool],
) -> list[Told | None]:
    """What each question was answered, in their order; None for those that were not waited for.

    Waits until `settled` says that the answers so far are enough, or until no seconds are `left`; then every
    connection still open is cut, and a question still out has failed in time. The threads are daemons, as the one
    thing that cannot be cut is the system's own resolving of a name.
    """
    answers: list[Told | None] = [None] * len(questions)
    lines = [Line() for _ in questions]
    arrived: queue.SimpleQueue[tuple[int, Told]] = queue.SimpleQueue()
    try:
        for number, question in enumerate(questions):
            _start(number, question, transport, lines[number], left(), arrived)
        while not settled(answers) and (seconds := left()) > 0:
            try:
                number, told = arrived.get(timeout=seconds)
            except queue.Empty:
                continue
            answers[number] = told
    finally:
        for line in lines:
            line.cut()
    return answers if settled(answers) else [told or SILENT for told in answers]


def in_background(run: Callable[[], None]) -> bool:
    """Start `run` in a thread that keeps no process from ending; False where no thread can be started."""
    try:
        threading.Thread(target=run, name="public-address", daemon=True).start()
    except RuntimeError:  # a limit on threads
        return False
    return True


def _start(
    number: int,
    question: Question,
    transport: Transport,
    line: Line,
    seconds: float,
    arrived: queue.SimpleQueue[tuple[int, Told]],
) -> None:
    def run() -> None:
        answer = transport.get(question.url, question.family, question.proxy, line, seconds)
        arrived.put((number, answer if isinstance(answer, Failure) else address_in(answer, question.family)))

    if seconds > 0 and not in_background(run):
        arrived.put(
            (number, Failure("unreachable", message("could not be asked, as this process may start no more threads")))
        )
