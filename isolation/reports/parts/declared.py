"""What was declared and waived: it stays in the report, with whose word it is and until when."""

from __future__ import annotations

from isolation.messages import joined, message, plural
from isolation.reports.content import Paragraph, Section, Table
from isolation.reports.parts.words import KIND_WORDS, STANDING_WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.reports.content import Block
    from isolation.reports.frame import Frame


def section(frame: Frame) -> Section:
    """Groups, waivers, other names and standings of the policy in force."""
    says = frame.audit.declared
    blocks: list[Block] = []
    for table in (_groups(frame), _waivers(frame), _aliases(frame), _standings(frame)):
        if table.rows:
            blocks.append(table)
    if says.permissions:
        text = plural(
            "{count} permission of a person for an account is declared.",
            "{count} permissions of people for accounts are declared.", says.permissions,
        )  # fmt: skip
        blocks.append(Paragraph(text))
    heading = message("Declared and waived")
    return Section("declared", heading, tuple(blocks) or (Paragraph(message("Nothing is declared or waived.")),))


def _groups(frame: Frame) -> Table:
    rows = tuple(
        (name, KIND_WORDS.get(kind, kind), joined(", ", accounts), evidence or message("none named"),
         _span(frame, since, until))
        for name, kind, accounts, evidence, since, until in frame.audit.declared.groups
    )  # fmt: skip
    columns = (message("Group"), message("Kind"), message("Accounts"), message("Evidence"), message("Period"))
    return Table(columns, rows, message("Accounts declared to belong together"))


def _waivers(frame: Frame) -> Table:
    rows = tuple(
        (name, rule or message("any"), joined(", ", accounts), owner, reason, document or message("none named"),
         _expiry(frame, until))
        for name, rule, accounts, owner, reason, document, _, until in frame.audit.declared.waivers
    )  # fmt: skip
    columns = (
        message("Waiver"), message("Rule"), message("Accounts"), message("Whose word"), message("Reason"),
        message("Document"), message("Until"),
    )  # fmt: skip
    return Table(columns, rows, message("Findings that somebody accepted"))


def _aliases(frame: Frame) -> Table:
    columns = (message("Other name"), message("Read as"))
    return Table(columns, frame.audit.declared.aliases, message("Other names of accounts"))


def _standings(frame: Frame) -> Table:
    rows = tuple(
        (account, STANDING_WORDS.get(state, state), frame.when(since))
        for account, state, since in frame.audit.declared.standings
    )
    columns = (message("Account"), message("Standing"), message("Since"))
    return Table(columns, rows, message("How accounts stand with their platforms"))


def _span(frame: Frame, since: int | None, until: int | None) -> str:
    if since is None and until is None:
        return message("without a limit")
    return message("from {since} to {until}", since=frame.when(since), until=frame.when(until))


def _expiry(frame: Frame, until: int) -> str:
    if until <= frame.audit.made_at:
        return message("expired {moment}", moment=frame.when(until))
    return frame.when(until)
