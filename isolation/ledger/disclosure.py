"""Choosing entries of an account or an operator, and opening chosen fields of them.

An opened field is its value with the salt of its commitment; the salts of the other fields stay in the seed, which is
never shown, so that nothing follows about them.
"""

from __future__ import annotations

from isolation.errors import LedgerDamaged
from isolation.ledger.canonical import NotCanonical, decode, encode
from isolation.ledger.entry import commitment, field_salt, from_base64, open_values, parse_body, to_base64
from isolation.ledger.erased import latest_erasure
from isolation.ledger.sealing import PAYLOAD, Unopenable
from isolation.messages import message
from isolation.model import UNDATED, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from isolation.ledger.opener import Opener
    from isolation.ledger.store import Ledger

_KINDS = ("session", "end", "amend", "join", "observe", "index")


class Chosen(Value):
    """Entries chosen from a ledger of `size` entries.

    `entries` maps each, in order, to the number of the account it is of. `left_out` counts the sessions of the same
    account and operator that lie outside the period asked for, `erased` the entries of the whole log that were erased.
    """

    __slots__ = ("entries", "erased", "left_out", "size")
    entries: dict[int, int]
    left_out: int
    size: int
    erased: int

    def __init__(self, entries: dict[int, int], left_out: int, size: int, erased: int) -> None:
        self._init(entries=entries, left_out=left_out, size=size, erased=erased)


def choose(
    ledger: Ledger,
    size: int,
    accounts: tuple[int, ...] | None,
    operators: tuple[int, ...] | None,
    since: int | None,
    until: int | None,
) -> Chosen:
    """The sessions of one of these accounts, by one of these operators (None for any) and with `since` <= begin <
    `until` (µs), and the entries that tell more of them, among the first `size`. Call it inside one read transaction.

    What access points a session saw is never chosen: it is about neighbours.
    """
    run = ledger.connection.execute
    subject = _among("s.account", accounts) + _among("s.operator", operators)
    numbers = (*(accounts or ()), *(operators or ()))
    if until is not None and since is None:
        since = UNDATED + 1
    period = " AND s.begin >= coalesce(?, s.begin) AND s.begin < coalesce(?, s.begin + 1)"
    everything = run(f"SELECT count(*) FROM main.sessions s WHERE 1{subject}", numbers).fetchone()[0]
    sessions = run(
        f"SELECT s.entry, s.account FROM main.sessions s WHERE 1{subject}{period}", (*numbers, since, until)
    ).fetchall()
    entries = dict(sessions)
    for table in ("changes", "pending"):
        entries.update(
            run(
                f"SELECT t.entry, s.account FROM main.{table} t JOIN main.sessions s ON s.entry = t.session"
                f" WHERE 1{subject}{period}",
                (*numbers, since, until),
            )
        )
    _add_late_ends(run, entries)
    erasure = latest_erasure(run)
    return Chosen(
        {entry: entries[entry] for entry in sorted(entries)}, everything - len(sessions), size,
        erasure.total if erasure is not None else 0,
    )  # fmt: skip


def _among(column: str, numbers: tuple[int, ...] | None) -> str:
    return (
        ""
        if numbers is None
        else message(" AND {column} IN ({numbers})", column=column, numbers=", ".join("?" * len(numbers)))
    )


def _add_late_ends(run: Callable[..., Any], entries: dict[int, int]) -> None:
    """Where an end was recorded without the index key, `entries` has only the entry that gave it its tags."""
    for entry, account in list(entries.items()):
        body = run("SELECT body FROM main.entries WHERE i = ?", (entry,)).fetchone()[0]
        if body:
            kind, opened, _ = parse_body(body)
            if kind == "index":
                entries.setdefault(int(open_values(opened)["of"]), account)  # type: ignore[arg-type]  # an index


def disclose(ledger: Ledger, opener: Opener, entry: int, wanted: Iterable[str] | None = None) -> dict[str, Any] | None:
    """Index, body and the wanted fields (all of them for None) of an entry, as a bundle shows them.

    Returns None for an entry that was erased. Raises KeyUnavailable, and LedgerDamaged for an entry that is not what
    its body commits to.
    """
    run = ledger.connection.execute
    body, batch, sealed = run("SELECT body, batch, sealed FROM main.entries WHERE i = ?", (entry,)).fetchone()
    if not body:
        return None
    try:
        kind, _, names = parse_body(body)
        document: Any = decode(body)
        payload: Any = decode(opener.batch(run, batch).open(PAYLOAD, entry, sealed))
        fields, seed = payload["fields"], from_base64(payload["seed"])
    except (NotCanonical, Unopenable) as problem:
        raise _damaged(entry, str(problem)) from None
    if kind not in _KINDS and kind != "report":
        raise _damaged(entry, message("it is of the kind {kind}", kind=kind))
    chosen = set(names if wanted is None else wanted)
    opened = {}
    for name in names:
        if name in chosen:
            value, salt = fields.get(name), field_salt(seed, name)
            if document["sd"][name] != to_base64(commitment(salt, name, encode(value))):
                raise _damaged(entry, message("its {name} is not the one that its body commits to", name=name))
            opened[name] = {"salt": to_base64(salt), "value": value}
    return {"body": document, "index": entry, "opened": opened}


def _damaged(entry: int, text: str) -> LedgerDamaged:
    return LedgerDamaged(
        message("Entry {entry} cannot be shown: {text}.", entry=entry, text=text),
        "Run `isolation verify`.",
        entries=(entry,),
    )
