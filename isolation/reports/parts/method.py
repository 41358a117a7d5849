"""How it was found out, and where the method ends."""

from __future__ import annotations

from isolation import __version__
from isolation.messages import message
from isolation.reports.content import Points, Section
from isolation.reports.documents import LIMITS
from isolation.reports.parts.words import SEVERITY_WORDS
from isolation.rules import REGISTRY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.reports.frame import Frame


def section(frame: Frame) -> Section:
    """The method in points."""
    audit = frame.audit
    texts = [
        message(
            "isolation {version} asked {rules} rules. Each looks at what several accounts touched, or at what one "
            "account touched, and can only add findings; none can make a pass.",
            version=__version__, rules=len(REGISTRY),
        ),
        message(
            "Two accounts are compared by identifiers of the machine and the network that each session recorded: "
            "device, network adapter, router, Wi-Fi access point, Wi-Fi neighbourhood, public address."
        ),
        message(
            "Severity says how bad it is if true, confidence how sure it is. A value that many unrelated machines or "
            "networks share is recorded and links nobody, or only probably or weakly."
        ),
        message("Findings at or above {limit} count as grave by this policy.", limit=SEVERITY_WORDS[audit.block_at]),
        message(
            "A claimed time is what a session or a log says; a logged time is when this ledger recorded it; outside "
            "time stamps bound the logged time from both sides. Dates are told in {zone}.", zone=frame.zone_name,
        ),
        LIMITS,
    ]  # fmt: skip
    texts += [
        message("The policy's limit for {rule} is {limit}.", rule=rule, limit=limit)
        for rule, limit in audit.declared.thresholds
    ]
    return Section("method", message("Method and limits"), (Points(tuple(texts)),))
