"""When two rows of logs are one session (docs/format.md, "Rows").

A row's core is what every log says: account (of a presence the operator), time, channel, success. Its fields are
the mapped ones, each with a keyed tag of its value or of having none. A row matches a stored one with the same core
when no field that both have differs; then it is that session, and tells at most more of it. A named site never makes
two rows differ.
"""

from __future__ import annotations

from isolation.digests import hmac_sha256, sha256
from isolation.identifiers.accounts import label_key
from isolation.model import FACTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import TypeAlias

    from isolation.ledger.terms import Seen, Term, Terms
    from isolation.model import Session

    Fields: TypeAlias = dict[int, bytes]

CORE_SIZE = 16
FIELD_TAG_SIZE = 8
NO_VALUE = bytes(FIELD_TAG_SIZE)

# Codes are stored: never change or reuse one.
FIELD_CODES = {
    "end": 1, "public_ip": 2, "local_ip": 3, "device_id": 4, "hardware_mac": 5, "gateway_mac": 6, "bssid": 7,
    "ssid": 8, "operator": 9, "record": 10, "site": 11, "connection": 12,
}  # fmt: skip
ADDED_TEXTS = ("connection", "operator", "record", "site")  # what a later row may tell beside readings and an end
SITE = FIELD_CODES["site"]
_END, _OPERATOR, _RECORD = FIELD_CODES["end"], FIELD_CODES["operator"], FIELD_CODES["record"]
_CONNECTION = FIELD_CODES["connection"]
_NAME_OF_CODE = {code: name for name, code in FIELD_CODES.items()}

# The field that readings of a fact come from, where its name is another.
_FIELD_OF_FACT = {"public_prefix": "public_ip", "access_point": "bssid", "site_ip": "local_ip"}
_CODE_OF_FACT = {name: FIELD_CODES[name] for name in FACTS if name in FIELD_CODES}
_CODE_OF_FACT["site_ip"] = FIELD_CODES["local_ip"]
_SEVERAL = frozenset(FIELD_CODES[name] for name in FIELD_CODES.keys() & {*FACTS})  # of them a session may have several
_STRIDE = 1 + FIELD_TAG_SIZE
_CODES_OF: dict[tuple[str, ...], tuple[int, ...]] = {}
_HEADS = [bytes((code,)) for code in range(256)]


def pack_fields(fields: Fields) -> bytes:
    """The blob of `rows.fields`: code and tag of each, by code. Several tags of one field stand in their order."""
    packed = []
    for code in sorted(fields):
        tags = fields[code]
        if len(tags) == FIELD_TAG_SIZE:
            packed.append(_HEADS[code] + tags)
        else:
            packed += [_HEADS[code] + tag for tag in _each(tags)]
    return b"".join(packed)


def unpack_fields(packed: bytes) -> Fields:
    """The inverse."""
    fields: Fields = {}
    for at in range(0, len(packed), _STRIDE):
        code, tag = packed[at], packed[at + 1 : at + _STRIDE]
        fields[code] = fields[code] + tag if code in fields else tag
    return fields


def packed_codes(packed: bytes) -> bytes:
    """The codes of packed fields; one that has several tags stands there as often."""
    return packed[::_STRIDE]


def merged(fields: Fields, added: Fields) -> Fields:
    """Both: of a field that both have, every tag once, in their order."""
    whole = fields | added
    for code in fields.keys() & added.keys():
        whole[code] = b"".join(sorted({*_each(fields[code]), *_each(added[code])}))
    return whole


def _each(tags: bytes) -> list[bytes]:
    return [tags[at : at + FIELD_TAG_SIZE] for at in range(0, len(tags), FIELD_TAG_SIZE)]


def field_names(fields: Iterable[int]) -> list[str]:
    """The names of these fields, sorted."""
    return sorted([_NAME_OF_CODE[code] for code in fields])


class Known:
    """A session that a row was recorded as: its entry (None until it is appended) and its fields, as `rows` has them
    (`packed`) and taken apart, which few rows are asked for."""

    __slots__ = ("_fields", "entry", "packed")

    def __init__(self, entry: int | None, packed: bytes) -> None:
        self.entry = entry
        self.packed = packed
        self._fields: Fields | None = None

    @property
    def fields(self) -> Fields:
        """The tags of its fields."""
        if self._fields is None:
            self._fields = unpack_fields(self.packed)
        return self._fields

    def add(self, added: Fields) -> None:
        """It has these fields as well."""
        self._fields = merged(self.fields, added)
        self.packed = pack_fields(self._fields)


