"""Of a report on one account: what proves it, how to check that, and what was left out."""

from __future__ import annotations

from isolation.messages import joined, message
from isolation.reports.content import Facts, Paragraph, Points, Section

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.reports.frame import Frame
    from isolation.reports.selective import Issued


def section(frame: Frame, issued: Issued) -> Section:
    """What the report is about, its bundle, and what is not in it."""
    about = message(
        "This report is about {account} alone. Other accounts that it met are called account- and 16 hex digits, the "
        "same in every report on this account until the keys of the ledger are rotated.",
        account=issued.account,
    )
    pairs = (
        (
            message("Named by choice"),
            joined(", ", issued.disclosed) if issued.disclosed else message("no other account"),
        ),
        (message("Proof bundle"), issued.file),
        (message("Its SHA-256"), issued.bundle.digest),
        (message("Signed with the key"), issued.fingerprint),
        (message("Recorded as entry"), str(issued.bundle.result.report)),
    )
    checks = (
        message(
            "`isolation verify FILE` checks the bundle, alone or inside this report where it is HTML or PDF, offline."
        ),
        message("Compare the key with what the owner tells you in another way than this file came."),
        message("The words and pictures around the bundle are not signed: what counts is what the bundle shows."),
    )
    gaps = tuple(gap.text for gap in frame.audit.unreadable)
    blocks = (
        Paragraph(about),
        Facts(pairs),
        Points(checks, message("How to check it:")),
        Points(gaps, message("What is not here:")),
    )
    return Section("proof", message("A report on one account"), blocks)
