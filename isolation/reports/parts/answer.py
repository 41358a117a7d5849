"""The answer first: what is open, how grave, and whom it joins; beside it what a stranger needs to weigh it."""

from __future__ import annotations

from isolation.messages import joined, message, plural
from isolation.model import SEVERITIES
from isolation.reports.content import Facts, Paragraph, Section, Table
from isolation.reports.documents import LIMITS
from isolation.reports.parts.findings import gravest
from isolation.reports.parts.words import CONFIDENCE_WORDS, SEVERITY_WORDS, account_names, fact_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.audited import Audit
    from isolation.reports.content import Block
    from isolation.reports.frame import Frame

_MOST_SUBJECTS = 500
TO_DO = message("What to do about each stands with its rule below; `isolation plan` puts it in order.")


def section(frame: Frame) -> Section:
    """Subjects by severity, clusters, and the box for a stranger."""
    audit = frame.audit
    blocks: list[Block] = [Paragraph(_outcome(audit)), Paragraph(_counts(audit))]
    if audit.since is not None or audit.until is not None:
        since, until = frame.when(audit.since), frame.when(audit.until)
        blocks.append(Paragraph(message("Only uses from {since} to {until} were looked at.", since=since, until=until)))
    if any(one.state == "open" for one in audit.findings):
        blocks.append(gravest(frame))
        if frame.issued is None:  # a report on one account is for others than its owner
            blocks.append(Paragraph(TO_DO))
    blocks += [_stranger(frame), _subjects(audit), _clusters(audit), Paragraph(LIMITS)]
    return Section("answer", message("The answer"), tuple(blocks))


def _outcome(audit: Audit) -> str:
    """The answer in one sentence."""
    if audit.sessions == 0:
        return message("This ledger holds no use of any account in what was looked at: nothing can be told from it.")
    openly = [one for one in audit.subjects if _is_open(audit, one.findings)]
    if not openly:
        return message("No link between accounts is open in this ledger.")
    by_severity = [
        message("{count} {severity}", count=count, severity=SEVERITY_WORDS[severity])
        for severity in reversed(SEVERITIES)
        if (count := sum(one.severity == severity for one in openly))
    ]
    return message(
        "{subjects} with open findings: {counts}.",
        subjects=plural("{count} machine, place or account", "{count} machines, places or accounts", len(openly)),
        counts=joined(", ", by_severity),
    )


def _is_open(audit: Audit, findings: tuple[str, ...]) -> bool:
    wanted = set(findings)
    return any(one.state == "open" and one.id in wanted for one in audit.findings)


def _counts(audit: Audit) -> str:
    states = {state: sum(one.state == state for one in audit.findings) for state in ("open", "declared", "waived")}
    return message(
        "{sessions} of {accounts} hold {open}, {grave} of them at or above {limit}; {declared} between accounts that "
        "are declared to belong together, and {waived} waived.",
        sessions=plural("{count} session", "{count} sessions", audit.sessions),
        accounts=plural("{count} account", "{count} accounts", audit.accounts),
        open=plural("{count} open finding", "{count} open findings", states["open"]),
        grave=len(audit.blocking()), limit=SEVERITY_WORDS[audit.block_at],
        declared=plural("{count} finding is", "{count} findings are", states["declared"]), waived=states["waived"],
    )  # fmt: skip


def _stranger(frame: Frame) -> Facts:
    audit = frame.audit
    pairs = [
        (message("The ledger was begun"), _begun(frame)),
        (message("Oldest outside time stamp"), _oldest(frame)),
        (message("Where its uses come from"), _shares(audit)),
        (message("Forced in spite of a verdict"), plural("{count} use", "{count} uses", audit.forced)),
        (message("Other names read as one account"), str(len(audit.declared.aliases))),
        (message("Waivers in force"), str(sum(one[7] > audit.made_at for one in audit.declared.waivers))),
        (
            message("Not examined"),
            message("card, bank, phone, e-mail, postal address, browser profile and tax number of the accounts"),
        ),
        (
            message("This does not show"),
            message("what the platform saw, that no other device or ledger exists, or that imported rows are true"),
        ),
    ]
    return Facts(tuple(pairs), message("For whoever reads this from outside"), boxed=True)


def _begun(frame: Frame) -> str:
    begun = frame.when(frame.audit.begun)
    if frame.notice is None:
        return begun
    notice = frame.when(frame.notice)
    if frame.audit.begun < frame.notice:
        return message("{begun}, before the notice of {notice}", begun=begun, notice=notice)
    return message(
        "{begun}, after the notice of {notice}: nothing here was recorded before it", begun=begun, notice=notice
    )


def _oldest(frame: Frame) -> str:
    stamps = [one for one in frame.audit.time_stamps if one.chain]
    if not stamps:
        return message("none: only this machine's clock says when anything was recorded")
    oldest = min(stamps, key=lambda one: one.by)
    return message("{moment}, by {authority}", moment=frame.when(oldest.by), authority=oldest.authority)


def _shares(audit: Audit) -> str:
    return message(
        "{observed} observed on this machine, {declared} declared by a person, {imported} imported from other logs",
        **{name: audit.provenance.get(name, 0) for name in ("observed", "declared", "imported")},
    )


def _subjects(audit: Audit) -> Block:
    if not audit.subjects:
        return Paragraph(message("Nothing was found."))
    rows = tuple(
        (SEVERITY_WORDS[one.severity], one.label, str(len(one.accounts)), account_names(one.accounts),
         fact_names(one.facts))
        for one in audit.subjects[:_MOST_SUBJECTS]
    )  # fmt: skip
    columns = (
        message("Severity"), message("Machine or place"), message("Accounts"), message("Which"), message("Facts"),
    )  # fmt: skip
    caption = message("Findings by machine and place")
    if len(audit.subjects) > _MOST_SUBJECTS:
        caption = message(
            "Findings by machine and place: the {shown} gravest of {all}; a report as .json lists all of them",
            shown=_MOST_SUBJECTS, all=len(audit.subjects),
        )  # fmt: skip
    return Table(columns, rows, caption)


def _clusters(audit: Audit) -> Block:
    if not audit.clusters:
        return Paragraph(message("No accounts are joined by open findings."))
    rows = tuple(
        (str(len(one.accounts)), account_names(one.accounts), fact_names(one.facts), CONFIDENCE_WORDS[one.confidence])
        for one in audit.clusters
    )
    columns = (message("Accounts"), message("Which"), message("Held together by"), message("Weakest link"))
    return Table(columns, rows, message("Accounts that open findings join"))
