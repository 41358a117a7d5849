"""No name and no value in the file: in no encoding, at no time, not even in the journal."""

from __future__ import annotations

import base64
import ipaddress
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from isolation.ledger import Ledger
from isolation.ledger.choosing import Wanted
from isolation.ledger.rotating import rotate
from isolation.model import Reading, Session

from .conftest import NOON, row, seen

ACCOUNTS = ("Vermilion-Outlet-UK", "amazon:ultramarine-de", "Каштан-Магазин", "店铺-琥珀色")
OPERATORS = ("Quintessa Featherstone", "Žofie Kratochvílová")
MACS = ("3C-07-54-1A-2B-3C", "3C-37-86-5D-75-D4", "3C-37-86-5D-75-D5", "00-1B-2F-11-22-33")
ADDRESSES = ("203.0.114.7", "198.51.100.77", "192.168.178.53", "2a02:8108:1:2::7", "2a02:8108:1:2::")
SSID = "Fritz!Box Obergeschoß"
DEVICE = "1f0c2a9be8d74c4e9a53b7d1c6e2f480"
TEXTS = ("stock-taking on Tuesday", "Bürorechner Süd", "Warehouse Zephyr", "invoice-2291.pdf", "row-key-88123")
# Shorter byte strings than these are in every file by chance; those below the second number now and then.
SHORTEST, LONG = 4, 6


def spellings(text: str) -> Iterator[str]:
    """A text as given, folded, upper, reversed, and without what separates its parts."""
    for one in (text, text.casefold(), text.upper(), "".join(c for c in text if c.isalnum())):
        yield one
        yield one[::-1]


def packed(mac_or_address: str) -> bytes:
    """The bytes of a MAC address or an IP address."""
    try:
        return ipaddress.ip_address(mac_or_address).packed
    except ValueError:
        return bytes.fromhex(mac_or_address.replace("-", ""))


def written(text: str) -> Iterator[str]:
    """How a MAC address or an IP address is written."""
    yield text
    if ":" in text:
        yield ipaddress.ip_address(text).exploded
    elif "-" in text:
        pairs = text.split("-")
        yield from (separator.join(pairs) for separator in (":", "", ".", " "))
        joined = "".join(pairs)
        yield ".".join(joined[at : at + 4] for at in (0, 4, 8))


