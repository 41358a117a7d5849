"""The values of an audit: frozen and slotted as those of `isolation.model`, which a check before a login does without.

Times are integers: microseconds since 1970-01-01T00:00:00Z.
"""

from __future__ import annotations

from isolation.model import UNDATED, Value, at_least

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from isolation.model import Confidence, Finding, Gap, Severity, Subject
    from isolation.paths import Path


class Cluster(Value):
    """Accounts joined by open findings; `confidence` is the weakest link that holds them together."""

    __slots__ = ("accounts", "confidence", "facts")
    accounts: tuple[str, ...]
    facts: tuple[str, ...]
    confidence: Confidence

    def __init__(self, accounts: tuple[str, ...], facts: tuple[str, ...], confidence: Confidence) -> None:
        self._init(accounts=tuple(accounts), facts=tuple(facts), confidence=confidence)


class FactCoverage(Value):
    """How far one fact was seen: sessions with it, accounts with it, distinct values, values shared by accounts."""

    __slots__ = ("accounts", "fact", "sessions", "shared", "values")
    fact: str
    sessions: int
    accounts: int
    values: int
    shared: int

    def __init__(self, fact: str, sessions: int, accounts: int, values: int, shared: int) -> None:
        self._init(fact=fact, sessions=sessions, accounts=accounts, values=values, shared=shared)


class TimeStamp(Value):
    """A time stamp in the log: the first `size` entries existed by `by` (µs), says `authority`.

    `chain` tells whether its certificate led to a root that a person named.
    """

    __slots__ = ("authority", "by", "chain", "size")
    authority: str
    size: int
    by: int
    chain: bool

    def __init__(self, authority: str, size: int, by: int, chain: bool) -> None:
        self._init(authority=authority, size=size, by=by, chain=chain)


class LoggedUse(Value):
    """When a use was recorded, as `entry`: at `clock` by this machine's clock, after `after` and by `by` as time stamps
    tell, None where none does; `begin` is the time that is claimed for the use (all µs).
    """

    __slots__ = ("after", "begin", "by", "clock", "entry")
    entry: int
    begin: int
    clock: int
    after: int | None
    by: int | None

    def __init__(self, entry: int, begin: int, clock: int, after: int | None, by: int | None) -> None:
        self._init(entry=entry, begin=begin, clock=clock, after=after, by=by)


class Stay(Value):
    """One use of an account, or `count` uses of it taken together, on one machine and one network ("" where none was
    seen): from `first` to `last` (µs), the begins of the first and the last use; the end of a single one, if told.
    """

    __slots__ = ("account", "count", "first", "last", "machine", "network", "provenance")
    account: str
    machine: str
    network: str
    provenance: str
    first: int
    last: int
    count: int

    def __init__(
        self, account: str, machine: str, network: str, provenance: str, first: int, last: int, count: int
    ) -> None:
        self._init(
            account=account, machine=machine, network=network, provenance=provenance, first=first, last=last,
            count=count,
        )  # fmt: skip


class Declared(Value):
    """What the policy in force says that an audit leans on.

    `groups` are name, kind, accounts, evidence, from and until; `waivers` name, rule ("" for any), accounts, owner,
    reason, document, from and until (µs; None: open); `aliases` other names with the account they are read as;
    `standings` account, state and since when; `thresholds` a rule's id and its limit; `permissions` how many there are.
    """

    __slots__ = ("aliases", "groups", "permissions", "standings", "thresholds", "waivers")
    groups: tuple[tuple[str, str, tuple[str, ...], str, int | None, int | None], ...]
    waivers: tuple[tuple[str, str, tuple[str, ...], str, str, str, int, int], ...]
    aliases: tuple[tuple[str, str], ...]
    standings: tuple[tuple[str, str, int], ...]
    thresholds: tuple[tuple[str, int], ...]
    permissions: int

    def __init__(
        self,
        groups: tuple[tuple[str, str, tuple[str, ...], str, int | None, int | None], ...] = (),
        waivers: tuple[tuple[str, str, tuple[str, ...], str, str, str, int, int], ...] = (),
        aliases: tuple[tuple[str, str], ...] = (),
        standings: tuple[tuple[str, str, int], ...] = (),
        thresholds: tuple[tuple[str, int], ...] = (),
        permissions: int = 0,
    ) -> None:
        self._init(
            groups=groups, waivers=waivers, aliases=aliases, standings=standings, thresholds=thresholds,
            permissions=permissions,
        )  # fmt: skip


