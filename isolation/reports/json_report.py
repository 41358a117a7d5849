"""The audit as the JSON document that `isolation --format json audit` prints; of one account, with what was issued."""

from __future__ import annotations

from isolation.reports import documents
from isolation.reports.json_text import json_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.reports.frame import Frame


def render(frame: Frame) -> str:
    """`isolation.audit/1`."""
    issued = frame.issued
    return json_text(documents.audit(frame.audit) | ({} if issued is None else {"issued": documents.issued(issued)}))
