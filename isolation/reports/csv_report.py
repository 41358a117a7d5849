"""The findings as CSV (RFC 4180), one row each: for spreadsheets, which must not take a name for a formula.

A spreadsheet computes a cell that begins with `=`, `+`, `-` or `@`, in their full-width forms too, and may take a tab
or a line end for a border of cells (https://owasp.org/www-community/attacks/CSV_Injection). One that reads the file
with another separator begins cells in the middle of ours. So an apostrophe stands before every such sign at the begin
of a cell and after each sign that some program separates cells by, and before an apostrophe that stands there itself:
`unguarded` takes exactly those away.
"""

from __future__ import annotations

import csv
import io
import re

from isolation.identifiers.escape import printable
from isolation.model import UNDATED
from isolation.reports.json_text import json_line
from isolation.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import Finding
    from isolation.reports.frame import Frame

COLUMNS = (
    "id", "rule", "severity", "confidence", "state", "fact", "value", "accounts", "sessions", "first_seen",
    "last_seen", "subject", "reason",
)  # fmt: skip
_BOM = "\ufeff"  # without it Excel takes UTF-8 for the code page of the machine
_BEGINS = r"(?:^|(?<=[,;|\t\r\n]))"
_GUARDED = re.compile(_BEGINS + r"(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n'])")
_GUARD = re.compile(_BEGINS + "'")


def render(frame: Frame) -> str:
    """A line of column names, then one row a finding, gravest first; `accounts` is a JSON list."""
    file = io.StringIO(newline="")
    lines = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    lines.writerow(COLUMNS)
    lines.writerows([guarded(cell) for cell in _row(finding)] for finding in frame.audit.findings)
    return _BOM + file.getvalue()


def guarded(text: str) -> str:
    """The text as a cell that no spreadsheet computes; of what is invisible or commanding, the escaped form."""
    return _GUARDED.sub("'", printable(text))


def unguarded(cell: str) -> str:
    """The printable text that a cell stands for: `guarded` turned back."""
    return _GUARD.sub("", cell)


def _row(one: Finding) -> tuple[str, ...]:
    return (
        one.id, one.rule, one.severity, one.confidence, one.state, one.fact, one.value or "",
        json_line(one.accounts), str(one.sessions), _time(one.first_seen), _time(one.last_seen),
        one.subject, one.reason,
    )  # fmt: skip


def _time(moment: int) -> str:
    return "" if moment == UNDATED else format_time(moment)
