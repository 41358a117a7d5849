"""Give the ledger new keys: for whoever lost a laptop, or whose key file or backup of keys was seen by somebody.

The ledger is verified, then everything in it is put under the new keys in one transaction, and the file is swept of
what the old ones could open. From then on the old keys open nothing in this ledger. Nothing helps against a copy of the
old file in the hands of somebody who has the old keys: it stays readable to them.

The old keys are kept, because they open backups that were made before; --destroy-old-keys destroys them, so that
nobody can open such a backup any more, you included. Bundles and checkpoints that were made before still verify. The
key that signs is a new one: tell its fingerprint to whom you told the old one. Exit 0; 3 where the ledger is damaged.
"""

from __future__ import annotations

import argparse
import sys

from isolation.cli import terminal
from isolation.cli.common import Options
from isolation.cli.progress import Progress
from isolation.errors import UsageError
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from isolation.ledger import Ledger
    from isolation.ledger.rotating import Rotated


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `rotate-keys`."""
    parser.add_argument(
        "--key-store", choices=("keyring", "file"), default=None, help="where the new keys go (where the old ones lie)"
    )
    parser.add_argument("--reason", metavar="TEXT", default="", help="why; recorded")
    parser.add_argument(
        "--destroy-old-keys", action="store_true", help="destroy the keys of before; no backup from before opens then"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask before destroying keys")


def run(options: Options) -> int:
    """Rotates the keys and says what that means."""
    from isolation.ledger import Ledger
    from isolation.ledger.rotating import rotate

    with Ledger.open(options.ledger, create=False) as ledger:
        if options.destroy_old_keys and not _confirmed(options):
            terminal.note("Nothing was changed.")
            return 1
        with Progress(message("entries")) as progress:
            rotated = rotate(
                ledger, key_store=options.key_store, reason=options.reason, destroy_old=options.destroy_old_keys,
                progress=progress.at,
            )  # fmt: skip
        notes = _notes(ledger, rotated, destroy=options.destroy_old_keys)
        if options.json:
            terminal.emit(_document(ledger, rotated, notes))
            return 0
    terminal.say(
        message(
            "The keys are new: epoch {epoch}, recorded as entry {entry}; {entries} entries are under them.",
            epoch=rotated.epoch,
            entry=rotated.entry,
            entries=rotated.entries,
        )
    )
    terminal.say(message("  Signs from now on: {after}", after=rotated.after.fingerprint()))
    terminal.say(message("  signed until now:  {before}", before=rotated.before.fingerprint()))
    for note in notes:
        terminal.say(message("  {note}", note=note))
    return 0


def _confirmed(options: Options) -> bool:
    if options.yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError("Destroying keys cannot be undone, and nobody can be asked here.", "Add --yes.")
    terminal.note("This destroys the old keys: no backup of the ledger from before can be opened any more.")
    return terminal.ask("Write yes to go on:") == "yes"


def _notes(ledger: Ledger, rotated: Rotated, *, destroy: bool) -> list[str]:
    notes: list[str] = [
        message(
            "Tell the new fingerprint to whom you told the old one; bundles and checkpoints from before still verify."
        )
    ]
    if rotated.key_store == "file":
        notes.append(
            message("Key stored in a file, {key_file}; a copy of this disk reveals the data.", key_file=ledger.key_file)
        )
    else:
        notes.append(message("The new keys are in the operating system's keyring."))
    if destroy:
        epochs = ", ".join(map(str, rotated.destroyed)) or message("none, they were gone")
        notes.append(
            message("Keys destroyed, of epoch: {epochs}. No backup from before opens any more.", epochs=epochs)
        )
        notes.append(message("Copies of old keys elsewhere (`backup --keys`, copies of the key file) are not reached."))
    else:
        notes.append(
            message("The old keys are kept for backups from before. They open nothing in this ledger any more.")
        )
    notes.append(
        message("Make a new backup, and one of the keys as well (`backup --keys`): the old keys do not open it.")
    )
    notes.append(
        message("Whoever has a copy of the old file and of the old keys can read that copy; nothing changes that.")
    )
    notes.append(message("Ids of findings and pseudonyms in reports come from the keys: they are others from now on."))
    return notes


def _document(ledger: Ledger, rotated: Rotated, notes: list[str]) -> dict[str, Any]:
    return {
        "schema": "isolation.rotate-keys/1",
        "origin": ledger.origin,
        "epoch": rotated.epoch,
        "entry": rotated.entry,
        "entries": rotated.entries,
        "batches": rotated.batches,
        "key_store": rotated.key_store,
        "fingerprint": rotated.after.fingerprint(),
        "fingerprint_before": rotated.before.fingerprint(),
        "destroyed": list(rotated.destroyed),
        "notes": notes,
    }
