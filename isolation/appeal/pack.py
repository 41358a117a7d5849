"""The pack: all that was read, and the files that are made of it, with their digests in an index."""

from __future__ import annotations

import contextlib
import json
import os

from isolation.appeal.chronology import chronology
from isolation.appeal.enclosures import enclosures
from isolation.appeal.guide import channels_page, documents_page, guide
from isolation.appeal.plan import plan_of, plan_report
from isolation.appeal.submission import Submission
from isolation.digests import sha256
from isolation.errors import UsageError
from isolation.identifiers.escape import printable
from isolation.language import Language
from isolation.messages import message
from isolation.model import UNDATED, Value
from isolation.reports import html, markdown
from isolation.reports.writing import whole_file
from isolation.system_words import why_of
from isolation.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from isolation.appeal.case import Case
    from isolation.appeal.chronology import Zone
    from isolation.appeal.marketplace import Chosen
    from isolation.appeal.mentions import Mentioned
    from isolation.appeal.notice import Notice
    from isolation.appeal.plan import Plan, Statement
    from isolation.appeal.reasons import Quote, Reason
    from isolation.appeal.record import Record, Use
    from isolation.appeal.required import Document
    from isolation.reports.content import Report

INDEX = "index.json"
_TITLES = {
    "README": message("read this first; for you, not to be handed in"),
    "chronology": message("uses of the accounts, each with its entry; to be handed in"),
    "documents": message("what is asked for and what is missing; for you"),
    "enclosures": message("the list of documents; to be handed in with them"),
    "plan-of-action": message("the worksheet; to be handed in once every point is settled"),
    "channels": message("what to have at hand for each way back; for you"),
    "audit.html": message("the audit report of this account; names other accounts; for you and your lawyer"),
    "proof.json": message("the proof bundle of this account; others are pseudonyms"),
}


class Read(Value):
    """Everything that a pack is made of. `could_be` are accounts that the notice's store could be; `said` speaks the
    language that was `chosen`."""

    __slots__ = (
        "case", "cases", "chosen", "could_be", "dates", "documents", "notice", "reasons", "record", "said", "stores",
        "zone",
    )  # fmt: skip
    notice: Notice
    reasons: tuple[Reason, ...]
    stores: tuple[Mentioned, ...]
    cases: tuple[Mentioned, ...]
    dates: tuple[Mentioned, ...]
    record: Record
    could_be: tuple[str, ...]
    case: Case | None
    documents: tuple[Document, ...]
    chosen: Chosen
    said: Submission
    zone: Zone

    def __init__(
        self, notice: Notice, reasons: Iterable[Reason], stores: Iterable[Mentioned], cases: Iterable[Mentioned],
        dates: Iterable[Mentioned], record: Record, could_be: Iterable[str], case: Case | None,
        documents: Iterable[Document], chosen: Chosen, zone: Zone,
    ) -> None:  # fmt: skip
        self._init(
            notice=notice, reasons=tuple(reasons), stores=tuple(stores), cases=tuple(cases), dates=tuple(dates),
            record=record, could_be=tuple(could_be), case=case, documents=tuple(documents), chosen=chosen,
            said=Submission(chosen.code), zone=zone,
        )  # fmt: skip

    def plan(self) -> Plan:
        """The worksheet's statements."""
        return plan_of(self.record, self.case, [one.text for one in self.stores], self.said, self.zone)


def require_empty(path: str, *, overwrite: bool = False) -> None:
    """Raises UsageError for a folder that holds something, unless `overwrite`, and for what is no folder."""
    try:
        held = os.path.lexists(path) and os.listdir(path)
    except (OSError, ValueError) as problem:
        raise _unusable(path, problem) from None
    if held and not overwrite:
        raise UsageError(
            message("{path} is not empty.", path=printable(path)),
            "Name another folder, or allow with --overwrite that files of a pack in it are replaced.",
        )


def make_folder(path: str) -> None:
    """Makes the folder where there is none, readable by its owner only. Raises UsageError."""
    try:
        os.makedirs(path, mode=0o700, exist_ok=True)
    except (OSError, ValueError) as problem:
        raise _unusable(path, problem) from None


def _unusable(path: str, problem: Exception) -> UsageError:
    reason = why_of(problem)
    return UsageError(
        message("{path} cannot be used: {reason}.", path=printable(path), reason=reason),
        "Name a folder that you may write to.",
    )


