"""Erase for good what is stored about an account, a person or a machine, what is too old, or single entries.

The contents go and are overwritten in the file; each entry's place in the tree stays, so that the ledger verifies
and shows the gap. It asks before it erases; without a terminal it needs --yes. Exit 0; 1 where it was not confirmed.
"""

from __future__ import annotations

import argparse
import sys
import time

from isolation.cli import terminal
from isolation.cli.common import Options, load_policy
from isolation.errors import UsageError
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from isolation.ledger import Ledger
    from isolation.ledger.choosing import Wanted
    from isolation.ledger.erasing import Erased
    from isolation.policy import Policy


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `erase`."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--account", metavar="A", default="", help="everything of this account")
    which.add_argument("--operator", metavar="O", default="", help="everything of this person")
    which.add_argument(
        "--machine", metavar="M", default="", help="everything on it: its label, device id or MAC address"
    )
    which.add_argument("--older-than", metavar="AGE", default="", help="uses that were over longer ago: 24m, 2y, 90d")
    which.add_argument("--retention", action="store_true", help="what is older than the policy lets be kept")
    which.add_argument("--entry", metavar="N", type=_entry, nargs="+", default=[], help="these entries")
    which.add_argument(
        "--sweep", action="store_true", help="only finish an erasure or rotation of keys that was interrupted"
    )
    parser.add_argument("--reason", metavar="TEXT", default="", help="why; recorded")
    parser.add_argument("--dry-run", action="store_true", help="say what would go; erase nothing")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def _entry(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):  # what SQLite can hold
        raise argparse.ArgumentTypeError("it is the number of an entry")
    return int(text)


def run(options: Options) -> int:
    """Erases and says what."""
    from isolation.hooks.erasure import carry_out, rehearse
    from isolation.ledger import Ledger

    policy = load_policy(options)
    by, wanted = _wanted(options, policy)
    with Ledger.open(options.ledger, create=False) as ledger:
        if wanted is None:
            return _sweep(ledger, options)
        found = rehearse(ledger, wanted)
        if options.dry_run or not found.entries:
            _show(found, options, _notes(found, policy, wanted), dry_run=options.dry_run)
            return 0
        if not _confirmed(found, options):
            terminal.note("Nothing was erased.")
            return 1
        erased = carry_out(ledger, wanted, by, options.reason)
    _show(erased, options, _notes(erased, policy, wanted))
    return 0


def _wanted(options: Options, policy: Policy) -> tuple[str, Wanted | None]:
    from isolation.hooks import erasure
    from isolation.ledger.choosing import Wanted

    now = time.time_ns() // 1000
    if options.account:
        return "account", erasure.wanted_account(policy, options.account)
    if options.operator:
        return "operator", erasure.wanted_operator(options.operator)
    if options.machine:
        return "machine", erasure.wanted_machine(options.machine)
    if options.older_than:
        return message("older than {older_than}", older_than=options.older_than), erasure.wanted_older(
            options.older_than, now
        )
    if options.retention:
        return message(
            "retention of {retention_months} months", retention_months=policy.retention_months
        ), erasure.wanted_retention(policy, now)
    if options.entry:
        return "entry", Wanted(entries=tuple(options.entry))
    if options.sweep:
        return "", None
    raise UsageError("A name to erase by is empty.", "`isolation erase --help` shows how to call it.")


def _sweep(ledger: Ledger, options: Options) -> int:
    from isolation.ledger.erasing import NOTHING

    ledger.sweep()
    if options.json:
        terminal.emit(_document(NOTHING, [], dry_run=False))
    else:
        terminal.say("The ledger's file was written anew; it holds nothing of what was erased before.")
    return 0


def _confirmed(found: Erased, options: Options) -> bool:
    if options.yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError(
            "Erasing cannot be undone, and nobody can be asked here.", "Add --yes, or look with --dry-run."
        )
    terminal.note(message("This erases for good: {summary}.", summary=_summary(found)))
    return terminal.ask("Write yes to go on:") == "yes"


def _summary(found: Erased) -> str:
    from isolation.cli.words import counted, when

    entries = counted(found.entries, "entry", "entries")
    if not found.sessions:
        return entries
    span = ""
    if found.first is not None and found.last is not None:
        span = message(" (from {first} to {last})", first=when(found.first), last=when(found.last))
    sessions, accounts = counted(found.sessions, "session"), counted(found.accounts, "account")
    return message(
        "{sessions} of {accounts}{span}, in {entries} with all that tells of them",
        sessions=sessions,
        accounts=accounts,
        span=span,
        entries=entries,
    )


def _notes(found: Erased, policy: Policy, wanted: Wanted) -> list[str]:
    from isolation.hooks.erasure import REMAINS, still_named

    notes: list[str] = list(REMAINS) if found.entries else []
    if still_named(policy, wanted):
        notes.append(
            message(
                "The policy {path} still names it, and would be recorded again; take it out there.", path=policy.path
            )
        )
    return notes


def _show(found: Erased, options: Options, notes: list[str], *, dry_run: bool = False) -> None:
    if options.json:
        terminal.emit(_document(found, notes, dry_run=dry_run))
        return
    if not found.entries:
        terminal.say("The ledger holds nothing of that.")
    elif dry_run:
        terminal.say(message("This would be erased: {summary}. Nothing was.", summary=_summary(found)))
    else:
        terminal.say(
            message("Erased: {summary}. Entry {entry} records it.", summary=_summary(found), entry=found.entry)
        )
    if found.gone:
        from isolation.cli.words import counted

        accounts = counted(found.gone, "account")
        terminal.say(
            message(
                "  Of {accounts} no session, name or tag {which} left in the ledger.",
                accounts=accounts,
                which=message("would be") if dry_run else message("is"),
            )
        )
    for note in notes:
        terminal.say(message("  {text}", text=note))


def _document(found: Erased, notes: list[str], *, dry_run: bool) -> dict[str, Any]:
    from isolation.times import format_time

    return {
        "schema": "isolation.erase/1",
        "dry_run": dry_run,
        "entry": None if dry_run else found.entry,
        "entries": found.entries,
        "kinds": dict(sorted(found.kinds.items())),
        "sessions": found.sessions,
        "accounts": found.accounts,
        "accounts_gone": found.gone,
        "first": None if found.first is None else format_time(found.first),
        "last": None if found.last is None else format_time(found.last),
        "notes": notes,
    }
