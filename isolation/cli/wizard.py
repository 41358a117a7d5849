"""An unknown table: what its columns probably mean, shown with a sample, and asked about on a terminal.

Nothing is recorded that was not agreed to. Where nobody can be asked, the one command to run is printed.
"""

from __future__ import annotations

import os
import shlex
from datetime import datetime

from isolation.cli import terminal
from isolation.errors import UsageError
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from isolation.cli.common import Options
    from isolation.history.dates import UndecidedDates
    from isolation.history.proposals import Proposal

_HOW = message(
    "y: read it so · FIELD=COLUMN: another column · FIELD=: leave a field out · tz=ZONE: another time zone · q: stop"
)
_ORDER = message("{message} What comes first? (d: day · m: month · q: stop)")
_ORDERS = ("day-first", "month-first")
_SWAPPED = message(
    "{message} What is true of those with the year first? (s: they are swapped, turn them back · a: they are right as "
    "written · r: I do not know, leave these rows out · q: stop)"
)
_ANSWERS = ("swapped", "as-written", "reject")
_LONGEST = 60  # characters of a value that are shown


def propose_mapping(path: str, options: Options) -> bool:
    """Settles in `options` what the columns of the file mean; False where nobody could be asked.

    Raises UsageError where the person stops, or the file cannot be read.
    """
    from isolation.history.proposals import propose, read_tables

    proposal = propose(read_tables(path, encoding=options.encoding, sheet=options.sheet))
    zone = options.tz or (_likely_zone(proposal) if proposal.needs_zone else "")
    if not terminal.is_interactive():
        _print(proposal, zone, options)
        return False
    while True:
        _show(proposal, zone, terminal.note)
        answer = terminal.ask(message("Read {file} so?\n({how})", file=proposal.table.file, how=_HOW))
        if answer is None or answer.lower() in ("q", "quit", "n", "no", "否"):
            raise UsageError("Nothing was recorded: the mapping was not agreed to.", "Name the columns with --map.")
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
            vars(options).update(mapped=_maps(proposal), sheet=proposal.table.sheet, tz=zone)
            return True


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
                columns=", ".join(proposal.table.columns),
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


def _print(proposal: Proposal, zone: str, options: Options) -> None:
    """The proposal and the command, where nobody can be asked."""
    command = _command(proposal, zone, options)
    table = proposal.table
    terminal.note(
        message("isolation: {file} does not say which column is what, so nothing was recorded.", file=table.file)
    )
    if options.json:
        terminal.emit(
            {
                "schema": "isolation.mapping/1",
                "file": table.file,
                "format": table.format,
                "sheet": table.sheet,
                "columns": list(table.columns),
                "proposed": [{"field": field, "column": column} for field, column in proposal.columns.items()],
                "missing": list(proposal.missing),
                "needs_zone": proposal.needs_zone,
                "tz": zone,
                "sample": proposal.sample(),
                "command": command,
            }
        )
        return
    _show(proposal, zone, terminal.say)
    terminal.say("Complete this and run it:" if proposal.missing else "If that is right, run:")
    terminal.say(f"  {command}")


def _show(proposal: Proposal, zone: str, say: Callable[[str], None]) -> None:
    table, sample = proposal.table, proposal.sample()
    sheet = message(", sheet {sheet}", sheet=table.sheet) if table.sheet else ""
    say(
        message(
            "{file}{sheet}, read as {format}; its columns probably mean:",
            file=table.file,
            sheet=sheet,
            format=table.format,
        )
    )
    for field, column in proposal.columns.items():
        values = dict.fromkeys(row[field][:_LONGEST] for row in sample if row[field].strip())
        shown = ", ".join(values) or message("nothing in the first rows")
        say(message("  {field:<13} {column}    ({values})", field=field, column=column, values=shown))
    for field in proposal.missing:
        say(message("  {field:<13} not found, and needed", field=field))
    left = [column for column in table.columns if column not in proposal.columns.values()]
    if left:
        say(message("  left out: {left}", left=", ".join(left)))
    if proposal.needs_zone:
        say(
            message(
                "  Its times do not say their zone; proposed is {zone}. Check that: a wrong zone moves every login.",
                zone=zone,
            )
        )


def _maps(proposal: Proposal) -> list[str]:
    return [f"{field}={column}" for field, column in proposal.columns.items()]


def _command(proposal: Proposal, zone: str, options: Options) -> str:
    """The command that reads the files as proposed."""
    words = ["isolation", "import", *options.files]
    for one in [*_maps(proposal), *[f"{field}=COLUMN" for field in proposal.missing]]:
        words += ["--map", one]
    given = {
        "--sheet": proposal.table.sheet, "--tz": zone, "--encoding": options.encoding, "--site": options.site,
        "--date-order": options.date_order, "--mixed-dates": options.mixed_dates, "--rejects": options.rejects,
        "--as": options.as_format,
    }  # fmt: skip
    for name, value in given.items():
        words += [name, value] if value else []
    return " ".join(map(shlex.quote, words + ["--dry-run"] * options.dry_run))


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
