"""Words as the sections say them."""

from __future__ import annotations

from isolation.findings import CONFIDENCE_WORDS as CONFIDENCE_WORDS
from isolation.findings import FACT_WORDS
from isolation.findings import SEVERITY_WORDS as SEVERITY_WORDS
from isolation.findings import STATE_WORDS as STATE_WORDS
from isolation.messages import joined, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_NAMES = 100  # of accounts in one row: what no reader goes through would be a fifth of a large report

PROVENANCE_WORDS = {
    "observed": message("observed"), "declared": message("declared"), "imported": message("imported"),
}  # fmt: skip
KIND_WORDS = {
    "same-store": message("same store"), "same-owner": message("same owner"), "agency": message("agency"),
    "household": message("household"), "other": message("other"),
}  # fmt: skip
STANDING_WORDS = {
    "good": message("in good standing"), "at_risk": message("at risk"), "deactivated": message("deactivated"),
}  # fmt: skip


def account_names(accounts: Sequence[str]) -> str:
    """These accounts in a row; of very many the first hundred, and how many more there are."""
    left = len(accounts) - MOST_NAMES
    if left <= 0:
        return joined(", ", accounts)
    return joined(", ", [*accounts[:MOST_NAMES], message("and {count} more, named in a report as .json", count=left)])


def fact_names(facts: Iterable[str]) -> str:
    """What these facts are called, in a row."""
    return joined(", ", [FACT_WORDS.get(fact, fact) for fact in facts])
