"""Verdicts, findings and readings as text for people: the outcome first, then why, then what to do."""

from __future__ import annotations

import time

from isolation.findings import FACT_WORDS
from isolation.model import UNDATED
from isolation.times import format_time
from isolation.verdict import NOTE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from isolation.model import Audit, Finding, Identity, Reading, Subject, Verdict

_MOST_NAMED = 6


def when(moment: int) -> str:
    """A moment (µs) on this computer's clock, with its offset, beside UTC."""
    if moment == UNDATED:
        return "a time not known"
    local = time.localtime(moment // 1_000_000)
    sign = "+" if local.tm_gmtoff >= 0 else "-"
    hours, minutes = divmod(abs(local.tm_gmtoff) // 60, 60)
    utc = format_time(moment // 1_000_000 * 1_000_000)
    if local.tm_gmtoff == 0:
        return f"{utc[:10]} {utc[11:19]} UTC"
    return f"{time.strftime('%Y-%m-%d %H:%M:%S', local)} {sign}{hours:02}:{minutes:02} ({utc[11:19]} UTC)"


def listed(names: Iterable[str], most: int = _MOST_NAMED) -> str:
    """Names in a row, the first few and how many more."""
    every = list(names)
    shown = ", ".join(every[:most])
    return shown if len(every) <= most else f"{shown} and {len(every) - most} more"


def counted(number: int, what: str) -> str:
    """A number of things: 1 session, 2 sessions."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def verdict_text(verdict: Verdict) -> str:
    """The verdict as a tired person reads it."""
    lines = [_headline(verdict)]
    openly = [one for one in verdict.findings if one.state == "open"]
    lines += _findings_by_subject(openly, verdict.account)
    accepted = len(verdict.findings) - len(openly)
    if accepted:
        lines.append(f"  {accepted} more between accounts declared to belong together.")
    deciding = [gap for gap in verdict.unknown if gap.decides]
    lines += [f"  unknown ({gap.code}): {_sentence(gap.text)}" for gap in deciding]
    others = [gap.code for gap in verdict.unknown if not gap.decides]
    if others:
        lines.append(f"  not examined: {', '.join(others)} (`isolation status` says why).")
    lines += _unread_addresses(verdict.identity)
    if verdict.first_seen_here:
        lines.append(f"  first seen here: {', '.join(FACT_WORDS[fact] for fact in verdict.first_seen_here)}.")
    lines.append(_basis(verdict))
    if verdict.would_join and verdict.outcome == "collision":
        lines += _remedy(verdict)
    lines.append(NOTE)
    return "\n".join(lines)


def _sentence(text: str) -> str:
    """A text that ends as a sentence does; one of several sentences may end in a command to copy."""
    return text if text.endswith(".") or ". " in text else f"{text}."


def _unread_addresses(identity: Identity) -> list[str]:
    """Why no public address was read by a path that was asked for, which `isolation status` cannot know."""
    paths: dict[object, list[Reading]] = {}
    for reading in identity.readings:
        if reading.fact == "public_ip" and "path" in reading.detail:
            paths.setdefault(reading.detail["path"], []).append(reading)
    return [
        f"  no public address: {readings[0].reason}"
        for readings in paths.values()
        if not any(reading.status == "observed" for reading in readings)
    ]


def _headline(verdict: Verdict) -> str:
    if verdict.outcome == "collision" and not verdict.would_join:
        return f"COLLISION: {verdict.account} itself has findings that this policy blocks at."
    if verdict.outcome == "collision":
        return f"COLLISION: logging in here would join {verdict.account} to {listed(verdict.would_join)}."
    if verdict.outcome == "unknown":
        return f"UNKNOWN: it cannot be told whether {verdict.account} touches another account here."
    return f"PASS: no link in this ledger between {verdict.account} and another account that is not declared."


def _findings_by_subject(findings: Iterable[Finding], account: str) -> list[str]:
    lines = []
    subject = ""
    for finding in sorted(findings, key=lambda one: one.subject):
        if finding.subject != subject:
            subject = finding.subject
            lines.append(f"  {subject.replace('-', ' ') if subject.startswith('this-') else subject}")
        others = [name for name in finding.accounts if name != account]
        touched = f", also used by {listed(others)}" if others else ""
        value = f" {finding.value}" if finding.value else ""
        lines += [
            f"    {finding.rule}: {FACT_WORDS[finding.fact]}{value}{touched}",
            f"      {finding.severity}, {finding.confidence}: {finding.reason}",
            f"      first {when(finding.first_seen)}, last {when(finding.last_seen)}",
        ]
    return lines


def _basis(verdict: Verdict) -> str:
    basis = verdict.basis
    if basis.since is None:
        return "  This ledger holds no session yet."
    return (
        f"  This rests on {counted(basis.sessions, 'session')} of {counted(basis.machines, 'machine')} "
        f"since {when(basis.since)}."
    )


def _remedy(verdict: Verdict) -> list[str]:
    named = [verdict.account, *verdict.would_join[:_MOST_NAMED]]
    stop = "-- " if any(name.startswith("-") for name in named) else ""
    left = len(verdict.would_join) - _MOST_NAMED
    more = [f"    and {counted(left, 'more account')}: `--format json` lists them all."] if left > 0 else []
    return [
        "  Only if it is true that these accounts belong together, say so, with the evidence:",
        f"    isolation group --kind KIND --evidence FILE {stop}NAME {' '.join(quoted(name) for name in named)}",
        *more,
        "    where KIND is same-store, same-owner, agency, household or other.",
        "  If it is not, do not log in; find out who used the other account here, and end access nobody permitted.",
    ]


def quoted(name: str) -> str:
    """A name as one word of a command line."""
    plain = all(character.isalnum() or character in "-_.:@" for character in name)
    return name if plain and name else "'" + name.replace("'", "'\\''") + "'"


def readings_text(identity: Identity) -> str:
    """This machine's readings, a line each; what was not read with the reason."""
    lines = []
    for reading in identity.readings:
        lines.append(f"{FACT_WORDS.get(reading.fact, reading.fact) + ':':<24}{_reading(reading)}")
    return "\n".join(lines)


def _reading(reading: Reading) -> str:
    if reading.status != "observed":
        return f"{reading.status.replace('_', ' ')}: {reading.reason}"
    value = reading.value if isinstance(reading.value, str) else f"{len(reading.value or ())} access points"
    link = "identifies" if reading.identifying else "context"
    if reading.identifying and reading.confidence != "certain":
        link += f", {reading.confidence}"
    reason = f": {reading.reason}" if reading.reason else ""
    return f"{value} ({link}, from {reading.source}){reason}"


def audit_text(audit: Audit) -> str:
    """The audit in subjects, gravest first, then clusters and coverage."""
    blocking = len(audit.blocking())
    openly = sum(finding.state == "open" for finding in audit.findings)
    lines = [
        f"{counted(audit.sessions, 'session')} of {counted(audit.accounts, 'account')}: "
        f"{counted(openly, 'open finding')}, "
        f"{blocking} at or above {audit.block_at}; {len(audit.findings) - openly} declared or waived."
    ]
    by_id = {finding.id: finding for finding in audit.findings}
    for subject in audit.subjects:
        lines += _subject(subject, by_id)
    for cluster in audit.clusters:
        lines.append(
            f"Cluster of {len(cluster.accounts)}: {listed(cluster.accounts)}; held together by "
            f"{', '.join(FACT_WORDS[fact] for fact in cluster.facts)}, at the weakest {cluster.confidence}."
        )
    lines += _coverage(audit)
    return "\n".join(lines)


def _subject(subject: Subject, by_id: dict[str, Finding]) -> list[str]:
    findings = [by_id[one] for one in subject.findings]
    first = min((one.first_seen for one in findings if one.first_seen != UNDATED), default=UNDATED)
    last = max(one.last_seen for one in findings)
    accounts = counted(len(subject.accounts), "account")
    lines = [f"[{subject.severity}] {subject.label}: {accounts}: {listed(subject.accounts)}"]
    lines.append(f"    from {when(first)} to {when(last)}")
    for finding in findings:
        state = "" if finding.state == "open" else f"{finding.state}, "
        value = f" {finding.value}" if finding.value else ""
        lines.append(f"    {finding.rule} ({state}{finding.severity}, {finding.confidence}){value}: {finding.reason}")
    return lines


def _coverage(audit: Audit) -> list[str]:
    from isolation.reports.parts.integrity import stamps_text  # a check has no use for it

    lines = ["Seen in this ledger:"]
    for fact in audit.coverage:
        if fact.sessions:
            lines.append(
                f"    {FACT_WORDS[fact.fact]}: in {counted(fact.sessions, 'session')} of "
                f"{counted(fact.accounts, 'account')}, "
                f"{fact.values} different, {fact.shared} shared"
            )
    uses = ", ".join(f"{count} {name}" for name, count in audit.provenance.items() if count)
    lines.append(f"    {uses or 'no uses'}; no uses: {', '.join(f'{n} {what}' for what, n in audit.not_uses.items())}")
    lines += [f"    {gap.text}" for gap in audit.unreadable]
    entries = "1 entry" if audit.size == 1 else f"{audit.size} entries"
    lines.append(f"Ledger {audit.origin}, {entries}, root {audit.root[:16]}…")
    return [*lines, *(f"    {text}" for text in stamps_text(audit))]
