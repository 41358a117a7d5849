"""What a proof bundle says of its account, as an audit: so that every form of report can tell it.

All of it follows from the bundle, which has nothing of the other accounts, and from what a policy says that names none
of them. Where the owner's words may name somebody else, as in a waiver's reason, they are left out and said to be.
"""

from __future__ import annotations

from isolation.audited import Audit, Cluster, Declared, FactCoverage, LoggedUse, Stay, TimeStamp
from isolation.findings import FACT_WORDS, UNLINKING, subjects_of
from isolation.ledger.sequences import missing_text
from isolation.ledger.stays import MOST_SINGLE
from isolation.messages import message, plural
from isolation.model import (
    CONFIDENCES,
    FACTS,
    MACHINE_FACTS,
    NETWORK_FACTS,
    UNDATED,
    Finding,
    Gap,
)
from isolation.rules import rule
from isolation.rules.pages import title
from isolation.times import parse_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from isolation.ledger.anchors import Intervals
    from isolation.ledger.bundle import BundleResult
    from isolation.model import Severity

    # The identifying values of one session, by fact.
    Values = Mapping[str, Sequence[str]]

_TAG = 12  # digits of a tag in a finding's id


def bundle_audit(result: BundleResult, begun: int, declared: Declared, block_at: Severity) -> Audit:
    """The audit of a bundle about an account, which must be intact. Reasons are the rules' own titles.

    `begun` (µs) and `block_at` are the ledger's and the policy's; `declared` is `declared_around`. Time stamps are
    those in the bundle.
    """
    said, checkpoint, intervals = result.statement, result.checkpoint, result.intervals()
    assert said is not None  # noqa: S101 - an intact bundle has one
    assert checkpoint is not None  # noqa: S101 - as above
    account = said["subject"]["account"]["name"]
    uses = _Uses(said["entries"])
    findings = tuple(_finding(one) for one in said["findings"])
    period = said["period"]
    return Audit(
        len(uses.dated) + uses.undated, 1, findings, subjects_of(findings, _labels(findings, account)),
        _clusters(account, findings), uses.coverage(findings), uses.provenance, uses.not_uses, _left_out(result),
        said["origin"], checkpoint.size, checkpoint.root.hex(), said["key_store"], block_at,
        parse_time(said["made_at"]), _moment(period["since"]), _moment(period["until"]),
        tuple(TimeStamp(one.authority, one.size, one.until, one.chain) for one in intervals.anchors),
        {one.id: uses.logged(one, intervals) for one in findings}, uses.stays(account), begun, uses.forced, declared,
    )  # fmt: skip


class _Use:
    """One session of the bundle with what later entries tell of it."""

    def __init__(self, entry: dict[str, Any]) -> None:
        self.entry = entry["index"]
        self.logged: int = entry["body"]["open"]["logged"]
        self.forced = "forced" in entry["body"]["sd"]
        self.values: dict[str, list[str]] = {}
        opened = {name: field["value"] for name, field in entry["opened"].items()}
        self.begin: int = opened.get("begin", UNDATED)
        self.end: int | None = opened.get("end")
        self.provenance: str = opened.get("provenance", "observed")
        self.kind = "refused" if opened.get("refused") else "failed" if opened.get("success") is False else ""
        self.add(entry)

    def add(self, entry: dict[str, Any]) -> None:
        """What an entry tells of this session: when it ended, and what it saw."""
        opened = {name: field["value"] for name, field in entry["opened"].items()}
        if entry["body"]["kind"] == "end":
            self.end = opened.get("at")
        for fact in FACTS:
            for reading in opened.get(fact) or ():
                if reading.get("identifying") and isinstance(reading.get("value"), str):
                    self.values.setdefault(fact, []).append(reading["value"])

    def best(self, facts: Iterable[str]) -> str:
        """The value of the best of these facts that was seen, in words; "" for none."""
        return next((_named(fact, self.values[fact][0]) for fact in facts if fact in self.values), "")


class _Uses:
    """The uses among a bundle's entries, and the attempts that were none."""

    def __init__(self, entries: Iterable[dict[str, Any]]) -> None:
        sessions: dict[int, _Use] = {}
        for entry in entries:
            kind, of = entry["body"]["kind"], entry["body"]["open"].get("of")
            if kind == "session":
                sessions[entry["index"]] = _Use(entry)
            elif of in sessions:
                sessions[of].add(entry)
        used = [one for one in sessions.values() if not one.kind]
        self._used = used
        self.dated = sorted((one for one in used if one.begin != UNDATED), key=lambda one: (one.begin, one.entry))
        self.undated = len(used) - len(self.dated)
        self.forced = sum(one.forced for one in used)
        self.provenance = _counted(one.provenance for one in used)
        self.not_uses = _counted(one.kind for one in sessions.values() if one.kind)

    def coverage(self, findings: Iterable[Finding]) -> tuple[FactCoverage, ...]:
        """How far each fact was seen, and how many of its values other accounts were found to share."""
        found = []
        for fact in FACTS:
            seen = [one.values[fact] for one in self._used if fact in one.values]
            shared = {one.value for one in findings if one.fact == fact and len(one.accounts) > 1}
            if seen:
                values = len({value for several in seen for value in several})
                found.append(FactCoverage(fact, len(seen), 1, values, len(shared)))
        return tuple(found)

    def stays(self, account: str) -> tuple[Stay, ...]:
        """Where and when it was used; many uses of one machine and network taken together."""
        single = [
            Stay(account, one.best(MACHINE_FACTS), one.best(NETWORK_FACTS), one.provenance, one.begin,
                 one.begin if one.end is None else one.end, 1)
            for one in self.dated
        ]  # fmt: skip
        if len(single) <= MOST_SINGLE:
            return tuple(single)
        together: dict[tuple[str, str, str], Stay] = {}
        for stay in single:
            key = stay.machine, stay.network, stay.provenance
            known = together.get(key)
            if known is not None:
                stay = known.replace(count=known.count + 1, last=max(known.last, stay.first))
            together[key] = stay.replace(last=stay.first) if known is None else stay
        return tuple(together.values())

    def logged(self, finding: Finding, intervals: Intervals) -> tuple[LoggedUse, ...]:
        """When the account's first and last use behind a finding were recorded."""
        told = []
        for moment in dict.fromkeys((finding.first_seen, finding.last_seen)):
            use = next((one for one in self.dated if one.begin == moment and _saw(one, finding)), None)
            if use is not None:
                interval = intervals.of(use.entry)
                told.append(LoggedUse(use.entry, use.begin, use.logged, interval.after, interval.by))
        return tuple(told)


