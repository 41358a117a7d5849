"""Where the `isolation` command begins.

`check` runs before every login and is a cold process, so its plain form, and that of `probe`, is read here by hand
and never loads the argument parser (docs/decisions/0007). Everything else, and every form that is not plain, goes
to `isolation.cli.program`.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from isolation.cli.common import Options

_WITH_VALUE = ("--ledger", "--policy", "--format", "--operator", "--channel")


def main(argv: list[str] | None = None) -> int:
    """Runs the command and returns its exit code; nothing but a message ever reaches the user."""
    arguments = sys.argv[1:] if argv is None else argv
    options = _plain(arguments)
    if options is not None:
        if hasattr(options, "account"):
            from isolation.cli.check import run
        else:
            from isolation.cli.probe import run
        return guarded(run, options)
    from isolation.cli.program import run_program

    return run_program(arguments)


def _plain(arguments: list[str]) -> Options | None:
    """The options of `check ACCOUNT` or `probe` where only plain ones are given; None for anything else."""
    given: dict[str, str] = {}
    words: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument in _WITH_VALUE:
            value = next(rest, None)
            if value is None or value.startswith("-"):
                return None
            given[argument[2:]] = value
        elif argument.startswith("-"):
            return None
        else:
            words.append(argument)
    if given.get("format", "text") not in ("text", "json") or given.get("channel", "ui") not in ("ui", "api", "remote"):
        return None
    from isolation.cli.common import Options

    if words == ["probe"] and not given.keys() & {"operator", "channel"}:
        return Options(**given)
    if len(words) == 2 and words[0] == "check":
        return Options(account=words[1], **given)
    return None


def guarded(command: Callable[[Options], int], options: Options) -> int:
    """Runs a command; every failure becomes one sentence on stderr (one document in JSON) and an exit code."""
    from isolation.cli import terminal
    from isolation.errors import IsolationError

    terminal.prepare()
    try:
        code = command(options)
        sys.stdout.flush()
    except IsolationError as problem:
        terminal.complain(problem, options.format)
        return problem.exit_code
    except KeyboardInterrupt:
        terminal.note("Interrupted.")
        return 130
    except BrokenPipeError:
        # The reader went away (`isolation audit | head`): there is nobody left to tell.
        terminal.hush()
        return 0
    except Exception as problem:  # noqa: BLE001 - a traceback never reaches a user
        terminal.complain(terminal.unexpected(problem), options.format)
        return 1
    return code
