"""An audit as text for people: how many open findings, then subjects, clusters, chains and coverage."""

from __future__ import annotations

from isolation.cli.layout import Line
from isolation.cli.subject_words import finding_lines, subject_line
from isolation.cli.verdict_words import chain_lines
from isolation.cli.words import counted, listed
from isolation.findings import CONFIDENCE_WORDS, FACT_WORDS, SEVERITY_WORDS, USE_WORDS
from isolation.messages import joined, known, message, plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.audited import Audit, Cluster


def audit_lines(audit: Audit) -> Iterator[Line]:
    """The audit in subjects, gravest first, then clusters, the chains of the accounts named, and coverage."""
    yield _headline(audit)
    by_id = {one.id: one for one in audit.findings}
    for subject in audit.subjects:
        findings = [by_id[one] for one in subject.findings]
        yield subject_line(subject.label, findings)
        yield from finding_lines(findings, subject.label)
    for cluster in audit.clusters:
        yield _cluster(cluster)
    yield from _chains(audit)
    yield from _coverage(audit)


def _headline(audit: Audit) -> Line:
    blocking = len(audit.blocking())
    openly = sum(one.state == "open" for one in audit.findings)
    text = message(
        "{sessions} of {accounts}: {findings}, {blocking} at or above {block_at}; {others} declared or waived.",
        sessions=counted(audit.sessions, "session"), accounts=counted(audit.accounts, "account"),
        findings=counted(openly, "open finding"), blocking=blocking, block_at=SEVERITY_WORDS[audit.block_at],
        others=len(audit.findings) - openly,
    )  # fmt: skip
    return Line(text, style="bad" if blocking else "unsure" if openly else "good")


def _cluster(cluster: Cluster) -> Line:
    return Line(
        message(
            "Cluster of {count}: {accounts}; held together by {facts}, at the weakest {confidence}.",
            count=len(cluster.accounts), accounts=listed(cluster.accounts),
            facts=joined(", ", [FACT_WORDS[fact] for fact in cluster.facts]),
            confidence=CONFIDENCE_WORDS[cluster.confidence],
        ),
        style="strong",
    )  # fmt: skip


def _chains(audit: Audit) -> Iterator[Line]:
    start = ""
    for path in audit.paths:
        if path.start != start:
            start = path.start
            count = sum(one.start == start for one in audit.paths)
            text = plural(
                "{account} is linked with {count} account:", "{account} is linked with {count} accounts:", count,
                account=start,
            )  # fmt: skip
            yield Line(text, style="strong")
        yield from chain_lines(path, 2)


def _coverage(audit: Audit) -> Iterator[Line]:
    from isolation.reports.parts.integrity import stamps_text

    yield Line(message("Seen in this ledger:"))
    for fact in audit.coverage:
        if fact.sessions:
            text = message(
                "{fact}: in {sessions} of {accounts}, {values} different, {shared} shared", fact=FACT_WORDS[fact.fact],
                sessions=counted(fact.sessions, "session"), accounts=counted(fact.accounts, "account"),
                values=fact.values, shared=fact.shared,
            )  # fmt: skip
            yield Line(text, 4)
    uses = joined(
        ", ", [message("{count} {kind}", count=n, kind=USE_WORDS[what]) for what, n in audit.provenance.items() if n]
    )
    others = joined(
        ", ", [message("{count} {kind}", count=n, kind=USE_WORDS[what]) for what, n in audit.not_uses.items()]
    )
    yield Line(message("{uses}; no uses: {others}", uses=uses or message("no uses"), others=others), 4)
    for gap in audit.unreadable:
        yield Line(known(gap.text), 4, "unsure")
    entries = counted(audit.size, "entry", "entries")
    yield Line(
        message("Ledger {origin}, {entries}, root {root}…", origin=audit.origin, entries=entries, root=audit.root[:16])
    )
    for stamp in stamps_text(audit):
        yield Line(stamp, 4)


__all__ = ["audit_lines"]
