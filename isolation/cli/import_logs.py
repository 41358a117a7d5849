"""Record sessions that other tools logged; running it again records nothing twice.

Only the account and the time must be mapped; for a table without --map a mapping is proposed. Exit 0,
12 where rows were rejected, 2 where a file cannot be used.
"""

from __future__ import annotations

import argparse
import gc
import os
import time

from isolation.cli import terminal
from isolation.cli.common import Options, open_for_recording
from isolation.cli.import_words import document, print_results, show
from isolation.cli.progress import Progress
from isolation.errors import LedgerError, UsageError
from isolation.messages import joined, message
from isolation.system_words import why_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import ExitStack

    from isolation.history import Copies, ImportSource, Rejected, Unmapped
    from isolation.history.proposals import File
    from isolation.history.rejects import Spool
    from isolation.hooks.import_history import ImportResult
    from isolation.ledger import Ledger
    from isolation.ledger.joining import Joined
    from isolation.ledger.scan_joining import JoinedScans
    from isolation.model import Session

_GARBAGE = 100_000  # new objects between two looks for cycles


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `import`."""
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="*",
        help="a log, a folder or a ZIP archive of logs, or one file in it (logs.zip/may.csv); - is standard input",
    )  # fmt: skip
    parser.add_argument("--list", action="store_true", help="list the formats")
    parser.add_argument("--as", dest="as_format", metavar="FORMAT", default=None, help="do not guess the format")
    parser.add_argument(
        "--map", dest="mapped", metavar="FIELD=COLUMN", action="append", default=[],
        help="which column is what; fields: account time end public_ip local_ip device_id hardware_mac gateway_mac "
        "bssid ssid operator channel success record",
    )  # fmt: skip
    parser.add_argument("--sheet", metavar="NAME", default="", help="the sheet of a workbook")
    parser.add_argument(
        "--date-order", choices=("day-first", "month-first"), default="", help="how dates like 03/04/2026 are meant"
    )
    parser.add_argument(
        "--mixed-dates", choices=("as-written", "swapped", "reject"), default="",
        help="what is true of dates with the year first where a spreadsheet has probably converted half of a column",
    )  # fmt: skip
    parser.add_argument("--tz", metavar="ZONE", default="", help="the zone of times without an offset")
    parser.add_argument(
        "--year", metavar="Y", default="", help="the year of times without one; 2025-2026 over New Year"
    )
    parser.add_argument("--lease-time", metavar="D", default="", help="how long the router's leases are, like 12h")
    parser.add_argument("--site", metavar="NAME", default="", help="the site whose private addresses these are")
    parser.add_argument("--encoding", metavar="E", default=None, help="the text's encoding, where it cannot be told")
    parser.add_argument(
        "--user-as", choices=("account", "operator"), default="operator",
        help="whether the user of a workforce log (Microsoft 365, Okta, …) is a seller account, or an operator",
    )  # fmt: skip
    parser.add_argument("--rejects", metavar="FILE", default="", help="write the rejected rows to this CSV file")
    parser.add_argument("--dry-run", action="store_true", help="show what would be read; record nothing")


def run(options: Options) -> int:
    """Imports the files and says what became of their rows."""
    from contextlib import ExitStack

    if options.list:
        return _list(options)
    # Rows are many small objects that go as they came; looking for cycles among them takes a tenth of the time.
    gc.set_threshold(_GARBAGE)
    if not all(options.files) or not options.files:
        raise UsageError("No file to import is named.", "`isolation import --help` shows how to call it.")
    found = _Found()
    with ExitStack() as stack:
        stack.callback(found.copies.close)
        sources = _settled(options, stack, found)
        if sources is None:
            return 2
        _require_place(options.rejects, options.files)
        if options.dry_run:
            code = _rehearse(sources, found, options)
        else:
            results, joined, scans = _import(sources, options)
            results += _unread(found)
            _keep_rejects(results, options.rejects)
            show(results, joined, scans, options)
            code = 12 if any(result.rejected for result in results) else 0
        _say_later(found, options)
    return code


class _Found:
    """What there is beside the logs that are read: copies of what cannot be read twice, files of folders that are no
    log, and tables that are to be read by commands of their own.
    """

    def __init__(self) -> None:
        from isolation.history import Copies

        self.copies = Copies()
        self.unused: dict[str, Rejected] = {}
        self.unmapped: list[File] = []
        self.later: list[str] = []

    def pass_over(self, unused: Iterable[Rejected]) -> None:
        """Keeps what cannot be used, each file once, since it may be looked at again."""
        for one in unused:
            self.unused.setdefault(one.file, one)


def _say_later(found: _Found, options: Options) -> None:
    """The commands for what was not read only because nobody said which column is what."""
    from isolation.cli import wizard

    if found.unmapped:
        found.later += wizard.commands_for(found.unmapped, options, found.copies)
    if found.later:
        terminal.note(message("Not read for want of a mapping; if their columns mean this, run:"))
    for command in found.later:
        terminal.note(f"  {command}")


def _unread(found: _Found) -> list[ImportResult]:
    from isolation.hooks.import_history import ImportResult

    return [ImportResult.unread(whole) for whole in found.unused.values()]


def _list(options: Options) -> int:
    from isolation.history import FORMATS

    if options.json:
        formats = [
            {"id": name, "title": form.title, "mapped": form.mapped, "workforce": form.workforce}
            for name, form in FORMATS.items()
        ]
        terminal.emit({"schema": "isolation.formats/1", "formats": formats})
    else:
        for name, form in FORMATS.items():
            terminal.say(message("{name:<16}{title}", name=name, title=form.title))
    return 0


def _settled(
    options: Options, stack: ExitStack, found: _Found, *, found_beside: bool = False
) -> list[ImportSource] | None:
    """The opened files, once a person has said what only a person can; None where it was told what to say.

    `found_beside`: nobody named these files, they lay beside others.
    """
    from isolation.cli import wizard
    from isolation.history import Unmapped
    from isolation.history.dates import UndecidedDates

    while True:
        unused: list[Rejected] = []
        unmapped: list[Unmapped] = []
        try:
            sources = _open(options, stack, found.copies, unused, unmapped, beside=found_beside)
        except Unmapped as problem:
            if not terminal.is_interactive():
                wizard.tell_mapping(problem.files, options, found.copies)
                return None
            return _asked(problem.files, unused, options, stack, found)
        except UndecidedDates as problem:
            answer = wizard.ask_dates(problem)
            if not answer:
                raise
            vars(options)[problem.option] = answer
        else:
            files = [file for one in unmapped for file in one.files]
            if files and terminal.is_interactive():
                return sources + _asked(files, unused, options, stack, found, beside=True)
            found.unmapped += files
            found.pass_over(unused)
            return sources


def _asked(
    files: Sequence[File], unused: list[Rejected], options: Options, stack: ExitStack, found: _Found,
    *, beside: bool = False,
) -> list[ImportSource]:  # fmt: skip
    """The tables for which a person says what their columns mean, opened, and what was named with them unless they lie
    `beside` logs that are open already; `unused` is what else a first look found.
    """
    from isolation.cli import wizard
    from isolation.history import Rejected
    from isolation.history.copies import shown

    agreed = wizard.ask_mapping(files, options, found.copies, beside=beside)
    read = {shown(*file) for file in agreed.files}
    reason = message("Nothing of this was read: nobody said which column is what.")
    left = [Rejected(table, 0, reason) for table in [*agreed.left, *(shown(*file) for file in files)]]
    found.pass_over(one for one in [*unused, *left] if one.file not in read)
    found.later += agreed.later
    named = set(options.files)
    parts = [_settled(part, stack, found, found_beside=not named.issuperset(part.files)) for part in agreed.imports]
    return [source for part in parts for source in part or ()]


def _open(
    options: Options, stack: ExitStack, copies: Copies, unused: list[Rejected], unmapped: list[Unmapped],
    *, beside: bool,
) -> list[ImportSource]:  # fmt: skip
    """Every file, looked at before any row of any is recorded; what lies in folders and is no log goes to `unused`."""
    from isolation.history import Mapping
    from isolation.hooks.logs import open_logs
    from isolation.times import zone_named

    mapping = Mapping.parse(options.mapped, options.sheet) if options.mapped else None
    return open_logs(
        options.files, stack, unused.append, copies=copies, unmapped=unmapped.append, beside=beside,
        mapping=mapping, now=time.time_ns() // 1000, format=options.as_format,
        zone=zone_named(options.tz) if options.tz else None, site=options.site, encoding=options.encoding,
        user_as=options.user_as, date_order=options.date_order, mixed_dates=options.mixed_dates,
        year=options.year, lease_time=options.lease_time,
    )  # fmt: skip


def _import(sources: list[ImportSource], options: Options) -> tuple[list[ImportResult], Joined, JoinedScans]:
    from isolation.history.rejects import Spool
    from isolation.hooks.import_history import join_history, join_scans

    results, spool = [], Spool()
    with open_for_recording(options) as ledger:
        for source in sources:
            with Progress(message("rows")) as progress:
                results.append(_import_one(ledger, source, progress, spool))
        return results, join_history(ledger, results), join_scans(ledger, results)


def _import_one(ledger: Ledger, source: ImportSource, progress: Progress, spool: Spool) -> ImportResult:
    from isolation.hooks.import_history import import_history

    resumes = message("The batches that were done are recorded; run the same import again to go on.")
    try:
        return import_history(ledger, source, lambda rows, share: progress.at(rows, share=share), spool=spool)
    except KeyboardInterrupt:
        raise terminal.Interrupted(
            message("Interrupted at line {line} of {name}.", line=source.line, name=source.name), resumes
        ) from None
    except LedgerError:
        terminal.note(
            message(
                "isolation: The import stopped at line {line} of {name}. {resumes}",
                line=source.line,
                name=source.name,
                resumes=resumes,
            )
        )
        raise


def _rehearse(sources: list[ImportSource], found: _Found, options: Options) -> int:
    from isolation.history.rejects import Spool
    from isolation.hooks.import_history import rehearse

    spool = Spool()
    rehearsed = [rehearse(source, spool) for source in sources]
    results = [result for result, _ in rehearsed] + _unread(found)
    _keep_rejects(results, options.rejects)
    if options.json:
        terminal.emit(document(results) | {"dry_run": True})
    else:
        for source, (result, sample) in zip(sources, rehearsed, strict=True):
            order = message(", its dates {date_order}", date_order=source.date_order) if source.date_order else ""
            terminal.say(
                message(
                    "{file}, read as {format} in {encoding}{order}:",
                    file=result.file,
                    format=result.format,
                    encoding=result.encoding,
                    order=order,
                )
            )
            for session in sample:
                terminal.say(message("  {text}", text=_session(session)))
        print_results(results, would=True)
    return 12 if any(result.rejected for result in results) else 0


def _session(session: Session) -> str:
    from isolation.cli.words import when

    seen = [f"{reading.fact} {reading.value}" for reading in session.readings if reading.status == "observed"]
    who = session.account or message("operator {operator}", operator=session.operator)
    if not session.success:
        who = message("{who} (failed)", who=who)
    identifiers = joined(", ", seen) or message("no identifier")
    return message("{who}, {when}, {identifiers}", who=who, when=when(session.begin), identifiers=identifiers)


def _require_place(rejects: str, files: list[str]) -> None:
    """Refuses a place for the rejected rows that cannot be written, or that is a log, before any row is recorded."""
    if not rejects:
        return
    try:
        place = os.path.realpath(rejects)
        for file in map(os.path.realpath, files):
            if os.path.exists(place) and (place == file or place.startswith(file + os.sep)):
                raise UsageError(
                    "--rejects names the log itself, or a file beside it in its folder.",
                    "Name another file: it is written anew.",
                )
        with open(rejects, "ab"):
            pass
    except OSError as problem:
        raise UsageError(
            message("The rejected rows cannot be written to {rejects}: {why}.", rejects=rejects, why=why_of(problem)),
            "Name another --rejects file.",
        ) from None


def _keep_rejects(results: list[ImportResult], path: str) -> None:
    if not path:
        return
    import csv

    try:
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("file", "line", "reason"))
            writer.writerows(reject for result in results for reject in result.rejected)
    except OSError as problem:
        raise UsageError(
            message(
                "The rejected rows cannot be written to {path}: {why}; all other rows are recorded.",
                path=path,
                why=why_of(problem),
            ),
            "Run the same import again with another --rejects file.",
        ) from None
