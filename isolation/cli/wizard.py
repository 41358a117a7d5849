"""An unknown table: what its columns probably mean, shown with a sample, and asked about on a terminal.

Nothing is recorded that was not agreed to. Where nobody can be asked, the one command to run is printed.
"""

from __future__ import annotations

import copy
import os
from datetime import datetime
from typing import NamedTuple

from isolation.cli import terminal
from isolation.errors import UsageError
from isolation.history.copies import shown
from isolation.messages import joined, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from isolation.cli.common import Options
    from isolation.history import Copies
    from isolation.history.dates import UndecidedDates
    from isolation.history.proposals import File, Proposal

_HOW = message(
    "y: read it so · FIELD=COLUMN: another column · FIELD=: leave a field out · tz=ZONE: another time zone · q: stop"
)
_OR_NOT = message("s: leave it out")
_ORDER = message("{message} What comes first? (d: day · m: month · q: stop)")
_ORDERS = ("day-first", "month-first")
_SWAPPED = message(
    "{message} What is true of those with the year first? (s: they are swapped, turn them back · a: they are right as "
    "written · r: I do not know, leave these rows out · q: stop)"
)
_ANSWERS = ("swapped", "as-written", "reject")
_LONGEST = 60  # characters of a value that are shown


class Agreed(NamedTuple):
    """What a person at the terminal said of layouts: the imports that read them, each a mapping and its files; which
    files these are; which tables were left out, and the commands that would read those.
    """

    imports: list[Options]
    files: set[File]
    left: list[str]
    later: list[str]


def tell_mapping(files: Sequence[File], options: Options, copies: Copies) -> None:
    """Prints what the columns of the files probably mean, and the command for each layout: nobody can be asked.

    Raises UsageError where a file cannot be read.
    """
    rest = _rest(files, options)
    commands = [options.command("import", [*rest, *_given(options)])] if rest else []
    _print(_meant(files, options, copies, files), commands, options, copies)


def ask_mapping(files: Sequence[File], options: Options, copies: Copies, *, beside: bool) -> Agreed:
    """Asks what the columns of each layout mean, one after the other; `beside`: they lie beside logs.

    Asked is about those where account and time were found, about what was named by itself, or else about the likeliest.
    Raises UsageError where the person stops, or a file cannot be read.
    """
    meant = _meant(files, options, copies, () if beside else files)
    named = set(options.files)
    likely = [one for one in meant if not one.proposal.missing or named.intersection(one.names)]
    likely = likely or ([] if beside else meant[:1])
    may_skip = beside or len(likely) > 1 or bool(_rest(files, options))
    known: dict[tuple[str, ...], tuple[Proposal, str]] = {}
    agreed = Agreed([], set(), [], [])
    for one in likely:
        answer = _as_before(one, known) or _agreed(one.proposal, one.zone, may_skip=may_skip)
        if answer is None:
            agreed.left.extend(one.tables())
            agreed.later.append(one.command)
        else:
            known[one.proposal.table.columns] = answer
            agreed.files.update(one.proposal.files)
            agreed.imports.append(one.options(*answer))
    rest = [] if beside else _rest(files, options)
    if rest:
        agreed.imports.append(_with(options, files=rest))
    if not agreed.imports and not beside:
        raise _not_agreed()
    return agreed


def _as_before(meant: _Meant, known: dict[tuple[str, ...], tuple[Proposal, str]]) -> tuple[Proposal, str] | None:
    """What was agreed to for another sheet with the same columns."""
    answer = known.get(meant.proposal.table.columns)
    if answer is None or (meant.proposal.needs_zone and not answer[1]):
        return None
    for name in meant.tables():
        terminal.note(message("{table} has the same columns, and is read so too.", table=name))
    return answer


def _with(options: Options, **changed: object) -> Options:
    given = copy.copy(options)
    vars(given).update(changed)
    return given


def _not_agreed() -> UsageError:
    return UsageError("Nothing was recorded: the mapping was not agreed to.", "Name the columns with --map.")


def _rest(files: Sequence[File], options: Options) -> list[str]:
    """What was named and holds none of these files."""
    return [name for name in options.files if not any(_lies_in(file, name) for file in files)]


def commands_for(files: Sequence[File], options: Options, copies: Copies) -> list[str]:
    """The commands that would read tables which lay beside logs, where account and time were found in them."""
    return [one.command for one in _meant(files, options, copies, ()) if not one.proposal.missing]


def _meant(files: Sequence[File], options: Options, copies: Copies, unmapped: Sequence[File]) -> list[_Meant]:
    from isolation.history.proposals import proposals_for

    proposals = proposals_for(files, copies=copies, encoding=options.encoding, sheet=options.sheet)
    return [_Meant(one, options, unmapped) for one in proposals]


