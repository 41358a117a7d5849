"""The chronology: every use on record of the account and the associated ones, each with its entry."""

from __future__ import annotations

from isolation.model import UNDATED, Value
from isolation.reports.content import Paragraph, Report, Section, Table
from isolation.times import format_in, format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import tzinfo

    from isolation.appeal.record import Record, Use
    from isolation.appeal.submission import Submission

_PROVENANCES = {"observed": "observed", "declared": "declared-use", "imported": "imported"}


class Zone(Value):
    """A time zone with the name that it is printed by."""

    __slots__ = ("name", "zone")
    name: str
    zone: tzinfo

    def __init__(self, name: str, zone: tzinfo) -> None:
        self._init(name=name, zone=zone)

    def day(self, moment: int) -> str:
        """The day of a moment (µs) here, as `2026-11-25`."""
        return format_in(moment, self.zone)[:10]

    def time(self, moment: int) -> str:
        """A moment (µs) as clocks here show it, with its offset."""
        return format_in(moment, self.zone)


def utc(moment: int) -> str:
    """A moment (µs) in UTC, to the second."""
    text = format_time(moment // 1_000_000 * 1_000_000)
    return f"{text[:10]} {text[11:19]}"


def chronology(record: Record, said: Submission, zone: Zone) -> Report:
    """The whole document, in the platform's language."""
    say = said.say
    blocks = [Paragraph(say("claimed"))]
    listed = record.listed()
    if len(listed) < len(record.uses):
        blocks.append(Paragraph(say("left", count=len(record.uses) - len(listed))))
    if not record.uses:
        blocks = [Paragraph(say("none"))]
    columns = (
        say("entry"), say("account"), say("begin", zone=zone.name), say("begin-utc"), say("end", zone=zone.name),
        say("known-by"), say("how"), say("machine"), say("network"), say("clock"), say("after"), say("by"),
    )  # fmt: skip
    table = Table(columns, tuple(_row(use, said, zone) for use in listed), say("uses"))
    checkpoint = f"{record.origin} {record.size} {record.root}" if record.size else ""
    zone_line = say("zone-line-utc" if zone.name == "UTC" else "zone-line", zone=zone.name)
    return Report(
        say("chronology", account=record.account), zone_line,
        (Section("uses", say("uses"), (*blocks, table)),), checkpoint,
    )  # fmt: skip


def _row(use: Use, said: Submission, zone: Zone) -> tuple[str, ...]:
    say = said.say
    known = use.begin != UNDATED
    return (
        str(use.entry), use.account,
        zone.time(use.begin) if known else say("not-known"), utc(use.begin) if known else say("not-known"),
        zone.time(use.end) if use.end is not None else say("not-told"),
        say(_PROVENANCES[use.provenance]), use.channel, use.machine or say("not-seen"), use.network or say("not-seen"),
        utc(use.clock), *(say("no-stamp") if one is None else utc(one) for one in (use.after, use.by)),
    )  # fmt: skip


__all__ = ["Zone", "chronology", "utc"]
