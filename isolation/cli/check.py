"""The verdict for logging in here and now; records nothing and leaves no trace.

Exit 0 pass, 10 unknown, 11 collision.
"""

from __future__ import annotations

from isolation.cli import terminal
from isolation.cli.common import Options, load_policy, require_names
from isolation.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from isolation.model import Identity, Verdict
    from isolation.policy import Policy

EXIT_CODES = {"pass": 0, "unknown": 10, "collision": 11, "error": 1}


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `check`."""
    from isolation.cli.login_options import Once, add_login_options

    parser.add_argument("account", metavar="ACCOUNT", help="the account, as amazon:store-us or a plain name")
    add_login_options(parser)
    parser.add_argument(
        "--at-machine",
        metavar="LABEL",
        action=Once,
        default="",
        help="as if on the machine that has this label",
    )
    parser.add_argument(
        "--at-network",
        metavar="LABEL",
        action=Once,
        default="",
        help="as if on the network that has this label",
    )


def run(options: Options) -> int:
    """Prints the verdict and returns its exit code."""
    require_names(options)
    if options.at_network and (options.proxy or options.proxy_env or options.public_ip):
        raise UsageError(
            "A public address is read here and now, not at --at-network.",
            "Leave out --proxy, --proxy-env, --public-ip.",
        )
    policy = load_policy(options)
    verdict = look(options, policy)
    show(verdict, options)
    return EXIT_CODES[verdict.outcome]


def look(options: Options, policy: Policy) -> Verdict:
    """The verdict for this login, from a ledger opened read-only; unknown where there is none yet."""
    from isolation.ledger import Ledger, LedgerMissing
    from isolation.verdict import check_login, no_ledger

    identity = present_identity(options, policy)
    try:
        ledger = Ledger.open(options.ledger, read_only=True)
    except LedgerMissing:
        if options.at_machine or options.at_network:
            raise  # nothing can know what the label stands for
        return no_ledger(options.account, options.operator, identity, policy)
    with ledger:
        if options.at_machine or options.at_network:
            from isolation.hooks.elsewhere import identity_at

            with ledger.reading() as reader:
                identity = identity_at(reader, policy, identity, options.at_machine, options.at_network)
        return check_login(
            ledger, options.account, identity, operator=options.operator, channel=options.channel, policy=policy
        )


def present_identity(options: Options, policy: Policy) -> Identity:
    """This machine's readings, with the public address where it was asked for."""
    from isolation.probes import probe

    if not (options.public_ip or options.proxy or options.proxy_env or policy.services4 or policy.services6):
        return probe()
    from isolation.cli.login_options import public_address_settings

    return probe(public_ip=public_address_settings(options, policy))


def show(verdict: Verdict, options: Options, session: int | None = None) -> None:
    """Prints a verdict, with the number of the session where one was recorded."""
    if options.json:
        from isolation.reports.documents import verdict as document

        at = {"machine": options.at_machine or None, "network": options.at_network or None}
        told = {"at": at if any(at.values()) else None} | ({} if session is None else {"session": session})
        terminal.emit(document(verdict) | told)
        return
    from isolation.cli.verdict_words import verdict_lines

    terminal.show(verdict_lines(verdict, (options.at_machine, options.at_network)))
