"""The answer first: what is open, how grave, and whom it joins."""

from __future__ import annotations

from isolation.messages import joined, message, plural
from isolation.reports.content import Paragraph, Section, Table
from isolation.reports.documents import LIMITS
from isolation.reports.parts.words import CONFIDENCE_WORDS, SEVERITY_WORDS, fact_names, when

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import Audit
    from isolation.reports.content import Block


def section(audit: Audit) -> Section:
    """Counts by severity, subjects, clusters."""
    blocks: list[Block] = [Paragraph(_counts(audit)), Paragraph(LIMITS)]
    if audit.since is not None or audit.until is not None:
        text = message(
            "Only uses from {since} to {until} were looked at.", since=when(audit.since), until=when(audit.until)
        )
        blocks.insert(1, Paragraph(text))
    blocks += [_subjects(audit), _clusters(audit)]
    return Section("answer", message("The answer"), tuple(blocks))


def _counts(audit: Audit) -> str:
    return message(
        "{sessions} of {accounts} hold {open}, {grave} of them at or above {limit}.",
        sessions=plural("{count} session", "{count} sessions", audit.sessions),
        accounts=plural("{count} account", "{count} accounts", audit.accounts),
        open=plural("{count} open finding", "{count} open findings", sum(f.state == "open" for f in audit.findings)),
        grave=len(audit.blocking()), limit=SEVERITY_WORDS[audit.block_at],
    )  # fmt: skip


def _subjects(audit: Audit) -> Block:
    if not audit.subjects:
        return Paragraph(message("Nothing was found."))
    rows = tuple(
        (SEVERITY_WORDS[one.severity], one.label, str(len(one.accounts)), joined(", ", one.accounts),
         fact_names(one.facts))
        for one in audit.subjects
    )  # fmt: skip
    columns = (
        message("Severity"), message("Machine or place"), message("Accounts"), message("Which"), message("Facts"),
    )  # fmt: skip
    return Table(columns, rows, message("Findings by machine and place"))


def _clusters(audit: Audit) -> Block:
    if not audit.clusters:
        return Paragraph(message("No accounts are joined by open findings."))
    rows = tuple(
        (str(len(one.accounts)), joined(", ", one.accounts), fact_names(one.facts), CONFIDENCE_WORDS[one.confidence])
        for one in audit.clusters
    )
    columns = (message("Accounts"), message("Which"), message("Held together by"), message("Weakest link"))
    return Table(columns, rows, message("Accounts that open findings join"))
