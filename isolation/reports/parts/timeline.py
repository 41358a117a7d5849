"""When each account was used: on which machine, on which network."""

from __future__ import annotations

from isolation.messages import message
from isolation.reports.charts.timeline import timeline
from isolation.reports.content import Chart, Paragraph, Section, Table
from isolation.reports.parts.words import PROVENANCE_WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.reports.content import Block
    from isolation.reports.frame import Frame

_MOST_ROWS = 200


def section(frame: Frame) -> Section:
    """Two pictures over the same stays, with their figures."""
    audit = frame.audit
    title = message("When each account was used")
    if not audit.stays:
        return Section("timeline", title, (Paragraph(message("No use with a known time stands in this audit.")),))
    blocks: list[Block] = []
    if any(stay.count > 1 for stay in audit.stays):
        text = message(
            "Uses of one account on the same machine and network are drawn as one stretch: there are too many to draw "
            "each."
        )
        blocks.append(Paragraph(text))
    for kind, name in (("network", message("by network")), ("machine", message("by machine"))):
        spec = timeline(audit.stays, kind, name, message("other"), message("not seen"))
        summary = message("One line an account, from the first use to the last, coloured {how}.", how=name)
        # One table has the figures of both pictures.
        table = _table(frame) if kind == "network" else Table((), ())
        blocks.append(Chart(f"timeline-{kind}", name, summary, spec, table))
    return Section("timeline", title, tuple(blocks))


def _table(frame: Frame) -> Table:
    stays = frame.audit.stays
    rows = tuple(
        (one.account, frame.when(one.first), frame.when(one.last), str(one.count), one.network or "—",
         one.machine or "—", PROVENANCE_WORDS[one.provenance])
        for one in stays[:_MOST_ROWS]
    )  # fmt: skip
    columns = (
        message("Account"), message("From"), message("To"), message("Uses"), message("Network"), message("Machine"),
        message("Where it comes from"),
    )  # fmt: skip
    left = len(stays) - _MOST_ROWS
    caption = message("The uses that are drawn")
    if left > 0:
        caption = message(
            "The first {count} of the uses that are drawn; {left} more are not listed.", count=_MOST_ROWS, left=left
        )
    return Table(columns, rows, caption)
