"""People whom other tools' logs show: they collide through permissions and labels alone."""

from __future__ import annotations

from pathlib import Path

from isolation.audit import audit_ledger
from isolation.ledger import Ledger
from isolation.model import Finding, Session
from isolation.policy import Policy

from ..conftest import DAY, HOUR, NOON, reading

GATEWAY = "3C-37-86-5D-75-D4"
POLICY = """
[accounts."store"]
networks = ["Office"]
[labels."Office"]
kind = "network"
[[permissions.wang]]
accounts = ["store"]
user = "own"
"""


def shown(ledger: Ledger, operator: str, at: int, *, success: bool = True, gateway: str = GATEWAY) -> None:
    """A workforce log's line about a person."""
    with ledger.writing() as log:
        session = Session(
            "", at, operator=operator, provenance="imported", source="a log", success=success,
            readings=(reading("gateway_mac", gateway),),
        )  # fmt: skip
        log.add_row(session, ("time", "operator", "gateway_mac"))


def found(ledger: Ledger, tmp_path: Path, text: str = POLICY, **window: int) -> list[Finding]:
    """What the audit says of permissions under this policy."""
    (tmp_path / "policy.toml").write_text(text, encoding="utf-8")
    audit = audit_ledger(ledger, policy=Policy.load(tmp_path / "policy.toml"), **window)  # type: ignore[arg-type]
    return [finding for finding in audit.findings if finding.rule == "missing-permission"]


def test_a_stranger_at_the_office_is_told_of(ledger: Ledger, tmp_path: Path) -> None:
    """A person without a permission, whom a log shows at a labelled network, is a low finding; others are none."""
    with ledger.writing() as log:
        log.add_session(Session("store", NOON, operator="wang", readings=(reading("gateway_mac", GATEWAY),)))
        log.add_label("network", "Office", (reading("gateway_mac", GATEWAY),))
    shown(ledger, "li", NOON + HOUR)
    shown(ledger, "wang", NOON + HOUR)
    shown(ledger, "zhao", NOON + HOUR, success=False)
    shown(ledger, "chen", NOON + HOUR, gateway="3C-37-86-00-00-01")
    (finding,) = found(ledger, tmp_path)
    assert (finding.value, finding.accounts, finding.severity, finding.sessions) == ("li", ("store",), "low", 1)
    assert found(ledger, tmp_path, until=NOON + HOUR) == []
    assert found(ledger, tmp_path, since=NOON + DAY) == []
    assert found(ledger, tmp_path, "") == []
