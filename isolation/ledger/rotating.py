"""Rotating a ledger's keys: a new epoch, in which the old keys open nothing (docs/decisions/0020).

Three steps. The ledger notes which keys it is about to make, so that those of a rotation that dies are found. In one
transaction the keys are put in their store and everything keyed is written anew, so that the ledger is wholly of the
old epoch or wholly of the new one. Then the last traces of the old one are swept out of the file.
"""

from __future__ import annotations

import os
from contextlib import contextmanager

from isolation.errors import KeyUnavailable, LedgerDamaged, LedgerError, UsageError
from isolation.ledger.append import Appender
from isolation.ledger.checkpoint import VerifierKey, sign_public_key, vouch
from isolation.ledger.database import FILE_ERRORS, explain, patiently
from isolation.ledger.entry import to_base64
from isolation.ledger.key_cache import forget_cached
from isolation.ledger.key_stores import KeyStore
from isolation.ledger.keys import FIRST_EPOCH, KEY_SIZE, NAMES, index_print
from isolation.ledger.proofs import sign_secret, verifier_key
from isolation.ledger.remembered import remember
from isolation.ledger.retagging import Retagging, Side
from isolation.ledger.sealing import public_key
from isolation.ledger.sweeping import ROTATING, mark_unswept, rotation_begun
from isolation.ledger.tags import PointTags
from isolation.ledger.terms import encode_text
from isolation.messages import message
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from isolation.ledger.canonical import Json
    from isolation.ledger.store import Ledger


class Rotated(Value):
    """A rotation: the new epoch, the entry that tells of it, how many entries and batches were written anew, where
    the keys lie, the signing keys before and after, and the earlier epochs whose keys were destroyed."""

    __slots__ = ("after", "batches", "before", "destroyed", "entries", "entry", "epoch", "key_store")
    epoch: int
    entry: int
    entries: int
    batches: int
    key_store: str
    before: VerifierKey
    after: VerifierKey
    destroyed: tuple[int, ...]

    def __init__(
        self, epoch: int, entry: int, entries: int, batches: int, key_store: str, before: VerifierKey,
        after: VerifierKey, destroyed: tuple[int, ...],
    ) -> None:  # fmt: skip
        self._init(
            epoch=epoch, entry=entry, entries=entries, batches=batches, key_store=key_store, before=before,
            after=after, destroyed=destroyed,
        )  # fmt: skip


class _Plan:
    """The epoch to come: its number, its keys and their store."""

    def __init__(self, ledger: Ledger, key_store: str) -> None:
        self.epoch = 0
        self.store = KeyStore(key_store, ledger.origin, ledger.key_file)
        self.secrets = {name: os.urandom(KEY_SIZE) for name in NAMES}
        self.print = index_print(self.secrets["index"])

    def mark(self) -> str:
        """What the ledger notes of it."""
        return f"{self.epoch} {self.store.store} {self.print}"


