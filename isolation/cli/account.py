"""Say of an account whose it is, under which other names it goes, and where it is meant to be used.

Other names are unified marketplaces, earlier names, logins of a log: uses under them are read as this account's, and
nothing stored is changed. `--machine` and `--network` name labels; use elsewhere is reported from then on.
With `--csv` every row of a list is taken (account, platform, owner, aliases, machines, networks), or none. Exit 0.
"""

from __future__ import annotations

import argparse

from isolation.cli import policy_change, terminal
from isolation.cli.common import Options
from isolation.messages import message


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `account`."""
    many = {"action": "append", "default": []}
    parser.add_argument("account", metavar="ACCOUNT", nargs="?", default="", help="as amazon:store-us, or a plain name")
    parser.add_argument("--platform", metavar="NAME", default="", help="what its name does not tell")
    parser.add_argument("--owner", metavar="WHO", default="", help="whose account it is")
    parser.add_argument("--alias", metavar="NAME", **many, help="another name of the same account")  # type: ignore[arg-type]  # as argparse takes them
    parser.add_argument("--machine", metavar="LABEL", **many, help="a machine it is used from")  # type: ignore[arg-type]  # as above
    parser.add_argument("--network", metavar="LABEL", **many, help="a network it is used from")  # type: ignore[arg-type]  # as above
    policy_change.add_lists(parser)


def run(options: Options) -> int:
    """Adds to the policy and records the whole of it."""
    from isolation.hooks.list_kinds import ACCOUNTS
    from isolation.policy.writing import PolicyFile

    said = (options.platform, options.owner, options.alias, options.machine, options.network)
    if policy_change.list_asked(options, ACCOUNTS, options.account, *said):
        return policy_change.run_list(options, ACCOUNTS)
    policy_change.require("account", {"ACCOUNT": options.account})
    policy = PolicyFile(options.policy)
    for label in (*options.machine, *options.network):
        policy_change.point_out_near("label", label, policy.labels())
        if not policy.has_label(label):
            terminal.note(
                message(
                    "isolation: the label {label} is new; `isolation name` learns, at it, what it stands for.",
                    label=label,
                )
            )
    policy.put_account(
        options.account, platform=options.platform, owner=options.owner, aliases=options.alias,
        machines=options.machine, networks=options.network,
    )  # fmt: skip
    return policy_change.record(
        options,
        policy,
        message("The policy has {account}", account=options.account),
        [options.account],
        account=options.account,
    )
