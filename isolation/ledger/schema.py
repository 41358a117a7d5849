"""The tables of a ledger file (docs/format.md, "Tables").

`entries` with `batches` is the log and the truth; `meta` and `epochs` repeat what its open entries say; all other
tables are derived from it in the same transaction and can be made again.
"""

from __future__ import annotations

META = """\
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID"""

EPOCHS = """\
CREATE TABLE epochs (
    epoch INTEGER PRIMARY KEY,
    entry INTEGER NOT NULL,
    store TEXT NOT NULL,
    index_print TEXT NOT NULL,
    seal_public BLOB NOT NULL,
    sign_public BLOB NOT NULL
) STRICT"""

BATCHES = """\
CREATE TABLE batches (
    id INTEGER PRIMARY KEY,
    epoch INTEGER NOT NULL,
    first INTEGER NOT NULL,
    logged INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT"""

ENTRIES = """\
CREATE TABLE entries (
    i INTEGER PRIMARY KEY,
    batch INTEGER NOT NULL,
    leaf BLOB NOT NULL,
    nodes BLOB NOT NULL,
    tags BLOB,
    tag_mac BLOB,
    body BLOB NOT NULL,
    sealed BLOB NOT NULL
) STRICT"""

IDENTIFIERS = """\
CREATE TABLE identifiers (
    id INTEGER PRIMARY KEY,
    epoch INTEGER NOT NULL,
    tag BLOB NOT NULL,
    batch INTEGER NOT NULL,
    value BLOB NOT NULL
) STRICT"""

SESSIONS = """\
CREATE TABLE sessions (
    entry INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    operator INTEGER,
    begin INTEGER NOT NULL,
    "end" INTEGER,
    logged INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    provenance INTEGER NOT NULL,
    success INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    identifiers BLOB NOT NULL
) STRICT"""

PRESENCES = """\
CREATE TABLE presences (
    entry INTEGER PRIMARY KEY,
    operator INTEGER NOT NULL,
    begin INTEGER NOT NULL,
    "end" INTEGER,
    logged INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    success INTEGER NOT NULL,
    identifiers BLOB NOT NULL
) STRICT"""

CHANGES = """\
CREATE TABLE changes (
    entry INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    operator INTEGER,
    "end" INTEGER,
    identifiers BLOB
) STRICT"""

SIGHTINGS = """\
CREATE TABLE sightings (
    identifier INTEGER NOT NULL,
    account INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    provenance INTEGER NOT NULL,
    confidence INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (identifier, account, channel, provenance, confidence)
) STRICT, WITHOUT ROWID"""

OBSERVATIONS = """\
CREATE TABLE observations (
    account INTEGER NOT NULL,
    session INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    identifiers BLOB NOT NULL,
    PRIMARY KEY (account, session, entry)
) STRICT, WITHOUT ROWID"""

SHARED = """\
CREATE TABLE shared (
    identifier INTEGER PRIMARY KEY,
    accounts INTEGER NOT NULL
) STRICT"""

ROWS = """\
CREATE TABLE rows (
    begin INTEGER NOT NULL,
    core BLOB NOT NULL,
    entry INTEGER NOT NULL,
    fields BLOB NOT NULL,
    PRIMARY KEY (begin, core, entry)
) STRICT, WITHOUT ROWID"""

SCANS = """\
CREATE TABLE scans (
    entry INTEGER NOT NULL,
    session INTEGER NOT NULL,
    point INTEGER NOT NULL,
    weight INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    PRIMARY KEY (entry, point)
) STRICT, WITHOUT ROWID"""

LABELS = """\
CREATE TABLE labels (
    entry INTEGER NOT NULL,
    label INTEGER NOT NULL,
    identifier INTEGER NOT NULL,
    PRIMARY KEY (label, identifier, entry)
) STRICT, WITHOUT ROWID"""

LEASES = """\
CREATE TABLE leases (
    entry INTEGER PRIMARY KEY,
    address BLOB NOT NULL,
    client BLOB NOT NULL,
    begin INTEGER NOT NULL,
    "end" INTEGER
) STRICT"""

JOINS = """\
CREATE TABLE joins (
    entry INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    client BLOB NOT NULL,
    identifiers BLOB NOT NULL
) STRICT"""

