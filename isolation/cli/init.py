"""Make the ledger and its key without questions; with --no-earlier-accounts, say that none was used here before.

A ledger is written by one machine. After a reinstallation, a new mainboard or a move say so with --this-machine; where
the other machine goes on with its own copy, begin a ledger of this machine's own with --new-origin. Exit 0.
"""

from __future__ import annotations

import argparse

from isolation.cli import terminal
from isolation.cli.common import Options, open_for_recording
from isolation.messages import message


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `init`."""
    add_key_store(parser)
    parser.add_argument(
        "--no-earlier-accounts", action="store_true",
        help="no seller account was used on this computer and network before; recorded as your statement",
    )  # fmt: skip

    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--this-machine", action="store_true",
        help="this machine writes this ledger from now on, and no other; recorded as your statement",
    )  # fmt: skip
    which.add_argument(
        "--new-origin", action="store_true", help="set the present ledger aside, and begin one of this machine's own"
    )
    parser.add_argument("--reason", metavar="TEXT", default="", help="why, with --this-machine; recorded")


def add_key_store(parser: argparse.ArgumentParser) -> None:
    """`--key-store`: where a new ledger's key is kept."""
    parser.add_argument(
        "--key-store", choices=("keyring", "file"), default=None,
        help="where the key is kept (the keyring, and a file readable only by you where there is none)",
    )  # fmt: skip


def run(options: Options) -> int:
    """Makes what is missing and says where it lies."""
    from isolation.hooks.machine import remember_machine, set_aside, state_machine

    kept = set_aside(options.ledger) if options.new_origin else ""
    with open_for_recording(options, options.key_store) as ledger:
        if options.this_machine:
            state_machine(ledger, "init --this-machine", options.reason)
        else:
            remember_machine(ledger)
        if options.no_earlier_accounts:
            with ledger.writing() as log:
                log.add_baseline((), by="init --no-earlier-accounts")
        if (problem := ledger.key_problem) is not None:
            raise problem  # nothing can be recorded, and no verdict can pass
        with ledger.reading() as reader:
            answered = reader.has_baseline()
        document = {
            "schema": "isolation.init/1", "ledger": ledger.path, "origin": ledger.origin,
            "key_store": ledger.key_store, "baseline": answered, "set_aside": kept or None,
        }  # fmt: skip
    if options.json:
        terminal.emit(document)
        return 0
    terminal.say(
        message(
            "Ledger {path}, origin {origin}, key in the {key_store}.",
            path=ledger.path,
            origin=document["origin"],
            key_store={"file": message("file"), "keyring": message("keyring")}[ledger.key_store],
        )
    )
    if kept:
        terminal.say(message("The ledger that was there is kept as {kept}; its keys stay where they are.", kept=kept))
    if options.this_machine:
        terminal.say("It is recorded that this machine writes it from now on.")
    if answered:
        terminal.say("It is recorded what was used here before; verdicts can pass.")
    else:
        terminal.say(
            "Verdicts stay unknown until you say which seller accounts were used here before: "
            "`isolation setup`, or `isolation init --no-earlier-accounts` if there were none. `isolation recover` "
            "shows what this computer itself remembers."
        )
    return 0
