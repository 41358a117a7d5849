"""Checking a draft of a Plan of Action: what a reviewer would refuse it for, and what the ledger does not bear out."""

from __future__ import annotations

from isolation.appeal.checks import Known, days, evidence, form, words
from isolation.appeal.draft import parse_draft
from isolation.appeal.tongues import is_day_first, tongues_in
from isolation.errors import UsageError
from isolation.messages import message
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from isolation.appeal.checks import Remark
    from isolation.appeal.chronology import Zone
    from isolation.appeal.record import Record
    from isolation.ledger import Ledger

CHECKS = (form, evidence, days, words)
_MOST_NAMES = 5000
LONGEST = 60_000  # characters; a plan is a page or two


class Linted(Value):
    """The remarks on a draft by line, and what could not be checked."""

    __slots__ = ("remarks", "unchecked")
    remarks: tuple[Remark, ...]
    unchecked: tuple[str, ...]

    def __init__(self, remarks: Iterable[Remark], unchecked: Iterable[str] = ()) -> None:
        self._init(remarks=tuple(remarks), unchecked=tuple(unchecked))


def lint(text: str, record: Record | None, zone: Zone) -> Linted:
    """Checks a draft; `record` is that of the account and of those the draft names, None where there is none.

    Raises UsageError for a text that is far too long to be one.
    """
    if len(text) > LONGEST:
        raise UsageError(
            message("A plan of action of {text} characters is not read by anybody.", text=len(text)),
            "Shorten it to points.",
        )
    blocks = parse_draft(text)
    known = Known(record, zone, tongues_in(text), day_first=is_day_first(text))
    remarks = [one for check in CHECKS for one in check.check(blocks, known)]
    unchecked = []
    if record is None:
        unchecked.append(message("Dates and references were not compared: no account is named, or there is no ledger."))
    elif not known.dated():
        unchecked.append(
            message("Dates were not compared: the ledger has no dated use of {account}.", account=record.account)
        )
    return Linted(sorted(remarks, key=lambda one: (one.line, one.rule, one.words)), unchecked)


def named_in(text: str, ledger: Ledger) -> tuple[str, ...]:
    """The accounts of the ledger whose names stand in the draft."""
    with ledger.reading() as reader:
        names = reader.account_names(_MOST_NAMES)
    plain = text.replace("\\", "").casefold()
    return tuple(name for name in names if name.casefold() in plain)


def lint_document(linted: Linted, file: str, record: Record | None, zone: Zone) -> dict[str, Any]:
    """`isolation.appeal-lint/1`."""
    return {
        "schema": "isolation.appeal-lint/1",
        "file": file,
        "account": record.account if record is not None else None,
        "zone": zone.name,
        "remarks": [
            {"rule": one.rule, "line": one.line or None, "words": one.words, "text": str(one.text)}
            for one in linted.remarks
        ],
        "unchecked": [str(one) for one in linted.unchecked],
    }


__all__ = ["Linted", "lint", "lint_document", "named_in"]
