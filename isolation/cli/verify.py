"""Prove that the ledger agrees with itself: the tree, every entry, every derived table.

It says `intact`, with what that proves and what it does not. Exit 0 intact, 3 damaged, 10 where a part could not be
checked because a key was not to be had.
"""

from __future__ import annotations

import argparse

from isolation.cli import terminal
from isolation.cli.common import Options
from isolation.cli.progress import Progress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.ledger import VerifyResult

_MOST_SHOWN = 20


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `verify`: none of its own."""


def run(options: Options) -> int:
    """Verifies the ledger and prints the outcome."""
    from isolation.ledger import Ledger

    with Ledger.open(options.ledger, read_only=True) as ledger, Progress("entries") as progress:
        result = ledger.verify(progress.at)
    if options.json:
        terminal.emit(
            {
                "schema": "isolation.verify/1",
                "intact": result.intact,
                "size": result.size,
                "root": result.root.hex(),
                "problems": [{"entry": entry, "problem": text} for entry, text in result.problems],
                "unchecked": list(result.unchecked),
                "proves": list(result.proves),
                "does_not_prove": list(result.does_not_prove),
            }
        )
    else:
        _print(result)
    if not result.intact:
        return 3
    return 10 if result.unchecked else 0


def _print(result: VerifyResult) -> None:
    if result.intact:
        terminal.say(f"Intact: {result.size} entries, root {result.root.hex()}.")
    else:
        count = len(result.problems)
        terminal.say(f"DAMAGED: {'1 problem' if count == 1 else f'{count} problems'} in {result.size} entries.")
    for entry, text in result.problems[:_MOST_SHOWN]:
        terminal.say(f"  {'ledger' if entry is None else f'entry {entry}'}: {text}")
    if len(result.problems) > _MOST_SHOWN:
        terminal.say(f"  and {len(result.problems) - _MOST_SHOWN} more (`--format json` lists all).")
    for text in result.unchecked:
        terminal.say(f"  not checked: {text}")
    for title, texts in (("This proves:", result.proves), ("It does not prove:", result.does_not_prove)):
        terminal.say(title)
        for text in texts:
            terminal.say(f"  {text}")
