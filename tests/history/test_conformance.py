"""Real logon records with known answers: the sets of accounts, addresses and clusters that come out of an import."""

from __future__ import annotations

import csv
import json
import os
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from isolation.history import Mapping, Rejected, open_import
from isolation.identifiers.accounts import account_key
from isolation.identifiers.canonical import canonical_value
from isolation.model import UNDATED, Session

from .conftest import NOW

FOLDER = os.environ.get("ISOLATION_CONFORMANCE", "")
pytestmark = pytest.mark.skipif(not FOLDER, reason="ISOLATION_CONFORMANCE names no folder of real logs")


def _imported(name: str) -> tuple[list[Session], list[Rejected]]:
    mapping = Mapping.parse(["account=account", "time=time", "local_ip=ip"])
    path = Path(FOLDER) / "windows-logons" / name
    with open_import(path, mapping, now=NOW, site="lab") as source:
        rows = list(source.rows())
    return [row for row in rows if isinstance(row, Session)], [row for row in rows if isinstance(row, Rejected)]


def _shape(sessions: list[Session]) -> dict[str, object]:
    """The numbers that the truth gives: accounts with an address, addresses, shared ones, sizes of clusters."""
    touched: defaultdict[str, set[str]] = defaultdict(set)
    rows = 0
    for session in sessions:
        seen = [reading for reading in session.readings if reading.identifying]
        rows += bool(seen)
        for reading in seen:
            touched[canonical_value(reading.fact, str(reading.value))].add(account_key(session.account))
    cluster = {account: {account} for accounts in touched.values() for account in accounts}
    for accounts in touched.values():
        merged = set().union(*(cluster[account] for account in accounts))
        for account in merged:
            cluster[account] = merged
    sizes = Counter(len(one) for one in {id(one): one for one in cluster.values()}.values())
    return {
        "rows_used": rows,
        "accounts": len(cluster),
        "ips": len(touched),
        "ips_touching_more_than_one_account": sum(len(accounts) > 1 for accounts in touched.values()),
        "component_sizes_top10": sorted(sizes.elements(), reverse=True),
    }


@pytest.mark.parametrize(("name", "truth"), [("sessions", "truth"), ("sessions_people", "truth_people")])
def test_real_logons_give_the_accounts_addresses_and_clusters_that_are_known(name: str, truth: str) -> None:
    """With every row counted, also those without a time, the import agrees with the truth."""
    sessions, rejected = _imported(f"{name}.csv")
    with (Path(FOLDER) / "windows-logons" / f"{truth}.json").open(encoding="utf-8") as file:
        known = json.load(file)
    shape = _shape(sessions)
    assert not rejected
    assert len(sessions) == known["rows_in_file"]
    assert shape == {key: known["norm"][key] for key in shape}


def test_logons_without_a_time_are_counted_as_doubtful_and_they_alone() -> None:
    """Rows without a time are uses at a time not known, and no other row is."""
    sessions, _ = _imported("sessions.csv")
    with (Path(FOLDER) / "windows-logons" / "sessions.csv").open(encoding="utf-8", newline="") as file:
        undated = [not row["time"] for row in csv.DictReader(file)]
    assert [session.begin == UNDATED for session in sessions] == undated
