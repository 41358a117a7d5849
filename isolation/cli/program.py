"""The argument parser: the shared options, then the one command's own. Only that command's module is loaded."""

from __future__ import annotations

import argparse
import inspect
from importlib import import_module

from isolation import __version__
from isolation.cli import terminal
from isolation.cli.common import Options
from isolation.cli.parser import Parser
from isolation.errors import UsageError
from isolation.language import LANGUAGES
from isolation.messages import joined, known, message

# Command -> (module, one line about it), in the order in which people meet them.
COMMANDS = {
    "setup": ("setup", "a few plain questions that write the policy and what was used here before"),
    "init": ("init", "the same without questions"),
    "probe": ("probe", "read this machine and its network"),
    "check": ("check", "the verdict for logging in here and now; records nothing"),
    "begin": ("begin", "check, then record the begin of a session"),
    "end": ("end", "end a session"),
    "account": ("account", "say whose an account is, its other names, and where it is used"),
    "group": ("group", "declare that accounts belong together"),
    "permit": ("permit", "say who may use which accounts"),
    "name": ("name", "learn what your name for this machine or network stands for"),
    "standing": ("standing", "say how an account stands with its platform"),
    "waive": ("waive", "accept a finding, with a reason and an end"),
    "declare": ("declare", "record a use that a person tells of"),
    "import": ("import_logs", "record sessions that other tools logged"),
    "recover": ("recover", "show what this computer itself remembers, and record what you choose"),
    "audit": ("audit", "every finding of the ledger"),
    "plan": ("plan", "how to end unauthorised access"),
    "report": ("report", "write the audit to a file"),
    "timeline": ("timeline", "draw when each account was used"),
    "graph": ("graph", "draw what joins accounts"),
    "appeal": ("appeal", "from a platform's notice: what it names, what to hand in, what is missing"),
    "export": ("export", "write what a stranger can verify of one account"),
    "erase": ("erase", "erase what is stored about an account, a person or a machine, or what is too old"),
    "rotate-keys": ("rotate_keys", "give the ledger new keys, so that the old ones open nothing in it"),
    "anchor": ("anchor", "have the ledger time-stamped by an authority"),
    "backup": ("backup", "copy the ledger into a file while it is in use"),
    "restore": ("restore", "put a backup in the ledger's place"),
    "verify": ("verify", "prove that the ledger, or a bundle, is as it was written"),
    "rules": ("rules", "the rules, or one of them explained"),
    "status": ("status", "ledger, keys, coverage, and what cannot be read here and why"),
}


def _shared_options(parser: argparse.ArgumentParser) -> None:
    unset = argparse.SUPPRESS
    parser.add_argument("--ledger", metavar="PATH", default=unset, help="the ledger's file")
    parser.add_argument("--policy", metavar="FILE", default=unset, help="the policy's file")
    parser.add_argument("--format", choices=("text", "json"), default=unset, help="how results are printed")
    parser.add_argument(
        "--lang", choices=LANGUAGES, default=unset, help="the language of texts (ISOLATION_LANG, or en)"
    )


def _program() -> Parser:
    commands = [message("  {name:<11} {line}", name=name, line=known(line)) for name, (_, line) in COMMANDS.items()]
    epilog = message(
        "commands:\n{commands}\n\n`isolation COMMAND --help` explains one.", commands=joined("\n", commands)
    )
    parser = Parser(
        prog="isolation",
        usage="isolation [--ledger PATH] [--policy FILE] [--format text|json] [--lang en|zh] COMMAND …",
        description="Records which machine and network touched which seller account, and flags every collision.",
        epilog=terminal.said(epilog),
    )
    _shared_options(parser)
    parser.add_argument("--version", action="version", version=f"isolation {__version__}")
    return parser


def run_program(arguments: list[str]) -> int:
    """Parses the command line, runs its command and returns the exit code."""
    program = _program()
    at = _command_at(arguments)
    try:
        given = program.parse_args(arguments[:at])
        if at == len(arguments):
            return _no_command(program, given)
        name = arguments[at]
        if name not in COMMANDS:
            raise UsageError(
                message("There is no command {name!r}.", name=name), "`isolation --help` lists the commands."
            )
        module = import_module(f"isolation.cli.{COMMANDS[name][0]}")
        parser = Parser(
            prog=f"isolation {name}", description=inspect.cleandoc(module.__doc__ or ""),
        )  # fmt: skip
        _shared_options(parser)
        module.configure(parser)
        own = parser.parse_args(arguments[at + 1 :])
    except SystemExit as done:  # --help and --version
        return int(done.code or 0)
    options = Options(**(vars(given) | vars(own)))
    return int(module.run(options))


def _command_at(arguments: list[str]) -> int:
    """Where the command's name stands: the first word that is neither an option nor an option's value."""
    is_value = False
    for at, argument in enumerate(arguments):
        if is_value or argument.startswith("-"):
            is_value = not is_value and argument in ("--ledger", "--policy", "--format", "--lang")
        else:
            return at
    return len(arguments)


def _no_command(program: Parser, given: argparse.Namespace) -> int:
    if getattr(given, "format", "") == "json":
        raise UsageError("No command is named.", "`isolation --help` lists the commands.")
    terminal.note(program.format_help().rstrip())
    return 2
