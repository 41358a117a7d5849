"""What the rules behind the findings check, why that matters and who says so, what they cannot see, what to do."""

from __future__ import annotations

from isolation.messages import known, message
from isolation.reports.content import Card, Facts, Paragraph, Section
from isolation.rules import rule
from isolation.rules.pages import part, title

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import Severity
    from isolation.reports.content import Block
    from isolation.reports.frame import Frame


def section(frame: Frame) -> Section:
    """One card for each rule that found something."""
    worst: dict[str, Severity] = {}
    for finding in frame.audit.findings:
        worst.setdefault(finding.rule, finding.severity)  # they come gravest first
    blocks: list[Block] = []
    for name, severity in worst.items():
        entry = rule(name)
        if entry is None:
            continue
        pairs = (
            (message("What it checks"), known(part(entry, "What it checks"))),
            (message("Why it matters"), known(part(entry, "Why it matters"))),
            (message("What it cannot see"), known(part(entry, "What it cannot see"))),
            (message("What to do"), known(part(entry, "Remedy"))),
        )
        blocks.append(Card(name, known(title(entry)), severity, (Facts(pairs),)))
    heading = message("What the rules say, and by whose word")
    return Section("rules", heading, tuple(blocks) or (Paragraph(message("Nothing was found.")),))
