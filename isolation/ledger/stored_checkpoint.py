"""Holding a ledger, or a bundle, against a checkpoint that was kept elsewhere.

Only such a checkpoint shows that entries were removed from the end of a log, or that it was replaced or rewritten.
"""

from __future__ import annotations

from isolation.ledger.checkpoint import BadCheckpoint, parse_key, parse_note, require_signed
from isolation.ledger.merkle import BadProof, verify_consistency
from isolation.ledger.proofs import StoredTree, known_keys
from isolation.messages import message
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from isolation.ledger.bundle import BundleResult
    from isolation.ledger.checkpoint import Checkpoint, Note, VerifierKey
    from isolation.ledger.store import Ledger

# A file with any of them is a checkpoint, sound or damaged; one with none is something else.
_MARKS = (b"isolation/", "\n\n\u2014 ".encode())


class Comparison(Value):
    """What holding a log against a checkpoint showed.

    `state` is `consistent`; `truncated` where the log has fewer entries; `forked` where it has others; `foreign` where
    the checkpoint is another log's; `altered` where its signature does not hold; `unknown` where it cannot be told.
    `text` says it in a sentence.
    """

    __slots__ = ("checkpoint", "state", "text")
    checkpoint: Checkpoint
    state: str
    text: str

    def __init__(self, checkpoint: Checkpoint, state: str, text: str) -> None:
        self._init(checkpoint=checkpoint, state=state, text=text)


class NotACheckpoint(ValueError):
    """A file that is something else."""


class DamagedCheckpoint(ValueError):
    """A file that was a checkpoint, and is none any more."""


def read_checkpoint(data: bytes) -> Note:
    """The checkpoint of a file's bytes, its signatures not yet verified. Raises NotACheckpoint, DamagedCheckpoint."""
    try:
        return parse_note(data)
    except BadCheckpoint as problem:
        kind = DamagedCheckpoint if any(mark in data for mark in _MARKS) else NotACheckpoint
        raise kind(str(problem)) from None


def compare_ledger(ledger: Ledger, note: Note, size: int, root: bytes) -> Comparison:
    """Whether the ledger, whose first `size` entries were verified and have `root`, continues what was signed."""
    kept = note.checkpoint
    if kept.origin != ledger.origin:
        text = message(
            "The checkpoint is of the log {origin}, and this is {origin2}: another ledger is in its place.",
            origin=kept.origin,
            origin2=ledger.origin,
        )
        return Comparison(kept, "foreign", text)
    problem = _signature(note, known_keys(ledger))
    if problem:
        return Comparison(kept, "altered", message("The checkpoint cannot be relied on: {problem}.", problem=problem))
    if kept.size > size:
        text = message(
            "The ledger was truncated or rolled back: it has {size} entries, and had {size2} "
            "when the checkpoint was signed.",
            size=size,
            size2=kept.size,
        )
        return Comparison(kept, "truncated", text)
    if kept.size == 0:
        return Comparison(kept, "unknown", message("The checkpoint is of an empty log, which every log continues."))
    try:
        verify_consistency(kept.size, size, StoredTree(ledger).consistency(kept.size, size), kept.root, root)
    except BadProof:
        text = message(
            "The ledger is forked: its first {size} entries are not the ones that the checkpoint "
            "stands for. It was rewritten, or rolled back and continued.",
            size=kept.size,
        )
        return Comparison(kept, "forked", text)
    grown = size - kept.size
    more = message("nothing was recorded since") if grown == 0 else message("{grown} more came since", grown=grown)
    return Comparison(
        kept,
        "consistent",
        message("All {size} entries of the checkpoint are in the ledger; {more}.", size=kept.size, more=more),
    )


def compare_bundle(result: BundleResult, note: Note) -> Comparison:
    """Whether a bundle that verified is of the log that signed a kept checkpoint.

    Two checkpoints of different sizes can only be compared with the ledger at hand.
    """
    kept, own, key = note.checkpoint, result.checkpoint, result.key
    if own is None or key is None:
        raise ValueError("a bundle that could not be read is compared with nothing")
    if kept.origin != own.origin:
        text = message(
            "The bundle is of the log {origin}, and the checkpoint of {origin2}.",
            origin=own.origin,
            origin2=kept.origin,
        )
        return Comparison(kept, "foreign", text)
    problem = _signature(note, _signers(result) or [key])
    if problem:
        text = message("The checkpoint is not of the key that signed the bundle: {problem}.", problem=problem)
        return Comparison(kept, "altered", text)
    if kept.size != own.size:
        text = message(
            "The checkpoint has {size} entries and the bundle's {size2}: whether one continues "
            "the other only the ledger can show (`isolation verify --checkpoint FILE` where it "
            "lies). Log and key are the same.",
            size=kept.size,
            size2=own.size,
        )
        return Comparison(kept, "unknown", text)
    if kept.root != own.root:
        text = message("Forked: two different logs of {size} entries were signed with one key.", size=own.size)
        return Comparison(kept, "forked", text)
    return Comparison(kept, "consistent", message("The bundle's checkpoint and the kept one are the same."))


def _signers(result: BundleResult) -> list[VerifierKey]:
    """The keys that a sound bundle shows to have signed for its log, where they were rotated."""
    said = result.statement if result.intact and result.statement is not None else {}
    return [parse_key(signer["key"]) for signer in said.get("signers", ())]


def _signature(note: Note, keys: Iterable[VerifierKey]) -> str:
    """Why none of these keys vouches for the checkpoint, or ""."""
    try:
        require_signed(note, keys)
    except BadCheckpoint as problem:
        return str(problem)
    return ""
