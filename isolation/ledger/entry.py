"""What an entry is: a body whose bytes are the leaf, and a payload that opens its commitments.

The body is `{"kind":…,"open":{…},"sd":{field: commitment},"v":1}`: `open` holds what anybody may read. The
payload is `{"fields":{field: value},"seed":…}`: each field's salt follows from the seed, so that a report can open
chosen fields by giving salt and value, and says nothing about the others (docs/format.md, "Entries").
"""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from hashlib import sha256

from isolation.ledger.canonical import DECODER, NotCanonical, decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from isolation.ledger.canonical import Json

SEED_SIZE = 32
_SEED_TEXT = 44  # of 32 bytes in base64
_scan = DECODER.scan_once  # type: ignore[attr-defined]  # set in __init__, which typeshed leaves out
VERSION = 1

# A field is named by letters, digits and underscores; a commitment is 32 bytes in base64.
_FIELD = rb'"[a-z][a-z0-9_]*":"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="'
_BODY = re.compile(
    rb'\{"kind":"([a-z]+)","open":(\{.*\}),"sd":\{((?:' + _FIELD + rb"(?:," + _FIELD + rb')*)?)\},"v":1\}'
)


def to_base64(data: bytes) -> str:
    """Standard base64 with padding (RFC 4648, section 4), as C2SP formats use it."""
    return b2a_base64(data, newline=False).decode()


def from_base64(text: str) -> bytes:
    """The inverse; raises NotCanonical for anything that `to_base64` does not make."""
    try:
        data = a2b_base64(text, strict_mode=True)
    except (Base64Error, ValueError, TypeError):
        raise NotCanonical(f"{str(text)[:60]!r} is not base64") from None
    if to_base64(data) != text:
        raise NotCanonical(f"{text[:60]!r} is not canonical base64")
    return data


def field_salt(seed: bytes, field: str) -> bytes:
    """SHA-256(seed || "field:" || field)."""
    return sha256(seed + b"field:" + field.encode()).digest()


def commitment(salt: bytes, field: str, encoded: bytes) -> bytes:
    """SHA-256(salt || canonical [field, value]), the value in its canonical bytes."""
    return sha256(b'%s["%s",%s]' % (salt, field.encode(), encoded)).digest()


# What stands around a field in its salt's input, in its commitment's and in JSON; the same for every entry.
_FRAMES: dict[str, tuple[bytes, bytes, bytes]] = {}


def _frame(field: str) -> tuple[bytes, bytes, bytes]:
    name = field.encode()
    frame = _FRAMES[field] = (b"field:" + name, b'["%s",' % name, b'"%s":' % name)
    return frame


def make_entry(kind: str, opened: bytes, encoded: Mapping[str, bytes], seed: bytes) -> tuple[bytes, bytes]:
    """Body and payload of an entry; the open object and each field's value are in canonical bytes already."""
    sd, values = [], []
    for field in sorted(encoded):
        value = encoded[field]
        suffix, prefix, key = _FRAMES.get(field) or _frame(field)
        digest = sha256(sha256(seed + suffix).digest() + prefix + value + b"]").digest()
        sd.append(key + b'"' + b2a_base64(digest, newline=False) + b'"')
        values.append(key + value)
    body = b'{"kind":"%s","open":%s,"sd":{%s},"v":1}' % (kind.encode(), opened, b",".join(sd))
    seed_text = b2a_base64(seed, newline=False)
    return body, b'{"fields":{%s},"seed":"%s"}' % (b",".join(values), seed_text)


def parse_body(body: bytes) -> tuple[str, bytes, list[str]]:
    """Kind, open object (canonical bytes, not yet decoded) and committed fields; raises NotCanonical for no body."""
    found = _BODY.fullmatch(body)
    if found is None:
        raise NotCanonical("the body is not one that this program writes")
    kind, opened, sd = found.groups()
    fields = [member.split(b'"', 2)[1].decode() for member in sd.split(b",")] if sd else []
    if fields != sorted(set(fields)):
        raise NotCanonical("the body's fields are not in order")
    return kind.decode(), opened, fields


def open_values(opened: bytes) -> dict[str, Json]:
    """The open object of a body; raises NotCanonical."""
    values = decode(opened)
    if not isinstance(values, dict):
        raise NotCanonical("the body's open values are no object")
    return values


def split_payload(payload: bytes, names: Iterable[str]) -> tuple[dict[str, tuple[Json, bytes]], bytes]:
    """Value and bytes of each field of a payload with these fields, and the seed.

    Only takes it apart: whether it is the payload of a body shows when `make_entry` makes both again, and whether
    a value's bytes are canonical is the caller's to check. Raises NotCanonical where it cannot be taken apart.
    """
    try:
        text = payload.decode()
        at = len('{"fields":{')
        fields: dict[str, tuple[Json, bytes]] = {}
        for name in names:
            at += len(name) + 3
            value, end = _scan(text, at)
            fields[name] = value, text[at:end].encode()
            at = end + 1
        return fields, from_base64(text[-2 - _SEED_TEXT : -2])
    except (ValueError, StopIteration, IndexError, RecursionError) as problem:
        raise NotCanonical(f"the payload is not one that this program writes: {problem}") from None
