"""Putting a backup in the ledger's place: verified first, never silently back in time, and nothing is thrown away."""

from __future__ import annotations

import os

from isolation.errors import KeyUnavailable, LedgerDamaged, LedgerError, UsageError
from isolation.home import home_folder, resolved
from isolation.ledger.backup import copy, scratch_file
from isolation.ledger.checkpoint import BadCheckpoint, require_signed
from isolation.ledger.database import FILE_ERRORS, LedgerMissing, connect, is_fresh
from isolation.ledger.files import make_folder
from isolation.ledger.keys import index_print, key_file_path, names_of, parse_key_file
from isolation.ledger.proofs import StoredTree, known_keys
from isolation.ledger.remembered import remember, remembered
from isolation.ledger.store import Ledger
from isolation.ledger.swapping import aside_name, swap
from isolation.messages import joined, message
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from isolation.ledger.verify import VerifyResult
    from isolation.model import Reading


class RollbackRefused(LedgerError):
    """A backup that does not continue what is known of the ledger; `reasons` are full sentences."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__(
            joined(" ", reasons), message("To restore it all the same: --accept-rollback REASON, which is recorded.")
        )
        self.reasons = reasons


class Restored(Value):
    """What was restored: the ledger's size and root after it, where the file that it replaced is kept ("" for none),
    what was known that the backup does not continue, what verifying it found, and the entry that records it."""

    __slots__ = ("entry", "kept", "notes", "origin", "path", "rolled_back", "root", "size", "verified")
    path: str
    origin: str
    size: int
    root: bytes
    kept: str
    rolled_back: tuple[str, ...]
    notes: tuple[str, ...]
    verified: VerifyResult
    entry: int

    def __init__(
        self, path: str, origin: str, size: int, root: bytes, kept: str, rolled_back: tuple[str, ...],
        notes: tuple[str, ...], verified: VerifyResult, entry: int,
    ) -> None:  # fmt: skip
        self._init(
            path=path, origin=origin, size=size, root=root, kept=kept, rolled_back=rolled_back, notes=notes,
            verified=verified, entry=entry,
        )  # fmt: skip


def restore(
    source: str,
    target: str,
    *,
    accept_rollback: str = "",
    here: tuple[Reading, ...] | None = None,
    keys: str = "",
    environment: Mapping[str, str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Restored:
    """Puts the backup `source` in the place of the ledger `target`.

    It is copied and verified before anything is touched. A backup that is older than the newest state known of the
    ledger, or that is of another one, raises RollbackRefused unless `accept_rollback` gives a reason. `here` are the
    identifying readings of this machine where it takes over from another. `keys` names a key file to put the keys
    back from. The ledger that was there is kept under another name. Raises LedgerDamaged, KeyUnavailable, UsageError.
    """
    environment = os.environ if environment is None else environment
    target = resolved(target)
    if not os.path.exists(source):
        raise UsageError(
            message("There is no file {name}.", name=source), "Name a backup that `isolation backup` made."
        )
    if not os.path.isfile(source) and not os.path.isdir(source):  # opening a pipe would wait for ever
        raise UsageError(
            message("{path} is a device or a pipe.", path=source), "Name a backup that `isolation backup` made."
        )
    if os.path.exists(target) and os.path.samefile(source, target):
        raise UsageError(message("{source} is the ledger itself.", source=source), "Name a backup of it.")
    folder = os.path.dirname(os.path.abspath(target))
    make_folder(folder, ours=folder == os.path.abspath(home_folder(environment)))
    scratch = scratch_file(target)
    try:
        _copied(source, scratch)
        if keys:
            _put_keys_back(scratch, target, keys, environment)
        opened = dict(environment) | {"ISOLATION_KEY_FILE": key_file_path(target, environment)}
        with Ledger.open(scratch, create=False, environment=opened) as fresh:
            return _Restoring(source, target, fresh, accept_rollback, here).run(progress)
    finally:
        for left in (scratch, f"{scratch}-journal"):
            if os.path.lexists(left):
                os.unlink(left)


def _copied(source: str, scratch: str) -> None:
    connection = connect(source, read_only=True)
    try:
        if is_fresh(connection, source):
            raise UsageError(
                message("{source} is empty.", source=source), "Name a backup that `isolation backup` made."
            )
        copy(connection, scratch, source)
    finally:
        connection.close()


def _put_keys_back(scratch: str, target: str, keys: str, environment: Mapping[str, str]) -> None:
    """Puts the keys of a key file where the ledger looks for them, unless they are there."""
    from isolation.ledger.files import read_key_file
    from isolation.ledger.key_stores import KeyStore

    opened = dict(environment) | {"ISOLATION_KEY_FILE": key_file_path(target, environment)}
    with Ledger.open(scratch, read_only=True, environment=opened) as ledger:
        if ledger.key_problem is None:
            return
        found = parse_key_file(read_key_file(keys), ledger.origin, ledger.epoch)
        whole = set(names_of(ledger.epoch)) <= found.keys()
        if not whole or index_print(found["index"]) != ledger.keys.fingerprint:
            raise KeyUnavailable(
                message("{keys} has not the keys of this ledger.", keys=keys), "Name another file.", reason="lost"
            )
        KeyStore(ledger.key_store, ledger.origin, ledger.key_file).add(ledger.epoch, found)


class _Restoring:
    def __init__(self, source: str, target: str, fresh: Ledger, reason: str, here: tuple[Reading, ...] | None) -> None:
        self._source = source
        self._target = target
        self._fresh = fresh
        self._reason = reason
        self._here = here
        self._reasons: list[str] = []
        self._notes: list[str] = []
        self._known = 0  # the newest size known of the same log
        self._tree = StoredTree(fresh)
        self._size = fresh.size

    def run(self, progress: Callable[[int, int], None] | None) -> Restored:
        verified = self._fresh.verify(progress)
        if not verified.intact:
            entry, text = verified.problems[0]
            where = "" if entry is None else message("entry {entry}: ", entry=entry)
            raise LedgerDamaged(
                message("The backup {source} is damaged: {where}{text}.", source=self._source, where=where, text=text),
                "Restore another one; nothing was changed.",
                entries=tuple(one for one, _ in verified.problems if one is not None),
            )
        present = self._compared()
        try:
            self._compare_remembered()
            if self._reasons and not self._reason:
                raise RollbackRefused(tuple(self._reasons))
            entry = self._record()
            kept = aside_name(self._target, "replaced", self._fresh.clock())
            there = os.path.lexists(self._target)
            scratch = self._fresh.path
            self._fresh.close()
            swap(self._target, scratch, kept, present.connection if present is not None else None)
        finally:
            if present is not None:
                present.close()
        return self._done(kept if there else "", verified, entry)

    def _done(self, kept: str, verified: VerifyResult, entry: int) -> Restored:
        with Ledger.open(self._target, create=False) as ledger:
            remember(ledger, rolled_back=bool(self._reasons))
            return Restored(
                self._target, ledger.origin, ledger.size, ledger.root, kept, tuple(self._reasons), tuple(self._notes),
                verified, entry,
            )  # fmt: skip

    def _compared(self) -> Ledger | None:
        """The ledger that is there, compared; None where there is none, or one that is damaged."""
        present = None
        try:
            present = Ledger.open(self._target, create=False)
            self._compare_present(present)
        except LedgerMissing:
            return None
        except (LedgerError, *FILE_ERRORS) as problem:
            if present is not None:
                present.close()
            self._notes.append(
                message("The ledger that was there cannot be read, and was not compared: {problem}", problem=problem)
            )
            return None
        return present

    def _compare_present(self, present: Ledger) -> None:
        size = present.size
        if present.origin != self._fresh.origin:
            self._reasons.append(
                message(
                    "The ledger in its place is another one: {origin}, with {size} entries; the backup "
                    "is of {origin2}.",
                    origin=present.origin,
                    size=size,
                    origin2=self._fresh.origin,
                )
            )
            return
        self._known = max(self._known, size)
        common = min(size, self._size)
        if StoredTree(present).root(common) != self._tree.root(common):
            self._reasons.append(
                message(
                    "The backup and the present ledger have grown apart: their entries differ, so one of the two was"
                    " restored and written on, or written on another machine."
                )
            )
        elif size > self._size:
            self._reasons.append(joined("", [_older(self._size, size), self._back(present)]))

    def _back(self, present: Ledger) -> str:
        with present.reading() as reader, self._fresh.reading() as before:
            erased = reader.erased - before.erased
        told = message(" It would bring back {erased} erased entries.", erased=erased) if erased > 0 else ""
        if present.epoch != self._fresh.epoch:
            told = message(
                "{told} It would bring back the keys of epoch {epoch}; they were rotated since.",
                told=told,
                epoch=self._fresh.epoch,
            )
        return told

    def _compare_remembered(self) -> None:
        note = remembered(self._target)
        if note is None or note.checkpoint.origin != self._fresh.origin:
            return
        kept = note.checkpoint
        try:
            require_signed(note, known_keys(self._fresh))
        except BadCheckpoint as problem:
            if not problem.signed and kept.size > max(self._size, self._known):
                # The backup does not know the key: the keys were rotated since, or somebody else put it there.
                self._reasons.append(
                    message("{told} They were signed by a later key of the ledger.", told=_older(self._size, kept.size))
                )
                self._known = kept.size
                return
            self._notes.append(
                message("The checkpoint kept beside the ledger was not heeded: {problem}.", problem=problem)
            )
            return
        if kept.size > self._size:
            if self._known < kept.size:
                self._reasons.append(_older(self._size, kept.size))
        elif self._tree.root(kept.size) != kept.root:
            self._reasons.append(
                message(
                    "The first {size} entries of the backup are not those that were signed on this machine.",
                    size=kept.size,
                )
            )
        self._known = max(self._known, kept.size)

    def _record(self) -> int:
        with self._fresh.writing() as log:
            entry = log.add_restore(max(self._known, self._size), self._reason, tuple(self._reasons))
            if self._here is not None:
                log.add_machine(self._here, "restore --here")
        return entry


def _older(size: int, known: int) -> str:
    lost = known - size
    many = message("1 entry is") if lost == 1 else message("{lost} entries are", lost=lost)
    return message(
        "The backup is older than the ledger: it has {size} entries, and {known} are known; {many} not in it.",
        size=size,
        known=known,
        many=many,
    )
