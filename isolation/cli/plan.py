"""How to end unauthorised access: who it was, what to declare if true, user permissions, what to end, whom to ask.

Machines and networks are kept apart only between unrelated owners in good standing; otherwise the plan says why that is
no remedy. Nothing is recorded. Exit 0.
"""

from __future__ import annotations

import argparse

from isolation.cli import terminal
from isolation.cli.common import Options, load_policy


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `plan`."""
    parser.add_argument("accounts", metavar="ACCOUNT", nargs="*", default=[], help="only what concerns this account")


def run(options: Options) -> int:
    """Prints the plan."""
    from isolation.ledger import Ledger
    from isolation.plans import plan_ledger

    policy = load_policy(options)
    with Ledger.open(options.ledger, read_only=True) as ledger:
        plan = plan_ledger(ledger, policy, accounts=options.accounts)
    if options.json:
        from isolation.reports.documents import plan as document

        terminal.emit(document(plan))
    else:
        from isolation.cli.plan_words import plan_lines

        terminal.show(plan_lines(plan, named=bool(options.accounts)))
    return 0
