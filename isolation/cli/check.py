"""The verdict for logging in here and now; records nothing and leaves no trace.

Exit 0 pass, 10 unknown, 11 collision.
"""

from __future__ import annotations

from isolation.cli import terminal
from isolation.cli.common import Options, load_policy, require_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from isolation.model import Identity, Verdict
    from isolation.policy import Policy

EXIT_CODES = {"pass": 0, "unknown": 10, "collision": 11, "error": 1}


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `check`."""
    from isolation.cli.login_options import add_login_options

    parser.add_argument("account", metavar="ACCOUNT", help="the account, as amazon:store-us or a plain name")
    add_login_options(parser)


def run(options: Options) -> int:
    """Prints the verdict and returns its exit code."""
    require_names(options)
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
        return no_ledger(options.account, options.operator, identity, policy)
    with ledger:
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

        terminal.emit(document(verdict) | ({} if session is None else {"session": session}))
        return
    from isolation.cli.words import verdict_text

    terminal.say(verdict_text(verdict))
