"""Say how an account stands with its platform, and from which day on.

Contact with a deactivated account counts for all accounts that it touched, also before that day. With `--csv` every
row of a list is taken (account, state, from), or none. Exit 0.
"""

from __future__ import annotations

import argparse

from isolation.cli import policy_change
from isolation.cli.common import Options
from isolation.messages import message


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `standing`."""
    from isolation.policy.accounts import STATES

    parser.add_argument("account", metavar="ACCOUNT", nargs="?", default="", help="the account")
    parser.add_argument("state", choices=STATES, metavar="|".join(STATES), nargs="?", help="how it stands")
    parser.add_argument("--from", dest="since", metavar="DATE", default="", help="since when, as 2026-01-31")
    policy_change.add_lists(parser)


_WORDS = {"good": message("good"), "at_risk": message("at risk"), "deactivated": message("deactivated")}


def run(options: Options) -> int:
    """Adds to the policy and records the whole of it."""
    from isolation.hooks.list_kinds import STANDINGS
    from isolation.policy.moments import day_of
    from isolation.policy.writing import PolicyFile

    if policy_change.list_asked(options, STANDINGS, options.account, options.state, options.since):
        return policy_change.run_list(options, STANDINGS)
    policy_change.require(
        "standing",
        {"ACCOUNT": options.account, message("good, at_risk or deactivated"): options.state, "--from": options.since},
    )
    policy = PolicyFile(options.policy)
    policy.put_standing(options.account, options.state, day_of(options.since))
    said = message(
        "{account} is {state} from {since} on",
        account=options.account,
        state=_WORDS[options.state],
        since=options.since,
    )
    return policy_change.record(options, policy, said, [options.account], account=options.account)
