"""What `recover` found, as text for people and as its JSON document."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from isolation.cli.words import when
from isolation.errors import BadIdentifier
from isolation.history.recover.joining import network_readings
from isolation.history.recover.platforms import MARKETPLACE_OF, PLATFORMS
from isolation.history.recover.visits import GAP
from isolation.hooks.recover import Assignment, is_going_on, sessions, wanted
from isolation.identifiers.macs import format_mac, parse_mac
from isolation.messages import joined, known, message, plural
from isolation.model import CONFIDENCES
from isolation.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
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
    message("That anybody was logged in, or to which account: a browser remembers pages, and you say whose they were."),
    message("Who was at the keyboard."),
    message("How long the last page of a use was read: a use ends with its last visit."),
    message(
        "That nothing else happened: browsers forget, histories are cleared, private windows leave nothing, and only "
        "the seller pages of {platforms} that are known here were looked for.",
        platforms=joined(", ", PLATFORMS),
    ),
    message("That this computer had the same identity then: it is read today."),
    message("That the clock of this computer was right then."),
)
_STATUS = {"absent": message("absent"), "denied": message("denied"), "failed": message("failed")}


def memory_text(memory: Memory, period: Period) -> str:
    """Everything that was found and that could not be read, before anything is recorded."""
    moment = when(memory.looked_at)
    lines: list[str] = [
        message("What this computer remembers, looked at {moment}. Nothing is recorded yet.", moment=moment)
    ]
    lines += _sources(memory, "browser", message("Browsers:"), message("    no browser that is known here."))
    lines += _sources(memory, "network", message("Records of networks:"), message("    none that is known here."))
    lines += _networks(memory.presences)
    if not memory.candidates:
        return joined("\n", [*lines, message("No use of a seller page was found.")])
    lines.append(message("Uses of seller pages:"))
    lines += [line for candidate in memory.candidates for line in _candidate(memory, candidate, period)]
    minutes = GAP // 60_000_000
    lines.append(message("A use is a row of visits with at most {minutes} minutes between each two.", minutes=minutes))
    lines.append(message("This cannot show:"))
    return joined("\n", [*lines, *(message("    - {limit}", limit=one) for one in DOES_NOT_PROVE)])


def _sources(memory: Memory, kind: str, heading: str, none: str) -> list[str]:
    told = [source for source in memory.sources if source.kind == kind]
    return [heading, *([line for source in told for line in _source(source)] or [none])]


def _source(source: Source) -> Iterator[str]:
    if source.status == "observed":
        if source.kind == "browser":
            number = plural("{count} visit of seller pages", "{count} visits of seller pages", source.seen)
        else:
            number = plural("{count} entry", "{count} entries", source.seen)
        if source.reason:
            yield message(
                "    {name}: {number}. {reason}", name=source.name, number=number, reason=known(source.reason)
            )
        else:
            yield message("    {name}: {number}.", name=source.name, number=number)
    else:
        yield message(
            "    {name}: {status}: {reason} ({path})", name=source.name, status=_STATUS[source.status],
            reason=known(source.reason), path=source.path,
        )  # fmt: skip
    for one in source.left:
        yield message("        not taken: {what}", what=one)


def _networks(presences: tuple[Presence, ...]) -> list[str]:
    if not presences:
        return []
    lines: list[str] = [message("Networks that this computer was on, the latest last:")]
    if len(presences) > _MOST_NETWORKS:
        earlier = len(presences) - _MOST_NETWORKS
        lines.append(message("    {count} earlier ones; `--format json` lists them all.", count=earlier))
    return lines + [_network(one) for one in presences[-_MOST_NETWORKS:]]


def _network(one: Presence) -> str:
    named: list[str] = [one.network or message("a network without a name")]
    if one.gateway_mac:
        named.append(message("gateway {mac}", mac=mac_text(one.gateway_mac)))
    if one.bssid:
        named.append(message("access point {mac}", mac=mac_text(one.bssid)))
    return message("    {network}: {span} ({source})", network=joined(", ", named), span=_span(one), source=one.source)


def _span(one: Presence) -> str:
    first, last = (when(moment) if moment is not None else "" for moment in (one.first, one.last))
    if one.exact and last:
        return message("from {first} to {last}", first=first, last=last)
    if one.exact:
        return message("from {first}, its end is not known", first=first)
    if first and last and one.first != one.last:
        return message("somewhere between {first} and {last}", first=first, last=last)
    return message("on {moment}", moment=last or first)


def mac_text(text: str) -> str:
    """A MAC address as people and documents see it; what is none as it was written."""
    try:
        return format_mac(parse_mac(text)) if text else ""
    except BadIdentifier:
        return text


def _candidate(memory: Memory, candidate: Candidate, period: Period) -> Iterator[str]:
    uses = candidate.uses()
    yield message(
        "  {id}{name}: {uses}, {visits}, {span}",
        id=candidate.id, name=f' "{candidate.name}"' if candidate.name else "", uses=_number_of(uses),
        visits=plural("{count} visit", "{count} visits", sum(use.visits for use in uses)),
        span=_moments(when(uses[0].begin), when(uses[-1].end)),
    )  # fmt: skip
    if len(candidate.hosts) > 1:
        for host in candidate.hosts:
            yield message("      {host}: {uses}", host=host, uses=_number_of(candidate.uses(host)))
    outside = [use for use in uses if not period.covers(use)]
    if outside:
        yield message("      {uses} outside --since and --until.", uses=_number_of(outside))
    if any(is_going_on(memory, use) for use in uses):
        yield message("      The latest use may still be going on: run this again half an hour after its end.")
    uses = wanted(memory, Assignment(candidate, "", ""), period)
    if uses:
        yield _settled(memory, uses)
    if candidate.reason:
        yield message("      weak: {reason}", reason=known(candidate.reason))


def _moments(first: str, last: str) -> str:
    if first == last:
        return message("on {moment}", moment=first)
    return message("from {first} to {last}", first=first, last=last)


def _number_of(uses: list[Use]) -> str:
    return plural("{count} use", "{count} uses", len(uses))


def _settled(memory: Memory, uses: list[Use]) -> str:
    """For how many uses the records say which network they were on, and how surely."""
    surest = Counter(
        max((CONFIDENCES.index(one.confidence) for one in network_readings(use, memory.presences) if one.identifying),
            default=-1)
        for use in uses
    )  # fmt: skip
    return message(
        "      Of {uses} that can be recorded, the network is probable for {probable}, weak for {weak}, not known for "
        "{unknown}.",
        uses=_number_of(uses), probable=surest[CONFIDENCES.index("probable")], weak=surest[CONFIDENCES.index("weak")],
        unknown=surest[-1],
    )  # fmt: skip


def sample_text(memory: Memory, assignments: list[Assignment], period: Period) -> str:
    """The first sessions of each assignment, as they would be recorded."""
    lines: list[str] = []
    for assignment in assignments:
        uses = wanted(memory, assignment, period)
        lines.append(
            message("{id}: {uses} of {account} can be recorded.", id=assignment.id, uses=_number_of(uses),
                    account=assignment.account)
        )  # fmt: skip
        shown = islice(sessions(memory, assignment, (), period=period), _SAMPLE)
        lines += [message("  {session}", session=_session(session)) for session in shown]
        if len(uses) > _SAMPLE:
            lines.append(message("  and {count} more.", count=len(uses) - _SAMPLE))
    return joined("\n", lines)


def _session(session: Session) -> str:
    end = f" – {when(session.end)}" if session.end is not None and session.end != session.begin else ""
    seen = [
        message("{fact} {value} ({confidence})", fact=one.fact, value=str(one.value), confidence=one.confidence)
        for one in session.readings
    ]
    named = joined(", ", [message("this machine"), *seen])
    return message("{account}, {time}, {seen}", account=session.account, time=when(session.begin) + end, seen=named)


def suggestions(memory: Memory, period: Period, options: Options) -> str:
    """How to record what was found: the command to run, each ACCOUNT to be put in by the person."""
    recordable = [one for one in memory.candidates if wanted(memory, Assignment(one, "", ""), period)]
    if not recordable:
        return message("Nothing was recorded: there is no use that can be recorded now.")
    given = [("--browser-data", folder) for folder in options.browser_data]
    given += [("--from", file) for file in options.exports]
    given += [(f"--{name}", getattr(options, name)) for name in ("since", "until", "tz", "encoding")]
    given += [("--account", f"{one.id}=ACCOUNT") for one in recordable]
    return message(
        "Nothing was recorded. To record uses, say whose they were, each with the account's own name in place of "
        "ACCOUNT; leave out what you cannot tell:\n    {command}\nSeveral accounts in one browser profile are told "
        "apart by host (FOUND/HOST=ACCOUNT), or by running it for each with --since and --until.",
        command=options.command("recover", [word for name, value in given if value for word in (name, value)]),
    )


def left_out(memory: Memory, assignments: list[Assignment]) -> str:
    """What was found and given no account, as a sentence; "" where there is none."""
    given = {(one.candidate.id, one.host) for one in assignments}
    left = []
    for candidate in memory.candidates:
        if (candidate.id, "") in given:
            continue
        hosts = [host for host in candidate.hosts if (candidate.id, host) not in given]
        whole = len(hosts) == len(candidate.hosts)
        left += [candidate.id] if whole else [f"{candidate.id}/{host}" for host in hosts]
    return message("Left out, because no account was named: {found}.", found=joined(", ", left)) if left else ""


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


__all__ = ["DOES_NOT_PROVE", "document", "left_out", "mac_text", "memory_text", "sample_text", "suggestions"]
