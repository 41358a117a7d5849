"""Windows Security events: real ones with a known truth, event logs, and what is told apart."""

from __future__ import annotations

import gzip
import json
import os
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from isolation.errors import UsageError
from isolation.identifiers.accounts import account_key
from isolation.identifiers.canonical import canonical_value
from isolation.model import Session

from .conftest import Imported
from .evtx_files import event_log
from .logs import records

FOLDER = os.environ.get("ISOLATION_CONFORMANCE", "")
Reads = Callable[..., Imported]


def _shape(sessions: list[Session]) -> dict[str, object]:
    """The numbers that the truth gives, of uses and of failed sign-ins alike: it was counted over both."""
    touched: defaultdict[str, set[str]] = defaultdict(set)
    rows = 0
    for session in sessions:
        seen = [reading for reading in session.readings if reading.identifying]
        rows += bool(seen)
        for reading in seen:
            touched[canonical_value(reading.fact, str(reading.value))].add(account_key(session.account))
    accounts = {account for met in touched.values() for account in met}
    cluster = {account: {account} for account in accounts}
    for met in touched.values():
        merged = set().union(*(cluster[account] for account in met))
        for account in merged:
            cluster[account] = merged
    sizes = Counter(len(one) for one in {id(one): one for one in cluster.values()}.values())
    pairs = {frozenset((a, b)) for met in touched.values() for a in met for b in met if a != b}
    return {
        "rows_used": rows,
        "accounts": len(accounts),
        "ips": len(touched),
        "ips_touching_more_than_one_account": sum(len(met) > 1 for met in touched.values()),
        "account_pairs_sharing_an_ip": len(pairs),
        "component_sizes_top10": sorted(sizes.elements(), reverse=True),
    }


@pytest.mark.skipif(not FOLDER, reason="ISOLATION_CONFORMANCE names no folder of real logs")
def test_real_events_give_the_truth(imported: Reads) -> None:
    """The events themselves come to the accounts, addresses and clusters that are known of them."""
    folder = Path(FOLDER) / "windows-logons"
    read = imported(folder / "events.jsonl.gz")
    known = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    # 4648 says that a sign-in was tried, not that there was one: it is an entry here and no row of the truth.
    told = [session for session in read.sessions if " 4648 " not in session.record]
    assert not read.rejected
    assert len(told) == known["rows_in_file"]
    shape = _shape(told)
    assert shape == {key: known["norm"][key] for key in shape}
    assert not any(session.success for session in read.sessions if " 4648 " in session.record)


@pytest.mark.skipif(not FOLDER, reason="ISOLATION_CONFORMANCE names no folder of real logs")
def test_real_events_of_machines_and_services_are_told_apart_and_counted(imported: Reads) -> None:
    """As operators only people are taken; machines and services are counted, and none is lost."""
    path = Path(FOLDER) / "windows-logons" / "events.jsonl.gz"
    accounts, operators = imported(path), imported(path, user_as="operator")
    apart = operators.ignored["machine account"] + operators.ignored["service account"]
    assert len(operators.sessions) + apart == len(accounts.sessions)
    assert operators.ignored["machine account"] > 600
    assert {one.operator for one in operators.sessions} >= {"pgustavo", "wardog", "pedro", "cjones"}
    assert not any(one.account or one.operator.endswith("$") for one in operators.sessions)


@pytest.mark.skipif(not FOLDER, reason="ISOLATION_CONFORMANCE names no folder of real logs")
def test_real_sessions_end_where_their_logoff_says(recorded: Callable[..., tuple[list[str], object, object]]) -> None:
    """Hundreds of the logons have the end that a 4634 or 4647 of the same logon id tells, once they are recorded."""
    told, _, _ = recorded([Path(FOLDER) / "windows-logons" / "events.jsonl.gz"])
    ended = [session for session in map(json.loads, told) if session["end"] is not None]
    assert len(ended) == 578  # 596 records of logons that ended; 18 of them are in the file twice
    assert all(one["end"] >= one["begin"] and " 4624 " in one["record"] for one in ended)


def test_every_export_of_an_event_is_one_session(imported: Reads) -> None:
    """Winlogbeat, NXLog, evtx_dump, PowerShell and wevtutil tell of one logon: same user, time, address and record."""
    fixtures = Path(__file__).parent / "fixtures"
    names = (
        "json-winlogbeat.json",
        "json-flat.json",
        "json-evtx_dump.json",
        "json-powershell.json",
        "xml-wevtutil.xml",
    )
    first = [imported(fixtures / f"windows_{name}").sessions[0] for name in names]
    told = {(one.account, one.begin, one.channel, one.record, str(one.readings[0].value)) for one in first}
    assert len(told) == 1


@pytest.mark.parametrize("packed", [False, True])
def test_an_event_log_is_read_as_its_xml(packed: bool, imported: Reads, tmp_path: Path) -> None:
    """A log in the binary format, plain or packed, gives the sessions of the same events as XML."""
    pytest.importorskip("evtx", reason="the extra evtx is not installed")
    events = records("windows-xml", 40)
    (tmp_path / "log.xml").write_text("".join(events), encoding="utf-8")
    content = event_log(events)
    path = tmp_path / ("log.evtx.gz" if packed else "log.evtx")
    path.write_bytes(gzip.compress(content) if packed else content)
    binary, text = imported(path), imported(tmp_path / "log.xml")
    assert repr(binary.sessions).replace("windows-evtx", "windows-xml") == repr(text.sessions)
    assert len(binary.sessions) > 20
    assert binary.ignored == text.ignored


def test_a_damaged_event_log_loses_only_what_is_damaged(imported: Reads, tmp_path: Path) -> None:
    """Any byte changed in an event log leads to sessions, rejections or one clear sentence."""
    pytest.importorskip("evtx", reason="the extra evtx is not installed")
    chance = random.Random(5)
    content = event_log(records("windows-xml", 8))
    for number in range(300):
        damaged = bytearray(content)
        for _ in range(3):
            damaged[chance.randrange(8, 12_000)] = chance.randrange(256)
        path = tmp_path / "damaged.evtx"
        path.write_bytes(damaged if number % 5 else damaged[: chance.randrange(8, len(damaged))])
        said = "damaged.evtx"
        try:
            imported(path)
        except UsageError as error:
            said = str(error)
        assert "damaged.evtx" in said


def test_without_its_package_an_event_log_is_refused_in_a_sentence(
    imported: Reads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the package is missing, the message names it and the way around."""
    path = tmp_path / "log.evtx"
    path.write_bytes(event_log(records("windows-xml", 1)))
    monkeypatch.setitem(sys.modules, "evtx", None)  # what an import finds where it is not installed
    with pytest.raises(UsageError, match="not installed") as refused:
        imported(path)
    assert "isolation[evtx]" in refused.value.hint
