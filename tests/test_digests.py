"""SHA-256 and HMAC-SHA-256."""

from __future__ import annotations

import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st

from isolation.digests import hmac_sha256, sha256


@given(st.binary(max_size=200), st.binary(max_size=300))
def test_digests_are_those_of_the_standard_library(key: bytes, message: bytes) -> None:
    """Both agree with `hashlib` and `hmac` for keys and messages of any length."""
    assert sha256(message).digest() == hashlib.sha256(message).digest()
    assert hmac_sha256(key, message) == hmac.digest(key, message, "sha256")
