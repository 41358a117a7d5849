"""All that a ledger holds about one person: for somebody who asks what is stored about them."""

from __future__ import annotations

from isolation.errors import UsageError
from isolation.identifiers.escape import excerpt
from isolation.ledger.choosing import Names, Wanted, declares, of_kind
from isolation.ledger.lines import session_line
from isolation.ledger.people import operator_numbers
from isolation.messages import message
from isolation.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from isolation.ledger.store import Ledger

SCHEMA = "isolation.operator/1"
NOTES = (
    message(
        "These are the sessions that name this person as operator and the presences that other tools logged, with"
        " all that was recorded of them, and the other entries that name them."
    ),
    message(
        "The access points around a session are kept for 90 days at most as keyed tags, which cannot be read back."
    ),
    message("Nothing in this file is sealed or proved."),
)


def stored_of_operator(ledger: Ledger, name: str) -> dict[str, Any]:
    """The document of all that is stored about a person, by any spelling of the name and of the same login.

    The ledger must be open for writing: entries that wait for their tags are given them first. Raises UsageError
    where nothing is stored, KeyUnavailable.
    """
    with ledger.writing() as log:
        log.index_pending()
    opener, query = ledger.opener(), ledger.connection.execute
    names = Names(Wanted(operators=(name,)))
    with ledger.reading() as reader:
        numbers = operator_numbers(query, opener, name)
        among = message("operator IN ({numbers})", numbers=", ".join("?" * len(numbers)))
        rows = query(
            f"SELECT entry, logged FROM main.sessions WHERE {among}"
            f" UNION ALL SELECT entry, logged FROM main.presences WHERE {among} ORDER BY entry",
            numbers * 2,
        ).fetchall()
        named = []
        for kind in ("baseline", "policy", "report"):
            for entry, logged in of_kind(query, kind):
                fields = opener.fields(query, entry)
                if declares(names, fields) if kind == "policy" else names.within(fields):
                    named.append({"entry": entry, "kind": kind, "logged": format_time(logged)})
        if not rows and not named:
            raise UsageError(
                message("The ledger holds nothing about {name}.", name=excerpt(name)), "Check the spelling."
            )
        intervals = reader.intervals()
        return {
            "schema": SCHEMA,
            "operator": name,
            "origin": ledger.origin,
            "size": reader.size,
            "root": reader.root.hex(),
            "made_at": format_time(ledger.clock()),
            "sessions": [
                session_line(ledger.origin, entry, logged, opener.session(query, entry), intervals.of(entry))
                for entry, logged in rows
            ],
            "named_in": named,
            "notes": list(NOTES),
        }
