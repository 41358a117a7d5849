"""The registry of rules: one line each. A rule's module is loaded only when it has something to look at.

Adding a rule is one file beside this one and one line here; `over` says whether it is handed one identifier
with its accounts, one account with its identifiers or one access point with the scans around it, and `facts` names the
facts it needs.
"""

from __future__ import annotations

from isolation.model import Value


class RuleEntry(Value):
    """One registered rule: its id, its module, what it is handed and the facts it looks at."""

    __slots__ = ("facts", "id", "module", "over")
    id: str
    module: str
    over: str
    facts: tuple[str, ...]

    def __init__(self, id: str, over: str, facts: tuple[str, ...]) -> None:  # noqa: A002 - the name users read
        self._init(id=id, module="isolation.rules." + id.replace("-", "_"), over=over, facts=facts)


IDENTIFIER = "identifier"
ACCOUNT = "account"
SCANS = "scans"

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
    RuleEntry("many-devices", ACCOUNT, ("device_id", "hardware_mac")),
    RuleEntry("many-networks", ACCOUNT, ("gateway_mac", "bssid", "public_ip", "public_prefix", "site_ip")),
)


def rule(rule_id: str) -> RuleEntry | None:
    """The registered rule of this id, or None."""
    return next((entry for entry in REGISTRY if entry.id == rule_id), None)
