"""The newest signed checkpoint of a ledger, kept beside it: what a rollback is noticed by.

It is no protection against whoever can write both files. It tells of a ledger file that was put back by a copy, and of
a backup that is older than what was known.
"""

from __future__ import annotations

import os

from isolation.errors import KeyUnavailable
from isolation.ledger.checkpoint import BadCheckpoint, parse_note
from isolation.ledger.files import PRIVATE_FILE
from isolation.ledger.proofs import signed_checkpoint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.ledger.checkpoint import Checkpoint, Note
    from isolation.ledger.store import Ledger

_LARGEST = 1 << 16


def remembered_path(ledger_path: str) -> str:
    """Where it is kept: `ledger.checkpoint` beside `ledger.sqlite3`."""
    return os.path.splitext(ledger_path)[0] + ".checkpoint"


def remembered(ledger_path: str) -> Note | None:
    """The checkpoint that is kept for the ledger at that path; None for none, or for what is no checkpoint."""
    try:
        with open(remembered_path(ledger_path), "rb") as file:
            return parse_note(file.read(_LARGEST))
    except (OSError, BadCheckpoint):
        return None


def remember(ledger: Ledger, *, rolled_back: bool = False) -> Checkpoint | None:
    """Signs and keeps the ledger's checkpoint, unless a newer one of the same log is kept; `rolled_back` keeps it
    all the same. Returns it, or None where the signing key cannot be had or the folder not be written: it is an aid,
    and what was asked for goes on without it."""
    known = remembered(ledger.path)
    newer = known is not None and known.checkpoint.origin == ledger.origin and known.checkpoint.size > ledger.size
    try:
        checkpoint, note = signed_checkpoint(ledger)
        if not newer or rolled_back:
            _write(remembered_path(ledger.path), note.encode())
    except (KeyUnavailable, OSError):
        return None
    return checkpoint


def _write(path: str, content: bytes) -> None:
    scratch = f"{path}.{os.urandom(8).hex()}"
    with open(scratch, "xb", opener=lambda name, flags: os.open(name, flags, PRIVATE_FILE)) as file:
        file.write(content)
    os.replace(scratch, path)
