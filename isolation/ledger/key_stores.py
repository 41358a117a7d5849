"""The two places that keys lie in, behind one door: the OS keyring and the key file."""

from __future__ import annotations

import os

from isolation.ledger.files import read_key_file
from isolation.ledger.key_file import add_to_key_file, remove_from_key_file
from isolation.ledger.keyring_store import PATIENT_SECONDS, add_to_keyring, read_keyring, remove_from_keyring
from isolation.ledger.keys import parse_key_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class KeyStore:
    """Where one ledger's keys lie: `store` is "keyring" or "file", `path` that of the key file.

    Everything raises KeyUnavailable where the store is out of reach, LedgerError where it cannot be written. Whoever
    writes holds the ledger's write lock.
    """

    def __init__(self, store: str, origin: str, path: str) -> None:
        self.store = store
        self._origin = origin
        self._path = path

    def read(self, epoch: int) -> dict[str, bytes]:
        """The keys of an epoch by name; those that are not there are left out."""
        if self.store == "keyring":
            return read_keyring(self._origin, epoch)
        if not os.path.lexists(self._path):
            return {}
        return parse_key_file(read_key_file(self._path), self._origin, epoch)

    def add(self, epoch: int, secrets: Mapping[str, bytes]) -> None:
        """Adds an epoch's keys and reads them back; none is overwritten."""
        if self.store == "keyring":
            add_to_keyring(self._origin, epoch, secrets, PATIENT_SECONDS)
        else:
            add_to_key_file(self._path, self._origin, epoch, secrets)

    def remove(self, epoch: int) -> None:
        """Takes an epoch's keys away, if they are there."""
        if self.store == "keyring":
            remove_from_keyring(self._origin, epoch)
        elif os.path.lexists(self._path):
            remove_from_key_file(self._path, self._origin, epoch)
