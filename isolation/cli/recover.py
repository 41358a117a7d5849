"""Show what this computer itself remembers of seller accounts, and record what you say whose it was.

Browsers remember visits of the known platforms' seller pages, the system which networks it was on. Only these are
read, from copies; nothing of the browser or the system is changed. Whose account a visit belonged to no browser says:
on a terminal you are asked, otherwise name it with --account. Exit 0.
"""

from __future__ import annotations

import argparse

from isolation.cli import terminal
from isolation.cli.common import Options, open_for_recording, point_out_near_name
from isolation.cli.progress import Progress
from isolation.cli.recover_words import document, left_out, memory_text, sample_text, suggestions
from isolation.messages import message, plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections import Counter

    from isolation.history.recover.found import Candidate
    from isolation.history.recover.visits import Use
    from isolation.hooks.recover import Assignment, Memory, Period


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `recover`."""
    parser.add_argument(
        "--account", metavar="FOUND=ACCOUNT", action="append", default=[],
        help="whose uses these were: FOUND is an id as shown (chrome/Default/amazon), or that and a host "
        "(chrome/Default/amazon/sellercentral.amazon.co.jp)",
    )  # fmt: skip
    parser.add_argument("--since", metavar="T", default="", help="only uses that began at this time or later")
    parser.add_argument("--until", metavar="T", default="", help="only uses that began before this time")
    parser.add_argument("--tz", metavar="ZONE", default="", help="the zone of these times, and of exported ones")
    parser.add_argument("--operator", metavar="NAME", default="", help="the person who was at the keyboard")
    parser.add_argument(
        "--browser-data", metavar="FOLDER", action="append", default=[],
        help="a browser's data that lies elsewhere: its folder of profiles, or one profile",
    )  # fmt: skip
    parser.add_argument(
        "--from", dest="exports", metavar="FILE", action="append", default=[],
        help="this computer's networks, exported: by `reg export`, `wevtutil` (XML or .evtx) or `journalctl -o json`, "
        "or a copy of NetworkManager's or macOS' own files",
    )  # fmt: skip
    parser.add_argument("--encoding", metavar="E", default=None, help="the text's encoding, where it cannot be told")
    parser.add_argument("--dry-run", action="store_true", help="show what would be recorded; record nothing")


def run(options: Options) -> int:
    """Looks, shows, asks, records."""
    from isolation.hooks.recover import assign, remember
    from isolation.times import zone_named

    if options.operator:
        from isolation.identifiers.accounts import operator_key

        operator_key(options.operator)
    zone = zone_named(options.tz) if options.tz else None
    period = _period(options)
    memory = remember(browser_data=options.browser_data, exports=options.exports, zone=zone, encoding=options.encoding)
    assignments = assign(memory, options.account)
    if not options.json:
        terminal.say(memory_text(memory, period))
    if not assignments and not options.json and not options.dry_run and terminal.is_interactive():
        assignments = _ask(memory, period)
    counted = None if options.dry_run or not assignments else _record(memory, assignments, period, options)
    if options.json:
        terminal.emit(document(memory, assignments, period, counted, dry_run=options.dry_run))
    else:
        terminal.say(*_outcome(memory, assignments, period, counted, options))
    return 0


def _period(options: Options) -> Period:
    from isolation.hooks.recover import Period
    from isolation.times import parse_time, zone_named

    zone = zone_named(options.tz) if options.tz else None
    since, until = (
        parse_time(text, zone, whole_days=True) if text else None for text in (options.since, options.until)
    )
    return Period(since, until)


def _ask(memory: Memory, period: Period) -> list[Assignment]:
    """Whose uses each candidate's were, from the person at the terminal; Enter leaves it."""
    found: list[Assignment] = []
    if memory.candidates:
        terminal.note("Whose account was it? Write it as amazon:store-us. Press Enter where you cannot tell.")
    for candidate in memory.candidates:
        found += _ask_for(memory, candidate, period)
    uses = sum(len(_wanted(memory, one, period)) for one in found)
    if not found:
        return []
    question = plural("Record {count} use as imported? (Y/n)", "Record {count} uses as imported? (Y/n)", uses)
    answer = terminal.ask(question)
    return found if answer is not None and answer.lower() in ("", *terminal.YES) else []


def _ask_for(memory: Memory, candidate: Candidate, period: Period) -> list[Assignment]:
    """The accounts of one candidate: one for all hosts, or one for each."""
    from isolation.hooks.recover import Assignment

    whole = Assignment(candidate, "", "")
    if not _wanted(memory, whole, period):
        return []
    if len(candidate.hosts) == 1:
        account = _account(message("{found}:", found=whole.id))
    else:
        account = _account(
            message("{found} (one account on all hosts? Enter: each host is asked about):", found=whole.id)
        )
    if account:
        return [whole._replace(account=account)]
    parts = [Assignment(candidate, host, "") for host in candidate.hosts] if len(candidate.hosts) > 1 else []
    named = [
        part._replace(account=_account(message("{found}:", found=part.id)))
        for part in parts
        if _wanted(memory, part, period)
    ]
    return [part for part in named if part.account]


def _wanted(memory: Memory, assignment: Assignment, period: Period) -> list[Use]:
    from isolation.hooks.recover import wanted

    return wanted(memory, assignment, period)


def _account(question: str) -> str:
    from isolation.errors import BadIdentifier
    from isolation.identifiers.accounts import account_spelling

    while answer := terminal.ask(question):
        try:
            return account_spelling(answer)
        except BadIdentifier as problem:
            terminal.note(str(problem))
    return ""


def _record(memory: Memory, assignments: list[Assignment], period: Period, options: Options) -> Counter[str]:
    from isolation.hooks.recover import record
    from isolation.probes import probe

    identity = probe(wifi=False)
    with open_for_recording(options) as ledger:
        for account in dict.fromkeys(assignment.account for assignment in assignments):
            point_out_near_name(ledger, account)
        total = sum(len(_wanted(memory, one, period)) for one in assignments)
        with Progress(message("uses")) as progress:
            return record(
                ledger, memory, assignments, identity, period=period, operator=options.operator,
                progress=lambda done: progress.at(done, total),
            )  # fmt: skip


def _outcome(
    memory: Memory, assignments: list[Assignment], period: Period, counted: Counter[str] | None, options: Options
) -> list[str]:
    """What became of it, as lines."""
    if not assignments:
        return [suggestions(memory, period, options)]
    if counted is None:
        lines = [sample_text(memory, assignments, period), message("Nothing was recorded: this was a dry run.")]
    else:
        lines = [
            message(
                "{recorded} recorded as imported, {known} known already, {amended} amended. `isolation audit` shows "
                "what they touch.",
                recorded=counted["recorded"], known=counted["duplicate"], amended=counted["amended"],
            )
        ]  # fmt: skip
    return [*lines, *filter(None, [left_out(memory, assignments)])]
