"""What a session comes to by itself and the index key, before the ledger is asked anything.

It needs nothing but what it is given, so that a helper process can do it as well (`isolation.hooks.reading_ahead`).
"""

from __future__ import annotations

from marshal import dumps, loads

from isolation.errors import UsageError
from isolation.identifiers.accounts import account_spelling
from isolation.ledger.canonical import LARGEST
from isolation.ledger.rows import pack_fields, row_core, row_fields
from isolation.ledger.session_fields import session_fields
from isolation.ledger.session_rows import SessionRow
from isolation.ledger.tags import pack_tags, unpack_tags
from isolation.ledger.terms import Named
from isolation.model import CHANNELS, PROVENANCES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, TypeAlias

    from isolation.ledger.numbering import Numbered
    from isolation.ledger.terms import Seen, Terms
    from isolation.model import Session

    # What `marshal` takes: a `Prepared`, its row's core, and the row's fields as `rows` has them.
    Packed: TypeAlias = tuple[tuple[Any, ...], bytes, bytes]

_CHANNELS = {name: code for code, name in enumerate(CHANNELS)}
_PROVENANCES = {name: code for code, name in enumerate(PROVENANCES)}


class Prepared:
    """A session or presence. `account` tells whether it has one; channel and provenance are codes.

    `tags` are those of account and operator where there are any, and of the identifiers, as they are stored; `shown`
    the values of these; `fields` those of its entry in canonical bytes, without the numbering. The last two are in
    `marshal`'s form: for the process that only hands them on each is one object, and not some tens.
    """

    __slots__ = ("account", "begin", "channel", "end", "fields", "provenance", "refused", "shown", "success", "tags")

    def __init__(
        self, begin: int, end: int | None, account: bool, channel: int, provenance: int, success: bool, refused: bool,
        tags: bytes, shown: bytes, fields: bytes,
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
        return cls(*_parts(terms, terms.seen(session.readings), session))

    def named(self) -> list[Named]:
        """Account and operator where there are any, and the identifiers, with what to show for each."""
        shown = loads(self.shown)  # noqa: S302 - from this program
        return [Named(*tag, value) for tag, value in zip(unpack_tags(self.tags), shown, strict=True)]

    def row(self, entry: int, numbered: Numbered, sequence: int, logged: int) -> SessionRow:
        """The derived row of a session."""
        return SessionRow(
            entry, numbered.account, sequence, numbered.operator, self.begin, self.end, logged, self.channel,
            self.provenance, int(self.success and not self.refused), int(self.refused), numbered.identifiers,
        )  # fmt: skip


class PreparedRow:
    """A row of a log with what it comes to under an index key: its session, and by what it is known again."""

    __slots__ = ("_again", "connection", "core", "fields", "key", "mapped", "prepared")

    def __init__(
        self, packed: Packed, key: bytes, mapped: Sequence[str], again: Callable[[], Session], connection: str = ""
    ) -> None:
        """`packed` is what `packed_row` made; `again` makes the session itself, which is seldom wanted."""
        told, core, fields = packed
        self.prepared = Prepared(*told)
        self.core = core
        self.fields = fields
        self.key = key
        self.mapped = mapped
        self.connection = connection
        self._again = again

    @property
    def account(self) -> bool:
        """Whether it is a use of an account; otherwise it is an operator's presence."""
        return self.prepared.account

    @property
    def begin(self) -> int:
        """When its session began, in µs."""
        return self.prepared.begin

    def session(self) -> Session:
        """The session itself, as it is recorded."""
        return checked_row(self._again())

    @classmethod
    def of(cls, terms: Terms, key: bytes, session: Session, mapped: Sequence[str]) -> PreparedRow:
        """What the session of a row comes to; `mapped` names the fields that the log has. Raises BadIdentifier."""
        packed = packed_row(terms, key, session, mapped)
        return cls(packed, key, mapped, lambda: session, session.connection)


def packed_row(terms: Terms, key: bytes, session: Session, mapped: Sequence[str]) -> Packed:
    """What the session of a row comes to, in plain values. Raises BadIdentifier."""
    seen = terms.seen(session.readings)
    told = _parts(terms, seen, session)
    who = terms.account(session.account) if session.account else terms.operator(session.operator)
    core = row_core(key, who[2], session.channel, session.success, session.begin)
    fields = row_fields(
        terms, seen, (*mapped,), end=session.end, record=session.record, operator=session.operator, site=session.site,
        connection=session.connection,
    )  # fmt: skip
    return told, core, pack_fields(fields)


def _parts(terms: Terms, seen: Seen, session: Session) -> tuple[Any, ...]:
    """What a `Prepared` is made of."""
    people = [terms.account(session.account)] if session.account else []
    if session.operator:
        people.append(terms.operator(session.operator))
    return (
        session.begin, session.end, session.account != "", _CHANNELS[session.channel],
        _PROVENANCES[session.provenance], session.success, session.refused, pack_tags(people) + seen.packed,
        dumps([named[3] for named in people] + seen.shown), dumps(session_fields(session, seen.fields)),
    )  # fmt: skip


def checked_row(session: Session) -> Session:
    """As `checked`; what names no account is a presence, and names an operator."""
    if session.account:
        return checked(session)
    _check_times(session)
    spelling = account_spelling(session.operator)
    return session if spelling == session.operator else session.replace(operator=spelling)


def checked(session: Session) -> Session:
    """The session under its account's trimmed, composed spelling. Raises BadIdentifier, UsageError."""
    _check_times(session)
    spelling = account_spelling(session.account)
    return session if spelling == session.account else session.replace(account=spelling)


def _check_times(session: Session) -> None:
    if session.end is not None and session.end < session.begin:
        raise UsageError("A session cannot end before it begins.")
    if not 0 <= session.begin <= (session.end or session.begin) <= LARGEST:
        raise UsageError("A session has a time that a ledger cannot hold.", "Give times in µs since 1970.")


__all__ = ["Packed", "Prepared", "PreparedRow", "checked", "checked_row", "packed_row"]
