"""The keys that make tags in the memory of the login session, so that a check need not start the keyring.

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


_CACHED = ("index", "scan")


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


def read_cached(print_: str, environment: Mapping[str, str]) -> dict[str, bytes]:
    """The index key of that fingerprint and, if there is one, the scan key; empty where none is cached safely."""
    from isolation.ledger.keys import index_print

    path = _cache_path(print_, environment)
    if path is None:
        return {}
    try:
        keys = [bytes.fromhex(line) for line in read_key_file(path).decode("ascii").split("\n")]
    except (KeyUnavailable, ValueError):
        return {}
    found = dict(zip(_CACHED, keys, strict=False))
    return found if index_print(found["index"]) == print_ else {}


def write_cached(print_: str, keys: Mapping[str, bytes], environment: Mapping[str, str]) -> None:
    """Caches those keys where that is safe; otherwise, and where they cannot be written, does nothing."""
    path = _cache_path(print_, environment)
    if path is None:
        return
    fresh = f"{path}.{os.getpid()}"
    try:
        handle = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE_FILE)
        try:
            os.fchmod(handle, PRIVATE_FILE)
            os.write(handle, "\n".join(keys[name].hex() for name in _CACHED if name in keys).encode())
        finally:
            os.close(handle)
        os.replace(fresh, path)
    except OSError:
        return


def forget_cached(print_: str, environment: Mapping[str, str]) -> None:
    """Takes the keys of that fingerprint out of memory."""
    path = _cache_path(print_, environment)
    if path is not None:
        try:
            os.unlink(path)
        except OSError:
            return
