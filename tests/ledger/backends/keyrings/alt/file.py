"""Stands for keyrings.alt, whose backends keep passwords in files that anybody may read."""

from __future__ import annotations

from keyring.backend import KeyringBackend


class PlaintextKeyring(KeyringBackend):
    """Would keep everything, if it were asked."""

    priority = 1.0  # type: ignore[assignment]  # the base class computes it

    def get_password(self, service: str, username: str) -> str | None:
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError("a key was given to a plain-text backend")