def _saw(use: _Use, finding: Finding) -> bool:
    return finding.fact not in use.values or finding.value is None or finding.value in use.values[finding.fact]


def _counted(words: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return dict(sorted(counts.items()))


def _finding(one: Mapping[str, Any]) -> Finding:
    entry = rule(one["rule"])
    kind = "machine" if one["fact"] in MACHINE_FACTS else "place"
    if one["value"] is None or one["fact"] in UNLINKING:
        kind = "account"
    tag = one["id"].removeprefix(f"{one['rule']}-")[:_TAG]
    first, last = (UNDATED if one[name] is None else parse_time(one[name]) for name in ("first_seen", "last_seen"))
    return Finding(
        one["id"], one["rule"], one["severity"], one["confidence"], one["state"], one["fact"], one["value"],
        tuple(one["accounts"]), one["sessions"] or 0, first, last, f"{kind}-{tag}",
        one["rule"] if entry is None else title(entry),
    )  # fmt: skip


def _labels(findings: Iterable[Finding], account: str) -> dict[str, str]:
    return {
        one.subject: message("account {account}", account=account) if one.value is None else _named(one.fact, one.value)
        for one in findings
    }


def _named(fact: str, value: str) -> str:
    return message("{fact} {value}", fact=FACT_WORDS[fact], value=value)


def _clusters(account: str, findings: Iterable[Finding]) -> tuple[Cluster, ...]:
    """The account with all that open findings join to it; each is held by its surest finding."""
    linking = [one for one in findings if one.state == "open" and len(one.accounts) > 1 and one.fact not in UNLINKING]
    if not linking:
        return ()
    surest: dict[str, int] = {}
    for one in linking:
        for other in one.accounts:
            surest[other] = max(surest.get(other, 0), CONFIDENCES.index(one.confidence))
    surest.pop(account, None)
    weakest = CONFIDENCES[min(surest.values())]
    return (Cluster(tuple(sorted({account, *surest})), tuple(sorted({one.fact for one in linking})), weakest),)


def _left_out(result: BundleResult) -> tuple[Gap, ...]:
    """What is not in the report, counted."""
    said = result.statement
    assert said is not None  # noqa: S101 - as in bundle_audit
    omitted = said["omitted"]
    gaps = [
        Gap("not-shown", message(
            "Left out, because it tells of others or of the ledger itself: {entries} and {findings}.",
            entries=plural("{count} entry", "{count} entries", omitted["entries"]),
            findings=plural("{count} finding", "{count} findings", omitted["findings"]),
        ))
    ]  # fmt: skip
    if omitted["sessions"]:
        gaps.append(Gap("outside-period", plural(
            "{count} session of this account lies outside the period.",
            "{count} sessions of this account lie outside the period.", omitted["sessions"],
        )))  # fmt: skip
    if omitted["erased"]:
        gaps.append(Gap("erased", plural(
            "{count} entry of this ledger was erased; what it held is not here.",
            "{count} entries of this ledger were erased; what they held is not here.", omitted["erased"],
        )))  # fmt: skip
    several = len(said["subject"]["account"]["spellings"]) > 1
    return (*gaps, *(Gap("numbers-missing", missing_text(*run, several=several)) for run in result.missing))


def _moment(text: str | None) -> int | None:
    return None if text is None else parse_time(text)


def declared_around(account: str, declared: Declared) -> Declared:
    """Of what a policy says, what concerns this account, without the names of others and without words of people.

    `account` is the name under which `declared` has it.
    """
    hidden = message("not shown")

    def members(accounts: tuple[str, ...]) -> tuple[str, ...]:
        others = len(set(accounts) - {account})
        return (account, plural("{count} other account", "{count} other accounts", others)) if others else (account,)

    groups = [one for one in declared.groups if account in one[2]]
    waivers = [one for one in declared.waivers if account in one[2]]
    return Declared(
        tuple(
            (message("group {number}", number=at), kind, members(accounts), hidden, since, until)
            for at, (_, kind, accounts, _, since, until) in enumerate(groups, 1)
        ),
        tuple(
            (message("waiver {number}", number=at), rule_id, members(accounts), hidden, hidden, hidden, since, until)
            for at, (_, rule_id, accounts, _, _, _, since, until) in enumerate(waivers, 1)
        ),
        tuple((alias, name) for alias, name in declared.aliases if name == account),
        tuple(one for one in declared.standings if one[0] == account),
        declared.thresholds,
    )
