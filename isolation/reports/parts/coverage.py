"""What the audit rests on, and what could not be read."""

from __future__ import annotations

from isolation.findings import FACT_WORDS
from isolation.messages import joined, message
from isolation.reports.content import Paragraph, Points, Section, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.reports.content import Block
    from isolation.reports.frame import Frame

# Where uses come from, and what is no use, in words.
KINDS = {
    "observed": message("observed on this machine"), "declared": message("declared by a person"),
    "imported": message("imported from other logs"), "failed": message("failed logins"),
    "refused": message("refused logins"),
}  # fmt: skip


def section(frame: Frame) -> Section:
    """Counts by provenance, the facts seen, the gaps."""
    audit = frame.audit
    counts = [
        message("{count} {kind}", count=count, kind=KINDS.get(name, name))
        for name, count in [*audit.provenance.items(), *audit.not_uses.items()]
    ]
    text = message(
        "Sessions by where they come from, and entries that are no use: {counts}.", counts=joined(", ", counts)
    )
    rows = tuple(
        (FACT_WORDS[one.fact], str(one.sessions), str(one.accounts), str(one.values), str(one.shared))
        for one in audit.coverage
    )
    columns = (message("Fact"), message("Sessions"), message("Accounts"), message("Values"), message("Shared"))
    blocks: list[Block] = [Paragraph(text), Table(columns, rows, message("Facts that were seen"))]
    gaps = tuple(gap.text for gap in audit.unreadable) or (message("Everything that was recorded could be read."),)
    blocks.append(Points(gaps, message("What could not be read:")))
    return Section("coverage", message("Coverage"), tuple(blocks))
