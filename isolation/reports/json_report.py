"""The audit as the JSON document that `isolation --format json audit` prints."""

from __future__ import annotations

import json

from isolation.reports import documents

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import Audit


def render(audit: Audit) -> str:
    """`isolation.audit/1`."""
    return json.dumps(documents.audit(audit), indent=2, ensure_ascii=False) + "\n"
