"""What became of the rows of imported logs, in words and as a document."""

from __future__ import annotations

from itertools import chain, islice

from isolation.cli import terminal
from isolation.cli.words import counted
from isolation.messages import known, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.cli.common import Options
    from isolation.history import Rejected
    from isolation.hooks.import_history import ImportResult
    from isolation.ledger.joining import Joined
    from isolation.ledger.scan_joining import JoinedScans

_MOST_SHOWN = 20


def document(results: list[ImportResult]) -> dict[str, object]:
    """The document of an import, without what was joined."""
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
        "files": [
            {
                "file": result.file,
                "format": result.format,
                "rows": result.rows,
                "encoding": result.encoding,
                "encoding_guessed": result.guessed,
            }
            for result in results
        ],
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


def show(results: list[ImportResult], joined: Joined, scans: JoinedScans, options: Options) -> None:
    """Says what became of the rows, and of what they were joined to."""
    if options.json:
        terminal.emit(document(results) | joined._asdict() | scans._asdict())
        return
    print_results(results)
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


def print_results(results: list[ImportResult], would: bool = False) -> None:
    """Says what became of the rows, or would."""
    rejected = sum(len(result.rejected) for result in results)
    _print_counts(results, rejected, would)
    _print_aside(results, would)
    _print_rejected(results, rejected)
    _print_doubts(results)


def _print_counts(results: list[ImportResult], rejected: int, would: bool) -> None:
    rows, recorded, duplicates, amended = (
        sum(getattr(result, name) for result in results) for name in ("rows", "recorded", "duplicates", "amended")
    )
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


def _print_aside(results: list[ImportResult], would: bool) -> None:
    """What is no use of an account, and is not rejected either."""
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
    for result in [one for one in results if one.guessed][:_MOST_SHOWN]:
        terminal.say(
            message(
                "  {file} was taken to be written in {encoding}, because its letters read best so; where names look "
                "wrong, say --encoding.",
                file=result.file,
                encoding=result.encoding,
            )
        )
    for what, count in list(_ignored(results).items())[:_MOST_SHOWN]:
        terminal.say(message("  passed over: {count} × {what}", count=count, what=known(what)))


def _print_rejected(results: list[ImportResult], rejected: int) -> None:
    for one in islice(chain.from_iterable(result.rejected for result in results), _MOST_SHOWN):
        terminal.say(message("  rejected: {place}: {reason}", place=_place(one), reason=known(one.reason)))
    if rejected > _MOST_SHOWN:
        terminal.say(message("  and {rejected} more (--rejects FILE keeps them all).", rejected=rejected - _MOST_SHOWN))


def _print_doubts(results: list[ImportResult]) -> None:
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
