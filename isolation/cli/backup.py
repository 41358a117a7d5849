"""Copy the ledger into a file while it is in use. The keys are not in it: without them nobody can read it.

`--keys FILE` writes the keys too, into a file of their own: keep it apart from the backup. Exit 0.
"""

from __future__ import annotations

import argparse

from isolation.cli import terminal
from isolation.cli.common import Options
from isolation.messages import message


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `backup`."""
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="where to write; must not exist")
    parser.add_argument("--keys", metavar="FILE", default="", help="write the keys too, into this file")


def run(options: Options) -> int:
    """Makes the backup and says what is in it."""
    from isolation.ledger import Ledger
    from isolation.ledger.backup import back_up, copy_keys

    with Ledger.open(options.ledger, create=False) as ledger:
        if options.keys:
            copy_keys(ledger, options.keys)
        made = back_up(ledger, options.output)
        store = ledger.key_store
    if options.json:
        terminal.emit(
            {
                "schema": "isolation.backup/1", "path": made.path, "origin": made.origin, "size": made.size,
                "root": made.root.hex(), "keys": options.keys or None, "key_store": store,
            }
        )  # fmt: skip
        return 0
    terminal.say(
        message("Wrote {path}: {size} entries, root {root}.", path=made.path, size=made.size, root=made.root.hex())
    )
    if options.keys:
        terminal.say(
            message(
                "  The keys are in {keys}: whoever has both files can read everything. Keep them apart.",
                keys=options.keys,
            )
        )
    else:
        where = message("the system's keyring") if store == "keyring" else message("the key file")
        terminal.say(
            message(
                "  The keys are not in it, they are in {where}; without them no backup can be read (--keys FILE).",
                where=where,
            )
        )
    return 0
