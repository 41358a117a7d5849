"""Login-isolation compliance checker: which machine and network touched which seller account.

The public names are loaded on first use, so that importing this package costs next to nothing.
"""

from __future__ import annotations

__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.audit import audit_ledger
    from isolation.audited import Audit, Cluster
    from isolation.errors import (
        BadIdentifier,
        Collision,
        IsolationError,
        KeyUnavailable,
        LedgerDamaged,
        LedgerError,
        PolicyError,
        ProbeError,
        RuleError,
        Unknown,
        UsageError,
    )
    from isolation.hooks.session import open_session
    from isolation.ledger import Ledger
    from isolation.model import Finding, Identity, Reading, Session, Subject, Verdict
    from isolation.policy import Policy
    from isolation.probes import probe
    from isolation.probes.supplied import supplied_identity
    from isolation.reports import write_report
    from isolation.verdict import check_login

_HOMES = {
    "audit_ledger": "isolation.audit",
    "check_login": "isolation.verdict",
    "open_session": "isolation.hooks.session",
    "probe": "isolation.probes",
    "supplied_identity": "isolation.probes.supplied",
    "write_report": "isolation.reports",
    "Ledger": "isolation.ledger",
    "Policy": "isolation.policy",
} | dict.fromkeys(
    ("Finding", "Identity", "Reading", "Session", "Subject", "Verdict"), "isolation.model"
) | dict.fromkeys(("Audit", "Cluster"), "isolation.audited") | dict.fromkeys(
    ("BadIdentifier", "Collision", "IsolationError", "KeyUnavailable", "LedgerDamaged", "LedgerError", "PolicyError",
     "ProbeError", "RuleError", "Unknown", "UsageError"),
    "isolation.errors",
)  # fmt: skip

__all__ = [
    "Audit",
    "BadIdentifier",
    "Cluster",
    "Collision",
    "Finding",
    "Identity",
    "IsolationError",
    "KeyUnavailable",
    "Ledger",
    "LedgerDamaged",
    "LedgerError",
    "Policy",
    "PolicyError",
    "ProbeError",
    "Reading",
    "RuleError",
    "Session",
    "Subject",
    "Unknown",
    "UsageError",
    "Verdict",
    "audit_ledger",
    "check_login",
    "open_session",
    "probe",
    "supplied_identity",
    "write_report",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'isolation' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
