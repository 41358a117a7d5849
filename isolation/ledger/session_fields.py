"""A session as an entry's fields, and back (docs/format.md, "Kinds")."""

from __future__ import annotations

from json.encoder import encode_basestring

from isolation.ledger.canonical import encode
from isolation.model import FACTS, Reading, Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from isolation.ledger.canonical import Json

_MOST_CACHED = 50_000
_TEXTS = ("operator", "forced", "source", "site", "record", "machine", "network", "evidence")


def encode_text(text: str) -> bytes:
    """A text's canonical bytes; half characters, which file names can hold, become `\\udcXX` spelled out."""
    try:
        return encode_basestring(text).encode()
    except UnicodeEncodeError:
        return encode_basestring(text.encode(errors="backslashreplace").decode()).encode()


class SessionEncoder:
    """Encodes sessions; remembers readings, because a log repeats them."""

    def __init__(self) -> None:
        self._readings: dict[tuple[object, ...], bytes] = {}

    def fields(self, session: Session, logged: int, sequence: int | None) -> dict[str, bytes]:
        """The fields in canonical bytes. What is empty is left out; `sequence` is None for an untagged entry."""
        fields = {
            "account": encode_text(session.account),
            "begin": b"%d" % session.begin,
            "channel": b'"%s"' % session.channel.encode(),
            "logged": b"%d" % logged,
            "provenance": b'"%s"' % session.provenance.encode(),
        }
        if sequence is not None:
            fields["acct_seq"] = b"%d" % sequence
        if session.end is not None:
            fields["end"] = b"%d" % session.end
        if not session.success:
            fields["success"] = b"false"
        if session.refused:
            fields["refused"] = b"true"
        for name in _TEXTS:
            text = getattr(session, name)
            if text:
                fields[name] = encode_text(text)
        fields.update(self.readings(session.readings))
        return fields

    def readings(self, readings: Iterable[Reading]) -> dict[str, bytes]:
        """One field for each fact: the list of its readings. A scan that was observed is an entry of its own."""
        by_fact: dict[str, list[bytes]] = {}
        for reading in readings:
            if not (reading.fact == "wifi_scan" and reading.status == "observed"):
                by_fact.setdefault(reading.fact, []).append(self._reading(reading))
        return {fact: b"[%s]" % b",".join(encoded) for fact, encoded in by_fact.items()}

    def _reading(self, reading: Reading) -> bytes:
        if reading.detail:
            return _encode_reading(reading)
        key = (
            reading.value, reading.source, reading.reason, reading.status, reading.identifying, reading.confidence
        )  # fmt: skip
        encoded = self._readings.get(key)
        if encoded is None:
            if len(self._readings) >= _MOST_CACHED:
                self._readings.clear()
            encoded = self._readings[key] = _encode_reading(reading)
        return encoded


def _encode_reading(reading: Reading) -> bytes:
    members: dict[str, Json] = {}
    if reading.status != "observed":
        members["status"] = reading.status
    if reading.value is not None:
        members["value"] = _sound(str(reading.value))
    if reading.source:
        members["source"] = _sound(reading.source)
    if reading.reason:
        members["reason"] = _sound(reading.reason)
    if reading.identifying:
        members["identifying"] = True
    if reading.confidence != "certain":
        members["confidence"] = reading.confidence
    if reading.detail:
        members["detail"] = {
            name: _sound(value) if isinstance(value, str) else value for name, value in reading.detail.items()
        }
    return encode(members)


def _sound(text: str) -> str:
    return text.encode(errors="backslashreplace").decode()


def decode_session(fields: Mapping[str, Json]) -> Session:
    """The session of an entry's fields; raises KeyError, TypeError or ValueError for fields of no session."""
    given = {name: fields[name] for name in (*_TEXTS, "end", "success", "refused") if name in fields}
    return Session(
        fields["account"], fields["begin"], channel=fields["channel"], provenance=fields["provenance"],
        readings=decode_readings(fields), **given,
    )  # type: ignore[arg-type]  # fmt: skip  # checked against the body's commitments, and by whoever made them


def decode_readings(fields: Mapping[str, Json]) -> tuple[Reading, ...]:
    """The readings among an entry's fields, in the order of FACTS."""
    found = []
    for fact in FACTS:
        for members in fields.get(fact, ()):  # type: ignore[union-attr]  # a list of objects, as encoded above
            found.append(
                Reading(
                    fact,
                    members.get("status", "observed"),
                    members.get("value"),
                    **{name: members[name] for name in members.keys() - {"status", "value"}},
                )  # fmt: skip
            )
    return tuple(found)
