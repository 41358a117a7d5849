"""`ndp -an`: the IPv6 neighbours of macOS and FreeBSD. Pure.

Columns: neighbour with zone, link-layer address (octets not padded) or `(incomplete)`, interface, expiry, state
(`S`, `R`, `P`, …), flags. A long neighbour runs into no other column: the columns are parted by spaces.
Source: ndp(8) of macOS and FreeBSD. Read from vendor documentation, not run on the platform.
"""

from __future__ import annotations

from isolation.probes.text import tokens
from isolation.probes.text.arp import Neighbour


def parse(output: bytes) -> list[Neighbour]:
    """The neighbours in an output of ndp; a table of headings alone is an empty list.

    Raises ProbeError for anything else.
    """
    found: list[Neighbour] = []
    rows = [line.split() for line in tokens.lines(output) if line.strip()]
    for row in rows:
        address = tokens.address(row[0])
        if address and len(row) >= 4 and row[2] != "--":
            found.append(Neighbour(address, row[0], tokens.mac(row[1]), row[2]))
    if rows and not found and rows[0][0] != "Neighbor":
        raise tokens.refusal("ndp")
    return found
