"""The audit as Markdown (GitHub's tables, https://github.github.com/gfm/#tables-extension-)."""

from __future__ import annotations

from isolation.reports.sections import sections

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import Audit
    from isolation.reports.sections import Table

_SPECIAL = str.maketrans({character: "\\" + character for character in "\\`*_{}[]<>()#+!|~&"})


def render(audit: Audit) -> str:
    """The whole report."""
    lines = ["# Login-isolation audit"]
    for section in sections(audit):
        lines += ["", f"## {section.title}"]
        for sentence in section.sentences:
            lines += ["", sentence.translate(_SPECIAL)]
        for table in section.tables:
            if table.rows:
                lines += ["", *_table(table)]
    return "\n".join(lines) + "\n"


def _table(table: Table) -> list[str]:
    rows = [table.columns, tuple("---" for _ in table.columns)]
    rows += [tuple(cell.translate(_SPECIAL) for cell in row) for row in table.rows]
    return ["| " + " | ".join(row) + " |" for row in rows]
