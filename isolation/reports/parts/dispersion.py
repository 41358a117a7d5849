"""The reverse question: from how many machines and networks each account was used."""

from __future__ import annotations

from isolation.messages import known, message
from isolation.reports.content import Paragraph, Section, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.audited import Stay
    from isolation.reports.frame import Frame

_MOST_ROWS = 300


def section(frame: Frame) -> Section:
    """One row an account, those on most machines and networks first."""
    heading = message("Each account by itself")
    by_account: dict[str, list[Stay]] = {}
    for stay in frame.audit.stays:
        by_account.setdefault(stay.account, []).append(stay)
    if not by_account:
        return Section("dispersion", heading, (Paragraph(message("No use with a known time stands in this audit.")),))
    rows = sorted((_row(frame, account, stays) for account, stays in by_account.items()), key=_most_first)
    columns = (
        message("Account"), message("Uses"), message("Machines"), message("Networks"), message("First and last use"),
        message("What was found"),
    )  # fmt: skip
    caption = message("From how many machines and networks each account was used")
    if len(rows) > _MOST_ROWS:
        caption = message(
            "From how many machines and networks each account was used: the first {shown} of {all}",
            shown=_MOST_ROWS, all=len(rows),
        )  # fmt: skip
    note = message("A journey takes one machine from network to network; use here and there at once does not.")
    return Section("dispersion", heading, (Paragraph(note), Table(columns, tuple(rows[:_MOST_ROWS]), caption)))


def _row(frame: Frame, account: str, stays: list[Stay]) -> tuple[str, ...]:
    found = [
        known(one.reason)
        for one in frame.audit.findings
        if one.rule in ("many-devices", "many-networks") and one.accounts == (account,)
    ]
    return (
        account, str(sum(stay.count for stay in stays)),
        str(len({stay.machine for stay in stays if stay.machine})),
        str(len({stay.network for stay in stays if stay.network})),
        frame.period(min(stay.first for stay in stays), max(stay.last for stay in stays)),
        "; ".join(found) or "—",
    )  # fmt: skip


def _most_first(row: tuple[str, ...]) -> tuple[int, str]:
    return -int(row[2]) - int(row[3]), row[0]
