"""Write the audit to a file, in the form that its ending names.

The same ledger and policy give the same bytes where SOURCE_DATE_EPOCH (seconds since 1970) names the moment that the
report is made at. Exit 0 whatever it finds.
"""

from __future__ import annotations

import argparse
import os

from isolation.cli import terminal
from isolation.cli.audit import add_audit_options, audited
from isolation.cli.common import Options
from isolation.errors import UsageError
from isolation.identifiers.escape import printable
from isolation.messages import message


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `report`."""
    parser.add_argument(
        "-o", "--output", metavar="FILE", required=True,
        help="where to write; .html, .pdf, .md, .csv, .json, .ocsf.json or .sarif",
    )  # fmt: skip
    add_audit_options(parser)
    parser.add_argument("--zone", metavar="ZONE", default="", help="tell dates in this zone too, beside UTC")
    parser.add_argument("--notice-date", metavar="T", default="", help="when the platform's notice came")
    parser.add_argument(
        "--ocsf-class", type=int, choices=(2003, 2004), default=2003,
        help="the class of the events in an .ocsf.json: 2003 Compliance Finding, 2004 Detection Finding",
    )  # fmt: skip


def run(options: Options) -> int:
    """Writes the report and says where."""
    from isolation.reports import form_of, write_report
    from isolation.times import parse_time, zone_named

    form_of(options.output)  # better told before the ledger is read
    audit = audited(options, stays=True, now=source_date())
    notice = parse_time(options.notice_date, zone_named(options.tz), whole_days=True) if options.notice_date else None
    path = write_report(
        audit, options.output, language=terminal.spoken(), zone=options.zone, notice=notice,
        ocsf_class=options.ocsf_class,
    )  # fmt: skip
    if options.json:
        terminal.emit({"schema": "isolation.report/1", "path": path, "findings": len(audit.findings)})
    else:
        terminal.say(message("Wrote {path}.", path=printable(path)))
    return 0


def source_date() -> int | None:
    """The moment (µs) that SOURCE_DATE_EPOCH names (https://reproducible-builds.org/specs/source-date-epoch/); None
    where it is not set. Raises UsageError where it names none."""
    text = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 11):
        raise UsageError("SOURCE_DATE_EPOCH names no moment.", "Set it to whole seconds since 1970, or unset it.")
    return int(text) * 1_000_000
