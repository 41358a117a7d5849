"""What the ledger holds of the account and of those it is said to be associated with: uses with their entries."""

from __future__ import annotations

import re

from isolation.errors import BadIdentifier
from isolation.findings import Names
from isolation.identifiers.accounts import account_key
from isolation.model import FACTS, MACHINE_FACTS, NETWORK_FACTS, UNDATED, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from isolation.audited import Audit
    from isolation.evidence import Visit
    from isolation.ledger import Ledger, Reader
    from isolation.model import Finding
    from isolation.policy import Policy

MOST_USES = 5000  # listed; a pack that nobody can read through proves nothing
_MOST_NAMES = 5000
_FEWEST_LETTERS = 4  # of a name that a platform blanked out in part


class Use(Value):
    """One use of an account, as entry `entry` tells it.

    `begin` and `end` (µs) are claimed (`begin` UNDATED and `end` None where not known); `clock` is when it was
    recorded by this machine's clock, `after` and `by` as time stamps tell (None: none does). `machine` and `network`
    are what people call them, "" where none was seen.
    """

    __slots__ = (
        "account", "after", "begin", "by", "channel", "clock", "end", "entry", "machine", "network", "provenance",
    )  # fmt: skip
    entry: int
    account: str
    begin: int
    end: int | None
    clock: int
    after: int | None
    by: int | None
    provenance: str
    channel: str
    machine: str
    network: str

    def __init__(
        self, entry: int, account: str, begin: int, end: int | None, clock: int, after: int | None, by: int | None,
        provenance: str, channel: str, machine: str = "", network: str = "",
    ) -> None:  # fmt: skip
        self._init(
            entry=entry, account=account, begin=begin, end=end, clock=clock, after=after, by=by,
            provenance=provenance, channel=channel, machine=machine, network=network,
        )  # fmt: skip


class Record(Value):
    """What is on record. `account` and `associated` are spelled as the ledger does; `uses` come by begin. `findings`
    are the account's; `size` is 0 where there is no ledger. `meetings` has, by a finding's id, the entries of these
    uses that saw what the finding is about; none where that cannot be told."""

    __slots__ = ("account", "associated", "findings", "meetings", "origin", "root", "size", "uses")
    account: str
    associated: tuple[str, ...]
    uses: tuple[Use, ...]
    findings: tuple[Finding, ...]
    origin: str
    size: int
    root: str
    meetings: Mapping[str, tuple[int, ...]]

    def __init__(
        self, account: str, associated: Iterable[str] = (), uses: Iterable[Use] = (),
        findings: Iterable[Finding] = (), origin: str = "", size: int = 0, root: str = "",
        meetings: Mapping[str, tuple[int, ...]] | None = None,
    ) -> None:  # fmt: skip
        self._init(
            account=account, associated=tuple(associated), uses=tuple(uses), findings=tuple(findings),
            origin=origin, size=size, root=root, meetings=meetings or {},
        )  # fmt: skip

    def listed(self) -> tuple[Use, ...]:
        """The uses that a chronology lists: the newest, at most `MOST_USES`."""
        return self.uses[-MOST_USES:]

    def of(self, account: str) -> tuple[Use, ...]:
        """The uses of one account, by its spelling here."""
        return tuple(use for use in self.uses if use.account == account)

    def between(self) -> tuple[Finding, ...]:
        """The findings that join the account to one that it is said to be associated with."""
        return tuple(one for one in self.findings if set(self.associated).intersection(one.accounts))

    def unnamed(self, finding: Finding) -> tuple[str, ...]:
        """The further accounts of a finding, which stay without a name in what is handed in."""
        return tuple(name for name in finding.accounts if name not in (self.account, *self.associated))


def read_record(ledger: Ledger, policy: Policy, audit: Audit | None, account: str, associated: Iterable[str]) -> Record:
    """The record of an account; `audit` is that of it, None where the ledger has no use of it.

    Raises LedgerError, KeyUnavailable, BadIdentifier.
    """
    with ledger.reading() as reader:
        read = _Uses(reader, policy)
        own, uses = read.of(account)
        named = {name: more for name, more in map(read.of, associated) if name != own}
        every = sorted(
            [*uses, *(use for more in named.values() for use in more)], key=lambda use: (use.begin, use.entry)
        )
        return Record(
            own, named, every, audit.findings if audit is not None else (), reader.origin, reader.size,
            reader.root.hex(), read.meetings(audit.findings if audit is not None else ()),
        )  # fmt: skip


