"""How accounts that share nothing directly are joined: the shortest chain to each, with dates."""

from __future__ import annotations

from isolation.audit import MOST_TRACED
from isolation.findings import FACT_WORDS
from isolation.messages import joined, message
from isolation.reports.content import Paragraph, Section, Table
from isolation.reports.parts.words import CONFIDENCE_WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.paths import Hop, Path
    from isolation.reports.content import Block
    from isolation.reports.frame import Frame

_MOST_ROWS = 100


def section(frame: Frame) -> Section:
    """One table for each account that chains begin at."""
    by_start: dict[str, list[Path]] = {}
    for path in frame.audit.paths:
        by_start.setdefault(path.start, []).append(path)
    blocks: list[Block] = [_table(frame, start, paths) for start, paths in by_start.items()]
    heading = message("How the accounts are joined")
    return Section("chains", heading, tuple(blocks) or (Paragraph(_nothing(frame)),))


def _nothing(frame: Frame) -> str:
    """Why no chain is told."""
    audit = frame.audit
    if not audit.clusters:
        return message("No accounts are joined by open findings.")
    if frame.issued is not None:
        return message(
            "This report is on one account, and a chain to another would tell of those between them: chains are left "
            "out. The findings tell what joins this account itself."
        )
    traced = message("`isolation audit --account ACCOUNT` traces the chains of one account.")
    if audit.sessions > MOST_TRACED:
        return message("There are too many uses to trace every chain here; {traced}", traced=traced)
    return message("No chain was traced for this report; {traced}", traced=traced)


def _table(frame: Frame, start: str, paths: list[Path]) -> Table:
    rows = tuple(
        (path.end, str(len(path.hops)), joined(" · ", [_hop(frame, hop) for hop in path.hops]),
         CONFIDENCE_WORDS[path.confidence])
        for path in paths[:_MOST_ROWS]
    )  # fmt: skip
    columns = (message("Account"), message("Links"), message("Chain"), message("Weakest link"))
    caption = message("From {account} to each account that it is linked with", account=start)
    if len(paths) > _MOST_ROWS:
        caption = message(
            "From {account} to the nearest {shown} of {all} accounts that it is linked with",
            account=start, shown=_MOST_ROWS, all=len(paths),
        )  # fmt: skip
    return Table(columns, rows, caption)


def _hop(frame: Frame, hop: Hop) -> str:
    """A link by its surest tie, with who touched it when."""
    tie = hop.ties[0]
    touches = joined(
        "; ",
        [
            message("{account} {period}", account=touch.account, period=frame.period(touch.first, touch.last))
            for touch in tie.touches
        ],
    )
    return message(
        "{start} and {end} by {fact} {value}: {touches}", start=hop.start, end=hop.end,
        fact=FACT_WORDS[tie.fact], value=tie.value or tie.label, touches=touches,
    )  # fmt: skip
