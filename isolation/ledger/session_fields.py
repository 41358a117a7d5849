"""A session as an entry's fields, and back (docs/format.md, "Kinds")."""

from __future__ import annotations

from operator import attrgetter

from isolation.ledger.terms import encode_text
from isolation.model import CHANNELS, FACTS, PROVENANCES, Reading, Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_TEXTS = ("connection", "evidence", "forced", "machine", "network", "operator", "site", "source")
_texts = attrgetter(*_TEXTS)
_WORDS = {word: b'"%s"' % word.encode() for word in (*CHANNELS, *PROVENANCES)}


def session_fields(session: Session, readings: Mapping[str, bytes]) -> dict[str, bytes]:
    """The fields in canonical bytes, those of the readings given, without the numbering and what `own_fields` has.

    What is empty is left out.
    """
    fields = {"provenance": _WORDS[session.provenance]}
    if session.account:
        fields["account"] = encode_text(session.account)
    if session.channel != "ui":
        fields["channel"] = _WORDS[session.channel]
    if not session.success:
        fields["success"] = b"false"
    if session.refused:
        fields["refused"] = b"true"
    for name, text in zip(_TEXTS, _texts(session), strict=True):
        if text:
            fields[name] = encode_text(text)
    fields.update(readings)
    return fields


def own_fields(begin: int, end: int | None, record: str) -> dict[str, bytes]:
    """The fields in which sessions of one log differ, even where everything else is the same."""
    fields = {"begin": b"%d" % begin}
    if end is not None:
        fields["end"] = b"%d" % end
    if record:
        fields["record"] = encode_text(record)
    return fields


def sequence_fields(sequence: tuple[int, int]) -> dict[str, bytes]:
    """A session's number within its account, and what the account's first one is counted from unless that is 0."""
    number, floor = sequence
    fields = {"acct_seq": b"%d" % number}
    if floor:
        fields["acct_from"] = b"%d" % floor
    return fields


def decode_session(fields: Mapping[str, Any]) -> Session:
    """The session or presence of an entry's fields; raises KeyError, TypeError or ValueError for others."""
    given = {
        name: fields[name] for name in (*_TEXTS, "channel", "end", "record", "refused", "success") if name in fields
    }
    return Session(
        fields.get("account", ""), fields["begin"], provenance=fields["provenance"],
        readings=decode_readings(fields), **given,
    )  # fmt: skip


def decode_readings(fields: Mapping[str, Any]) -> tuple[Reading, ...]:
    """The readings among an entry's fields, in the order of FACTS."""
    found = []
    for fact in FACTS:
        for members in fields.get(fact, ()):
            rest = {name: members[name] for name in members.keys() - {"status", "value"}}
            found.append(Reading(fact, members.get("status", "observed"), members.get("value"), **rest))
    return tuple(found)
