"""The audit as one HTML file: no script, nothing fetched; readable on paper, on a phone and in the dark."""

from __future__ import annotations

from html import escape

from isolation.reports.sections import sections

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import Audit
    from isolation.reports.sections import Section, Table

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --head: #8882; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 75rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { border-bottom: 1px solid var(--line); padding: .4rem .6rem; text-align: left; vertical-align: top; }
th { background: var(--head); white-space: nowrap; }
td { overflow-wrap: anywhere; min-width: 5rem; }
@media print { body { max-width: none; padding: 0; font-size: 9pt; } .scroll { overflow: visible; } }
"""


def render(audit: Audit) -> str:
    """The whole report."""
    body = "\n".join(_section(section) for section in sections(audit))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Login-isolation audit</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>Login-isolation audit</h1>
{body}
</main>
</body>
</html>
"""


def _section(section: Section) -> str:
    parts = [f"<section>\n<h2>{escape(section.title)}</h2>"]
    parts += [f"<p>{escape(sentence)}</p>" for sentence in section.sentences]
    parts += [_table(table, section.title) for table in section.tables if table.rows]
    return "\n".join([*parts, "</section>"])


def _table(table: Table, title: str) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    rows = "\n".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(title, quote=True)}">\n'
        f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</div>"
    )
