"""Python's argument parser, in the language that everything is said in.

Its own sentences (Lib/argparse.py) come formatted, so they are known again by their patterns.
"""

from __future__ import annotations

import argparse
import re
from typing import Any, NoReturn

from isolation.cli import terminal
from isolation.cli.layout import wrapped
from isolation.errors import UsageError
from isolation.messages import Message, known, message

_PROBLEMS = (
    message("The following arguments are required: {names}."),
    message("Unrecognized arguments: {words}."),
    message("One of the arguments {names} is required."),
    message("Argument {argument}: {problem}."),
    message("Ambiguous option: {option} could match {names}."),
)
_OF_ARGUMENTS = (
    message("expected one argument"),
    message("expected at least one argument"),
    message("expected at most one argument"),
    message("expected {count} arguments"),
    message("invalid choice: {value} (choose from {choices})"),
    message("invalid {kind} value: {value}"),
    message("not allowed with argument {other}"),
    message("ignored explicit argument {value}"),
)
# What its help holds besides; they are looked up by their words.
HEADINGS = (
    message("positional arguments"), message("options"), message("show this help message and exit"),
    message("show program's version number and exit"),
)  # fmt: skip


class Parser(argparse.ArgumentParser):
    """An argument parser that raises instead of exiting."""

    def __init__(self, **given: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=_Formatter, **given)

    def error(self, message: str) -> NoReturn:
        """Raises UsageError in place of printing and exiting."""
        raise _misused(f"{message[:1].upper()}{message[1:]}.", self.prog)

    def _print_message(self, message: str, file: Any = None) -> None:
        # --help and --version are results like any other: a full disk is an error, a reader that went away is none.
        if message:
            terminal.say(message.rstrip("\n"))

    def _get_values(self, action: argparse.Action, arg_strings: list[str]) -> Any:
        # `verify "$UNSET"` must not mean the usual ledger, nor `--proxy "$UNSET"` the direct path.
        if "" in arg_strings and not action.choices:
            raise argparse.ArgumentError(action, "it is empty")
        return super()._get_values(action, arg_strings)

    def format_help(self) -> str:
        """The help in the language that is spoken."""
        for action in self._actions:
            if action.help and action.help != argparse.SUPPRESS:
                action.help = terminal.said(action.help)
        for group in self._action_groups:
            group.title = terminal.said(group.title or "")
        self.description = terminal.said(self.description or "")
        text = super().format_help()
        for group in self._action_groups:
            text = text.replace(f"\n{group.title}:\n", f"\n{terminal.said(message('{title}:', title=group.title))}\n")
        return text


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Help with descriptions as they are written; argparse counts letters, and of others than Latin some are wide."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if text.isascii():
            return super()._fill_text(text, width, indent)
        rows = [row for line in text.split("\n") for row in wrapped(line, width)]
        return "\n".join([indent + row for row in rows])

    def _split_lines(self, text: str, width: int) -> list[str]:
        if text.isascii():
            return super()._split_lines(text, width)
        return [row.strip(" ") for row in wrapped(" ".join(text.split()), width)]

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, terminal.said(message("usage: ")) if prefix is None else prefix)


def _misused(problem: str, prog: str) -> UsageError:
    return UsageError(_recognised(problem, _PROBLEMS), message("`{prog} --help` shows how to call it.", prog=prog))


def _recognised(text: str, patterns: tuple[Message, ...]) -> Message:
    """The text as the message that it was made of; where none is known, as it is."""
    for pattern in patterns:
        spelled = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(pattern))
        if found := re.fullmatch(spelled, text, re.DOTALL):
            values: dict[str, str] = found.groupdict()
            if "problem" in values:
                values["problem"] = _recognised(values["problem"], _OF_ARGUMENTS)
            return message(pattern, **values)
    return known(text)
