"""Asks the operating system's keyring, in a process of its own. Run by path; nothing of this package is imported.

A keyring can hang for ever, read from the terminal, or store in plain text; so it runs here, with a deadline set
by whoever started it, without a terminal, and backends that are no keyring are refused. Standard input holds one
JSON request `{"path": [...], "action": "get" | "set" | "delete", "service": …, "items": {user: secret or null}}`,
standard output gets one JSON answer `{"status": …, "detail": …, "items": {user: secret or null}}`.
"""

from __future__ import annotations

import json
import sys

from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Backends that fail always, discard what they are given, or keep it in a file that anybody may read.
_REFUSED = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")


def choose(backend: Any) -> Any:
    """The first backend that is a keyring, or None; a chain is looked into."""
    for one in getattr(backend, "backends", None) or [backend]:
        if not type(one).__module__.startswith(_REFUSED):
            return one
    return None


def serve(request: dict[str, Any]) -> dict[str, Any]:
    """The answer to a request; `status` is ok, absent, locked, exists or failed."""
    try:
        import keyring
        from keyring.errors import InitError, KeyringLocked, NoKeyringError
    except ImportError as problem:
        return {
            "status": "absent",
            "detail": message("the keyring package cannot be loaded: {problem}", problem=problem),
        }
    try:
        backend = choose(keyring.get_keyring())
        if backend is None:
            return {"status": "absent", "detail": message("there is no keyring service")}
        if sys.platform == "win32" and hasattr(backend, "persist"):
            backend.persist = "local machine"
        return exchange(backend, request)
    except NoKeyringError:
        return {"status": "absent", "detail": message("there is no keyring service")}
    except (KeyringLocked, InitError) as problem:
        return {"status": "locked", "detail": f"{type(problem).__name__}: {problem}"}
    except Exception as problem:  # noqa: BLE001 - a backend is foreign code and may raise anything at all
        return {"status": "failed", "detail": f"{type(problem).__name__}: {problem}"}


def exchange(backend: Any, request: dict[str, Any]) -> dict[str, Any]:
    """Reads the items, after writing those that are not there, or deleting those that are."""
    service, items = request["service"], request["items"]
    if request["action"] == "set":
        if any(backend.get_password(service, user) is not None for user in items):
            return {"status": "exists", "detail": message("the keyring has a key by that name already")}
        for user, secret in items.items():
            backend.set_password(service, user, secret)
    elif request["action"] == "delete":
        for user in items:
            if backend.get_password(service, user) is not None:
                backend.delete_password(service, user)
    return {"status": "ok", "items": {user: backend.get_password(service, user) for user in items}}


def main() -> None:
    """One request, one answer."""
    request = json.loads(sys.stdin.buffer.read())
    sys.path[:] = request["path"]
    json.dump(serve(request), sys.stdout)


if __name__ == "__main__":
    main()
