"""What a finding is called: what happened, to which accounts, by which identifier."""

from __future__ import annotations

from isolation.messages import joined, known, message
from isolation.reports.charts.style import clipped
from isolation.rules import rule
from isolation.rules.pages import title as rule_title

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from isolation.model import Finding

_MOST_NAMES = 4  # a longer row of accounts ends in how many more there are; the finding itself lists them all

# Rule -> the sentence, of the accounts in a row.
_SAYINGS: dict[str, Callable[[str], str]] = {
    "shared-device": lambda who: message("{accounts} were used on the same device", accounts=who),
    "shared-hardware-mac": lambda who: message("{accounts} were used with the same network adapter", accounts=who),
    "shared-gateway": lambda who: message("{accounts} were used behind the same router", accounts=who),
    "shared-bssid": lambda who: message("{accounts} were used on the same Wi-Fi access point", accounts=who),
    "shared-access-point": lambda who: message("{accounts} were used on the same access-point hardware", accounts=who),
    "shared-wifi-place": lambda who: message("{accounts} were used at the same place, by its Wi-Fi", accounts=who),
    "shared-public-ip": lambda who: message("{accounts} were used from the same public address", accounts=who),
    "shared-ipv6-prefix": lambda who: message("{accounts} were used from the same IPv6 network", accounts=who),
    "shared-site-ip": lambda who: message("{accounts} were used from the same address within a site", accounts=who),
    "overlapping-sessions": lambda who: message("{accounts} were open at once on one machine", accounts=who),
    "many-devices": lambda who: message("{accounts} was used on many devices", accounts=who),
    "many-networks": lambda who: message("{accounts} was used from many networks", accounts=who),
    "changed-network": lambda who: message("The network changed while {accounts} was in use", accounts=who),
    "changed-after-refusal": lambda who: message(
        "{accounts} was refused, then begun with another network, proxy or MAC address", accounts=who
    ),
    "deactivated-contact": lambda who: message("{accounts}: contact with a deactivated account", accounts=who),
    "missing-permission": lambda who: message("{accounts}: used by somebody without a permission for it", accounts=who),
    "shared-operator-login": lambda who: message("{accounts}: people share one login", accounts=who),
    "unassigned-device": lambda who: message("{accounts}: used on a device that it is not assigned to", accounts=who),
    "unassigned-network": lambda who: message(
        "{accounts}: used from a network that it is not assigned to", accounts=who
    ),
    "uncovered-period": lambda who: message("{accounts}: used while no recorded session covers it", accounts=who),
    "expired-waiver": lambda who: message("{accounts}: a waiver has expired", accounts=who),
}


def finding_title(one: Finding) -> str:
    """The finding in a sentence; long names in it are shortened."""
    saying = _SAYINGS.get(one.rule)
    who = _row(one.accounts)
    entry = rule(one.rule)
    if saying is not None:
        told = saying(who)
    elif entry is not None:
        told = message("{accounts}: {rule}", accounts=who, rule=known(rule_title(entry)))
    else:
        told = message("{accounts}: {rule}", accounts=who, rule=one.rule)
    if not one.value or one.fact == "account":
        return told
    return message("{title} ({value})", title=told, value=clipped(one.value))


def _row(accounts: Sequence[str]) -> str:
    """The names as a sentence lists them."""
    names = list(map(clipped, accounts[:_MOST_NAMES]))
    if len(accounts) > _MOST_NAMES:
        rest = message("{count} more", count=len(accounts) - _MOST_NAMES + 1)
        return message("{names} and {last}", names=joined(", ", names[:-1]), last=rest)
    if len(names) < 2:
        return "".join(names)
    return message("{names} and {last}", names=joined(", ", names[:-1]), last=names[-1])
