"""Verdicts, findings and readings as text for people: the outcome first, then why, then what to do."""

from __future__ import annotations

import time

from isolation.findings import CONFIDENCE_WORDS, FACT_WORDS, SEVERITY_WORDS, STATE_WORDS, STATUS_WORDS, USE_WORDS
from isolation.messages import Message, joined, message, plural
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
        return message("a time not known")
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
    shown = joined(", ", every[:most])
    return shown if len(every) <= most else message("{names} and {more} more", names=shown, more=len(every) - most)


def counted(number: int, one: str, several: str = "") -> str:
    """A number of things: 1 session, 2 sessions; `tools/make_locale.py` collects the words from the calls."""
    return plural("{count} " + one, "{count} " + (several or one + "s"), number)


def verdict_text(verdict: Verdict) -> str:
    """The verdict as a tired person reads it."""
    lines = [_headline(verdict)]
    openly = [one for one in verdict.findings if one.state == "open"]
    lines += _findings_by_subject(openly, verdict.account)
    accepted = len(verdict.findings) - len(openly)
    if accepted:
        lines.append(message("  {count} more between accounts declared to belong together.", count=accepted))
    lines += [
        message("  unknown ({code}): {why}", code=gap.code, why=_sentence(gap.text))
        for gap in verdict.unknown
        if gap.decides
    ]
    others = [gap.code for gap in verdict.unknown if not gap.decides]
    if others:
        lines.append(message("  not examined: {rules} (`isolation status` says why).", rules=joined(", ", others)))
    lines += _unread_addresses(verdict.identity)
    if verdict.first_seen_here:
        lines.append(message("  first seen here: {facts}.", facts=_facts(verdict.first_seen_here)))
    lines.append(_basis(verdict))
    if verdict.would_join and verdict.outcome == "collision":
        lines += _remedy(verdict)
    lines.append(NOTE)
    return joined("\n", lines)


def _facts(facts: Iterable[str]) -> str:
    return joined(", ", [FACT_WORDS.get(fact, fact) for fact in facts])


def _sentence(text: str) -> str:
    """A text that ends as a sentence does; one of several sentences may end in a command to copy."""
    return text if text.endswith(".") or ". " in text else message("{text}.", text=text)


def _unread_addresses(identity: Identity) -> list[str]:
    """Why no public address was read by a path that was asked for, which `isolation status` cannot know."""
    paths: dict[object, list[Reading]] = {}
    for reading in identity.readings:
        if reading.fact == "public_ip" and "path" in reading.detail:
            paths.setdefault(reading.detail["path"], []).append(reading)
    return [
        message("  no public address: {why}", why=told(readings[0].reason))
        for readings in paths.values()
        if not any(reading.status == "observed" for reading in readings)
    ]


def _headline(verdict: Verdict) -> str:
    if verdict.outcome == "collision" and not verdict.would_join:
        return message("COLLISION: {account} itself has findings that this policy blocks at.", account=verdict.account)
    if verdict.outcome == "collision":
        return message(
            "COLLISION: logging in here would join {account} to {others}.",
            account=verdict.account, others=listed(verdict.would_join),
        )  # fmt: skip
    if verdict.outcome == "unknown":
        return message(
            "UNKNOWN: it cannot be told whether {account} touches another account here.", account=verdict.account
        )
    return message(
        "PASS: no link in this ledger between {account} and another account that is not declared.",
        account=verdict.account,
    )


def _findings_by_subject(findings: Iterable[Finding], account: str) -> list[str]:
    lines = []
    subject = ""
    for finding in sorted(findings, key=lambda one: one.subject):
        if finding.subject != subject:
            subject = finding.subject
            lines.append(_subject_line(subject))
        others = [name for name in finding.accounts if name != account]
        touched = message(", also used by {others}", others=listed(others)) if others else ""
        value = f" {finding.value}" if finding.value else ""
        lines += [
            message(
                "    {rule}: {fact}{value}{touched}",
                rule=finding.rule, fact=FACT_WORDS[finding.fact], value=value, touched=touched,
            ),
            message(
                "      {severity}, {confidence}: {why}", severity=SEVERITY_WORDS[finding.severity],
                confidence=CONFIDENCE_WORDS[finding.confidence], why=told(finding.reason),
            ),
            message("      first {first}, last {last}", first=when(finding.first_seen), last=when(finding.last_seen)),
        ]  # fmt: skip
    return lines


def _subject_line(subject: str) -> str:
    if subject == "this-machine":
        return message("  this machine")
    return message("  this network") if subject == "this-network" else f"  {subject}"


def _basis(verdict: Verdict) -> str:
    basis = verdict.basis
    if basis.since is None:
        return message("  This ledger holds no session yet.")
    return message(
        "  This rests on {sessions} of {machines} since {since}.",
        sessions=counted(basis.sessions, "session"), machines=counted(basis.machines, "machine"),
        since=when(basis.since),
    )  # fmt: skip


def _remedy(verdict: Verdict) -> list[str]:
    named = [verdict.account, *verdict.would_join[:_MOST_NAMED]]
    stop = "-- " if any(name.startswith("-") for name in named) else ""
    left = len(verdict.would_join) - _MOST_NAMED
    more = message("    and {others}: `--format json` lists them all.", others=counted(left, "more account"))
    return [
        message("  Only if it is true that these accounts belong together, say so, with the evidence:"),
        f"    isolation group --kind KIND --evidence FILE {stop}NAME {' '.join(map(quoted, named))}",
        *([more] if left > 0 else []),
        message("    where KIND is same-store, same-owner, agency, household or other."),
        message(
            "  If it is not, do not log in; find out who used the other account here, and end access nobody permitted."
        ),
    ]


