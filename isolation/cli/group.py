"""Declare that accounts legitimately belong together: same store, same owner, an agency's clients, a household.

Say it only if it is true: the declaration, its evidence and its date are recorded and stand in every report.
With `--csv` every row of a list is taken (group, kind, accounts, operators, evidence, from, until), or none. Exit 0.
"""

from __future__ import annotations

import argparse

from isolation.cli import policy_change
from isolation.cli.common import Options
from isolation.messages import joined, message


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `group`."""
    from isolation.policy.agreements import KINDS

    parser.add_argument("name", metavar="NAME", nargs="?", default="", help="a name for the group")
    parser.add_argument("accounts", metavar="ACCOUNT", nargs="*", default=[], help="an account that belongs to it")
    parser.add_argument("--kind", choices=KINDS, default="", help="why they belong together")
    parser.add_argument("--operator", metavar="NAME", action="append", default=[], help="a person who works for it")
    policy_change.add_period(parser)
    parser.add_argument("--evidence", metavar="FILE", default="", help="a document that shows it; kept by its digest")
    policy_change.add_lists(parser)


def run(options: Options) -> int:
    """Adds to the policy and records the whole of it."""
    from isolation.hooks.list_kinds import GROUPS
    from isolation.policy.writing import PolicyFile

    given = (options.name, options.kind, options.operator, options.since, options.until, options.evidence)
    if policy_change.list_asked(options, GROUPS, *given):
        return policy_change.run_list(options, GROUPS)
    policy_change.require("group", {"NAME": options.name})
    policy = PolicyFile(options.policy)
    members = options.accounts or options.operator or policy.group_accounts(options.name)
    policy_change.require("group", {"ACCOUNT": members})
    for operator in options.operator:
        policy_change.point_out_near("operator", operator, policy.operators())
    policy.put_group(
        options.name, options.accounts, kind=options.kind, operators=options.operator,
        evidence=policy_change.digest(options.evidence) if options.evidence else "", **policy_change.period(options),
    )  # fmt: skip
    said = message(
        "Declared in the group {name!r}: {names}",
        name=options.name,
        names=joined(", ", [*options.accounts, *options.operator] or members),
    )
    return policy_change.record(options, policy, said, options.accounts, group=options.name)
