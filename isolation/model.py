"""The values the whole program speaks in: frozen, slotted, without I/O.

They are plain slotted classes and not dataclasses because a pre-login check is a cold process, and
importing `dataclasses` alone costs more than all the work of a check (docs/decisions/0007).

Times are integers: microseconds since 1970-01-01T00:00:00Z.
"""

from __future__ import annotations

from isolation.messages import known, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Literal, Self, TypeAlias

    from isolation.paths import Path, Remedy

    Status: TypeAlias = Literal["observed", "absent", "denied", "redacted", "failed", "not_requested"]
    Confidence: TypeAlias = Literal["certain", "probable", "weak"]
    Severity: TypeAlias = Literal["critical", "high", "medium", "low", "info"]
    State: TypeAlias = Literal["open", "declared", "waived"]
    Outcome: TypeAlias = Literal["pass", "collision", "unknown", "error"]
    Channel: TypeAlias = Literal["ui", "api", "remote"]
    Provenance: TypeAlias = Literal["observed", "declared", "imported"]
    # A scan's value is a list of [BSSID, signal]; every other fact's is text.
    FactValue: TypeAlias = str | tuple[tuple[str, int], ...]

# Facts that can link accounts, and the context that never does so on its own.
LINKING_FACTS = (
    "device_id", "hardware_mac", "public_ip", "public_prefix", "gateway_mac", "bssid", "access_point", "site_ip",
    "wifi_scan",
)  # fmt: skip
CONTEXT_FACTS = ("local_ip", "gateway_ip", "current_mac", "ssid", "tunnel")
FACTS = LINKING_FACTS + CONTEXT_FACTS

MACHINE_FACTS = ("device_id", "hardware_mac")
NETWORK_FACTS = ("gateway_mac", "bssid", "access_point", "public_ip", "public_prefix", "site_ip")

STATUSES = ("observed", "absent", "denied", "redacted", "failed", "not_requested")
CHANNELS: tuple[Channel, ...] = ("ui", "api", "remote")
PROVENANCES: tuple[Provenance, ...] = ("observed", "declared", "imported")

# The begin of a use whose time nobody knows: a log's row without one. It is a contact, and near to nothing.
UNDATED = 0

THIS_MACHINE = "this machine"  # the source of an identity that was probed here, not handed in

# Ordered from weakest to strongest, so that an index compares.
CONFIDENCES: tuple[Confidence, ...] = ("weak", "probable", "certain")
SEVERITIES: tuple[Severity, ...] = ("info", "low", "medium", "high", "critical")


