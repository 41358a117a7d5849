"""The one byte form of a JSON value that the ledger hashes: RFC 8785, restricted.

Restricted to what needs no number formatting and no UTF-16 sorting: object keys are ASCII, numbers are integers
below 2^53 in magnitude, text has no lone surrogates, nesting stays shallow. Within that,
`json.dumps` with sorted keys is RFC 8785 byte for byte. Reading accepts exactly what writing makes.
"""

from __future__ import annotations

import json

from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Json: TypeAlias = "bool | int | str | list[Json] | tuple[Json, ...] | dict[str, Json] | None"

LARGEST = 2**53 - 1  # RFC 8785, 3.2.2.3: what every reader of IEEE 754 doubles holds exactly
DEEPEST = 16

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


class NotCanonical(ValueError):
    """A value that has no restricted canonical form, or bytes that are not in it."""


def encode(value: Json) -> bytes:
    """The canonical bytes of a value; raises NotCanonical where it has none."""
    _require_plain(value, DEEPEST)
    try:
        return _encode(value).encode()
    except UnicodeEncodeError:
        raise NotCanonical("a text holds half a character (a lone surrogate)") from None


def decode(data: bytes) -> Json:
    """The value whose canonical bytes these are; raises NotCanonical for anything else."""
    try:
        value = DECODER.decode(data.decode())
    except (UnicodeDecodeError, ValueError, RecursionError) as problem:
        raise NotCanonical(message("not the JSON that this program writes: {problem}", problem=problem)) from None
    # A key that comes twice is lost by decoding, so it shows here as well.
    if encode(value) != data:
        raise NotCanonical("JSON, but not in canonical form")
    return value  # type: ignore[no-any-return]  # what JSON holds, checked by encode


def _require_plain(value: Json, depth: int) -> None:
    kind = type(value)
    if isinstance(value, str) or value is None or kind is bool:
        return
    if kind is int:
        if not -LARGEST <= value <= LARGEST:  # type: ignore[operator]  # an int, by the line above
            raise NotCanonical(message("the number {value} is beyond 2^53", value=value))
        return
    if depth == 0:
        raise NotCanonical(message("nested deeper than {deepest}", deepest=DEEPEST))
    if kind is dict:
        for key, member in value.items():  # type: ignore[union-attr]  # a dict, by the line above
            if type(key) is not str or not key.isascii():
                raise NotCanonical(message("the key {key!r} is not ASCII text", key=key))
            _require_plain(member, depth - 1)
    elif kind is list or kind is tuple:
        for member in value:  # type: ignore[union-attr]  # a sequence, by the line above
            _require_plain(member, depth - 1)
    else:
        raise NotCanonical(message("a {name} has no canonical form", name=kind.__name__))


def _refuse(text: str) -> Json:
    raise NotCanonical(message("{text} is not an integer", text=text[:20]))


DECODER = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse)
