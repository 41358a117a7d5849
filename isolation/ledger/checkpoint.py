"""Checkpoints: the C2SP signed note over origin, size and root (c2sp.org/tlog-checkpoint, c2sp.org/signed-note).

The key's name is the log's origin. Reading is strict: three lines and no extension, every byte in the one form that
writing gives it. Signatures by keys nobody named are passed over; one by a named key has to hold.
"""

from __future__ import annotations

import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from isolation.digests import sha256
from isolation.ledger.canonical import LARGEST, NotCanonical
from isolation.ledger.entry import from_base64, to_base64
from isolation.ledger.merkle import HASH_SIZE
from isolation.messages import message
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

LARGEST_NOTE = 1 << 18
MOST_SIGNATURES = 100
_ED25519 = b"\1"  # the signature type of C2SP signed notes
_ID_SIZE = 4
_DASH = "\u2014"

_SIZE = re.compile("0|[1-9][0-9]{0,15}")
_NAME = r"[^\s+]+"  # neither Unicode spaces nor plus
_SIGNATURE = re.compile(rf"{_DASH} ({_NAME}) ([A-Za-z0-9+/]+=*)")
_KEY = re.compile(rf"({_NAME})\+([0-9a-f]{{8}})\+([A-Za-z0-9+/]+=*)")


class BadCheckpoint(ValueError):
    """A text that is no checkpoint, or one that is not signed as it has to be; `signed` tells the two apart."""

    def __init__(self, message: str, *, signed: bool = True) -> None:
        super().__init__(message)
        self.signed = signed


class VerifierKey(Value):
    """An Ed25519 public key (32 bytes) under the name it signs as; its text form is `name+id+key`."""

    __slots__ = ("name", "public")
    name: str
    public: bytes

    def __init__(self, name: str, public: bytes) -> None:
        self._init(name=name, public=public)

    def id(self) -> bytes:
        """The key id: SHA-256(name || newline || type || key), its first four bytes."""
        digest: bytes = sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()
        return digest[:_ID_SIZE]

    def text(self) -> str:
        """The text by which verifiers are told of the key (vkey)."""
        return f"{self.name}+{self.id().hex()}+{to_base64(_ED25519 + self.public)}"

    def fingerprint(self) -> str:
        """What people compare: 32 hex digits of SHA-256("isolation/sign-key/1" || 0 || key)."""
        digest: bytes = sha256(b"isolation/sign-key/1\0" + self.public).digest()
        return digest[:16].hex()


class Checkpoint(Value):
    """A log's size and root hash (32 bytes)."""

    __slots__ = ("origin", "root", "size")
    origin: str
    size: int
    root: bytes

    def __init__(self, origin: str, size: int, root: bytes) -> None:
        self._init(origin=origin, size=size, root=root)

    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"


class Note(Value):
    """A checkpoint as received: its text, what that says, and its signatures as (key name, key id, signature)."""

    __slots__ = ("checkpoint", "signatures", "text")
    text: str
    checkpoint: Checkpoint
    signatures: tuple[tuple[str, bytes, bytes], ...]

    def __init__(self, text: str, checkpoint: Checkpoint, signatures: tuple[tuple[str, bytes, bytes], ...]) -> None:
        self._init(text=text, checkpoint=checkpoint, signatures=signatures)


def sign_public_key(seed: bytes) -> bytes:
    """The Ed25519 public key (32 bytes) of a 32-byte seed."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign_checkpoint(checkpoint: Checkpoint, seed: bytes) -> str:
    """The signed note of a checkpoint."""
    key = VerifierKey(checkpoint.origin, sign_public_key(seed))
    text = checkpoint.text()
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(text.encode())
    return f"{text}\n{_DASH} {key.name} {to_base64(key.id() + signature)}\n"


def _vouching(origin: str, entry: int, public: bytes) -> bytes:
    return f"isolation/rotate/1\n{origin}\n{entry}\n{to_base64(public)}\n".encode()


def vouch(seed: bytes, origin: str, entry: int, public: bytes) -> bytes:
    """The signature by which a key vouches for the one that follows it, from that entry of the log on."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(_vouching(origin, entry, public))