class _Uses:
    """Reads uses of accounts at one state of the ledger."""

    def __init__(self, reader: Reader, policy: Policy) -> None:
        self._reader = reader
        self._policy = policy
        self._names = Names(reader)
        self._intervals = reader.intervals()
        self._labels = policy.relations(reader, unseen=policy.people(reader)).labels
        self._told: dict[int, str] = {}
        self._seen: dict[int, set[int]] = {}  # by an identifier, the entries that saw it

    def meetings(self, findings: Iterable[Finding]) -> dict[str, tuple[int, ...]]:
        """By a finding's id, the entries read so far that saw its identifier."""
        met = {}
        for finding in findings:
            if finding.value is not None and finding.fact in FACTS:
                number = self._reader.identifier_number(finding.fact, finding.value)
                met[finding.id] = tuple(sorted(self._seen.get(number or 0, ())))
        return met

    def of(self, account: str) -> tuple[str, list[Use]]:
        """The account's spelling in the ledger, or as given, and its uses under all its spellings."""
        seen = [self._reader.account_number(key) for key in self._policy.spellings(account_key(account))]
        numbers = [number for number in seen if number is not None]
        if not numbers:
            return account, []
        name = self._reader.account_name(numbers[0])
        return name, [use for number in numbers for use in self._uses(number, name)]

    def _uses(self, number: int, name: str) -> Iterator[Use]:
        clocks: dict[int, int] = {}
        visits = self._reader.visits().of_account(number)
        for begin in {visit.begin for visit in visits}:
            clocks.update({entry: clock for entry, clock, _ in self._reader.recorded(number, begin)})
        for visit in visits:
            yield self._use(visit, name, clocks[visit.entry])
        for entry, clock, _ in self._reader.recorded(number, UNDATED):
            session, told = self._reader.session(entry), self._intervals.of(entry)
            yield Use(
                entry, name, UNDATED, None, clock, told.after, told.by, session.provenance, session.channel
            )  # fmt: skip

    def _use(self, visit: Visit, name: str, clock: int) -> Use:
        for number, _, _ in visit.seen:
            self._seen.setdefault(number, set()).add(visit.entry)
        told = self._intervals.of(visit.entry)
        return Use(
            visit.entry, name, visit.begin, visit.end, clock, told.after, told.by, visit.provenance, visit.channel,
            self._best(visit, MACHINE_FACTS), self._best(visit, NETWORK_FACTS),
        )  # fmt: skip

    def _best(self, visit: Visit, facts: tuple[str, ...]) -> str:
        """What people call the best identifier of these facts that the use saw."""
        for fact in facts:
            for number, seen, _ in visit.seen:
                if seen == fact:
                    return self._name(number)
        return ""

    def _name(self, number: int) -> str:
        if number not in self._told:
            labels = ", ".join(sorted(self._labels.get(number, ())))
            self._told[number] = labels or self._names.value(number) or f"no. {number}"
        return self._told[number]


def alike(ledger: Ledger | None, policy: Policy, store: str) -> tuple[str, tuple[str, ...]]:
    """The account that a notice's name of a store stands for, "" where that is not certain; and those it could be.

    A name stands for an account of the same name, with or without its platform. One that the platform blanked out in
    part (`4Nan***HaiYun`) only could.
    """
    try:
        wanted = _bare(account_key(store))
    except BadIdentifier:
        return "", ()
    names: list[str] = [*policy.account_keys()]
    if ledger is not None:
        with ledger.reading() as reader:
            names = [*reader.account_names(_MOST_NAMES), *names]
    known = {account_key(name): name for name in reversed(names)}
    if "*" in wanted:
        first, last = re.split(r"\*+", wanted, maxsplit=1)[0], re.split(r"\*+", wanted)[-1]
        visible = len(wanted.replace("*", ""))
        could = [
            name for key, name in known.items()
            if visible >= _FEWEST_LETTERS and _bare(key).startswith(first) and _bare(key).endswith(last)
        ]  # fmt: skip
        return "", tuple(sorted(could))
    same = [name for key, name in known.items() if _bare(key) == wanted]
    return (same[0], ()) if len(same) == 1 else ("", tuple(sorted(same)))


def _bare(key: str) -> str:
    """A key without its platform."""
    platform, colon, name = key.partition(":")
    return name.strip() if colon and platform and name.strip() and " " not in platform else key


__all__ = ["MOST_USES", "Record", "Use", "alike", "read_record"]
