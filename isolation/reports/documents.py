"""The JSON documents that other programs read: one function a document, plain dicts out.

Keys are only ever added within a schema's number (docs/schemas holds them).
"""

from __future__ import annotations

from isolation.messages import message
from isolation.model import UNDATED
from isolation.times import format_time
from isolation.verdict import NOTE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from isolation.audited import Audit, Cluster, Declared, LoggedUse
    from isolation.errors import IsolationError
    from isolation.model import Finding, Gap, Identity, Reading, Subject, Verdict
    from isolation.paths import Path, Remedy, Tie
    from isolation.plans import Plan
    from isolation.reports.selective import Issued

# What every report says of its own reach.
LIMITS = message("Identifiers on your side: a web page cannot read a MAC address or a BSSID.")

# What no report shows.
DOES_NOT_SHOW = (
    message("That no other ledger, device or network was used: only what was recorded or imported stands here."),
    message("What a platform saw or concluded."),
    message("Other links between accounts: card, bank, phone, e-mail, address, browser profile, tax number."),
    message("That imported or declared uses are true: they are what another log, or a person, says."),
    message(
        "Who made this report: it is not signed. What a stranger is to check is a proof bundle (`isolation export`)."
    ),
    message(
        "That its owner did not rewrite or back-date the ledger: only a time stamp or a checkpoint that was"
        " kept elsewhere from before shows that."
    ),
    message(
        "That entries were not removed from the end: only a checkpoint or a time stamp that was kept elsewhere"
        " from after them shows that."
    ),
    message(
        "That nobody was shown another version of this ledger (a fork): only a witness shows that, and no time-stamping"
        " authority does."
    ),
)


def _time(moment: int | None) -> str | None:
    return None if moment is None or moment == UNDATED else format_time(moment)


def reading(one: Reading) -> dict[str, Any]:
    """One reading; `value` is null unless it was observed."""
    return {
        "fact": one.fact,
        "status": one.status,
        "value": one.value,
        "source": one.source,
        "reason": one.reason,
        "identifying": one.identifying,
        "confidence": one.confidence,
        "detail": dict(one.detail),
    }


def probe(identity: Identity) -> dict[str, Any]:
    """`isolation.probe/1`."""
    return {
        "schema": "isolation.probe/1",
        "observed_at": format_time(identity.observed_at),
        "source": identity.source,
        "readings": [reading(one) for one in identity.readings],
    }


def finding(one: Finding) -> dict[str, Any]:
    """One finding; `sessions` counts the uses behind it."""
    return {
        "id": one.id,
        "rule": one.rule,
        "severity": one.severity,
        "confidence": one.confidence,
        "state": one.state,
        "fact": one.fact,
        "value": one.value,
        "accounts": list(one.accounts),
        "sessions": one.sessions,
        "first_seen": _time(one.first_seen),
        "last_seen": _time(one.last_seen),
        "subject": one.subject,
        "reason": one.reason,
    }


def _gaps(gaps: Iterable[Gap]) -> list[dict[str, Any]]:
    return [{"code": gap.code, "text": gap.text, "decides": gap.decides} for gap in gaps]


def verdict(one: Verdict) -> dict[str, Any]:
    """`isolation.verdict/1`; `unknown` lists codes, those that decide first, `unknown_reasons` says each in words."""
    gaps = sorted(one.unknown, key=lambda gap: not gap.decides)
    return {
        "schema": "isolation.verdict/1",
        "account": one.account,
        "operator": one.operator,
        "outcome": one.outcome,
        "basis": {
            "sessions": one.basis.sessions,
            "since": _time(one.basis.since),
            "machines": one.basis.machines,
            "baseline": one.basis.baseline,
            "last_sync": _time(one.basis.last_sync),
        },
        "findings": [finding(each) for each in one.findings],
        "unknown": [gap.code for gap in gaps],
        "unknown_reasons": _gaps(gaps),
        "subjects": [_subject(each) for each in one.subjects],
        "would_join": list(one.would_join),
        "paths": [path(each) for each in one.paths],
        "remedy": None if one.remedy is None else remedy(one.remedy),
        "first_seen_here": list(one.first_seen_here),
        "readings": [reading(each) for each in one.identity.readings],
        "note": NOTE,
    }


def _subject(one: Subject) -> dict[str, Any]:
    return {
        "id": one.id, "kind": one.kind, "label": one.label, "severity": one.severity, "accounts": list(one.accounts),
        "facts": list(one.facts), "findings": list(one.findings),
    }  # fmt: skip


def path(one: Path) -> dict[str, Any]:
    """A chain between two accounts; `accounts` are those on it, in order, and each hop has what ties its two."""
    return {
        "from": one.start, "to": one.end, "confidence": one.confidence,
        "accounts": [one.start, *(hop.end for hop in one.hops)],
        "hops": [
            {"from": hop.start, "to": hop.end, "confidence": hop.confidence, "ties": [_tie(tie) for tie in hop.ties]}
            for hop in one.hops
        ],
    }  # fmt: skip


def remedy(one: Remedy) -> dict[str, Any]:
    """What can honestly be done; `command` word by word, empty where no declaration helps."""
    return {
        "kind": one.kind,
        "if_true": one.text,
        "command": list(one.command),
        "otherwise": one.otherwise,
        "trap": one.trap,
    }