def best_match(candidates: Sequence[Known], fields: Fields) -> Known | None:
    """The stored row that these fields are of: no field both have differs, and the most are equal; the earliest."""
    if not candidates:
        return None
    best, most = None, -1
    record = fields.get(_RECORD)
    for known in candidates:
        if record is not None and known.fields.get(_RECORD, record) != record:
            continue  # asked first: a log can have thousands of records of one person in one second
        common = [code for code in fields if code in known.fields and code != SITE]
        if len(common) > most and all(fields[code] == known.fields[code] for code in common):
            best, most = known, len(common)
    return best


def same_connection(candidates: Sequence[Known], fields: Fields) -> Known | None:
    """The stored row that is of the same connection, whatever else it tells."""
    return next((known for known in candidates if known.fields.get(_CONNECTION) == fields[_CONNECTION]), None)


def further_fields(known: Fields, fields: Fields) -> Fields:
    """What another record of a connection tells beyond what was known: also further values of a field."""
    return {
        code: tag
        for code, tag in fields.items()
        if code not in known or (code in _SEVERAL and tag not in _each(known[code]))
    }


def row_core(key: bytes, who: bytes, channel: str, success: bool, begin: int) -> bytes:
    """The core of a row; `who` is the tag of its account, or of its operator where it is a presence."""
    told = f"\0{channel}\0{int(success)}\0{begin}".encode()
    return hmac_sha256(key, b"row\0" + who + told)[:CORE_SIZE]


def _codes_of(mapped: Iterable[str]) -> tuple[int, ...]:
    """The codes of these fields; a log asks for the same with every row."""
    names = (*mapped,)
    codes = _CODES_OF.get(names)
    if codes is None:
        codes = _CODES_OF[names] = tuple(FIELD_CODES[name] for name in names if name in FIELD_CODES)
    return codes


def row_fields(
    terms: Terms, seen: Seen, mapped: tuple[str, ...], *, operator: str, site: str, connection: str = ""
) -> Fields:
    """The tags of the mapped fields, and of what the session has beside them, but for `own_row_fields`."""
    known = seen.rows.get(mapped)
    if known is None:
        known = seen.rows[mapped] = _reading_tags(seen.terms, mapped)
    fields = known.copy()
    if operator:
        fields[_OPERATOR] = terms.operator(operator).tag[:FIELD_TAG_SIZE]
    if site:
        fields[SITE] = terms.text("site", label_key(site))[:FIELD_TAG_SIZE]
    if connection:
        fields[_CONNECTION] = terms.text("connection", connection)[:FIELD_TAG_SIZE]
    return fields


def _reading_tags(readings: Iterable[Term], mapped: Iterable[str]) -> Fields:
    fields = dict.fromkeys(_codes_of(mapped), NO_VALUE)
    several: dict[int, set[bytes]] = {}
    for term in readings:
        code = _CODE_OF_FACT.get(term.fact)
        if code is not None and term.tag:
            tag = term.tag[:FIELD_TAG_SIZE]
            if fields.get(code, NO_VALUE) != NO_VALUE:
                several.setdefault(code, {fields[code]}).add(tag)
            fields[code] = tag
    for code, tags in several.items():
        if len(tags) > 1:
            fields[code] = sha256(b"".join(sorted(tags))).digest()[:FIELD_TAG_SIZE]
    return fields


def own_row_fields(terms: Terms, end: int | None, record: str) -> Fields:
    """The tags of what differs in rows of one log, even where everything else is the same."""
    fields = {}
    if end is not None:
        fields[_END] = terms.text("end", str(end))[:FIELD_TAG_SIZE]
    if record:
        fields[_RECORD] = terms.text("record", record)[:FIELD_TAG_SIZE]
    return fields


def added_fields(known: Mapping[int, bytes], fields: Fields) -> Fields:
    """What a matching row tells beyond what was known."""
    return {code: tag for code, tag in fields.items() if code not in known}


def amendment(session: Session, added: Iterable[int]) -> Session:
    """The session cut down to the fields that are new: what an `amend` entry says."""
    names = set(field_names(added))
    readings = [
        reading
        for reading in session.readings
        if _FIELD_OF_FACT.get(reading.fact, reading.fact) in names or (reading.fact == "site_ip" and "site" in names)
    ]
    changed: Session = session.replace(
        readings=tuple(readings),
        end=session.end if "end" in names else None,
        **{name: getattr(session, name) if name in names else "" for name in ADDED_TEXTS},
    )
    return changed
