"""The list of documents that is handed in: what is at hand, and what is not and has to be explained."""

from __future__ import annotations

from isolation.appeal.plan import Statement
from isolation.reports.content import Points, Report, Section, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from isolation.appeal.required import Document
    from isolation.appeal.submission import Submission
    from isolation.reports.content import Block

_AT_HAND = ("at-hand", "undated")


def enclosures(documents: Iterable[Document], account: str, said: Submission) -> Report:
    """The whole list, in the platform's language; as handed in stands what the person said is at hand, nothing else."""
    say, every = said.say, tuple(documents)
    at_hand = [one for one in every if one.state in _AT_HAND]
    rows = tuple(
        (said.language.say(one.name), one.dated or say("no-date"), say("document-ref", id=one.id)) for one in at_hand
    )
    first: Block = Points((Statement(say("enclose-none"), confirm=say("enclose-what")).line(said),))
    if rows:
        first = Table((say("document"), say("dated"), say("named")), rows, say("enclose"))
    sections = [Section("enclosed", say("enclosed"), (first,))]
    absent = [one for one in every if one.state not in (*_AT_HAND, "not-needed")]
    if absent:
        points = tuple(
            Statement(
                say("absent-one", document=said.language.say(one.name), id=one.id), confirm=say("absent-what")
            ).line(said)
            for one in absent
        )  # fmt: skip
        sections.append(Section("absent", say("absent"), (Points(points),)))
    return Report(say("enclosures", account=account), "", tuple(sections), "")


__all__ = ["enclosures"]
