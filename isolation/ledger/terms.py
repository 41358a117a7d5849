"""What a reading comes to in the ledger: its stored bytes, the identifiers it is compared by, and its row field.

A log repeats its values, so a `Terms` remembers what it worked out.
"""

from __future__ import annotations

from json.encoder import encode_basestring
from operator import itemgetter
from typing import NamedTuple

from isolation.identifiers.accounts import account_key, account_spelling, label_key, operator_key
from isolation.identifiers.addresses import parse_address, public_prefix
from isolation.identifiers.canonical import canonical_value, display_value
from isolation.identifiers.macs import access_point_group
from isolation.ledger.canonical import encode
from isolation.ledger.tags import FACT_CODES, FACT_OF_CODE, LINKING_CODES, canonical_tag, pack_tags, value_tag
from isolation.model import CONFIDENCES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from isolation.ledger.canonical import Json
    from isolation.model import Reading

_MOST_CACHED = 1 << 14
_MOST_SHARED = 4 << 10  # and as many that came before them
_MOST_SEEN = 1 << 10  # of some thousand bytes each
# Stored with every public IPv6 address, so that wider networks can be compared without opening anything.
_WIDER_PREFIXES = {"public_prefix": 64, "prefix56": 56, "prefix48": 48}
_FACT = itemgetter(0)
_CERTAIN = CONFIDENCES.index("certain")


class Named(NamedTuple):
    """One identifier of a session: fact code, confidence as index into CONFIDENCES, tag, and the value to show."""

    code: int
    confidence: int
    tag: bytes
    value: str


class Term(NamedTuple):
    """What a reading comes to: its canonical bytes as the only one of a list, its identifiers (none where it does not
    link), and the tag by which its row is told apart: of its value, within a site of the address alone; empty where
    nothing was read.
    """

    fact: str
    encoded: bytes
    named: tuple[Named, ...]
    tag: bytes


class Seen:
    """What all readings of a session come to: terms, identifiers, these as `entries.tags` holds them, and fields.

    `shown` are the values of the identifiers.
    """

    __slots__ = ("fields", "named", "packed", "rows", "shown", "terms")

    def __init__(self, terms: list[Term]) -> None:
        self.terms = terms
        self.named = surest(terms)
        self.shown = [named[3] for named in self.named]
        self.packed = pack_tags(self.named)
        self.fields = reading_fields(terms)
        self.rows: dict[tuple[str, ...], dict[int, bytes]] = {}  # by the fields that a log maps: those of its rows


class Terms:
    """Works out terms under one index key; without one, only their stored bytes."""

    def __init__(self, key: bytes | None) -> None:
        self._key = key
        self._readings: dict[tuple[object, ...], Term] = {}
        self._shared: dict[int, tuple[Term, Reading]] = {}
        self._shared_before: dict[int, tuple[Term, Reading]] = {}
        self._names: dict[tuple[str, str], Named] = {}
        self._seen: dict[tuple[int, ...], tuple[Seen, tuple[Reading, ...]]] = {}

    def account(self, name: str) -> Named:
        """The account of that name, shown in its trimmed, composed spelling. Raises BadIdentifier."""
        return self._names.get(("account", name)) or self._name("account", name, account_key(name))

    def operator(self, name: str) -> Named:
        """The operator of that name. Raises BadIdentifier."""
        return self._names.get(("operator", name)) or self._name("operator", name, operator_key(name))

    def label(self, name: str) -> Named:
        """The label of a machine or network of that name. Raises BadIdentifier."""
        return self._names.get(("label", name)) or self._name("label", name, label_key(name))

    def _name(self, fact: str, name: str, key: str) -> Named:
        if len(self._names) >= _MOST_CACHED:
            self._names.clear()
        tag = canonical_tag(self._key, fact, key) if self._key else b""
        named = self._names[fact, name] = Named(FACT_CODES[fact], _CERTAIN, tag, account_spelling(name))
        return named

    def readings(self, readings: Sequence[Reading]) -> list[Term]:
        """What readings come to, as their fields will stand in a payload: by fact, and as given within one.

        A scan that was observed is left out: it is an entry of its own. Raises BadIdentifier for an identifying
        value that is none of its fact.
        """
        return _stored(readings, [self._by_value(reading) for reading in readings])

    def _by_value(self, reading: Reading) -> Term:
        if reading.detail:
            return self._work_out(reading)
        known = self._readings
        key = (
            reading.fact, reading.value, reading.source, reading.reason, reading.status, reading.identifying,
            reading.confidence,
        )  # fmt: skip
        term = known.get(key)
        if term is None:
            if len(known) >= _MOST_CACHED:
                known.clear()
            term = known[key] = self._work_out(reading)
        return term

    def _by_place(self, reading: Reading) -> Term:
        cached = self._shared.get(id(reading))
        if cached is None:
            if len(self._shared) >= _MOST_SHARED:
                self._shared, self._shared_before = {}, self._shared
            # The reading is kept with it, so that no other comes to be at its place.
            cached = self._shared_before.get(id(reading)) or (self._work_out(reading), reading)
            self._shared[id(reading)] = cached
        return cached[0]

    def seen(self, readings: tuple[Reading, ...]) -> Seen:
        """What readings come to together; a log shares its readings, so they are known by what they are in memory.

        Raises BadIdentifier, as `readings` does.
        """
        key = (*map(id, readings),)
        known = self._seen.get(key)
        if known is None:
            if len(self._seen) >= _MOST_SEEN:
                self._seen.clear()
            # The readings are kept with it, so that no others come to be at their places.
            terms = _stored(readings, [self._by_place(reading) for reading in readings])
            known = self._seen[key] = Seen(terms), readings
        return known[0]

    def _work_out(self, reading: Reading) -> Term:
        value, fact = reading.value, reading.fact
        if not isinstance(value, str):
            return Term(fact, b"[%s]" % encode_reading(reading), (), b"")
        links = reading.identifying and FACT_CODES.get(fact) in LINKING_CODES
        named = self._expand(fact, value, CONFIDENCES.index(reading.confidence)) if links else ()
        tag = named[0].tag if named and fact != "site_ip" else self._row_tag(fact, value)
        return Term(fact, b"[%s]" % encode_reading(reading), named, tag)

    def _expand(self, fact: str, value: str, confidence: int) -> tuple[Named, ...]:
        canonical = canonical_value(fact, value)
        # A site keeps the spelling of its name.
        found = [(fact, canonical, value if fact == "site_ip" else display_value(fact, canonical))]
        if fact == "public_ip" and ":" in canonical:
            address = parse_address(canonical)
            for wider, length in _WIDER_PREFIXES.items():
                prefix = public_prefix(address, length)
                found.append((wider, prefix, prefix))
        elif fact == "bssid":
            group = access_point_group(canonical)
            found.append(("access_point", group, display_value("access_point", group)))
        key = self._key
        return tuple(
            Named(FACT_CODES[one], confidence, canonical_tag(key, one, text) if key else b"", shown)
            for one, text, shown in found
        )

    def _row_tag(self, fact: str, value: str) -> bytes:
        if self._key is None:
            return b""
        if fact == "site_ip":
            fact, value = "local_ip", value.rpartition("/")[2]
        try:
            return canonical_tag(self._key, fact, canonical_value(fact, value))
        except ValueError:
            return canonical_tag(self._key, fact, _sound(value))

    def tag_of(self, code: int, shown: str) -> bytes:
        """The tag of an identifier by the value that is shown for it. Raises BadIdentifier."""
        assert self._key is not None  # noqa: S101 - only asked to verify with the key
        return value_tag(self._key, FACT_OF_CODE[code], shown)

    def text(self, name: str, text: str) -> bytes:
        """The tag of a text field of a row."""
        assert self._key is not None  # noqa: S101 - rows are not recorded without the key
        return canonical_tag(self._key, name, _sound(text))


