"""A ledger with all that can be erased, and what of it lies in its file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from isolation.ledger import Ledger
from isolation.model import Reading, Session

NOON = 1_790_000_000_000_000  # 2026-09-21T14:13:20Z
MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

DEVICE = "1f0c2a9be8d74c4e9a53b7d1c6e2f480"
OTHER_DEVICE = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"


def seen(fact: str, value: str, confidence: str = "certain") -> Reading:
    """An identifying reading."""
    return Reading(fact, "observed", value, source="test", identifying=True, confidence=confidence)  # type: ignore[arg-type]  # a word that is one


HERE = (
    seen("device_id", DEVICE),
    seen("hardware_mac", "3C-07-54-1A-2B-3C", "probable"),
    seen("gateway_mac", "3C-37-86-5D-75-D4"),
    seen("public_ip", "2a02:8108:1:2::7"),
    Reading("local_ip", "observed", "192.168.1.5", source="test"),
    Reading("wifi_scan", "observed", (("3C-37-86-5D-75-D5", -40), ("00-1B-2F-11-22-33", -81)), source="test"),
)
ELSEWHERE = (
    seen("device_id", OTHER_DEVICE),
    seen("gateway_mac", "00-1B-2F-AA-BB-CC"),
    seen("public_ip", "203.0.114.7"),
    Reading("wifi_scan", "observed", (("00-1B-2F-AA-BB-CD", -60),), source="test"),
)
POLICY = '[accounts."amazon:store-a"]\nowner = "Wu"\n'


def fill(ledger: Ledger) -> dict[str, int]:
    """Records sessions of three accounts and two operators on two machines; returns the entries by name."""
    made = {}
    with ledger.writing() as log:
        made["policy"] = log.add_policy(POLICY)
        made["baseline"] = log.add_baseline(("Amazon:Store-A", "store-b"), "setup")
    with ledger.writing() as log:
        made["a1"] = log.add_session(Session("amazon:store-a", NOON, operator="Li", readings=HERE))
        made["b1"] = log.add_session(Session("store-b", NOON + HOUR, operator="Wu", readings=HERE[:4]))
    with ledger.writing() as log:
        made["end"] = log.add_end(made["a1"], NOON + HOUR)
        made["a2"] = log.add_session(Session("Amazon:Store-A", NOON + DAY, operator="Wu", readings=ELSEWHERE))
        made["refused"] = log.add_session(Session("store-c", NOON + DAY, readings=HERE[:3], refused=True))
        made["failed"] = log.add_session(Session("store-c", NOON + 2 * DAY, readings=ELSEWHERE[:2], success=False))
    imported = {"provenance": "imported", "source": "log.csv"}
    with ledger.writing() as log:
        log.add_row(Session("store-b", NOON - DAY, readings=ELSEWHERE[2:3], **imported), ("public_ip",))  # type: ignore[arg-type]  # as above
        log.add_row(
            Session("store-b", NOON - DAY, operator="Zhao", readings=ELSEWHERE[2:3], **imported),  # type: ignore[arg-type]  # as above
            ("public_ip", "operator"),
        )
        made["declared"] = log.add_session(
            Session("store-d", NOON - 900 * DAY, provenance="declared", machine="Old laptop", readings=ELSEWHERE[:1])
        )
        made["b2"] = log.add_session(Session("store-b", NOON + 3 * DAY, readings=HERE[:4]))
    return made


@pytest.fixture
def made() -> dict[str, int]:
    """The entries of the filled ledger by name."""
    return {}


@pytest.fixture
def full(home: Path, clock: Callable[[], int], made: dict[str, int]) -> Iterator[Ledger]:
    """A filled ledger with its key in a file."""
    with Ledger.open(home / "ledger.sqlite3", key_store="file", clock=clock) as ledger:
        made.update(fill(ledger))
        yield ledger


def rows(path: str | Path, query: str, *parameters: object) -> list[tuple[object, ...]]:
    """What a query finds in a ledger's file."""
    with sqlite3.connect(path) as connection:
        found = connection.execute(query, parameters).fetchall()
    connection.close()
    return found


def traces(path: str | Path, entries: list[int]) -> list[bytes]:
    """The bytes by which entries could be recognised in the file: contents, sealed and open, and tags."""
    marks = ", ".join("?" * len(entries))
    found: list[bytes] = []
    for body, sealed, tags in rows(path, f"SELECT body, sealed, tags FROM entries WHERE i IN ({marks})", *entries):  # noqa: S608 - marks only
        assert isinstance(body, bytes)
        assert isinstance(sealed, bytes)
        found += [sealed[:16], sealed[-16:], body[-40:-8]]
        found += [tags[at + 2 : at + 18] for at in range(0, len(tags or b""), 18)] if isinstance(tags, bytes) else []
    return found


def left_in(path: str | Path, wanted: list[bytes]) -> list[bytes]:
    """Those of the byte strings that are anywhere in the file, free pages and all."""
    content = Path(path).read_bytes()
    return [trace for trace in wanted if trace in content]