class _Meant:
    """What one layout probably means: its proposal, the zone of its times ("" where none is needed), how its files
    are named, and the command that reads them.
    """

    def __init__(self, proposal: Proposal, options: Options, unmapped: Sequence[File]) -> None:
        """`unmapped` are all files that need a mapping and lie where no log does."""
        self.proposal = proposal
        self._options = options
        self.zone = options.tz or (_likely_zone(proposal) if proposal.needs_zone else "")
        self.names = _names(proposal.files, options.files, unmapped)
        self.command = _command(proposal, self.zone, options, self.names)

    def options(self, proposal: Proposal, zone: str) -> Options:
        """The options of the import that reads its files as agreed, perhaps for another sheet."""
        sheet = self.proposal.table.sheet
        return _with(self._options, files=self.names, mapped=_maps(proposal), sheet=sheet, tz=zone)

    def tables(self) -> list[str]:
        """What its files are called, or the sheet of each."""
        sheet, named = self.proposal.table.sheet, [shown(*file) for file in self.proposal.files]
        return [message("{file}, sheet {sheet}", file=one, sheet=sheet) for one in named] if sheet else named


def _names(files: Sequence[File], given: Sequence[str], unmapped: Sequence[File]) -> list[str]:
    """How a command names these files: as a person did, where that names no others."""
    names, left = [], list(files)
    for name in given:
        within = [file for file in unmapped if _lies_in(file, name)]
        if within and all(file in files for file in within):
            names.append(name)
            left = [file for file in left if file not in within]
    return names + [f"{path}/{member}" if member else path for path, member in left]


def _lies_in(file: File, name: str) -> bool:
    path, member = file
    return name in (path, f"{path}/{member}") or path.startswith(os.path.join(name, ""))


def _agreed(proposal: Proposal, zone: str, *, may_skip: bool) -> tuple[Proposal, str] | None:
    """Proposal and zone as a person at the terminal wants them; None to leave it out, which they may where there is
    more. Raises UsageError where they stop.
    """
    how = joined(" · ", [_HOW, _OR_NOT]) if may_skip else _HOW
    while True:
        _show(proposal, zone, terminal.note)
        answer = terminal.ask(message("Read {file} so?\n({how})", file=_titled(proposal), how=how))
        if may_skip and answer is not None and answer.lower() in ("s", "skip"):
            return None
        if answer is None or answer.lower() in ("q", "quit", "n", "no", "否"):
            raise _not_agreed()
        if answer.lower() not in terminal.YES:
            proposal, zone = _changed(proposal, zone, answer)
        elif proposal.missing:
            needed = " and ".join(proposal.missing)
            terminal.note(
                message(
                    "Name the column of {needed} first, like {missing}=COLUMN.",
                    needed=needed,
                    missing=proposal.missing[0],
                )
            )
        else:
            return proposal, zone


def ask_dates(problem: UndecidedDates) -> str:
    """What a log's dates mean, as a person says; "" where nobody can be asked, or says."""
    if not terminal.is_interactive():
        return ""
    question, answers = (_ORDER, _ORDERS) if problem.option == "date_order" else (_SWAPPED, _ANSWERS)
    while True:
        answer = (terminal.ask(message(question, message=problem.message)) or "q").lower()
        if answer in ("q", "quit"):
            return ""
        for meant in answers:
            if answer in (meant[0], meant.partition("-")[0], meant):
                return meant


def _changed(proposal: Proposal, zone: str, answer: str) -> tuple[Proposal, str]:
    """Proposal and zone after an answer that changes one of them; what it cannot change is said."""
    from isolation.history import FIELDS
    from isolation.history.mapping import same_name

    field, equals, column = (part.strip() for part in answer.partition("="))
    if equals and field == "tz":
        return proposal, _checked_zone(column) or zone
    column = same_name(column)
    if not equals or field not in FIELDS:
        terminal.note(message("The fields are {fields}; write for example account=Store.", fields=" ".join(FIELDS)))
    elif column and column not in proposal.table.columns:
        terminal.note(
            message(
                "There is no column {column}; the columns are {columns}.",
                column=column,
                columns=joined(", ", proposal.table.columns),
            )
        )
    else:
        proposal = proposal.changed(field, column)
        if proposal.needs_zone and not zone:
            zone = _likely_zone(proposal)
    return proposal, zone


def _checked_zone(name: str) -> str:
    """The name where it is that of a zone; else says why it is none."""
    from isolation.times import zone_named

    try:
        zone_named(name)
    except UsageError as problem:
        terminal.note(str(problem))
        return ""
    return name


