"""Keyrings to test with: one in a JSON file, which can be locked, go silent, or lose its memory."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked


class FileKeyring(KeyringBackend):
    """Keeps passwords in $TEST_KEYRING; what $TEST_KEYRING.mood says befalls every call."""

    priority = 1.0  # type: ignore[assignment]  # the base class computes it

    @property
    def _path(self) -> Path:
        return Path(os.environ["TEST_KEYRING"])

    def _mood(self) -> None:
        path = self._path.with_suffix(".mood")
        mood = path.read_text() if path.exists() else ""
        if mood == "locked":
            raise KeyringLocked("it is locked")
        if mood == "silent":
            time.sleep(60)
        if mood == "asks":
            sys.stdin.readline()
            open("/dev/tty").read()  # noqa: SIM115 - it fails: there is no terminal
        if mood == "broken":
            raise RuntimeError("broken")

    def _items(self) -> dict[str, str]:
        return json.loads(self._path.read_text()) if self._path.exists() else {}

    def _write(self, items: dict[str, str]) -> None:
        # A reader finds the old ones or the new ones, as in any keyring, also where the writer is killed.
        written = self._path.with_suffix(f".{os.getpid()}")
        written.write_text(json.dumps(items))
        written.replace(self._path)

    def get_password(self, service: str, username: str) -> str | None:
        self._mood()
        return self._items().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._mood()
        forgetful = self._path.with_suffix(".mood").exists()
        if not forgetful:
            self._write(self._items() | {f"{service} {username}": password})

    def delete_password(self, service: str, username: str) -> None:
        self._mood()
        items = self._items()
        del items[f"{service} {username}"]
        self._write(items)
