"""The argument parser: the shared options, then the one command's own. Only that command's module is loaded."""

from __future__ import annotations

import argparse
import itertools
import sys
from importlib import import_module
from typing import NoReturn

from isolation import __version__
from isolation.cli.common import Options
from isolation.cli.entry import guarded
from isolation.errors import UsageError

# Command -> (module, one line about it), in the order in which people meet them.
COMMANDS = {
    "setup": ("setup", "a few plain questions that write the policy and what was used here before"),
    "init": ("init", "the same without questions"),
    "probe": ("probe", "read this machine and its network"),
    "check": ("check", "the verdict for logging in here and now; records nothing"),
    "begin": ("begin", "check, then record the begin of a session"),
    "end": ("end", "end a session"),
    "group": ("group", "declare that accounts belong together"),
    "declare": ("declare", "record a use that a person tells of"),
    "import": ("import_logs", "record sessions that other tools logged"),
    "audit": ("audit", "every finding of the ledger"),
    "report": ("report", "write the audit to a file"),
    "export": ("export", "write what a stranger can verify of one account"),
    "erase": ("erase", "erase what is stored about an account, a person or a machine, or what is too old"),
    "verify": ("verify", "prove that the ledger, or a bundle, is as it was written"),
    "rules": ("rules", "the rules, or one of them explained"),
    "status": ("status", "ledger, keys, coverage, and what cannot be read here and why"),
}


class Parser(argparse.ArgumentParser):
    """An argument parser that raises instead of exiting."""

    def error(self, message: str) -> NoReturn:
        """Raises UsageError in place of printing and exiting."""
        raise UsageError(f"{message[:1].upper()}{message[1:]}.", f"`{self.prog} --help` shows how to call it.")


def _shared_options(parser: argparse.ArgumentParser) -> None:
    unset = argparse.SUPPRESS
    parser.add_argument("--ledger", metavar="PATH", default=unset, help="the ledger's file")
    parser.add_argument("--policy", metavar="FILE", default=unset, help="the policy's file")
    parser.add_argument("--format", choices=("text", "json"), default=unset, help="how results are printed")


def _program() -> Parser:
    commands = "\n".join(f"  {name:<10} {line}" for name, (_, line) in COMMANDS.items())
    parser = Parser(
        prog="isolation",
        usage="isolation [--ledger PATH] [--policy FILE] [--format text|json] COMMAND …",
        description="Records which machine and network touched which seller account, and flags every collision.",
        epilog=f"commands:\n{commands}\n\n`isolation COMMAND --help` explains one.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _shared_options(parser)
    parser.add_argument("--version", action="version", version=f"isolation {__version__}")
    parser.add_argument("command", nargs="?", help=argparse.SUPPRESS)
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


def run_program(arguments: list[str]) -> int:
    """Parses the command line, runs its command and returns the exit code."""
    style = "json" if _asks_for_json(arguments) else "text"
    return guarded(lambda _: _run(arguments), Options(format=style))


def _asks_for_json(arguments: list[str]) -> bool:
    # Before the arguments are parsed a failure must already know how it is to be printed.
    return "--format=json" in arguments or any(pair == ("--format", "json") for pair in itertools.pairwise(arguments))


def _run(arguments: list[str]) -> int:
    program = _program()
    try:
        given = program.parse_args(arguments)
        if given.command is None:
            program.print_help(sys.stderr)
            return 2
        if given.command not in COMMANDS:
            raise UsageError(f"There is no command {given.command!r}.", "`isolation --help` lists the commands.")
        module = import_module(f"isolation.cli.{COMMANDS[given.command][0]}")
        parser = Parser(
            prog=f"isolation {given.command}", description=module.__doc__, allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        _shared_options(parser)
        module.configure(parser)
        own = parser.parse_args(given.rest)
    except SystemExit as done:  # --help and --version
        return int(done.code or 0)
    options = Options(**(vars(given) | vars(own)))
    return int(module.run(options))
