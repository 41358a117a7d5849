"""Comparing what is kept with what follows from the log: schema, meta, epochs, batches, derived tables."""

from __future__ import annotations

from isolation.ledger.canonical import NotCanonical
from isolation.ledger.checkpoint import BadCheckpoint, VerifierKey, require_vouched
from isolation.ledger.entry import from_base64
from isolation.ledger.primitives import sqlite
from isolation.ledger.replay import PREFIX
from isolation.ledger.schema import DERIVED, STATEMENTS
from isolation.ledger.sweeping import ROTATING, UNSWEPT
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from typing import Any

    from isolation.ledger.store import Ledger
    from isolation.ledger.verify_entries import EntryChecks

    Report = Callable[[int | None, str], None]

_AT_ONCE = 1000
_MOST_SHOWN = 20  # lines of SQLite's own check

# The columns that order a table, and the one that names an entry.
_KEYS = {
    "sessions": "entry", "presences": "entry", "changes": "entry",
    "sightings": "identifier, account, channel, provenance, confidence",
    "shared": "identifier", "rows": "begin, core, entry", "scans": "entry, point", "labels": "label, identifier, entry",
    "leases": "entry", "joins": "entry", "connections": "connection, begin, session", "closes": "entry",
    "kinds": "kind",
    "tallies": "provenance, success, refused", "facts": "code", "accounts": "account", "pending": "entry",
    "observations": "account, session, entry",
}  # fmt: skip
_ENTRY_COLUMN = {
    "sessions": 0,
    "presences": 0,
    "changes": 0,
    "rows": 2,
    "scans": 0,
    "labels": 0,
    "leases": 0,
    "joins": 0,
    "connections": 2,
    "closes": 0,
    "observations": 2,
    "pending": 0,
}
# The tables that follow from the bodies alone.
_OPEN_TABLES = ("kinds", "pending")


def check_file(connection: sqlite3.Connection, report: Report) -> None:
    """SQLite's own check of the file, and that its tables, indexes and triggers are the ones it was made with."""
    for (line,) in connection.execute(f"PRAGMA main.integrity_check({_MOST_SHOWN})").fetchall():
        if line != "ok":
            report(None, message("SQLite says: {line}", line=line))
    fresh = sqlite.connect(":memory:", isolation_level=None)
    for statement in STATEMENTS:
        fresh.execute(statement)
    query = "SELECT type, name, tbl_name, sql FROM main.sqlite_schema ORDER BY name"
    wanted = set(fresh.execute(query))
    fresh.close()
    found = set(connection.execute(query))
    for kind, name, _, _ in sorted(wanted - found, key=repr):
        report(None, message("the {kind} {name} is missing or changed", kind=kind, name=name))
    for kind, name, _, _ in sorted(found - wanted, key=repr):
        report(None, message("the {kind} {name} does not belong here, or was changed", kind=kind, name=name))


def compare_epochs(ledger: Ledger, checks: EntryChecks, report: Report) -> None:
    """That meta and epochs say what the open entries say, and that the batches are those of the entries."""
    run = ledger.connection.execute
    if not checks.epochs or checks.epochs[0][0] != 0 or checks.epochs[0][1].get("origin") is None:
        report(0, message("the log does not begin with its origin"))
        return
    first = checks.epochs[0][1]
    wanted = {"created": str(first.get("created")), "install": first.get("install"), "origin": first["origin"]}
    meta = dict(run("SELECT name, value FROM main.meta"))
    for name in (ROTATING, UNSWEPT):
        meta.pop(name, None)
    if meta != wanted:
        report(None, message("meta: it does not say what entry 0 says"))
    try:
        expected = [_epoch(entry, said) for entry, said in checks.epochs]
    except (NotCanonical, KeyError, TypeError) as problem:
        report(0, message("its keys cannot be read: {problem}", problem=problem))
        return
    found = run(
        "SELECT epoch, entry, store, index_print, seal_public, sign_public FROM main.epochs ORDER BY epoch"
    ).fetchall()
    if found != expected:
        report(None, message("epochs: they are not those that the log tells of"))
    _check_vouching(checks, expected, report)
    batches = run("SELECT count(*) FROM main.batches").fetchone()[0]
    if batches != checks.batches:
        report(
            None,
            message(
                "batches: there are {batches}, and the entries name {batches2}",
                batches=batches,
                batches2=checks.batches,
            ),
        )


def _check_vouching(checks: EntryChecks, expected: list[tuple[Any, ...]], report: Report) -> None:
    """That each rotation comes after the epoch before, and that the signing key before vouches for its own."""
    for (_, before), (entry, said), row in zip(checks.epochs, checks.epochs[1:], expected[1:], strict=False):
        try:
            key = VerifierKey(checks.epochs[0][1]["origin"], from_base64(before["sign_public"]))
            require_vouched(key, entry, row[-1], from_base64(said["vouch"]))
            if said["epoch"] <= before["epoch"]:
                report(entry, message("its epoch does not come after the one before"))
        except (BadCheckpoint, NotCanonical, KeyError, TypeError) as problem:
            report(entry, message("its signing key is not vouched for: {problem}", problem=problem))


def _epoch(entry: int, said: dict[str, Any]) -> tuple[Any, ...]:
    """The row of `epochs` that an open entry tells of."""
    keys = from_base64(said["seal_public"]), from_base64(said["sign_public"])
    return said["epoch"], entry, said["store"], said["index_print"], *keys


def compare_tables(connection: sqlite3.Connection, checks: EntryChecks, report: Report) -> None:
    """That every derived table has the rows that follow from the log, and no others."""
    for name in DERIVED if checks.replay is not None else _OPEN_TABLES:
        key = _KEYS[name]
        query = f"SELECT * FROM {{}}{name} ORDER BY {key}"
        column = _ENTRY_COLUMN.get(name)
        for row in _differing(connection, query.format("main."), query.format(PREFIX)):
            entry = row[column] if column is not None else None
            what = ", ".join(str(part) for part in row[: key.count(",") + 1] if not isinstance(part, bytes))
            report(
                entry if isinstance(entry, int) else None,
                message("{name}: the row {what} does not follow from the log", name=name, what=what),
            )
    if checks.replay is not None:
        query = "SELECT id FROM {}identifiers ORDER BY id"
        for (number,) in _differing(connection, query.format("main."), query.format(PREFIX)):
            report(None, message("identifiers: {number} is in no entry, or missing", number=number))
        if checks.replay.missing > len(checks.erased):
            report(
                None,
                message(
                    "{missing} entries of accounts are missing, and {erased} were erased",
                    missing=checks.replay.missing,
                    erased=len(checks.erased),
                ),
            )


def _differing(connection: sqlite3.Connection, first: str, second: str) -> Iterator[tuple[object, ...]]:
    """The rows that only one of two ordered queries gives, or that they give differently."""
    left, right = connection.execute(first), connection.execute(second)
    while True:
        some, others = left.fetchmany(_AT_ONCE), right.fetchmany(_AT_ONCE)
        if some != others:
            rest = set(some).union(left).symmetric_difference(set(others).union(right))
            yield from sorted(rest, key=repr)
            return
        if not some:
            return