def rotate(
    ledger: Ledger,
    *,
    key_store: str | None = None,
    reason: str = "",
    destroy_old: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Rotated:
    """Gives the ledger new keys, in `key_store` ("keyring" or "file", by default where they lie already).

    It is verified first. `destroy_old` takes the keys of all earlier epochs out of their stores: then nobody can open
    a backup from before. `progress(done, of)` counts entries. Raises LedgerDamaged, KeyUnavailable, UsageError, and
    LedgerError: also where the keys are rotated and only the file could not be swept yet.
    """
    if key_store not in (None, "keyring", "file"):
        raise UsageError(message("There is no key store {key_store!r}.", key_store=key_store), "Use keyring or file.")
    ledger.keys.secret("seal")
    _require_intact(ledger, progress)
    plan = _Plan(ledger, key_store or ledger.key_store)
    with _transaction(ledger):
        _announce(ledger, plan)
    before, old_print = verifier_key(ledger), ledger.keys.fingerprint
    with _transaction(ledger):
        entry, batches = _turn(ledger, plan, reason, progress)
    forget_cached(old_print, ledger.environment)
    destroyed = _destroy(ledger) if destroy_old else ()
    remember(ledger)
    _sweep(ledger)
    return Rotated(plan.epoch, entry, entry, batches, plan.store.store, before, verifier_key(ledger), destroyed)


def _sweep(ledger: Ledger) -> None:
    try:
        ledger.sweep()
    except LedgerError as problem:
        raise LedgerError(
            message("The keys are rotated. {message}", message=problem.message), problem.hint
        ) from problem


@contextmanager
def _transaction(ledger: Ledger) -> Iterator[None]:
    connection = ledger.connection
    patiently(connection, "BEGIN IMMEDIATE", ledger.path)
    try:
        ledger.renew()
        yield
        patiently(connection, "COMMIT", ledger.path)
    except FILE_ERRORS as problem:
        raise explain(problem, ledger.path) from problem
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
            ledger.renew()


def _require_intact(ledger: Ledger, progress: Callable[[int, int], None] | None) -> None:
    """New tags and MACs would cover damage up."""
    result = ledger.verify(progress)
    if result.problems:
        entry, text = result.problems[0]
        where = "" if entry is None else message("entry {entry}: ", entry=entry)
        raise LedgerDamaged(
            message("The keys were not rotated, because the ledger is damaged: {where}{text}.", where=where, text=text),
            "Run `isolation verify`, or restore a backup.",
            entries=tuple(one for one, _ in result.problems if one is not None),
        )  # fmt: skip


def _announce(ledger: Ledger, plan: _Plan) -> None:
    """Takes away the keys of a rotation that died, chooses a number that no keys have, and notes it."""
    mark = rotation_begun(ledger.connection)
    # No number is used twice: the keyring may still be writing the keys of a process that was killed.
    plan.epoch = max(ledger.epoch, _discard(ledger, mark) if mark else 0) + 1
    # A backup that was put back may know fewer epochs than there are keys of; theirs are never overwritten.
    while plan.store.read(plan.epoch):
        plan.epoch += 1
    ledger.connection.execute("INSERT OR REPLACE INTO main.meta VALUES (?, ?)", (ROTATING, plan.mark()))


def _discard(ledger: Ledger, mark: str) -> int:
    """Takes away the keys that a rotation which died had made; returns their number."""
    number, store, fingerprint = mark.split(" ")
    epoch, left = int(number), KeyStore(store, ledger.origin, ledger.key_file)
    index = left.read(epoch).get("index")  # it is the first to be written
    if index is not None and index_print(index) == fingerprint:
        left.remove(epoch)
    return epoch


def _turn(
    ledger: Ledger, plan: _Plan, reason: str, progress: Callable[[int, int], None] | None
) -> tuple[int, int]:  # fmt: skip
    """Puts the keys in their store and writes everything anew; returns the entry that tells of it, and the batches."""
    connection, keys = ledger.connection, ledger.keys
    if rotation_begun(connection) != plan.mark():
        raise LedgerError("Another rotation of the keys began at this moment.", "Look at `isolation status`.")
    scan = keys.index() if ledger.epoch == FIRST_EPOCH else keys.secret("scan")
    before = Side(ledger.epoch, keys.index(), keys.points())
    after = Side(plan.epoch, plan.secrets["index"], PointTags(plan.secrets["index"], scan))
    seal, sign = public_key(plan.secrets["seal"]), sign_public_key(plan.secrets["sign"])
    vouched = sign_secret(ledger)
    batches = Retagging(ledger, before, after, progress).run(seal)
    entry = connection.execute("SELECT max(i) + 1 FROM main.entries").fetchone()[0]
    connection.execute(
        "INSERT INTO main.epochs VALUES (?, ?, ?, ?, ?, ?)",
        (plan.epoch, entry, plan.store.store, plan.print, seal, sign),
    )
    plan.store.add(plan.epoch, plan.secrets | {"scan": scan})
    ledger.renew()
    appender = Appender(ledger)
    told: dict[str, Json] = {
        "epoch": plan.epoch, "index_print": plan.print, "seal_public": to_base64(seal), "sign_public": to_base64(sign),
        "store": plan.store.store, "vouch": to_base64(vouch(vouched, ledger.origin, entry, sign)),
    }  # fmt: skip
    appender.append("rotate", {"reason": encode_text(reason)} if reason else {}, b"", told=told)
    appender.flush()
    connection.execute("DELETE FROM main.meta WHERE name = ?", (ROTATING,))
    mark_unswept(connection, appender.logged)
    return entry, batches


def _destroy(ledger: Ledger) -> tuple[int, ...]:
    """Takes the keys of all earlier epochs out of their stores."""
    destroyed = []
    with _transaction(ledger):
        query = "SELECT epoch, store FROM main.epochs WHERE epoch < ? ORDER BY epoch"
        for epoch, store in ledger.connection.execute(query, (ledger.epoch,)).fetchall():
            keys = KeyStore(store, ledger.origin, ledger.key_file)
            try:
                if keys.read(epoch):
                    keys.remove(epoch)
                    destroyed.append(epoch)
            except KeyUnavailable as problem:
                raise LedgerError(
                    message(
                        "The keys were rotated, but old ones could not be destroyed: {message}", message=problem.message
                    ),
                    "Run `isolation rotate-keys --destroy-old-keys` when that has changed.",
                ) from problem
    return tuple(destroyed)
