"""Writing what is stored so that anybody can read it: the whole ledger, or all of one person."""

from __future__ import annotations

import json

from isolation.cli import terminal
from isolation.errors import UsageError
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.cli.common import Options

_UNSEALED = message("Nothing in it is sealed: whoever has the file reads all accounts, people and addresses in it.")
# What stays in a ledger when its sessions are written.
_KIND_WORDS = {
    "scan": message("access points around a session, stored as keyed tags only"),
    "lease": message("lease of an address; the machines that sessions got by leases are written with them"),
    "close": message("end of a connection as a log tells it; the ends that sessions got are written with them"),
    "machine": message("statement about the machine of the ledger"),
    "report": message("report or bundle that was made"),
    "anchor": message("time stamp"),
    "erase": message("erasure"),
    "rotate": message("change of keys"),
    "restore": message("backup brought back"),
}


def export_ledger(options: Options) -> int:
    """Writes the ledger as JSON lines, which `isolation import` reads on another machine."""
    from isolation.ledger import Ledger
    from isolation.ledger.lines import ledger_lines
    from isolation.reports.writing import whole_file

    if options.account or options.operator or options.disclose or options.since or options.until:
        raise UsageError("--all is the whole ledger.", "Leave out what chooses a part of it.")
    sessions = 0
    with Ledger.open(options.ledger, read_only=True) as ledger, whole_file(options.output) as file:
        lines = ledger_lines(ledger)
        head = next(lines)
        file.write(_line(head))
        for line in lines:
            sessions += line.get("kind") in ("session", "presence")
            file.write(_line(line))
    terminal.note(_UNSEALED)
    if options.json:
        terminal.emit(
            {
                "schema": "isolation.export/1", "kind": "ledger", "path": options.output, "origin": head["origin"],
                "size": head["size"], "root": head["root"], "sessions": sessions, "left_out": head["left_out"],
            }
        )  # fmt: skip
        return 0
    terminal.say(
        message(
            "Wrote {output}: {sessions} sessions of {size} entries.",
            output=options.output,
            sessions=sessions,
            size=head["size"],
        )
    )
    for kind, count in head["left_out"].items():
        terminal.say(message("  left out: {count} × {what}", count=count, what=_KIND_WORDS.get(kind, kind)))
    terminal.say(
        message(
            "  `isolation import {output}` records them in another ledger, each once, as imported.",
            output=options.output,
        )
    )
    return 0


def export_person(options: Options) -> int:
    """Writes all that is stored about one person."""
    from isolation.ledger import Ledger
    from isolation.ledger.person import stored_of_operator
    from isolation.reports.writing import whole_file

    with Ledger.open(options.ledger, create=False) as ledger, whole_file(options.output) as file:
        document = stored_of_operator(ledger, options.operator)
        file.write(json.dumps(document, indent=2, ensure_ascii=False).encode(errors="backslashreplace") + b"\n")
    terminal.note(_UNSEALED)
    sessions = len(document["sessions"])
    if options.json:
        terminal.emit(
            {
                "schema": "isolation.export/1", "kind": "operator", "path": options.output,
                "origin": document["origin"], "size": document["size"], "root": document["root"],
                "sessions": sessions,
            }
        )  # fmt: skip
        return 0
    named = len(document["named_in"])
    terminal.say(
        message(
            "Wrote {output}: {sessions} sessions of this person, and {named} other entries name them.",
            output=options.output,
            sessions=sessions,
            named=named,
        )
    )
    return 0


def _line(line: dict[str, object]) -> bytes:
    return json.dumps(line, ensure_ascii=False).encode(errors="backslashreplace") + b"\n"
