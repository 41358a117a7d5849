"""Writing the report on one account, with the bundle that proves it."""

from __future__ import annotations

from isolation.cli import terminal
from isolation.cli.common import Options, load_policy
from isolation.errors import UsageError
from isolation.messages import message, plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from isolation.audited import Audit
    from isolation.reports.selective import Issued


def run(options: Options, form: dict[str, Any]) -> int:
    """Writes report and bundle, and says where, whom they name and what they leave out."""
    from isolation.cli.report import moment, source_clock
    from isolation.ledger import Ledger
    from isolation.ledger.remembered import remember
    from isolation.reports.bundle import Request
    from isolation.reports.selective import write_account_report

    if options.as_of:
        raise UsageError(
            "A report on one account is proved by the ledger as it is now.",
            "Leave out --as-of; --since and --until choose uses.",
        )
    since, until = moment(options, options.since), moment(options, options.until)
    request = Request(options.about, "", options.disclose, since, until)
    with Ledger.open(options.ledger, create=False, clock=source_clock()) as ledger:
        audit, issued = write_account_report(ledger, load_policy(options), request, options.output, **form)
        remember(ledger)
    for name in issued.disclosed:
        terminal.note(message("This report names {name} to whoever reads it.", name=name))
    if options.json:
        terminal.emit(_document(options.output, audit, issued))
    else:
        _print(options.output, audit, issued)
    return 0


def _document(path: str, audit: Audit, issued: Issued) -> dict[str, Any]:
    from isolation.reports.documents import issued as document

    return {
        "schema": "isolation.report/1", "path": path, "findings": len(audit.findings),
        "entry": issued.bundle.result.report, "issued": document(issued),
    }  # fmt: skip


def _print(path: str, audit: Audit, issued: Issued) -> None:
    findings = plural("{count} finding", "{count} findings", len(audit.findings))
    sessions = plural("{count} session", "{count} sessions", audit.sessions)
    terminal.say(
        message("Wrote {path}: {sessions} and {findings} of {account}.", path=path, sessions=sessions,
                findings=findings, account=issued.account)
    )  # fmt: skip
    for gap in audit.unreadable:
        terminal.say(gap.text)
    terminal.say(
        message("The bundle beside it, {file}, has the SHA-256 {digest}.", file=issued.file,
                digest=issued.bundle.digest),
        message(
            "It is signed with the key {fingerprint}; give that to the recipient in another way than the file.",
            fingerprint=issued.fingerprint,
        ),
    )  # fmt: skip
