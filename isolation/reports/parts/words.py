"""Words as the sections say them."""

from __future__ import annotations

from isolation.findings import FACT_WORDS
from isolation.messages import joined, message
from isolation.model import SEVERITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

SEVERITY_WORDS = dict(
    zip(
        SEVERITIES,
        (message("info"), message("low"), message("medium"), message("high"), message("critical")),
        strict=True,
    )
)
CONFIDENCE_WORDS = {"weak": message("weak"), "probable": message("probable"), "certain": message("certain")}
PROVENANCE_WORDS = {
    "observed": message("observed"), "declared": message("declared"), "imported": message("imported"),
}  # fmt: skip
STATE_WORDS = {"open": message("open"), "declared": message("declared"), "waived": message("waived")}
KIND_WORDS = {
    "same-store": message("same store"), "same-owner": message("same owner"), "agency": message("agency"),
    "household": message("household"), "other": message("other"),
}  # fmt: skip
STANDING_WORDS = {
    "good": message("in good standing"), "at_risk": message("at risk"), "deactivated": message("deactivated"),
}  # fmt: skip


def fact_names(facts: Iterable[str]) -> str:
    """What these facts are called, in a row."""
    return joined(", ", [FACT_WORDS.get(fact, fact) for fact in facts])
