"""The findings as OCSF 1.8.0 events, a JSON array: Compliance Finding (2003) or Detection Finding (2004).

Open findings fail a check; what was declared or waived keeps its own word as status, `Other` to OCSF, and is
suppressed. OCSF's compliance status `Warning` is "cannot be told" (https://schema.ocsf.io/1.8.0/objects/compliance): so
each thing that the audit could not tell is an event of its own. No score and no risk is given: none was calibrated.
"""

from __future__ import annotations

from isolation import __version__
from isolation.errors import UsageError
from isolation.messages import message
from isolation.model import UNDATED, at_least
from isolation.reports.documents import issued
from isolation.reports.json_text import json_text
from isolation.rules import rule
from isolation.rules.pages import part, title

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from isolation.audited import Audit
    from isolation.model import Finding, Gap
    from isolation.reports.frame import Frame

COMPLIANCE, DETECTION = CLASSES = (2003, 2004)
_CLASS_NAMES = {COMPLIANCE: "Compliance Finding", DETECTION: "Detection Finding"}
_VERSION = "1.8.0"
_OTHER = 99
_SEVERITIES = {
    "info": (1, "Informational"), "low": (2, "Low"), "medium": (3, "Medium"), "high": (4, "High"),
    "critical": (5, "Critical"),
}  # fmt: skip
_CONFIDENCES = {"weak": 1, "probable": 2, "certain": 3}
# Types of observables (https://schema.ocsf.io/1.8.0/objects/observable).
_IP, _MAC = (2, "IP Address"), (3, "MAC Address")
_OBSERVABLES = {"public_ip": _IP, "hardware_mac": _MAC, "gateway_mac": _MAC, "bssid": _MAC}


def render(frame: Frame, ocsf_class: int = COMPLIANCE) -> str:
    """One event a finding, gravest first, then one for each thing that could not be told.

    Raises UsageError for another class than 2003 and 2004.
    """
    if ocsf_class not in CLASSES:
        raise UsageError(
            message("There is no report of the OCSF class {ocsf_class}.", ocsf_class=ocsf_class), "Use 2003 or 2004."
        )
    audit = frame.audit
    events = [_finding(one, audit, ocsf_class) for one in audit.findings]
    events += [_gap(one, audit, ocsf_class) for one in audit.unreadable]
    if frame.issued is not None:
        for event in events:
            event["unmapped"]["issued"] = issued(frame.issued)
    return json_text(events)


def _event(audit: Audit, ocsf_class: int, severity: tuple[int, str], told: dict[str, Any]) -> dict[str, Any]:
    """What every event has; OCSF counts time in milliseconds."""
    return {
        "activity_id": 1, "activity_name": "Create",
        "category_uid": 2, "category_name": "Findings",
        "class_uid": ocsf_class, "class_name": _CLASS_NAMES[ocsf_class],
        "type_uid": ocsf_class * 100 + 1, "type_name": f"{_CLASS_NAMES[ocsf_class]}: Create",
        "time": audit.made_at // 1000,
        "severity_id": severity[0], "severity": severity[1],
        "metadata": {
            "version": _VERSION, "log_name": audit.origin,
            "product": {"name": "isolation", "vendor_name": "isolation", "version": __version__},
        },
        "unmapped": {"ledger_origin": audit.origin, "ledger_size": audit.size, "ledger_root": audit.root},
    } | told  # fmt: skip


def _finding(one: Finding, audit: Audit, ocsf_class: int) -> dict[str, Any]:
    entry = rule(one.rule)
    name = one.rule if entry is None else title(entry)
    info: dict[str, Any] = {
        "uid": one.id, "title": name, "desc": one.reason, "types": [one.rule],
        "analytic": {"type_id": 1, "type": "Rule", "uid": one.rule, "name": one.rule},
    }  # fmt: skip
    told: dict[str, Any] = {
        "message": f"{one.rule}: {', '.join(one.accounts)}",
        "finding_info": info,
        "confidence_id": _CONFIDENCES[one.confidence], "confidence": one.confidence,
        "status_id": 1 if one.state == "open" else 3, "status": "New" if one.state == "open" else "Suppressed",
        "status_detail": one.state,
        "count": one.sessions,
        "resources": [{"name": account, "type": "seller account", "role_id": 3} for account in one.accounts],
        "evidences": [{"data": {"fact": one.fact, "value": one.value}}],
    }  # fmt: skip
    if one.value is not None and one.fact in _OBSERVABLES:
        number, kind = _OBSERVABLES[one.fact]
        told["observables"] = [{"name": "evidences.data.value", "type_id": number, "type": kind, "value": one.value}]
    for moment, field, name in (
        (one.first_seen, "start_time", "first_seen_time"), (one.last_seen, "end_time", "last_seen_time"),
    ):  # fmt: skip
        if moment != UNDATED:
            told[field] = info[name] = moment // 1000
    if entry is not None:
        told["remediation"] = {"desc": part(entry, "Remedy")}
    if ocsf_class == COMPLIANCE:
        told["compliance"] = _compliance(one.rule, *_status(one))
    else:
        told["is_alert"] = one.state == "open" and at_least(one.severity, audit.block_at)
    return _event(audit, ocsf_class, _SEVERITIES[one.severity], told)


def _status(one: Finding) -> tuple[int, str]:
    return (3, "Fail") if one.state == "open" else (_OTHER, one.state.capitalize())


def _compliance(control: str, number: int, status: str) -> dict[str, Any]:
    return {
        "control": control, "standards": ["isolation: one machine and one network, one account"],
        "status_id": number, "status": status,
    }  # fmt: skip


def _gap(one: Gap, audit: Audit, ocsf_class: int) -> dict[str, Any]:
    """Something that the audit could not tell: never a pass."""
    told: dict[str, Any] = {
        "message": one.text,
        "finding_info": {"uid": f"{audit.origin}/{one.code}", "title": one.text, "types": [one.code]},
        "status_id": _OTHER, "status": "Could not be told", "status_detail": one.text,
    }  # fmt: skip
    if ocsf_class == COMPLIANCE:
        told["compliance"] = _compliance(one.code, 2, "Warning")
    else:
        told["is_alert"] = False
    return _event(audit, ocsf_class, (0, "Unknown"), told)
