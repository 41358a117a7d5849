"""The Plan-of-Action worksheet: points, each tied to an entry, a finding or a document, or marked for the person.

Its points are those of guides and platforms: name the root cause, not the surface; show what was corrected; list the
measures for the future; promise; points and no long paragraphs; never blame customers.
"""

from __future__ import annotations

from isolation.model import UNDATED, Value
from isolation.reports.content import Paragraph, Points, Report, Section

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from isolation.appeal.case import Case
    from isolation.appeal.chronology import Zone
    from isolation.appeal.mentions import Mentioned
    from isolation.appeal.record import Record
    from isolation.appeal.submission import Submission
    from isolation.model import Finding
    from isolation.reports.content import Block

_MOST_STATEMENTS = 12
_CASE_POINTS = {
    "mine": ("mine-reinstated", "mine-date", "reinstatement"),
    "known": ("known-ended", "known-how", "end-of-tie"),
    "unknown": ("unknown-links", "unknown-list", "list-of-links"),
}


class Statement(Value):
    """One point: its text, the entries, findings and documents it is tied to, and what the person has to confirm (""
    for nothing). It is tied to something, or there is something to confirm."""

    __slots__ = ("confirm", "documents", "entries", "findings", "text")
    text: str
    entries: tuple[int, ...]
    findings: tuple[str, ...]
    documents: tuple[str, ...]
    confirm: str

    def __init__(
        self, text: str = "", entries: Iterable[int] = (), findings: Iterable[str] = (), documents: Iterable[str] = (),
        confirm: str = "",
    ) -> None:  # fmt: skip
        self._init(
            text=text, entries=tuple(entries), findings=tuple(findings), documents=tuple(documents), confirm=confirm
        )

    def line(self, said: Submission) -> str:
        """The point with its references, as it stands in the worksheet."""
        refs = [said.say("finding-ref", id=one) for one in self.findings]
        refs += [said.say("entry-ref", number=str(one)) for one in self.entries]
        refs += [said.say("document-ref", id=one) for one in self.documents]
        confirm = [said.say("confirm", what=self.confirm)] if self.confirm else []
        return " ".join(filter(None, [self.text, *refs, *confirm]))


class Plan(Value):
    """The statements of each section, by the section's name, in order."""

    __slots__ = ("sections",)
    sections: tuple[tuple[str, tuple[Statement, ...]], ...]

    def __init__(self, sections: Iterable[tuple[str, Iterable[Statement]]]) -> None:
        self._init(sections=tuple((name, tuple(statements)) for name, statements in sections))


def plan_of(record: Record, case: Case | None, stores: Iterable[str], said: Submission, zone: Zone) -> Plan:
    """The worksheet's statements. `case` is None where the notice is about no other account."""
    commitment = Statement(said.say("commit"), confirm=said.say("commit-what"))
    if case is None:
        # What the ledger holds bears on shared machines and networks alone.
        return Plan(
            [
                ("root-cause", [Statement(confirm=said.say("not-covered"))]),
                ("corrective", [Statement(said.say("mended"), confirm=said.say("mended-what"))]),
                ("preventive", [Statement(confirm=said.say("prevent-what"))]),
                ("commitment", [commitment]),
            ]
        )
    measures = ("own-users", "declared", "records")
    return Plan(
        [
            ("root-cause", _root_cause(record, said, zone)),
            ("corrective", _corrective(case, ", ".join(record.associated or stores) or "?", said)),
            ("preventive", [Statement(said.say(name), confirm=said.say("promise-what")) for name in measures]),
            ("commitment", [commitment]),
            ("coverage", _coverage(record, said, zone)),
        ]
    )


def _root_cause(record: Record, said: Submission, zone: Zone) -> Iterator[Statement]:
    statements = [_met(one, record, said, zone) for one in record.between()]
    for finding in record.findings:
        others = len(record.unnamed(finding))
        if others:
            text = said.say("beside", account=record.account, fact=said.fact(finding.fact), count=others)
            statements.append(Statement(text, findings=[finding.id], confirm=said.say("beside-what")))
        if finding.rule in ("many-devices", "many-networks"):
            text = said.say(finding.rule, account=record.account)
            statements.append(Statement(text, findings=[finding.id]))
    yield from _merged(statements)[:_MOST_STATEMENTS]
    yield Statement(confirm=said.say("why" if record.findings else "no-finding"))


