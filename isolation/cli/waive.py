"""Accept a finding for certain accounts, with a reason and an end.

Also how contact with a deactivated account is acknowledged. The finding stays in every report, as waived, and is
counted; from the day of `--until` on it is open again. With `--group` the accounts that the group has now are written
down; one that joins it later is not covered. With `--csv` every row of a list is taken (waiver, accounts, rule, label,
owner, reason, document, from, until), or none. Exit 0.
"""

from __future__ import annotations

import argparse

from isolation.cli import policy_change
from isolation.cli.common import Options
from isolation.errors import UsageError
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.policy.writing import PolicyFile


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `waive`."""
    parser.add_argument("name", metavar="NAME", nargs="?", default="", help="a name for the waiver, or of one to renew")
    parser.add_argument("--account", metavar="A", action="append", default=[], help="an account that it covers")
    parser.add_argument("--group", metavar="NAME", default="", help="the accounts of this group")
    parser.add_argument("--rule", metavar="ID", default="", help="the rule; without it, any")
    parser.add_argument("--label", metavar="LABEL", default="", help="the machine or network; without it, anywhere")
    parser.add_argument("--owner", metavar="WHO", default="", help="who accepts it")
    parser.add_argument("--reason", metavar="TEXT", default="", help="why")
    parser.add_argument("--document", metavar="FILE", default="", help="what shows it; kept by its digest")
    policy_change.add_period(parser)
    policy_change.add_lists(parser)


def run(options: Options) -> int:
    """Adds to the policy and records the whole of it."""
    import datetime
    import time

    from isolation.hooks.list_kinds import WAIVERS
    from isolation.policy.moments import microseconds
    from isolation.policy.writing import PolicyFile

    said = (options.account, options.group, options.rule, options.label, options.owner, options.reason)
    if policy_change.list_asked(options, WAIVERS, options.name, *said, options.since, options.until):
        return policy_change.run_list(options, WAIVERS)
    policy = PolicyFile(options.policy)
    name = options.name or policy.new_waiver()
    renews = policy.has_waiver(name)
    accounts = _accounts(options, policy)
    policy_change.require("waive", {"--until": options.until})
    if not renews:
        policy_change.require("waive", {"--account": accounts, "--owner": options.owner, "--reason": options.reason})
    when = policy_change.period(options)
    if not renews and when["from"] is None:
        when["from"] = datetime.datetime.now(datetime.UTC).date()
    if when["until"] is not None and microseconds(when["until"]) <= time.time_ns() // 1000:
        raise UsageError(
            message("{until} is past: the waiver would have expired already.", until=options.until),
            "Name a day to come.",
        )
    document = policy_change.digest(options.document) if options.document else ""
    policy.put_waiver(
        name, accounts, rule=options.rule, label=options.label, owner=options.owner, reason=options.reason,
        document=document, **when,
    )  # fmt: skip
    text = message("Accepted until {until}, under the name {name!r}", until=options.until, name=name)
    return policy_change.record(options, policy, text, options.account, waiver=name)


def _accounts(options: Options, policy: PolicyFile) -> list[str]:
    if not options.group:
        return list(options.account)
    members = policy.group_accounts(options.group)
    if not members:
        raise UsageError(
            message("The policy has no group {group!r} with accounts.", group=options.group),
            "Name accounts with --account.",
        )
    return [*options.account, *members]
