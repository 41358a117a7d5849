"""A ledger's secret keys: which there are, where they lie, and that they are the right ones.

Each epoch has three: `index` computes tags, `seal` opens what was sealed, `sign` signs checkpoints; and one that was
begun by a rotation a fourth, `scan`, which is handed on. They lie in the OS keyring, or in a private file of lines
`origin epoch name hex`. The ledger holds the public keys and the index key's fingerprint, so a missing or foreign key
is refused and never made anew.
"""

from __future__ import annotations

import os

from isolation.digests import sha256
from isolation.errors import KeyUnavailable
from isolation.ledger.files import read_key_file
from isolation.ledger.tags import PointTags
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

KEY_SIZE = 32
NAMES = ("index", "seal", "sign")
FIRST_EPOCH = 1

# A key that is out of reach now, and will be back: the ledger is appended to without it.
PASSING_REASONS = ("locked", "silent", "absent")


def names_of(epoch: int) -> tuple[str, ...]:
    """The names of an epoch's keys. `scan` goes on from epoch to epoch: it is the index key of the first."""
    return NAMES if epoch == FIRST_EPOCH else (*NAMES, "scan")


def index_print(key: bytes) -> str:
    """The fingerprint of an index key, 16 hex digits."""
    return sha256(b"isolation/index-key/1\0" + key).digest()[:8].hex()


def key_file_path(ledger_path: str, environment: Mapping[str, str]) -> str:
    """The key file of a ledger: ISOLATION_KEY_FILE, or `ledger.key` beside `ledger.sqlite3`."""
    return environment.get("ISOLATION_KEY_FILE") or os.path.splitext(ledger_path)[0] + ".key"


def parse_key_file(content: bytes, origin: str, epoch: int) -> dict[str, bytes]:
    """The keys of one origin and epoch among the lines of a key file; lines that are none are passed over."""
    found = {}
    for line in content.split(b"\n"):
        parts = line.split()
        if len(parts) == 4 and parts[0] == origin.encode() and parts[1] == b"%d" % epoch:
            try:
                found[parts[2].decode("ascii")] = bytes.fromhex(parts[3].decode("ascii"))
            except ValueError:
                continue
    return found


class Keys:
    """The keys of one ledger's current epoch, fetched when first needed.

    `store` is "keyring" or "file". `cache` allows writing the index key to the session's memory, which spares
    every later check the keyring.
    """

    def __init__(
        self, origin: str, epoch: int, store: str, print_: str, path: str, environment: Mapping[str, str], cache: bool
    ) -> None:
        self._origin = origin
        self._epoch = epoch
        self._store = store
        self.fingerprint = print_
        self._path = path
        self._environment = environment
        self._cache = cache
        self._found: dict[str, bytes] = {}
        self._problem: KeyUnavailable | None = None

    def problem(self) -> KeyUnavailable | None:
        """Why the index key cannot be had, or None."""
        try:
            self.index()
        except KeyUnavailable:
            return self._problem
        return None

    def index(self) -> bytes:
        """The key that computes tags. Raises KeyUnavailable, the same one for as long as the ledger is open."""
        key = self._found.get("index")
        if key is not None:
            return key
        if self._problem is not None:
            raise self._problem
        try:
            return self._index()
        except KeyUnavailable as problem:
            self._problem = problem
            raise

    def points(self) -> PointTags:
        """What makes the tags of neighbouring access points. Raises KeyUnavailable."""
        index = self.index()
        return PointTags(index, None if self._epoch == FIRST_EPOCH else self.secret("scan"))

    def secret(self, name: str) -> bytes:
        """The key of that name, `seal` or `sign` or, but in the first epoch, `scan`. Raises KeyUnavailable."""
        if name not in self._found:
            self._fetch()
        return self._found[name]

    def _index(self) -> bytes:
        if self._store == "keyring":
            from isolation.ledger.key_cache import read_cached, write_cached

            cached = read_cached(self.fingerprint, self._environment)
            if cached:
                self._found.update(cached)
                return cached["index"]
            self._fetch()
            if self._cache:
                write_cached(self.fingerprint, self._found, self._environment)
        else:
            self._fetch()
        return self._found["index"]

    def _fetch(self) -> None:
        if self._store == "keyring":
            from isolation.ledger.keyring_store import read_keyring

            found = read_keyring(self._origin, self._epoch)
            place = message("the operating system's keyring")
        else:
            found = parse_key_file(read_key_file(self._path), self._origin, self._epoch)
            place = message("the key file {path}", path=self._path)
        for name in names_of(self._epoch):
            if len(found.get(name, b"")) != KEY_SIZE:
                raise self._lost(message("This ledger's {name} key is not in {place}.", name=name, place=place))
        if index_print(found["index"]) != self.fingerprint:
            raise self._lost(message("The index key in {place} is not the one of this ledger.", place=place))
        self._found = found

    def _lost(self, what: str) -> KeyUnavailable:
        hint = message(
            "Put the keys back from a backup; if there is none, begin a new ledger and keep this one for `verify`."
        )
        return KeyUnavailable(what, hint, reason="lost")