def _merged(statements: Iterable[Statement]) -> list[Statement]:
    """Statements of the same words as one: several findings may tell of one meeting."""
    merged: dict[str, Statement] = {}
    for one in statements:
        known = merged.get(one.text, one.replace(entries=(), findings=()))
        merged[one.text] = known.replace(
            entries=dict.fromkeys((*known.entries, *one.entries)),
            findings=(*known.findings, *one.findings),
            confirm=known.confirm or one.confirm,
        )
    return list(merged.values())


def _met(finding: Finding, record: Record, said: Submission, zone: Zone) -> Statement:
    """A meeting of the account with the associated ones, with the entries of each one's first and last use there.

    Whoever else met there is no party to this appeal: neither name nor date of theirs is told.
    """
    names = [name for name in record.associated if name in finding.accounts]
    met = set(record.meetings.get(finding.id, ()))
    uses = {name: [use for use in record.of(name) if use.entry in met] for name in (record.account, *names)}
    ends = [use for of_one in uses.values() if of_one for use in (of_one[0], of_one[-1])]
    days = [zone.day(use.begin) for use in ends if use.begin != UNDATED]
    is_dated = all(uses.values()) and len(days) == len(ends)
    first, last = (min(days), max(days)) if is_dated else ("", "")
    text = said.say(
        "met-undated" if not is_dated else "met-day" if first == last else "met",
        first=said.day(first), last=said.day(last), account=record.account,
        other=", ".join(names), fact=said.fact(finding.fact),
    )  # fmt: skip
    doubt = "" if finding.confidence == "certain" else said.say("not-certain")
    return Statement(text, dict.fromkeys(use.entry for use in ends), [finding.id], confirm=doubt)


def _corrective(case: Case, store: str, said: Submission) -> Iterator[Statement]:
    if case.kind:
        text, what, document = _CASE_POINTS[case.kind]
        confirm = said.say(what)
        yield Statement(said.say(text, store=store), documents=[document], confirm=confirm)
        if case.told:
            yield Statement(said.say("had-access", who=case.told), confirm=said.say("unknown-list"))
    else:
        yield Statement(confirm=said.say("case-open"))
    yield Statement(said.say("access-ended"), confirm=said.say("access-what"))


def _coverage(record: Record, said: Submission, zone: Zone) -> Iterator[Statement]:
    for account in (record.account, *record.associated):
        uses = record.of(account)
        if not uses:
            yield Statement(said.say("rests-none", account=account), confirm=said.say("rests-what"))
            continue
        dated = [use for use in uses if use.begin != UNDATED]
        if not dated:
            yield Statement(said.say("rests-undated", account=account, count=len(uses)), [uses[0].entry])
            continue
        counts = {name: sum(use.provenance == name for use in uses) for name in ("observed", "declared", "imported")}
        text = said.say(
            "rests", account=account, count=len(uses), first=said.day(zone.day(dated[0].begin)),
            last=said.day(zone.day(dated[-1].begin)), **counts,
        )  # fmt: skip
        yield Statement(text, dict.fromkeys((dated[0].entry, dated[-1].entry)))


def plan_report(plan: Plan, record: Record, said: Submission, noted: Iterable[Mentioned], day: str) -> Report:
    """The worksheet as a document; `noted` are the notice's case numbers, `day` is its date or ""."""
    lines = [said.say("case-id", id=one.text) for one in noted]
    subtitle = " · ".join(([said.say("notice-of", date=said.day(day))] if day else []) + lines)
    sections = []
    for name, statements in plan.sections:
        blocks: list[Block] = [Points(tuple(one.line(said) for one in statements))]
        if name == "coverage":
            blocks.append(Paragraph(said.say("limits")))
        sections.append(Section(name, said.say(name), tuple(blocks)))
    return Report(said.say("plan", account=record.account), subtitle, tuple(sections), "")


__all__ = ["Plan", "Statement", "plan_of", "plan_report"]
