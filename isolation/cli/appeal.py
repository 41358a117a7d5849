"""From a platform's notice and the ledger: the reasons it names, what to hand in, what is missing.

It reads the notice (.eml, .html, .pdf, .txt) and writes into DIR: what the notice says with its very words, a
chronology tied to the ledger's entries, the documents that are asked for, a plan-of-action worksheet, and what to have
at hand for each way back; beside them the audit report and the proof bundle of the account, and an index with digests.
Whether the other account is yours, known to you or unknown is never concluded: say it with --case, or answer on a
terminal.

--lint FILE checks a draft of a plan of action instead: its form, blame, claims without evidence or beyond what is
covered, and, with ACCOUNT, whether its dates agree with the ledger in --tz.

Exit 0 whatever it finds; with --lint 11 where something is to be mended, 10 where nothing is and a part could not be
checked.
"""

from __future__ import annotations

import argparse

from isolation.cli import terminal
from isolation.cli.common import Options, load_policy
from isolation.errors import UsageError
from isolation.messages import joined, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.appeal.case import Case
    from isolation.appeal.making import Told
    from isolation.appeal.notice import Notice
    from isolation.appeal.pack import Read
    from isolation.appeal.record import Record
    from isolation.ledger import Ledger
    from isolation.policy import Policy
    from isolation.reports.frame import Frame


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `appeal`."""
    from isolation.appeal.phrases import REASONS
    from isolation.appeal.required import DOCUMENTS
    from isolation.appeal.submission import LANGUAGES

    parser.add_argument(
        "account", metavar="ACCOUNT", nargs="?", default="", help="the account that the notice is about"
    )
    parser.add_argument("--notice", metavar="FILE", default="", help="the platform's notice")
    parser.add_argument("-o", "--output", metavar="DIR", default="", help="the folder to write into; new or empty")
    parser.add_argument("--overwrite", action="store_true", help="replace files of an earlier pack in DIR")
    parser.add_argument(
        "--encoding", metavar="E", default="", help="how a text notice is written, where it cannot be told"
    )
    parser.add_argument(
        "--reason", metavar="ID", action="append", default=[],
        help=message("a reason that the notice gives, as you read it: {reasons}", reasons=', '.join(REASONS)),
    )  # fmt: skip
    parser.add_argument(
        "--associated", metavar="B", action="append", default=[], help="the other account, by its name in the ledger"
    )
    parser.add_argument("--case", choices=("mine", "known", "unknown"), default="", help="whose the other account is")
    parser.add_argument("--access", metavar="TEXT", default="", help="who else has had access to the account")
    parser.add_argument(
        "--have", metavar="ID[=DATE]", action="append", default=[],
        help=message("a document that is at hand, with its date: {documents}", documents=', '.join(DOCUMENTS)),
    )  # fmt: skip
    parser.add_argument("--disclose", metavar="B", action="append", default=[], help="name this account in the bundle")
    parser.add_argument("--submission-lang", choices=LANGUAGES, default="", help="the language of what is handed in")
    parser.add_argument("--lint", metavar="FILE", default="", help="check this draft of a plan of action")
    parser.add_argument(
        "--tz", metavar="ZONE", default="UTC", help="the zone in which dates are printed and read (UTC)"
    )


def run(options: Options) -> int:
    """Writes the pack, or checks a draft."""
    if options.lint:
        from isolation.cli.appeal_lint import run_lint

        return run_lint(options)
    from isolation.appeal.making import further_files
    from isolation.appeal.notice import read_notice
    from isolation.appeal.pack import make_folder, require_empty, write_pack

    for what, value in (
        (message("The account"), options.account), (message("The notice (--notice FILE)"), options.notice),
        (message("The folder (-o DIR)"), options.output),
    ):  # fmt: skip
        if not value:
            raise UsageError(
                message("{what} is not given.", what=what), "`isolation appeal --help` shows how to call it."
            )
    notice = read_notice(options.notice, options.encoding)
    require_empty(options.output, overwrite=options.overwrite)
    policy = load_policy(options)
    ledger = open_if_there(options)
    try:
        read, frame = _read(options, policy, ledger, notice)
        make_folder(options.output)  # before the bundle is recorded
        extras = further_files(ledger, policy, options.account, frame, options.disclose, terminal.spoken())
    finally:
        if ledger is not None:
            ledger.close()
    index = write_pack(read, options.output, terminal.spoken(), extras)
    if options.json:
        terminal.emit(index)
    else:
        _print(read, options.output, len(index["files"]))
    return 0


def open_if_there(options: Options) -> Ledger | None:
    """The ledger; None, with a remark, where there is none yet."""
    from isolation.ledger import Ledger
    from isolation.ledger.database import LedgerMissing

    try:
        return Ledger.open(options.ledger, create=False)
    except LedgerMissing:
        terminal.note("isolation: There is no ledger here; nothing is tied to a record.")
        return None


def _read(options: Options, policy: Policy, ledger: Ledger | None, notice: Notice) -> tuple[Read, Frame | None]:
    import time

    from isolation.appeal.chronology import Zone
    from isolation.appeal.making import on_record, told_by
    from isolation.appeal.marketplace import language_for
    from isolation.appeal.pack import Read
    from isolation.appeal.required import checked, needed, parse_having
    from isolation.cli.appeal_questions import ask_documents
    from isolation.reports.frame import Frame
    from isolation.times import zone_named

    zone = Zone(options.tz, zone_named(options.tz))
    having = parse_having(options.have)
    told = told_by(notice, options.reason)
    record, could_be, audit = on_record(
        ledger, policy, options.account, options.associated, [one.text for one in told.stores]
    )  # fmt: skip
    if ledger is not None and audit is None:
        _note_unknown(ledger, record.account)
    case = _case(options, policy, told, record)
    ids = needed(told.reasons, case)
    having = ask_documents(ids, having)
    chosen = language_for(record.account, notice, options.submission_lang)
    documents = checked(ids, having, ledger.clock() if ledger is not None else time.time_ns() // 1000, zone.zone)
    read = Read(
        notice, told.reasons, told.stores, told.cases, told.dates, record, could_be, case, documents, chosen,
        zone,
    )  # fmt: skip
    return read, None if audit is None else Frame(audit, zone.zone, zone.name, notice.sent)


def _note_unknown(ledger: Ledger, account: str) -> None:
    from isolation.hooks.names import near_accounts

    alike = joined(", ", near_accounts(ledger, account))
    like = message(" Is it {names}?", names=alike) if alike else ""
    terminal.note(message("isolation: The ledger has no use of {account}.{like}", account=account, like=like))


def _case(options: Options, policy: Policy, told: Told, record: Record) -> Case | None:
    from isolation.appeal.case import case_of
    from isolation.cli.appeal_questions import ask_case

    if not (told.is_about_another() or options.case or options.associated):
        return None
    case = case_of(record, policy, options.case, options.access)
    if case.kind:
        return case
    kind, access = ask_case([one.text for one in told.stores])
    return case_of(record, policy, kind, options.access or access)


def _print(read: Read, folder: str, files: int) -> None:
    from isolation.appeal.guide import NOTE, reason_line

    if not read.reasons:
        terminal.say(message("No reason was recognised in the notice."))
    for reason in read.reasons:
        terminal.say(reason_line(reason))
        for one in reason.quotes:
            terminal.say(message("   {place}, line {line}: “{words}”", place=one.place, line=one.line, words=one.words))
    if read.stores:
        terminal.say(message("Associated store: {names}", names=joined(", ", [one.text for one in read.stores])))
    if read.could_be:
        names = joined(", ", read.could_be)
        terminal.say(message("It could be {names}; say with --associated which, if it is one.", names=names))
    if read.case is not None:
        terminal.say(read.case.words())
        for conflict in read.case.conflicts:
            terminal.say(conflict)
    for gap in read.notice.gaps:
        terminal.say(gap)
    missing = [one.name for one in read.documents if one.state not in ("at-hand", "not-needed")]
    if missing:
        terminal.say(message("Missing or to be checked: {names}", names=joined("; ", missing)))
    terminal.say(read.chosen.words())
    terminal.say(message("Wrote {count} files into {folder}; begin with README.", count=files + 1, folder=folder))
    terminal.say(NOTE)
