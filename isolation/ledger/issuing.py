"""Bundles that were logged: so that the same one again is the same bytes, and is not logged twice.

The entry of a bundle's making stands in the bundle. Its seed follows from what it says and where it stands, under the
index key: nobody without that key can guess it, and no two entries have one (docs/decisions/0059).
"""

from __future__ import annotations

from isolation.digests import hmac_sha256
from isolation.ledger.disclosure import disclose

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from isolation.ledger.store import Ledger

_REPORT = b'{"kind":"report",'


def bundle_seed(key: bytes, origin: str, index: int, fields: Mapping[str, bytes]) -> bytes:
    """The seed (32 bytes) of the entry `index`, which tells of a bundle in these fields (canonical bytes).

    `key` is the index key.
    """
    told = b",".join(b'"%s":%s' % (name.encode(), fields[name]) for name in sorted(fields))
    place = origin.encode() + b"\0" + index.to_bytes(8, "big")
    return hmac_sha256(key, b"isolation/bundle-seed/1\0%s{%s}" % (place, told))


def size_before_reports(run: Callable[..., Any]) -> int:
    """How many entries the log has up to the last one that is no `report`: issuing adds nothing that is told of."""
    size: int = run("SELECT coalesce(max(i) + 1, 0) FROM main.entries").fetchone()[0]
    while size and run("SELECT body FROM main.entries WHERE i = ?", (size - 1,)).fetchone()[0].startswith(_REPORT):
        size -= 1
    return size


def logged_bundle(ledger: Ledger, size: int, digest: str) -> int | None:
    """The first entry from `size` on that tells of a bundle whose statement has this digest (hex); None for none.

    All entries from `size` on are `report`s, or were appended since. Raises KeyUnavailable.
    """
    run, opener = ledger.connection.execute, ledger.opener()
    rows = run("SELECT i, body FROM main.entries WHERE i >= ? ORDER BY i", (size,)).fetchall()
    for index, body in rows:
        if not body.startswith(_REPORT):
            continue
        told = disclose(ledger, opener, index, ("digest", "what"))
        if told is not None and {name: one["value"] for name, one in told["opened"].items()} == {
            "digest": digest, "what": "bundle",
        }:  # fmt: skip
            return int(index)
    return None


__all__ = ["bundle_seed", "logged_bundle", "size_before_reports"]
