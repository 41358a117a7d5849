"""The style of an HTML report: one column, light and dark, on paper without colour backgrounds."""

STYLE = """
:root { color-scheme: light dark; --line: #8884; --head: #8882; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 75rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; } h3 { font-size: 1rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0; }
.scroll, figure { overflow-x: auto; }
figure { margin: 1rem 0; } figure svg { max-width: 100%; height: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: left; font-weight: 600; padding: .4rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: .4rem .6rem; text-align: left; vertical-align: top; }
th { background: var(--head); white-space: nowrap; }
td { overflow-wrap: anywhere; min-width: 5rem; }
dl { display: grid; gap: .25rem 1rem; } dl div { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; }
dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
.box, .card { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem 1rem; margin: 1rem 0; }
.card { border-left-width: .4rem; }
footer { font-size: .8rem; overflow-wrap: anywhere; }
@media print { body { max-width: none; padding: 0; font-size: 9pt; } .scroll { overflow: visible; } }
"""
