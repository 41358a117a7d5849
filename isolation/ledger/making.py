"""Making entries out of what they are to say: body, leaf, tree nodes, MAC of the tags, sealed payload.

It needs nothing but what it is given, so that a helper process can do it as well (`isolation.ledger.helping`).
"""

from __future__ import annotations

import os
from marshal import loads

from isolation.ledger.entry import SEED_SIZE, make_entry
from isolation.ledger.merkle import Frontier, leaf_hash
from isolation.ledger.sealing import PAYLOAD, BatchKey
from isolation.ledger.tags import tag_mac

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    # Kind, open object and fields in canonical bytes, tags (None where there are none), seed (None for a new one), and
    # further fields in parts as `marshal` holds them (`isolation.ledger.prepared`).
    Plan: TypeAlias = tuple[str, bytes, dict[str, bytes], bytes | None, bytes | None, Sequence[bytes]]
    # A row of `entries`.
    EntryRow: TypeAlias = tuple[int, int, bytes, bytes, bytes | None, bytes | None, bytes, bytes]


class Maker:
    """Makes the entries of one batch, one after another."""

    def __init__(
        self, origin: str, key: bytes | None, batch: int, secret: bytes, size: int, hashes: Sequence[bytes]
    ) -> None:
        """`key` is the index key, None where no entry has tags; `secret` that of the batch; `hashes` the tree's peaks
        (`isolation.ledger.merkle.Frontier`)."""
        self._origin = origin
        self._key = key
        self._batch = batch
        self._batch_key = BatchKey(secret, origin)
        self._frontier = Frontier(size, hashes)

    def make(self, plans: Sequence[Plan]) -> list[EntryRow]:
        """The next rows of `entries`."""
        frontier, origin, key, batch = self._frontier, self._origin, self._key, self._batch
        seeds = os.urandom(SEED_SIZE * len(plans))  # asking the system for each would take its time
        rows: list[EntryRow] = []
        for at, (kind, opened, fields, tags, seed, packed) in enumerate(plans):
            index = frontier.size
            for part in packed:
                fields.update(loads(part))  # noqa: S302 - from this program
            body, payload = make_entry(kind, opened, fields, seed or seeds[at * SEED_SIZE : (at + 1) * SEED_SIZE])
            leaf = leaf_hash(body)
            mac = None if tags is None or key is None else tag_mac(key, origin, index, leaf, tags)
            nodes = frontier.append(leaf)
            rows.append((index, batch, leaf, nodes, tags, mac, body, self._batch_key.seal(PAYLOAD, index, payload)))
        return rows

    def rest(self) -> list[EntryRow]:
        """What was asked for and not returned: nothing, since all is made at once."""
        return []

    def follow(self, rows: Sequence[EntryRow]) -> None:
        """Takes up rows that were made elsewhere."""
        for _, _, leaf, nodes, *_ in rows:
            self._frontier.follow(leaf, nodes)
