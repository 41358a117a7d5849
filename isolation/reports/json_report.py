"""The audit as the JSON document that `isolation --format json audit` prints."""

from __future__ import annotations

from isolation.reports import documents
from isolation.reports.json_text import json_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import Audit


def render(audit: Audit) -> str:
    """`isolation.audit/1`."""
    return json_text(documents.audit(audit))
