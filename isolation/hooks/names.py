"""A new account name beside the names the ledger knows."""

from __future__ import annotations

from isolation.errors import KeyUnavailable
from isolation.identifiers.accounts import near

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.ledger import Ledger

_MOST_COMPARED = 5000  # past this many accounts a person no longer types the names


def near_accounts(ledger: Ledger, account: str) -> list[str]:
    """Known names that look like this new one; none for a known name, or where names cannot be opened."""
    with ledger.reading() as reader:
        if reader.key_problem is not None or reader.account_number(account) is not None:
            return []
        try:
            return near(account, reader.account_names(_MOST_COMPARED))
        except KeyUnavailable:
            return []