def _tie(one: Tie) -> dict[str, Any]:
    return {
        "finding": one.finding, "fact": one.fact, "value": one.value, "subject": one.subject, "label": one.label,
        "severity": one.severity, "confidence": one.confidence, "state": one.state,
        "touches": [
            {"account": touch.account, "first_seen": _time(touch.first), "last_seen": _time(touch.last),
             "sessions": touch.uses}
            for touch in one.touches
        ],
    }  # fmt: skip


def _cluster(one: Cluster) -> dict[str, Any]:
    return {"accounts": list(one.accounts), "facts": list(one.facts), "confidence": one.confidence}


def _logged(uses: Iterable[LoggedUse]) -> list[dict[str, Any]]:
    """When the first and the last use behind a finding were recorded; one where they are the same."""
    return [
        {"entry": use.entry, "begin": _time(use.begin), "clock": _time(use.clock), "after": _time(use.after),
         "by": _time(use.by)}
        for use in uses
    ]  # fmt: skip


def audit(one: Audit) -> dict[str, Any]:
    """`isolation.audit/1`; `sessions` and `accounts` are counts, clusters come largest first."""
    return {
        "schema": "isolation.audit/1",
        "made_at": format_time(one.made_at),
        "since": _time(one.since),
        "until": _time(one.until),
        "sessions": one.sessions,
        "accounts": one.accounts,
        "findings": [finding(each) | {"logged": _logged(one.logged.get(each.id, ()))} for each in one.findings],
        "subjects": [_subject(each) for each in one.subjects],
        "clusters": [_cluster(each) for each in one.clusters],
        "paths": [path(each) for each in one.paths],
        "coverage": {
            "facts": {
                each.fact: {
                    "sessions": each.sessions, "accounts": each.accounts, "values": each.values, "shared": each.shared,
                }
                for each in one.coverage
            },
            "provenance": dict(one.provenance),
            "not_uses": dict(one.not_uses),
            "forced": one.forced,
            "unreadable": _gaps(one.unreadable),
        },
        "ledger": {
            "origin": one.origin, "size": one.size, "root": one.root, "key_store": one.key_store,
            "begun": _time(one.begun),
            "time_stamps": [
                {"authority": each.authority, "size": each.size, "by": _time(each.by), "chain": each.chain}
                for each in one.time_stamps
            ],
        },
        "declared": _declared(one.declared),
        "block_at": one.block_at,
        "open_at_or_above": len(one.blocking()),
        "limits": LIMITS,
        "does_not_show": list(DOES_NOT_SHOW),
    }  # fmt: skip


def issued(one: Issued) -> dict[str, Any]:
    """What a report on one account is about, what of the ledger is left out, and its proof bundle."""
    return {
        "account": one.account, "disclosed": list(one.disclosed), "omitted": dict(one.omitted),
        "bundle": {"file": one.file, "digest": one.bundle.digest, "entry": one.bundle.result.report},
        "fingerprint": one.fingerprint,
    }  # fmt: skip


def _declared(one: Declared) -> dict[str, Any]:
    """What the policy in force says that the audit leans on."""
    return {
        "groups": [
            {"name": name, "kind": kind, "accounts": list(accounts), "evidence": evidence, "from": _time(since),
             "until": _time(until)}
            for name, kind, accounts, evidence, since, until in one.groups
        ],
        "waivers": [
            {"name": name, "rule": rule, "accounts": list(accounts), "owner": owner, "reason": reason,
             "document": document, "from": _time(since), "until": _time(until)}
            for name, rule, accounts, owner, reason, document, since, until in one.waivers
        ],
        "aliases": dict(one.aliases),
        "standings": [
            {"account": account, "state": state, "from": _time(since)} for account, state, since in one.standings
        ],
        "thresholds": dict(one.thresholds),
        "permissions": one.permissions,
    }  # fmt: skip


def plan(one: Plan) -> dict[str, Any]:
    """`isolation.plan/1`; commands word by word, sections the largest cluster first."""
    return {
        "schema": "isolation.plan/1",
        "made_at": format_time(one.made_at),
        "sections": [
            {
                "accounts": list(each.accounts),
                "steps": [
                    {"step": step.step, "texts": list(step.texts), "commands": [list(words) for words in step.commands]}
                    for step in each.steps
                ],
                "situation": each.situation,
                "why": each.why,
                "separations": [
                    {"account": apart.account, "subject": apart.subject, "label": apart.label}
                    for apart in each.separations
                ],
                "at_most_times_the_fewest": each.bound,
            }
            for each in one.sections
        ],
        "note": NOTE,
    }


def error(problem: IsolationError) -> dict[str, Any]:
    """`isolation.error/1`: what a failed command prints in place of its document."""
    document = {
        "schema": "isolation.error/1",
        "outcome": "error",
        "error": problem.message,
        "hint": problem.hint,
        "exit_code": problem.exit_code,
    }
    rejected = getattr(problem, "rejected", ())
    return document | ({"rejected": [one._asdict() for one in rejected]} if rejected else {})
