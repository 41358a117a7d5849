"""When two rows of logs are one session (docs/format.md, "Rows").

A row's core is what every log says: account, time, channel, success. Its fields are the mapped ones, each with a
keyed tag of its value or of having none. A row matches a stored one with the same core when no field that both
have differs; then it is that session, and tells at most more of it. A named site never makes two rows differ.
"""

from __future__ import annotations

from isolation.identifiers.accounts import account_key
from isolation.identifiers.canonical import canonical_value
from isolation.ledger.canonical import encode
from isolation.ledger.primitives import hmac_sha256

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from isolation.model import Reading, Session

    Fields = dict[int, bytes]

CORE_SIZE = 16
FIELD_TAG_SIZE = 8

# Codes are stored: never change or reuse one.
FIELD_CODES = {
    "end": 1, "public_ip": 2, "local_ip": 3, "device_id": 4, "hardware_mac": 5, "gateway_mac": 6, "bssid": 7,
    "ssid": 8, "operator": 9, "record": 10, "site": 11,
}  # fmt: skip
SITE = FIELD_CODES["site"]

# The field that a reading's fact came from, where its name is another.
_FIELD_OF_FACT = {"public_prefix": "public_ip", "access_point": "bssid", "site_ip": "local_ip"}
_DERIVED_FACTS = frozenset(("public_prefix", "access_point"))
_MOST_CACHED = 200_000
_STRIDE = 1 + FIELD_TAG_SIZE


def field_of(fact: str) -> str:
    """The field of a row that readings of this fact belong to."""
    return _FIELD_OF_FACT.get(fact, fact)


def pack_fields(fields: Fields) -> bytes:
    """The blob of `rows.fields`: code and tag of each, by code."""
    return b"".join([bytes((code,)) + fields[code] for code in sorted(fields)])


def unpack_fields(packed: bytes) -> Fields:
    """The inverse."""
    return {packed[at]: packed[at + 1 : at + _STRIDE] for at in range(0, len(packed), _STRIDE)}


class Known:
    """A session that a row was recorded as: its entry (None until it is appended) and its fields."""

    __slots__ = ("entry", "fields")

    def __init__(self, entry: int | None, fields: Fields) -> None:
        self.entry = entry
        self.fields = fields


def best_match(candidates: Iterable[Known], fields: Fields) -> Known | None:
    """The stored row that these fields are of: no field both have differs, and the most are equal; the earliest."""
    best, most = None, -1
    for known in candidates:
        common = [code for code in fields if code in known.fields and code != SITE]
        if len(common) > most and all(fields[code] == known.fields[code] for code in common):
            best, most = known, len(common)
    return best


class RowKeys:
    """Computes cores and field tags under one index key; remembers tags, because a log repeats its values."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._tags: dict[tuple[str, str | None], bytes] = {}

    def core(self, session: Session) -> bytes:
        """The core of a session's row."""
        told = {
            "account": account_key(session.account), "channel": session.channel, "success": session.success,
            "time": session.begin,
        }  # fmt: skip
        return hmac_sha256(self._key, b"row\0" + encode(told))[:CORE_SIZE]

    def fields(self, session: Session, mapped: Iterable[str]) -> Fields:
        """The tags of the mapped fields, and of what the session has beside them."""
        values: dict[str, str | None] = {name: None for name in mapped if name in FIELD_CODES}
        if session.end is not None:
            values["end"] = str(session.end)
        for name in ("operator", "record", "site"):
            text = getattr(session, name)
            if text:
                values[name] = text
        several: dict[str, set[str]] = {}
        for reading in session.readings:
            field = field_of(reading.fact)
            if field in FIELD_CODES and isinstance(reading.value, str) and reading.fact not in _DERIVED_FACTS:
                several.setdefault(field, set()).add(_bare(reading))
        for field, found in several.items():
            values[field] = "\n".join(sorted(found))
        return {FIELD_CODES[name]: self._tag(name, value) for name, value in values.items()}

    def _tag(self, name: str, value: str | None) -> bytes:
        tag = self._tags.get((name, value))
        if tag is None:
            if len(self._tags) >= _MOST_CACHED:
                self._tags.clear()
            tag = self._tags[name, value] = self._compute(name, value)
        return tag

    def _compute(self, name: str, value: str | None) -> bytes:
        if value is None:
            message = f"field\0{name}\0-"
        else:
            message = f"field\0{name}\0={_canonical(name, value)}"
        return hmac_sha256(self._key, message.encode(errors="backslashreplace"))[:FIELD_TAG_SIZE]


def _bare(reading: Reading) -> str:
    """A reading's value without the site it is named in."""
    value = str(reading.value)
    return value.rpartition("/")[2] if reading.fact == "site_ip" else value


def _canonical(name: str, value: str) -> str:
    if name in ("end", "record"):
        return value
    if name == "site":
        return account_key(value)
    return "\n".join(sorted({canonical_value(name, one) for one in value.split("\n")}))


def added_fields(known: Mapping[int, bytes], fields: Fields) -> Fields:
    """What a matching row tells beyond what was known."""
    return {code: tag for code, tag in fields.items() if code not in known}


def amendment(session: Session, added: Fields) -> Session:
    """The session cut down to the fields that are new: what an `amend` entry says."""
    names = {name for name, code in FIELD_CODES.items() if code in added}
    readings = [reading for reading in session.readings if _belongs(reading, names)]
    changed: Session = session.replace(
        readings=tuple(readings),
        end=session.end if "end" in names else None,
        **{name: getattr(session, name) if name in names else "" for name in ("operator", "record", "site")},
    )
    return changed


def _belongs(reading: Reading, names: set[str]) -> bool:
    return field_of(reading.fact) in names or (reading.fact == "site_ip" and "site" in names)
