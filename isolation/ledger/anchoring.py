"""Having the ledger's checkpoint time-stamped, by several authorities, and storing what verifies."""

from __future__ import annotations

from isolation.ledger.anchors import anchors
from isolation.ledger.authority import NoAnswer, ask, check_url
from isolation.ledger.proofs import signed_checkpoint
from isolation.ledger.remembered import remember
from isolation.ledger.timestamps import BadTimeStamp, client, request, verify
from isolation.messages import known
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from isolation.ledger.anchors import Anchor
    from isolation.ledger.checkpoint import Checkpoint
    from isolation.ledger.store import Ledger
    from isolation.ledger.timestamps import Trust


class Anchored(Value):
    """What came of it: the checkpoint, the anchors that were stored, and (authority, why) of those that failed."""

    __slots__ = ("anchors", "checkpoint", "failed")
    checkpoint: Checkpoint
    anchors: tuple[Anchor, ...]
    failed: tuple[tuple[str, str], ...]

    def __init__(
        self, checkpoint: Checkpoint, anchors: tuple[Anchor, ...], failed: tuple[tuple[str, str], ...]
    ) -> None:
        self._init(checkpoint=checkpoint, anchors=anchors, failed=failed)


def anchor(ledger: Ledger, authorities: Sequence[str], trust: Trust | None = None) -> Anchored:
    """Signs the ledger's checkpoint, has each authority time-stamp it, and stores what verifies as `anchor` entries.

    Only the checkpoint's digest leaves this machine. `trust` are the roots that an authority's certificate must lead
    to; without it, who made a time stamp is not verified, and its entry says so. Others write meanwhile. Raises
    UsageError for an address that is none, IsolationError without the package, KeyUnavailable, LedgerError.
    """
    client()
    authorities = [check_url(url) for url in dict.fromkeys(authorities)]
    checkpoint, note = signed_checkpoint(ledger)
    stamped: list[tuple[str, bytes]] = []
    failed: list[tuple[str, str]] = []
    for url in authorities:
        try:
            asked = request(note.encode())
            response = ask(url, asked.as_bytes())
            stamped.append((url, verify(response, asked, note.encode(), trust)[1]))
        except (NoAnswer, BadTimeStamp) as why:
            failed.append((url, known(str(why))))
    stored = _store(ledger, note, stamped, chain=trust is not None)
    if stored:
        remember(ledger)
    return Anchored(checkpoint, stored, tuple(failed))


def _store(ledger: Ledger, note: str, stamped: Sequence[tuple[str, bytes]], *, chain: bool) -> tuple[Anchor, ...]:
    entries = set()
    if stamped:
        with ledger.writing() as log:
            for url, response in stamped:
                entries.add(log.add_anchor(url, note, response, chain=chain))
    return tuple(one for one in anchors(ledger) if one.entry in entries)


__all__ = ["Anchored", "anchor"]
