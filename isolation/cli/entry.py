"""Where the `isolation` command begins.

`check` runs before every login and is a cold process, so its plain form, and that of `probe`, is read here by hand
and never loads the argument parser (docs/decisions/0007). Everything else, and every form that is not plain, goes
to `isolation.cli.program`.
"""

from __future__ import annotations

import os
import sys

from isolation.cli import terminal
from isolation.language import LANGUAGES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_WITH_VALUE = ("--ledger", "--policy", "--format", "--lang", "--operator", "--channel")


def main(argv: list[str] | None = None) -> int:
    """Runs the command and returns its exit code; nothing but a message ever reaches the user."""
    arguments = sys.argv[1:] if argv is None else argv
    return guarded(lambda: _run(arguments), "json" if _asks_for_json(arguments) else "text")


def _run(arguments: list[str]) -> int:
    terminal.speak(_language(arguments) or os.environ.get("ISOLATION_LANG") or "en")
    given = _plain(arguments)
    if given is None:
        from isolation.cli.program import run_program

        return run_program(arguments)
    from isolation.cli.common import Options

    if "account" in given:
        from isolation.cli.check import run
    else:
        from isolation.cli.probe import run
    return run(Options(**given))


def _language(arguments: list[str]) -> str:
    # Known before the arguments are parsed, so that help and errors are in it; one that there is not is refused later.
    for at, argument in enumerate(arguments):
        given = argument[7:] if argument.startswith("--lang=") else "".join(arguments[at + 1 : at + 2])
        if argument == "--":
            break
        if argument.startswith("--lang") and argument in ("--lang", f"--lang={given}") and given in LANGUAGES:
            return given
    return ""


def _asks_for_json(arguments: list[str]) -> bool:
    # Before the arguments are parsed a failure must already know how it is to be printed.
    return any(
        argument == "--format=json" or (argument == "--format" and arguments[at + 1 : at + 2] == ["json"])
        for at, argument in enumerate(arguments)
    )


def _plain(arguments: list[str]) -> dict[str, str] | None:
    """The options of `check ACCOUNT` or `probe` where only plain ones are given; None for anything else."""
    given: dict[str, str] = {}
    words: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument in _WITH_VALUE:
            value = next(rest, "")
            if not value or value.startswith("-"):
                return None
            given[argument[2:]] = value
        elif argument.startswith("-"):
            return None
        else:
            words.append(argument)
    if given.get("format", "text") not in ("text", "json") or given.get("channel", "ui") not in ("ui", "api", "remote"):
        return None
    if words == ["probe"] and not given.keys() & {"operator", "channel"}:
        return given
    if len(words) == 2 and words[0] == "check":
        return given | {"account": words[1]}
    return None


def guarded(command: Callable[[], int], style: str) -> int:
    """Runs a command; every failure becomes one sentence on stderr (one document in JSON) and an exit code."""
    from isolation.errors import IsolationError

    terminal.prepare()
    try:
        code = command()
        terminal.flush()
    except KeyboardInterrupt:
        problem: IsolationError = terminal.Interrupted("Interrupted.", "What was recorded until then stands.")
    except IsolationError as known:
        problem = known
    except Exception as unforeseen:  # noqa: BLE001 - a traceback never reaches a user
        problem = terminal.unexpected(unforeseen)
    else:
        return code
    terminal.complain(problem, style)
    return problem.exit_code
