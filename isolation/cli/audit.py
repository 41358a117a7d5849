"""Every finding of the ledger: what links which accounts, since when, how bad and how sure.

Exit 0, or 11 with open findings at or above the policy's block_at.
"""

from __future__ import annotations

import argparse

from isolation.cli import terminal
from isolation.cli.common import Options, load_policy
from isolation.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.audited import Audit


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `audit`."""
    add_audit_options(parser)


def add_audit_options(parser: argparse.ArgumentParser) -> None:
    """Which accounts are looked at, and when."""
    parser.add_argument(
        "--account",
        metavar="A",
        action="append",
        default=[],
        help="only findings that touch it, and what links it to whom",
    )
    parser.add_argument(
        "--hops", metavar="N", type=_hops, default=None, help="with --account: at most so many links away (all)"
    )
    add_period_options(parser)


def add_period_options(parser: argparse.ArgumentParser) -> None:
    """Which uses are looked at."""
    parser.add_argument("--since", metavar="T", default="", help="only uses from then on")
    parser.add_argument("--until", metavar="T", default="", help="only uses before then")
    parser.add_argument(
        "--as-of", metavar="T", default="", help="only what was recorded by then, under the policy of then"
    )
    parser.add_argument("--tz", metavar="ZONE", default="UTC", help="the zone of times without an offset (UTC)")


def _hops(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 1_000_000):
        raise argparse.ArgumentTypeError("it is a number of links, from 1 on")
    return int(text)


def run(options: Options) -> int:
    """Prints the audit."""
    audit = audited(options)
    if options.json:
        from isolation.reports.documents import audit as document

        terminal.emit(document(audit))
    else:
        from isolation.cli.audit_words import audit_lines

        terminal.show(audit_lines(audit))
    return 11 if audit.blocking() else 0


def audited(options: Options, *, stays: bool = False, now: int | None = None) -> Audit:
    """The audit that these options ask for; `stays` for what reports draw, `now` (µs) for another moment than this."""
    from isolation.audit import audit_ledger
    from isolation.ledger import Ledger
    from isolation.times import parse_time, zone_named

    zone = zone_named(options.tz)
    since, until, as_of = (
        parse_time(text, zone, whole_days=True) if text else None
        for text in (options.since, options.until, options.as_of)
    )
    if options.hops is not None and not options.account:
        raise UsageError("--hops counts links from an account.", "Name it with --account.")
    if since is not None and until is not None and since >= until:
        raise UsageError("The window ends before it begins.", "Check --since and --until.")
    with Ledger.open(options.ledger, read_only=True) as ledger:
        return audit_ledger(
            ledger,
            accounts=options.account,
            since=since,
            until=until,
            as_of=as_of,
            policy=load_policy(options) if as_of is None or options.policy_is_named else None,
            now=now,
            stays=stays,
            hops=options.hops,
        )
