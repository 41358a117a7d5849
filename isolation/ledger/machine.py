"""Which machine writes a ledger: what it was told when it began, and again whenever a person says so.

Two machines that write copies of one ledger make two histories under one name. A `machine` entry remembers the
machine by keyed tags; whoever writes compares. The latest entry counts.
"""

from __future__ import annotations

from isolation.errors import LedgerError, UsageError
from isolation.ledger.tags import FACT_CODES, pack_tags, unpack_tags, value_tag
from isolation.ledger.terms import encode_text, reading_fields, surest
from isolation.model import MACHINE_FACTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from isolation.ledger.append import Appender
    from isolation.model import Reading

_CODES = tuple(FACT_CODES[fact] for fact in MACHINE_FACTS)


class ForeignLedger(LedgerError):
    """The ledger was begun on another machine: this one may not write it without being told so."""

    def __init__(self) -> None:
        super().__init__(
            "This ledger was begun on another machine, or in another container; to go on here would make two"
            " histories of one ledger.",
            "If the other one no longer writes it (it was moved, reinstalled or got a new mainboard), run `isolation"
            " init --this-machine`; if it does, begin a ledger of its own here: `isolation init --new-origin`.",
        )


def known_machine(query: Callable[..., Any]) -> frozenset[bytes]:
    """The tags of the machine that writes this ledger, as it was told last; empty where it was not told."""
    found = query("SELECT latest FROM main.kinds WHERE kind = 'machine'").fetchone()
    if found is None:
        return frozenset()
    tags = query("SELECT tags FROM main.entries WHERE i = ?", found).fetchone()[0] or b""
    return frozenset(tag for code, _, tag in unpack_tags(tags) if code in _CODES)


def tags_of(key: bytes, anchors: Iterable[Reading]) -> frozenset[bytes]:
    """The tags of what was observed of a machine."""
    return frozenset(value_tag(key, reading.fact, str(reading.value)) for reading in anchors)


def add_machine(appender: Appender, anchors: tuple[Reading, ...], by: str) -> int:
    """Appends what the machine is known by; `by` says on whose word. Raises UsageError for nothing to know it by."""
    if not anchors:
        raise UsageError(
            "Nothing identifies this machine, so the ledger cannot remember it.", "`isolation probe` says why."
        )
    terms = appender.terms().readings(anchors)
    terms.sort(key=lambda term: term.fact)
    named = surest(terms)
    appender.numbers.look_up(named)
    return appender.append("machine", {"by": encode_text(by), **reading_fields(terms)}, pack_tags(named))


def require_machine(
    appender: Appender, query: Callable[..., Any], key: bytes, anchors: tuple[Reading, ...]
) -> int | None:
    """Checks that this machine writes this ledger; remembers it where it was not told, and what is new about it.

    Returns the entry that remembers, if one was appended. Where nothing identifies this machine nothing can be told.
    Raises ForeignLedger where all that was observed is unknown, and something else is known.
    """
    observed = tags_of(key, anchors)
    known = known_machine(query)
    if not observed or observed <= known:
        return None
    if known and observed.isdisjoint(known):
        raise ForeignLedger
    return add_machine(appender, anchors, "")
