"""The registry of rules: one line each. A rule's module is loaded only when it has something to look at.

Adding a rule is one file beside this one and one line here; `over` says what it is handed, `facts` names the
facts it needs and `needs` what else: something that the policy says, or that somebody tells.
"""

from __future__ import annotations

from isolation.messages import message
from isolation.model import MACHINE_FACTS, NETWORK_FACTS, Gap, Value

# What a rule is handed (isolation.evidence), and when.
IDENTIFIER = "identifier"  # an IdentifierGroup: one identifier with its accounts
ACCOUNT = "account"  # an AccountGroup: one account with its identifiers
MACHINE = "machine"  # a MachineGroup: one machine with the sessions on it that touch in time
OPERATOR = "operator"  # an OperatorGroup: one person with the accounts used
MOVES = "moves"  # a VisitGroup: the sessions of one account that had several identities
REFUSALS = "refusals"  # a VisitGroup: the refused begins of one account and what followed within a day
ASSIGNMENT = "assignment"  # a VisitGroup: the sessions of one account that saw what no label names
COVERAGE = "coverage"  # a VisitGroup: the uses told since the ledger began, and the recorded sessions around
STANDING = "standing"  # a Neighbourhood: what lies around a deactivated account
SCANS = "scans"  # a ScanGroup: one access point with the scans around it
WAIVER = "waiver"  # a Waiver of the policy


class RuleEntry(Value):
    """One registered rule: its id, its module, what it is handed, the facts it looks at and what else it needs."""

    __slots__ = ("facts", "id", "module", "needs", "over")
    id: str
    module: str
    over: str
    facts: tuple[str, ...]
    needs: str

    def __init__(self, id: str, over: str, facts: tuple[str, ...], needs: str = "") -> None:  # noqa: A002 - users read it
        self._init(id=id, module="isolation.rules." + id.replace("-", "_"), over=over, facts=facts, needs=needs)


REGISTRY = (
    RuleEntry("shared-public-ip", IDENTIFIER, ("public_ip",)),
    RuleEntry("shared-ipv6-prefix", IDENTIFIER, ("public_prefix",)),
    RuleEntry("shared-site-ip", IDENTIFIER, ("site_ip",)),
    RuleEntry("shared-gateway", IDENTIFIER, ("gateway_mac",)),
    RuleEntry("shared-bssid", IDENTIFIER, ("bssid",)),
    RuleEntry("shared-access-point", IDENTIFIER, ("access_point",)),
    RuleEntry("shared-wifi-place", SCANS, ("wifi_scan",)),
    RuleEntry("shared-device", IDENTIFIER, ("device_id",)),
    RuleEntry("shared-hardware-mac", IDENTIFIER, ("hardware_mac",)),
    RuleEntry("overlapping-sessions", MACHINE, MACHINE_FACTS),
    RuleEntry("changed-network", MOVES, ("gateway_mac", "access_point", "bssid", "public_ip", "public_prefix")),
    RuleEntry("changed-after-refusal", REFUSALS, MACHINE_FACTS),
    RuleEntry("many-devices", ACCOUNT, MACHINE_FACTS),
    RuleEntry("many-networks", ACCOUNT, ("gateway_mac", "bssid", "public_ip", "public_prefix", "site_ip")),
    RuleEntry("deactivated-contact", STANDING, (), message("the standing of an account that is deactivated")),
    RuleEntry(
        "missing-permission",
        OPERATOR,
        (),
        message("who is at the keyboard, and whom the policy permits to use the account"),
    ),
    RuleEntry("shared-operator-login", OPERATOR, (), message("who is at the keyboard, and through whose credential")),
    RuleEntry(
        "unassigned-device", ASSIGNMENT, MACHINE_FACTS, message("the machines that the policy assigns the account to")
    ),
    RuleEntry(
        "unassigned-network", ASSIGNMENT, NETWORK_FACTS, message("the networks that the policy assigns the account to")
    ),
    RuleEntry("uncovered-period", COVERAGE, (), message("uses that a log or a person told of since the ledger began")),
    RuleEntry("expired-waiver", WAIVER, (), message("a policy with waivers")),
)


def rule(rule_id: str) -> RuleEntry | None:
    """The registered rule of this id, or None."""
    return next((entry for entry in REGISTRY if entry.id == rule_id), None)


def could_not_look(rule: str, why: str) -> Gap:
    """What a verdict says of a rule that had nothing to look at."""
    return Gap(rule, message("{rule} could not look: {why}", rule=rule, why=why))
