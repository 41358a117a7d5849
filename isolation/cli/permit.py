"""Say who may use which accounts, as what, and from when until when.

`--own-user`: by a user permission of the operator's own, as platforms ask for; `--client-credential`: with the
account's own credential, which is recorded and reported. `--until` alone ends what was permitted. Say it only if it is
true. With `--csv` every row of a list is taken (operator, account, user, role, from, until), or none; operator and
account may each name several, with semicolons between. Exit 0.
"""

from __future__ import annotations

import argparse

from isolation.cli import policy_change
from isolation.cli.common import Options
from isolation.messages import joined, message


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `permit`."""
    parser.add_argument("operator", metavar="OPERATOR", nargs="?", default="", help="the person at the keyboard")
    parser.add_argument("accounts", metavar="ACCOUNT", nargs="*", default=[], help="an account they may use")
    parser.add_argument("--role", metavar="ROLE", default="", help="what they do")
    user = parser.add_mutually_exclusive_group()
    user.add_argument(
        "--own-user", dest="user", action="store_const", const="own", default="", help="by a user of their own"
    )
    user.add_argument(
        "--client-credential", dest="user", action="store_const", const="client", help="with the client's credential"
    )
    policy_change.add_period(parser)
    policy_change.add_lists(parser)


def run(options: Options) -> int:
    """Adds to the policy, or ends what it says, and records the whole of it."""
    from isolation.hooks.list_kinds import PERMISSIONS
    from isolation.policy.writing import PolicyFile

    said = (options.operator, options.role, options.user, options.since, options.until)
    if policy_change.list_asked(options, PERMISSIONS, *said):
        return policy_change.run_list(options, PERMISSIONS)
    policy_change.require("permit", {"OPERATOR": options.operator, "ACCOUNT": options.accounts})
    ends = options.until and not options.user and not options.since and not options.role
    policy_change.require("permit", {"--own-user or --client-credential": options.user or ends})
    policy = PolicyFile(options.policy)
    policy_change.point_out_near("operator", options.operator, policy.operators())
    when = policy_change.period(options)
    names = joined(", ", options.accounts)
    if ends:
        policy.end_permission(options.operator, options.accounts, when["until"])
        text = message(
            "What {operator} may do with {names} ends on {until}",
            operator=options.operator,
            names=names,
            until=options.until,
        )
    else:
        policy.put_permission(options.operator, options.accounts, user=options.user, role=options.role, **when)
        text = message("{operator} may use {names}", operator=options.operator, names=names)
    return policy_change.record(options, policy, text, options.accounts, operator=options.operator)
