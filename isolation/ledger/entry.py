"""What an entry is: a body whose bytes are the leaf, and a payload that opens its commitments.

The body is `{"kind":…,"open":{…},"sd":{field: commitment},"v":1}`: `open` holds what anybody may read. The
payload is `{"fields":{field: value},"seed":…}`: each field's salt follows from the seed, so that a report can open
chosen fields by giving salt and value, and says nothing about the others (docs/format.md, "Entries").
"""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from functools import partial
from hashlib import sha256

from isolation.digests import sha256 as short_sha256  # for one block, less work than OpenSSL's is to begin
from isolation.ledger.canonical import DECODER, NotCanonical, decode
from isolation.messages import message

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


to_bytes64 = partial(b2a_base64, newline=False)  # standard base64 with padding, as bytes


# The fields of bodies that were read: few combinations come again and again.
_NAMES: dict[tuple[bytes, ...], tuple[str, ...]] = {}
_MOST_NAMES = 10_000


def to_base64(data: bytes) -> str:
    """Standard base64 with padding (RFC 4648, section 4), as C2SP formats use it."""
    return to_bytes64(data).decode()


def from_base64(text: str) -> bytes:
    """The inverse; raises NotCanonical for anything that `to_base64` does not make."""
    try:
        data = a2b_base64(text, strict_mode=True)
    except (Base64Error, ValueError, TypeError):
        raise NotCanonical(message("{text!r} is not base64", text=str(text)[:60])) from None
    if to_base64(data) != text:
        raise NotCanonical(message("{text!r} is not canonical base64", text=text[:60]))
    return data


def field_salt(seed: bytes, field: str) -> bytes:
    """SHA-256(seed || "field:" || field)."""
    return sha256(seed + b"field:" + field.encode()).digest()


def commitment(salt: bytes, field: str, encoded: bytes) -> bytes:
    """SHA-256(salt || canonical [field, value]), the value in its canonical bytes."""
    return sha256(b'%s["%s",%s]' % (salt, field.encode(), encoded)).digest()


# Of the fields that an entry has: each in order, with what stands around it in its salt's input, in its commitment's
# and in JSON; and body and payload with places for what differs. Few sets of fields ever come.
_Frame = tuple[list[tuple[str, bytes, bytes]], bytes, bytes]
_FRAMES: dict[tuple[str, ...], _Frame] = {}
_MOST_FRAMES = 4096


def _frame(fields: tuple[str, ...]) -> _Frame:
    ordered = sorted(fields)
    names = [field.encode() for field in ordered]
    around = [(field, b"field:" + name, b'["%s",' % name) for field, name in zip(ordered, names, strict=True)]
    committed = b",".join([b'"%s":"%%s"' % name for name in names])
    told = b",".join([b'"%s":%%s' % name for name in names])
    if len(_FRAMES) >= _MOST_FRAMES:
        _FRAMES.clear()
    frame = _FRAMES[fields] = (
        around, b'{"kind":"%s","open":%s,"sd":{' + committed + b'},"v":1}', b'{"fields":{' + told + b'},"seed":"%s"}',
    )  # fmt: skip
    return frame


def make_entry(kind: str, opened: bytes, encoded: Mapping[str, bytes], seed: bytes) -> tuple[bytes, bytes]:
    """Body and payload of an entry; the open object and each field's value are in canonical bytes already."""
    fields = (*encoded,)
    around, body, payload = _FRAMES.get(fields) or _frame(fields)
    values = [encoded[field] for field, _, _ in around]
    # As `commitment(field_salt(…), …)` in base64, without its calls: most of what an entry costs is here.
    sd = [
        b2a_base64(sha256(short_sha256(seed + suffix).digest() + prefix + encoded[field] + b"]").digest())[:-1]
        for field, suffix, prefix in around
    ]
    return body % (kind.encode(), opened, *sd), payload % (*values, to_bytes64(seed))


def parse_body(body: bytes) -> tuple[str, bytes, list[str]]:
    """Kind, open object (canonical bytes, not yet decoded) and committed fields; raises NotCanonical for no body."""
    found = _BODY.fullmatch(body)
    if found is None:
        raise NotCanonical("the body is not one that this program writes")
    kind, opened, sd = found.groups()
    names = (*sd.split(b'"')[1::4],)
    return kind.decode(), opened, list(_NAMES.get(names) or _in_order(names))


def _in_order(names: tuple[bytes, ...]) -> tuple[str, ...]:
    if list(names) != sorted(set(names)):
        raise NotCanonical("the body's fields are not in order")
    if len(_NAMES) >= _MOST_NAMES:
        _NAMES.clear()
    fields = _NAMES[names] = tuple(name.decode() for name in names)
    return fields


def open_values(opened: bytes) -> dict[str, Json]:
    """The open object of a body; raises NotCanonical."""
    values = decode(opened)
    if not isinstance(values, dict):
        raise NotCanonical("the body's open values are no object")
    return values


def split_payload(payload: bytes, names: Iterable[str]) -> tuple[dict[str, tuple[Json, bytes]], bytes]:
    """Value and bytes of each field of a payload with these fields, and the seed.

    Only takes it apart: whether it is the payload of a body shows when both are made again, and whether
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
        raise NotCanonical(
            message("the payload is not one that this program writes: {problem}", problem=problem)
        ) from None
