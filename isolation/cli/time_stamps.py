"""Who made the time stamps of a bundle or a ledger, by the roots that a person names; and what they tell."""

from __future__ import annotations

from isolation.messages import message
from isolation.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, TypeAlias

    from isolation.ledger.anchors import Anchor

    # A time stamp, and why it is not known who made it: "" where that was verified.
    Judged: TypeAlias = tuple[Anchor, str]


def judged(anchors: Iterable[Anchor], roots: str) -> list[Judged]:
    """Each time stamp, verified up to the roots in this PEM file ("" for none).

    Raises UsageError for a file without a root, IsolationError without the package that verifies.
    """
    from isolation.ledger.timestamps import BadTimeStamp, Trust, verify_stored

    if not roots:
        return [(one, message("name the root of its authority with --ca FILE")) for one in anchors]
    trust, found = Trust.load(roots), []
    for one in anchors:
        try:
            verify_stored(one.response, one.checkpoint.encode(), trust)
            found.append((one, ""))
        except BadTimeStamp as problem:
            found.append((one, str(problem)))
    return found


def untold_makers(stamps: Iterable[Judged]) -> list[str]:
    """In sentences, of which time stamps it is not known who made them."""
    return [
        message("who made the time stamp in entry {entry}: {problem}", entry=one.entry, problem=problem)
        for one, problem in stamps
        if problem
    ]


def told_makers(stamps: Iterable[Judged]) -> list[str]:
    """In sentences, of which time stamps an authority of the root named is known to have made them."""
    return [
        message(
            "The first {size} entries existed by {moment}, says {authority}; an authority of the root named made that"
            " time stamp.",
            size=one.size, moment=format_time(one.until), authority=one.authority,
        )
        for one, problem in stamps
        if not problem
    ]  # fmt: skip


def stamp_text(one: Anchor, problem: str) -> str:
    """What a time stamp says, and whether it is known who says so."""
    return message(
        "  the first {size} entries existed by {moment}, says {authority} (time stamp in entry {entry}); {who}",
        size=one.size,
        moment=format_time(one.until),
        authority=one.authority,
        entry=one.entry,
        who=message("who made it was not verified") if problem else message("made by an authority of the root named"),
    )


def stamp_document(one: Anchor, problem: str) -> dict[str, Any]:
    """A time stamp as `isolation.verify/1` has it."""
    return {
        "entry": one.entry, "size": one.size, "authority": one.authority, "after": format_time(one.since),
        "by": format_time(one.until), "verified": not problem, "problem": problem or None,
    }  # fmt: skip


__all__ = ["judged", "stamp_document", "stamp_text", "told_makers", "untold_makers"]
