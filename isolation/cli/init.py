"""Make the ledger and its key without questions; with --no-earlier-accounts, say that none was used here before.

Exit 0.
"""

from __future__ import annotations

import argparse

from isolation.cli import terminal
from isolation.cli.common import Options, open_for_recording


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `init`."""
    add_key_store(parser)
    parser.add_argument(
        "--no-earlier-accounts", action="store_true",
        help="no seller account was used on this computer and network before; recorded as your statement",
    )  # fmt: skip


def add_key_store(parser: argparse.ArgumentParser) -> None:
    """`--key-store`: where a new ledger's key is kept."""
    parser.add_argument(
        "--key-store", choices=("keyring", "file"), default=None,
        help="where the key is kept (the keyring, and a file readable only by you where there is none)",
    )  # fmt: skip


def run(options: Options) -> int:
    """Makes what is missing and says where it lies."""
    with open_for_recording(options, options.key_store) as ledger:
        if options.no_earlier_accounts:
            with ledger.writing() as log:
                log.add_baseline((), by="init --no-earlier-accounts")
        with ledger.reading() as reader:
            answered = reader.has_baseline()
        document = {
            "schema": "isolation.init/1", "ledger": ledger.path, "origin": ledger.origin,
            "key_store": ledger.key_store, "baseline": answered,
        }  # fmt: skip
    if options.json:
        terminal.emit(document)
        return 0
    terminal.say(f"Ledger {document['ledger']}, origin {document['origin']}, key in the {document['key_store']}.")
    if answered:
        terminal.say("It is recorded what was used here before; verdicts can pass.")
    else:
        terminal.say(
            "Verdicts stay unknown until you say which seller accounts were used here before: "
            "`isolation setup`, or `isolation init --no-earlier-accounts` if there were none."
        )
    return 0
