"""What routers told of addresses: which machine had which, from when to when, at a named site.

A lease is kept as an entry of its own, so that it does not matter whether it or the sessions it belongs to come first.
"""

from __future__ import annotations

from isolation.errors import UsageError
from isolation.identifiers.accounts import account_spelling, label_key
from isolation.identifiers.addresses import parse_address
from isolation.identifiers.macs import format_mac, parse_mac
from isolation.ledger.canonical import LARGEST
from isolation.ledger.tags import canonical_tag
from isolation.ledger.terms import encode_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from isolation.ledger.append import Appender

    # tag of the address, tag of the client's MAC, begin and end (µs; None where it was not told)
    LeaseRow = tuple[bytes, bytes, int, int | None]

NO_CLIENT = b""  # of a join that takes back what was joined before


def add_lease(
    appender: Appender, key: bytes, site: str, address: str, mac: str, begin: int, end: int | None, source: str
) -> int | None:
    """Appends a lease; None where it was known. Raises BadIdentifier, and UsageError for times that cannot be."""
    if not 0 <= begin <= (begin if end is None else end) <= LARGEST:
        raise UsageError("A lease has times that a ledger cannot hold.")
    told: dict[str, Any] = {
        "address": parse_address(address).text, "begin": begin, "mac": format_mac(parse_mac(mac)),
        "site": account_spelling(site), "source": source,
    }  # fmt: skip
    if end is not None:
        told["end"] = end
    row = lease_row(key, told)
    query = 'SELECT 1 FROM main.leases WHERE address = ? AND begin = ? AND client = ? AND "end" IS ?'
    if appender.query(query, (row[0], begin, row[1], end)).fetchone():
        return None
    fields = {
        name: b"%d" % value if isinstance(value, int) else encode_text(value) for name, value in sorted(told.items())
    }
    entry = appender.append("lease", fields, b"")
    appender.derived.lease(entry, row)
    return entry


def lease_row(key: bytes, told: Mapping[str, Any]) -> LeaseRow:
    """What a lease's fields are in the table. Raises BadIdentifier, KeyError."""
    return (
        lease_address(key, told["site"], told["address"]),
        client_tag(key, told["mac"]),
        told["begin"],
        told.get("end"),
    )


def lease_address(key: bytes, site: str, text: str) -> bytes:
    """The tag that sessions from that address have: private ones within their site."""
    address = parse_address(text)
    if address.public:
        return canonical_tag(key, "public_ip", address.text)
    return canonical_tag(key, "site_ip", f"{label_key(site)}/{address.text}")


def client_tag(key: bytes, mac: str) -> bytes:
    """The tag by which clients are compared."""
    return canonical_tag(key, "hardware_mac", parse_mac(mac))


def joined_client(key: bytes, told: Mapping[str, Any]) -> bytes:
    """The tag of the client that a join's fields tell of; nothing where it takes one back."""
    macs = [one for fact in ("hardware_mac", "current_mac") for one in told.get(fact, ())]
    return client_tag(key, macs[0]["value"]) if macs else NO_CLIENT
