"""Dates: each has one meaning, and agrees with the ledger in the zone that was named."""

from __future__ import annotations

from isolation.appeal.checks import remark
from isolation.appeal.dates import dates_in, day_text
from isolation.appeal.tongues.tongue import expression
from isolation.messages import message
from isolation.model import UNDATED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.appeal.checks import Known, Remark
    from isolation.appeal.dates import Date
    from isolation.appeal.draft import Block


def check(blocks: tuple[Block, ...], known: Known) -> Iterator[Remark]:
    """Remarks on dates."""
    for block in blocks:
        if block.kind == "heading":
            continue
        for date in dates_in(block.claim, day_first=known.day_first):
            if not date.day:
                text = message(
                    "Day and month can be told in two ways, or there is no such day. Write it as 2026-11-25."
                )
                yield remark("date-ambiguous", block, date.start, date.start + len(date.text), text)
            elif known.record is not None:
                yield from _compared(block, date, known)


def _compared(block: Block, date: Date, known: Known) -> Iterator[Remark]:
    moments = _referred(block, known)
    end = date.start + len(date.text)
    if moments and not block.names_document:
        if not any(_agrees(date, moment, known) for moment in moments):
            yield remark("date-disagrees", block, date.start, end, _why(date, moments, known))
    elif not moments and _tells_use(block, known) and not block.names_document:
        own = [one for use in known.dated() for one in (use.begin, use.end) if one is not None]
        if not any(_agrees(date, moment, known) for moment in own):
            text = _other_zone(date, own, known) or message(
                "The ledger has no use of {account} on that day ({zone}). Correct it, or say what else shows it.",
                account=known.record.account if known.record is not None else "", zone=known.zone.name,
            )  # fmt: skip
            yield remark("date-not-on-record", block, date.start, end, text)


def _tells_use(block: Block, known: Known) -> bool:
    """Whether the block says that an account was used."""
    return any(expression(tongue.uses).search(block.claim) for tongue in known.tongues)


def _referred(block: Block, known: Known) -> list[int]:
    """The moments that the block's entries and findings tell."""
    uses = [use for entry in block.entries if (use := known.use(entry)) is not None]
    moments = [one for use in uses for one in (use.begin, use.end) if one is not None]
    for finding in known.record.findings if known.record is not None else ():
        if finding.id in block.findings:
            moments += [finding.first_seen, finding.last_seen]
    return [one for one in moments if one != UNDATED]


def _agrees(date: Date, moment: int, known: Known) -> bool:
    """Whether day and, where there is one, time of day are those of the moment, in the zone or with its own offset."""
    if date.offset:
        from isolation.times import BadTime, parse_time

        try:
            told = parse_time(f"{date.day} {date.clock} {date.offset}")
        except BadTime:
            return False
        return told // 60_000_000 == moment // 60_000_000
    shown = known.zone.time(moment)
    return shown[:10] == date.day and shown[11:].startswith(date.clock[:5])


def _why(date: Date, moments: list[int], known: Known) -> str:
    told = ", ".join(dict.fromkeys(known.zone.time(one)[:16] for one in moments[:4]))
    return _other_zone(date, moments, known) or message(
        "What it refers to was at {told} ({zone}).", told=told, zone=known.zone.name
    )


def _other_zone(date: Date, moments: list[int], known: Known) -> str:
    """That the day is right in UTC and not in the zone, where it is so; else ""."""
    for moment in moments:
        if day_text(moment) == date.day != known.zone.day(moment):
            return message(
                "That is the day in UTC; in {zone} it was {day}. Use one zone in all of the plan.",
                zone=known.zone.name, day=known.zone.day(moment),
            )  # fmt: skip
    return ""


__all__ = ["check"]
