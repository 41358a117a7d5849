"""Every finding with its evidence, and when what stands behind it was recorded."""

from __future__ import annotations

from isolation.findings import FACT_WORDS
from isolation.messages import joined, message
from isolation.model import UNDATED
from isolation.reports.content import Card, Facts, Paragraph, Section, Table
from isolation.reports.parts.words import CONFIDENCE_WORDS, STATE_WORDS, when
from isolation.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import Audit, Finding, LoggedUse
    from isolation.reports.content import Block


def section(audit: Audit) -> Section:
    """One card a finding, gravest first."""
    cards: tuple[Block, ...] = tuple(_card(one, audit.logged.get(one.id, ())) for one in audit.findings)
    return Section("findings", message("Findings"), cards or (Paragraph(message("Nothing was found.")),))


def _card(one: Finding, logged: tuple[LoggedUse, ...]) -> Card:
    pairs = [
        (message("State"), joined(", ", [STATE_WORDS[one.state], CONFIDENCE_WORDS[one.confidence]])),
        (FACT_WORDS[one.fact], one.value or "—"),
        (message("Accounts"), joined(", ", one.accounts)),
        (message("Uses behind it"), str(one.sessions)),
        (message("First and last seen"), joined(" – ", [when(one.first_seen), when(one.last_seen)])),
        (message("Why"), one.reason),
    ]
    blocks: list[Block] = [Facts(tuple(pairs))]
    if logged:
        blocks.append(_recorded(logged))
    return Card(one.id, one.severity, tuple(blocks))


def _recorded(logged: tuple[LoggedUse, ...]) -> Table:
    """Claimed time and time of recording told apart; the second also by time stamps, where there are some."""
    rows = tuple(
        (str(use.entry), when(use.begin), when(use.clock), _bound(use.after), _bound(use.by)) for use in logged
    )
    columns = (
        message("Entry"), message("Use, as claimed"), message("Recorded, by this machine's clock"),
        message("Recorded after"), message("Recorded by"),
    )  # fmt: skip
    return Table(columns, rows, message("When it was recorded"))


def _bound(moment: int | None) -> str:
    return message("no time stamp") if moment in (None, UNDATED) else format_time(moment or 0)
