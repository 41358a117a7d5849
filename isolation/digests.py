"""SHA-256 and HMAC-SHA-256 (FIPS 180-4, RFC 2104) by the interpreter's own module.

A check before a login is a cold process: loading OpenSSL for a few short digests costs more than computing them
(docs/decisions/0007), and on messages as short as ours the two are equally fast.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hashlib import _Hash as Hash
    from hashlib import sha256
else:
    try:
        from _sha2 import sha256  # CPython 3.12 and later
    except ImportError:
        try:
            from _sha256 import sha256  # CPython 3.11
        except ImportError:  # another interpreter, or one built without them
            from hashlib import sha256

_BLOCK = 64
_INNER = bytes(octet ^ 0x36 for octet in range(256))
_OUTER = bytes(octet ^ 0x5C for octet in range(256))
_MOST_KEYS = 64

_begun: dict[bytes, tuple[Hash, Hash]] = {}


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA-256, 32 bytes."""
    begun = _begun.get(key)
    if begun is None:
        if len(_begun) >= _MOST_KEYS:
            _begun.clear()
        padded = (key if len(key) <= _BLOCK else sha256(key).digest()).ljust(_BLOCK, b"\0")
        begun = _begun[key] = (sha256(padded.translate(_INNER)), sha256(padded.translate(_OUTER)))
    inner = begun[0].copy()
    inner.update(message)
    outer = begun[1].copy()
    outer.update(inner.digest())
    return outer.digest()


__all__ = ["hmac_sha256", "sha256"]