def require_vouched(before: VerifierKey, entry: int, public: bytes, signature: bytes) -> None:
    """Raises BadCheckpoint unless the key before vouches for this one."""
    try:
        Ed25519PublicKey.from_public_bytes(before.public).verify(signature, _vouching(before.name, entry, public))
    except (InvalidSignature, ValueError):
        raise BadCheckpoint("the key before does not vouch for the one that follows it") from None


def parse_key(text: str) -> VerifierKey:
    """The key of a vkey text; raises BadCheckpoint for one whose id is not that of its name and key."""
    found = _KEY.fullmatch(text)
    if found is None:
        raise BadCheckpoint("the key is not of the form name+id+key")
    data = _decoded(found[3], message("the key"))
    if data[:1] != _ED25519 or len(data) != 1 + HASH_SIZE:
        raise BadCheckpoint("the key is not an Ed25519 key")
    key = VerifierKey(found[1], data[1:])
    if key.id().hex() != found[2]:
        raise BadCheckpoint("the key's id is not that of its name and bytes")
    return key


def parse_note(data: bytes) -> Note:
    """A checkpoint, its signatures not yet verified; raises BadCheckpoint."""
    if len(data) > LARGEST_NOTE:
        raise BadCheckpoint(message("it is larger than {largest_note} bytes", largest_note=LARGEST_NOTE))
    try:
        note = data.decode()
    except UnicodeDecodeError:
        raise BadCheckpoint("it is not UTF-8") from None
    if any(character < " " and character != "\n" for character in note):
        raise BadCheckpoint("it holds control characters")
    text, blank, lines = note.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise BadCheckpoint("it has no signature after an empty line")
    signatures = lines[:-1].split("\n")
    if len(signatures) > MOST_SIGNATURES:
        raise BadCheckpoint(message("it has more than {most_signatures} signatures", most_signatures=MOST_SIGNATURES))
    return Note(text + "\n", _parse_text(text), tuple(map(_parse_signature, signatures)))


def _parse_text(text: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) != 3:
        raise BadCheckpoint(
            message("it has {lines} lines before the signatures, where there are to be three", lines=len(lines))
        )
    origin, size, root = lines
    if re.fullmatch(_NAME, origin) is None:
        raise BadCheckpoint("its origin is empty, or holds a space or a plus sign")
    if _SIZE.fullmatch(size) is None or int(size) > LARGEST:
        raise BadCheckpoint(message("its size {size!r} is not a number as a checkpoint writes it", size=size[:20]))
    digest = _decoded(root, message("its root"))
    if len(digest) != HASH_SIZE:
        raise BadCheckpoint("its root is not 32 bytes long")
    return Checkpoint(origin, int(size), digest)


def _parse_signature(line: str) -> tuple[str, bytes, bytes]:
    found = _SIGNATURE.fullmatch(line)
    if found is None:
        raise BadCheckpoint("a signature line is not of the form that signed notes have")
    data = _decoded(found[2], "a signature")
    if len(data) <= _ID_SIZE:
        raise BadCheckpoint("a signature is too short")
    return found[1], data[:_ID_SIZE], data[_ID_SIZE:]


def _decoded(text: str, what: str) -> bytes:
    try:
        return from_base64(text)
    except NotCanonical:
        raise BadCheckpoint(message("{what} is not base64 as this format writes it", what=what)) from None


def require_signed(note: Note, keys: Iterable[VerifierKey]) -> VerifierKey:
    """The one of these keys that signed the checkpoint under its origin's name.

    Signatures by other keys are passed over. Raises BadCheckpoint where none of these keys signed (`signed` False),
    and where a signature by one of them does not hold.
    """
    signer = None
    for key in keys:
        for name, identifier, signature in note.signatures:
            if (name, identifier) == (key.name, key.id()) and name == note.checkpoint.origin:
                _verify(key, note.text, signature)
                signer = key
    if signer is None:
        raise BadCheckpoint("no key that is known for this log has signed it", signed=False)
    return signer


def _verify(key: VerifierKey, text: str, signature: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
    except (InvalidSignature, ValueError):
        raise BadCheckpoint("its signature does not hold: text, signature or key was changed") from None
