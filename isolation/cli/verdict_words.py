"""A verdict as text for people: the outcome first, then why, then what to do."""

from __future__ import annotations

from isolation.cli import terminal
from isolation.cli.layout import Line
from isolation.cli.subject_words import finding_lines, sentence, span, subject_line
from isolation.cli.words import counted, listed, quoted, when
from isolation.findings import CONFIDENCE_WORDS, FACT_WORDS, STATE_WORDS
from isolation.messages import Message, joined, known, message, plural
from isolation.model import UNDATED
from isolation.verdict import NOTE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.model import Identity, Reading, Verdict
    from isolation.paths import Hop, Path, Remedy

_MOST_TOLD = 8  # chains further along, and words of a command, that a person still reads
_LONGEST_COMMAND = 2000

_HOW = {
    "no-device-anchor": message("`isolation status` says why it could not be read, and what would allow it."),
    "no-network-anchor": message(
        "`isolation status` says why it could not be read, and what would allow it; `--public-ip` asks the services "
        "that your policy names for the public address."
    ),
}


def verdict_lines(verdict: Verdict, at: tuple[str, str] = ("", "")) -> Iterator[Line]:
    """The verdict as a tired person reads it; `at` are the labels of a what-if, "" for here."""
    yield _headline(verdict)
    if any(at):
        where = joined(", ", [name for name in at if name])
        yield Line(message("This is a what-if for {where}, as it was learnt; not for here and now.", where=where), 2)
    yield from _findings(verdict)
    yield from _further(verdict)
    yield from _unknown(verdict)
    yield from _unread_addresses(verdict.identity)
    if verdict.first_seen_here:
        facts = joined(", ", [FACT_WORDS[fact] for fact in verdict.first_seen_here])
        yield Line(message("First seen here: {facts}.", facts=facts), 2, "dim")
    yield Line(_basis(verdict), 2, "dim")
    if verdict.remedy is not None and verdict.outcome == "collision":
        yield from remedy_lines(verdict.remedy)
    yield Line(NOTE)


def _headline(verdict: Verdict) -> Line:
    account = verdict.account
    if verdict.outcome == "collision" and verdict.remedy is not None and verdict.remedy.kind == "permit":
        text = message("COLLISION: nothing permits {who} to use {account} as it would be used here.",
                       who=verdict.operator, account=account)  # fmt: skip
        return Line(text, style="bad")
    if verdict.outcome == "collision" and not verdict.would_join:
        text = message("COLLISION: {account} itself has findings that this policy blocks at.", account=account)
        return Line(text, style="bad")
    if verdict.outcome == "collision":
        others = listed(verdict.would_join)
        text = message("COLLISION: logging in here would join {account} to {others}.", account=account, others=others)
        return Line(text, style="bad")
    if verdict.outcome == "unknown":
        text = message("UNKNOWN: it cannot be told whether {account} touches another account here.", account=account)
        return Line(text, style="unsure")
    text = message(
        "PASS: no link in this ledger between {account} and another account that is not declared.", account=account
    )
    return Line(text, style="good")


def _findings(verdict: Verdict) -> Iterator[Line]:
    by_id = {one.id: one for one in verdict.findings}
    for subject in verdict.subjects:
        openly = [by_id[one] for one in subject.findings if by_id[one].state == "open"]
        if openly:
            yield subject_line(subject.label, openly, verdict.account, _used(verdict, subject.id))
            yield from finding_lines(openly, subject.label)
    accepted = sum(one.state != "open" for one in verdict.findings)
    if accepted:
        text = plural(
            "{count} more finding is declared or waived.", "{count} more findings are declared or waived.", accepted
        )
        yield Line(text, 2, "dim")


def _used(verdict: Verdict, subject: str) -> tuple[int, int] | None:
    """When the accounts that are met here used it, without this login; None where no chain tells."""
    touches = [
        touch
        for path in verdict.paths
        for tie in path.hops[0].ties
        for touch in tie.touches
        if tie.subject == subject and touch.account != path.start
    ]
    if not touches:
        return None
    firsts = [touch.first for touch in touches if touch.first != UNDATED]
    return min(firsts, default=UNDATED), max(touch.last for touch in touches)


