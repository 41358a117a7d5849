"""Every finding with its evidence, and when what stands behind it was recorded."""

from __future__ import annotations

from isolation.messages import joined, known, message, plural
from isolation.reports.content import Card, Facts, Links, Paragraph, Section, Table
from isolation.reports.parts.titles import finding_title
from isolation.reports.parts.words import CONFIDENCE_WORDS, STATE_WORDS, account_names, fact_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.audited import LoggedUse
    from isolation.model import Finding
    from isolation.reports.content import Block
    from isolation.reports.frame import Frame

_MOST_CARDS = 500
_GRAVEST = 5


def section(frame: Frame) -> Section:
    """One card a finding, gravest first."""
    findings = frame.audit.findings
    blocks: list[Block] = [_card(frame, one) for one in findings[:_MOST_CARDS]]
    if len(findings) > _MOST_CARDS:
        text = message(
            "The {shown} gravest of {all} findings are shown; the forms .csv and .json list all of them.",
            shown=_MOST_CARDS, all=len(findings),
        )  # fmt: skip
        blocks.insert(0, Paragraph(text))
    return Section("findings", message("Findings"), tuple(blocks) or (Paragraph(message("Nothing was found.")),))


def _card(frame: Frame, one: Finding) -> Card:
    pairs: list[tuple[str, str]] = [
        (message("Why"), known(one.reason)),
        (message("State"), joined(", ", [STATE_WORDS[one.state], CONFIDENCE_WORDS[one.confidence]])),
        (message("Accounts"), account_names(one.accounts)),
        (message("Uses behind it"), str(one.sessions)),
        (message("First and last seen"), frame.period(one.first_seen, one.last_seen)),
    ]
    if one.value:
        pairs.insert(1, (fact_names((one.fact,)), one.value))
    blocks: list[Block] = [Facts(tuple(pairs))]
    logged = frame.audit.logged.get(one.id, ())
    if logged:
        blocks.append(_recorded(frame, logged))
    return Card(one.id, finding_title(one), one.severity, tuple(blocks))


def gravest(frame: Frame) -> Links:
    """The gravest open finding of each machine, place or account, gravest first, by their titles."""
    openly = [one for one in frame.audit.findings if one.state == "open"]  # they come gravest first
    by_subject: dict[str, Finding] = {}
    for one in openly:
        by_subject.setdefault(one.subject, one)
    chosen = [*by_subject.values()][:_GRAVEST]
    cards = tuple(Card(one.id, finding_title(one), one.severity, ()) for one in chosen)
    left = len(openly) - len(cards)
    more = plural("and {count} more open finding", "and {count} more open findings", left) if left else ""
    return Links(message("What is gravest"), cards, more)


def _recorded(frame: Frame, logged: tuple[LoggedUse, ...]) -> Table:
    """Claimed time and time of recording told apart; the second also by time stamps, where there are some."""
    rows = tuple(
        (str(use.entry), frame.when(use.begin), frame.when(use.clock), _bound(frame, use.after), _bound(frame, use.by))
        for use in logged
    )
    columns = (
        message("Entry"), message("Use, as claimed"), message("Recorded, by this machine's clock"),
        message("Recorded after"), message("Recorded by"),
    )  # fmt: skip
    return Table(columns, rows, message("When it was recorded"))


def _bound(frame: Frame, moment: int | None) -> str:
    return message("no time stamp") if moment is None else frame.when(moment)