def _print(meant: list[_Meant], rest: list[str], options: Options, copies: Copies) -> None:
    """The proposals and the commands, where nobody can be asked."""
    files = {file for one in meant for file in one.proposal.files}
    if len(files) == 1:
        said = message(
            "isolation: {file} does not say which column is what, so nothing was recorded.",
            file=meant[0].proposal.table.file,
        )
    else:
        said = message(
            "isolation: {files} files do not say which column is what, so nothing was recorded.", files=len(files)
        )
    terminal.note(said)
    if options.json:
        terminal.emit(
            {
                "schema": "isolation.mapping/1", **_told(meant[0]), "others": [_told(one) for one in meant[1:]],
                "rest": rest,
            }
        )  # fmt: skip
        return
    likely = [one for one in meant if not one.proposal.missing] or meant
    for one in likely:
        _show(one.proposal, one.zone, terminal.say)
        terminal.say("Complete this and run it:" if one.proposal.missing else "If that is right, run:")
        terminal.say(f"  {one.command}")
    if len(likely) < len(meant):
        unlikely = [_titled(one.proposal) for one in meant[len(likely) :]]
        terminal.say(message("No account or no time was found in {files}.", files=joined(", ", unlikely)))
    for command in rest:
        terminal.say(message("The others need no mapping:"), f"  {command}")
    if any(copies.made_of(path) for path, _ in files):
        terminal.say("What came through a pipe was not kept: give the same input to that command again.")


def _told(meant: _Meant) -> dict[str, object]:
    proposal, table = meant.proposal, meant.proposal.table
    return {
        "file": table.file,
        "files": [shown(*file) for file in proposal.files],
        "format": table.format,
        "sheet": table.sheet,
        "columns": list(table.columns),
        "proposed": [{"field": field, "column": column} for field, column in proposal.columns.items()],
        "missing": list(proposal.missing),
        "needs_zone": proposal.needs_zone,
        "tz": meant.zone,
        "sample": proposal.sample(),
        "command": meant.command,
    }


def _titled(proposal: Proposal) -> str:
    others = len(proposal.files) - 1
    if others < 1:
        return proposal.table.file
    return message("{file} and {others} more of its kind", file=proposal.table.file, others=others)


def _show(proposal: Proposal, zone: str, say: Callable[[str], None]) -> None:
    table, sample = proposal.table, proposal.sample()
    sheet = message(", sheet {sheet}", sheet=table.sheet) if table.sheet else ""
    say(
        message(
            "{file}{sheet}, read as {format}; its columns probably mean:",
            file=_titled(proposal),
            sheet=sheet,
            format=table.format,
        )
    )
    for field, column in proposal.columns.items():
        values = dict.fromkeys(row[field][:_LONGEST] for row in sample if row[field].strip())
        shown = joined(", ", values) or message("nothing in the first rows")
        say(message("  {field:<13} {column}    ({values})", field=field, column=column, values=shown))
    for field in proposal.missing:
        say(message("  {field:<13} not found, and needed", field=field))
    left = [column for column in table.columns if column not in proposal.columns.values()]
    if left:
        say(message("  left out: {left}", left=joined(", ", left)))
    if proposal.needs_zone:
        say(
            message(
                "  Its times do not say their zone; proposed is {zone}. Check that: a wrong zone moves every login.",
                zone=zone,
            )
        )


def _maps(proposal: Proposal) -> list[str]:
    return [f"{field}={column}" for field, column in proposal.columns.items()]


def _command(proposal: Proposal, zone: str, options: Options, names: list[str]) -> str:
    """The command that reads the files as proposed."""
    words = [*names]
    for one in [*_maps(proposal), *[f"{field}=COLUMN" for field in proposal.missing]]:
        words += ["--map", one]
    words += ["--sheet", proposal.table.sheet] if proposal.table.sheet else []
    return options.command("import", words + _given(options, zone))


def _given(options: Options, zone: str = "") -> list[str]:
    """The options that hold for every file of the run."""
    given = {
        "--tz": zone or options.tz, "--encoding": options.encoding, "--site": options.site,
        "--date-order": options.date_order, "--mixed-dates": options.mixed_dates, "--rejects": options.rejects,
        "--as": options.as_format,
    }  # fmt: skip
    words = [word for name, value in given.items() if value for word in (name, value)]
    return words + ["--dry-run"] * options.dry_run


def _likely_zone(proposal: Proposal) -> str:
    """The zone of who names columns in Chinese is China's; else that of this computer."""
    if any("\u4e00" <= sign <= "\u9fff" for name in proposal.columns.values() for sign in name):
        return "Asia/Shanghai"
    linked = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]  # on Linux and macOS
    for name in (os.environ.get("TZ", "").lstrip(":"), linked):
        if name and _is_zone(name):
            return name
    offset = datetime.now().astimezone().strftime("%z")
    return f"{offset[:3]}:{offset[3:5]}"


def _is_zone(name: str) -> bool:
    from isolation.times import zone_named

    try:
        zone_named(name)
    except UsageError:
        return False
    return True
