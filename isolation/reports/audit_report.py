"""The audit report: its sections in order, the answer first."""

from __future__ import annotations

from isolation.messages import message
from isolation.reports.content import Report
from isolation.reports.parts import answer, coverage, findings, integrity, places, timeline
from isolation.reports.parts.words import when

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import Audit

PARTS = (answer, timeline, places, findings, coverage, integrity)


def audit_report(audit: Audit) -> Report:
    """The whole report, in no form yet."""
    return Report(
        message("Login-isolation audit"),
        message("Made {moment}", moment=when(audit.made_at)),
        tuple(part.section(audit) for part in PARTS),
        f"{audit.origin} {audit.size} {audit.root}",
    )
