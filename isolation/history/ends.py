"""What a log calls a session, so that a record of its end finds it, also from another file.

A name is a digest of what both records have in common: computer and logon id, host and process, access server and
accounting id. So it names nobody, and a ledger can keep it apart from the session.
"""

from __future__ import annotations

from isolation.digests import sha256

_SIZE = 32  # hex digits


def connection_name(*parts: str) -> str:
    """The name of a session by what its records have in common; the first part says in which kind of log."""
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:_SIZE]


__all__ = ["connection_name"]
