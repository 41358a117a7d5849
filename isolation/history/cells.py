"""One cell of a log into the readings that it stands for: addresses, MAC addresses, device ids, network names.

Every cell of a mapped field gives one reading, also where nothing or rubbish is in it: then it says why there is
no value. An IPv6 address gives the prefix around it as a second one. Logs repeat their cells, so the readings of
each text are made once and shared.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from isolation.errors import BadIdentifier
from isolation.history.damage import shortened
from isolation.history.words import is_nothing
from isolation.identifiers.addresses import Address, parse_address, public_prefix
from isolation.identifiers.canonical import canonical_value
from isolation.identifiers.catalogue import Judgement, judge_address, judge_mac, judge_machine_id
from isolation.identifiers.escape import excerpt
from isolation.identifiers.macs import format_mac, parse_mac
from isolation.identifiers.ssid import format_ssid, parse_ssid
from isolation.messages import message
from isolation.model import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_LONE_ID = message(
    "Another tool's device id, with nothing of the hardware beside it: it may be that of a cloned system."
)
_LONE = Judgement(True, "probable", _LONE_ID)
_FIELD_OF = {"site_ip": "local_ip"}  # the field that a fact is asked for by, where its name is another
_DISTINCT = 2 << 10  # texts of each kind whose readings are kept


class Cell(NamedTuple):
    """What one cell gives: its readings, why it is doubtful ("" where it is not), and whether nothing is in it."""

    readings: tuple[Reading, ...]
    doubt: str = ""
    empty: bool = False


class CellReader:
    """Reads the cells of one import. `site` is the name within which private addresses tell accounts apart."""

    def __init__(self, source: str, site: str, parts: bool = False) -> None:
        """With `parts` a row tells a part of a session: what it does not say another may."""
        self._source = source
        self._parts = parts
        self._site = site
        self._kinds: dict[str, Callable[[str, str], tuple[Reading, ...]]] = {
            "public_ip": self._addresses,
            "local_ip": self._addresses,
            "device_id": self._device,
            "hardware_mac": self._mac,
            "gateway_mac": self._mac,
            "bssid": self._mac,
            "ssid": self._ssid,
        }

    def readers(self, fields: Iterable[str]) -> tuple[tuple[str, Callable[[str], Cell]], ...]:
        """For those of the fields whose cells give readings, in their order, what reads a cell of it."""
        return tuple((field, self._reader(field)) for field in fields if field in self._kinds)

    def _reader(self, field: str) -> Callable[[str], Cell]:
        read = self._kinds[field]
        nothing = Reading(field, "absent", source=self._source, reason="The row has none.")

        def cell(text: str) -> Cell:
            if is_nothing(text):
                return Cell((nothing,), empty=True)
            try:
                readings = read(field, text)
                # A private address is no public one: said here, so that it is also where no row of the record says so.
                lacks = not self._parts and all(_FIELD_OF.get(one.fact, one.fact) != field for one in readings)
                return Cell((nothing, *readings) if lacks else readings)
            except BadIdentifier as error:
                rubbish = Reading(field, "failed", source=self._source, reason=error.message)
                return Cell((rubbish,), error.message)

        return lru_cache(_DISTINCT)(cell)

    def _observed(self, fact: str, value: str, judged: Judgement) -> Reading:
        return Reading(
            fact, "observed", value, source=self._source, reason=judged.reason, identifying=judged.identifying,
            confidence=judged.confidence,
        )  # fmt: skip

    def _addresses(self, field: str, text: str) -> tuple[Reading, ...]:
        """Classed by what the address is, not by the field it stands in."""
        address = parse_address(text)
        if address.public:
            return self._public(address)
        if address.private and self._site:
            judged = judge_address(address, "site_ip")
            return (self._observed("site_ip", f"{self._site}/{address.text}", judged),)
        # Of the rest, a private address is ordinary context; of loopback and the like the reason says what they are.
        judged = judge_address(address, "local_ip" if address.private else "public_ip")
        return (self._observed("local_ip", address.text, judged),)

    def _public(self, address: Address) -> tuple[Reading, ...]:
        judged = judge_address(address)
        seen = self._observed("public_ip", address.text, judged)
        if address.version == 4:
            return (seen,)
        return (seen, self._observed("public_prefix", public_prefix(address), judged))

    def _mac(self, field: str, text: str) -> tuple[Reading, ...]:
        mac = parse_mac(text)
        return (self._observed(field, format_mac(mac), judge_mac(mac, field)),)

    def _device(self, field: str, text: str) -> tuple[Reading, ...]:
        if shortened(text):
            raise BadIdentifier(
                message("{text} is a long number that a spreadsheet cut down: digits are lost.", text=excerpt(text))
            )
        device = canonical_value(field, text)
        judged = judge_machine_id(device)
        if judged.identifying and judged.confidence == "certain":
            judged = _LONE
        return (self._observed(field, device, judged),)

    def _ssid(self, field: str, text: str) -> tuple[Reading, ...]:
        ssid = parse_ssid(text)
        return (Reading(field, "observed", text if text.isprintable() else format_ssid(ssid), source=self._source),)


__all__ = ["Cell", "CellReader"]
