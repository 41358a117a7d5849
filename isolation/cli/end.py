"""End a session: the one named, or the latest that is open.

Exit 0, or 2 where none is open.
"""

from __future__ import annotations

import argparse

from isolation.cli import terminal
from isolation.cli.common import Options
from isolation.errors import UsageError
from isolation.messages import message


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `end`."""
    parser.add_argument("session", metavar="SESSION", nargs="?", default="", help="the number that `begin` printed")


def run(options: Options) -> int:
    """Ends the session and says which."""
    from isolation.hooks.session import end_session
    from isolation.ledger import Ledger

    wanted = None
    if options.session:
        if not (options.session.isascii() and options.session.isdigit()):
            raise UsageError(
                message("{session!r} is not the number of a session.", session=options.session),
                "`isolation begin` prints it.",
            )
        wanted = int(options.session)
    with Ledger.open(options.ledger, create=False) as ledger:
        entry = end_session(ledger, wanted)
    if options.json:
        terminal.emit({"schema": "isolation.end/1", "session": entry})
    else:
        terminal.say(message("Session {entry} has ended.", entry=entry))
    return 0
