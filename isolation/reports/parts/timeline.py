"""When each account was used: on which machine, on which network."""

from __future__ import annotations

from isolation.messages import message
from isolation.reports.charts.timeline import timeline
from isolation.reports.content import Chart, Paragraph, Section, Table
from isolation.reports.parts.drawn import left_out, ranked
from isolation.reports.parts.words import PROVENANCE_WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.audited import Audit, Stay
    from isolation.reports.content import Block
    from isolation.reports.frame import Frame

_MOST_ROWS = 200
_MOST_MARKS = 1500  # more would make a page slow and heavy

_KINDS = (
    ("network", message("Network"), message("By network"),
     message("One line an account, from the first use to the last, coloured by network.")),
    ("machine", message("Machine"), message("By machine"),
     message("One line an account, from the first use to the last, coloured by machine.")),
)  # fmt: skip


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
    drawn = _drawn(audit)
    shown, every = (len({stay.account for stay in stays}) for stays in (drawn, audit.stays))
    if shown < every:
        blocks.append(left_out(shown, every))
    for kind, name, heading, summary in _KINDS:
        spec = timeline(drawn, kind, name, message("other"), message("not seen"))
        # One table has the figures of both pictures.
        table = _table(frame) if kind == "network" else Table((), ())
        blocks.append(Chart(f"timeline-{kind}", heading, summary, spec, table))
    return Section("timeline", title, tuple(blocks))


def _drawn(audit: Audit) -> tuple[Stay, ...]:
    """The stays that are drawn, whole accounts, as many as there is room for and at least one."""
    counts: dict[str, int] = {}
    for stay in audit.stays:
        counts[stay.account] = counts.get(stay.account, 0) + 1
    chosen: set[str] = set()
    left = _MOST_MARKS
    for account in ranked(audit):
        left -= counts[account]
        if left < 0 and chosen:
            break
        chosen.add(account)
    return tuple(stay for stay in audit.stays if stay.account in chosen)


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
