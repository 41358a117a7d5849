"""Evidence: what is said to have happened refers to an entry, a finding or a document, and these exist."""

from __future__ import annotations

from isolation.appeal.checks import remark
from isolation.appeal.draft import MARK
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.appeal.checks import Known, Remark
    from isolation.appeal.draft import Block

_CLAIMING = ("root-cause", "corrective")  # what has happened; the others say what will
_SHOWN = 60


def check(blocks: tuple[Block, ...], known: Known) -> Iterator[Remark]:
    """Remarks on claims without evidence, and on references to what is not on record."""
    for block in blocks:
        if block.kind == "heading":
            continue
        has_reference = block.entries or block.findings or block.names_document
        if block.section in _CLAIMING and not has_reference and not MARK.search(block.text):
            text = message("Nothing shows it. Name an [entry N], a [finding ID] or a [document ID], or attach one.")
            yield remark("no-evidence", block, 0, min(len(block.text), _SHOWN), text)
        if known.record is not None:
            yield from _unknown(block, known)


def _unknown(block: Block, known: Known) -> Iterator[Remark]:
    assert known.record is not None  # noqa: S101 - as the caller made sure
    ids = {one.id for one in known.record.findings}
    for entry in block.entries:
        if known.use(entry) is None:
            text = message("Entry {entry} is no use of the accounts that the draft names.", entry=entry)
            yield remark("unknown-reference", block, *_where(block, str(entry)), text)
    for finding in block.findings:
        if finding not in ids:
            text = message("The ledger has no finding {finding} on this account.", finding=finding)
            yield remark("unknown-reference", block, *_where(block, finding), text)


def _where(block: Block, words: str) -> tuple[int, int]:
    start = max(block.text.find(words), 0)
    return start, start + len(words)


__all__ = ["check"]
