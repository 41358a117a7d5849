"""Draw what joins the accounts of one cluster: accounts on the left, what they share on the right.

The largest cluster is drawn, unless --cluster or --account names another. Exit 0 whatever it shows.
"""

from __future__ import annotations

import argparse

from isolation.cli import pictures
from isolation.cli.audit import audited
from isolation.cli.common import Options
from isolation.errors import UsageError
from isolation.messages import plural


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `graph`."""
    pictures.add_picture_options(parser)
    parser.add_argument("--cluster", metavar="N", type=int, default=1, help="which one, the largest being 1 (1)")


def run(options: Options) -> int:
    """Writes the picture."""
    from isolation.reports.parts.places import cluster_chart

    pictures.ending_of(options)
    audit = audited(options)
    if not audit.clusters:
        raise UsageError(
            "No accounts are joined by open findings: there is nothing to draw.", "`isolation audit` says more."
        )
    if not 1 <= options.cluster <= len(audit.clusters):
        raise UsageError(
            plural("There is {count} cluster.", "There are {count} clusters.", len(audit.clusters)),
            "Name one with --cluster; 1 is the largest.",
        )
    pictures.write(cluster_chart(audit, options.cluster), options)
    return 0
