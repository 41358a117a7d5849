"""The index key in the memory of the login session, so that a check need not start the keyring.

$XDG_RUNTIME_DIR is private to the user, never on disk, and gone at logout (XDG Base Directory Specification 0.8).
"""

from __future__ import annotations

import os
import stat

from isolation.errors import KeyUnavailable
from isolation.ledger.files import PRIVATE_FILE, PRIVATE_FOLDER, read_key_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def _cache_path(print_: str, environment: Mapping[str, str]) -> str | None:
    folder = environment.get("XDG_RUNTIME_DIR", "")
    if os.name != "posix" or not os.path.isabs(folder):
        return None
    try:
        status = os.lstat(folder)
    except OSError:
        return None
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
        return None
    if stat.S_IMODE(status.st_mode) != PRIVATE_FOLDER:
        return None
    return os.path.join(folder, f"isolation-{print_}.key")


def read_cached(print_: str, environment: Mapping[str, str]) -> bytes | None:
    """The index key of that fingerprint, or None where none is cached safely."""
    from isolation.ledger.keys import index_print

    path = _cache_path(print_, environment)
    if path is None:
        return None
    try:
        key = bytes.fromhex(read_key_file(path).decode("ascii"))
    except (KeyUnavailable, ValueError):
        return None
    return key if index_print(key) == print_ else None


def write_cached(print_: str, key: bytes, environment: Mapping[str, str]) -> None:
    """Caches the index key where that is safe; otherwise, and where it cannot be written, does nothing."""
    path = _cache_path(print_, environment)
    if path is None:
        return
    fresh = f"{path}.{os.getpid()}"
    try:
        handle = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE_FILE)
        try:
            os.fchmod(handle, PRIVATE_FILE)
            os.write(handle, key.hex().encode())
        finally:
            os.close(handle)
        os.replace(fresh, path)
    except OSError:
        return
