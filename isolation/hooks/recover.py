"""What this computer remembers, into the ledger: found first, recorded once a person says whose uses they were."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from isolation.errors import UsageError
from isolation.history.recover.computer import Computer
from isolation.history.recover.histories import read_browsers
from isolation.history.recover.joining import network_readings
from isolation.history.recover.networks import read_networks
from isolation.history.recover.visits import GAP
from isolation.hooks.machine import own_machine
from isolation.identifiers.accounts import account_spelling
from isolation.identifiers.escape import excerpt, printable
from isolation.messages import joined, message
from isolation.model import CONFIDENCES, MACHINE_FACTS, Identity, Reading, Session
from isolation.times import format_time
from isolation.verdict import with_install_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import tzinfo

    from isolation.history.recover.found import Candidate, Presence, Source
    from isolation.history.recover.visits import Use
    from isolation.ledger import Ledger

BATCH = 5_000  # uses of one transaction: a login that waits for it does so for a moment only


class Memory(NamedTuple):
    """Everything that was found, and when it was looked for (µs)."""

    looked_at: int
    sources: tuple[Source, ...]
    candidates: tuple[Candidate, ...]
    presences: tuple[Presence, ...]


class Period(NamedTuple):
    """The begins that are wanted (µs; None: open): from `since`, before `until`."""

    since: int | None = None
    until: int | None = None

    def covers(self, use: Use) -> bool:
        """Whether a use begins in it."""
        return (self.since is None or self.since <= use.begin) and (self.until is None or use.begin < self.until)


ALWAYS = Period()


class Assignment(NamedTuple):
    """A person's word: the uses of a candidate, of one host ("" for all), were those of this account."""

    candidate: Candidate
    host: str
    account: str

    @property
    def id(self) -> str:
        """What it names, as `--account` takes it."""
        return f"{self.candidate.id}/{self.host}" if self.host else self.candidate.id


def remember(
    computer: Computer | None = None,
    *,
    browser_data: Sequence[str] = (),
    exports: Sequence[str] = (),
    zone: tzinfo | None = None,
    encoding: str | None = None,
) -> Memory:
    """Looks at what this computer remembers, and at the named folders and exports; records nothing.

    `zone` is for the clock of exported times (None: this computer's), `encoding` for exported text (None: as its bytes
    say). Raises UsageError for what is named and missing, for an export of no known kind, and for text whose encoding
    its bytes do not say.
    """
    computer = computer or Computer()
    networks, presences = read_networks(computer, exports, zone, encoding)
    browsers, candidates = read_browsers(computer, browser_data)
    return Memory(computer.now(), (*browsers, *networks), tuple(candidates), tuple(presences))


def assign(memory: Memory, words: Sequence[str]) -> list[Assignment]:
    """The assignments of `CANDIDATE=ACCOUNT` or `CANDIDATE/HOST=ACCOUNT` words. Raises UsageError, BadIdentifier."""
    found: dict[tuple[str, str], Assignment] = {}
    for word in words:
        one = _assignment(memory, word)
        if (one.candidate.id, one.host) in found:
            raise UsageError(
                message("{word} gives the same uses a second account.", word=excerpt(word)), "Use --since and --until."
            )
        found[one.candidate.id, one.host] = one
    whole = {candidate for candidate, host in found if not host}
    twice = next((candidate for candidate, host in found if host and candidate in whole), None)
    if twice is not None:
        raise UsageError(message("{found} is assigned as a whole and by host.", found=twice), "Choose one of the two.")
    return list(found.values())


def _assignment(memory: Memory, word: str) -> Assignment:
    for candidate in memory.candidates:
        for host in ("", *candidate.hosts):
            start = f"{candidate.id}/{host}=" if host else f"{candidate.id}="
            if word.startswith(start):
                return Assignment(candidate, host, account_spelling(word[len(start) :]))
    known = joined(", ", [candidate.id for candidate in memory.candidates[:20]])
    hint = message("Write FOUND=ACCOUNT; found were {known}.", known=known)
    raise UsageError(
        message("{word} names nothing that was found here.", word=excerpt(word)),
        hint if known else "No use of a platform was found here.",
    )


def machine_readings(ledger_id: str, identity: Identity, looked_at: int) -> tuple[Reading, ...]:
    """What identifies this machine now, as readings of its past: `probable` at most, and saying why.

    What can be unplugged is left out, because what was plugged in then is not known.
    """
    reason = message(
        "Read on {looked_at}; that it was the same at the time of the use is assumed.",
        looked_at=format_time(looked_at)[:10],
    )
    return tuple(
        reading.replace(
            confidence=min(reading.confidence, "probable", key=CONFIDENCES.index),
            reason=f"{reading.reason} {reason}".strip(),
        )
        for reading in with_install_id(identity, ledger_id).identifying()
        if reading.fact in MACHINE_FACTS and not reading.detail.get("removable")
    )


def sessions(
    memory: Memory, assignment: Assignment, machine: Sequence[Reading], *, period: Period = ALWAYS, operator: str = ""
) -> Iterator[Session]:
    """The sessions of an assignment, by begin. One that may still be going on is left for the next time."""
    candidate = assignment.candidate
    weak = candidate.confidence == "weak"
    own = tuple(
        reading.replace(confidence="weak", reason=f"{reading.reason} {candidate.reason}") if weak else reading
        for reading in machine
    )
    hosts = assignment.host or ", ".join(candidate.hosts)
    source = printable(
        message(
            "recover: {browser}, profile {folder}, {table}, visits of {hosts}; this computer's own history",
            browser=candidate.browser,
            folder=candidate.folder,
            table=candidate.table,
            hosts=hosts,
        )
    )
    for use in wanted(memory, assignment, period):
        yield Session(
            assignment.account, use.begin, end=use.end, operator=operator, provenance="imported",
            readings=(*own, *network_readings(use, memory.presences)), source=source,
        )  # fmt: skip


def wanted(memory: Memory, assignment: Assignment, period: Period = ALWAYS) -> list[Use]:
    """The uses of an assignment that can be recorded: begun in the period, and over."""
    uses = assignment.candidate.uses(assignment.host)
    return [use for use in uses if period.covers(use) and not is_going_on(memory, use)]


def is_going_on(memory: Memory, use: Use) -> bool:
    """Whether the next visit could still belong to a use: recorded now, it would be another one tomorrow."""
    return use.end + GAP >= memory.looked_at


def record(
    ledger: Ledger,
    memory: Memory,
    assignments: Sequence[Assignment],
    identity: Identity,
    *,
    period: Period = ALWAYS,
    operator: str = "",
    progress: Callable[[int], None] = lambda done: None,
) -> Counter[str]:
    """Records the uses of the assignments; counts `recorded`, `duplicate` and `amended`. Raises LedgerError.

    A use that was recorded before is a duplicate, or amended where more is known of it now. `progress` is told the
    uses done after each batch; what was interrupted goes on when it is called again.
    """
    machine = machine_readings(ledger.install_id, identity, memory.looked_at)
    counted: Counter[str] = Counter()
    anchors = own_machine(ledger)
    for assignment in assignments:
        rows = sessions(memory, assignment, machine, period=period, operator=operator)
        while batch := list(islice(rows, BATCH)):
            with ledger.writing() as log:
                log.require_machine(anchors)
                counted.update(log.add_rows((row, ("end",)) for row in batch))
            progress(counted.total())
    return counted


__all__ = [
    "ALWAYS",
    "Assignment",
    "Memory",
    "Period",
    "assign",
    "is_going_on",
    "machine_readings",
    "record",
    "remember",
    "sessions",
    "wanted",
]
