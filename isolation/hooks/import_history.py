"""Other tools' logs into the ledger, slice by slice: an interrupted import resumes by running it again."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import ExitStack, closing, nullcontext
from heapq import merge

from isolation.history import Close, Lease, Rejected, Scan
from isolation.history.rejects import Rejects, Spool
from isolation.history.scans import Scans
from isolation.hooks.reading_ahead import READING, read_ahead
from isolation.ledger.helping import helped, started_helper
from isolation.ledger.joining import NOTHING_JOINED, Joined, periods
from isolation.ledger.prepared import PreparedRow
from isolation.ledger.scan_joining import JoinedScans, WaitingScans
from isolation.messages import message
from isolation.model import UNDATED, Session, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import TypeAlias

    from isolation.history import Doubt, ImportSource
    from isolation.hooks.reading_ahead import Batches, Taken
    from isolation.ledger import Ledger
    from isolation.ledger.writer import Log

    Span: TypeAlias = tuple[int, int] | None

# One transaction takes rows for so long: its cost is spread, and a login that waits for it hardly notices. The pause
# after it is longer than a waiting writer takes to look again (`isolation.ledger.database.patiently`).
SLICE_SECONDS = 0.4
PAUSE_SECONDS = 0.02
LARGEST_TIME = 2**53 - 1
_AT_ONCE = 500  # rows between two looks at the clock
_SESSIONS = (Session, PreparedRow)  # made once: a union is made anew for every row
_MUCH = 1 << 20  # bytes of a log for which a helper process pays


class ImportResult(Value):
    """What became of one file's rows.

    `presences` counts those recorded that are an operator's presence and no use of an account, `doubtful` the cells
    that were left out of their sessions, `ignored` the records that are no sign-in, by what they are. `span`
    is the time (µs, both ends included) that its dated rows are about, None where it has none. `ended` counts the
    sessions, also those known before, that got another end from records of this file, or no longer have one.
    `scans` are those of access points, which `join_scans` gives to sessions. `encoding` is what the file was read in,
    `guessed` whether only how its letters read spoke for that.
    """

    __slots__ = (
        "amended", "doubtful", "doubts", "duplicates", "encoding", "ended", "file", "format", "guessed", "ignored",
        "presences", "recorded", "rejected", "rows", "scans", "span",
    )  # fmt: skip
    file: str
    format: str
    rows: int
    recorded: int
    duplicates: int
    amended: int
    rejected: Sequence[Rejected]
    doubtful: int
    doubts: tuple[Doubt, ...]
    presences: int
    ignored: Mapping[str, int]
    span: Span
    ended: int
    scans: Scans
    encoding: str
    guessed: bool

    def __init__(
        self,
        file: str,
        format: str,  # noqa: A002 - the word that users know
        rows: int,
        recorded: int,
        duplicates: int,
        amended: int,
        rejected: Sequence[Rejected],
        doubtful: int,
        doubts: tuple[Doubt, ...],
        presences: int,
        ignored: Mapping[str, int],
        span: Span,
        ended: int = 0,
        scans: Scans | None = None,
        encoding: str = "",
        guessed: bool = False,
    ) -> None:
        self._init(
            file=file, format=format, rows=rows, recorded=recorded, duplicates=duplicates, amended=amended,
            rejected=rejected, doubtful=doubtful, doubts=tuple(doubts), presences=presences,
            ignored=dict(ignored), span=span, ended=ended, scans=scans or Scans(), encoding=encoding,
            guessed=guessed,
        )  # fmt: skip

    @classmethod
    def unread(cls, whole: Rejected) -> ImportResult:
        """The result of a file that is no log that can be read."""
        return cls(whole.file, "", 0, 0, 0, 0, (whole,), 0, (), 0, {}, None)


def import_history(
    ledger: Ledger,
    source: ImportSource,
    progress: Callable[[int, float], None] = lambda rows, share: None,
    *,
    spool: Spool | None = None,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> ImportResult:
    """Records every row of an opened log that can be one; raises LedgerError.

    `progress` is told the rows done and the share of the file (0 to 1) after each slice, which ends by `clock` (s);
    then others may write for a `pause`. Rows recorded before are
    counted as duplicates, those that bring more fields or a site as amended; nothing counts twice. Logs of one run
    may share a `spool` for their rejected rows.
    """
    long = source.bytes_total > _MUCH
    with helped(ledger) if long else nullcontext(), started_helper(READING) if long else nullcontext() as reading:
        batches = read_ahead(ledger, source, _AT_ONCE, reading)
        return _import(ledger, source, batches, progress, Rejects(spool), clock, pause)


def _import(
    ledger: Ledger, source: ImportSource, batches: Batches, progress: Callable[[int, float], None],
    rejected: Rejects, clock: Callable[[], float], pause: Callable[[float], None],
) -> ImportResult:  # fmt: skip
    counted: Counter[str] = Counter()
    scans = Scans()
    span: Span = None
    batch = batches.take()
    while batch:
        begun = clock()
        slice_counted: Counter[str] = Counter()
        with ExitStack() as until_next:
            with ledger.writing() as log:
                while batch:
                    rejected.extend([row for row in batch if isinstance(row, Rejected)])
                    scans.extend(row for row in batch if isinstance(row, Scan))
                    slice_counted += _record_batch(log, ledger, source, batch)
                    span = _span(span, batch)
                    batch = batches.take()
                    if clock() - begun > SLICE_SECONDS:
                        break
                log.flush()
                # From here on this process only waits: for the disk, and for who else may want to write.
                until_next.enter_context(batches.reading_on())
            counted += slice_counted
            progress(counted["rows"], source.bytes_read / max(1, source.bytes_total))
            if batch:
                pause(PAUSE_SECONDS)
    return ImportResult(
        source.name, source.format, counted["rows"] + source.ignored.total(), counted["recorded"],
        counted["duplicate"], counted["amended"], rejected.settled(), source.doubtful, tuple(source.doubts),
        counted["presences"], source.ignored, span, counted["ended"], scans.settled(),
        source.encoding, source.guessed,
    )  # fmt: skip


def _record_batch(log: Log, ledger: Ledger, source: ImportSource, batch: list[Taken]) -> Counter[str]:
    """Records some rows; what became of how many."""
    own = message("{origin}, entry ", origin=ledger.origin)  # what another ledger had from this one comes back
    sessions = [row for row in batch if isinstance(row, _SESSIONS)]
    others = [row for row in sessions if isinstance(row, PreparedRow) or not row.source.startswith(own)]
    outcomes = list(
        log.add_rows((row if isinstance(row, PreparedRow) else (row, source.mapped) for row in others), source.near)
    )
    counted: Counter[str] = Counter(outcomes)
    counted["presences"] = sum(
        outcome == "recorded" and not session.account for session, outcome in zip(others, outcomes, strict=True)
    )
    counted["duplicate"] += len(sessions) - len(others)
    counted.update(_record(log, row, source) for row in batch if isinstance(row, Lease))
    counted.update(_close(log, row, source) for row in batch if isinstance(row, Close))
    counted["ended"] = log.settle_ends()
    counted["rows"] = len(batch)
    return counted


def _close(log: Log, close: Close, source: ImportSource) -> str:
    return "duplicate" if log.add_close(close.connection, close.at, f"import:{source.format}") is None else "recorded"


def _record(log: Log, lease: Lease, source: ImportSource) -> str:
    entry = log.add_lease(
        source.site, lease.address, lease.mac, lease.begin, lease.end, f"import:{source.format}"
    )  # fmt: skip
    return "duplicate" if entry is None else "recorded"


def _span(span: Span, batch: list[Taken]) -> Span:
    """The time over which sessions are to be joined anew: that of these rows, and of what was before."""
    moments = [row.begin for row in batch if isinstance(row, _SESSIONS) and row.begin != UNDATED]
    for lease in batch:
        if isinstance(lease, Lease):
            moments += [lease.begin, LARGEST_TIME if lease.end is None else lease.end]
    moments += span or ()
    return (min(moments), max(moments)) if moments else None


def join_history(ledger: Ledger, results: Iterable[ImportResult]) -> Joined:
    """Joins leases to sessions, over the time that these imports were about; raises LedgerError.

    What comes of it does not depend on the order of imports: where there is nothing to join, nothing is done.
    """
    spans = [result.span for result in results if result.span is not None]
    if not spans:
        return NOTHING_JOINED
    since, until = min(span[0] for span in spans), max(span[1] for span in spans)
    with ledger.reading():
        parts = list(periods(ledger.connection.execute, since, until))
    done = NOTHING_JOINED
    for part in parts:
        with ledger.writing() as log:
            more = log.join(*part)
        done = Joined(*(one + other for one, other in zip(done, more, strict=True)))
    return done


def join_scans(ledger: Ledger, results: Iterable[ImportResult]) -> JoinedScans:
    """Joins the scans of all these imports to the sessions that the ledger has by now; raises LedgerError.

    The order of the files is of no matter. A session that has a scan gets none, so that a repeat adds nothing.
    """
    by_format: dict[str, list[Scans]] = {}
    for result in results:
        if result.scans:
            by_format.setdefault(result.format, []).append(result.scans)
    joined = unmatched = 0
    for name, scans in by_format.items():
        with closing(WaitingScans(ledger, merge(*scans))) as waiting:
            while waiting.more:
                with ledger.writing() as log:
                    joined += log.join_scans(waiting, f"import:{name}")
            unmatched += waiting.unmatched
    return JoinedScans(joined, unmatched)


def rehearse(
    source: ImportSource, spool: Spool | None = None, shown: int = 5
) -> tuple[ImportResult, tuple[Session, ...]]:
    """What an import of this log would read, and its first sessions; records nothing.

    `recorded` counts the rows that can be sessions; which of them the ledger knows already is not looked up.
    """
    sample: list[Session] = []
    rejected, scans = Rejects(spool), Scans()
    recorded = presences = points = 0
    for row in source.rows():
        if isinstance(row, Rejected):
            rejected.append(row)
            continue
        if isinstance(row, Scan):
            scans.extend([row])
            points += 1
            continue
        recorded += 1
        if isinstance(row, Lease | Close):
            continue
        presences += not row.account
        if len(sample) < shown:
            sample.append(row)
    result = ImportResult(
        source.name, source.format, recorded + points + len(rejected) + source.ignored.total(), recorded, 0, 0,
        rejected.settled(), source.doubtful, tuple(source.doubts), presences, source.ignored, None,
        scans=scans.settled(), encoding=source.encoding, guessed=source.guessed,
    )  # fmt: skip
    return result, tuple(sample)
