"""From a session to the tags it is compared by, and the values to show for them."""

from __future__ import annotations

from typing import NamedTuple

from isolation.identifiers.accounts import account_key, account_spelling, operator_key
from isolation.identifiers.addresses import parse_address, public_prefix
from isolation.identifiers.canonical import canonical_value, display_value
from isolation.identifiers.macs import access_point_group
from isolation.ledger.keys import KEY_SIZE
from isolation.ledger.tags import ACCOUNT, FACT_CODES, LINKING_CODES, OPERATOR, canonical_tag
from isolation.model import CONFIDENCES, Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from isolation.model import Confidence, Reading

_MOST_CACHED = 200_000
# Stored with every public IPv6 address, so that wider networks can be compared without opening anything.
_WIDER_PREFIXES = {"public_prefix": 64, "prefix56": 56, "prefix48": 48}
_CERTAIN = CONFIDENCES.index("certain")


class Named(NamedTuple):
    """One identifier of a session: fact code, confidence as index into CONFIDENCES, tag, and the value to show."""

    code: int
    confidence: int
    tag: bytes
    value: str


class Tagger:
    """Computes tags under one index key; remembers them, because a log repeats its values."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: dict[tuple[str, str, str], tuple[Named, ...]] = {}

    def account(self, name: str) -> Named:
        """The account of a session."""
        return self._name("account", ACCOUNT, name)

    def operator(self, name: str) -> Named | None:
        """The operator of a session; None where none was told."""
        return self._name("operator", OPERATOR, name) if name else None

    def _name(self, fact: str, code: int, name: str) -> Named:
        known = self._known.get((fact, name, "certain"))
        if known is None:
            key = account_key(name) if code == ACCOUNT else operator_key(name)
            named = Named(code, _CERTAIN, canonical_tag(self._key, fact, key), account_spelling(name))
            known = self._remember((fact, name, "certain"), (named,))
        return known[0]

    def readings(self, readings: Iterable[Reading]) -> list[Named]:
        """What the identifying readings of linking facts are compared by, each identifier once, the surest."""
        found: dict[bytes, Named] = {}
        for reading in readings:
            if not reading.identifying or not isinstance(reading.value, str):
                continue
            key = (reading.fact, reading.value, reading.confidence)
            known = self._known.get(key)
            if known is None:
                known = self._remember(key, self._expand(*key))
            for named in known:
                if named.tag not in found or found[named.tag].confidence < named.confidence:
                    found[named.tag] = named
        return list(found.values())

    def session(self, session: Session) -> list[Named]:
        """Account, operator if told, and readings: what an entry's tags hold, in that order."""
        operator = self.operator(session.operator)
        head = [self.account(session.account)] if operator is None else [self.account(session.account), operator]
        return head + self.readings(session.readings)

    def _expand(self, fact: str, value: str, confidence: Confidence) -> tuple[Named, ...]:
        if FACT_CODES.get(fact) not in LINKING_CODES:
            return ()
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
        rank = CONFIDENCES.index(confidence)
        return tuple(
            Named(FACT_CODES[one], rank, canonical_tag(self._key, one, text), shown) for one, text, shown in found
        )

    def _remember(self, key: tuple[str, str, str], known: tuple[Named, ...]) -> tuple[Named, ...]:
        if len(self._known) >= _MOST_CACHED:
            self._known.clear()
        self._known[key] = known
        return known


def require_taggable(session: Session) -> None:
    """Raises BadIdentifier for a session that could never be tagged, also where the key is not to be had now."""
    Tagger(bytes(KEY_SIZE)).session(session)