def quoted(name: str) -> str:
    """A name as one word of a command line."""
    plain = all(character.isalnum() or character in "-_.:@" for character in name)
    return name if plain and name else "'" + name.replace("'", "'\\''") + "'"


def told(reason: str) -> str:
    """A reason as part of a sentence; one that comes out of the ledger is plain text, and known by its words."""
    return reason if isinstance(reason, Message) else message(reason)


def readings_text(identity: Identity) -> str:
    """This machine's readings, a line each; what was not read with the reason."""
    return joined(
        "\n",
        [
            message("{fact:<24}{reading}", fact=message("{fact}:", fact=FACT_WORDS[one.fact]), reading=_reading(one))
            for one in identity.readings
        ],
    )


def _reading(reading: Reading) -> str:
    if reading.status != "observed":
        return message("{status}: {why}", status=STATUS_WORDS[reading.status], why=told(reading.reason))
    points = () if isinstance(reading.value, str) else reading.value or ()
    value = reading.value if isinstance(reading.value, str) else message("{count} access points", count=len(points))
    link = message("identifies") if reading.identifying else message("context")
    if reading.identifying and reading.confidence != "certain":
        link = joined(", ", [link, CONFIDENCE_WORDS[reading.confidence]])
    why = message(": {why}", why=told(reading.reason)) if reading.reason else ""
    return message("{value} ({link}, from {source}){why}", value=value, link=link, source=reading.source, why=why)


def audit_text(audit: Audit) -> str:
    """The audit in subjects, gravest first, then clusters and coverage."""
    openly = sum(finding.state == "open" for finding in audit.findings)
    lines: list[str] = [
        message(
            "{sessions} of {accounts}: {open}, {grave} at or above {limit}; {rest} declared or waived.",
            sessions=counted(audit.sessions, "session"), accounts=counted(audit.accounts, "account"),
            open=counted(openly, "open finding"), grave=len(audit.blocking()), limit=SEVERITY_WORDS[audit.block_at],
            rest=len(audit.findings) - openly,
        )
    ]  # fmt: skip
    by_id = {finding.id: finding for finding in audit.findings}
    for subject in audit.subjects:
        lines += _subject(subject, by_id)
    lines += [
        message(
            "Cluster of {count}: {accounts}; held together by {facts}, at the weakest {confidence}.",
            count=len(cluster.accounts), accounts=listed(cluster.accounts), facts=_facts(cluster.facts),
            confidence=CONFIDENCE_WORDS[cluster.confidence],
        )
        for cluster in audit.clusters
    ]  # fmt: skip
    lines += _coverage(audit)
    return joined("\n", lines)


def _subject(subject: Subject, by_id: dict[str, Finding]) -> list[str]:
    findings = [by_id[one] for one in subject.findings]
    first = min((one.first_seen for one in findings if one.first_seen != UNDATED), default=UNDATED)
    last = max(one.last_seen for one in findings)
    lines: list[str] = [
        message(
            "[{severity}] {subject}: {accounts}: {names}", severity=SEVERITY_WORDS[subject.severity],
            subject=subject.label, accounts=counted(len(subject.accounts), "account"), names=listed(subject.accounts),
        ),
        message("    from {first} to {last}", first=when(first), last=when(last)),
    ]  # fmt: skip
    for finding in findings:
        words = [SEVERITY_WORDS[finding.severity], CONFIDENCE_WORDS[finding.confidence]]
        if finding.state != "open":
            words.insert(0, STATE_WORDS[finding.state])
        value = f" {finding.value}" if finding.value else ""
        lines.append(
            message(
                "    {rule} ({words}){value}: {why}",
                rule=finding.rule, words=joined(", ", words), value=value, why=told(finding.reason),
            )
        )  # fmt: skip
    return lines


def _coverage(audit: Audit) -> list[str]:
    from isolation.reports.parts.integrity import stamps_text  # a check has no use for it

    lines: list[str] = [message("Seen in this ledger:")]
    lines += [
        message(
            "    {fact}: in {sessions} of {accounts}, {values} different, {shared} shared", fact=FACT_WORDS[seen.fact],
            sessions=counted(seen.sessions, "session"), accounts=counted(seen.accounts, "account"),
            values=seen.values, shared=seen.shared,
        )
        for seen in audit.coverage
        if seen.sessions
    ]  # fmt: skip
    uses = [message("{count} {kind}", count=count, kind=USE_WORDS[name])
            for name, count in audit.provenance.items() if count]  # fmt: skip
    others = [message("{count} {kind}", count=count, kind=USE_WORDS[name]) for name, count in audit.not_uses.items()]
    lines.append(
        message(
            "    {uses}; no uses: {others}",
            uses=joined(", ", uses) if uses else message("no uses"), others=joined(", ", others),
        )
    )  # fmt: skip
    lines += [message("    {text}", text=told(gap.text)) for gap in audit.unreadable]
    entries = counted(audit.size, "entry", "entries")
    lines.append(
        message("Ledger {origin}, {entries}, root {root}…", origin=audit.origin, entries=entries, root=audit.root[:16])
    )
    return [*lines, *(message("    {text}", text=text) for text in stamps_text(audit))]
