"""Form: the sections a plan has, points and no paragraphs, nothing left to be confirmed."""

from __future__ import annotations

import re

from isolation.appeal.checks import Remark, remark
from isolation.appeal.draft import MARK
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.appeal.checks import Known
    from isolation.appeal.draft import Block

_MOST_SENTENCES = 2  # of a paragraph
_LONGEST = 320  # of a paragraph or a point; an ideograph counts as two
_SENTENCE = re.compile(r"[.!?](?=\s|$)|[。！？；]")
_EXPECTED = {
    "corrective": message("No section says what was corrected. Add corrective measures, as points."),
    "preventive": message("No section says what is done from now on. Add preventive measures, as points."),
    "commitment": message("No section promises that it will not happen again. Add a commitment."),
}


def check(blocks: tuple[Block, ...], known: Known) -> Iterator[Remark]:
    """Remarks on the draft's form."""
    content = [one for one in blocks if one.kind != "heading"]
    yield from _root_cause(blocks)
    for section, text in _EXPECTED.items():
        if not any(one.section == section for one in content):
            yield Remark("missing-section", 0, "", text)
    for block in content:
        for mark in MARK.finditer(block.text):
            text = message("Confirm it or leave it out before you send the plan.")
            yield remark("to-be-confirmed", block, mark.start(), mark.end(), text)
        if block.kind != "table" and _is_long(block):
            text = message("Say it as short points, one thing each; long paragraphs are not read.")
            yield remark("paragraph", block, 0, min(len(block.text), 60), text)


def _root_cause(blocks: tuple[Block, ...]) -> Iterator[Remark]:
    heading = next((one for one in blocks if one.kind == "heading" and one.section == "root-cause"), None)
    if heading is None:
        text = message("No section names the root cause. Say what led to it, not only that it happened.")
        yield Remark("no-root-cause", 0, "", text)
    elif not any(one.kind != "heading" and one.section == "root-cause" and one.claim.strip(" -*\n") for one in blocks):
        text = message("The root cause is not named yet. Say what led to it, not only that it happened.")
        yield remark("no-root-cause", heading, 0, len(heading.text), text)


def _is_long(block: Block) -> bool:
    width = sum(2 if "\u2e80" <= sign <= "\uffef" else 1 for sign in " ".join(block.claim.split()))
    sentences = len(_SENTENCE.findall(block.claim))
    return width > _LONGEST or (block.kind == "paragraph" and sentences > _MOST_SENTENCES)


__all__ = ["check"]