def encodings(data: bytes) -> Iterator[bytes]:
    """Bytes as they are, backwards, in hex of either case, and in base64 and base32 at every offset."""
    for one in (data, data[::-1]):
        yield one
        yield one.hex().encode()
        yield one.hex().upper().encode()
        for offset in range(3):
            # What stands before and behind only touches the outer characters.
            middle = base64.b64encode(b"\0" * offset + one)[(0, 2, 3)[offset] : (offset + len(one)) * 8 // 6]
            yield middle
            yield middle.translate(bytes.maketrans(b"+/", b"-_"))
        yield base64.b32encode(one)[: len(one) * 8 // 5 - 1]


def needles() -> dict[bytes, set[str]]:
    """Every byte string that would give something away -> what it is of."""
    found: dict[bytes, set[str]] = {}
    texts = [*ACCOUNTS, *OPERATORS, *TEXTS, SSID, DEVICE]
    ways = [(text, text) for text in texts] + [(one, way) for one in (*MACS, *ADDRESSES) for way in written(one)]
    for text, way in ways:
        for spelled in spellings(way):
            for codec in ("utf-8", "utf-16-le", "utf-16-be", "unicode_escape", "latin-1", "gb18030"):
                for data in encodings(spelled.encode(codec, errors="ignore")):
                    found.setdefault(data, set()).add(text)
    for one in (*MACS, *ADDRESSES, DEVICE):
        for data in encodings(packed(one) if one != DEVICE else bytes.fromhex(one)):
            found.setdefault(data, set()).add(one)
    return {data: texts for data, texts in found.items() if len(data) >= SHORTEST}


NEEDLES = needles()


def given_away(content: bytes, shortest: int = LONG) -> set[str]:
    """What a file's bytes give away."""
    hits = (texts for data, texts in NEEDLES.items() if len(data) >= shortest and data in content)
    return set().union(*hits)


READINGS = (
    seen("device_id", DEVICE), seen("hardware_mac", MACS[0]), seen("gateway_mac", MACS[1]), seen("bssid", MACS[2]),
    seen("public_ip", ADDRESSES[3]),
    Reading("local_ip", "observed", ADDRESSES[2], source="test"),
    Reading("ssid", "observed", "0x" + SSID.encode().hex(), source="test"),
    Reading("wifi_scan", "observed", ((MACS[2], -40), (MACS[3], -81)), source="test"),
)  # fmt: skip


def record(ledger: Ledger) -> None:
    """Records everything in every kind of entry that can hold it."""
    with ledger.writing() as log:
        log.add_policy(f'[accounts."{ACCOUNTS[0]}"]\nowner = "{OPERATORS[0]}"\n')
        log.add_baseline(ACCOUNTS, OPERATORS[1])
        for number, account in enumerate(ACCOUNTS):
            operator = OPERATORS[number % 2]
            entry = log.add_session(
                Session(
                    account, NOON + number, operator=operator, readings=READINGS, forced=TEXTS[0], machine=TEXTS[1],
                    network=TEXTS[2], evidence=TEXTS[3], source=TEXTS[3],
                )
            )  # fmt: skip
            log.add_end(entry, NOON + 10**6)
            fields = {"operator": operator, "record": TEXTS[4]}
            log.add_row(row(account, NOON, seen("public_ip", ADDRESSES[0])), ("public_ip",))
            log.add_row(row(account, NOON, seen("public_ip", ADDRESSES[0]), **fields), ("public_ip", *fields))
        site = seen("site_ip", f"{TEXTS[2]}/{ADDRESSES[2]}", "probable")
        log.add_row(row(ACCOUNTS[0], NOON + 5, site, site=TEXTS[2]), ("local_ip",))
        log.add_row(row("", NOON, seen("public_ip", ADDRESSES[1]), operator=OPERATORS[0]), ("public_ip",))
        log.add_label("network", TEXTS[2], READINGS[2:4])
        log.add_machine(READINGS[:2], OPERATORS[0])
        log.add_report("bundle", "0" * 64, accounts=ACCOUNTS, operators=OPERATORS, disclosed=ACCOUNTS[1:])
        log.add_restore(5, TEXTS[0], (f"{ACCOUNTS[2]} is not in it",))


@pytest.mark.parametrize("mark", [*ACCOUNTS, *OPERATORS, *MACS, *ADDRESSES, *TEXTS, SSID, DEVICE])
def test_the_search_finds_what_it_looks_for(mark: str) -> None:
    """In a file that holds one of them, in any of the encodings, it is found: the other tests can fail."""
    for codec in ("utf-8", "utf-16-le", "utf-16-be"):
        data = mark.encode(codec)
        for hidden in (data, data[::-1], data.hex().encode(), data.hex().upper().encode()):
            assert mark in given_away(b"....." + hidden + b".....")
        for offset in range(3):
            assert mark in given_away(base64.b64encode(os.urandom(9 + offset) + data + os.urandom(7)))
    if mark in (*MACS, *ADDRESSES):
        assert mark in given_away(b"....." + packed(mark) + b".....", SHORTEST)
        assert mark in given_away(base64.b64encode(b"123456" + packed(mark) + b"..."), SHORTEST)


def test_nothing_is_given_away(tmp_path: Path) -> None:
    """After recording in every way, after a rotation and after an erasure, no file of the ledger's folder but the key
    file and the checkpoint's gives anything away; the key file, too, holds no name and no value."""
    # Four bytes that are in one file by chance are not in that of another ledger, under other keys, as well.
    first, second = _steps(tmp_path / "one"), _steps(tmp_path / "two")
    assert [one & other for one, other in zip(first, second, strict=True)] == [set()] * 4


def _steps(folder: Path) -> list[set[str]]:
    """What the shortest byte strings give away after each step; that longer ones give nothing away is required."""
    found = []
    with Ledger.open(folder / "ledger.sqlite3", key_store="file") as ledger:
        record(ledger)
        assert ledger.verify().problems == ()
        for step in (lambda: None, lambda: rotate(ledger), lambda: erase(ledger), lambda: rotate(ledger)):
            step()
            for file in folder.iterdir():
                assert given_away(file.read_bytes()) == set(), file.name
            found.append(given_away((folder / "ledger.sqlite3").read_bytes(), SHORTEST))
        assert ledger.verify().problems == ()
    return found


def erase(ledger: Ledger) -> None:
    """Erases an account and an operator."""
    with ledger.writing() as log:
        log.erase(Wanted(accounts=(ACCOUNTS[0],)), "account", "")
    with ledger.writing() as log:
        log.erase(Wanted(operators=(OPERATORS[1],)), "operator", "")
    ledger.sweep()


def test_what_waits_for_its_tags_gives_nothing_away(tmp_path: Path, keyring: object) -> None:
    """What is recorded while the keyring is locked is sealed like everything else."""
    path = tmp_path / "ledger" / "ledger.sqlite3"
    Ledger.open(path, key_store="keyring").close()
    keyring.become("locked")  # type: ignore[attr-defined]  # the Keyring of conftest.py
    with Ledger.open(path) as ledger, ledger.writing() as log:
        for account in ACCOUNTS:
            log.add_session(Session(account, NOON, operator=OPERATORS[0], readings=READINGS, forced=TEXTS[0]))
        log.add_policy(f'[accounts."{ACCOUNTS[0]}"]\n')
    assert given_away(path.read_bytes()) == set()


KILLED = """\
import os, signal, sys
from pathlib import Path
from isolation.ledger import Ledger
from isolation.ledger.choosing import Wanted
from isolation.ledger.rotating import rotate
from tests.ledger.test_plain_text import ACCOUNTS, record
with Ledger.open(sys.argv[1], key_store="file") as ledger:
    record(ledger)
    def stop(*_): os.kill(os.getpid(), signal.SIGKILL)
    if sys.argv[2] == "rotate":
        class Stopping:
            def __call__(self, done, of):
                if Path(sys.argv[1] + "-journal").exists(): stop()
        rotate(ledger, progress=Stopping())
    else:
        ledger.connection.execute("PRAGMA cache_size = 1")
        with ledger.writing() as log:
            if sys.argv[2] == "erase": log.erase(Wanted(accounts=(ACCOUNTS[0],)), "account")
            else:
                for _ in range(300): log.add_policy(ACCOUNTS[0])
            log.flush()
            stop()
"""


@pytest.mark.skipif(os.name != "posix", reason="kills as POSIX systems have them")
@pytest.mark.parametrize("doing", ["append", "erase", "rotate"])
def test_the_journal_gives_nothing_away(tmp_path: Path, doing: str) -> None:
    """The journal that a killed writer leaves holds nothing of it either."""
    path = tmp_path / "ledger.sqlite3"
    root = str(Path(__file__).parents[2])
    run = [sys.executable, "-c", KILLED, str(path), doing]
    subprocess.run(run, cwd=root, check=False, capture_output=True)
    journal = Path(f"{path}-journal")
    assert journal.stat().st_size > 512
    assert given_away(journal.read_bytes()) == set()
    assert given_away(path.read_bytes()) == set()
