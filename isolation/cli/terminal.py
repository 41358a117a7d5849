"""Output: results to stdout, all else to stderr, and no control character of any input reaches a terminal."""

from __future__ import annotations

import os
import sys

from isolation.identifiers.escape import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from isolation.errors import IsolationError


def prepare() -> None:
    """Makes sure that a name which the terminal's encoding lacks is shown escaped and does not stop the program."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def say(text: str = "") -> None:
    """Prints result lines to stdout."""
    print("\n".join(printable(line) for line in text.split("\n")))


def note(text: str) -> None:
    """Prints a remark to stderr."""
    print("\n".join(printable(line) for line in text.split("\n")), file=sys.stderr)


def emit(document: dict[str, Any]) -> None:
    """Prints the one JSON document of a command; ASCII only, so that it survives every encoding."""
    import json

    print(json.dumps(document, indent=2))


def complain(problem: IsolationError, style: str) -> None:
    """Says what failed: one sentence and its hint on stderr; in JSON one error document on stdout too."""
    note(f"isolation: {problem}")
    if style == "json":
        from isolation.reports.documents import error

        emit(error(problem))


def unexpected(problem: Exception) -> IsolationError:
    """A failure that nobody foresaw, as a sentence."""
    from isolation.errors import IsolationError

    place = problem.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f" at {os.path.basename(place.tb_frame.f_code.co_filename)}:{place.tb_lineno}" if place else ""
    return IsolationError(
        f"This is a bug in isolation: {type(problem).__name__}: {problem}{where}.",
        "Nothing was recorded by the step that failed; please report the sentence above.",
    )


def hush() -> None:
    """Stops Python from complaining about a closed pipe while it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
