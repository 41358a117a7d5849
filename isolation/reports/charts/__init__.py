"""Pictures as Vega-Lite specifications that hold their data: pure, and drawn by `isolation.reports.charts.draw`.

Names stand in the data only, never in an expression or a field name, so that whatever they hold is shown as text.
"""
