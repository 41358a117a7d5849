"""Keys in the operating system's keyring, by way of a helper process with a deadline."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

from isolation.errors import KeyUnavailable
from isolation.ledger.keys import KEY_SIZE, names_of
from isolation.messages import known, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

DEADLINE_SECONDS = 3.0
# For making keys where the keyring was asked for by name: it may have to be started first.
PATIENT_SECONDS = 10.0
SERVICE = "isolation"

_HELPER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keyring_helper.py")


def read_keyring(origin: str, epoch: int) -> dict[str, bytes]:
    """The keys of one origin and epoch; those that are not there are left out. Raises KeyUnavailable."""
    names = names_of(epoch)
    items = _ask("get", {_user(origin, epoch, name): None for name in names}, DEADLINE_SECONDS)
    found = {}
    for name in names:
        secret = _parse(items.get(_user(origin, epoch, name)))
        if secret is not None:
            found[name] = secret
    return found


def add_to_keyring(origin: str, epoch: int, secrets: Mapping[str, bytes], deadline: float = DEADLINE_SECONDS) -> None:
    """Writes an epoch's keys and reads them back; never overwrites. Raises KeyUnavailable."""
    wanted = {_user(origin, epoch, name): secret.hex() for name, secret in secrets.items()}
    if _ask("set", wanted, deadline) != wanted:
        raise KeyUnavailable("The keyring does not give back what was written to it.", reason="absent")


def remove_from_keyring(origin: str, epoch: int) -> None:
    """Takes an epoch's keys away, those that are there. Raises KeyUnavailable."""
    _ask("delete", {_user(origin, epoch, name): None for name in names_of(epoch)}, DEADLINE_SECONDS)


def _user(origin: str, epoch: int, name: str) -> str:
    return f"{origin}/{epoch}/{name}"


def _parse(secret: object) -> bytes | None:
    try:
        key = bytes.fromhex(secret) if isinstance(secret, str) else b""
    except ValueError:
        return None
    return key if len(key) == KEY_SIZE else None


def _ask(action: str, items: Mapping[str, str | None], deadline: float) -> dict[str, Any]:
    request = {"path": [os.path.abspath(p) for p in sys.path], "action": action, "service": SERVICE, "items": items}
    answer = _run(json.dumps(request).encode(), deadline)
    status, detail = answer.get("status"), answer.get("detail", "")
    if status == "ok":
        found: dict[str, Any] = answer["items"]
        return found
    if status == "locked":
        raise KeyUnavailable("The keyring is locked.", "Unlock it and try again.", reason="locked")
    said = message("The keyring cannot be used: {detail}.", detail=known(detail))
    raise KeyUnavailable(said, "See `isolation status`.", reason="absent")


def _run(request: bytes, deadline: float) -> dict[str, Any]:
    # A session of its own takes the terminal away: some backends would ask there.
    flags = 0 if os.name == "posix" else subprocess.CREATE_NO_WINDOW  # type: ignore[attr-defined]  # Windows only
    helper = subprocess.Popen(
        [sys.executable, "-I", _HELPER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        start_new_session=True, creationflags=flags,
    )  # fmt: skip
    try:
        output, _ = helper.communicate(request, deadline)
    except subprocess.TimeoutExpired:
        _kill(helper)
        raise KeyUnavailable(
            message("The keyring did not answer within {deadline:.0f} s.", deadline=deadline),
            "It may wait for someone to unlock it on the screen.", reason="silent",
        ) from None  # fmt: skip
    try:
        answer: dict[str, Any] = json.loads(output)
    except ValueError:
        return {
            "status": "failed",
            "detail": message("its helper ended with code {returncode}", returncode=helper.returncode),
        }
    return answer


def _kill(helper: subprocess.Popen[bytes]) -> None:
    if os.name == "posix":
        os.killpg(helper.pid, signal.SIGKILL)
    else:
        helper.kill()
    helper.wait()
    for pipe in (helper.stdin, helper.stdout):
        if pipe is not None:
            pipe.close()
