"""What these tests share: any of their logs read, recorded and audited."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from isolation.audit import audit_ledger
from isolation.history import Rejected, open_import
from isolation.hooks.import_history import import_history, join_history
from isolation.ledger import Ledger
from isolation.ledger.lines import ledger_lines
from isolation.model import Session
from isolation.times import zone_named

NOW = 1_795_600_000_000_000  # 2026-11-25T09:46:40Z
UTC = zone_named("UTC")
OPTIONS = {"now": NOW, "zone": UTC, "year": "2026", "site": "home", "user_as": "account"}


class Imported(NamedTuple):
    """What an import yielded: sessions, rejections, and counts of the rest."""

    sessions: list[Session]
    rejected: list[Rejected]
    ignored: Counter[str]


@pytest.fixture
def imported() -> Callable[..., Imported]:
    """Reads a file without recording it."""

    def read(path: Path, **options: object) -> Imported:
        with open_import(path, None, **(OPTIONS | options)) as source:  # type: ignore[arg-type]  # options by name
            rows = list(source.rows())
            sessions = [row for row in rows if isinstance(row, Session)]
            rejected = [row for row in rows if isinstance(row, Rejected)]
            return Imported(sessions, rejected, source.ignored)

    return read


Recorded = Callable[..., object]


@pytest.fixture
def recorded(tmp_path: Path) -> Iterator[Recorded]:
    """Records files one after the other in a fresh ledger; what they come to: sessions, findings, clusters."""
    ledgers: list[Ledger] = []

    def record(paths: list[Path], **options: object) -> object:
        ledger = Ledger.open(tmp_path / f"ledger-{len(ledgers)}.sqlite3", key_store="file", clock=lambda: NOW)
        ledgers.append(ledger)
        results = []
        for path in paths:
            with open_import(path, None, **(OPTIONS | options)) as source:  # type: ignore[arg-type]  # options by name
                results.append(import_history(ledger, source))
        join_history(ledger, results)
        audit = audit_ledger(ledger)
        findings = sorted((one.rule, one.value or "", one.accounts, one.sessions) for one in audit.findings)
        clusters = sorted((sorted(one.accounts), sorted(one.facts), one.confidence) for one in audit.clusters)
        return sorted(json.dumps(one, sort_keys=True) for one in sessions_of(ledger)), findings, clusters

    yield record
    for ledger in ledgers:
        ledger.close()


def sessions_of(ledger: Ledger) -> list[dict[str, object]]:
    """Every session as it is known now, without where it stands in the log."""
    lines = [line for line in ledger_lines(ledger) if line.get("kind") in ("session", "presence")]
    for line in lines:
        line["readings"].sort(key=repr)  # what records tell of a session adds up in any order
    return [{key: line[key] for key in line.keys() - {"entry", "origin", "logged"}} for line in lines]
