"""Erasing: the contents of entries go, their leaves stay, so that the tree verifies and shows the gap."""

from __future__ import annotations

from isolation.ledger.canonical import encode
from isolation.ledger.choosing import Choice, Names, Wanted, choose
from isolation.ledger.closing import Closing
from isolation.ledger.erased import Erasure, latest_erasure, ranges
from isolation.ledger.forgetting import forget, recount_kinds
from isolation.ledger.indexing import index_pending
from isolation.ledger.joining import take_back
from isolation.ledger.schema import TRIGGERS
from isolation.ledger.sweeping import mark_unswept
from isolation.ledger.terms import encode_text
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from isolation.ledger.append import Appender
    from isolation.ledger.forgetting import Forgotten
    from isolation.ledger.store import Ledger

_UPDATE_GUARD = next(trigger for trigger in TRIGGERS if "TRIGGER entries_update " in trigger)


class Erased(Value):
    """What an erasure took: entries in all and by kind, sessions with the begins (µs) of the first and last dated one,
    how many accounts lost some and how many all, and the entry that tells of it (None where nothing was to go)."""

    __slots__ = ("accounts", "entries", "entry", "first", "gone", "kinds", "last", "sessions")
    entry: int | None
    entries: int
    kinds: Mapping[str, int]
    sessions: int
    accounts: int
    gone: int
    first: int | None
    last: int | None

    def __init__(
        self, entry: int | None, entries: int, kinds: Mapping[str, int], sessions: int, accounts: int, gone: int,
        first: int | None, last: int | None,
    ) -> None:  # fmt: skip
        self._init(
            entry=entry, entries=entries, kinds=kinds, sessions=sessions, accounts=accounts, gone=gone, first=first,
            last=last,
        )  # fmt: skip


NOTHING = Erased(None, 0, {}, 0, 0, 0, None, None)


def erase(ledger: Ledger, appender: Appender, wanted: Wanted, by: str, reason: str) -> Erased:
    """Erases within the open writing transaction; the file is swept after it. `by` says how they were chosen.

    Raises KeyUnavailable: without the keys nobody can tell which entries are meant. Raises UsageError.
    """
    index_pending(ledger, appender)
    appender.flush()
    query, opener = ledger.connection.execute, ledger.opener()
    choice = choose(query, ledger.keys.index(), opener, wanted)
    if not choice.entries:
        return NOTHING
    resting = _resting(query, wanted.entries)
    answers = [opener.fields(query, entry) for entry in choice.baselines]
    forgotten = forget(ledger.connection, choice.entries, choice.gone, choice.stays)
    recount_kinds(ledger.connection, choice.kinds, choice.kept)
    _empty(ledger, choice)
    for answer in answers:
        _answer_again(appender, Names(wanted), answer)
    _take_back(ledger, appender, *resting)
    entry = _tell(ledger, appender, choice, forgotten, by, reason)
    mark_unswept(ledger.connection, appender.logged)
    appender.flush()
    return Erased(
        entry, len(choice.entries), choice.kinds, forgotten.sessions, forgotten.accounts, forgotten.gone,
        forgotten.first, forgotten.latest,
    )  # fmt: skip


def _resting(query: Callable[..., Any], entries: tuple[int, ...]) -> tuple[set[bytes], set[int]]:
    """What rests on leases and closes that are erased by their numbers: clients joined to, and sessions ended."""
    clients: set[bytes] = set()
    sessions: set[int] = set()
    for entry in entries:
        clients.update(one for (one,) in query("SELECT client FROM main.leases WHERE entry = ?", (entry,)))
        rows = query(
            "SELECT n.session FROM main.closes c JOIN main.connections n ON n.connection = c.connection"
            ' AND n."end" = c.at WHERE c.entry = ?',
            (entry,),
        )
        sessions.update(session for (session,) in rows)
    return clients, sessions


def _take_back(ledger: Ledger, appender: Appender, clients: set[bytes], sessions: set[int]) -> None:
    """Takes back what rested on them and on nothing else that is left."""
    take_back(appender, ledger.opener(), clients)
    closing = Closing(appender, ledger.keys.index())
    closing.touch(sessions)
    closing.settle()


def _empty(ledger: Ledger, choice: Choice) -> None:
    """Empties the rows of the log. Its guard against accidents stands aside for as long as that takes."""
    run = ledger.connection.execute
    run("DROP TRIGGER main.entries_update")
    ledger.connection.executemany(
        "UPDATE main.entries SET body = x'', sealed = x'', tags = NULL, tag_mac = NULL WHERE i = ?",
        [(entry,) for entry in sorted(choice.entries)],
    )
    run(_UPDATE_GUARD)


def _answer_again(appender: Appender, names: Names, answer: Mapping[str, Any]) -> None:
    """Records an answer again without the names that are erased, saying how many it had."""
    kept = [name for name in answer["accounts"] if not names.are(name)]
    by = "" if names.are(answer["by"]) else answer["by"]
    left_out = len(answer["accounts"]) - len(kept) + answer.get("left_out", 0)
    fields = {"accounts": encode(kept), "by": encode_text(by), "left_out": b"%d" % left_out}
    appender.append("baseline", fields, b"")


def _tell(ledger: Ledger, appender: Appender, choice: Choice, forgotten: Forgotten, by: str, reason: str) -> int:
    before = latest_erasure(ledger.connection.execute)
    total, floor = (before.total, before.floor) if before is not None else (0, 0)
    erasure = Erasure(ranges(choice.entries), total + len(choice.entries), max(floor, forgotten.floor), forgotten.last)
    fields = {"by": encode_text(by)}
    if reason:
        fields["reason"] = encode_text(reason)
    return appender.append("erase", fields, b"", told=erasure.told())
