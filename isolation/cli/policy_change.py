"""What the commands that change the policy have in common: lists in and out, recording, and what is said of it."""

from __future__ import annotations

import argparse
import hashlib
import os

from isolation.cli import terminal
from isolation.cli.common import Options, open_for_recording, point_out_near_name
from isolation.errors import UsageError
from isolation.identifiers.escape import printable
from isolation.messages import joined, known, message
from isolation.system_words import why_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from isolation.hooks.list_kinds import ListKind
    from isolation.policy.writing import PolicyFile

_MOST_SHOWN = 20


def add_lists(parser: argparse.ArgumentParser) -> None:
    """The options that take and give a whole list."""
    parser.add_argument("--csv", metavar="FILE", default="", help="take every row of this list (- for standard input)")
    parser.add_argument("--export", metavar="FILE", default="", help="write the list as CSV (- for standard output)")
    parser.add_argument("--encoding", metavar="E", default="", help="how --csv is written, where it cannot be told")


def add_period(parser: argparse.ArgumentParser) -> None:
    """From when until when."""
    parser.add_argument("--from", dest="since", metavar="DATE", default="", help="since when, as 2026-01-31")
    parser.add_argument("--until", metavar="DATE", default="", help="until when; the day itself is no longer covered")


def period(options: Options) -> dict[str, Any]:
    """`from` and `until` as TOML has them. Raises UsageError."""
    from isolation.policy.moments import day_of

    return {"from": day_of(options.since), "until": day_of(options.until)}


def list_asked(options: Options, kind: ListKind, *given: object) -> bool:
    """Whether a list is to come in or go out, and nothing else. Raises UsageError for both, or for more."""
    lists = [one for one in (options.csv, options.export) if one]
    if options.encoding and not options.csv:
        raise UsageError("--encoding says how a list is written.", "Name the list with --csv.")
    if lists and (len(lists) > 1 or any(given)):
        raise UsageError(
            "A list comes in or goes out by itself.",
            message("`isolation {command} --csv FILE` and nothing more.", command=kind.command),
        )
    return bool(lists)


def run_list(options: Options, kind: ListKind) -> int:
    """Takes or writes the list."""
    from isolation.policy.writing import PolicyFile

    file = PolicyFile(options.policy)
    if options.export:
        return _write_list(options, kind, file)
    from isolation.hooks.lists import RowsRejected, take_list

    try:
        rows = take_list(file, kind, options.csv, options.encoding or None)
    except RowsRejected as problem:
        for one in problem.rejected[:_MOST_SHOWN]:
            terminal.note(message("{file}:{line}: {reason}", file=one.file, line=one.line, reason=known(one.reason)))
        if len(problem.rejected) > _MOST_SHOWN:
            terminal.note(message("and {rejected} more", rejected=len(problem.rejected) - _MOST_SHOWN))
        raise
    counted = "1 row" if rows == 1 else message("{rows} rows", rows=rows)
    name = message("standard input") if options.csv == "-" else options.csv
    return record(options, file, message("Took {counted} of {name}", counted=counted, name=name), rows=rows)


def _write_list(options: Options, kind: ListKind, file: PolicyFile) -> int:
    from isolation.hooks.lists import list_text

    text = list_text(file, kind)
    rows = sum(1 for _ in kind.rows(file.values()))
    if options.export == "-":
        if options.json:
            raise UsageError("JSON and a list cannot both go to standard output.", "Name a file with --export.")
        terminal.say(text.replace("\r\n", "\n").rstrip("\n"))
        return 0
    try:
        with open(options.export, "w", encoding="utf-8-sig", newline="") as out:  # spreadsheets look for the mark
            out.write(text)
    except (OSError, ValueError) as problem:
        reason = why_of(problem)
        raise UsageError(
            message("{export} cannot be written: {reason}.", export=options.export, reason=reason), "Name another file."
        ) from None
    if options.json:
        terminal.emit(document(options, None, exported=options.export, rows=rows))
    else:
        terminal.say(
            message(
                "Wrote {which} to {export}.",
                which=message("1 row") if rows == 1 else message("{rows} rows", rows=rows),
                export=options.export,
            )
        )
    return 0


def record(options: Options, file: PolicyFile, said: str, accounts: Iterable[str] = (), **told: Any) -> int:
    """Saves and records the changed policy, and says so: `said` is a sentence without its end."""
    from isolation.hooks.policy import record_change

    file.check()
    with open_for_recording(options, edits=False) as ledger:
        for account in accounts:
            if not file.knew_account(account):
                point_out_near("account", account, file.accounts())
                point_out_near_name(ledger, account)
        entry = record_change(ledger, file)
    if options.json:
        terminal.emit(document(options, entry, **told))
    elif entry is None:
        terminal.say(message("{said}: nothing new, the policy says so already.", said=said))
    else:
        terminal.say(message("{said} (entry {entry}).", said=said, entry=entry))
    return 0


def document(options: Options, entry: int | None, **told: Any) -> dict[str, Any]:
    """`isolation.policy/1`."""
    return {"schema": "isolation.policy/1", "entry": entry, "path": options.policy, **told}


def point_out_near(what: str, name: str, known: Iterable[str]) -> None:
    """Says on stderr where a new name of a person or a label looks like a known one."""
    from isolation.identifiers.accounts import label_key, near

    others = list(known)
    if label_key(name) not in {label_key(other) for other in others}:
        alike = joined(", ", near(name, others))
        if alike:
            terminal.note(
                message(
                    "isolation: the {what} {name} is new here and looks like {alike}; are they one?",
                    what=what,
                    name=name,
                    alike=alike,
                )
            )


def require(command: str, needed: Mapping[str, object]) -> None:
    """Raises UsageError for what was not given."""
    for what, value in needed.items():
        if not value:
            raise UsageError(
                message("{what} is not given.", what=what),
                message("`isolation {command} --help` shows how to call it.", command=command),
            )


def digest(path: str) -> str:
    """A document by its name and SHA-256: the document itself stays where it is."""
    try:
        with open(path, "rb") as file:
            return message(
                "{path} sha256:{hexdigest}",
                path=printable(os.path.basename(path)),
                hexdigest=hashlib.file_digest(file, "sha256").hexdigest(),
            )
    except OSError as problem:
        raise UsageError(
            message("The document {path} cannot be read: {why}.", path=path, why=why_of(problem)),
            "Name a readable file.",
        ) from None
