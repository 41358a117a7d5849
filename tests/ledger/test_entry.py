"""Entries: a body that commits to sealed contents, and can be opened field by field."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isolation.ledger.canonical import NotCanonical, encode
from isolation.ledger.entry import (
    commitment,
    field_salt,
    from_base64,
    make_entry,
    parse_body,
    split_payload,
    to_base64,
)
from isolation.ledger.sealing import PAYLOAD, VALUE, Unopenable, new_batch, open_batch, public_key

SEED = bytes(range(32))
FIELDS = {"account": "Store 店", "begin": 1_790_000_000_000_000, "public_ip": [{"value": "203.0.114.7"}]}
ENCODED = {name: encode(value) for name, value in FIELDS.items()}  # type: ignore[arg-type]
BODY, PAYLOAD_BYTES = make_entry("session", b'{"logged":5}', ENCODED, SEED)


def test_a_body_by_hand() -> None:
    """Body and payload are what docs/format.md says, worked out here with the standard library alone."""
    sd = {}
    for name, value in FIELDS.items():
        salt = hashlib.sha256(SEED + b"field:" + name.encode()).digest()
        text = json.dumps([name, value], separators=(",", ":"), ensure_ascii=False)
        sd[name] = b64encode(hashlib.sha256(salt + text.encode()).digest()).decode()
    body = {"kind": "session", "open": {"logged": 5}, "sd": sd, "v": 1}
    assert json.dumps(body, separators=(",", ":"), sort_keys=True).encode() == BODY
    payload = {"fields": FIELDS, "seed": b64encode(SEED).decode()}
    assert json.dumps(payload, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode() == PAYLOAD_BYTES


def test_one_field_opens_alone() -> None:
    """Salt and value of a field are enough to check its commitment, and another value, field or salt is not."""
    committed = json.loads(BODY)["sd"]["account"]
    salt = field_salt(SEED, "account")
    assert to_base64(commitment(salt, "account", encode("Store 店"))) == committed
    for wrong in (
        commitment(salt, "account", encode("Store")),
        commitment(salt, "operator", encode("Store 店")),
        commitment(field_salt(SEED, "operator"), "account", encode("Store 店")),
        commitment(field_salt(bytes(32), "account"), "account", encode("Store 店")),
    ):
        assert to_base64(wrong) != committed


def test_two_entries_of_one_content_differ() -> None:
    """The seed is random, so that equal contents do not show as equal commitments."""
    other, _ = make_entry("session", b'{"logged":5}', ENCODED, bytes(32))
    assert other != BODY


def test_bodies_and_payloads_are_taken_apart() -> None:
    """Parsing gives back kind, open values, fields and seed."""
    assert parse_body(BODY) == ("session", b'{"logged":5}', sorted(FIELDS))
    fields, seed = split_payload(PAYLOAD_BYTES, sorted(FIELDS))
    assert {name: value for name, (value, _) in fields.items()} == FIELDS
    assert {name: data for name, (_, data) in fields.items()} == ENCODED
    assert seed == SEED


@pytest.mark.parametrize(
    "change",
    [
        (b'"v":1', b'"v":2'), (b'"kind":"session"', b'"kind":"Session"'), (b'"kind":"session",', b""),
        (b'"account":', b'"zzz":'), (b"{", b"{ "), (b'"v":1}', b'"v":1}\n'), (b'"v":1', b'"v":1,"x":2'),
        (b'=","begin"', b'","begin"'),
    ],
)  # fmt: skip
def test_what_is_no_body(change: tuple[bytes, bytes]) -> None:
    """Another version, order, spacing, member or spelling is no body."""
    body = BODY.replace(*change, 1)
    assert body != BODY
    with pytest.raises(NotCanonical):
        parse_body(body)


@given(st.binary(max_size=40))
def test_base64_is_the_one_of_each_value(data: bytes) -> None:
    """Every value has one text, and nothing else is read as it."""
    text = to_base64(data)
    assert from_base64(text) == data
    for other in (text + "=", text + "\n", text.rstrip("="), text.replace("=", "", 1)):
        if other != text:
            with pytest.raises(NotCanonical):
                from_base64(other)


def test_a_batch_key_opens_only_with_its_secret_and_at_its_place() -> None:
    """Another secret, origin, epoch or batch does not open a batch's key, nor another place or kind a value."""
    secret, other = bytes(range(32)), bytes(range(1, 33))
    key, sealed = new_batch(public_key(secret), "isolation/a", 1, 7)
    for wrong in (
        (other, sealed, "isolation/a", 1, 7), (secret, sealed, "isolation/b", 1, 7),
        (secret, sealed, "isolation/a", 2, 7), (secret, sealed, "isolation/a", 1, 8),
        (secret, sealed[:-1], "isolation/a", 1, 7), (secret, b"", "isolation/a", 1, 7),
    ):  # fmt: skip
        with pytest.raises(Unopenable):
            open_batch(*wrong)
    opened = open_batch(secret, sealed, "isolation/a", 1, 7)
    box = key.seal(PAYLOAD, 3, b"contents")
    assert opened.open(PAYLOAD, 3, box) == b"contents"
    for kind, number, data in ((PAYLOAD, 4, box), (VALUE, 3, box), (PAYLOAD, 3, box[:-1]), (PAYLOAD, -1, box)):
        with pytest.raises(Unopenable):
            opened.open(kind, number, data)
