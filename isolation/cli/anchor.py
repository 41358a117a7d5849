"""Have the ledger's checkpoint time-stamped by an authority (RFC 3161), so that its entries cannot be back-dated.

Only a digest of origin, size and root leaves this machine. What verifies is stored in the ledger; --keep writes it to
files as well, to be kept elsewhere and checked with `openssl ts -verify`. Exit 0; 1 where an authority failed.
"""

from __future__ import annotations

import argparse
import os

from isolation.cli import terminal
from isolation.cli.common import Options
from isolation.errors import UsageError
from isolation.messages import message
from isolation.system_words import why_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from isolation.ledger.anchoring import Anchored
    from isolation.ledger.anchors import Anchor


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `anchor`."""
    parser.add_argument("--tsa", metavar="URL", action="append", default=[], help="an authority to ask; several may be")
    parser.add_argument(
        "--ca", metavar="FILE", default="",
        help="its root certificate (PEM), and any between; without it nobody verifies who made the time stamp",
    )  # fmt: skip
    parser.add_argument(
        "--keep", metavar="FOLDER", default="", help="write checkpoints and time stamps here; alone, all stored ones"
    )


def run(options: Options) -> int:
    """Asks the authorities and says what was stored."""
    from isolation.ledger import Ledger
    from isolation.ledger.anchoring import anchor
    from isolation.ledger.anchors import anchors
    from isolation.ledger.timestamps import Trust

    if not options.tsa:
        if not options.keep:
            raise UsageError("No authority is named.", "Name one with --tsa URL, or a folder with --keep FOLDER.")
        with Ledger.open(options.ledger, read_only=True) as ledger, ledger.reading():
            stored = anchors(ledger)
        _keep(stored, options.keep)
        _show(_document(None, stored, ()), options)
        return 0
    trust = Trust.load(options.ca) if options.ca else None
    with Ledger.open(options.ledger, create=False) as ledger:
        anchored = anchor(ledger, options.tsa, trust)
    if options.keep:
        _keep(anchored.anchors, options.keep)
    _show(_document(anchored, anchored.anchors, anchored.failed), options)
    return 1 if anchored.failed else 0


def _keep(stored: Iterable[Anchor], folder: str) -> None:
    """Writes checkpoint and response of each anchor, as files that are there whole or not at all."""
    from isolation.reports.writing import whole_file

    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as problem:
        raise UsageError(
            message("{folder} cannot be made: {why}.", folder=folder, why=why_of(problem)), "Name another folder."
        ) from None
    for one in stored:
        for path, content in zip(_files(one, folder), (one.checkpoint.encode(), one.response), strict=True):
            with whole_file(path) as file:
                file.write(content)


def _files(one: Anchor, folder: str) -> tuple[str, str]:
    name = os.path.join(folder, f"anchor-{one.entry}")
    return f"{name}.checkpoint", f"{name}.tsr"


def _document(anchored: Anchored | None, stored: Iterable[Anchor], failed: Iterable[tuple[str, str]]) -> dict[str, Any]:
    from isolation.times import format_time

    checkpoint = None
    if anchored is not None:
        made = anchored.checkpoint
        checkpoint = {"origin": made.origin, "size": made.size, "root": made.root.hex()}
    return {
        "schema": "isolation.anchor/1",
        "checkpoint": checkpoint,
        "anchors": [
            {
                "entry": one.entry, "authority": one.authority, "size": one.size, "time": format_time(one.time),
                "since": format_time(one.since), "until": format_time(one.until), "chain": one.chain,
            }
            for one in stored
        ],
        "failed": [{"authority": authority, "reason": reason} for authority, reason in failed],
    }  # fmt: skip


def _show(document: dict[str, Any], options: Options) -> None:
    if options.json:
        terminal.emit(document)
    else:
        for one in document["anchors"]:
            said = message(
                "the first {size} entries existed by {until}, says {authority}",
                size=one["size"],
                until=one["until"],
                authority=one["authority"],
            )
            terminal.say(message("Entry {entry}: {said}.", entry=one["entry"], said=said))
            if not one["chain"]:
                terminal.say("  Who says so was not verified; --ca FILE names the authority's root.")
        if options.keep:
            terminal.say(
                message(
                    "Wrote them to {keep}; keep that elsewhere. To check one with its authority's root:",
                    keep=options.keep,
                )
            )
            terminal.say("  openssl ts -verify -data anchor-N.checkpoint -in anchor-N.tsr -CAfile ca.pem")
    for one in document["failed"]:
        terminal.note(
            message(
                "isolation: {authority}: {reason}; nothing of it was stored.",
                authority=one["authority"],
                reason=one["reason"],
            )
        )
