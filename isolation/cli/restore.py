"""Put a backup in the ledger's place. It is verified first, and the ledger that is there is kept under another name.

A backup that is older than what is known of the ledger is refused, because entries would be lost unseen;
`--accept-rollback REASON` restores it all the same, and records that. Exit 0; 1 refused, 3 the backup is damaged.
"""

from __future__ import annotations

import argparse

from isolation.cli import terminal
from isolation.cli.common import Options
from isolation.cli.progress import Progress
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.ledger.restoring import Restored


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `restore`."""
    parser.add_argument("file", metavar="FILE", help="what `isolation backup` wrote")
    parser.add_argument("--accept-rollback", metavar="REASON", default="", help="restore an older state; recorded")
    parser.add_argument(
        "--here", action="store_true", help="this machine takes over from the one that wrote it; recorded as your word"
    )
    parser.add_argument("--keys", metavar="FILE", default="", help="put the keys back from this file")


def run(options: Options) -> int:
    """Restores and says from where to where."""
    import os

    from isolation.ledger.restoring import restore
    from isolation.probes.own import own_anchors

    here = own_anchors(os.path.realpath(options.ledger)) if options.here else None
    with Progress(message("entries")) as progress:
        restored = restore(
            options.file, options.ledger, accept_rollback=options.accept_rollback, here=here, keys=options.keys,
            progress=progress.at,
        )  # fmt: skip
    if options.json:
        terminal.emit(
            {
                "schema": "isolation.restore/1", "path": restored.path, "origin": restored.origin,
                "size": restored.size, "root": restored.root.hex(), "entry": restored.entry,
                "kept": restored.kept or None, "rolled_back": list(restored.rolled_back),
                "notes": list(restored.notes), "unchecked": list(restored.verified.unchecked),
            }
        )  # fmt: skip
    else:
        _print(restored)
    return 0


def _print(restored: Restored) -> None:
    terminal.say(
        message(
            "Restored {path}: {size} entries, root {root}.",
            path=restored.path,
            size=restored.size,
            root=restored.root.hex(),
        )
    )
    terminal.say(
        message("  The backup was intact; entry {entry} records that the ledger goes on from it.", entry=restored.entry)
    )
    for text in (*restored.rolled_back, *restored.notes):
        terminal.say(message("  {text}", text=text))
    for text in restored.verified.unchecked:
        terminal.say(message("  not checked: {text}", text=text))
    if restored.kept:
        terminal.say(message("  The ledger that was there is kept as {kept}.", kept=restored.kept))
