"""Read this machine and its network, and say of everything what was read, from where, or why not.

Exit 0.
"""

from __future__ import annotations

from isolation.cli import terminal
from isolation.cli.check import present_identity
from isolation.cli.common import Options, load_policy

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `probe`."""
    from isolation.cli.login_options import add_path_options

    add_path_options(parser)


def run(options: Options) -> int:
    """Prints the readings."""
    identity = present_identity(options, load_policy(options))
    if options.json:
        from isolation.reports.documents import probe

        terminal.emit(probe(identity))
    else:
        from isolation.cli.words import readings_text

        terminal.say(readings_text(identity))
    return 0
