"""Declare that accounts legitimately belong together: same store, same owner, an agency's clients, a household.

Say it only if it is true: the declaration, its evidence and its date are recorded and stand in every report.
Exit 0.
"""

from __future__ import annotations

import argparse
import hashlib
import os

from isolation.cli import terminal
from isolation.cli.common import Options, open_for_recording, point_out_near_name
from isolation.errors import UsageError
from isolation.identifiers.escape import printable


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `group`."""
    from isolation.policy.document import KINDS

    parser.add_argument("name", metavar="NAME", help="a name for the group")
    parser.add_argument("accounts", metavar="ACCOUNT", nargs="+", help="an account that belongs to it")
    parser.add_argument("--kind", choices=KINDS, default="", help="why they belong together")
    parser.add_argument("--operator", metavar="NAME", action="append", default=[], help="a person who works for it")
    parser.add_argument("--from", dest="since", metavar="DATE", default="", help="since when, as 2026-01-31")
    parser.add_argument("--until", metavar="DATE", default="", help="until when")
    parser.add_argument("--evidence", metavar="FILE", default="", help="a document that shows it; kept by its digest")


def run(options: Options) -> int:
    """Adds to the policy and records the whole of it."""
    from isolation.policy.writing import PolicyFile

    policy = PolicyFile(options.policy)
    policy.put_group(
        options.name, options.accounts, kind=options.kind, operators=options.operator,
        evidence=digest(options.evidence) if options.evidence else "",
        **{"from": day(options.since), "until": day(options.until)},
    )  # fmt: skip
    with open_for_recording(options) as ledger:
        for account in options.accounts:
            point_out_near_name(ledger, account)
        with ledger.writing() as log:
            entry = log.add_policy(policy.text())
            policy.save()  # where the file cannot be written, nothing is recorded either
    if options.json:
        terminal.emit({"schema": "isolation.policy/1", "group": options.name, "entry": entry, "path": options.policy})
    else:
        names = ", ".join(options.accounts)
        terminal.say(f"Declared in the group {options.name!r}: {names} (entry {entry}).")
    return 0


def day(text: str) -> object:
    """A date of the command line, or None for none."""
    import datetime

    if not text:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is not a date.", "Write it as 2026-01-31.") from None


def digest(path: str) -> str:
    """A document by its name and SHA-256: the document itself stays where it is."""
    try:
        with open(path, "rb") as file:
            return f"{printable(os.path.basename(path))} sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    except OSError as problem:
        raise UsageError(f"The evidence {path} cannot be read: {problem.strerror}.", "Name a readable file.") from None
