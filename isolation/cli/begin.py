"""Check, then record the begin of a session; a collision records the refusal and stops.

Exit 0 pass (or forced), 10 unknown (recorded, unless the policy blocks), 11 collision.
"""

from __future__ import annotations

import argparse

from isolation.cli import terminal
from isolation.cli.check import EXIT_CODES, present_identity, show
from isolation.cli.common import Options, load_policy, open_for_recording, point_out_near_name, require_names
from isolation.cli.login_options import add_login_options
from isolation.errors import Collision, Unknown, UsageError
from isolation.messages import message


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `begin`."""
    parser.add_argument("account", metavar="ACCOUNT", help="the account, as amazon:store-us or a plain name")
    add_login_options(parser)
    parser.add_argument("--force", metavar="REASON", default=None, help="go on in spite of a collision; recorded")
    parser.add_argument("--allow-unknown", action="store_true", help="exit 0 where the outcome is unknown")


def run(options: Options) -> int:
    """Prints the verdict and the number of the session."""
    from isolation.hooks.session import begin_session

    require_names(options)
    force = _reason(options.force)
    policy = load_policy(options)
    with open_for_recording(options) as ledger:
        identity = present_identity(options, policy)
        point_out_near_name(ledger, options.account)
        try:
            session = begin_session(
                ledger, options.account, identity, operator=options.operator, channel=options.channel,
                force=force, policy=policy,
            )  # fmt: skip
        except (Collision, Unknown) as refused:
            show(refused.verdict, options)
            terminal.note(message("isolation: not begun: {message}", message=refused.message))
            return refused.exit_code
    show(session.verdict, options, session.entry)
    if not options.json:
        terminal.say(message("Session {entry} has begun; `isolation end {entry}` ends it.", entry=session.entry))
    if session.verdict.outcome == "collision" or (session.verdict.outcome == "unknown" and options.allow_unknown):
        return 0  # forced or allowed: recorded as such, the outcome stays
    return EXIT_CODES[session.verdict.outcome]


def _reason(force: str | None) -> str:
    """The reason to go on, "" where `--force` was not given; a reason without a word is none."""
    if force is not None and not force.strip():
        raise UsageError("--force needs a reason.", "Write why you go on: it is recorded, and reports show it.")
    return (force or "").strip()
