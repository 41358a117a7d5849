"""Write the audit to a file, in the form that its ending names.

Exit 0 whatever it finds.
"""

from __future__ import annotations

import argparse

from isolation.cli import terminal
from isolation.cli.audit import add_audit_options, audited
from isolation.cli.common import Options
from isolation.identifiers.escape import printable


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `report`."""
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="where to write; by ending")
    add_audit_options(parser)
    parser.add_argument("--zone", metavar="ZONE", default="", help="tell dates in this zone too, beside UTC")
    parser.add_argument("--notice-date", metavar="T", default="", help="when the platform's notice came")


def run(options: Options) -> int:
    """Writes the report and says where."""
    from isolation.reports import write_report
    from isolation.times import parse_time, zone_named

    audit = audited(options, stays=True)
    notice = parse_time(options.notice_date, zone_named(options.tz), whole_days=True) if options.notice_date else None
    path = write_report(audit, options.output, language=terminal.spoken(), zone=options.zone, notice=notice)
    if options.json:
        terminal.emit({"schema": "isolation.report/1", "path": path, "findings": len(audit.findings)})
    else:
        terminal.say(f"Wrote {printable(path)}.")
    return 0
