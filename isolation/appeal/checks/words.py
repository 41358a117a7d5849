"""Words: blame on customers, absolutes beyond what is covered, measures that would only hide a link."""

from __future__ import annotations

import re

from isolation.appeal.checks import remark
from isolation.appeal.tongues.tongue import expression
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.appeal.checks import Known, Remark
    from isolation.appeal.draft import Block

_AGAIN = re.compile(r" again\b", re.IGNORECASE)
_MEASURES = ("corrective", "preventive", "commitment")


def check(blocks: tuple[Block, ...], known: Known) -> Iterator[Remark]:
    """Remarks on what the draft's words claim."""
    covered = coverage(known)
    for block in blocks:
        if block.kind == "heading" or block.section == "coverage":
            continue
        claim = block.claim
        for match in _met(claim, [one.blame for one in known.tongues]):
            text = message("It blames customers. Say what you did or left undone, and what you changed.")
            yield remark("blames-customers", block, match.start(), match.end(), text)
        for match in _met(claim, [one.absolutes for one in known.tongues]):
            if not _is_promise(claim, match.start(), match.end(), known):
                text = message(
                    "It claims more than a record can show. {covered} Say what is on record instead.", covered=covered
                )
                yield remark("absolute", block, match.start(), match.end(), text)
        if block.section in _MEASURES:
            yield from _hiding(block, known)


def _met(claim: str, phrases: list[tuple[str, ...]]) -> Iterator[re.Match[str]]:
    """Where phrases of any of the languages stand; words that two of them have are met once."""
    ends: list[tuple[int, int]] = []
    for one in phrases:
        for match in expression(one).finditer(claim):
            if not any(start < match.end() and match.start() < end for start, end in ends):
                ends.append(match.span())
                yield match


def _hiding(block: Block, known: Known) -> Iterator[Remark]:
    for match in _met(block.claim, [one.hiding for one in known.tongues]):
        text = message(
            "To change or hide what links accounts mends no cause, and undoes no link. Say what the tie was, and what "
            "ended it or makes it permitted."
        )
        yield remark("hides-a-link", block, match.start(), match.end(), text)


def _is_promise(text: str, start: int, end: int, known: Known) -> bool:
    """Whether it is a promise for the future, which is no claim about the past."""
    before = re.sub(r"\s+", " ", text[max(0, start - 40) : start])
    is_told = any(expression(one.promises).search(before) for one in known.tongues)
    return is_told or bool(_AGAIN.match(text[end : end + 7]))


def coverage(known: Known) -> str:
    """How far the record of the account reaches, as a sentence."""
    uses = known.dated()
    if not uses or known.record is None:
        return message("No use of the account is on record here.")
    machines, networks = ({name for name in names if name} for names in (
        [use.machine for use in uses], [use.network for use in uses]
    ))  # fmt: skip
    return message(
        "On record are {count} uses from {first} to {last}, on {machines} machines and {networks} networks that were "
        "seen; what was not recorded is not there.",
        count=len(uses), first=known.zone.day(uses[0].begin), last=known.zone.day(uses[-1].begin),
        machines=len(machines), networks=len(networks),
    )  # fmt: skip


__all__ = ["check", "coverage"]
