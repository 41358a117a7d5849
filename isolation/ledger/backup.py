"""A copy of a ledger while others go on writing it, and of its keys where that is asked for."""

from __future__ import annotations

import os

from isolation.errors import UsageError
from isolation.ledger.database import explain
from isolation.ledger.files import PRIVATE_FILE, unwritable
from isolation.ledger.key_file import add_to_key_file, sync_folder
from isolation.ledger.keys import names_of
from isolation.ledger.primitives import sqlite
from isolation.ledger.remembered import remember
from isolation.messages import message
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from isolation.ledger.store import Ledger


class Backup(Value):
    """A backup that was made: its file, and the origin, size and root (32 bytes) of the ledger in it."""

    __slots__ = ("origin", "path", "root", "size")
    path: str
    origin: str
    size: int
    root: bytes

    def __init__(self, path: str, origin: str, size: int, root: bytes) -> None:
        self._init(path=path, origin=origin, size=size, root=root)


def back_up(ledger: Ledger, target: str) -> Backup:
    """Copies the ledger into a new file, 0600, at one state; writers wait no longer than the copying takes.

    The keys are not in it. Raises UsageError where there is something by that name, LedgerError.
    """
    target = os.path.abspath(target)
    if os.path.lexists(target):
        raise UsageError(
            message("{target} is there already, and a backup is never overwritten.", target=target), "Name a new file."
        )
    scratch = scratch_file(target)
    try:
        copy(ledger.connection, scratch, ledger.path)
        made = _state(scratch, target)
        _give_name(scratch, target)
    finally:
        if os.path.lexists(scratch):
            os.unlink(scratch)
    remember(ledger)
    return made


def scratch_file(target: str) -> str:
    """Makes an empty file, 0600, beside the one that it is to become; returns its name. Raises LedgerError."""
    folder, name = os.path.split(os.path.abspath(target))
    scratch = os.path.join(folder, f".{name}.{os.urandom(8).hex()}")
    try:
        os.close(os.open(scratch, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE))
    except OSError as problem:
        raise unwritable(target, problem) from problem
    return scratch


def copy(source: sqlite3.Connection, scratch: str, path: str) -> None:
    """Copies a database into an empty file by SQLite's own means, and lets it last. Raises LedgerError."""
    destination = sqlite.connect(scratch, isolation_level=None)
    try:
        # All pages at once: in steps the copy would begin anew whenever another process writes.
        source.backup(destination)
    except sqlite.Error as problem:
        raise explain(problem, path) from problem
    finally:
        destination.close()
    with open(scratch, "rb+") as file:
        os.fsync(file.fileno())


def _state(scratch: str, target: str) -> Backup:
    from isolation.ledger.store import Ledger

    with Ledger.open(scratch, read_only=True) as copied, copied.reading() as reader:
        return Backup(target, reader.origin, reader.size, reader.root)


def _give_name(scratch: str, target: str) -> None:
    try:
        try:
            os.link(scratch, target)  # unlike a renaming, this never takes another file's place
        except FileExistsError:
            raise UsageError(
                message("{target} is there already, and a backup is never overwritten.", target=target)
            ) from None
        except OSError:
            os.rename(scratch, target)  # a file system without second names
        sync_folder(os.path.dirname(target))
    except OSError as problem:
        raise unwritable(target, problem) from problem


def copy_keys(ledger: Ledger, target: str) -> None:
    """Writes the ledger's keys into a key file of their own, 0600, which opens every backup of it.

    Raises KeyUnavailable, UsageError where there is something by that name, LedgerError.
    """
    if os.path.lexists(target):
        raise UsageError(
            message("{target} is there already, and keys are never overwritten.", target=target), "Name a new file."
        )
    secrets = {name: ledger.keys.secret(name) for name in names_of(ledger.epoch)}
    add_to_key_file(target, ledger.origin, ledger.epoch, secrets)
