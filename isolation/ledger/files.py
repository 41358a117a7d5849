"""Private files and folders: made 0600 and 0700 whatever the umask, and refused where others could read them."""

from __future__ import annotations

import errno
import os
import stat

from isolation.errors import KeyUnavailable, LedgerError
from isolation.messages import message
from isolation.system_words import why_of

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
_LARGEST_KEY_FILE = 1 << 20
_POSIX = os.name == "posix"


def make_folder(path: str, *, ours: bool) -> None:
    """Makes the folder, 0700, with its parents; an existing one is tightened if it is `ours` to tighten."""
    try:
        parent = os.path.dirname(os.path.abspath(path))
        if not os.path.isdir(parent):
            os.makedirs(parent, exist_ok=True)
        try:
            os.mkdir(path, PRIVATE_FOLDER)
        except FileExistsError:
            if not ours:
                return
        if _POSIX and os.stat(path).st_uid == os.geteuid():
            os.chmod(path, PRIVATE_FOLDER)
    except OSError as problem:
        raise LedgerError(
            message("The folder {path} for the ledger cannot be made: {why}.", path=path, why=why_of(problem)),
            "Name another one with ISOLATION_HOME.",
        ) from problem


def make_file(path: str) -> None:
    """Makes an empty file, 0600, unless there is something by that name; safe against others doing the same.

    It is made under another name and linked: closing a file that SQLite has open in this process would drop
    SQLite's locks on it.
    """
    folder, name = os.path.split(path)
    fresh = os.path.join(folder, f".{name}.{os.urandom(8).hex()}")
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_CLOEXEC", 0)
    try:
        handle = os.open(fresh, flags, PRIVATE_FILE)
        try:
            if _POSIX:
                os.fchmod(handle, PRIVATE_FILE)
        finally:
            os.close(handle)
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(fresh)
    except OSError as problem:
        raise unwritable(path, problem) from problem


def tighten(path: str) -> None:
    """Takes group's and others' permissions off a file that is ours."""
    if not _POSIX:
        return
    try:
        status = os.stat(path)
        if status.st_uid == os.geteuid() and stat.S_IMODE(status.st_mode) & 0o077:
            os.chmod(path, PRIVATE_FILE)
    except OSError as problem:
        raise unwritable(path, problem) from problem


def unwritable(path: str, problem: OSError) -> LedgerError:
    """The one sentence for a file that cannot be made or written."""
    if problem.errno == errno.ENOSPC:
        return LedgerError(
            message("The disk is full; {path} was not written.", path=path), "Free some space and try again."
        )
    return LedgerError(
        message("{path} cannot be written: {why}.", path=path, why=why_of(problem)), "Check the folder's permissions."
    )


def read_key_file(path: str) -> bytes:
    """The content of a key file: a regular file of ours that nobody else may read, and no symbolic link.

    Raises KeyUnavailable: `lost` where there is none, `unsafe` where it could be another's.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    try:
        # O_NONBLOCK: opening a named pipe must not wait for a writer.
        handle = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        raise KeyUnavailable(
            message("The key file {path} is missing.", path=path),
            "Put it back from a backup; the ledger cannot be read without it.",
            reason="lost",
        ) from None
    except OSError as problem:
        if problem.errno in (errno.ELOOP, errno.EMLINK):
            raise _unsafe(path, "is a symbolic link", "Put the file itself there.") from None
        raise _unsafe(
            path, message("cannot be read: {why}", why=why_of(problem)), "Check its owner and permissions."
        ) from None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise _unsafe(path, "is not a regular file", "Put the key file there.")
        if _POSIX and status.st_uid != os.geteuid():
            raise _unsafe(path, "belongs to another user", "Run as its owner.")
        if _POSIX and stat.S_IMODE(status.st_mode) & 0o077:
            raise _unsafe(
                path, "can be read by other users", message("If nobody did, run: chmod 600 {path}", path=path)
            )
        return os.read(handle, _LARGEST_KEY_FILE)
    finally:
        os.close(handle)


def _unsafe(path: str, what: str, hint: str) -> KeyUnavailable:
    return KeyUnavailable(message("The key file {path} {what}.", path=path, what=what), hint, reason="unsafe")
