"""One row of a log into one session, or the reason why it cannot be one.

Account and time must be right, and so must what would change the meaning of the use: end, channel, success. All
else is evidence about it: a cell that is no address or no MAC leaves the session without that reading.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from isolation.errors import BadIdentifier
from isolation.history.cells import CellReader
from isolation.history.damage import misread, shortened
from isolation.history.dates import year_first
from isolation.history.words import CHANNELS, SUCCESS, is_nothing
from isolation.identifiers.accounts import LONGEST_NAME, account_spelling
from isolation.identifiers.escape import excerpt
from isolation.messages import message
from isolation.model import UNDATED, Session
from isolation.times import BadTime, format_time, parse_time

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from isolation.model import Channel, Reading

OWN_FIELDS = ("time", "end", "record")  # what `SessionMaker.own` reads
AHEAD = 5 * 60 * 1_000_000  # µs by which another computer's clock may run before this one's
_EARLIEST = 788_918_400_000_000  # 1995-01-01T00:00:00Z: no seller platform is older
_DISTINCT = 1 << 14  # names of each kind whose spelling is kept
_REPLACED = "\ufffd"  # what decoders put where they found no character


class BadRow(Exception):
    """A row that is no session; its text is the reason, a sentence."""


class SessionMaker:
    """Makes sessions of rows of text by field.

    `doubts` holds the (field, reason) pairs of the row made last, `empty` its fields with nothing in them.
    """

    def __init__(
        self, fmt: str, fields: Sequence[str], *, zone: tzinfo | None, site: str, now: int, presence: bool = False,
        order: str = "", parts: bool = False,
    ) -> None:  # fmt: skip
        """`now` is in µs: a row from later than that, and a little, is refused. `order` is one of `dates.ORDERS`.

        With `presence` the account that a row names is the operator, and the row no use of a seller account.
        With `parts` a row tells a part of a session: what it does not say another may.
        """
        self.recipe = (
            (fmt, (*fields,)),
            {"zone": zone, "site": site, "now": now, "presence": presence, "order": order, "parts": parts},
        )
        self._source = f"import:{fmt}"
        self._site = site
        self._zone = zone
        self._latest = now + AHEAD
        self.presence = presence
        self._order = order
        self._parts = parts
        self._name = lru_cache(_DISTINCT)(_spelling)  # logs repeat their names
        self._cells = CellReader(self._source, site, parts).readers(fields)
        self.doubts: list[tuple[str, str]] = []
        self.empty: list[str] = []

    def session(self, cells: dict[str, str], connection: str = "") -> Session:
        """The session that a row tells of; `cells` has every mapped field. Raises BadRow."""
        self.doubts = []
        self.empty = []
        name, wrong = self._name(cells["account"])
        if wrong:
            raise BadRow(
                message(
                    "The row names no {which}: {wrong}",
                    which=message("operator") if self.presence else message("account"),
                    wrong=wrong,
                )
            )
        begin = self._begin(cells["time"])
        return Session(
            "" if self.presence else name,
            begin,
            end=self._end(cells.get("end", ""), begin),
            operator=name if self.presence else self._operator(cells.get("operator", "")),
            channel=_channel(cells.get("channel", "")),
            provenance="imported",
            readings=self._readings(cells),
            success=_success(cells.get("success", "")),
            source=self._source,
            site=self._site,
            record=self._record(cells.get("record", "")),
            connection=connection,
        )

    def own(self, cells: dict[str, str]) -> tuple[int, int | None, str]:
        """What rows differ in even where all else is the same: begin, end (µs) and record. Raises BadRow.

        `doubts` are those of these.
        """
        self.doubts = []
        begin = self._begin(cells["time"])
        return begin, self._end(cells.get("end", ""), begin), self._record(cells.get("record", ""))

    def _record(self, text: str) -> str:
        """The row's own name: any text that a name may be, since it only tells rows apart."""
        if not text:
            return ""
        if shortened(text):
            self.doubts.append(
                ("record", message("{text} is a long number that a spreadsheet cut down.", text=excerpt(text)))
            )
            return ""
        record = unicodedata.normalize("NFC", text.strip())
        if len(record) <= LONGEST_NAME and record.isprintable():
            return record
        raise BadRow(message("The record {record} is too long or holds control characters.", record=excerpt(record)))

    def _begin(self, text: str) -> int:
        if not is_nothing(text):
            return self.moment(text, "time")
        self.doubts.append(("time", message("The row has no time: recorded as a use at a time not known.")))
        return UNDATED

    def _end(self, text: str, begin: int) -> int | None:
        if is_nothing(text):
            return None
        end = self.moment(text, "end")
        if end < begin:
            raise BadRow(
                message("The end, {end}, is before the begin, {begin}.", end=format_time(end), begin=format_time(begin))
            )
        return end

    def moment(self, text: str, field: str) -> int:
        """A time of a row in µs, which can be true. Raises BadRow."""
        try:
            moment = parse_time(year_first(text, self._order), self._zone)
        except BadTime as error:
            raise BadRow(message("The {field} cannot be read: {message}", field=field, message=error.message)) from None
        if moment > self._latest:
            raise BadRow(message("The {field}, {moment}, lies in the future.", field=field, moment=format_time(moment)))
        if moment < _EARLIEST:
            raise BadRow(message("The {field}, {moment}, lies before 1995.", field=field, moment=format_time(moment)))
        return moment

    def _operator(self, text: str) -> str:
        if is_nothing(text):
            return ""
        operator, wrong = self._name(text)
        if wrong:
            self.doubts.append(("operator", wrong))
        return operator

    def _readings(self, cells: dict[str, str]) -> tuple[Reading, ...]:
        readings: tuple[Reading, ...] = ()
        for field, read in self._cells:
            found, doubt, empty = read(cells[field])
            if empty and self._parts:
                continue
            readings += found
            if doubt:
                self.doubts.append((field, doubt))
            if empty:
                self.empty.append(field)
        return readings


def _spelling(text: str) -> tuple[str, str]:
    """A name as it is stored, or "" and why it is none: not all that say "-" are one account."""
    if is_nothing(text):
        return "", message("it says nothing.")
    if _REPLACED in text:
        return "", message("{text} holds what did not decode, so letters of it are lost.", text=excerpt(text))
    if shortened(text):
        return "", message(
            "{text} is a long number that a spreadsheet cut down, so digits of it are lost.", text=excerpt(text)
        )
    meant = misread(text)
    if meant:
        return "", (
            message(
                "{text} is probably {meant}, which was once read in a wrong encoding; if --encoding "
                "was given, leave it out, otherwise export the log again as UTF-8.",
                text=excerpt(text),
                meant=excerpt(meant),
            )
        )
    try:
        return account_spelling(text), ""
    except BadIdentifier as error:
        return "", error.message


@lru_cache(1024)
def _channel(text: str) -> Channel:
    if is_nothing(text):
        return "ui"
    channel = CHANNELS.get(text.strip().casefold())
    if channel is None:
        raise BadRow(message("{text} is no channel known here; use ui, api or remote.", text=excerpt(text.strip())))
    return channel


@lru_cache(1024)
def _success(text: str) -> bool:
    """Nothing counts as success: a use that was none would be found, one that was missed would not."""
    if is_nothing(text):
        return True
    success = SUCCESS.get(text.strip().casefold())
    if success is None:
        raise BadRow(message("{text} says neither success nor failure; use true or false.", text=excerpt(text.strip())))
    return success


__all__ = ["AHEAD", "OWN_FIELDS", "BadRow", "SessionMaker"]
