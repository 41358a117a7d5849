"""The one door to what is remembered."""

from __future__ import annotations

import os
import time

from isolation.errors import LedgerDamaged, LedgerError
from isolation.home import home_folder, ledger_path, resolved
from isolation.ledger.database import FILE_ERRORS, LedgerMissing, connect, explain, is_fresh
from isolation.ledger.keys import Keys, key_file_path
from isolation.ledger.reader import Reader
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from isolation.errors import KeyUnavailable
    from isolation.ledger.helping import Helper
    from isolation.ledger.numbering import Remembered
    from isolation.ledger.opener import Opener
    from isolation.ledger.terms import Terms
    from isolation.ledger.verify import VerifyResult
    from isolation.ledger.writer import Writing


def system_clock() -> int:
    """Now, in µs since the epoch."""
    return time.time_ns() // 1000


class Ledger:
    """An open ledger file. Use it in a `with` block, from one thread."""

    def __init__(
        self, path: str, connection: sqlite3.Connection, environment: Mapping[str, str], clock: Callable[[], int],
        announcements: tuple[str, ...], *, read_only: bool,
    ) -> None:  # fmt: skip
        self.path = path
        self.connection = connection
        self.clock = clock
        self.announcements = announcements
        self.origin: str
        self.install_id: str
        self.created_at: int
        self.epoch: int
        self.key_store: str
        self.keys: Keys
        self.key_file = key_file_path(path, environment)
        self.environment = environment
        self.helper: Helper | None = None  # what makes entries beside this process, for as long as an import takes
        self.numbers: Remembered | None = None  # from one transaction of an import to the next
        self._read_only = read_only
        self._opener: Opener | None = None
        self._terms: tuple[bytes | None, Terms] | None = None
        self._take_up()

    def _take_up(self) -> None:
        origin, install, created, epoch, store, fingerprint = _about(self.connection)
        self.origin, self.install_id, self.created_at, self.epoch, self.key_store = (
            origin, install, created, epoch, store
        )  # fmt: skip
        self.keys = Keys(origin, epoch, store, fingerprint, self.key_file, self.environment, not self._read_only)

    def renew(self) -> None:
        """Takes up the keys of the present epoch: another process may have rotated them."""
        (epoch,) = self.connection.execute("SELECT max(epoch) FROM main.epochs").fetchone()
        if epoch != self.epoch:
            self._take_up()

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str] | None = None,
        *,
        create: bool = True,
        read_only: bool = False,
        key_store: str | None = None,
        clock: Callable[[], int] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Ledger:
        """The ledger at `path`, by default that of ISOLATION_LEDGER or the home folder.

        It is made where there is none, unless `create` is False or `read_only` True: then LedgerMissing.
        `key_store` says where a new ledger's keys go: "keyring", "file", or None for the keyring where there is
        one; what a person must know of it is in `announcements`. `clock` gives the time (µs) of what is logged.
        Raises LedgerError, KeyUnavailable.
        """
        environment = os.environ if environment is None else environment
        clock = clock or system_clock
        path = resolved(os.fspath(path) if path is not None else ledger_path(environment))
        announcements: tuple[str, ...] = ()
        if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
            # A device or a pipe: opening one may hang, and making it private would break it for everybody.
            raise LedgerError(
                message("{path} is no file, but a device or a pipe.", path=path), "Name a file with --ledger."
            )
        if not read_only:
            from isolation.ledger.create import prepare

            prepare(path, home_folder(environment), create=create)
        connection = connect(path, read_only=read_only)
        try:
            if is_fresh(connection, path):
                if read_only or not create:
                    raise LedgerMissing(
                        message("{path} is empty: there is no ledger yet.", path=path), "`isolation setup` makes one."
                    )
                from isolation.ledger.create import create_ledger

                announcements = create_ledger(connection, path, key_store, clock, environment)
            return cls(path, connection, environment, clock, announcements, read_only=read_only)
        except FILE_ERRORS as problem:
            connection.close()
            raise explain(problem, path) from problem
        except BaseException:
            connection.close()
            raise

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def terms(self, key: bytes | None) -> Terms:
        """What works out tags under this index key; it remembers from one transaction to the next."""
        if self._terms is None or self._terms[0] != key:
            from isolation.ledger.terms import Terms

            self._terms = key, Terms(key)
        return self._terms[1]

    def close(self) -> None:
        """Closes the file; what was not committed is gone."""
        self.connection.close()

    @property
    def size(self) -> int:
        """How many entries there are."""
        with self.reading() as reader:
            return reader.size

    @property
    def root(self) -> bytes:
        """The root of the tree over all entries, 32 bytes."""
        with self.reading() as reader:
            return reader.root

    @property
    def tags_available(self) -> bool:
        """Whether values can be compared."""
        return self.key_problem is None

    @property
    def key_problem(self) -> KeyUnavailable | None:
        """Why the index key cannot be had, or None."""
        return self.keys.problem()

    def opener(self) -> Opener:
        """What opens names and values. Raises KeyUnavailable."""
        if self._opener is None:
            from isolation.ledger.opener import Opener

            self.keys.secret("seal")
            self._opener = Opener(self.origin, self._seal_secret)
        return self._opener

    def _seal_secret(self, epoch: int) -> bytes:
        if epoch != self.epoch:
            self.renew()
        return self.keys.secret("seal")

    def reading(self) -> Reading:
        """`with ledger.reading() as reader`: one state of the ledger."""
        return Reading(self)

    def writing(self) -> Writing:
        """`with ledger.writing() as log`: one transaction, acknowledged when the block is left without exception."""
        from isolation.ledger.writer import Writing

        return Writing(self)

    def sweep(self) -> None:
        """Takes the last traces of what was erased out of the file. Raises LedgerError where that must wait."""
        from isolation.ledger.sweeping import sweep

        sweep(self)

    def verify(self, progress: Callable[[int, int], None] | None = None) -> VerifyResult:
        """Recomputes everything: whether tree, entries and derived tables agree. `progress(done, of)`."""
        from isolation.ledger.verify import verify_ledger

        return verify_ledger(self, progress)


def _about(connection: sqlite3.Connection) -> tuple[str, str, int, int, str, str]:
    """Origin, install id, creation, current epoch, where its keys lie, and the index key's fingerprint."""
    meta = dict(connection.execute("SELECT name, value FROM main.meta"))
    epoch = connection.execute(
        "SELECT epoch, store, index_print FROM main.epochs ORDER BY epoch DESC LIMIT 1"
    ).fetchone()  # fmt: skip
    try:
        return meta["origin"], meta["install"], int(meta["created"]), *epoch
    except (KeyError, TypeError, ValueError):
        raise LedgerDamaged(
            "The ledger's own description is damaged.", "Restore a backup; `isolation verify` shows what is left."
        ) from None


class Reading:
    """A read transaction; inside a writing one, what that has so far."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._began = False

    def __enter__(self) -> Reader:
        connection = self._ledger.connection
        if not connection.in_transaction:
            try:
                connection.execute("BEGIN")
                self._ledger.renew()
            except BaseException as problem:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                if isinstance(problem, FILE_ERRORS):
                    raise explain(problem, self._ledger.path) from problem
                raise
            self._began = True
        return Reader(self._ledger)

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._began and self._ledger.connection.in_transaction:
            self._ledger.connection.execute("ROLLBACK")
        if isinstance(problem, FILE_ERRORS):
            raise explain(problem, self._ledger.path) from problem


__all__ = ["Ledger", "Reading", "system_clock"]