CONNECTIONS = """\
CREATE TABLE connections (
    connection BLOB NOT NULL,
    begin INTEGER NOT NULL,
    session INTEGER NOT NULL,
    "end" INTEGER,
    PRIMARY KEY (connection, begin, session)
) STRICT, WITHOUT ROWID"""

CLOSES = """\
CREATE TABLE closes (
    entry INTEGER PRIMARY KEY,
    connection BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT"""

KINDS = """\
CREATE TABLE kinds (
    kind TEXT PRIMARY KEY,
    count INTEGER NOT NULL,
    latest INTEGER NOT NULL
) STRICT, WITHOUT ROWID"""

TALLIES = """\
CREATE TABLE tallies (
    provenance INTEGER NOT NULL,
    success INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    count INTEGER NOT NULL,
    first_begin INTEGER NOT NULL,
    last_begin INTEGER NOT NULL,
    PRIMARY KEY (provenance, success, refused)
) STRICT, WITHOUT ROWID"""

FACTS = """\
CREATE TABLE facts (
    code INTEGER PRIMARY KEY,
    sessions INTEGER NOT NULL,
    identifiers INTEGER NOT NULL
) STRICT"""

PENDING = """\
CREATE TABLE pending (
    entry INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    session INTEGER
) STRICT"""

ACCOUNTS = """\
CREATE TABLE accounts (
    account INTEGER PRIMARY KEY,
    sequence INTEGER NOT NULL
) STRICT"""

DERIVED = {
    "sessions": SESSIONS, "presences": PRESENCES,
    "changes": CHANGES, "sightings": SIGHTINGS, "shared": SHARED, "rows": ROWS, "scans": SCANS,
    "labels": LABELS, "leases": LEASES, "joins": JOINS, "connections": CONNECTIONS, "closes": CLOSES,
    "kinds": KINDS, "tallies": TALLIES, "facts": FACTS,
    "accounts": ACCOUNTS, "pending": PENDING, "observations": OBSERVATIONS,
}  # fmt: skip

SESSIONS_ACCOUNT = "CREATE INDEX sessions_account ON sessions (account, success, begin)"

INDEXES = (
    "CREATE UNIQUE INDEX identifiers_tag ON identifiers (tag)",
    SESSIONS_ACCOUNT,
    "CREATE INDEX sessions_begin ON sessions (begin)",
    'CREATE INDEX sessions_open ON sessions (begin) WHERE "end" IS NULL AND provenance = 0 AND success = 1',
    "CREATE INDEX presences_operator ON presences (operator, begin)",
    "CREATE INDEX presences_begin ON presences (begin)",
    "CREATE INDEX leases_address ON leases (address, begin)",
    "CREATE INDEX joins_session ON joins (session)",
    "CREATE INDEX connections_session ON connections (session)",
    "CREATE INDEX closes_connection ON closes (connection, at)",
    "CREATE INDEX changes_session ON changes (session)",
    "CREATE INDEX sightings_account ON sightings (account)",
    "CREATE INDEX rows_entry ON rows (entry)",
    "CREATE INDEX scans_point ON scans (point)",
    "CREATE INDEX scans_session ON scans (session)",
)

# They stop accidents, not intruders: whoever can write the file can drop them, and `verify` tells.
# An INSERT OR REPLACE deletes without firing a BEFORE DELETE trigger, so inserting is guarded as well.
TRIGGERS = (
    """\
CREATE TRIGGER entries_append BEFORE INSERT ON entries
WHEN NEW.i IS NOT (SELECT coalesce(max(i) + 1, 0) FROM entries)
BEGIN SELECT raise(ABORT, 'the log is append-only'); END""",
    """\
CREATE TRIGGER entries_update BEFORE UPDATE ON entries
BEGIN SELECT raise(ABORT, 'the log is append-only'); END""",
    """\
CREATE TRIGGER entries_delete BEFORE DELETE ON entries
BEGIN SELECT raise(ABORT, 'the log is append-only'); END""",
)

STATEMENTS = (META, EPOCHS, BATCHES, ENTRIES, IDENTIFIERS, *DERIVED.values(), *INDEXES, *TRIGGERS)
