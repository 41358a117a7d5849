"""What a person's label stands for: the identifiers of a machine or a network, learnt where it is.

A label may be learnt at several places, and again; each time adds. What was learnt wrongly is erased by its entry.
"""

from __future__ import annotations

from isolation.errors import UsageError
from isolation.identifiers.accounts import account_spelling, label_key
from isolation.ledger.tags import LABEL, MACHINE_CODES, NUMBERS_PER_RANK, canonical_tag, pack_tags
from isolation.ledger.terms import encode_text, reading_fields, surest
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from isolation.ledger.append import Appender
    from isolation.ledger.reader import Reader
    from isolation.model import Reading

_LEARNT = "SELECT DISTINCT l.identifier FROM main.labels l JOIN main.identifiers i ON i.id = l.label WHERE i.tag = ?"


def add_label(appender: Appender, kind: str, name: str, readings: Iterable[Reading]) -> int | None:
    """Appends what a label was learnt to be; None where all of it was known. `kind` is machine or network.

    Raises UsageError where none of the readings identifies.
    """
    terms = appender.terms().readings([*readings])
    label = appender.terms().label(name)
    found = surest(terms)
    if not found:
        raise UsageError(message("Nothing identifies this {kind}.", kind=kind), "`isolation probe` says why.")
    named = [label, *found]
    appender.numbers.look_up(named)
    numbers = [appender.numbers.number(one.tag) for one in found]
    if set(numbers) <= set(learnt(appender.query, label.tag)):
        return None
    fields = {"name": encode_text(account_spelling(name)), "what": encode_text(kind), **reading_fields(terms)}
    index = appender.append("label", fields, pack_tags(named))
    appender.derived.label(index, appender.numbers.number(label.tag), numbers)
    return index


def learnt(query: Callable[..., Any], tag: bytes) -> tuple[int, ...]:
    """The numbers of the identifiers that were learnt under the label of that tag, in order of appearance."""
    return tuple(number for (number,) in query(f"{_LEARNT} ORDER BY l.identifier", (tag,)))


def learnt_by(query: Callable[..., Any], tag: bytes, moment: int) -> tuple[int, ...]:
    """The same, of what was recorded by that moment (µs)."""
    rows = query(
        f"{_LEARNT} AND (SELECT b.logged FROM main.entries e JOIN main.batches b ON b.id = e.batch WHERE e.i = l.entry)"
        " <= ? ORDER BY l.identifier",
        (tag, moment),
    )
    return tuple(number for (number,) in rows)


class KnownBy:
    """A reader's names, and its labels as they were learnt by a moment (µs)."""

    def __init__(self, reader: Reader, moment: int) -> None:
        self._reader = reader
        self._moment = moment

    def numbers(self, fact: str, names: Iterable[str]) -> dict[str, int]:
        """See `Reader.numbers`."""
        return self._reader.numbers(fact, names)

    def labelled(self, labels: Iterable[str]) -> dict[str, tuple[int, ...]]:
        """See `Reader.labelled`."""
        return self._reader.labelled(labels, self._moment)


def machine_numbers(query: Callable[..., Any], key: bytes, label: str) -> set[int]:
    """The identifiers of the machine that was learnt under this label, in any spelling."""
    numbers = learnt(query, canonical_tag(key, "label", label_key(label)))
    return {number for number in numbers if number % NUMBERS_PER_RANK in MACHINE_CODES}


__all__ = ["LABEL", "KnownBy", "add_label", "learnt", "learnt_by", "machine_numbers"]
