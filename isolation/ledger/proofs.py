"""Proofs over the tree that a ledger stores: roots of earlier sizes, inclusion, consistency, and checkpoints."""

from __future__ import annotations

from isolation.errors import KeyUnavailable, LedgerDamaged
from isolation.ledger.checkpoint import Checkpoint, VerifierKey, sign_checkpoint, sign_public_key
from isolation.ledger.entry import open_values, parse_body
from isolation.ledger.merkle import consistency_proof, inclusion_proof, peaks, root_of_peaks, stored_hash
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from isolation.ledger.store import Ledger

_MOST_KNOWN = 100_000


class StoredTree:
    """The tree of an open ledger. What is asked of a size never changes while the log grows."""

    def __init__(self, ledger: Ledger) -> None:
        self._run = ledger.connection.execute
        self._known: dict[int, tuple[bytes, bytes]] = {}

    def _perfect(self, level: int, last: int) -> bytes:
        row = self._known.get(last)
        if row is None:
            row = self._run("SELECT leaf, nodes FROM main.entries WHERE i = ?", (last,)).fetchone()
            if row is None:
                raise LedgerDamaged(
                    message("Entry {last} is missing.", last=last), "Run `isolation verify`.", entries=(last,)
                )
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[last] = row
        return stored_hash(level, *row)

    def root(self, size: int) -> bytes:
        """The root over the first `size` entries."""
        return root_of_peaks(self._perfect(*peak) for peak in peaks(size))

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The proof that an entry is in the tree of that size."""
        return inclusion_proof(index, size, self._perfect)

    def consistency(self, size1: int, size2: int) -> list[bytes]:
        """The proof that the tree of size1 is the beginning of that of size2."""
        return consistency_proof(size1, size2, self._perfect)


def verifier_key(ledger: Ledger) -> VerifierKey:
    """The public key that this ledger's checkpoints are signed with now."""
    query = "SELECT sign_public FROM main.epochs WHERE epoch = ?"
    return VerifierKey(ledger.origin, ledger.connection.execute(query, (ledger.epoch,)).fetchone()[0])


def known_keys(ledger: Ledger) -> tuple[VerifierKey, ...]:
    """The public keys that this ledger's checkpoints were ever signed with."""
    rows = ledger.connection.execute("SELECT sign_public FROM main.epochs ORDER BY epoch")
    return tuple(VerifierKey(ledger.origin, public) for (public,) in rows)


def sign_secret(ledger: Ledger) -> bytes:
    """The secret key that this ledger's checkpoints are signed with now. Raises KeyUnavailable."""
    seed = ledger.keys.secret("sign")
    if sign_public_key(seed) != verifier_key(ledger).public:
        raise KeyUnavailable(
            "The signing key in the key store is not the one of this ledger.",
            "Put the keys back from a backup.",
            reason="lost",
        )
    return seed


def signers(ledger: Ledger) -> list[dict[str, Any]]:
    """The keys that signed this ledger's checkpoints, oldest first, as a bundle shows them (docs/bundles.md)."""
    found = []
    query = "SELECT e.sign_public, e.entry, i.body FROM main.epochs e JOIN main.entries i ON i.i = e.entry ORDER BY i.i"
    for public, entry, body in ledger.connection.execute(query):
        said = open_values(parse_body(body)[1])
        found.append(
            {"key": VerifierKey(ledger.origin, public).text(), "since": entry, "vouch": said.get("vouch")}
        )  # fmt: skip
    return found


def signed_checkpoint(ledger: Ledger, size: int | None = None) -> tuple[Checkpoint, str]:
    """The checkpoint of the ledger, or of its first `size` entries, and its signed note. Raises KeyUnavailable."""
    seed = sign_secret(ledger)
    if size is None:
        size = ledger.size
    checkpoint = Checkpoint(ledger.origin, size, StoredTree(ledger).root(size))
    return checkpoint, sign_checkpoint(checkpoint, seed)
