"""Write a proof bundle: what a stranger can check of one account, or of one operator, and nothing of the others.

It shows when and how the account was used and the identifiers seen, proved to stand in this ledger; `isolation verify
FILE` checks it anywhere. Other accounts are pseudonyms unless they are disclosed. Each bundle is recorded before it is
signed. With --checkpoint only the signed size and root of the ledger are written: keep that file elsewhere, and it
shows later whether entries were removed.

--operator NAME alone writes all that is stored about a person who asks for it, with --proof a bundle instead; --all
writes every session, readable, to move them to another ledger. Neither is sealed or proved.

Exit 0 whatever it finds.
"""

from __future__ import annotations

import argparse

from isolation.cli import terminal
from isolation.cli.common import Options, load_policy
from isolation.cli.export_plain import export_ledger, export_person
from isolation.errors import UsageError
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from isolation.reports.bundle import Bundle


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `export`."""
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="where to write")
    parser.add_argument("--account", metavar="A", default="", help="the account that it is about")
    parser.add_argument("--operator", metavar="NAME", default="", help="only, or all of, what this person did")
    parser.add_argument(
        "--disclose", metavar="B", action="append", default=[], help="name this account where a finding joins it"
    )
    parser.add_argument("--since", metavar="T", default="", help="only uses from then on")
    parser.add_argument("--until", metavar="T", default="", help="only uses before then")
    parser.add_argument("--tz", metavar="ZONE", default="UTC", help="the zone of times without an offset (UTC)")
    parser.add_argument(
        "--open", metavar="FIELD", action="append", default=[],
        help="show this field too: operator, machine, network, ssid, … (what people wrote may tell of others)",
    )  # fmt: skip
    parser.add_argument("--hide", metavar="FIELD", action="append", default=[], help="do not show this field")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--checkpoint", action="store_true", help="write only the signed checkpoint")
    what.add_argument("--all", action="store_true", help="write every session as readable JSON lines")
    what.add_argument("--proof", action="store_true", help="with --operator alone: a bundle, accounts as pseudonyms")


def run(options: Options) -> int:
    """Writes the bundle or the checkpoint and says what is in it."""
    if options.checkpoint:
        return _export_checkpoint(options)
    if options.all:
        return export_ledger(options)
    if options.operator and not options.account and not options.proof:
        return export_person(options)
    from isolation.cli.report import source_clock
    from isolation.ledger import Ledger
    from isolation.ledger.remembered import remember
    from isolation.reports.bundle import Request, make_bundle
    from isolation.reports.writing import whole_file
    from isolation.times import parse_time, zone_named

    zone = zone_named(options.tz)
    since, until = (
        parse_time(text, zone, whole_days=True) if text else None for text in (options.since, options.until)
    )
    request = Request(
        options.account, options.operator, options.disclose, since, until, options.open, options.hide
    )  # fmt: skip
    policy = load_policy(options)
    clock = source_clock()
    with Ledger.open(options.ledger, create=False, clock=clock) as ledger, whole_file(options.output) as file:
        bundle = make_bundle(ledger, policy, request)
        file.write(bundle.data)
        remember(ledger)
    for name in _said(bundle)["disclosed"]:
        terminal.note(message("This bundle names {name} to whoever reads it.", name=name))
    if options.json:
        terminal.emit(_document(options.output, bundle))
    else:
        _print(options.output, bundle)
    return 0


def _said(bundle: Bundle) -> dict[str, Any]:
    """What a bundle that was just made and verified says."""
    statement = bundle.result.statement
    assert statement is not None  # noqa: S101 - an intact bundle has one
    return statement


def _document(target: str, bundle: Bundle) -> dict[str, Any]:
    from isolation.cli.bundle_words import missing_texts

    said, result = _said(bundle), bundle.result
    assert result.checkpoint is not None  # noqa: S101 - as above
    assert result.key is not None  # noqa: S101 - as above
    return {
        "schema": "isolation.export/1",
        "kind": "bundle",
        "path": target,
        "digest": bundle.digest,
        "origin": said["origin"],
        "size": result.checkpoint.size,
        "root": result.checkpoint.root.hex(),
        "fingerprint": result.key.fingerprint(),
        "entries": len(said["entries"]),
        "findings": len(said["findings"]),
        "omitted": said["omitted"],
        "missing": missing_texts(result),
        "disclosed": said["disclosed"],
        "report": result.report,
    }


def _print(target: str, bundle: Bundle) -> None:
    from isolation.cli.bundle_words import first_lines, missing_texts, omitted_text
    from isolation.cli.words import counted

    said, result = _said(bundle), bundle.result
    entries, findings = counted(len(said["entries"]), "entry", "entries"), counted(len(said["findings"]), "finding")
    terminal.say(message("Wrote {target}, SHA-256 {digest}.", target=target, digest=bundle.digest))
    terminal.say(
        message(
            "  {entries} and {findings}; recorded as entry {report}",
            entries=entries,
            findings=findings,
            report=result.report,
        )
    )
    terminal.say(message("  {text}", text=omitted_text(said["omitted"])))
    for line in first_lines([f"  {text}" for text in missing_texts(result)]):
        terminal.say(line)
    _say_key(result.key.fingerprint() if result.key is not None else "")


def _say_key(fingerprint: str) -> None:
    terminal.say(
        message(
            "  signed with the key {fingerprint}; give that to the recipient in another way than the file",
            fingerprint=fingerprint,
        )
    )


def _export_checkpoint(options: Options) -> int:
    if options.account or options.operator or options.disclose:
        raise UsageError("A checkpoint is of the whole ledger.", "Leave out --account, --operator and --disclose.")
    from isolation.ledger import Ledger
    from isolation.ledger.proofs import signed_checkpoint, verifier_key
    from isolation.ledger.remembered import remember
    from isolation.reports.writing import whole_file

    with Ledger.open(options.ledger, read_only=True) as ledger, whole_file(options.output) as file:
        checkpoint, note = signed_checkpoint(ledger)
        key = verifier_key(ledger)
        file.write(note.encode())
        remember(ledger)
    if options.json:
        terminal.emit(
            {
                "schema": "isolation.export/1",
                "kind": "checkpoint",
                "path": options.output,
                "origin": checkpoint.origin,
                "size": checkpoint.size,
                "root": checkpoint.root.hex(),
                "fingerprint": key.fingerprint(),
            }
        )
    else:
        terminal.say(
            message(
                "Wrote {output}: {size} entries, root {root}.",
                output=options.output,
                size=checkpoint.size,
                root=checkpoint.root.hex(),
            )
        )
        _say_key(key.fingerprint())
    return 0
