"""Sealing to a public key: appending needs no secret, reading names and values does.

Each transaction draws one batch key and seals it by HPKE (RFC 9180: X25519, HKDF-SHA-256, ChaCha20-Poly1305);
payloads and display values are sealed under that key, bound to the origin and to where they stand.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from isolation.messages import message

BATCH_KEY_SIZE = 32

# What a sealed value is, the first byte of its nonce.
PAYLOAD = b"p"
VALUE = b"i"

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


class Unopenable(ValueError):
    """A sealed value that this key does not open: it was altered, or sealed for another place or key."""


def _info(origin: str, epoch: int, batch: int) -> bytes:
    return b"isolation/batch/1\0%s\0%d\0%d" % (origin.encode(), epoch, batch)


def public_key(secret: bytes) -> bytes:
    """The X25519 public key (32 bytes) of a private one."""
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def new_batch(public: bytes, origin: str, epoch: int, batch: int) -> tuple[BatchKey, bytes]:
    """A fresh batch key, and the same sealed to the epoch's public key (80 bytes)."""
    key = os.urandom(BATCH_KEY_SIZE)
    sealed = _SUITE.encrypt(key, X25519PublicKey.from_public_bytes(public), info=_info(origin, epoch, batch))
    return BatchKey(key, origin), sealed


def open_batch(secret: bytes, sealed: bytes, origin: str, epoch: int, batch: int) -> BatchKey:
    """The batch key; raises Unopenable."""
    return BatchKey(_batch_secret(secret, sealed, origin, epoch, batch), origin)


def _batch_secret(secret: bytes, sealed: bytes, origin: str, epoch: int, batch: int) -> bytes:
    try:
        private = X25519PrivateKey.from_private_bytes(secret)
        return bytes(_SUITE.decrypt(sealed, private, info=_info(origin, epoch, batch)))
    except (InvalidTag, ValueError, TypeError):  # what a damaged file gives may be of any type
        raise Unopenable(message("the key of batch {batch} does not open", batch=batch)) from None


def reseal_batch(
    secret: bytes, public: bytes, sealed: bytes, origin: str, epochs: tuple[int, int], batch: int
) -> bytes:
    """The batch key sealed to the public key of another epoch; `epochs` are that before and that after.

    What is sealed under the batch key stays as it is. Raises Unopenable.
    """
    before, after = epochs
    key = _batch_secret(secret, sealed, origin, before, batch)
    return bytes(_SUITE.encrypt(key, X25519PublicKey.from_public_bytes(public), info=_info(origin, after, batch)))


class BatchKey:
    """The key of one transaction's sealed values.

    A nonce is the value's kind and its number (11 bytes): a batch seals each place once, so none repeats.
    """

    __slots__ = ("_associated", "_cipher", "secret")

    def __init__(self, key: bytes, origin: str) -> None:
        self.secret = key
        self._cipher = ChaCha20Poly1305(key)
        self._associated = origin.encode() + b"\0"

    def seal(self, kind: bytes, number: int, data: bytes) -> bytes:
        """The sealed value: ciphertext and 16-byte tag."""
        nonce = kind + number.to_bytes(11, "big")
        return self._cipher.encrypt(nonce, data, self._associated + nonce)

    def open(self, kind: bytes, number: int, sealed: bytes) -> bytes:
        """The inverse; raises Unopenable."""
        try:
            nonce = kind + number.to_bytes(11, "big")
            return self._cipher.decrypt(nonce, sealed, self._associated + nonce)
        except (InvalidTag, OverflowError, TypeError):
            raise Unopenable("the sealed value does not open") from None
