"""What a report says, apart from how it is drawn: headings, sentences and tables that every form shares."""

from __future__ import annotations

from isolation.findings import FACT_WORDS
from isolation.identifiers.escape import printable
from isolation.model import UNDATED, Value
from isolation.reports.documents import DOES_NOT_SHOW, LIMITS
from isolation.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import Audit, Finding

_MOST_STAMPS = 10


class Table(Value):
    """A table: its column titles and its rows of texts."""

    __slots__ = ("columns", "rows")
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __init__(self, columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
        self._init(columns=columns, rows=rows)


class Section(Value):
    """A heading with sentences, then tables."""

    __slots__ = ("sentences", "tables", "title")
    title: str
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]

    def __init__(self, title: str, sentences: tuple[str, ...] = (), tables: tuple[Table, ...] = ()) -> None:
        self._init(title=title, sentences=tuple(sentences), tables=tuple(tables))


def sections(audit: Audit) -> tuple[Section, ...]:
    """The report's sections, the answer first."""
    return (
        _answer(audit), _subjects(audit), _clusters(audit), _findings(audit), _logged(audit), _coverage(audit),
        _integrity(audit),
    )  # fmt: skip


def _answer(audit: Audit) -> Section:
    openly = [finding for finding in audit.findings if finding.state == "open"]
    window = ""
    if audit.since is not None or audit.until is not None:
        window = f" Only uses from {_when(audit.since)} to {_when(audit.until)} were looked at."
    return Section(
        "The answer",
        (
            f"{audit.sessions} sessions of {audit.accounts} accounts hold {len(openly)} open findings, "
            f"{len(audit.blocking())} of them at or above {audit.block_at}.{window}",
            LIMITS,
        ),
    )


def _when(moment: int | None) -> str:
    return "…" if moment is None else "not known" if moment == UNDATED else format_time(moment)


def _subjects(audit: Audit) -> Section:
    rows = tuple(
        (one.severity, printable(one.label), str(len(one.accounts)), _names(one.accounts), _facts(one.facts))
        for one in audit.subjects
    )
    columns = ("Severity", "Machine or place", "Accounts", "Which", "Facts")
    return Section("By machine and place", () if rows else ("Nothing was found.",), (Table(columns, rows),))


def _clusters(audit: Audit) -> Section:
    rows = tuple(
        (str(len(one.accounts)), _names(one.accounts), _facts(one.facts), one.confidence) for one in audit.clusters
    )
    title = "Accounts that open findings join"
    if not rows:
        return Section(title, ("No accounts are joined by open findings.",))
    return Section(title, (), (Table(("Accounts", "Which", "Held together by", "Weakest link"), rows),))


def _findings(audit: Audit) -> Section:
    columns = ("Finding", "Severity", "Confidence", "State", "Value", "Accounts", "First seen", "Last seen", "Why")
    return Section("Findings", (), (Table(columns, tuple(_finding(one) for one in audit.findings)),))


def _finding(one: Finding) -> tuple[str, ...]:
    return (
        one.id, one.severity, one.confidence, one.state, printable(one.value or "—"), _names(one.accounts),
        _when(one.first_seen), _when(one.last_seen), printable(one.reason),
    )  # fmt: skip


def _logged(audit: Audit) -> Section:
    """Claimed time and time of recording told apart; the second also by time stamps, where there are some."""
    rows = tuple(
        (one.id, str(use.entry), _when(use.begin), _when(use.clock), _bound(use.after), _bound(use.by))
        for one in audit.findings
        for use in audit.logged.get(one.id, ())
    )
    columns = (
        "Finding",
        "Entry",
        "Use, as claimed",
        "Recorded, by this machine's clock",
        "Recorded after",
        "Recorded by",
    )
    return Section("When it was recorded", tuple(map(printable, stamps_text(audit))), (Table(columns, rows),))


def _bound(moment: int | None) -> str:
    return "no time stamp" if moment is None else format_time(moment)


def stamps_text(audit: Audit) -> list[str]:
    """What the log's time stamps say, in sentences; that there is none, where there is none."""
    if not audit.time_stamps:
        return [
            "No outside time stamp: only this machine's clock, which its owner sets, says when anything was recorded."
        ]
    covered = max(one.size for one in audit.time_stamps)
    texts = [
        f"The first {one.size} entries existed by {format_time(one.by)}, says {one.authority}"
        + ("." if one.chain else "; whose that time stamp is, nobody verified.")
        for one in audit.time_stamps[:_MOST_STAMPS]
    ]
    if len(audit.time_stamps) > _MOST_STAMPS:
        texts.append(f"And {len(audit.time_stamps) - _MOST_STAMPS} more time stamps.")
    if audit.size > covered:
        texts.append(f"For the {audit.size - covered} newest entries no time stamp says by when they were recorded.")
    return texts


def _coverage(audit: Audit) -> Section:
    rows = tuple(
        (FACT_WORDS[one.fact], str(one.sessions), str(one.accounts), str(one.values), str(one.shared))
        for one in audit.coverage
    )
    counts = [f"{count} {name}" for name, count in [*audit.provenance.items(), *audit.not_uses.items()]]
    return Section(
        "Coverage",
        (
            f"Sessions by where they come from, and entries that are no use: {', '.join(counts)}.",
            *(gap.text for gap in audit.unreadable),
        ),
        (Table(("Fact", "Sessions", "Accounts", "Values", "Shared"), rows),),
    )


def _integrity(audit: Audit) -> Section:
    store = "in a file; a copy of this disk reveals the data" if audit.key_store == "file" else "in the keyring"
    return Section(
        "Integrity and limits",
        (
            f"Ledger {audit.origin}, {audit.size} entries, root {audit.root}; its key is stored {store}.",
            f"Made {format_time(audit.made_at)} (UTC). `isolation verify` checks the ledger.",
            "This does not show:",
            *DOES_NOT_SHOW,
        ),
    )


def _names(accounts: tuple[str, ...]) -> str:
    return ", ".join(printable(account) for account in accounts)


def _facts(facts: tuple[str, ...]) -> str:
    return ", ".join(FACT_WORDS[fact] for fact in facts)
