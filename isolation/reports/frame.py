"""What the sections of an audit report are made from: the audit, and how its reader counts days."""

from __future__ import annotations

from isolation.messages import joined, message
from isolation.model import UNDATED, Value
from isolation.times import format_in, format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import tzinfo

    from isolation.audited import Audit
    from isolation.reports.selective import Issued


class Frame(Value):
    """An audit, the zone that dates are told in beside UTC (None for UTC alone), and when the platform's notice came
    (µs; None where none is told). Of a report on one account, `issued` is what it is about."""

    __slots__ = ("audit", "issued", "notice", "zone", "zone_name")
    audit: Audit
    zone: tzinfo | None
    zone_name: str
    notice: int | None
    issued: Issued | None

    def __init__(
        self,
        audit: Audit,
        zone: tzinfo | None = None,
        zone_name: str = "UTC",
        notice: int | None = None,
        issued: Issued | None = None,
    ) -> None:
        self._init(audit=audit, zone=zone, zone_name=zone_name, notice=notice, issued=issued)

    def when(self, moment: int | None) -> str:
        """A moment (µs) to the second, in the zone and in UTC; that it is not known, where it is not."""
        if moment is None:
            return "…"
        if moment == UNDATED:
            return message("not known")
        text = format_time(moment // 1_000_000 * 1_000_000)
        utc = f"{text[:10]} {text[11:19]} UTC"
        return utc if self.zone is None else f"{format_in(moment, self.zone)} ({utc})"

    def period(self, first: int, last: int) -> str:
        """From the first to the last moment."""
        return self.when(first) if first == last else joined(" – ", [self.when(first), self.when(last)])