class Value:
    """A frozen value: equality and repr over its slots, and no attribute can be set after it is made."""

    __slots__: tuple[str, ...] = ()

    def _init(self, *, _set: Any = object.__setattr__, **fields: Any) -> None:
        for name, value in fields.items():
            _set(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen; use replace()")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    def __hash__(self) -> int:
        # Mappings among the fields are not hashable; their repr is stable, because they are never changed.
        return hash(repr(self))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
        return f"{type(self).__name__}({fields})"

    def __reduce__(self) -> tuple[Any, ...]:
        fields = {name: getattr(self, name) for name in self.__slots__ if not name.startswith("_")}
        return _remake, (type(self), fields)

    def replace(self, **changes: Any) -> Self:
        """A copy with these fields changed."""
        fields = {name: getattr(self, name) for name in self.__slots__ if not name.startswith("_")}
        return type(self)(**(fields | changes))


def _remake(kind: type[Value], fields: dict[str, Any]) -> Value:
    return kind(**fields)


class Reading(Value):
    """One fact's measurement.

    `value` is set only when `status` is `observed`; `reason` says why there is none, or why the value
    does not identify, or why its confidence is below `certain`. `detail` carries what belongs to the
    reading and never collides: interface, channel, security, signal, removable, path.
    """

    __slots__ = ("confidence", "detail", "fact", "identifying", "reason", "source", "status", "value")
    fact: str
    status: Status
    value: FactValue | None
    source: str
    reason: str
    identifying: bool
    confidence: Confidence
    detail: Mapping[str, str | int | bool]

    def __init__(
        self,
        fact: str,
        status: Status,
        value: FactValue | None = None,
        *,
        source: str = "",
        reason: str = "",
        identifying: bool = False,
        confidence: Confidence = "certain",
        detail: Mapping[str, str | int | bool] | None = None,
    ) -> None:
        if (value is not None) != (status == "observed"):
            raise ValueError(
                message(
                    "a reading of {fact} has a value exactly when it is observed, not {status} with {value!r}",
                    fact=fact,
                    status=status,
                    value=value,
                )
            )
        put = object.__setattr__  # each cell of a log is a reading: `_init` costs twice as much
        put(self, "fact", fact)
        put(self, "status", status)
        put(self, "value", value)
        put(self, "source", source)
        put(self, "reason", reason)
        put(self, "identifying", identifying and value is not None)
        put(self, "confidence", confidence)
        put(self, "detail", detail or {})


class Identity(Value):
    """All readings of one machine and its network at one moment (`observed_at`, µs).

    `source` is "this machine" for a probe, or what handed the readings in ("remote browser").
    """

    __slots__ = ("observed_at", "readings", "source")
    readings: tuple[Reading, ...]
    observed_at: int
    source: str

    def __init__(self, readings: tuple[Reading, ...], observed_at: int, source: str = THIS_MACHINE) -> None:
        self._init(readings=tuple(readings), observed_at=observed_at, source=source)

    def of(self, fact: str) -> tuple[Reading, ...]:
        """The readings of one fact, in the order they were taken."""
        return tuple(reading for reading in self.readings if reading.fact == fact)

    def identifying(self) -> tuple[Reading, ...]:
        """The readings that can link accounts."""
        return tuple(reading for reading in self.readings if reading.identifying and reading.fact in LINKING_FACTS)


class Session(Value):
    """One use of one account, or an attempt at one.

    Where `account` is "" it is an operator's *presence*: a workforce log shows the person at work, on a machine and
    a network, and names no seller account. It is an entry, never a use: it collides with nothing on its own.

    `account` is the spelling as given; `end` is None while it is open or where it was never told.
    `success` False marks a failed login and `refused` a begin that was refused: entries, never uses.
    `record` is the imported row's own name (its record id), `site` the named site of an import. `connection` are the
    names, with a space between, by which a log's records of its end find it (`isolation.history.ends`).
    """

    __slots__ = (
        "account", "begin", "channel", "connection", "end", "evidence", "forced", "machine", "network", "operator",
        "provenance", "readings", "record", "refused", "site", "source", "success",
    )  # fmt: skip
    account: str
    begin: int
    end: int | None
    operator: str
    channel: Channel
    provenance: Provenance
    readings: tuple[Reading, ...]
    success: bool
    refused: bool
    forced: str
    source: str
    site: str
    record: str
    machine: str
    network: str
    evidence: str
    connection: str

    def __init__(
        self,
        account: str,
        begin: int,
        *,
        end: int | None = None,
        operator: str = "",
        channel: Channel = "ui",
        provenance: Provenance = "observed",
        readings: tuple[Reading, ...] = (),
        success: bool = True,
        refused: bool = False,
        forced: str = "",
        source: str = "",
        site: str = "",
        record: str = "",
        machine: str = "",
        network: str = "",
        evidence: str = "",
        connection: str = "",
    ) -> None:
        self._init(
            account=account, begin=begin, end=end, operator=operator, channel=channel, provenance=provenance,
            readings=tuple(readings), success=success, refused=refused, forced=forced, source=source, site=site,
            record=record, machine=machine, network=network, evidence=evidence, connection=connection,
        )  # fmt: skip


class Finding(Value):
    """A collision (several accounts, one identifier) or a dispersion (one account, many).

    `id` is stable: it names rule and identifier, not the run. `sessions` counts the uses behind it;
    `reason` says in words why severity and confidence are what they are.
    """

    __slots__ = (
        "accounts", "confidence", "fact", "first_seen", "id", "last_seen", "reason", "rule", "sessions", "severity",
        "state", "subject", "value",
    )  # fmt: skip
    id: str
    rule: str
    severity: Severity
    confidence: Confidence
    state: State
    fact: str
    value: str | None
    accounts: tuple[str, ...]
    sessions: int
    first_seen: int
    last_seen: int
    subject: str
    reason: str

    def __init__(
        self,
        id: str,  # noqa: A002 - the name users read in the JSON
        rule: str,
        severity: Severity,
        confidence: Confidence,
        state: State,
        fact: str,
        value: str | None,
        accounts: tuple[str, ...],
        sessions: int,
        first_seen: int,
        last_seen: int,
        subject: str = "",
        reason: str = "",
    ) -> None:
        self._init(
            id=id, rule=rule, severity=severity, confidence=confidence, state=state, fact=fact, value=value,
            accounts=tuple(accounts), sessions=sessions, first_seen=first_seen, last_seen=last_seen, subject=subject,
            reason=reason,
        )  # fmt: skip


class Subject(Value):
    """The findings of one machine or one place together: what people read."""

    __slots__ = ("accounts", "facts", "findings", "id", "kind", "label", "severity")
    id: str
    kind: Literal["machine", "place", "account", "operator", "policy"]
    label: str
    severity: Severity
    accounts: tuple[str, ...]
    facts: tuple[str, ...]
    findings: tuple[str, ...]

    def __init__(
        self,
        id: str,  # noqa: A002 - the name users read in the JSON
        kind: Literal["machine", "place", "account", "operator", "policy"],
        label: str,
        severity: Severity,
        accounts: tuple[str, ...],
        facts: tuple[str, ...],
        findings: tuple[str, ...],
    ) -> None:
        self._init(
            id=id, kind=kind, label=label, severity=severity, accounts=tuple(accounts), facts=tuple(facts),
            findings=tuple(findings),
        )  # fmt: skip


class Gap(Value):
    """Something a verdict could not tell: `code` for machines, `text` for people, `decides` whether it
    alone keeps the outcome from being a pass."""

    __slots__ = ("code", "decides", "text")
    code: str
    text: str
    decides: bool

    def __init__(self, code: str, text: str, decides: bool = False) -> None:
        self._init(code=code, text=known(text), decides=decides)


class Basis(Value):
    """What a verdict rests on: how many sessions, since when (µs, None where there are none), how many machines,
    how this machine's past is known, and when other machines were last merged in (µs, None: never)."""

    __slots__ = ("baseline", "last_sync", "machines", "sessions", "since")
    sessions: int
    since: int | None
    machines: int
    baseline: str
    last_sync: int | None

    def __init__(
        self, sessions: int, since: int | None, machines: int, baseline: str = "", last_sync: int | None = None
    ) -> None:
        self._init(sessions=sessions, since=since, machines=machines, baseline=baseline, last_sync=last_sync)


class Verdict(Value):
    """The outcome for one login, with everything it rests on.

    `paths` has the chain of evidence to each account of `would_join`, the nearest first; `subjects` has the findings of
    each machine or place together, `remedy` what can honestly be done about those that block.
    """

    __slots__ = (
        "account", "basis", "block_at", "findings", "first_seen_here", "identity", "operator", "outcome", "paths",
        "remedy", "subjects", "unknown", "would_join",
    )  # fmt: skip
    account: str
    operator: str
    outcome: Outcome
    basis: Basis
    findings: tuple[Finding, ...]
    unknown: tuple[Gap, ...]
    would_join: tuple[str, ...]
    identity: Identity
    block_at: Severity
    first_seen_here: tuple[str, ...]
    paths: tuple[Path, ...]
    subjects: tuple[Subject, ...]
    remedy: Remedy | None

    def __init__(
        self,
        account: str,
        operator: str,
        outcome: Outcome,
        basis: Basis,
        findings: tuple[Finding, ...],
        unknown: tuple[Gap, ...],
        would_join: tuple[str, ...],
        identity: Identity,
        block_at: Severity = "high",
        first_seen_here: tuple[str, ...] = (),
        paths: tuple[Path, ...] = (),
        subjects: tuple[Subject, ...] = (),
        remedy: Remedy | None = None,
    ) -> None:
        self._init(
            account=account, operator=operator, outcome=outcome, basis=basis, findings=tuple(findings),
            unknown=tuple(unknown), would_join=tuple(would_join), identity=identity, block_at=block_at,
            first_seen_here=tuple(first_seen_here), paths=tuple(paths), subjects=tuple(subjects),
            remedy=remedy,
        )  # fmt: skip

    def public(self) -> dict[str, object]:
        """The verdict without any other account's name and without any identifier's value."""
        return {
            "schema": "isolation.verdict-public/1",
            "account": self.account,
            "outcome": self.outcome,
            "findings": [
                {"rule": finding.rule, "severity": finding.severity, "confidence": finding.confidence,
                 "state": finding.state, "fact": finding.fact}
                for finding in self.findings
            ],
            "unknown": [gap.code for gap in self.unknown],
            "other_accounts": len(self.would_join),
        }  # fmt: skip


def at_least(severity: Severity, limit: Severity) -> bool:
    """Whether `severity` is `limit` or graver."""
    return SEVERITIES.index(severity) >= SEVERITIES.index(limit)


def weakest(confidences: tuple[Confidence, ...] | list[Confidence]) -> Confidence:
    """The weakest of these; `certain` for none."""
    return min(confidences, key=CONFIDENCES.index, default="certain")
