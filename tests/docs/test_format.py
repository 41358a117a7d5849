"""docs/format.md against the code: every table, code and kind is in it, and its example holds."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import sqlite3
from base64 import b64decode, b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from isolation.ledger import Ledger
from isolation.ledger.checkpoint import parse_key, parse_note, require_signed
from isolation.ledger.choosing import Wanted
from isolation.ledger.database import APPLICATION_ID, FORMAT
from isolation.ledger.indexing import index_pending
from isolation.ledger.keys import index_print
from isolation.ledger.proofs import signed_checkpoint
from isolation.ledger.rotating import rotate
from isolation.ledger.rows import FIELD_CODES
from isolation.ledger.schema import STATEMENTS
from isolation.ledger.sealing import open_batch
from isolation.ledger.tags import FACT_CODES
from isolation.ledger.verify_entries import KINDS
from isolation.model import CHANNELS, CONFIDENCES, FACTS, PROVENANCES, STATUSES, Reading, Session

from .conftest import DOCS

PAGE = (DOCS / "format.md").read_text(encoding="utf-8")
EXAMPLE = dict(re.findall(r"^(\w+) = (.+)$", PAGE, re.MULTILINE))
NOT_WRITTEN: frozenset[str] = frozenset()
NOON = 1_790_000_000_000_000


def section(heading: str) -> str:
    """What stands below a heading, up to the next one."""
    found = re.search(rf"^#+ {heading}\n(.*?)(?=^#|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None, heading
    return found[1]


def given(name: str) -> bytes:
    """Bytes of the example."""
    return bytes.fromhex(EXAMPLE[name])


def sha256(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def mac(message: bytes) -> bytes:
    """HMAC under the example's index key."""
    return hmac.new(given("index_key"), message, "sha256").digest()


def opened(kind: bytes, number: int, sealed: bytes) -> bytes:
    """What the example's batch key opens, by the page alone."""
    nonce = kind + number.to_bytes(11, "big")
    return ChaCha20Poly1305(given("batch_key")).decrypt(nonce, sealed, EXAMPLE["origin"].encode() + b"\0" + nonce)


def test_the_statements_are_those_of_the_program() -> None:
    """The page ends with the statements that make a ledger, to the letter."""
    listed = PAGE.partition("```sql\n")[2].partition("```")[0]
    assert listed == ";\n".join(STATEMENTS) + ";\n"


