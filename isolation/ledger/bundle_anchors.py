"""Time stamps in a proof bundle: those that bound its entries, proved to stand in the log and to be over its beginning.

Who made a time stamp is not told here: that takes an authority's root, which a person names.
"""

from __future__ import annotations

from itertools import pairwise

from isolation.ledger.anchors import parse_anchor
from isolation.ledger.canonical import decode, encode
from isolation.ledger.checkpoint import BadCheckpoint, parse_key, parse_note, require_signed
from isolation.ledger.entry import from_base64, to_base64
from isolation.ledger.merkle import BadProof, leaf_hash, verify_consistency, verify_inclusion
from isolation.ledger.shape import exactly, is_count, is_hash, is_integer, is_nothing, is_text
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from isolation.ledger.anchors import Anchor, Intervals
    from isolation.ledger.checkpoint import Checkpoint, VerifierKey
    from isolation.ledger.proofs import StoredTree
    from isolation.ledger.shape import Form
    from isolation.ledger.store import Ledger

# Of the statement: entries of the log, each whole, because nothing in it is sealed.
ANCHOR: Form = {
    "body": {
        "kind": exactly("anchor"),
        "open": {
            "authority": is_text, "before": (is_count, is_nothing), "chain": exactly(True, False),
            "checkpoint": is_text, "logged": is_integer, "response": is_text,
        },
        "sd": exactly({}),
        "v": exactly(1),
    },
    "index": is_count,
}  # fmt: skip
# Beside the statement: that the entry is in the tree, and that the tree it is over is the beginning of that.
ANCHOR_PROOF: Form = {"consistency": [is_hash], "inclusion": [is_hash]}


class BadAnchor(ValueError):
    """A time stamp that does not hold; `entry` is where it stands, None for what concerns them all."""

    def __init__(self, entry: int | None, text: str) -> None:
        super().__init__(text)
        self.entry = entry


def shown_anchors(ledger: Ledger, intervals: Intervals, entries: Iterable[int]) -> list[dict[str, Any]]:
    """The anchors that bound these entries, as a statement has them, in the order of the log."""
    bounding: set[int] = set()
    for entry in entries:
        found = intervals.of(entry)
        bounding |= {one.entry for one in (found.after_anchor, found.by_anchor) if one is not None}
    query = "SELECT body FROM main.entries WHERE i = ?"
    bodies = ((index, ledger.connection.execute(query, (index,)).fetchone()[0]) for index in sorted(bounding))
    return [{"body": decode(body), "index": index} for index, body in bodies]


def anchor_proof(tree: StoredTree, shown: dict[str, Any], size: int) -> dict[str, list[str]]:
    """What proves an anchor of the statement in the tree of that size."""
    covered = parse_note(shown["body"]["open"]["checkpoint"].encode()).checkpoint.size
    return {
        "consistency": [to_base64(node) for node in tree.consistency(covered, size)],
        "inclusion": [to_base64(node) for node in tree.inclusion(shown["index"], size)],
    }


def proved_anchors(document: dict[str, Any], checkpoint: Checkpoint, key: VerifierKey) -> tuple[Anchor, ...]:
    """The anchors of a bundle (in its form) whose checkpoint was signed with the key. Raises BadAnchor."""
    statement = document["statement"]
    if ("anchors" in statement) != ("anchor_proofs" in document):
        raise BadAnchor(None, "there are time stamps without proofs, or proofs without time stamps")
    if "anchors" not in statement:
        return ()
    shown, proofs = statement["anchors"], document["anchor_proofs"]
    if not shown or len(shown) != len(proofs):
        raise BadAnchor(None, "there is not one proof for each time stamp")
    if any(first["index"] >= second["index"] for first, second in pairwise(shown)):
        raise BadAnchor(None, "the time stamps are not in order, or one comes twice")
    keys = [parse_key(one["key"]) for one in statement.get("signers", ())] or [key]
    return tuple(
        _proved(one, proof, checkpoint, statement["size"], keys) for one, proof in zip(shown, proofs, strict=True)
    )


def _proved(
    shown: dict[str, Any], proof: dict[str, Any], checkpoint: Checkpoint, size: int, keys: list[VerifierKey]
) -> Anchor:
    index = shown["index"]
    if index >= size:
        raise BadAnchor(index, "it is newer than the statement")
    inclusion, consistency = ([from_base64(text) for text in proof[name]] for name in ("inclusion", "consistency"))
    try:
        verify_inclusion(leaf_hash(encode(shown["body"])), index, checkpoint.size, inclusion, checkpoint.root)
        anchor = parse_anchor(shown["body"]["open"], index)
        note = parse_note(anchor.checkpoint.encode())
        if len(note.signatures) != 1:
            raise BadCheckpoint("it has more than the one signature of its log")
        if note.checkpoint.origin != checkpoint.origin:
            raise BadCheckpoint("it is of another log")
        require_signed(note, keys)
        if not 0 < anchor.size <= index:
            raise BadCheckpoint("it is not over entries that stand before it")
        verify_consistency(anchor.size, checkpoint.size, consistency, anchor.root, checkpoint.root)
    except BadProof as problem:
        raise BadAnchor(index, message("it is not proved to be in the log: {problem}", problem=problem)) from None
    except ValueError as problem:
        raise BadAnchor(
            index, message("its time stamp or checkpoint does not hold: {problem}", problem=problem)
        ) from None
    return anchor
