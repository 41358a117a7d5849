"""Opening names and values: the one place that needs the seal key."""

from __future__ import annotations

import json
from collections import OrderedDict

from isolation.errors import LedgerDamaged, LedgerError
from isolation.ledger.entry import open_values, parse_body
from isolation.ledger.sealing import PAYLOAD, VALUE, Unopenable, open_batch
from isolation.ledger.session_fields import decode_readings, decode_session
from isolation.ledger.tags import ACCOUNT, NUMBERS_PER_RANK
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from isolation.ledger.sealing import BatchKey
    from isolation.model import Reading, Session

    Query = Callable[..., Any]

_MOST_BATCHES = 4096
_ADDED = ("connection", "end", "operator", "record", "site")  # what a later entry may tell beside readings


class Opener:
    """Opens payloads and display values, and remembers the keys of batches."""

    def __init__(self, origin: str, secret: Callable[[int], bytes]) -> None:
        """`secret` gives the seal key of an epoch."""
        self._origin = origin
        self._secret = secret
        self._batches: OrderedDict[int, BatchKey] = OrderedDict()

    def account_name(self, query: Query, number: int) -> str:
        """The spelling of the account's earliest use, or of its earliest attempt where it has no use."""
        for success in (1, 0):
            found = query(
                "SELECT entry FROM main.sessions WHERE account = ? AND success = ? ORDER BY begin, entry LIMIT 1",
                (number, success),
            ).fetchone()
            if found is not None:
                name = self.fields(query, found[0])["account"]
                assert isinstance(name, str)  # noqa: S101 - as every session entry is written
                return name
        raise LedgerError(message("There is no account of the number {number}.", number=number))

    def identifier_value(self, query: Query, number: int) -> str:
        """The value as printed."""
        if number % NUMBERS_PER_RANK == ACCOUNT:
            return self.account_name(query, number)
        found = query("SELECT batch, value FROM main.identifiers WHERE id = ?", (number,)).fetchone()
        if found is None:
            raise LedgerError(message("There is no identifier of the number {number}.", number=number))
        try:
            return self.batch(query, found[0]).open(VALUE, number, found[1]).decode()
        except Unopenable as problem:
            raise LedgerDamaged(
                message("The value of identifier {number} does not open: {problem}.", number=number, problem=problem)
            ) from None

    def fields(self, query: Query, entry: int) -> dict[str, Any]:
        """The fields of an entry."""
        found = query("SELECT batch, sealed FROM main.entries WHERE i = ?", (entry,)).fetchone()
        if found is None:
            raise LedgerError(message("There is no entry {entry}.", entry=entry))
        if not found[1]:
            raise LedgerError(
                message("Entry {entry} was erased.", entry=entry), "Its place in the tree is all that is left of it."
            )
        try:
            payload = self.batch(query, found[0]).open(PAYLOAD, entry, found[1])
        except Unopenable as problem:
            raise LedgerDamaged(
                message("Entry {entry} does not open: {problem}.", entry=entry, problem=problem), entries=(entry,)
            ) from None
        fields: dict[str, Any] = json.loads(payload)["fields"]
        return fields

    def logged(self, query: Query, entry: int) -> int:
        """When an entry was appended (µs)."""
        found = query(
            "SELECT logged FROM main.entries JOIN main.batches ON batches.id = entries.batch WHERE i = ?", (entry,)
        ).fetchone()
        logged: int = found[0]
        return logged

    def session(self, query: Query, entry: int) -> Session:
        """The session or presence of an entry, with its end and what later entries added."""
        fields = self.fields(query, entry)
        if "begin" not in fields:
            raise LedgerError(message("Entry {entry} is no session.", entry=entry))
        session = decode_session(fields)
        joined: tuple[Reading, ...] = ()
        for (change,) in query("SELECT entry FROM main.changes WHERE session = ? ORDER BY entry", (entry,)).fetchall():
            more = self._change(query, change, entry)
            if "leases" in more:  # a join replaces the one before it
                joined = decode_readings(more)
                continue
            if "closes" in more:  # and so does an end that closes tell
                session = session.replace(end=more.get("at"))
                continue
            told = {name: more[name] for name in _ADDED if name in more and not getattr(session, name)}
            told["readings"] = session.readings + decode_readings(more)
            session = session.replace(**told)
        return session.replace(readings=session.readings + joined) if joined else session

    def _change(self, query: Query, change: int, session: int) -> dict[str, Any]:
        """What a later entry tells of a session; an `index` entry may stand for an end told while the key was away."""
        (body,) = query("SELECT body FROM main.entries WHERE i = ?", (change,)).fetchone()
        kind, opened, _ = parse_body(body)
        of = open_values(opened)["of"]
        if kind == "index":
            if of == session:
                return {}
            assert isinstance(of, int)  # noqa: S101 - as every index entry is written
            change = of
        more = self.fields(query, change)
        return {"end": more["at"]} if "at" in more and "closes" not in more else more

    def batch(self, query: Query, batch: int) -> BatchKey:
        """The key of a batch."""
        key = self._batches.get(batch)
        if key is None:
            found = query("SELECT epoch, sealed FROM main.batches WHERE id = ?", (batch,)).fetchone()
            if found is None:
                raise Unopenable(message("there is no batch {batch}", batch=batch))
            key = open_batch(self._secret(found[0]), found[1], self._origin, found[0], batch)
            if len(self._batches) >= _MOST_BATCHES:
                self._batches.popitem(last=False)
            self._batches[batch] = key
        return key
