"""The stays of an audit with names: which machine and which network, as people read them."""

from __future__ import annotations

from isolation.audited import Stay
from isolation.findings import FACT_WORDS
from isolation.ledger.tags import fact_of
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from isolation.findings import Names
    from isolation.ledger.stays import StayRow

MOST_OPENED = 500  # values opened for their sake; an address that nobody shares may be one of very many


def named_stays(rows: Iterable[StayRow], names: Names, known: Mapping[int, str]) -> tuple[Stay, ...]:
    """The stays with names; `known` has those of the machines and places that findings are about.

    Beyond 500 further identifiers one is told by its kind and its number in the ledger.
    """
    told = dict(known)
    left = MOST_OPENED

    def name(identifier: int | None) -> str:
        nonlocal left
        if identifier is None:
            return ""
        if identifier not in told:
            value = names.value(identifier) if left > 0 else None
            left -= 1
            kind = FACT_WORDS[fact_of(identifier)]
            told[identifier] = (
                message("{kind} {value}", kind=kind, value=value)
                if value is not None
                else message("{kind} no. {identifier}", kind=kind, identifier=identifier)
            )
        return told[identifier]

    return tuple(
        Stay(names.account(account), name(machine), name(network), provenance, first, last, count)
        for account, machine, network, provenance, first, last, count in rows
    )
