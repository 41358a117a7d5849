"""Making a ledger: keys, tables and the first entry, in one transaction; of several at once, one makes it."""

from __future__ import annotations

import os

from isolation.errors import KeyUnavailable, UsageError
from isolation.ledger.canonical import encode
from isolation.ledger.checkpoint import sign_public_key
from isolation.ledger.database import APPLICATION_ID, FORMAT, explain, is_fresh, patiently
from isolation.ledger.derive import Derived
from isolation.ledger.entry import SEED_SIZE, make_entry, to_base64
from isolation.ledger.files import make_file, make_folder, tighten
from isolation.ledger.key_file import add_to_key_file
from isolation.ledger.keyring_store import DEADLINE_SECONDS, PATIENT_SECONDS, add_to_keyring
from isolation.ledger.keys import FIRST_EPOCH, KEY_SIZE, NAMES, index_print, key_file_path
from isolation.ledger.merkle import Frontier, leaf_hash
from isolation.ledger.primitives import sqlite
from isolation.ledger.schema import STATEMENTS
from isolation.ledger.sealing import PAYLOAD, new_batch, public_key
from isolation.ledger.tags import tag_mac
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from isolation.ledger.canonical import Json


def prepare(path: str, home: str, *, create: bool) -> None:
    """Makes folder and file, private, where they are missing and may be made; tightens a file that is there."""
    if os.path.isdir(path):
        return  # connecting says so
    if os.path.exists(path):
        tighten(path)
    elif create:
        folder = os.path.dirname(os.path.abspath(path))
        make_folder(folder, ours=folder == os.path.abspath(home))
        make_file(path)


def create_ledger(
    connection: sqlite3.Connection, path: str, key_store: str | None, clock: Callable[[], int],
    environment: Mapping[str, str],
) -> tuple[str, ...]:  # fmt: skip
    """Makes the ledger unless another process did so first; returns what a person must be told."""
    if key_store not in (None, "keyring", "file"):
        raise UsageError(message("There is no key store {key_store!r}.", key_store=key_store), "Use keyring or file.")
    patiently(connection, "BEGIN IMMEDIATE", path)
    try:
        if not is_fresh(connection, path):
            return ()
        origin = f"isolation/{os.urandom(16).hex()}"
        secrets = {name: os.urandom(KEY_SIZE) for name in NAMES}
        key_file = key_file_path(path, environment)
        if key_store is None and environment.get("ISOLATION_KEY_FILE"):
            key_store = "file"
        store, told = _keep_keys(origin, secrets, key_store, key_file)
        _write_tables(connection, origin, secrets, store, clock())
        patiently(connection, "COMMIT", path)
        return told
    except sqlite.Error as problem:
        raise explain(problem, path) from problem
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _keep_keys(
    origin: str, secrets: Mapping[str, bytes], key_store: str | None, key_file: str
) -> tuple[str, tuple[str, ...]]:
    why = ""
    if key_store != "file":
        try:
            add_to_keyring(
                origin, FIRST_EPOCH, secrets, PATIENT_SECONDS if key_store == "keyring" else DEADLINE_SECONDS
            )
            return "keyring", (message("The keys of this ledger are in the operating system's keyring."),)
        except KeyUnavailable as problem:
            if key_store == "keyring":
                raise
            why = message("{problem} ", problem=problem.message)
    add_to_key_file(key_file, origin, FIRST_EPOCH, secrets)
    return "file", (
        message(
            "{why}Key stored in a file, {key_file}; a copy of this disk reveals the data.", why=why, key_file=key_file
        ),
    )


def _write_tables(
    connection: sqlite3.Connection, origin: str, secrets: Mapping[str, bytes], store: str, now: int
) -> None:
    for statement in STATEMENTS:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT}")
    install = os.urandom(16).hex()
    connection.executemany(
        "INSERT INTO main.meta VALUES (?, ?)", [("origin", origin), ("install", install), ("created", str(now))]
    )
    fingerprint = index_print(secrets["index"])
    seal, sign = public_key(secrets["seal"]), sign_public_key(secrets["sign"])
    connection.execute(
        "INSERT INTO main.epochs VALUES (?, 0, ?, ?, ?, ?)", (FIRST_EPOCH, store, fingerprint, seal, sign)
    )
    batch_key, sealed_key = new_batch(seal, origin, FIRST_EPOCH, 0)
    connection.execute("INSERT INTO main.batches VALUES (0, ?, 0, ?, ?)", (FIRST_EPOCH, now, sealed_key))
    opened: dict[str, Json] = {
        "created": now, "epoch": FIRST_EPOCH, "index_print": fingerprint, "install": install, "logged": now,
        "origin": origin, "program": _program(), "seal_public": to_base64(seal), "sign_public": to_base64(sign),
        "store": store,
    }  # fmt: skip
    body, payload = make_entry("origin", encode(opened), {}, os.urandom(SEED_SIZE))
    leaf = leaf_hash(body)
    mac = tag_mac(secrets["index"], origin, 0, leaf, b"")
    connection.execute(
        "INSERT INTO main.entries VALUES (0, 0, ?, ?, ?, ?, ?, ?)",
        (leaf, Frontier().append(leaf), b"", mac, body, batch_key.seal(PAYLOAD, 0, payload)),
    )
    derived = Derived(connection)
    derived.kind("origin", 0)
    derived.flush()


def _program() -> str:
    from isolation import __version__

    return f"isolation {__version__}"
