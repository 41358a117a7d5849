"""Output: results to stdout, all else to stderr, and no control character of any input reaches a terminal.

A stream may be closed or its reader gone: then there is nobody left to tell, and the exit code still does. A result
that cannot be printed for another reason, as on a full disk, is an error.
"""

from __future__ import annotations

import os
import sys

from isolation.errors import IsolationError
from isolation.identifiers.escape import printable
from isolation.language import Language
from isolation.messages import Message, message
from isolation.system_words import why_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, TextIO

    from isolation.cli.layout import Line


YES = ("y", "yes", "是")

_language = Language(escape=printable)


class Interrupted(IsolationError):
    """The person at the keyboard stopped the command (SIGINT)."""

    exit_code = 130


def prepare() -> None:
    """Makes sure that a letter which an encoding lacks is shown or read escaped and does not stop the program."""
    for stream, errors in (
        (sys.stdin, "surrogateescape"), (sys.stdout, "backslashreplace"), (sys.stderr, "backslashreplace")
    ):  # fmt: skip
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=errors)


def speak(code: str) -> None:
    """Says everything in this language from now on. Raises UsageError for one that there is not."""
    global _language
    _language = Language(code, escape=printable)


def spoken() -> str:
    """The language that everything is said in."""
    return _language.code


def said(text: str) -> str:
    """A text of the program in the language that is spoken."""
    return _language.say(_spoken(text))


def _spoken(text: str) -> Message:
    """A text as speech by its own words: a line that was put together is not searched for what it was made of."""
    return text if isinstance(text, Message) else message(text)


def say(*texts: str) -> None:
    """Prints result lines to stdout."""
    _result("\n".join(map(_lines, texts)))


def show(lines: Iterable[Line]) -> None:
    """Prints result lines to stdout, wrapped and coloured where it is a terminal."""
    from isolation.cli.layout import has_colours, laid_out, width_of

    stream = sys.stdout if _is_open(sys.stdout) else None
    _result(laid_out(lines, _lines, width_of(stream), colours=has_colours(stream, os.environ)))


def _lines(text: str) -> str:
    return "\n".join([printable(line) for line in _language.say(_spoken(text)).split("\n")])


def emit(document: dict[str, Any]) -> None:
    """Prints the one JSON document of a command; ASCII only, so that it survives every encoding.

    A value that is an iterator is a list of which one item at a time is held.
    """
    if _is_open(sys.stdout):
        _reported(lambda: sys.stdout.writelines(_pieces(document)))


def _pieces(document: dict[str, Any]) -> Iterator[str]:
    """What `json.dumps(document, indent=2)` gives, and a line end, piece by piece."""
    import json

    before = "{"
    for key, value in document.items():
        yield f"{before}\n  {json.dumps(key)}: "
        before = ","
        if hasattr(value, "__next__"):
            yield from _items(value)
        else:
            yield json.dumps(value, indent=2).replace("\n", "\n  ")
    yield "\n}\n" if document else "{}\n"


def _items(values: Iterator[object]) -> Iterator[str]:
    import json

    before = "["
    for value in values:
        yield f"{before}\n    " + json.dumps(value, indent=2).replace("\n", "\n    ")
        before = ","
    yield "\n  ]" if before == "," else "[]"


def note(text: str, end: str = "\n") -> None:
    """Prints a remark to stderr."""
    if _is_open(sys.stderr):
        try:
            print(_lines(text), end=end, file=sys.stderr, flush=True)
        except OSError:
            _hush(sys.stderr)


def ask(question: str) -> str | None:
    """Asks on stderr and reads a line from stdin, trimmed; None where there is no line to read."""
    while _is_open(sys.stdin):
        note(question, end="" if said(question).endswith(("：", "？", "）")) else " ")  # these bring their own room
        line = sys.stdin.readline()
        if not line or not sys.stdin.isatty():
            note("")
        if not line:
            return None
        if line.isascii() or line.encode("utf-8", "replace").decode() == line:
            return line.strip()
        note("That is no text in this terminal's encoding; write it again.")
    return None


def is_interactive() -> bool:
    """Whether a person can be asked: stdin and stderr are a terminal."""
    return all(stream is not None and _is_open(stream) and stream.isatty() for stream in (sys.stdin, sys.stderr))


def flush() -> None:
    """Lets go of what is printed and still held back. Raises IsolationError where it cannot be."""
    if _is_open(sys.stdout):
        _reported(sys.stdout.flush)


def complain(problem: IsolationError, style: str) -> None:
    """Says what failed: one sentence and its hint on stderr; in JSON one error document on stdout too."""
    note(message("isolation: {problem}", problem=problem))
    if style == "json":
        from isolation.reports.documents import error

        try:
            emit(error(problem))
            flush()
        except IsolationError:
            return  # it was said on stderr


def unexpected(problem: Exception) -> IsolationError:
    """A failure that nobody foresaw, as a sentence."""
    if isinstance(problem, FileNotFoundError) and _is_nowhere():
        return IsolationError("The folder that this was called in is gone.", "Change to another one and do it again.")
    place = problem.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = (
        message(
            " at {co_filename}:{tb_lineno}",
            co_filename=os.path.basename(place.tb_frame.f_code.co_filename),
            tb_lineno=place.tb_lineno,
        )
        if place
        else ""
    )
    return IsolationError(
        message(
            "This is a bug in isolation: {name}: {problem}{where}.",
            name=type(problem).__name__,
            problem=problem,
            where=where,
        ),
        "Please report this sentence; `isolation status` shows what is recorded.",
    )


def _is_nowhere() -> bool:
    # Every relative path fails there, wherever it is first asked for.
    try:
        os.getcwd()
    except FileNotFoundError:
        return True
    return False


def _result(text: str) -> None:
    if _is_open(sys.stdout):
        _reported(lambda: print(text))


def _reported(write: Callable[[], None]) -> None:
    """Writes to stdout; the reader may go away, everything else is an error."""
    try:
        write()
    except BrokenPipeError:
        _hush(sys.stdout)
    except OSError as problem:
        _hush(sys.stdout)
        raise IsolationError(
            message("The result cannot be printed: {why}.", why=why_of(problem)),
            "What the command recorded stands; print it elsewhere.",
        ) from None


def _is_open(stream: TextIO | None) -> bool:
    # Python has no stream at all where the descriptor was closed before it began (`isolation check a >&-`).
    return stream is not None and not stream.closed


def _hush(stream: TextIO) -> None:
    """Sends what a stream still holds nowhere, so that Python does not complain about it while it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