class Audit(Value):
    """The findings, subjects, clusters and coverage of a whole ledger at one root.

    `coverage` also counts what is no use: refused and failed logins; `provenance` counts uses by provenance.
    `paths` has, where accounts were named, the chain from each of these to every account that it is linked with.
    `time_stamps` are those of the log, oldest first; `logged` has, by a finding's id, when the first and the last use
    behind it were recorded. `stays` tell where and when each account was used; none where the audit was not asked for
    them. The ledger was `begun` at that moment (µs), `forced` counts uses that went on in spite of a verdict, and
    `declared` is what the policy in force says.
    """

    __slots__ = (
        "accounts", "begun", "block_at", "clusters", "coverage", "declared", "findings", "forced", "key_store",
        "logged", "made_at", "not_uses", "origin", "paths", "provenance", "root", "sessions", "since", "size",
        "stays", "subjects", "time_stamps", "unreadable", "until",
    )  # fmt: skip
    sessions: int
    accounts: int
    findings: tuple[Finding, ...]
    subjects: tuple[Subject, ...]
    clusters: tuple[Cluster, ...]
    coverage: tuple[FactCoverage, ...]
    provenance: Mapping[str, int]
    not_uses: Mapping[str, int]
    unreadable: tuple[Gap, ...]
    origin: str
    size: int
    root: str
    key_store: str
    block_at: Severity
    made_at: int
    since: int | None
    until: int | None
    time_stamps: tuple[TimeStamp, ...]
    logged: Mapping[str, tuple[LoggedUse, ...]]
    stays: tuple[Stay, ...]
    begun: int
    forced: int
    declared: Declared
    paths: tuple[Path, ...]

    def __init__(
        self,
        sessions: int,
        accounts: int,
        findings: tuple[Finding, ...],
        subjects: tuple[Subject, ...],
        clusters: tuple[Cluster, ...],
        coverage: tuple[FactCoverage, ...],
        provenance: Mapping[str, int],
        not_uses: Mapping[str, int],
        unreadable: tuple[Gap, ...],
        origin: str,
        size: int,
        root: str,
        key_store: str,
        block_at: Severity,
        made_at: int,
        since: int | None = None,
        until: int | None = None,
        time_stamps: tuple[TimeStamp, ...] = (),
        logged: Mapping[str, tuple[LoggedUse, ...]] | None = None,
        stays: tuple[Stay, ...] = (),
        begun: int = UNDATED,
        forced: int = 0,
        declared: Declared | None = None,
        paths: tuple[Path, ...] = (),
    ) -> None:
        self._init(
            sessions=sessions, accounts=accounts, findings=tuple(findings), subjects=tuple(subjects),
            clusters=tuple(clusters), coverage=tuple(coverage), provenance=provenance, not_uses=not_uses,
            unreadable=tuple(unreadable), origin=origin, size=size, root=root, key_store=key_store, block_at=block_at,
            made_at=made_at, since=since, until=until, time_stamps=tuple(time_stamps), logged=dict(logged or {}),
            stays=tuple(stays), begun=begun, forced=forced, declared=declared or Declared(),
            paths=tuple(paths),
        )  # fmt: skip

    def blocking(self) -> tuple[Finding, ...]:
        """The open findings at or above the policy's `block_at`."""
        return tuple(f for f in self.findings if f.state == "open" and at_least(f.severity, self.block_at))
