"""Record a use that a person tells of: no log shows it, and every report says so.

`--machine this` and `--network this` mean this machine and the network it is on now; any other name is a label, and
stands for what `isolation name` learnt under it. Exit 0.
"""

from __future__ import annotations

import argparse

from isolation.cli import terminal
from isolation.cli.common import Options, open_for_recording, point_out_near_name, require_names
from isolation.cli.policy_change import digest
from isolation.errors import UsageError
from isolation.messages import message
from isolation.model import CHANNELS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.ledger import Ledger
    from isolation.model import Reading


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `declare`."""
    parser.add_argument("account", metavar="ACCOUNT", help="the account that was used")
    parser.add_argument("--time", metavar="T", required=True, help="when it was used")
    parser.add_argument("--until", metavar="T", default="", help="when that use ended")
    parser.add_argument("--tz", metavar="ZONE", default="", help="the zone of times without an offset")
    parser.add_argument("--machine", metavar="LABEL", default="", help="`this`, or a name for the machine")
    parser.add_argument("--network", metavar="LABEL", default="", help="`this`, or a name for the network")
    parser.add_argument("--operator", metavar="NAME", default="", help="the person at the keyboard")
    parser.add_argument("--channel", choices=CHANNELS, default="ui", help="how the account was used (ui)")
    parser.add_argument("--evidence", metavar="FILE", default="", help="a document that shows it; kept by its digest")


def run(options: Options) -> int:
    """Records the declared use."""
    import time

    from isolation.identifiers.accounts import account_spelling, label_key
    from isolation.model import Session
    from isolation.times import parse_time, zone_named

    require_names(options)
    for label in filter(None, (options.machine, options.network)):
        label_key(label)
    zone = zone_named(options.tz) if options.tz else None
    begin = parse_time(options.time, zone, whole_days=True)
    end = parse_time(options.until, zone, whole_days=True) if options.until else None
    if max(begin, end or begin) > time.time_ns() // 1000:
        raise UsageError("A use in the future cannot be declared.", "Check --time, --until and --tz.")
    if begin < 0:
        raise UsageError("A use before 1970 cannot be declared.", "Check --time and --tz.")
    if end is not None and end < begin:
        raise UsageError("The use ends before it begins.", "Check --time and --until.")
    session = Session(
        account_spelling(options.account), begin, end=end, operator=options.operator, channel=options.channel,
        provenance="declared", readings=_here(options), source="declare",
        machine=options.machine, network=options.network,
        evidence=digest(options.evidence) if options.evidence else "",
    )  # fmt: skip
    with open_for_recording(options) as ledger:
        point_out_near_name(ledger, session.account)
        session = session.replace(readings=session.readings + _learnt(ledger, options))
        with ledger.writing() as log:
            entry = log.add_session(session)
    if options.json:
        terminal.emit({"schema": "isolation.declare/1", "session": entry, "account": session.account})
    else:
        terminal.say(
            message("Recorded as declared by you: {account}, entry {entry}.", account=session.account, entry=entry)
        )
        if not session.readings:
            terminal.say("It names no machine or network that the ledger knows, so it links to no other account.")
            terminal.say("`isolation name` learns, at it, what a label stands for.")
    return 0


def _here(options: Options) -> tuple[Reading, ...]:
    """This machine's or network's own readings, where `this` was said."""
    from isolation.model import MACHINE_FACTS, NETWORK_FACTS
    from isolation.probes import probe

    facts = (MACHINE_FACTS if options.machine == "this" else ()) + (NETWORK_FACTS if options.network == "this" else ())
    if not facts:
        return ()
    return tuple(reading for reading in probe().identifying() if reading.fact in facts)


def _learnt(ledger: Ledger, options: Options) -> tuple[Reading, ...]:
    """What the labels were learnt to stand for; none where the log cannot be opened for now."""
    from isolation.errors import KeyUnavailable
    from isolation.hooks.naming import labelled_readings
    from isolation.model import MACHINE_FACTS, NETWORK_FACTS

    labels = [(options.machine, MACHINE_FACTS), (options.network, NETWORK_FACTS)]
    with ledger.reading() as reader:
        try:
            return tuple(
                reading
                for label, facts in labels
                if label not in ("", "this")
                for reading in labelled_readings(reader, label, facts)
            )
        except KeyUnavailable as problem:
            terminal.note(
                message("isolation: What the labels stand for cannot be told: {message}", message=problem.message)
            )
            return ()
