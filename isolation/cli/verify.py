"""Prove that the ledger agrees with itself, or that a proof bundle is as it was made.

Without FILE: the tree, every entry, every derived table of the ledger. With FILE: a bundle that `isolation export`
wrote, anywhere, without ledger, keys or network. `--checkpoint` holds either against a checkpoint that was kept
elsewhere, which alone shows that entries were removed from the end, or that another ledger was put in its place; the
one that is kept beside the ledger shows it only where nobody changed both.

Time stamps are checked to be over this log. `--ca` names the roots that whoever made them must lead to; without it
nobody knows who did, which a bundle that rests on them says: `not checked`.

It says `intact`, with what that proves and what it does not. Exit 0 intact, 3 damaged, 2 where FILE is no bundle,
10 where a part could not be checked.
"""

from __future__ import annotations

import argparse
from typing import NamedTuple

from isolation.cli import terminal
from isolation.cli.common import Options
from isolation.cli.progress import Progress
from isolation.messages import known, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from isolation.ledger import VerifyResult
    from isolation.ledger.stored_checkpoint import Comparison

_MOST_SHOWN = 20


class _Outcome(NamedTuple):
    """What verifying the ledger showed."""

    result: VerifyResult
    problems: list[Any]
    unchecked: list[str]
    compared: Comparison | None
    remarks: list[str]


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `verify`."""
    parser.add_argument("file", metavar="FILE", nargs="?", default="", help="a proof bundle; without it, the ledger")
    parser.add_argument(
        "--checkpoint", metavar="FILE", default="", help="a checkpoint that was kept elsewhere, to hold it against"
    )
    parser.add_argument(
        "--ca", metavar="FILE", default="", help="root certificates (PEM) of the authorities that made its time stamps"
    )


def run(options: Options) -> int:
    """Verifies ledger or bundle and prints the outcome."""
    if options.file:
        from isolation.cli.verify_bundle import run as run_bundle

        return run_bundle(options)
    from isolation.cli.checkpoint_file import kept_checkpoint
    from isolation.cli.time_stamps import judged, told_makers, untold_makers
    from isolation.ledger import Ledger
    from isolation.ledger.anchors import anchors
    from isolation.ledger.remembered import remembered
    from isolation.ledger.stored_checkpoint import compare_ledger

    note = kept_checkpoint(options.checkpoint) or remembered(options.ledger)
    with Ledger.open(options.ledger, read_only=True) as ledger:
        with Progress(message("entries")) as progress:
            result = ledger.verify(progress.at)
        compared = None if note is None else compare_ledger(ledger, note, result.size, result.root)
        stamps = judged(anchors(ledger), options.ca) if options.ca else []
    problems = [*result.problems, *against(compared)]
    unchecked = [*result.unchecked, *untold(compared), *untold_makers(stamps)]
    remarks = [*result.remarks, *told_makers(stamps)]
    outcome = _Outcome(result, problems, unchecked, compared, remarks)
    if options.json:
        terminal.emit(_document(outcome))
    else:
        _print(outcome)
    return exit_code(problems, unchecked)


def against(compared: Comparison | None) -> list[tuple[None, str]]:
    """What a kept checkpoint shows to be wrong."""
    return [] if compared is None or compared.state in ("consistent", "unknown") else [(None, compared.text)]


def untold(compared: Comparison | None) -> list[str]:
    """What a kept checkpoint leaves open."""
    return [compared.text] if compared is not None and compared.state == "unknown" else []


def exit_code(problems: Iterable[Any], unchecked: Iterable[str]) -> int:
    """3 damaged, 10 not all of it checked, 0 intact."""
    return 3 if list(problems) else 10 if list(unchecked) else 0


def problem_documents(problems: Iterable[tuple[int | None, str]]) -> list[dict[str, Any]]:
    """Problems as `isolation.verify/1` has them."""
    return [{"entry": entry, "problem": text} for entry, text in problems]


def comparison_document(compared: Comparison | None) -> dict[str, Any] | None:
    """What a kept checkpoint showed, as `isolation.verify/1` has it."""
    if compared is None:
        return None
    kept = compared.checkpoint
    return {
        "state": compared.state, "text": compared.text, "origin": kept.origin, "size": kept.size,
        "root": kept.root.hex(),
    }  # fmt: skip


def _document(outcome: _Outcome) -> dict[str, Any]:
    result, problems, unchecked, compared, remarks = outcome
    return {
        "schema": "isolation.verify/1",
        "kind": "ledger",
        "intact": not problems,
        "size": result.size,
        "root": result.root.hex() or None,
        "problems": problem_documents(problems),
        "unchecked": unchecked,
        "erased": result.erased,
        "remarks": remarks,
        "checkpoint": comparison_document(compared),
        "proves": [] if problems else list(result.proves),
        "does_not_prove": list(result.does_not_prove),
    }


def _print(outcome: _Outcome) -> None:
    result, problems, unchecked, compared, remarks = outcome
    if not problems:
        terminal.say(message("Intact: {size} entries, root {root}.", size=result.size, root=result.root.hex()))
    else:
        count = len(problems)
        terminal.say(
            message(
                "DAMAGED: {which} in {size} entries.",
                which=message("1 problem") if count == 1 else message("{count} problems", count=count),
                size=result.size,
            )
        )
    say_problems(problems, "ledger")
    if compared is not None and compared.state == "consistent":
        terminal.say(message("  {text}", text=compared.text))
    if result.erased:
        terminal.say(
            message(
                "  {which} erased.",
                which=message("1 entry was")
                if result.erased == 1
                else message("{erased} entries were", erased=result.erased),
            )
        )
    for text in remarks:
        terminal.say(message("  {text}", text=known(text)))
    say_rest(unchecked, () if problems else result.proves, result.does_not_prove)


def say_problems(problems: list[tuple[int | None, str]], whole: str) -> None:
    """Prints the first problems; `whole` is what one without an entry is about."""
    for entry, text in problems[:_MOST_SHOWN]:
        where = known(whole) if entry is None else message("entry {entry}", entry=entry)
        terminal.say(message("  {where}: {text}", where=where, text=known(text)))
    if len(problems) > _MOST_SHOWN:
        terminal.say(
            message("  and {problems} more (`--format json` lists all).", problems=len(problems) - _MOST_SHOWN)
        )


def say_rest(unchecked: Iterable[str], proves: Iterable[str], does_not_prove: Iterable[str]) -> None:
    """Prints what was not checked, what is proved and what is not."""
    for text in unchecked:
        terminal.say(message("  not checked: {text}", text=known(text)))
    for title, texts in (
        (message("This proves:"), tuple(proves)),
        (message("It does not prove:"), tuple(does_not_prove)),
    ):
        if texts:
            terminal.say(title)
        for text in texts:
            terminal.say(message("  {text}", text=known(text)))
