"""The audit report: its sections in order, the answer first."""

from __future__ import annotations

from isolation.messages import message
from isolation.reports.content import Report
from isolation.reports.parts import (
    answer,
    chains,
    coverage,
    declared,
    dispersion,
    findings,
    integrity,
    method,
    places,
    proof,
    rules,
    timeline,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.reports.frame import Frame

PARTS = (answer, timeline, places, chains, findings, rules, dispersion, declared, coverage, integrity, method)


def audit_report(frame: Frame) -> Report:
    """The whole report, in no form yet."""
    audit = frame.audit
    sections = [part.section(frame) for part in PARTS]
    title = message("Login-isolation audit")
    if frame.issued is not None:
        title = message("Login-isolation audit of {account}", account=frame.issued.account)
        sections.insert(1, proof.section(frame, frame.issued))
    return Report(
        title,
        message("Made {moment}", moment=frame.when(audit.made_at)),
        tuple(sections),
        f"{audit.origin} {audit.size} {audit.root}",
    )
