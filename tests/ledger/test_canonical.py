"""The restricted canonical form: it is RFC 8785, and reading accepts nothing else."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from isolation.ledger.canonical import DEEPEST, LARGEST, NotCanonical, decode, encode

TEXT = st.text(st.characters(exclude_categories=("Cs",)))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner),
    max_leaves=12,
)


@given(PLAIN)
def test_it_is_rfc_8785(value: object) -> None:
    """Whatever can be encoded encodes as the independent `rfc8785` package does, and comes back."""
    data = encode(value)  # type: ignore[arg-type]
    assert data == rfc8785.dumps(value)  # type: ignore[arg-type]
    assert decode(data) == value


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), LARGEST + 1, -LARGEST - 1, {"é": 1}, {1: 2}, "\ud800", {"\ud800": 1}, b"x", {1}, object()],
)
def test_what_has_no_canonical_form(value: object) -> None:
    """Floats, large integers, keys beyond ASCII, half characters and other types are refused."""
    with pytest.raises(NotCanonical):
        encode(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}', b'{"b":1,"a":2}', b'{ "a":1}', b'{"a":1}\n', b'{"a":1.0}', b"1e2", b"-0", b"NaN", b"Infinity",
        b"\xef\xbb\xbf{}", b'"\\u00e9"', b'"\\ud800"', b'"\xff"', b'"a\x00b"', b"[" * 3000 + b"]" * 3000, b"", b"{}{}",
        b'"\\/"', b'"\\u000a"', b"9007199254740992", b'{"\\u00e9":1}', "{\"é\":1}".encode(), b"01", b"tru",
    ],
)  # fmt: skip
def test_bytes_that_are_not_canonical(data: bytes) -> None:
    """Duplicate keys, other orders, spaces, floats, byte-order marks, escapes that are not needed, depth: refused."""
    with pytest.raises(NotCanonical):
        decode(data)


@given(st.binary(max_size=60))
def test_reading_never_fails_otherwise(data: bytes) -> None:
    """Any bytes either decode to a value that encodes to them, or are refused."""
    try:
        value = decode(data)
    except NotCanonical:
        return
    assert encode(value) == data


def test_depth_is_limited() -> None:
    """Nesting is allowed to a depth that no entry reaches, and no further."""
    value: object = 1
    for _ in range(DEEPEST):
        value = [value]
    assert decode(encode(value)) == value  # type: ignore[arg-type]
    with pytest.raises(NotCanonical):
        encode([value])  # type: ignore[list-item]


def test_rfc_8785_conformance() -> None:
    """The RFC's triples that fall inside the restricted form come out byte for byte; the others are refused."""
    conformance = os.environ.get("ISOLATION_CONFORMANCE", "")
    if not conformance:
        pytest.skip("ISOLATION_CONFORMANCE is not set")
    folder = Path(conformance) / "conformance" / "jcs" / "testdata"
    inside = []
    for path in sorted((folder / "input").glob("*.json")):
        value = json.loads(path.read_text(encoding="utf-8"))
        try:
            data = encode(value)
        except NotCanonical:
            continue
        inside.append(path.stem)
        assert data == bytes.fromhex((folder / "outhex" / f"{path.stem}.txt").read_text())
        assert data == (folder / "output" / path.name).read_bytes()
    assert inside == ["arrays", "unicode"]
