"""Other tools' logs into the ledger, batch by batch: an interrupted import resumes by running it again."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from isolation.history import Rejected
from isolation.model import Session, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from isolation.history import Doubt, ImportSource
    from isolation.ledger import Ledger

# Rows of one transaction: large enough that its cost is spread, small enough that a login waits for it well under
# the ledger's busy timeout.
BATCH = 20_000


class ImportResult(Value):
    """What became of one file's rows. `doubtful` counts the cells that were left out of their sessions."""

    __slots__ = ("amended", "doubtful", "doubts", "duplicates", "file", "format", "recorded", "rejected", "rows")
    file: str
    format: str
    rows: int
    recorded: int
    duplicates: int
    amended: int
    rejected: tuple[Rejected, ...]
    doubtful: int
    doubts: tuple[Doubt, ...]

    def __init__(
        self,
        file: str,
        format: str,  # noqa: A002 - the word that users know
        rows: int,
        recorded: int,
        duplicates: int,
        amended: int,
        rejected: tuple[Rejected, ...],
        doubtful: int,
        doubts: tuple[Doubt, ...],
    ) -> None:
        self._init(
            file=file, format=format, rows=rows, recorded=recorded, duplicates=duplicates, amended=amended,
            rejected=tuple(rejected), doubtful=doubtful, doubts=tuple(doubts),
        )  # fmt: skip


def import_history(
    ledger: Ledger, source: ImportSource, progress: Callable[[int, float], None] = lambda rows, share: None
) -> ImportResult:
    """Records every row of an opened log that can be one; raises LedgerError.

    `progress` is told the rows done and the share of the file (0 to 1) after each batch. Rows recorded before are
    counted as duplicates, those that bring more fields or a site as amended; nothing counts twice.
    """
    counted: Counter[str] = Counter()
    rejected: list[Rejected] = []
    rows = source.rows()
    own = f"{ledger.origin}, entry "  # what another ledger had from this one comes back
    while batch := list(islice(rows, BATCH)):
        sessions = [row for row in batch if isinstance(row, Session)]
        rejected += [row for row in batch if isinstance(row, Rejected)]
        others = [session for session in sessions if not session.source.startswith(own)]
        with ledger.writing() as log:
            counted.update(log.add_rows((session, source.fields) for session in others))
        counted["duplicate"] += len(sessions) - len(others)
        counted["rows"] += len(batch)
        progress(counted["rows"], source.bytes_read / max(1, source.bytes_total))
    return ImportResult(
        source.name, source.format, counted["rows"], counted["recorded"], counted["duplicate"], counted["amended"],
        tuple(rejected), source.doubtful, tuple(source.doubts),
    )  # fmt: skip


def rehearse(source: ImportSource, shown: int = 5) -> tuple[ImportResult, tuple[Session, ...]]:
    """What an import of this log would read, and its first sessions; records nothing.

    `recorded` counts the rows that can be sessions; which of them the ledger knows already is not looked up.
    """
    sample: list[Session] = []
    rejected: list[Rejected] = []
    recorded = 0
    for row in source.rows():
        if isinstance(row, Rejected):
            rejected.append(row)
            continue
        recorded += 1
        if len(sample) < shown:
            sample.append(row)
    result = ImportResult(
        source.name, source.format, recorded + len(rejected), recorded, 0, 0, tuple(rejected), source.doubtful,
        tuple(source.doubts),
    )  # fmt: skip
    return result, tuple(sample)
