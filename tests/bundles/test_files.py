"""Files that are no bundle, or no bundle in its one form: told apart by both verifiers, whatever they hold."""

from __future__ import annotations

import json

import pytest

from .conftest import DAMAGED, NO_BUNDLE, Judge
from .forge import ORIGIN, OWN, note, six_entries, text

WHOLE = six_entries().bundle(OWN)
FILES = {
    "nothing": (b"", NO_BUNDLE),
    "another file": (b"Date,Account\n2026-01-01,store-a\n", NO_BUNDLE),
    "another document": (b'{"schema": "isolation.audit/1"}', NO_BUNDLE),
    "a checkpoint": (note(f"{ORIGIN}\n7\n{text(bytes(32))}\n").encode(), NO_BUNDLE),
    "rubbish": (bytes(range(256)) * 50, NO_BUNDLE),
    "depth 3000": (b"[" * 3000 + b"]" * 3000, NO_BUNDLE),
    "depth 3000 in a bundle": (WHOLE.replace(b'"findings":[]', b'"findings":' + b"[" * 3000 + b"]" * 3000), DAMAGED),
    "depth 100000 in a bundle": (WHOLE.replace(b'"findings":[]', b'"findings":' + b"[" * 100_000), DAMAGED),
    "objects 3000 deep in a bundle": (
        WHOLE.replace(b'"findings":[]', b'"findings":' + b'{"a":' * 3000 + b"0" + b"}" * 3000),
        DAMAGED,
    ),
    "a byte order mark": (b"\xef\xbb\xbf" + WHOLE, DAMAGED),
    "UTF-16": (WHOLE.decode().encode("utf-16"), NO_BUNDLE),
    "a newline after it": (WHOLE + b"\n", DAMAGED),
    "a space before it": (b" " + WHOLE, DAMAGED),
    "written prettily": (json.dumps(json.loads(WHOLE), indent=2).encode(), NO_BUNDLE),
    "keys in another order": (
        json.dumps(dict(reversed(json.loads(WHOLE).items())), separators=(",", ":"), ensure_ascii=False).encode(),
        DAMAGED,
    ),
    "a key twice": (WHOLE.replace(b'"program":"forge"', b'"program":"forge","program":"forge"'), DAMAGED),
    "NaN": (WHOLE.replace(b'"erased":0', b'"erased":NaN'), DAMAGED),
    "Infinity": (WHOLE.replace(b'"erased":0', b'"erased":-Infinity'), DAMAGED),
    "a float": (WHOLE.replace(b'"erased":0', b'"erased":0.0'), DAMAGED),
    "an exponent": (WHOLE.replace(b'"erased":0', b'"erased":0e1'), DAMAGED),
    "minus zero": (WHOLE.replace(b'"erased":0', b'"erased":-0'), DAMAGED),
    "a leading zero": (WHOLE.replace(b'"erased":0', b'"erased":00'), DAMAGED),
    "a number of 5000 digits": (WHOLE.replace(b'"erased":0', b'"erased":' + b"9" * 5000), DAMAGED),
    "an escape that need not be": (WHOLE.replace(b'"program":"forge"', b'"program":"f\\u006frge"'), DAMAGED),
    "an escape in capitals": (WHOLE.replace(b'"program":"forge"', b'"program":"f\\u000Arge"'), DAMAGED),
    "a lone surrogate": (WHOLE.replace(b'"program":"forge"', b'"program":"\\ud800"'), DAMAGED),
    "an encoded surrogate": (WHOLE.replace(b'"program":"forge"', b'"program":"\xed\xa0\x80"'), DAMAGED),
    "invalid UTF-8": (WHOLE.replace(b'"program":"forge"', b'"program":"\xff"'), DAMAGED),
    "a raw control character": (WHOLE.replace(b'"program":"forge"', b'"program":"\x01"'), DAMAGED),
    "a key that is not ASCII": (WHOLE.replace(b'"proves":[]', b'"proves":[],"pr\xc3\xb6gram":0'), DAMAGED),
    "two bundles": (WHOLE + WHOLE, DAMAGED),
    "half a bundle": (WHOLE[: len(WHOLE) // 2], DAMAGED),
    "unterminated text full of quotes": (WHOLE[:-1] + b',"x":"' + b'\\"' * 200_000, DAMAGED),
}


@pytest.mark.parametrize("case", FILES)
def test_what_is_no_canonical_bundle_is_told_apart(case: str, judge: Judge) -> None:
    """A file is a bundle in its one form, a damaged bundle, or something else: exit 0, 3 or 2."""
    data, code = FILES[case]
    assert data != WHOLE
    assert judge(data).code == code


@pytest.mark.parametrize("filling", [b" ", b"{},", b"[", b"0,"])
def test_a_huge_file_is_refused(judge: Judge, filling: bytes) -> None:
    """More than any bundle holds, in bytes or in parts, is not even parsed."""
    assert judge(WHOLE + filling * ((33 << 20) // len(filling))).code == NO_BUNDLE
    if filling != b" ":
        assert judge(WHOLE[:-1] + b',"x":[' + filling * (5 << 20)).code == NO_BUNDLE
