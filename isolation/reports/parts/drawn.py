"""Which accounts the pictures have room for."""

from __future__ import annotations

from isolation.messages import message
from isolation.reports.content import Paragraph

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.audited import Audit


def ranked(audit: Audit) -> list[str]:
    """The accounts with a dated use, those with the gravest findings first, then by name."""
    used = {stay.account for stay in audit.stays}
    found = dict.fromkeys(account for finding in audit.findings for account in finding.accounts if account in used)
    return [*found, *sorted(used.difference(found))]


def left_out(shown: int, every: int) -> Paragraph:
    """Says that not all accounts are drawn."""
    return Paragraph(message("Of {every} accounts {shown} are drawn, those with the gravest findings first.",
                             every=every, shown=shown))  # fmt: skip
