"""The checks of a draft, one file a kind: each yields remarks on blocks, knowing what is on record."""

from __future__ import annotations

from isolation.model import UNDATED, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from isolation.appeal.chronology import Zone
    from isolation.appeal.draft import Block
    from isolation.appeal.record import Record, Use
    from isolation.appeal.tongues import Tongue


class Remark(Value):
    """Something to be mended: the check's `rule`, the line (0: the whole draft), the words ("" for none), and why."""

    __slots__ = ("line", "rule", "text", "words")
    rule: str
    line: int
    words: str
    text: str

    def __init__(self, rule: str, line: int, words: str, text: str) -> None:
        self._init(rule=rule, line=line, words=words, text=text)


class Known(Value):
    """What a draft is held against: the record (None where there is no ledger or no account), the zone of dates, and
    the languages that it is read in; `day_first` tells that 03/04/2026 is the third of April in it."""

    __slots__ = ("day_first", "record", "tongues", "zone")
    record: Record | None
    zone: Zone
    tongues: tuple[Tongue, ...]
    day_first: bool

    def __init__(
        self, record: Record | None, zone: Zone, tongues: Iterable[Tongue] = (), *, day_first: bool = False
    ) -> None:
        self._init(record=record, zone=zone, tongues=tuple(tongues), day_first=day_first)

    def use(self, entry: int) -> Use | None:
        """The use that an entry tells; None for an entry that tells none of these accounts."""
        uses: Iterable[Use] = self.record.uses if self.record is not None else ()
        return next((use for use in uses if use.entry == entry), None)

    def dated(self) -> tuple[Use, ...]:
        """The uses of the account whose time is known."""
        if self.record is None:
            return ()
        return tuple(use for use in self.record.of(self.record.account) if use.begin != UNDATED)


def remark(rule: str, block: Block, start: int, end: int, text: str) -> Remark:
    """A remark on these characters of a block."""
    return Remark(rule, block.line_of(start), " ".join(block.text[start:end].split()), text)


__all__ = ["Known", "Remark", "remark"]
