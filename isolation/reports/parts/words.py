"""Words and moments as the sections say them."""

from __future__ import annotations

from isolation.findings import FACT_WORDS
from isolation.messages import joined, message
from isolation.model import SEVERITIES, UNDATED
from isolation.times import format_time

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


def when(moment: int | None) -> str:
    """A moment (µs) in UTC to the second; that it is not known, where it is not."""
    if moment is None:
        return "…"
    if moment == UNDATED:
        return message("not known")
    text = format_time(moment // 1_000_000 * 1_000_000)
    return f"{text[:10]} {text[11:19]} UTC"


def fact_names(facts: Iterable[str]) -> str:
    """What these facts are called, in a row."""
    return joined(", ", [FACT_WORDS[fact] for fact in facts])
