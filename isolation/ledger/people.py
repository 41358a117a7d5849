"""The operators of a ledger that are one person, however logs spell the login."""

from __future__ import annotations

from isolation.errors import BadIdentifier
from isolation.identifiers.logins import same_login
from isolation.ledger.tags import NUMBERS_PER_RANK, OPERATOR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from isolation.ledger.opener import Opener


def operator_numbers(query: Callable[..., Any], opener: Opener, name: str) -> list[int]:
    """The numbers of all operators whose login this name is; needs the seal key, because names are stored sealed."""
    rows = query(f"SELECT id FROM main.identifiers WHERE id % {NUMBERS_PER_RANK} = {OPERATOR} ORDER BY id").fetchall()
    return [number for (number,) in rows if _is(opener.identifier_value(query, number), name)]


def _is(stored: str, name: str) -> bool:
    try:
        return same_login(stored, name)
    except BadIdentifier:
        return False
