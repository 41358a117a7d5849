"""Reading payloads to verify them, each field in its canonical bytes; a log repeats itself, so what was read is kept.

Only takes payloads apart: that one is the payload of a body shows when `make_entry` makes both again.
"""

from __future__ import annotations

from isolation.ledger.canonical import LARGEST, NotCanonical, decode
from isolation.ledger.entry import from_base64, split_payload
from isolation.ledger.session_fields import decode_readings
from isolation.ledger.tags import pack_tags
from isolation.ledger.terms import surest
from isolation.messages import message
from isolation.model import FACTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from isolation.ledger.terms import Term, Terms

_MOST_KEPT = 200_000
_LONGEST_KEPT = 4096
_SEED_TEXT = 44  # of 32 bytes in base64
_TAIL = len('},"seed":"') + _SEED_TEXT + len('"}')  # of a payload
_ZERO, _DIGITS = 48, 16
_FACTS = frozenset(FACTS)
_MISSING = object()


class Told:
    """What the readings of an entry come to: values, terms, identifiers, and these as `entries.tags` holds them."""

    __slots__ = ("identifiers", "named", "packed", "rows", "terms", "values")

    def __init__(self, values: dict[str, Any], terms: list[Term]) -> None:
        self.values = values
        self.terms = terms
        self.named = surest(terms)
        self.packed = pack_tags(self.named)
        self.identifiers: list[tuple[int, int]] | None = None  # number and confidence of each, once looked up
        self.rows: dict[tuple[str, ...], bytes] = {}  # as `rows.fields` holds them, by the fields that a log maps


class _Shape:
    """The fields of a payload: what stands before each, which are readings, and what either came to before."""

    __slots__ = ("before", "facts", "names", "plain", "told")

    def __init__(self, names: tuple[str, ...], values: dict[str, dict[bytes, Any]]) -> None:
        self.names = names
        self.before = [
            (b',"%s":' if place else b'{"fields":{"%s":') % name.encode() for place, name in enumerate(names)
        ]
        self.facts = tuple(place for place, name in enumerate(names) if name in _FACTS)
        self.plain = [
            (place, name, values.setdefault(name, {})) for place, name in enumerate(names) if name not in _FACTS
        ]
        self.told: dict[tuple[bytes, ...], Told] = {}

    def cut(self, payload: bytes) -> list[bytes]:
        """The bytes of each field, cut from the end: what a field holds is not read, and may hold what precedes one."""
        end = len(payload) - _TAIL
        parts = []
        for before in reversed(self.before):
            at = payload.rfind(before, 0, end)
            if at < 0:
                raise NotCanonical("the payload is not one that this program writes")
            parts.append(payload[at + len(before) : end])
            end = at
        if end:
            raise NotCanonical("the payload is not one that this program writes")
        parts.reverse()
        return parts


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
        shape = self._shapes.get(key)
        if shape is None:
            if self._kept > _MOST_KEPT:
                self._shapes, self._values, self._kept = {}, {}, 0
            shape = self._shapes[key] = _Shape(key, self._values)
        try:
            return self._read(shape, shape.cut(payload), payload)
        except NotCanonical:
            # Cut at the wrong place, or wrong: parsing it whole tells which.
            split, _ = split_payload(payload, key)
            return self._read(shape, [data for _, data in split.values()], payload)

    def _read(
        self, shape: _Shape, parts: list[bytes], payload: bytes
    ) -> tuple[dict[str, Any], Told, dict[str, bytes], bytes]:
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
        seed = from_base64(payload[-2 - _SEED_TEXT : -2].decode("ascii", "replace"))
        return values, told, dict(zip(shape.names, parts, strict=True)), seed

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
            if b"[%s]" % b",".join([term.encoded for term in terms]) != readings[name]:
                raise NotCanonical(message("the field {name} is not in canonical form", name=name))
            found += terms
        return Told(values, found)


__all__ = ["Fields", "Told"]