def test_every_table_and_column_is_explained() -> None:
    """Each table has a section, and each of its columns a place in that section's first column."""
    fresh = sqlite3.connect(":memory:")
    for statement in STATEMENTS:
        fresh.execute(statement)
    tables = [name for (name,) in fresh.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    assert sorted(re.findall(r"^### Table (\w+)$", PAGE, re.MULTILINE)) == sorted(tables)
    for table in tables:
        cells = [line.split("|")[1] for line in section(f"Table {table}").splitlines() if line.startswith("| `")]
        named = re.findall(r"`(\w+)`", " ".join(cells))
        assert sorted(named) == sorted(row[1] for row in fresh.execute(f"PRAGMA table_info({table})")), table
    fresh.close()


def test_every_kind_is_explained_and_marked() -> None:
    """Each kind of entry has a section and a row that says whether this version writes it."""
    marks = dict(re.findall(r"^\| \[`(\w+)`\]\(#\1\) \|.*\| (yes|no)[^|]* \|$", section("Kinds"), re.MULTILINE))
    assert marks.keys() == KINDS
    assert {kind for kind, mark in marks.items() if mark == "no"} == NOT_WRITTEN
    for kind in KINDS:
        text = section(kind)
        assert ("Not written by this version" in text) == (kind in NOT_WRITTEN)


def test_every_code_is_told() -> None:
    """Format, codes of facts and of row fields, and the order of other codes are those of the program."""
    assert f"`0x{APPLICATION_ID:X}`" in PAGE
    assert f"| `user_version` | `{FORMAT}`" in PAGE
    facts = {name: int(code) for code, name in re.findall(r"\| (\d+) \| `(\w+)` ", section("Tags"))}
    assert facts == FACT_CODES
    fields = {name: int(code) for code, name in re.findall(r"^\| (\d+) \| `(\w+)` ", section("Rows"), re.MULTILINE)}
    assert fields == FIELD_CODES
    for names in (CHANNELS, PROVENANCES, CONFIDENCES):
        assert ", ".join(f"{code} `{name}`" for code, name in enumerate(names)) in re.sub(r"\s+", " ", PAGE)
    for name in (*FACTS, *STATUSES):
        assert f"`{name}`" in section("Readings")


def seen(fact: str, value: str) -> Reading:
    """An identifying reading."""
    return Reading(fact, "observed", value, source="test", identifying=True)


def der(tag: int, *parts: bytes) -> bytes:
    """One DER element of at most 127 octets."""
    return bytes([tag, len(b"".join(parts))]) + b"".join(parts)


def unsigned_time_stamp(data: bytes) -> bytes:
    """A TimeStampResp over some data, with all that a reader of it needs and no signature (RFC 3161, RFC 5652)."""
    oid = der(6, bytes.fromhex("608648016503040201"))
    imprint = der(0x30, der(0x30, oid), der(4, sha256(data)))
    info = der(0x30, der(2, b"\1"), oid, imprint, der(2, b"\1"), der(0x18, b"20260921141320Z"))
    content = der(0x30, oid, der(0xA0, der(4, info)))
    signed = b"\x30\x81" + bytes([len(content) + 5]) + der(2, b"\3") + der(0x31) + content
    signed = b"\xa0\x81" + bytes([len(signed)]) + signed
    token = b"\x30\x81" + bytes([len(oid) + len(signed)]) + oid + signed
    return b"\x30\x81" + bytes([5 + len(token)]) + der(0x30, der(2, b"\0")) + token


def test_every_field_that_is_written_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What each kind of entry holds, open or sealed, is named in its section; every kind that is written is made."""
    environment = {"ISOLATION_HOME": str(tmp_path)}
    points = Reading("wifi_scan", "observed", (("3C-37-86-5D-75-D5", -40),), source="test")
    address, device = seen("public_ip", "203.0.113.7"), seen("device_id", "1f0c2a9be8d74c4e9a53b7d1c6e2f480")
    full = Session(
        "a", NOON, operator="o", channel="api", success=False, refused=True, forced="f", source="s", site="t",
        record="r", machine="m", network="n", evidence="e", readings=(address, points),
    )  # fmt: skip
    row = Session("b", NOON, provenance="imported", readings=(address,))
    later = row.replace(readings=(address, device), end=NOON + 1, operator="o", record="1", site="t")
    with Ledger.open(tmp_path / "ledger.sqlite3", key_store="file", environment=environment) as ledger:
        with ledger.writing() as log:
            log.add_policy("")
            log.add_baseline(("b", "c"), "test")
            log.add_session(full)
            log.add_end(log.add_session(Session("c", NOON)), NOON + 1)
            log.add_observation(log.add_session(Session("e", NOON)), NOON + 1, (address, points))
            log.add_row(row, ("public_ip",))
            log.add_row(later, ("public_ip", "device_id"))
            log.add_row(later.replace(account="", success=False, channel="api"), ("public_ip", "device_id"))
            log.add_row(Session("j", NOON, provenance="imported", readings=(seen("site_ip", "home/192.168.1.5"),)), ())
            log.add_lease("home", "192.168.1.5", "3c:07:54:1a:2b:3c", NOON - 1, NOON + 1, "test")
            assert log.join(NOON, NOON).joined == 1
            log.add_row(Session("k", NOON, provenance="imported", connection="0" * 32), ())
            log.add_close("0" * 32, NOON + 1, "test")
            assert log.settle_ends() == 1
            log.add_report("bundle", "0" * 64, accounts=(), operators=(), disclosed=())
            log.add_machine((device,), "test")
            log.add_label("machine", "Laptop", (device,))
            log.add_restore(3, "a reason", ("something",))
        _, note = signed_checkpoint(ledger)
        with ledger.writing() as log:
            log.add_anchor("http://tsa.example/", note, unsigned_time_stamp(note.encode()), chain=False)
        with ledger.writing() as log:
            # As without the index key: no tags now, an `index` entry later.
            monkeypatch.setattr(type(log._appender), "tagging", property(lambda appender: False))
            log.add_session(Session("d", NOON))
        monkeypatch.undo()
        with ledger.writing() as log:
            assert index_pending(ledger, log._appender) == 1
            log.erase(Wanted(accounts=("c",)), "test", "a reason")
            log.add_session(Session("g", NOON))
        rotate(ledger, reason="a reason")
        with ledger.reading():
            entries = ledger.connection.execute("SELECT i, body FROM entries WHERE body <> x''").fetchall()
            fields = {i: ledger.opener().fields(ledger.connection.execute, i) for i, _ in entries}
            written = {json.loads(body)["kind"] for _, body in entries}
        assert ledger.verify().intact
    assert written | {"end"} == KINDS - NOT_WRITTEN
    for i, body in entries:
        told = json.loads(body)
        text = section(told["kind"]) + (section("session") if told["kind"] in ("amend", "observe", "index") else "")
        assert fields[i].keys() == told["sd"].keys()
        for name in (*(told["open"].keys() - {"logged", "of"}), *(fields[i].keys() - set(FACTS))):
            assert f"`{name}`" in text, (told["kind"], name)


def test_a_rotation_is_as_told(tmp_path: Path) -> None:
    """The two tags of an access point, a MAC, a row's core and what the old key vouches for follow from the page."""
    path = tmp_path / "ledger.sqlite3"
    points = Reading("wifi_scan", "observed", (("3C-37-86-5D-75-D5", -40),), source="test")
    with Ledger.open(path, key_store="file") as ledger:
        with ledger.writing() as log:
            log.add_session(Session("a", NOON, readings=(points,)))
            log.add_row(Session("b", NOON, provenance="imported"), ("public_ip",))
        rotate(ledger)
        origin = ledger.origin
    lines = [line.split() for line in path.with_suffix(".key").read_text().splitlines()]
    keys = {(int(epoch), name): bytes.fromhex(secret) for _, epoch, name, secret in lines}
    assert keys[2, "scan"] == keys[1, "index"]

    def tag(key: bytes, text: str) -> bytes:
        return hmac.digest(key, text.encode(), "sha256")[:16]

    rows = sqlite3.connect(path)
    (point,) = rows.execute("SELECT tag FROM identifiers WHERE id % 32 = 11").fetchone()
    assert point == tag(keys[2, "index"], "wifi_scan\0" + tag(keys[2, "scan"], "wifi_scan\0" + "3c37865d75d0").hex())
    (core,) = rows.execute("SELECT core FROM rows").fetchone()
    account = tag(keys[2, "index"], "account\0b")
    told = b"row\0" + account + f"\0ui\0001\0{NOON}".encode()
    assert core == hmac.digest(keys[2, "index"], told, "sha256")[:16]
    for i, leaf, tags, found in rows.execute("SELECT i, leaf, tags, tag_mac FROM entries"):
        told = origin.encode() + b"\0" + i.to_bytes(8, "big") + leaf + tags
        assert found == hmac.digest(keys[2, "index"], told, "sha256")
    index, body = rows.execute("SELECT i, body FROM entries ORDER BY i DESC LIMIT 1").fetchone()
    rows.close()
    said = json.loads(body)["open"]
    vouching = f"isolation/rotate/1\n{origin}\n{index}\n{said['sign_public']}\n".encode()
    old = Ed25519PrivateKey.from_private_bytes(keys[1, "sign"]).public_key()
    old.verify(b64decode(said["vouch"]), vouching)


def test_the_examples_keys_hold() -> None:
    """Fingerprint and public keys follow from the secrets, and the sealed batch key opens."""
    assert sha256(b"isolation/index-key/1\0" + given("index_key"))[:8].hex() == EXAMPLE["index_print"]
    assert index_print(given("index_key")) == EXAMPLE["index_print"]
    seal = X25519PrivateKey.from_private_bytes(given("seal_key"))
    assert seal.public_key().public_bytes_raw() == given("seal_public")
    sign = Ed25519PrivateKey.from_private_bytes(given("sign_key"))
    assert sign.public_key().public_bytes_raw() == given("sign_public")
    assert len(given("batch_sealed")) == 80
    batch = open_batch(given("seal_key"), given("batch_sealed"), EXAMPLE["origin"], 1, 1)
    assert batch.open(b"p", 1, given("sealed_1")) == EXAMPLE["payload_1"].encode()


def test_the_examples_entries_hold() -> None:
    """Leaves, salts, commitments and sealed values follow from what is shown, computed by the page alone."""
    for index in (0, 1):
        assert sha256(b"\0" + EXAMPLE[f"body_{index}"].encode()) == given(f"leaf_{index}")
    payload, body = json.loads(EXAMPLE["payload_1"]), json.loads(EXAMPLE["body_1"])
    seed = b64decode(payload["seed"])
    assert sha256(seed + b"field:account") == given("salt_account")
    assert sha256(given("salt_account") + EXAMPLE["committed_account"].encode()) == given("commitment_account")
    assert body["sd"].keys() == payload["fields"].keys()
    for field, value in payload["fields"].items():
        pair = json.dumps([field, value], separators=(",", ":"), sort_keys=True).encode()
        assert b64encode(sha256(sha256(seed + b"field:" + field.encode()) + pair)).decode() == body["sd"][field]
    assert opened(b"p", 1, given("sealed_1")) == EXAMPLE["payload_1"].encode()
    assert opened(b"i", 37, given("value_37")) == b"203.0.113.7"


def test_the_examples_tags_hold() -> None:
    """Tags and their MACs are the HMACs that the page says."""
    account, address = mac(b"account\0store-uk")[:16], mac(b"public_ip\x00203.0.113.7")[:16]
    assert given("tags_1") == b"\x01\x02" + account + b"\x05\x02" + address
    origin = EXAMPLE["origin"].encode() + b"\0"
    for index, tags in ((0, b""), (1, given("tags_1"))):
        assert mac(origin + index.to_bytes(8, "big") + given(f"leaf_{index}") + tags) == given(f"tag_mac_{index}")


def test_the_examples_tree_and_checkpoint_hold() -> None:
    """The root covers both leaves, and the checkpoint over it is signed."""
    assert sha256(b"\1" + given("leaf_0") + given("leaf_1")) == given("root") == given("nodes_1")
    found = re.search(r"```\n(isolation/\w+\n2\n.*?)```", PAGE, re.DOTALL)
    assert found is not None
    text, _, signature = found[1].partition("\n\n")
    data = b64decode(signature.split(" ")[2])
    public = given("sign_public")
    assert data[:4] == sha256(EXAMPLE["origin"].encode() + b"\n\1" + public)[:4]
    Ed25519PublicKey.from_public_bytes(public).verify(data[4:], text.encode() + b"\n")
    note = parse_note(found[1].encode())
    assert note.checkpoint.root == given("root")
    assert require_signed(note, [parse_key(EXAMPLE["key_text"])]).public == public


def test_every_anchor_of_the_page_exists() -> None:
    """Links within the page lead to headings, and no two headings of the page's contents have one name."""
    headings = [one.lower().replace(" ", "-") for one in re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)]
    for anchor in re.findall(r"\]\(#([\w-]+)\)", PAGE):
        assert headings.count(anchor) == 1, anchor
