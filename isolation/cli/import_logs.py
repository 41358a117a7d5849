"""Record sessions that other tools logged; running it again records nothing twice.

Only the account and the time must be mapped; for a table without --map a mapping is proposed. Exit 0,
12 where rows were rejected, 2 where a file cannot be used.
"""

from __future__ import annotations

import argparse
import gc
import os
import time
from itertools import chain, islice

from isolation.cli import terminal
from isolation.cli.common import Options, open_for_recording
from isolation.cli.progress import Progress
from isolation.cli.words import counted
from isolation.errors import LedgerError, UsageError
from isolation.messages import known, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import ExitStack

    from isolation.history import ImportSource, Rejected
    from isolation.history.rejects import Spool
    from isolation.hooks.import_history import ImportResult
    from isolation.ledger import Ledger
    from isolation.ledger.joining import Joined
    from isolation.ledger.scan_joining import JoinedScans
    from isolation.model import Session

_MOST_SHOWN = 20
_GARBAGE = 100_000  # new objects between two looks for cycles


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `import`."""
    parser.add_argument(
        "files", metavar="FILE", nargs="*", help="a log, a folder or a ZIP archive of logs; - is standard input"
    )
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
    unused: list[Rejected] = []
    with ExitStack() as stack:
        sources = _settled(options, stack, unused)
        if sources is None:
            return 2
        _require_place(options.rejects, options.files)
        if options.dry_run:
            return _rehearse(sources, unused, options)
        results, joined, scans = _import(sources, options)
        results += _unread(unused)
    _keep_rejects(results, options.rejects)
    _show(results, joined, scans, options)
    return 12 if any(result.rejected for result in results) else 0


def _unread(unused: list[Rejected]) -> list[ImportResult]:
    from isolation.hooks.import_history import ImportResult

    return [ImportResult.unread(whole) for whole in unused]


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
            terminal.say(f"{name:<16}{form.title}")
    return 0


def _settled(options: Options, stack: ExitStack, unused: list[Rejected]) -> list[ImportSource] | None:
    """The opened files, once a person has said what only a person can; None where it was told what to say."""
    from isolation.cli import wizard
    from isolation.history import STANDARD_INPUT, Unmapped
    from isolation.history.dates import UndecidedDates

    while True:
        unused.clear()
        try:
            return _open(options, stack, unused)
        except Unmapped as problem:
            if problem.path == STANDARD_INPUT:
                raise
            if not wizard.propose_mapping(problem.path, options):
                return None
        except UndecidedDates as problem:
            answer = wizard.ask_dates(problem)
            if not answer:
                raise
            vars(options)[problem.option] = answer


def _open(options: Options, stack: ExitStack, unused: list[Rejected]) -> list[ImportSource]:
    """Every file, looked at before any row of any is recorded; those of a folder that are no log go to `unused`."""
    from isolation.history import Mapping
    from isolation.hooks.logs import open_logs
    from isolation.times import zone_named

    mapping = Mapping.parse(options.mapped, options.sheet) if options.mapped else None
    return open_logs(
        options.files, stack, unused.append, mapping=mapping, now=time.time_ns() // 1000, format=options.as_format,
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
            with Progress("rows") as progress:
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


def _rehearse(sources: list[ImportSource], unused: list[Rejected], options: Options) -> int:
    from isolation.history.rejects import Spool
    from isolation.hooks.import_history import rehearse

    spool = Spool()
    rehearsed = [rehearse(source, spool) for source in sources]
    results = [result for result, _ in rehearsed] + _unread(unused)
    _keep_rejects(results, options.rejects)
    if options.json:
        terminal.emit(_document(results) | {"dry_run": True})
    else:
        for source, (result, sample) in zip(sources, rehearsed, strict=True):
            order = message(", its dates {date_order}", date_order=source.date_order) if source.date_order else ""
            terminal.say(
                message("{file}, read as {format}{order}:", file=result.file, format=result.format, order=order)
            )
            for session in sample:
                terminal.say(message("  {text}", text=_session(session)))
        _print(results, would=True)
    return 12 if any(result.rejected for result in results) else 0


def _session(session: Session) -> str:
    from isolation.cli.words import when

    seen = [f"{reading.fact} {reading.value}" for reading in session.readings if reading.status == "observed"]
    who = session.account or message("operator {operator}", operator=session.operator)
    if not session.success:
        who = message("{who} (failed)", who=who)
    identifiers = ", ".join(seen) or message("no identifier")
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
            message("The rejected rows cannot be written to {rejects}: {why}.", rejects=rejects, why=problem.strerror),
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
                why=problem.strerror,
            ),
            "Run the same import again with another --rejects file.",
        ) from None


def _document(results: list[ImportResult]) -> dict[str, object]:
    return {
        "schema": "isolation.import/1",
        "rows": sum(result.rows for result in results),
        "recorded": sum(result.recorded for result in results),
        "duplicates": sum(result.duplicates for result in results),
        "amended": sum(result.amended for result in results),
        "rejected": (one._asdict() for result in results for one in result.rejected),
        "ended": sum(result.ended for result in results),
        "presences": sum(result.presences for result in results),
        "ignored": _ignored(results),
        "doubtful": sum(result.doubtful for result in results),
        "doubts": [one._asdict() for result in results for one in result.doubts],
        "files": [{"file": result.file, "format": result.format, "rows": result.rows} for result in results],
    }


def _place(one: Rejected) -> str:
    return message("{file}, line {line}", file=one.file, line=one.line) if one.line else one.file


def _ignored(results: list[ImportResult]) -> dict[str, int]:
    """The records of all files that are no sign-in, by what they are, the most first."""
    from collections import Counter

    counts: Counter[str] = Counter()
    for result in results:
        counts.update(result.ignored)
    return dict(counts.most_common())


def _show(results: list[ImportResult], joined: Joined, scans: JoinedScans, options: Options) -> None:
    if options.json:
        terminal.emit(_document(results) | joined._asdict() | scans._asdict())
        return
    _print(results)
    ended = sum(result.ended for result in results)
    if ended:
        terminal.say(message("  {sessions} with another end than before.", sessions=counted(ended, "session")))
    _say_joined(joined)
    _say_scans(scans)


def _say_scans(scans: JoinedScans) -> None:
    if scans.scans_joined:
        terminal.say(
            message(
                "  {sessions} joined to a scan of the access points around.",
                sessions=counted(scans.scans_joined, "session"),
            )
        )
    if scans.scans_unmatched:
        terminal.say(
            message(
                "  not kept: {scans} that no session of that time and access point was found for; import the file "
                "again once the sessions are in the ledger.",
                scans=counted(scans.scans_unmatched, "scan"),
            )
        )


def _say_joined(joined: Joined) -> None:
    if joined.joined or joined.withdrawn:
        taken_back = (
            message(" {withdrawn} joins of before were taken back.", withdrawn=joined.withdrawn)
            if joined.withdrawn
            else ""
        )
        terminal.say(
            message(
                "  {sessions} joined to a machine by leases.{taken_back}",
                sessions=counted(joined.joined, "session"),
                taken_back=taken_back,
            )
        )
    if joined.ambiguous:
        terminal.say(
            message(
                "  not joined: {sessions} whose address was leased to two machines.",
                sessions=counted(joined.ambiguous, "session"),
            )
        )


def _print(results: list[ImportResult], would: bool = False) -> None:
    rows, recorded, duplicates, amended = (
        sum(getattr(result, name) for result in results) for name in ("rows", "recorded", "duplicates", "amended")
    )
    rejected = sum(len(result.rejected) for result in results)
    if would:
        terminal.say(
            message(
                "{rows}: {recorded} can be recorded, {rejected} rejected. Nothing was recorded.",
                rows=counted(rows, "row"),
                recorded=recorded,
                rejected=rejected,
            )
        )
    else:
        terminal.say(
            message(
                "{rows}: {recorded} recorded, {duplicates} known already, {amended} amended, {rejected} rejected.",
                rows=counted(rows, "row"),
                recorded=recorded,
                duplicates=duplicates,
                amended=amended,
                rejected=rejected,
            )
        )
    presences = sum(result.presences for result in results)
    if presences:
        terminal.say(
            message(
                "  {presences} of them show operators at work and no use of a seller account; where "
                "the users of this log are seller accounts, say --user-as account.",
                presences=presences,
            )
        )
    scans = sum(len(result.scans) for result in results)
    if scans and would:
        terminal.say(message("  {scans} of access points, to be joined to sessions.", scans=counted(scans, "scan")))
    for what, count in list(_ignored(results).items())[:_MOST_SHOWN]:
        terminal.say(message("  passed over: {count} × {what}", count=count, what=known(what)))
    for one in islice(chain.from_iterable(result.rejected for result in results), _MOST_SHOWN):
        terminal.say(message("  rejected: {place}: {reason}", place=_place(one), reason=known(one.reason)))
    if rejected > _MOST_SHOWN:
        terminal.say(message("  and {rejected} more (--rejects FILE keeps them all).", rejected=rejected - _MOST_SHOWN))
    doubtful = sum(result.doubtful for result in results)
    for doubt in [one for result in results for one in result.doubts][:_MOST_SHOWN]:
        terminal.say(
            message(
                "  without {field}: {file}, line {line}: {reason}",
                field=doubt.field,
                file=doubt.file,
                line=doubt.line,
                reason=known(doubt.reason),
            )
        )
    if doubtful > _MOST_SHOWN:
        terminal.say(
            message(
                "  and {doubtful} more rows recorded without a value that could not be read.",
                doubtful=doubtful - _MOST_SHOWN,
            )
        )