def _further(verdict: Verdict) -> Iterator[Line]:
    """The accounts that are not met here but joined through others."""
    further = [path for path in verdict.paths if len(path.hops) > 1]
    if further:
        yield Line(message("Joined through others:"), 2)
    for path in further[:_MOST_TOLD]:
        yield from chain_lines(path, 4)
    if len(further) > _MOST_TOLD:
        left = len(further) - _MOST_TOLD
        text = message("and {count} more: `--format json` has all.", count=left)
        yield Line(text, 4, "dim")


def chain_lines(path: Path, indent: int) -> Iterator[Line]:
    """A chain: to whom, through whom, and for each link what was shared, by whom and when."""
    through = joined(", ", [hop.end for hop in path.hops[:-1]])
    if through:
        text = message("{account}, through {through} ({confidence})", account=path.end, through=through,
                       confidence=CONFIDENCE_WORDS[path.confidence])  # fmt: skip
    else:
        text = message(
            "{account}, directly ({confidence})", account=path.end, confidence=CONFIDENCE_WORDS[path.confidence]
        )
    yield Line(text, indent)
    for hop in path.hops:
        yield Line(hop_text(hop), indent + 2, "dim")


def hop_text(hop: Hop) -> str:
    """One link: what two accounts shared, and when each used it."""
    tie = hop.ties[0]
    touched = joined("; ", [_touched(one.account, one.first, one.last) for one in tie.touches])
    what = joined(", ", dict.fromkeys(one.label for one in hop.ties))
    more = message(" ({state})", state=STATE_WORDS[tie.state]) if tie.state != "open" else ""
    return message("{what}{more}: {touched}", what=what, more=more, touched=touched)


def _touched(account: str, first: int, last: int) -> str:
    return message("{account} {period}", account=account, period=span(first, last))


def _unknown(verdict: Verdict) -> Iterator[Line]:
    """What could not be told, and how to make it known."""
    for gap in verdict.unknown:
        if gap.decides:
            yield Line(
                message("Not known ({code}): {text}", code=gap.code, text=sentence(known(gap.text))), 2, "unsure"
            )
            if gap.code in _HOW:
                yield Line(_HOW[gap.code], 4)
    others = sum(not gap.decides for gap in verdict.unknown)
    if others:
        text = plural(
            "{count} rule could not look: `isolation status` says what cannot be read here, `--format json` the rest.",
            "{count} rules could not look: `isolation status` says what cannot be read here, `--format json` the rest.",
            others,
        )  # fmt: skip
        yield Line(text, 2, "dim")


def _unread_addresses(identity: Identity) -> Iterator[Line]:
    """Why no public address was read by a path that was asked for, which `isolation status` cannot know."""
    paths: dict[object, list[Reading]] = {}
    for reading in identity.readings:
        if reading.fact == "public_ip" and "path" in reading.detail:
            paths.setdefault(reading.detail["path"], []).append(reading)
    for readings in paths.values():
        if not any(reading.status == "observed" for reading in readings):
            yield Line(message("No public address: {reason}", reason=known(readings[0].reason)), 2, "unsure")


def _basis(verdict: Verdict) -> str:
    basis = verdict.basis
    if basis.since is None:
        return message("This ledger holds no session yet.")
    return message(
        "This rests on {sessions} of {machines} since {since}.",
        sessions=counted(basis.sessions, "session"), machines=counted(basis.machines, "machine"),
        since=when(basis.since),
    )  # fmt: skip


def remedy_lines(remedy: Remedy, indent: int = 2) -> Iterator[Line]:
    """What to do: when a command is true, the command, and what to do if it is not."""
    yield Line(remedy.text, indent)
    if remedy.command:
        yield command_line(remedy.command, indent + 2)
    for text in filter(None, (remedy.otherwise, remedy.trap)):
        yield Line(text, indent)


def command_line(words: tuple[str, ...], indent: int) -> Line:
    """A command to copy, quoted for this platform's shell."""
    # A name that is proposed is in the language of the reader; all else is to be typed as it is.
    command = " ".join(quoted(terminal.said(word) if isinstance(word, Message) else word) for word in words)
    if len(command) > _LONGEST_COMMAND:
        return Line(message("`--format json` has the command: it names too many accounts for a line."), indent)
    return Line(command, indent, "strong", command=True)


__all__ = ["chain_lines", "command_line", "hop_text", "remedy_lines", "verdict_lines"]
