"""What `recover` found, as text for people and as its JSON document."""

from __future__ import annotations

from isolation.cli.words import counted, quoted, when
from isolation.history.recover.joining import network_readings
from isolation.history.recover.platforms import MARKETPLACE_OF, PLATFORMS
from isolation.history.recover.visits import GAP
from isolation.hooks.recover import Assignment, is_going_on, sessions, wanted
from isolation.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from typing import Any

    from isolation.cli.common import Options
    from isolation.history.recover.found import Candidate, Presence, Source
    from isolation.history.recover.visits import Use
    from isolation.hooks.recover import Memory, Period
    from isolation.model import Session

_MOST_NETWORKS = 10
_SAMPLE = 5

DOES_NOT_PROVE = (
    "That anybody was logged in, or to which account: a browser remembers pages, and you say whose they were.",
    "Who was at the keyboard.",
    "How long the last page of a use was read: a use ends with its last visit.",
    "That nothing else happened: browsers forget, histories are cleared, private windows leave nothing, and only the "
    f"seller pages of {', '.join(PLATFORMS)} that are known here were looked for.",
    "That this computer had the same identity then: it is read today.",
    "That the clock of this computer was right then.",
)


def memory_text(memory: Memory, period: Period) -> str:
    """Everything that was found and that could not be read, before anything is recorded."""
    lines = [f"What this computer remembers, looked at {when(memory.looked_at)}. Nothing is recorded yet."]
    for kind, heading in (("browser", "Browsers:"), ("network", "Records of networks:")):
        told = [source for source in memory.sources if source.kind == kind]
        lines += [heading, *(line for source in told for line in _source(source))]
        if not told:
            lines.append(f"    no {kind} that is known here.")
    lines += _networks(memory.presences)
    lines.append("Uses of seller pages:" if memory.candidates else "No use of a seller page was found.")
    lines += [line for candidate in memory.candidates for line in _candidate(memory, candidate, period)]
    if memory.candidates:
        minutes = GAP // 60_000_000
        lines.append(f"A use is a row of visits with at most {minutes} minutes between each two.")
        lines += ["This cannot show:", *(f"    - {one}" for one in DOES_NOT_PROVE)]
    return "\n".join(lines)


def _source(source: Source) -> Iterator[str]:
    if source.status == "observed":
        what = "visit of seller pages" if source.kind == "browser" else "entry"
        many = f"{source.seen} {'entries' if what == 'entry' else 'visits of seller pages'}"
        number = f"1 {what}" if source.seen == 1 else many
        yield f"    {source.name}: {number}. {source.reason}".rstrip()
    else:
        reason = source.reason if source.reason.endswith(".") else f"{source.reason}."
        yield f"    {source.name}: {source.status}: {reason} ({source.path})"
    for one in source.left:
        yield f"        not taken: {one}"


def _networks(presences: tuple[Presence, ...]) -> list[str]:
    if not presences:
        return []
    lines = ["Networks that this computer was on, the latest last:"]
    if len(presences) > _MOST_NETWORKS:
        lines.append(f"    {len(presences) - _MOST_NETWORKS} earlier ones; `--format json` lists them all.")
    for one in presences[-_MOST_NETWORKS:]:
        seen = [
            f"{name} {value}" for name, value in (("gateway", one.gateway_mac), ("access point", one.bssid)) if value
        ]
        named = ", ".join([one.network or "a network without a name", *seen])
        lines.append(f"    {named}: {_span(one)} ({one.source})")
    return lines


def _span(one: Presence) -> str:
    first, last = (when(moment) if moment is not None else "" for moment in (one.first, one.last))
    if one.exact:
        return f"from {first} to {last}" if last else f"from {first}, its end is not known"
    if first and last and one.first != one.last:
        return f"somewhere between {first} and {last}"
    return f"on {last or first}"


def _candidate(memory: Memory, candidate: Candidate, period: Period) -> Iterator[str]:
    uses = candidate.uses()
    taken = wanted(memory, Assignment(candidate, "", ""), period)
    visits = sum(use.visits for use in uses)
    yield (
        f"  {candidate.id}: {counted(len(uses), 'use')}, {counted(visits, 'visit')}, from {when(uses[0].begin)} "
        f"to {when(uses[-1].end)}"
    )
    if len(candidate.hosts) > 1:
        for host in candidate.hosts:
            yield f"      {host}: {counted(len(candidate.uses(host)), 'use')}"
    outside = sum(not period.covers(use) for use in uses)
    if outside:
        yield f"      {counted(outside, 'use')} outside --since and --until."
    if any(is_going_on(memory, use) for use in uses):
        yield "      The latest use may still be going on: run this again half an hour after its end to record it."
    settled = sum(any(one.identifying for one in network_readings(use, memory.presences)) for use in taken)
    yield f"      The network is settled for {settled} of {counted(len(taken), 'use')} that can be recorded."
    if candidate.reason:
        yield f"      weak: {candidate.reason}"