def _stored(readings: Sequence[Reading], terms: list[Term]) -> list[Term]:
    """The terms of readings that stand in a payload, by fact."""
    if "wifi_scan" in map(_FACT, terms):
        pairs = zip(readings, terms, strict=True)
        terms = [term for reading, term in pairs if reading.fact != "wifi_scan" or reading.status != "observed"]
    terms.sort(key=_FACT)
    return terms


def surest(terms: Iterable[Term]) -> list[Named]:
    """The identifiers of these readings, each once, at the surest confidence, in order of appearance."""
    every = [named for term in terms for named in term[2]]
    if len({named[2] for named in every}) == len(every):
        return every
    found: dict[bytes, Named] = {}
    for named in every:
        known = found.get(named[2])
        if known is None or known.confidence < named.confidence:
            found[named[2]] = named
    return list(found.values())


def reading_fields(terms: Sequence[Term]) -> dict[str, bytes]:
    """One field for each fact: the list of its readings."""
    fields = {term[0]: term[1] for term in terms}
    if len(fields) == len(terms):
        return fields
    fields.clear()
    for fact, encoded, _, _ in terms:
        before = fields.get(fact)
        fields[fact] = encoded if before is None else b"%s,%s" % (before[:-1], encoded[1:])
    return fields


def encode_reading(reading: Reading) -> bytes:
    """A reading's canonical bytes; what is as usual is left out (docs/format.md, "Readings")."""
    members = []
    if reading.confidence != "certain":
        members.append(b'"confidence":"%s"' % reading.confidence.encode())
    if reading.detail:
        detail: dict[str, Json] = {
            name: _sound(value) if isinstance(value, str) else value for name, value in reading.detail.items()
        }
        members.append(b'"detail":' + encode(detail))
    if reading.identifying:
        members.append(b'"identifying":true')
    if reading.reason:
        members.append(b'"reason":' + encode_text(reading.reason))
    if reading.source:
        members.append(b'"source":' + encode_text(reading.source))
    if reading.status != "observed":
        members.append(b'"status":"%s"' % reading.status.encode())
    if reading.value is not None:
        members.append(b'"value":' + encode_text(str(reading.value)))
    return b"{%s}" % b",".join(members)


def encode_text(text: str) -> bytes:
    """A text's canonical bytes; half characters, which file names can hold, become `\\udcXX` spelled out."""
    try:
        return encode_basestring(text).encode()
    except UnicodeEncodeError:
        return encode_basestring(_sound(text)).encode()


def _sound(text: str) -> str:
    return text.encode(errors="backslashreplace").decode()
