"""One row of a log into one session, or the reason why it cannot be one.

Account and time must be right, and so must what would change the meaning of the use: end, channel, success. All
else is evidence about it: a cell that is no address or no MAC leaves the session without that reading, and the
reading says why.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from isolation.errors import BadIdentifier
from isolation.history.words import CHANNELS, SUCCESS, is_nothing
from isolation.identifiers.accounts import LONGEST_NAME, account_spelling
from isolation.identifiers.addresses import Address, parse_address, public_prefix
from isolation.identifiers.canonical import canonical_value
from isolation.identifiers.catalogue import judge_address, judge_mac, judge_machine_id
from isolation.identifiers.escape import excerpt
from isolation.identifiers.macs import format_mac, parse_mac
from isolation.identifiers.ssid import format_ssid, parse_ssid
from isolation.model import Reading, Session
from isolation.times import BadTime, format_time, parse_time

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from isolation.identifiers.catalogue import Judgement
    from isolation.model import Channel, Status

    Cell = tuple[tuple[Reading, ...], str]  # the readings of one cell, and why it is doubtful ("" where it is not)

_AHEAD = 5 * 60 * 1_000_000  # µs by which another computer's clock may run before this one's
_EARLIEST = 788_918_400_000_000  # 1995-01-01T00:00:00Z: no seller platform is older
_DISTINCT = 1 << 16  # texts of each kind whose result is kept
_MAC_FIELDS = ("hardware_mac", "gateway_mac", "bssid")


class BadRow(Exception):
    """A row that is no session; its text is the reason, a sentence."""


class SessionMaker:
    """Makes sessions of rows. `doubts` holds the (field, reason) pairs of the row made last."""

    def __init__(self, fmt: str, *, zone: tzinfo | None, site: str, now: int, undated: int | None) -> None:
        """`now` and `undated` are µs; `undated` is the time of rows that have none, or None to refuse them."""
        self._source = f"import:{fmt}"
        self._zone = zone
        self._site = site
        self._latest = now + _AHEAD
        self._undated = undated
        self.doubts: list[tuple[str, str]] = []
        # Logs repeat their accounts and addresses: parsing each text once is what makes an import fast.
        self._account = lru_cache(_DISTINCT)(_name)
        self._operator = lru_cache(_DISTINCT)(_name)
        address = self._remembered(self._addresses)
        self._cells: tuple[tuple[str, Callable[[str, str], Cell]], ...] = (
            ("public_ip", address),
            ("local_ip", address),
            ("device_id", self._remembered(self._device)),
            *((field, self._remembered(self._mac)) for field in _MAC_FIELDS),
            ("ssid", self._remembered(self._ssid)),
        )

    def session(self, cells: dict[str, str]) -> Session:
        """The session that a row tells of; raises BadRow."""
        self.doubts = []
        account, wrong = self._account(cells.get("account", ""))
        if wrong:
            raise BadRow(wrong)
        begin = self._begin(cells.get("time", ""))
        end = self._end(cells["end"], begin) if "end" in cells else None
        return Session(
            account,
            begin,
            end=end,
            operator=self._person(cells["operator"]) if "operator" in cells else "",
            channel=_channel(cells["channel"]) if "channel" in cells else "ui",
            provenance="imported",
            readings=self._readings(cells),
            success=_success(cells["success"]) if "success" in cells else True,
            source=self._source,
            site=self._site,
            record=self._record(cells["record"]) if "record" in cells else "",
        )

    def _begin(self, text: str) -> int:
        if not is_nothing(text):
            return self._moment(text, "time")
        if self._undated is None:
            raise BadRow("The row has no time.")
        self.doubts.append(("time", f"The row has no time; recorded at {format_time(self._undated)}, as told."))
        return self._undated

    def _end(self, text: str, begin: int) -> int | None:
        if is_nothing(text):
            return None
        end = self._moment(text, "end")
        if end < begin:
            raise BadRow(f"The end, {format_time(end)}, is before the begin, {format_time(begin)}.")
        return end

    def _moment(self, text: str, field: str) -> int:
        try:
            moment = parse_time(text, self._zone)
        except BadTime as error:
            raise BadRow(f"The {field} cannot be read: {error.message}") from None
        if moment > self._latest:
            raise BadRow(f"The {field}, {format_time(moment)}, lies in the future.")
        if moment < _EARLIEST:
            raise BadRow(f"The {field}, {format_time(moment)}, lies before 1995.")
        return moment

    def _person(self, text: str) -> str:
        if is_nothing(text):
            return ""
        operator, wrong = self._operator(text)
        if wrong:
            self.doubts.append(("operator", wrong))
        return operator

    def _record(self, text: str) -> str:
        """The row's own name: any text that a name may be, since it only tells rows apart."""
        record = unicodedata.normalize("NFC", text.strip())
        if len(record) <= LONGEST_NAME and record.isprintable():
            return record
        raise BadRow(f"The record {excerpt(record)} is too long or holds control characters.")

    def _readings(self, cells: dict[str, str]) -> tuple[Reading, ...]:
        readings: tuple[Reading, ...] = ()
        for field, read in self._cells:
            if field in cells:
                more, doubt = read(field, cells[field])
                readings += more
                if doubt:
                    self.doubts.append((field, doubt))
        return readings

    def _remembered(self, read: Callable[[str, str], tuple[Reading, ...]]) -> Callable[[str, str], Cell]:
        """`read` with its results kept, and with what every kind of cell has in common: nothing in it, or rubbish."""

        def cell(field: str, text: str) -> Cell:
            if is_nothing(text):
                return (self._missing(field, "absent", "The row has none."),), ""
            try:
                return read(field, text), ""
            except BadIdentifier as error:
                return (self._missing(field, "failed", error.message),), error.message

        return lru_cache(_DISTINCT)(cell)

    def _missing(self, field: str, status: Status, reason: str) -> Reading:
        return Reading(field, status, source=self._source, reason=reason, detail={"field": field})

    def _observed(self, field: str, fact: str, value: str, judged: Judgement) -> Reading:
        return Reading(
            fact, "observed", value, source=self._source, reason=judged.reason, identifying=judged.identifying,
            confidence=judged.confidence, detail={"field": field},
        )  # fmt: skip

    def _addresses(self, field: str, text: str) -> tuple[Reading, ...]:
        """Classed by what the address is, not by the field it stands in."""
        address = parse_address(text)
        if address.public:
            return self._public(field, address)
        if address.private and self._site:
            judged = judge_address(address, "site_ip")
            return (self._observed(field, "site_ip", f"{self._site}/{address.text}", judged),)
        judged = judge_address(address, "local_ip" if address.private else "public_ip")
        return (self._observed(field, "local_ip", address.text, judged),)

    def _public(self, field: str, address: Address) -> tuple[Reading, ...]:
        judged = judge_address(address)
        seen = self._observed(field, "public_ip", address.text, judged)
        if address.version == 4:
            return (seen,)
        return (seen, self._observed(field, "public_prefix", public_prefix(address), judged))

    def _mac(self, field: str, text: str) -> tuple[Reading, ...]:
        mac = parse_mac(text)
        return (self._observed(field, field, format_mac(mac), judge_mac(mac, field)),)

    def _device(self, field: str, text: str) -> tuple[Reading, ...]:
        device = canonical_value(field, text)
        return (self._observed(field, field, device, judge_machine_id(device, self._source)),)

    def _ssid(self, field: str, text: str) -> tuple[Reading, ...]:
        ssid = parse_ssid(text)
        name = text if text.isprintable() else format_ssid(ssid)
        return (Reading(field, "observed", name, source=self._source, detail={"field": field}),)


def _name(text: str) -> tuple[str, str]:
    """A name as it is stored, or "" and why it is none."""
    try:
        return account_spelling(text), ""
    except BadIdentifier as error:
        return "", error.message


def _channel(text: str) -> Channel:
    if is_nothing(text):
        return "ui"
    channel = CHANNELS.get(text.strip().casefold())
    if channel is None:
        raise BadRow(f"{excerpt(text.strip())} is no channel known here; use ui, api or remote.")
    return channel


def _success(text: str) -> bool:
    """Nothing counts as success: a use that was none would be found, one that was missed would not."""
    if is_nothing(text):
        return True
    success = SUCCESS.get(text.strip().casefold())
    if success is None:
        raise BadRow(f"{excerpt(text.strip())} says neither success nor failure; use true or false.")
    return success


__all__ = ["BadRow", "SessionMaker"]
