"""Write the audit to a file, in the form that its ending names.

With --account it is on that account alone: its own entries, proved to stand in this ledger, and its own findings.
Other accounts are pseudonyms unless they are disclosed; what is left out is counted. The proof bundle is inside an
.html and a .pdf and lies beside every form; `isolation verify FILE` checks either. Each report is recorded.

The same ledger and policy give the same bytes where SOURCE_DATE_EPOCH (seconds since 1970) names the moment that the
report is made at. Exit 0 whatever it finds.
"""

from __future__ import annotations

import argparse
import os

from isolation.cli import terminal
from isolation.cli.audit import add_period_options, audited
from isolation.cli.common import Options
from isolation.cli.progress import Steps
from isolation.errors import IsolationError, UsageError
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `report`."""
    parser.add_argument(
        "-o", "--output", metavar="FILE", required=True,
        help="where to write; .html, .pdf, .md, .csv, .json, .ocsf.json or .sarif",
    )  # fmt: skip
    parser.add_argument("--account", metavar="A", dest="about", type=_named, help="only what is about it, with proofs")
    parser.add_argument(
        "--disclose", metavar="B", action="append", default=[], help="with --account: name this account too"
    )
    add_period_options(parser)
    parser.add_argument("--zone", metavar="ZONE", default="", help="tell dates in this zone too, beside UTC")
    parser.add_argument("--notice-date", metavar="T", default="", help="when the platform's notice came")
    parser.add_argument(
        "--ocsf-class", type=int, choices=(2003, 2004), default=2003,
        help="the class of the events in an .ocsf.json: 2003 Compliance Finding, 2004 Detection Finding",
    )  # fmt: skip
    parser.set_defaults(account=[], hops=None)  # what `audited` reads: the report is on all accounts, or on one


def _named(name: str) -> str:
    # `--account "$UNSET"` must not write of everybody.
    if not name.strip():
        raise argparse.ArgumentTypeError("it names no account")
    return name


def run(options: Options) -> int:
    """Writes the report and says where."""
    from isolation.reports import form_of

    form_of(options.output)  # better told before the ledger is read
    form = {
        "language": terminal.spoken(), "zone": options.zone, "notice": moment(options, options.notice_date),
        "ocsf_class": options.ocsf_class,
    }  # fmt: skip
    if options.about:
        from isolation.cli.report_account import run as run_account

        return run_account(options, form)
    if options.disclose:
        raise UsageError("--disclose names accounts in a report on one account.", "Name that one with --account.")
    from isolation.reports import write_report

    steps = message("looking at the ledger"), message("writing the report"), message("recording that it was issued")
    with Steps(*steps) as step:
        step.next()
        audit = audited(options, stays=True, now=source_date())
        step.next()
        path = write_report(audit, options.output, **form)
        step.next()
        entry = _logged(options)
    if options.json:
        terminal.emit({"schema": "isolation.report/1", "path": path, "findings": len(audit.findings), "entry": entry})
    else:
        terminal.say(message("Wrote {path}.", path=path))
    return 0


def moment(options: Options, text: str) -> int | None:
    """The time (µs) that an option names, in the zone of --tz; None where it is not given."""
    from isolation.times import parse_time, zone_named

    return parse_time(text, zone_named(options.tz), whole_days=True) if text else None


def _logged(options: Options) -> int | None:
    """Records in the ledger that the report was issued; None where the ledger cannot be written, which is said."""
    from isolation.hooks.machine import remember_machine
    from isolation.ledger import Ledger
    from isolation.reports.selective import log_report

    with open(options.output, "rb") as file:
        content = file.read()
    try:
        with Ledger.open(options.ledger, create=False) as ledger:
            remember_machine(ledger)  # of a copy elsewhere a report can be made; it is no log of this machine's
            return log_report(ledger, content)
    except IsolationError as problem:
        terminal.note(message("That this report was issued is not recorded: {problem}", problem=problem.message))
        return None


def source_date() -> int | None:
    """The moment (µs) that SOURCE_DATE_EPOCH names (https://reproducible-builds.org/specs/source-date-epoch/); None
    where it is not set. Raises UsageError where it names none."""
    text = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 11):
        raise UsageError("SOURCE_DATE_EPOCH names no moment.", "Set it to whole seconds since 1970, or unset it.")
    return int(text) * 1_000_000


def source_clock() -> Callable[[], int] | None:
    """A clock that stands at `source_date`; None where that is not set."""
    now = source_date()
    return None if now is None else lambda: now
