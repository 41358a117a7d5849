"""Where ledger, policy and key file lie, by the environment and the platform's custom.

ISOLATION_HOME names the folder of all three; ISOLATION_LEDGER, ISOLATION_POLICY and ISOLATION_KEY_FILE name one.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def user_folder(environment: Mapping[str, str] = os.environ) -> str:
    """The home folder of the person who runs this; no absolute path where there is none.

    An empty HOME, as some services and containers have it, is none: the system's list of users then says.
    """
    if sys.platform != "win32" and environment.get("HOME") == "":
        import pwd

        try:
            return pwd.getpwuid(os.getuid()).pw_dir
        except KeyError:  # a user without a name
            return ""
    return os.path.expanduser("~")


def home_folder(environment: Mapping[str, str] = os.environ) -> str:
    """The folder of ledger, policy and key file; it need not exist yet. Raises LedgerError for a user without a home.

    Linux: $XDG_DATA_HOME (XDG Base Directory Specification 0.8; a relative one is ignored, as it says).
    macOS: ~/Library/Application Support. Windows: %LOCALAPPDATA%.
    """
    named = environment.get("ISOLATION_HOME")
    if named:
        return named
    user = user_folder(environment)
    if not os.path.isabs(user):
        from isolation.errors import LedgerError

        raise LedgerError("This user has no home folder.", "Name a folder in the environment variable ISOLATION_HOME.")
    if sys.platform == "win32":
        base = environment.get("LOCALAPPDATA") or os.path.join(user, "AppData", "Local")
    elif sys.platform == "darwin":
        base = os.path.join(user, "Library", "Application Support")
    else:
        base = environment.get("XDG_DATA_HOME", "")
        if not os.path.isabs(base):
            base = os.path.join(user, ".local", "share")
    return os.path.join(base, "isolation")


def ledger_path(environment: Mapping[str, str] = os.environ) -> str:
    """The ledger's file."""
    return environment.get("ISOLATION_LEDGER") or os.path.join(home_folder(environment), "ledger.sqlite3")


def resolved(path: str) -> str:
    """The ledger's file itself where the path is a symbolic link: its key and its checkpoint lie beside that.

    Raises LedgerError for a link that another user, root apart, put there: it could lead anywhere.
    """
    if not os.path.islink(path):
        return path
    if os.name == "posix" and os.lstat(path).st_uid not in (0, os.geteuid()):
        from isolation.errors import LedgerError
        from isolation.messages import message

        raise LedgerError(
            message("{path} is a symbolic link of another user.", path=path), "Name the ledger's file itself."
        )
    return os.path.realpath(path)


def policy_path(environment: Mapping[str, str] = os.environ) -> str:
    """The policy's file."""
    return environment.get("ISOLATION_POLICY") or os.path.join(home_folder(environment), "policy.toml")
