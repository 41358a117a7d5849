"""Reading payloads to verify them, each field in its canonical bytes; a log repeats itself, so what was read is kept.

Only takes payloads apart: that one is the payload of a body shows when `make_entry` makes both again.
"""

from __future__ import annotations

from isolation.ledger.canonical import LARGEST, NotCanonical, decode
from isolation.ledger.entry import split_payload
from isolation.ledger.proving import cut_payload, seed_of
from isolation.ledger.session_fields import decode_readings
from isolation.ledger.terms import Seen, reading_fields
from isolation.messages import message
from isolation.model import FACTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from isolation.ledger.terms import Term, Terms

_MOST_KEPT = 200_000
_LONGEST_KEPT = 4096
_ZERO, _DIGITS = 48, 16
_FACTS = frozenset(FACTS)
_MISSING = object()


class Told(Seen):
    """What the readings of an entry come to, and their values."""

    __slots__ = ("row_packed", "values")

    def __init__(self, values: dict[str, Any], terms: list[Term]) -> None:
        super().__init__(terms)
        self.values = values
        self.row_packed: bytes | None = None  # as `sessions.identifiers` has them, once their numbers were looked up


class _Shape:
    """The fields of a payload: their names, which are readings, and what either came to before."""

    __slots__ = ("facts", "names", "plain", "raw", "told")

    def __init__(self, names: tuple[str, ...], values: dict[str, dict[bytes, Any]]) -> None:
        self.names = names
        self.raw = tuple(name.encode() for name in names)
        self.facts = tuple(place for place, name in enumerate(names) if name in _FACTS)
        self.plain = [
            (place, name, values.setdefault(name, {})) for place, name in enumerate(names) if name not in _FACTS
        ]
        self.told: dict[tuple[bytes, ...], Told] = {}


class Fields:
    """Reads the fields of payloads."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._shapes: dict[tuple[str, ...], _Shape] = {}
        self._values: dict[str, dict[bytes, Any]] = {}
        self._kept = 0

    def read(self, names: Iterable[str], payload: bytes) -> tuple[dict[str, Any], Told, dict[str, bytes], bytes]:
        """Values, what the readings come to, each field's bytes, and the seed. Raises NotCanonical."""
        key = (*names,)
        try:
            parts = cut_payload(self._shape(key).raw, payload)
            values, told = self.tell(key, parts)
        except NotCanonical:
            # Cut at the wrong place, or wrong: parsing it whole tells which.
            parts = [data for _, data in split_payload(payload, key)[0].values()]
            values, told = self.tell(key, parts)
        return values, told, dict(zip(key, parts, strict=True)), seed_of(payload)

    def _shape(self, names: tuple[str, ...]) -> _Shape:
        shape = self._shapes.get(names)
        if shape is None:
            if self._kept > _MOST_KEPT:
                self._shapes, self._values, self._kept = {}, {}, 0
            shape = self._shapes[names] = _Shape(names, self._values)
        return shape

    def tell(self, names: tuple[str, ...], parts: Sequence[bytes]) -> tuple[dict[str, Any], Told]:
        """Values, and what the readings come to, of fields in bytes. Raises NotCanonical."""
        shape = self._shape(names)
        values = {}
        for place, name, known in shape.plain:
            data = parts[place]
            value = known.get(data, _MISSING)
            values[name] = self._value(known, data) if value is _MISSING else value
        readings = tuple([parts[place] for place in shape.facts])
        told = shape.told.get(readings)
        if told is None:
            told = self._tell({shape.names[place]: parts[place] for place in shape.facts})
            if self._keep():
                shape.told[readings] = told
        values.update(told.values)
        return values, told

    def _value(self, known: dict[bytes, Any], data: bytes) -> Any:
        """The value of canonical bytes; raises NotCanonical for others. Numbers seldom come again, and are not kept."""
        if data.isdigit() and (data[0] != _ZERO or len(data) == 1) and len(data) <= _DIGITS:
            number = int(data)
            if number <= LARGEST:
                return number
        value = decode(data)
        if len(data) <= _LONGEST_KEPT and self._keep():
            known[data] = value
        return value

    def _keep(self) -> bool:
        """Whether there is room to remember one more. What is remembered stays while its shape does."""
        self._kept += 1
        return self._kept <= _MOST_KEPT

    def _tell(self, readings: dict[str, bytes]) -> Told:
        values = {name: decode(data) for name, data in readings.items()}
        found: list[Term] = []
        for name, value in values.items():
            try:
                terms = self._terms.readings(decode_readings({name: value}))
            except (TypeError, ValueError, AttributeError) as problem:
                raise NotCanonical(
                    message("the field {name} holds no readings: {problem}", name=name, problem=problem)
                ) from None
            if reading_fields(terms).get(name, b"[]") != readings[name]:
                raise NotCanonical(message("the field {name} is not in canonical form", name=name))
            found += terms
        return Told(values, found)


__all__ = ["Fields", "Told"]
