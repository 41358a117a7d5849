"""Draw when each account was used: one line an account, coloured by network or by machine.

Exit 0 whatever it shows.
"""

from __future__ import annotations

import argparse

from isolation.cli import pictures
from isolation.cli.audit import audited
from isolation.cli.common import Options
from isolation.errors import UsageError


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `timeline`."""
    pictures.add_picture_options(parser)
    parser.add_argument("--by", choices=("network", "machine"), default="network", help="what colours tell (network)")


def run(options: Options) -> int:
    """Writes the picture."""
    from isolation.reports.content import Chart
    from isolation.reports.frame import Frame
    from isolation.reports.parts.timeline import section

    pictures.ending_of(options)
    blocks = section(Frame(audited(options, stays=True))).blocks
    chart = next((one for one in blocks if isinstance(one, Chart) and one.name == f"timeline-{options.by}"), None)
    if chart is None:
        raise UsageError("There is no use with a known time to draw.", "`isolation status` says what is recorded.")
    pictures.write(chart, options)
    return 0
