"""A bundle has not one byte of another account: no name, no value, no tag, in any encoding."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterator
from pathlib import Path

from isolation.identifiers.canonical import canonical_value
from isolation.ledger import Ledger
from isolation.ledger.keys import NAMES
from isolation.model import Session
from isolation.policy import Policy
from isolation.reports.bundle import Request, make_bundle

from .conftest import LI, NOON, WU, Make, seen


def encodings(data: bytes) -> Iterator[bytes]:
    """Bytes as they could stand in a file: raw, hex, base64 at each alignment, both alphabets."""
    yield data
    yield data.hex().encode()
    yield data.hex().upper().encode()
    for shift, skip in ((0, 0), (1, 2), (2, 3)):
        whole = base64.b64encode(bytes(shift) + data)
        inner = whole[skip : len(whole) - 4]
        yield inner
        yield inner.translate(bytes.maketrans(b"+/", b"-_"))


def traces(text: str) -> Iterator[bytes]:
    """A text in every spelling and encoding in which it could be left behind."""
    for spelling in {text, text.lower(), text.upper(), text.casefold()}:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-7", "cp500"):
            yield from encodings(spelling.encode(encoding))
        yield "".join(f"\\u{ord(character):04x}" for character in spelling).encode()


def value_traces(fact: str, value: str) -> Iterator[bytes]:
    """An identifier's value: as shown, as stored, bare, and as packed bytes."""
    canonical = canonical_value(fact, value)
    for text in {value, canonical, value.replace("-", ":"), value.replace("-", "").lower()}:
        yield from traces(text)
    if len(canonical) in (12, 32) and ":" not in canonical and "." not in canonical:
        yield from encodings(bytes.fromhex(canonical))


def layers(data: bytes) -> bytes:
    """A bundle, and after it every text in it that is base64 or hex, decoded."""
    found = [data]
    waiting = [json.loads(data)]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [*one.values()]
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str):
            for decode in (base64.b64decode, bytes.fromhex):
                try:
                    found.append(decode(one))
                except ValueError:
                    continue
    return b"\n".join(found)


def left(data: bytes, marks: Iterator[bytes]) -> list[bytes]:
    """Those of the marks that stand in a bundle."""
    whole = layers(data)
    return [mark for mark in marks if len(mark) >= 4 and mark in whole]


def test_no_name_of_another_is_in_a_bundle(make: Make) -> None:
    """Other accounts, people and what was written of them are nowhere in it; its own name is."""
    data = make().data
    for name in ("Kiosk-Nord", "Zebra-Outlet", LI, WU, "laptop of", "a word about", "is closed"):
        assert left(data, traces(name)) == []
    assert left(data, traces("Plum-Garden"))
    assert left(make(disclosed=("Kiosk-Nord",)).data, traces("Kiosk-Nord"))


def test_no_value_of_another_is_in_a_bundle(make: Make) -> None:
    """Identifiers that only other accounts used are nowhere in it; its own are."""
    data = make().data
    others = {
        "gateway_mac": "3C-37-86-AA-BB-CC", "public_ip": "2a02:8108:99:77::5", "public_prefix": "2a02:8108:99:77::/64",
        "device_id": "99887766554433221100ffeeddccbbaa",
    }  # fmt: skip
    for fact, value in others.items():
        assert left(data, value_traces(fact, value)) == []
    assert left(data, value_traces("gateway_mac", "3C-37-86-5D-75-D4"))
    assert left(make("Zebra-Outlet").data, value_traces("public_ip", "2a02:8108:99:77::5"))


def test_no_tag_and_no_key_is_in_a_bundle(full: Ledger, make: Make) -> None:
    """No identifier's tag but those that name the account's own findings, no secret, and no install id is in it."""
    data = make().data
    tags = dict(full.connection.execute("SELECT tag, id FROM identifiers"))
    own = {bytes.fromhex(finding["id"].rsplit("-", 1)[1]) for finding in json.loads(data)["statement"]["findings"]}
    for tag in tags:
        parts = [tag, tag[:8], tag[:6]] if tag[:6] not in own else [tag, tag[:8]]
        assert not any(left(data, encodings(part)) for part in parts)
    for name in NAMES:
        assert left(data, encodings(full.keys.secret(name))) == []
    assert left(data, traces(full.install_id)) == []
    assert left(data, encodings(bytes.fromhex(full.install_id))) == []


def test_no_content_of_another_entry_is_in_a_bundle(full: Ledger, make: Make) -> None:
    """Of entries that are not shown only hashes of salted bodies are in it: no body, no commitment, no seed."""
    data = make().data
    shown = {entry["index"] for entry in json.loads(data)["statement"]["entries"]}
    rows = full.connection.execute("SELECT i, body, sealed, tags, tag_mac FROM entries").fetchall()
    for index, body, sealed, tags, mac in rows:
        if index in shown or index == json.loads(data)["report"]["index"]:
            continue
        for commitment in json.loads(body)["sd"].values():
            assert left(data, encodings(base64.b64decode(commitment))) == []
        assert body not in data
        for blob in filter(None, (sealed, tags, mac)):
            assert left(data, encodings(blob[:24])) == []
            assert left(data, encodings(blob[-24:])) == []


def test_random_ledgers_give_nothing_away(tmp_path: Path) -> None:
    """In a ledger of many accounts, each one's bundle has no name and no value that is not its own."""
    drawn = random.Random(11)
    accounts = [f"acct{drawn.getrandbits(48):012x}" for _ in range(6)]
    macs = ["-".join(f"{byte:02X}" for byte in (0x3C, 0x37, *drawn.randbytes(4))) for _ in range(9)]
    own: dict[str, set[str]] = {account: set() for account in accounts}
    with Ledger.open(tmp_path / "random.sqlite3", key_store="file") as ledger:
        with ledger.writing() as log:
            log.add_baseline(tuple(accounts), "a test")
            for step in range(60):
                account, mac = drawn.choice(accounts), drawn.choice(macs)
                own[account].add(mac)
                log.add_session(
                    Session(account, NOON + step, readings=(seen("gateway_mac", mac),), forced=drawn.choice(accounts))
                )
        for account in accounts:
            data = make_bundle(ledger, Policy(), Request(account)).data
            for other in accounts:
                assert bool(left(data, traces(other))) == (other == account)
            for mac in macs:
                assert bool(left(data, value_traces("gateway_mac", mac))) == (mac in own[account])
