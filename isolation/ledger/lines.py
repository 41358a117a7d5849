"""A ledger as readable lines: for moving it, and for looking into it. Nothing in them is sealed or proved.

Each line is one JSON object. The first says of which ledger; then come the sessions as they are known now, with what
later entries told of them, and the answers, policies and labels that were recorded. Other kinds are left out, and the
first line counts them.
"""

from __future__ import annotations

import re

from isolation.model import UNDATED, Value
from isolation.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from isolation.ledger.anchors import Interval
    from isolation.ledger.store import Ledger
    from isolation.model import Reading, Session

SCHEMA = "isolation.ledger/1"
_AT_ONCE = 500  # sessions read while the ledger is held
_TEXTS = ("forced", "site", "record", "machine", "network", "evidence", "connection")
_KINDS = ("baseline", "policy", "label")
_TOLD = ("origin", "session", "presence", "end", "amend", "join", "observe", "index", *_KINDS)  # also with sessions

# What the source of a session says that came from another ledger (isolation.history.ledger_lines writes it).
_FROM_LEDGER = re.compile(r"(isolation/[0-9a-f]{32}), entry ([0-9]+), (observed|declared|imported): (.*)", re.DOTALL)


class Home(Value):
    """Where a session was first recorded: origin and entry there, its provenance there, and what told of it there."""

    __slots__ = ("entry", "origin", "provenance", "source")
    origin: str
    entry: int
    provenance: str
    source: str

    def __init__(self, origin: str, entry: int, provenance: str, source: str) -> None:
        self._init(origin=origin, entry=entry, provenance=provenance, source=source)


def home_of(origin: str, entry: int, session: Session) -> Home:
    """The home of a session that stands as `entry` in the ledger of that origin."""
    found = _FROM_LEDGER.fullmatch(session.source)
    if found is None:
        return Home(origin, entry, session.provenance, session.source)
    return Home(found[1], int(found[2]), found[3], found[4])


def ledger_lines(ledger: Ledger) -> Iterator[dict[str, Any]]:
    """The ledger's lines, up to its present size; writers are let in between. Raises KeyUnavailable, LedgerError."""
    opener, query = ledger.opener(), ledger.connection.execute
    with ledger.reading() as reader:
        size, erased, intervals = reader.size, reader.erased, reader.intervals()
        kinds = query("SELECT kind, count FROM main.kinds ORDER BY count DESC, kind").fetchall()
        yield {
            "schema": SCHEMA, "origin": ledger.origin, "size": size, "root": reader.root.hex(), "erased": erased,
            "exported_at": format_time(ledger.clock()),
            "left_out": {kind: count for kind, count in kinds if kind not in _TOLD},
        }  # fmt: skip
    after = 0
    while after < size:
        with ledger.reading():
            entries = query(
                "SELECT i, body, logged FROM main.entries e JOIN main.batches b ON b.id = e.batch"
                " WHERE i > ? AND i < ? AND body <> x'' ORDER BY i LIMIT ?",
                (after, size, _AT_ONCE),
            ).fetchall()
            if not entries:
                return
            lines = []
            for entry, body, logged in entries:
                kind = body[9 : body.index(b'"', 9)].decode()
                if kind in ("session", "presence"):
                    session = opener.session(query, entry)
                    lines.append(session_line(ledger.origin, entry, logged, session, intervals.of(entry)))
                elif kind in _KINDS:
                    fields = opener.fields(query, entry)
                    lines.append({"kind": kind, "entry": entry, "logged": format_time(logged), **fields})
        yield from lines
        after = entries[-1][0]


def session_line(origin: str, entry: int, logged: int, session: Session, interval: Interval) -> dict[str, Any]:
    """One session or presence as a line. What is empty is left out; a begin that nobody knows is null, and so is a
    bound of the logged interval that no time stamp sets.
    """
    home = home_of(origin, entry, session)
    line: dict[str, Any] = {
        "kind": "session" if session.account else "presence",
        "origin": home.origin,
        "entry": home.entry,
        "logged": format_time(logged),
        "logged_after": _bound(interval.after),
        "logged_by": _bound(interval.by),
        **({"account": session.account} if session.account else {}),
        "begin": None if session.begin == UNDATED else format_time(session.begin),
        "end": None if session.end is None else format_time(session.end),
        "operator": session.operator,
        "channel": session.channel,
        "provenance": home.provenance,
        "success": session.success,
        "refused": session.refused,
        "source": home.source,
    }
    line.update((name, text) for name in _TEXTS if (text := getattr(session, name)))
    line["readings"] = [_reading(reading) for reading in session.readings if isinstance(reading.value, str | None)]
    return line


def _bound(moment: int | None) -> str | None:
    return None if moment is None else format_time(moment)


def _reading(reading: Reading) -> dict[str, Any]:
    line: dict[str, Any] = {"fact": reading.fact, "status": reading.status, "value": reading.value}
    for name in ("source", "reason"):
        if getattr(reading, name):
            line[name] = getattr(reading, name)
    line["identifying"] = reading.identifying
    line["confidence"] = reading.confidence
    if reading.detail:
        line["detail"] = dict(reading.detail)
    return line


__all__ = ["SCHEMA", "Home", "home_of", "ledger_lines", "session_line"]
