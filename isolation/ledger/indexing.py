"""Giving tags to what was appended while the index key was out of reach."""

from __future__ import annotations

from isolation.ledger.entry import to_base64
from isolation.ledger.prepared import Prepared
from isolation.ledger.session_fields import decode_readings, decode_session, sequence_fields
from isolation.ledger.tags import pack_tags
from isolation.ledger.terms import surest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from isolation.ledger.append import Appender
    from isolation.ledger.store import Ledger


def index_pending(ledger: Ledger, appender: Appender) -> int:
    """Appends an `index` entry for each pending one, in their order; returns how many."""
    ledger.keys.index()
    opener = ledger.opener()
    query = ledger.connection.execute
    appender.flush()
    pending = query("SELECT entry, kind, session FROM main.pending ORDER BY entry").fetchall()
    for entry, kind, session in pending:
        fields, logged = opener.fields(query, entry), opener.logged(query, entry)
        if kind == "session":
            _index_session(ledger, appender, entry, fields, logged)
        elif kind == "observe":
            _index_observation(ledger, appender, entry, session, fields)
        else:
            index = _append(ledger, appender, entry, b"", {})
            if kind == "end":
                appender.derived.change(index, session, end=fields["at"])
        appender.derived.indexed(entry)
    return len(pending)


def _index_session(ledger: Ledger, appender: Appender, entry: int, fields: Mapping[str, Any], logged: int) -> None:
    session = decode_session(fields)
    prepared = Prepared.of(appender.terms(), session)
    appender.numbers.look_up(prepared.named())
    numbered = appender.numbers.of(prepared.tags)
    sequence = appender.next_sequence(numbered.account)
    index = _append(ledger, appender, entry, prepared.tags, sequence_fields(sequence))
    appender.derived.late(index, prepared.row(entry, numbered, sequence[0], logged))


def _index_observation(ledger: Ledger, appender: Appender, entry: int, session: int, fields: Mapping[str, Any]) -> None:
    named = surest(appender.terms().readings(decode_readings(fields)))
    appender.numbers.look_up(named)
    index = _append(ledger, appender, entry, pack_tags(named), {})
    appender.derived.observe(index, session, fields["seen"], appender.identifiers(named))


def _append(ledger: Ledger, appender: Appender, entry: int, tags: bytes, more: Mapping[str, bytes]) -> int:
    fields = {"epoch": b"%d" % ledger.epoch, "tags": b'"%s"' % to_base64(tags).encode(), **more}
    return appender.append("index", fields, tags, entry)