def sample_text(memory: Memory, assignments: list[Assignment], period: Period) -> str:
    """The first sessions of each assignment, as they would be recorded."""
    lines = []
    for assignment in assignments:
        uses = wanted(memory, assignment, period)
        lines.append(f"{_id(assignment)}: {counted(len(uses), 'use')} of {assignment.account} can be recorded.")
        for number, session in enumerate(sessions(memory, assignment, (), period=period)):
            if number == _SAMPLE:
                lines.append(f"  and {len(uses) - _SAMPLE} more.")
                break
            lines.append(f"  {_session(session)}")
    return "\n".join(lines)


def _session(session: Session) -> str:
    seen = [f"{one.fact} {one.value} ({one.confidence})" for one in session.readings]
    end = f" to {when(session.end)}" if session.end != session.begin and session.end is not None else ""
    return f"{session.account}, {when(session.begin)}{end}, {', '.join(['this machine', *seen])}"


def _id(assignment: Assignment) -> str:
    return assignment.candidate.id + (f"/{assignment.host}" if assignment.host else "")


def suggestions(memory: Memory, options: Options) -> list[str]:
    """How to record what was found: the command to run, each ACCOUNT to be put in by the person."""
    if not memory.candidates:
        return []
    given = [f"--browser-data {quoted(folder)}" for folder in options.browser_data]
    given += [f"--from {quoted(file)}" for file in options.exports]
    given += [
        f"--{name} {quoted(getattr(options, name))}" for name in ("since", "until", "tz") if getattr(options, name)
    ]
    words = [f"--account {quoted(candidate.id + '=ACCOUNT')}" for candidate in memory.candidates]
    return [
        "To record uses, say whose they were, each with the account's own name in place of ACCOUNT; leave out what you "
        "cannot tell:",
        f"    isolation recover {' '.join([*given, *words])}",
        "Several accounts in one browser profile are told apart by host (FOUND/HOST=ACCOUNT), or by running it for "
        "each with --since and --until.",
    ]


def document(
    memory: Memory, assignments: list[Assignment], period: Period, outcome: Counter[str] | None, *, dry_run: bool
) -> dict[str, Any]:
    """The document `isolation.recover/1`."""
    done: Counter[str] | dict[str, int] = outcome or {}
    return {
        "schema": "isolation.recover/1",
        "looked_at": format_time(memory.looked_at),
        "dry_run": dry_run,
        "gap_minutes": GAP // 60_000_000,
        "sources": [source._asdict() | {"left": list(source.left)} for source in memory.sources],
        "candidates": [_candidate_json(memory, one, assignments, period) for one in memory.candidates],
        "networks": [one._asdict() | {"first": _time(one.first), "last": _time(one.last)} for one in memory.presences],
        "recorded": done.get("recorded", 0),
        "duplicates": done.get("duplicate", 0),
        "amended": done.get("amended", 0),
        "does_not_prove": list(DOES_NOT_PROVE),
    }


def _candidate_json(
    memory: Memory, candidate: Candidate, assignments: list[Assignment], period: Period
) -> dict[str, Any]:
    own = [one for one in assignments if one.candidate.id == candidate.id]
    return {
        "id": candidate.id,
        "browser": candidate.browser,
        "profile": candidate.folder,
        "profile_name": candidate.name,
        "platform": candidate.platform,
        "path": candidate.path,
        "table": candidate.table,
        "confidence": candidate.confidence,
        "reason": candidate.reason,
        **_uses_json(candidate.uses()),
        "recordable": len(wanted(memory, Assignment(candidate, "", ""), period)),
        "hosts": [
            {"host": host, "marketplace": MARKETPLACE_OF[host], **_uses_json(candidate.uses(host))}
            for host in candidate.hosts
        ],
        "accounts": [{"host": one.host or None, "account": one.account} for one in own],
    }


def _uses_json(uses: list[Use]) -> dict[str, Any]:
    return {
        "uses": len(uses),
        "visits": sum(use.visits for use in uses),
        "first_seen": format_time(uses[0].begin),
        "last_seen": format_time(uses[-1].end),
    }


def _time(moment: int | None) -> str | None:
    return format_time(moment) if moment is not None else None


__all__ = ["DOES_NOT_PROVE", "document", "memory_text", "sample_text", "suggestions"]
