"""Recomputing a ledger: whether tree, entries, keys and derived tables agree with each other."""

from __future__ import annotations

import copy
from contextlib import nullcontext, suppress

from isolation.ledger.anchors import check_anchors
from isolation.ledger.compare import check_file, compare_epochs, compare_tables
from isolation.ledger.database import FILE_ERRORS, connect, explain
from isolation.ledger.helping import helped
from isolation.ledger.sweeping import ROTATING_REMARK, UNSWEPT_REMARK
from isolation.ledger.verify_entries import MALFORMED, EntryChecks
from isolation.messages import message
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from isolation.ledger.store import Ledger

    Problem = tuple[int | None, str]

_MOST_PROBLEMS = 1000
_MANY = 20_000  # entries
_MOST_PLACES = 10

PROVES = (
    message(
        "The entries are the ones this root stands for: none was changed, left out in the middle, or put in"
        " another order since the root was first computed."
    ),
    message("What is compared and counted (the derived tables) follows from the entries."),
)
DOES_NOT_PROVE = (
    message("That what was recorded is true."),
    message(
        "That entries were not removed from the end, or the whole ledger not replaced: only a checkpoint kept elsewhere"
        " shows that."
    ),
    message(
        "That the holder of its keys did not rewrite or back-date it: only a checkpoint or a time stamp kept"
        " elsewhere from before shows that."
    ),
    message(
        "That nobody was shown another version of it (a fork): only a witness shows that, and no"
        " time-stamping authority does."
    ),
    message(
        "When an entry was recorded, but for the bounds that time stamps in the log set: its times are those of this"
        " machine's clock."
    ),
    message("That everything that happened was recorded."),
)


class VerifyResult(Value):
    """What verifying found: `intact` where nothing contradicts, whatever could not be checked (`unchecked`).

    `problems` are pairs of the entry concerned (None where none is) and what is wrong with it. `erased` counts the
    entries that were erased and told so; `remarks` are worth knowing and no damage.
    """

    __slots__ = ("does_not_prove", "erased", "intact", "problems", "proves", "remarks", "root", "size", "unchecked")
    intact: bool
    size: int
    root: bytes
    problems: tuple[Problem, ...]
    unchecked: tuple[str, ...]
    proves: tuple[str, ...]
    does_not_prove: tuple[str, ...]
    erased: int
    remarks: tuple[str, ...]

    def __init__(
        self,
        intact: bool,
        size: int,
        root: bytes,
        problems: tuple[Problem, ...],
        unchecked: tuple[str, ...],
        erased: int = 0,
        remarks: tuple[str, ...] = (),
    ) -> None:
        self._init(
            intact=intact,
            size=size,
            root=root,
            problems=problems,
            unchecked=unchecked,
            erased=erased,
            remarks=remarks,
            proves=PROVES if intact and not unchecked else PROVES[:1] if intact else (),
            does_not_prove=DOES_NOT_PROVE,
        )


class Findings:
    """Collects problems, each once, and no more than a person could read."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def report(self, entry: int | None, text: str) -> None:
        """Takes one problem."""
        if len(self.problems) < _MOST_PROBLEMS and (entry, text) not in self.problems:
            self.problems.append((entry, text))


def verify_ledger(ledger: Ledger, progress: Callable[[int, int], None] | None = None) -> VerifyResult:
    """Verifies an open ledger. Entries are read in blocks, so that writers are held up only while tables compare.

    Without the keys, tree and bodies are checked, and `unchecked` says what could not be. Raises LedgerError
    where the file cannot be read at all.
    """
    result = None
    while result is None:
        result = _verify(ledger, progress)
    return result


def _verify(ledger: Ledger, progress: Callable[[int, int], None] | None) -> VerifyResult | None:
    """One pass; None where entries that it had read were erased meanwhile, or got new keys."""
    ledger = _apart(ledger)
    with helped(ledger) if ledger.helper is None and _is_long(ledger) else nullcontext():
        return _verify_apart(ledger, progress)


def _is_long(ledger: Ledger) -> bool:
    """Whether there are so many entries that a helper process pays; not asked of a file that cannot tell."""
    with suppress(*FILE_ERRORS, TypeError):
        return bool(ledger.connection.execute("SELECT max(i) > ? FROM main.entries", (_MANY,)).fetchone()[0])
    return False


def _verify_apart(ledger: Ledger, progress: Callable[[int, int], None] | None) -> VerifyResult | None:
    findings = Findings()
    checks = None
    try:
        check_file(ledger.connection, findings.report)
        rewritten = _latest_rewriting(ledger)
        checks = EntryChecks(ledger, findings.report)
        checks.run(progress)
        ledger.connection.execute("BEGIN")
        if _latest_rewriting(ledger) != rewritten:
            return None
        checks.run(progress)
        checks.compare_erased()
        check_anchors(ledger, checks.anchors, findings.report)
        compare_epochs(ledger, checks, findings.report)
        compare_tables(ledger.connection, checks, findings.report)
    except FILE_ERRORS as problem:
        findings.report(
            None, message("the file cannot be read on: {message}", message=explain(problem, ledger.path).message)
        )
    except MALFORMED as problem:
        if not findings.problems:
            raise  # not damage, then, but a mistake of this program
        findings.report(None, message("what the file holds makes no sense: {problem!r}", problem=problem))
    finally:
        ledger.close()
    problems = tuple(findings.problems)
    if checks is None:
        return VerifyResult(False, 0, b"", problems, ())
    return VerifyResult(
        not problems, checks.size, checks.root(), problems, tuple(checks.unchecked), len(checks.empty), _remarks(checks)
    )


def _latest_rewriting(ledger: Ledger) -> object:
    query = "SELECT kind, latest FROM main.kinds WHERE kind IN ('erase', 'rotate') ORDER BY kind"
    return ledger.connection.execute(query).fetchall()


def _apart(ledger: Ledger) -> Ledger:
    """The same ledger on a connection of its own, whose temporary tables go when it is closed."""
    apart = copy.copy(ledger)
    apart.connection = connect(ledger.path, read_only=True)
    try:
        apart.renew()
    except BaseException as problem:
        apart.close()
        if isinstance(problem, FILE_ERRORS):
            raise explain(problem, ledger.path) from problem
        raise
    return apart


def _remarks(checks: EntryChecks) -> tuple[str, ...]:
    """What is no damage and worth knowing."""
    remarks = []
    if not checks.swept:
        remarks.append(UNSWEPT_REMARK)
    if checks.rotating:
        remarks.append(ROTATING_REMARK)
    if checks.set_back:
        more = " …" if len(checks.set_back) > _MOST_PLACES else ""
        places = ", ".join(map(str, checks.set_back[:_MOST_PLACES])) + more
        remarks.append(
            message(
                "At entry {places} the time of logging lies before that of the entry before it: this "
                "machine's clock was set back. The order of entries is that of the log, whatever its "
                "clock said.",
                places=places,
            )
        )
    return tuple(remarks)
