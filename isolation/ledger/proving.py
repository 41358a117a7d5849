"""That entries are sound in themselves: leaf, MAC, sealed payload, and that body and payload are made of each other.

It needs nothing but what it is given, so that a helper process can do it as well (`isolation.ledger.helping`). It says
only what is right; what is not is looked at closely by `isolation.ledger.verify_entries`, which tells what is wrong.
"""

from __future__ import annotations

import re

from isolation.ledger.canonical import NotCanonical
from isolation.ledger.entry import from_base64, make_entry
from isolation.ledger.merkle import leaf_hash
from isolation.ledger.sealing import PAYLOAD, BatchKey
from isolation.ledger.tags import tag_mac

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeAlias

    from isolation.ledger.making import EntryRow

    # Kind, open object, names of the fields, and each one's bytes.
    Proved: TypeAlias = tuple[str, bytes, tuple[str, ...], list[bytes]]

_SEED_TEXT = 44  # of 32 bytes in base64
_TAIL = len('},"seed":"') + _SEED_TEXT + len('"}')  # of a payload
_MOST_NAMES = 10_000
_HEAD, _OPEN, _SD, _END = b'{"kind":"', b'","open":', b',"sd":{', b'},"v":1}'
_NAMES = re.compile(rb"[a-z][a-z0-9_]*")
# By the fields of a body: their names, and what stands before each in a payload.
_fields: dict[tuple[bytes, ...], tuple[tuple[str, ...], list[bytes]]] = {}
# What checking a row of arbitrary bytes and types can raise; `Unopenable` and `NotCanonical` are ValueErrors.
_WRONG = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)


def _fields_of(names: tuple[bytes, ...]) -> tuple[tuple[str, ...], list[bytes]]:
    known = _fields.get(names)
    if known is None:
        if not all(map(_NAMES.fullmatch, names)):
            raise NotCanonical("the body's fields have names that no field has")
        if len(_fields) >= _MOST_NAMES:
            _fields.clear()
        before = [b',"%s":' % name if place else b'{"fields":{"%s":' % name for place, name in enumerate(names)]
        known = _fields[names] = tuple(name.decode() for name in names), before
    return known


def cut_payload(names: tuple[bytes, ...], payload: bytes) -> list[bytes]:
    """The bytes of each field, cut from the end: what a field holds is not read, and may hold what precedes one.

    So they may be cut at the wrong place, which shows when the payload's body is made again. Raises NotCanonical.
    """
    end = len(payload) - _TAIL
    parts = []
    for before in reversed(_fields_of(names)[1]):
        at = payload.rfind(before, 0, end)
        if at < 0:
            raise NotCanonical("the payload is not one that this program writes")
        parts.append(payload[at + len(before) : end])
        end = at
    if end and names:
        raise NotCanonical("the payload is not one that this program writes")
    parts.reverse()
    return parts


def seed_of(payload: bytes) -> bytes:
    """The seed of a payload; raises NotCanonical."""
    return from_base64(payload[-2 - _SEED_TEXT : -2].decode("ascii", "replace"))


class Prover:
    """Proves entries under these keys."""

    def __init__(self, origin: str, key: bytes) -> None:
        """`key` is the index key."""
        self._origin = origin
        self._key = key

    def prove(self, rows: Sequence[EntryRow], secrets: Mapping[int, bytes]) -> list[Proved | None]:
        """What each of these entries says; None for one that is not sound. `secrets` are the keys of batches."""
        keys = {batch: BatchKey(secret, self._origin) for batch, secret in secrets.items()}
        proved: list[Proved | None] = []
        for row in rows:
            try:
                proved.append(self._prove(row, keys))
            except _WRONG:
                proved.append(None)
        return proved

    def _prove(self, row: EntryRow, keys: Mapping[int, BatchKey]) -> Proved | None:
        index, batch, leaf, _, tags, mac, body, sealed = row
        if leaf_hash(body) != leaf:
            return None
        if mac != (None if tags is None else tag_mac(self._key, self._origin, index, leaf, tags)):
            return None
        # Taken apart loosely: it is made again of its parts below, byte for byte.
        opening, committed = body.index(_OPEN), body.rindex(_SD)
        kind, opened = body[len(_HEAD) : opening].decode(), body[opening + len(_OPEN) : committed]
        raw = (*body[committed + len(_SD) : -len(_END)].split(b'"')[1::4],)
        payload = keys[batch].open(PAYLOAD, index, sealed)
        parts = cut_payload(raw, payload)
        names = _fields_of(raw)[0]
        if make_entry(kind, opened, dict(zip(names, parts, strict=True)), seed_of(payload)) != (body, payload):
            return None
        return kind, opened, names, parts


__all__ = ["Proved", "Prover", "cut_payload", "seed_of"]
