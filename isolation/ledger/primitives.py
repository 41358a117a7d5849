"""SHA-256, HMAC-SHA-256 and SQLite, by the shortest way there is to each.

A check before a login is a cold process: `sqlite3` and `hmac` as packages cost more than all that a check does
with them (docs/decisions/0007), so the extension modules beneath them are used where the interpreter has them.
"""

from __future__ import annotations

try:
    import _sqlite3 as sqlite
except ImportError:  # an interpreter other than CPython
    import sqlite3 as sqlite  # type: ignore[no-redef]

try:
    from _hashlib import hmac_digest as _hmac_digest
    from _hashlib import openssl_sha256 as sha256
except ImportError:  # built without OpenSSL
    from hashlib import sha256  # type: ignore[assignment]
    from hmac import digest as _hmac_digest  # type: ignore[assignment]


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA-256 (RFC 2104), 32 bytes."""
    return _hmac_digest(key, message, "sha256")


__all__ = ["hmac_sha256", "sha256", "sqlite"]
