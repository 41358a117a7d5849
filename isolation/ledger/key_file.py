"""Writing keys to the key file: added and taken away, never overwritten."""

from __future__ import annotations

import os
from contextlib import contextmanager

from isolation.errors import KeyUnavailable
from isolation.ledger.files import PRIVATE_FILE, read_key_file, unwritable
from isolation.ledger.keys import parse_key_file
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def add_to_key_file(path: str, origin: str, epoch: int, secrets: Mapping[str, bytes]) -> None:
    """Adds an epoch's keys and reads them back. The caller holds the ledger's write lock.

    The file is replaced as a whole, so that a crash leaves the old or the new one. Raises KeyUnavailable where a
    file is there that is not safe, LedgerError where it cannot be written.
    """
    with _alone(path):
        before = read_key_file(path) if os.path.lexists(path) else b""
        if parse_key_file(before, origin, epoch):
            raise KeyUnavailable(
                message("The key file {path} has keys of this ledger already.", path=path), reason="unsafe"
            )
        if before and not before.endswith(b"\n"):
            before += b"\n"
        lines = [f"{origin} {epoch} {name} {secret.hex()}\n".encode() for name, secret in secrets.items()]
        _replace(path, before + b"".join(lines))
    if parse_key_file(read_key_file(path), origin, epoch) != dict(secrets):
        raise KeyUnavailable(
            message("The key file {path} does not hold what was written to it.", path=path), reason="unsafe"
        )


def remove_from_key_file(path: str, origin: str, epoch: int) -> None:
    """Takes an epoch's keys away; all other lines stay. The caller holds the ledger's write lock.

    Raises KeyUnavailable, LedgerError.
    """
    own = b"%s %d " % (origin.encode(), epoch)
    with _alone(path):
        before = read_key_file(path)
        after = b"".join(line for line in before.splitlines(keepends=True) if not line.startswith(own))
        if after != before:
            _replace(path, after)


@contextmanager
def _alone(path: str) -> Iterator[None]:
    """Keeps others from changing the file meanwhile: a key file may serve several ledgers. Raises LedgerError.

    What is locked is the folder, so that nothing is left behind. Windows locks no folder: there two ledgers that share
    a key file and are begun at the same moment are not kept apart.
    """
    handle = None
    try:
        if os.name == "posix":
            import fcntl

            handle = os.open(os.path.dirname(os.path.abspath(path)), os.O_RDONLY)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    except OSError as problem:
        raise unwritable(path, problem) from problem
    finally:
        if handle is not None:
            os.close(handle)


def _replace(path: str, content: bytes) -> None:
    fresh = f"{path}.{os.urandom(8).hex()}"
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(fresh, flags, PRIVATE_FILE)
    try:
        with os.fdopen(handle, "wb") as file:
            if os.name == "posix":
                os.fchmod(file.fileno(), PRIVATE_FILE)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
    except BaseException:
        os.unlink(fresh)
        raise
    sync_folder(os.path.dirname(os.path.abspath(path)))


def sync_folder(folder: str) -> None:
    """Makes the new name last through a power cut, where folders can be synced."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
