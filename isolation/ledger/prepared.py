"""What a session comes to by itself and the index key, before the ledger is asked anything.

It needs nothing but what it is given, so that a helper process can do it as well (`isolation.hooks.reading_ahead`).
"""

from __future__ import annotations

from marshal import dumps, loads

from isolation.errors import UsageError
from isolation.identifiers.accounts import account_spelling
from isolation.ledger.canonical import LARGEST
from isolation.ledger.rows import own_row_fields, pack_fields, row_core, row_fields
from isolation.ledger.session_fields import own_fields, session_fields
from isolation.ledger.session_rows import SessionRow
from isolation.ledger.tags import pack_tags, unpack_tags
from isolation.ledger.terms import Named
from isolation.model import CHANNELS, PROVENANCES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, TypeAlias

    from isolation.ledger.numbering import Numbered
    from isolation.ledger.terms import Terms
    from isolation.model import Session

    # What `marshal` takes: a `Prepared`, its row's core, and the row's fields as `rows` has them.
    Packed: TypeAlias = tuple[tuple[Any, ...], bytes, bytes]

_CHANNELS = {name: code for code, name in enumerate(CHANNELS)}
_PROVENANCES = {name: code for code, name in enumerate(PROVENANCES)}


class Prepared:
    """A session or presence. `account` tells whether it has one; channel and provenance are codes.

    `tags` are those of account and operator where there are any, and of the identifiers, as they are stored; `shown`
    the values of these; `fields` those of its entry in canonical bytes, without the numbering, in two parts. These two
    are in `marshal`'s form: for the process that only hands them on each is one object, and not some tens.
    """

    __slots__ = ("account", "begin", "channel", "end", "fields", "provenance", "refused", "shown", "success", "tags")

    def __init__(
        self, begin: int, end: int | None, account: bool, channel: int, provenance: int, success: bool, refused: bool,
        tags: bytes, shown: bytes, fields: tuple[bytes, bytes],
    ) -> None:  # fmt: skip
        self.begin = begin
        self.end = end
        self.account = account
        self.channel = channel
        self.provenance = provenance
        self.success = success
        self.refused = refused
        self.tags = tags
        self.shown = shown
        self.fields = fields

    @classmethod
    def of(cls, terms: Terms, session: Session) -> Prepared:
        """What a session comes to. Raises BadIdentifier."""
        return cls(*Alike(terms, session).parts(session.begin, session.end, session.record))

    def named(self) -> list[Named]:
        """Account and operator where there are any, and the identifiers, with what to show for each."""
        shown = loads(self.shown)  # noqa: S302 - from this program
        return [Named(*tag, value) for tag, value in zip(unpack_tags(self.tags), shown, strict=True)]

    def row(self, entry: int, numbered: Numbered, sequence: int, logged: int) -> SessionRow:
        """The derived row of a session."""
        return SessionRow(
            entry, numbered.account, sequence, numbered.operator, self.begin, self.end, logged, self.channel,
            self.provenance, int(self.success and not self.refused), int(self.refused), numbered.packed,
        )  # fmt: skip


class PreparedRow:
    """A row of a log with what it comes to under an index key: its session, and by what it is known again.

    `account` tells whether it is a use of an account, and not an operator's presence; `begin` is in µs.
    """

    __slots__ = ("_again", "account", "begin", "connection", "core", "fields", "key", "mapped", "prepared")

    def __init__(
        self, packed: Packed, key: bytes, mapped: Sequence[str], again: Callable[[], Session], connection: str = ""
    ) -> None:
        """`packed` is what `AlikeRows` made; `again` makes the session itself, which is seldom wanted."""
        told, core, fields = packed
        self.prepared = prepared = Prepared(*told)
        self.account = prepared.account
        self.begin = prepared.begin
        self.core = core
        self.fields = fields
        self.key = key
        self.mapped = mapped
        self.connection = connection
        self._again = again

    def session(self) -> Session:
        """The session itself, as it is recorded."""
        return checked_row(self._again())

    @classmethod
    def of(cls, terms: Terms, key: bytes, session: Session, mapped: Sequence[str]) -> PreparedRow:
        """What the session of a row comes to; `mapped` names the fields that the log has. Raises BadIdentifier."""
        alike = AlikeRows(terms, key, session, mapped)
        packed = alike.packed(session.begin, session.end, session.record)
        return cls(packed, key, mapped, lambda: session, session.connection)


class Alike:
    """What sessions come to that differ in begin, end and record alone, as most in a log of one account at one place
    do: all but that is worked out once."""

    __slots__ = ("_fields", "_kind")

    def __init__(self, terms: Terms, session: Session) -> None:
        """`session` is one of them. Raises BadIdentifier."""
        seen = terms.seen(session.readings)
        people = [terms.account(session.account)] if session.account else []
        if session.operator:
            people.append(terms.operator(session.operator))
        self._kind = (
            session.account != "", _CHANNELS[session.channel], _PROVENANCES[session.provenance], session.success,
            session.refused, pack_tags(people) + seen.packed, dumps([named[3] for named in people] + seen.shown),
        )  # fmt: skip
        self._fields = dumps(session_fields(session, seen.fields))

    def parts(self, begin: int, end: int | None, record: str) -> tuple[Any, ...]:
        """What the `Prepared` of one is made of."""
        return begin, end, *self._kind, (self._fields, dumps(own_fields(begin, end, record)))


class AlikeRows(Alike):
    """The same of sessions that are rows of a log, with what these are known again by."""

    __slots__ = ("_key", "_row", "_terms", "_who")

    def __init__(self, terms: Terms, key: bytes, session: Session, mapped: Sequence[str]) -> None:
        """`key` is the index key, `mapped` are the fields that the log has. Raises BadIdentifier."""
        super().__init__(terms, session)
        self._terms = terms
        self._key = key
        who = terms.account(session.account) if session.account else terms.operator(session.operator)
        self._who = who[2], session.channel, session.success
        self._row = row_fields(
            terms,
            terms.seen(session.readings),
            (*mapped,),
            operator=session.operator,
            site=session.site,
            connection=session.connection,
        )

    def packed(self, begin: int, end: int | None, record: str) -> Packed:
        """What the row of one comes to, in plain values."""
        fields = {**self._row, **own_row_fields(self._terms, end, record)}
        return self.parts(begin, end, record), row_core(self._key, *self._who, begin), pack_fields(fields)


def checked_row(session: Session) -> Session:
    """As `checked`; what names no account is a presence, and names an operator."""
    if session.account:
        return checked(session)
    check_times(session.begin, session.end)
    spelling = account_spelling(session.operator)
    return session if spelling == session.operator else session.replace(operator=spelling)


def checked(session: Session) -> Session:
    """The session under its account's trimmed, composed spelling. Raises BadIdentifier, UsageError."""
    check_times(session.begin, session.end)
    spelling = account_spelling(session.account)
    return session if spelling == session.account else session.replace(account=spelling)


def check_times(begin: int, end: int | None) -> None:
    """Raises UsageError for times (µs) that no session has."""
    if end is not None and end < begin:
        raise UsageError("A session cannot end before it begins.")
    if not 0 <= begin <= (end or begin) <= LARGEST:
        raise UsageError("A session has a time that a ledger cannot hold.", "Give times in µs since 1970.")


__all__ = ["Alike", "AlikeRows", "Packed", "Prepared", "PreparedRow", "check_times", "checked", "checked_row"]
