"""The findings as SARIF 2.1.0 (OASIS, https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).

SARIF tells of places in files, and viewers drop a result that has none. What a finding is about stands in entries of a
ledger, so each result has the ledger as its physical location, without a region: a line would be made up. The accounts
are logical locations. Severities become levels and stand beside as they are; no rank and no score is given, because
none was calibrated. What was declared or waived stays a result, with a suppression that says why.
"""

from __future__ import annotations

from isolation import __version__
from isolation.reports.documents import DOES_NOT_SHOW, LIMITS, finding, issued
from isolation.reports.json_text import json_text
from isolation.rules import REGISTRY
from isolation.rules.pages import rule_page, title
from isolation.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from isolation.audited import Declared
    from isolation.model import Finding
    from isolation.reports.frame import Frame
    from isolation.rules import RuleEntry

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
_NUMBERS = {entry.id: number for number, entry in enumerate(REGISTRY)}
# In a message, braces are places for arguments and brackets are links (3.11.5, 3.11.6).
_LITERAL = str.maketrans({"{": "{{", "}": "}}", "[": "\\[", "]": "\\]", "\\": "\\\\"})


def render(frame: Frame) -> str:
    """One run with one result a finding, gravest first."""
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(frame)]})


def _run(frame: Frame) -> dict[str, Any]:
    audit = frame.audit
    return {
        "tool": {"driver": {
            "name": "isolation", "semanticVersion": __version__, "rules": [_rule(entry) for entry in REGISTRY],
        }},
        "invocations": [{
            "executionSuccessful": True,
            "endTimeUtc": format_time(audit.made_at),
            "toolExecutionNotifications": [
                {"descriptor": {"id": gap.code}, "level": "warning", "message": {"text": gap.text.translate(_LITERAL)}}
                for gap in audit.unreadable
            ],
        }],
        "artifacts": [{
            "location": {"uri": audit.origin},
            "roles": ["analysisTarget"],
            "description": {"text": "The ledger of that name: a log of entries and no text, so results name no line."},
        }],
        "results": [_result(one, audit.declared) for one in audit.findings],
        "properties": {
            "origin": audit.origin, "size": audit.size, "root": audit.root, "blockAt": audit.block_at,
            "sessions": audit.sessions, "accounts": audit.accounts, "limits": LIMITS,
            "doesNotShow": list(DOES_NOT_SHOW), **({} if frame.issued is None else {"issued": issued(frame.issued)}),
        },
    }  # fmt: skip


def _rule(entry: RuleEntry) -> dict[str, Any]:
    page = rule_page(entry)
    return {
        "id": entry.id,
        "name": "".join(word.capitalize() for word in entry.id.split("-")),
        "shortDescription": {"text": title(entry)},
        "help": {"text": page, "markdown": page},
    }


def _result(one: Finding, declared: Declared) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": one.rule,
        "level": _LEVELS[one.severity],
        "message": {"text": _message(one).translate(_LITERAL)},
        "locations": [{
            "physicalLocation": {"artifactLocation": {"index": 0}},
            "logicalLocations": [{"name": account, "kind": "account"} for account in dict.fromkeys(one.accounts)],
        }],
        "partialFingerprints": {"finding/v1": one.id},
        "properties": finding(one),
    }  # fmt: skip
    if one.rule in _NUMBERS:
        result["ruleIndex"] = _NUMBERS[one.rule]
    if one.state != "open":
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": _why(one, declared)}]
    return result


def _message(one: Finding) -> str:
    value = f" {one.value}" if one.value else ""
    return f"{one.rule}: {', '.join(one.accounts)}: {one.fact}{value}. {one.reason}".rstrip()


def _why(one: Finding, declared: Declared) -> str:
    """Whose word a finding was accepted on."""
    if one.state == "declared":
        return f"Declared in the policy: {one.reason}"
    waivers = [
        f"{name}, by {owner}: {reason}"
        for name, rule, accounts, owner, reason, _, _, _ in declared.waivers
        if rule in ("", one.rule) and len(set(one.accounts) & set(accounts)) >= min(2, len(one.accounts))
    ]
    return f"Waived in the policy: {'; '.join(waivers) or one.reason}"