def write_pack(read: Read, folder: str, language: str, extras: dict[str, bytes]) -> dict[str, Any]:
    """Writes every file into the folder; returns the index. `extras` are files that were made elsewhere, by name.

    Raises UsageError where one cannot be written.
    """
    user, platform = Language(language), read.said.language
    plan = read.plan()
    day = read.zone.day(read.notice.sent) if read.notice.sent is not None else ""
    pages = {
        "chronology": (chronology(read.record, read.said, read.zone), platform),
        "plan-of-action": (plan_report(plan, read.record, read.said, read.cases, day), platform),
        "enclosures": (enclosures(read.documents, read.record.account, read.said), platform),
        "documents": (documents_page(read), user),
        "channels": (channels_page(read), user),
    }
    files = dict(extras)
    for name, (report, spoken) in pages.items():
        files |= _forms(name, report, spoken)
    listed = tuple((name, _TITLES[_stem(name)], sha256(data).hexdigest()) for name, data in sorted(files.items()))
    files |= _forms("README", guide(read, listed), user)
    index = document(read, plan, {name: sha256(data).hexdigest() for name, data in sorted(files.items())})
    files[INDEX] = json.dumps(index, indent=2, ensure_ascii=False).encode(errors="backslashreplace") + b"\n"
    for name in {"audit.html", "proof.json"}.difference(files):  # of an earlier pack; the index knows none
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(folder, name))
    for name, data in files.items():
        with whole_file(os.path.join(folder, name)) as file:
            file.write(data)
    return index


def _forms(name: str, report: Report, language: Language) -> dict[str, bytes]:
    return {
        f"{name}.{ending}": form.render(report, language).encode("utf-8", "backslashreplace")
        for ending, form in (("md", markdown), ("html", html))
    }


def _stem(name: str) -> str:
    return name if name in _TITLES else name.rpartition(".")[0]


def document(read: Read, plan: Plan, files: dict[str, str]) -> dict[str, Any]:
    """`isolation.appeal/1`; `files` maps names to SHA-256."""
    notice, case, record = read.notice, read.case, read.record
    return {
        "schema": "isolation.appeal/1",
        "account": record.account,
        "notice": {
            "file": notice.file, "kind": notice.kind, "sent": _time(notice.sent),
            "gaps": [str(one) for one in notice.gaps],
        },
        "reasons": [
            {
                "id": one.id, "number": one.number, "basis": "notice" if one.quotes else "stated", "count": one.count,
                "quotes": [_quote(quote) for quote in one.quotes],
            }
            for one in read.reasons
        ],
        "stores": [_mentioned(one) for one in read.stores],
        "cases": [_mentioned(one) for one in read.cases],
        "dates": [_mentioned(one) | {"day": one.day or None} for one in read.dates],
        "associated": list(record.associated),
        "could_be": list(read.could_be),
        "case": None if case is None else {
            "kind": case.kind or None, "basis": case.basis or None, "access": case.told or None,
            "conflicts": [str(one) for one in case.conflicts],
            "evidence": [{"text": str(one.text), "points_to": one.points_to or None} for one in case.evidence],
        },
        "documents": [{"id": one.id, "state": one.state, "dated": one.dated or None} for one in read.documents],
        "uses": [_use(one) for one in record.listed()],
        "uses_not_listed": len(record.uses) - len(record.listed()),
        "findings": [one.id for one in record.findings],
        "plan": {name: [_statement(one) for one in statements] for name, statements in plan.sections},
        "submission_language": read.said.code,
        "submission_language_reason": str(read.chosen.why),
        "zone": read.zone.name,
        "ledger": {"origin": record.origin, "size": record.size, "root": record.root} if record.size else None,
        "files": [{"name": name, "sha256": digest} for name, digest in files.items()],
    }  # fmt: skip


def _time(moment: int | None) -> str | None:
    return None if moment is None or moment == UNDATED else format_time(moment)


def _quote(one: Quote) -> dict[str, Any]:
    return {"place": str(one.place), "line": one.line, "words": one.words, "around": one.around}


def _mentioned(one: Mentioned) -> dict[str, Any]:
    return {"text": one.text, "place": str(one.quote.place), "line": one.quote.line}


def _use(one: Use) -> dict[str, Any]:
    return {
        "entry": one.entry, "account": one.account, "begin": _time(one.begin), "end": _time(one.end),
        "clock": _time(one.clock), "after": _time(one.after), "by": _time(one.by), "provenance": one.provenance,
        "channel": one.channel, "machine": one.machine or None, "network": one.network or None,
    }  # fmt: skip


def _statement(one: Statement) -> dict[str, Any]:
    return {
        "text": one.text, "entries": list(one.entries), "findings": list(one.findings),
        "documents": list(one.documents), "confirm": one.confirm or None,
    }  # fmt: skip


__all__ = ["INDEX", "Read", "document", "make_folder", "require_empty", "write_pack"]
