"""The default severities for a shared machine and a shared network, as judges for `sharing.shared`."""

from __future__ import annotations

from isolation.evidence import DAY
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import Confidence, Severity

MONTH = 30 * DAY


def machine(gap: int | None, common: bool) -> tuple[Severity, Confidence, str]:
    """An undeclared shared device is high, however long ago: a device does not change hands by waiting."""
    return "high", "certain", message("the accounts were used on one device and are not declared to belong together")


def network(gap: int | None, common: bool) -> tuple[Severity, Confidence, str]:
    """An undeclared shared network is high when used by both within 24 hours, and medium otherwise."""
    if gap is None:
        return "medium", "certain", message("undeclared accounts used it, at times of which one at least is not known")
    if gap <= DAY:
        return "high", "certain", message("undeclared accounts used it within 24 hours of each other")
    return "medium", "certain", message("undeclared accounts used it, {days} apart at the nearest", days=_days(gap))


def public_address(gap: int | None, common: bool) -> tuple[Severity, Confidence, str]:
    """As `network`; one that strangers are known to share is never high, and one used more than 30 days apart is
    weak: providers reassign addresses."""
    severity, confidence, reason = network(gap, common)
    if gap is None:
        return severity, "probable", reason
    if gap > MONTH:
        return (
            severity,
            "weak",
            message("{reason}; a provider may have given the address to somebody else in between", reason=reason),
        )
    if common:
        return "medium", confidence, message("{reason}; others are known to share this address", reason=reason)
    return severity, confidence, reason


def _days(gap: int) -> str:
    days = gap // DAY
    return message("1 day") if days == 1 else message("{days} days", days=days)
