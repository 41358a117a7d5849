"""Leases joined to sessions: a log with addresses and a router's leases together give machines, in any order."""

from __future__ import annotations

import itertools
import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from isolation.audit import audit_ledger
from isolation.errors import UsageError
from isolation.history import Lease, Mapping, Rejected, open_import
from isolation.hooks.import_history import import_history, join_history
from isolation.ledger import Ledger
from isolation.ledger.choosing import Wanted
from isolation.ledger.joining import Joined
from isolation.ledger.lines import ledger_lines
from isolation.policy import Policy
from isolation.reports.bundle import Request, make_bundle
from isolation.times import parse_time

from .conftest import NOW

VERIFIER = Path(__file__).parents[2] / "tools" / "verify_bundle.py"
MAPPING = Mapping.parse(["account=account", "time=time", "public_ip=ip"])
MAC, OTHER, RANDOM = "3c:07:54:1a:2b:3c", "3c:07:54:1a:2b:3d", "da:a1:19:00:53:01"
LOGINS = """account,time,ip
store-a,2026-11-24T10:00:00Z,192.168.1.5
store-b,2026-11-24T12:00:00Z,192.168.1.6
store-c,2026-11-24T12:10:00Z,192.168.1.7
store-d,2026-11-20T12:10:00Z,192.168.1.5
store-e,2026-11-24T12:10:00Z,-
"""
Import = Callable[..., Joined]


def lease(address: str, mac: str, begin: str, end: str) -> str:
    """One lease of dhcpd; times within 2026-11-24."""
    return (
        f"lease {address} {{\n  starts 2 2026/11/24 {begin};\n  ends 2 2026/11/24 {end};\n"
        f"  binding state active;\n  hardware ethernet {mac};\n}}\n"
    )


LEASES = lease("192.168.1.5", MAC, "09:00:00", "11:00:00") + lease("192.168.1.6", MAC, "11:30:00", "13:00:00")


@pytest.fixture
def bring(ledger: Ledger, tmp_path: Path) -> Import:
    """Imports texts, all in one run, and joins; a text that begins `account` is a table of logins."""

    def run(*texts: str, site: str = "home", into: Ledger = ledger) -> Joined:
        results = []
        for number, text in enumerate(texts):
            path = tmp_path / f"log-{number}"
            path.write_text(text, encoding="utf-8")
            mapping = MAPPING if text.startswith("account") else None
            with open_import(path, mapping, now=NOW, site=site) as source:
                results.append(import_history(into, source))
        return join_history(into, results)

    return run


def joined_of(ledger: Ledger) -> dict[str, list[tuple[str, str, str]]]:
    """By account, the joined readings: fact, value, confidence."""
    return {
        line["account"]: [
            (one["fact"], one["value"], one["confidence"])
            for one in line["readings"]
            if one["source"].startswith("leases")
        ]
        for line in ledger_lines(ledger)
        if line.get("kind") == "session"
    }


def state(ledger: Ledger) -> object:
    """Sessions and findings, without where they stand in the log."""
    lines = [line for line in ledger_lines(ledger) if line.get("kind") == "session"]
    sessions = sorted(repr({key: line[key] for key in line.keys() - {"entry", "origin", "logged"}}) for line in lines)
    audit = audit_ledger(ledger)
    findings = sorted((one.rule, one.value or "", one.accounts, one.confidence) for one in audit.findings)
    return sessions, findings, sorted(sorted(one.accounts) for one in audit.clusters)


def test_a_log_with_addresses_and_leases_together_give_machines(bring: Import, ledger: Ledger) -> None:
    """Two accounts at different addresses that one machine held are joined to it, at `probable`, and marked."""
    assert bring(LOGINS, LEASES) == Joined(2, 0, 0)
    mac = ("hardware_mac", "3C-07-54-1A-2B-3C", "probable")
    assert joined_of(ledger) == {"store-a": [mac], "store-b": [mac], "store-c": [], "store-d": [], "store-e": []}
    found = [one for one in audit_ledger(ledger).findings if one.rule == "shared-hardware-mac"]
    assert [(one.accounts, one.confidence) for one in found] == [(("store-a", "store-b"), "probable")]
    reading = next(
        one for line in ledger_lines(ledger) for one in line.get("readings", ()) if one["fact"] == "hardware_mac"
    )
    assert (reading["source"], reading["reason"]) == ("leases of home", "Joined from the leases of home.")
    assert ledger.verify().intact


OVERLAP = lease("192.168.1.5", OTHER, "09:30:00", "10:30:00")


def test_the_order_of_imports_changes_nothing(bring: Import, tmp_path: Path) -> None:
    """Logins, leases and leases that contradict them come to the same in every order and over several runs."""
    parts = (LOGINS, LEASES, OVERLAP)
    found = []
    for number, order in enumerate(itertools.permutations(parts)):
        with Ledger.open(tmp_path / f"{number}.sqlite3", key_store="file", clock=lambda: NOW) as one:
            for part in order:
                bring(part, into=one)
            found.append(state(one))
            assert one.verify().intact
    with Ledger.open(tmp_path / "whole.sqlite3", key_store="file", clock=lambda: NOW) as one:
        bring(*parts, into=one)
        bring(*reversed(parts), into=one)
        found.append(state(one))
    assert all(one == found[0] for one in found)


def test_an_address_leased_to_two_machines_joins_nothing_and_is_counted(bring: Import, ledger: Ledger) -> None:
    """Where leases overlap there is no join, and one that was made is taken back with all that was summed up of it."""
    assert bring(LOGINS, LEASES).joined == 2
    assert bring(OVERLAP) == Joined(0, 1, 1)
    assert joined_of(ledger)["store-a"] == []
    assert not [one for one in audit_ledger(ledger).findings if one.rule == "shared-hardware-mac"]
    assert ledger.verify().intact
    assert bring(OVERLAP) == Joined(0, 0, 1)


def test_a_made_up_address_is_no_hardware(bring: Import, ledger: Ledger) -> None:
    """A client whose MAC says that it is random is context, which identifies nothing and says so."""
    bring(LOGINS, lease("192.168.1.5", RANDOM, "09:00:00", "11:00:00"))
    assert joined_of(ledger)["store-a"] == [("current_mac", "DA-A1-19-00-53-01", "probable")]
    line = next(one for one in ledger_lines(ledger) if one.get("account") == "store-a")
    reading = next(one for one in line["readings"] if one["fact"] == "current_mac")
    assert not reading["identifying"]
    assert len(reading["reason"]) > len("Joined from the leases of home.")
    assert ledger.verify().intact


def test_leases_come_along_with_a_mapped_table(bring: Import, ledger: Ledger, tmp_path: Path) -> None:
    """A mapping is for the table of a run; the leases beside it are recognised all the same."""
    path = tmp_path / "leases"
    path.write_text(LEASES, encoding="utf-8")
    with open_import(path, MAPPING, now=NOW, site="home") as source:
        assert source.format == "leases"
        assert import_history(ledger, source).recorded == 2


def test_leases_longer_than_an_hour_are_asked_for(tmp_path: Path) -> None:
    """A lease of dnsmasq that would begin in the future is rejected with what to say; said, it is taken."""
    path = tmp_path / "dnsmasq.leases"
    path.write_text(f"{NOW // 1_000_000 + 11 * 3600} {MAC} 192.168.1.5 laptop *\n", encoding="utf-8")
    with open_import(path, None, now=NOW, site="home") as source:
        (row,) = source.rows()
    assert isinstance(row, Rejected)
    assert "--lease-time" in row.reason
    with open_import(path, None, now=NOW, site="home", lease_time="12h") as source:
        (row,) = source.rows()
    assert isinstance(row, Lease)
    assert row.begin == NOW // 1_000_000 * 1_000_000 - 3_600_000_000


def test_leases_without_a_place_are_refused(tmp_path: Path) -> None:
    """Private addresses mean nothing without the name of their site."""
    path = tmp_path / "leases"
    path.write_text(LEASES, encoding="utf-8")
    with pytest.raises(UsageError, match="one place only"):
        open_import(path, None, now=NOW)


def test_an_operators_presence_is_joined_too(bring: Import, ledger: Ledger, tmp_path: Path) -> None:
    """A sign-in that names no seller account gets its machine as well, and stays no use."""
    path = tmp_path / "auth.log"
    path.write_text("2026-11-24T10:00:00Z pc sshd[9]: Accepted password for li from 192.168.1.5 port 5 ssh2\n", "utf-8")
    with open_import(path, None, now=NOW, site="home") as source:
        results = [import_history(ledger, source)]
    assert bring(LEASES) == Joined(1, 0, 0)
    assert join_history(ledger, results) == Joined(0, 0, 0)
    line = next(one for one in ledger_lines(ledger) if one.get("kind") == "presence")
    assert [one["value"] for one in line["readings"] if one["fact"] == "hardware_mac"] == ["3C-07-54-1A-2B-3C"]
    assert not audit_ledger(ledger).findings
    assert ledger.verify().intact


def test_a_failed_sign_in_is_not_joined(bring: Import, ledger: Ledger, tmp_path: Path) -> None:
    """What was no use stays as it was logged."""
    path_text = "account,time,ip,ok\nstore-a,2026-11-24T10:00:00Z,192.168.1.5,no\n"
    mapping = Mapping.parse(["account=account", "time=time", "public_ip=ip", "success=ok"])
    bring(LEASES)
    path = tmp_path / "failed.csv"
    path.write_text(path_text, encoding="utf-8")
    with open_import(path, mapping, now=NOW, site="home") as source:
        assert join_history(ledger, [import_history(ledger, source)]) == Joined(0, 0, 0)


def test_a_later_state_shows_no_join_that_came_after_it(bring: Import, ledger: Ledger, clock: Any) -> None:
    """As of a time before the leases came, nothing was joined."""
    bring(LOGINS)
    before = clock.now
    clock.now += 3_600_000_000
    bring(LEASES)
    assert not [one for one in audit_ledger(ledger, as_of=before).findings if one.rule == "shared-hardware-mac"]
    assert [one for one in audit_ledger(ledger, as_of=clock.now).findings if one.rule == "shared-hardware-mac"]


def test_a_bundle_shows_what_was_joined_and_verifies(bring: Import, ledger: Ledger, tmp_path: Path) -> None:
    """A bundle of an account holds the joins of its sessions, and no lease."""
    bring(LOGINS, LEASES)
    bundle = make_bundle(ledger, Policy(), Request("store-a"))
    assert bundle.result.intact
    assert set(re.findall(rb'"kind":"([a-z]+)"', bundle.data)) == {b"session", b"join", b"report"}
    path = tmp_path / "a.bundle"
    path.write_bytes(bundle.data)
    second = subprocess.run([sys.executable, VERIFIER, path], capture_output=True, check=False, timeout=60)
    assert second.returncode == 0, second.stderr


def test_leases_of_another_site_join_nothing(bring: Import, ledger: Ledger) -> None:
    """A private address means its own site only."""
    bring(LOGINS)
    assert bring(LEASES, site="office") == Joined(0, 0, 0)
    assert not any(joined_of(ledger).values())


def test_a_session_that_names_its_machine_keeps_it(bring: Import, ledger: Ledger, tmp_path: Path) -> None:
    """A later log that tells the machine itself is believed over leases, in either order."""
    path = tmp_path / "own.csv"
    path.write_text(f"account,time,ip,mac\nstore-a,2026-11-24T10:00:00Z,192.168.1.5,{MAC}\n", encoding="utf-8")
    own = Mapping.parse(["account=account", "time=time", "public_ip=ip", "hardware_mac=mac"])
    bring(LOGINS, LEASES)
    with open_import(path, own, now=NOW, site="home") as source:
        result = import_history(ledger, source)
    assert result.amended == 1
    assert join_history(ledger, [result]) == Joined(0, 1, 0)
    line = next(one for one in ledger_lines(ledger) if one.get("account") == "store-a")
    macs = [(one["source"], one["confidence"]) for one in line["readings"] if one["fact"] == "hardware_mac"]
    assert macs == [("import:csv", "certain")]
    assert ledger.verify().intact


def test_what_is_erased_takes_its_joins_and_leases_with_it(bring: Import, ledger: Ledger) -> None:
    """Erasing a machine takes its leases and the sessions joined to it; erasing by age takes old leases."""
    bring(LOGINS, LEASES + OVERLAP)
    with ledger.writing() as log:
        erased = log.erase(Wanted(machine=MAC), "test")
    assert erased.kinds == {"join": 1, "lease": 2, "session": 1}
    assert ledger.verify().intact
    with ledger.writing() as log:
        log.erase(Wanted(before=parse_time("2026-11-24T23:00:00Z")), "test")
    assert ledger.verify().intact
    assert ledger.connection.execute("SELECT count(*) FROM leases").fetchone() == (0,)


def test_a_lease_erased_by_its_number_takes_back_what_it_joined(bring: Import, ledger: Ledger) -> None:
    """Sessions joined by it alone lose the machine; those that another lease of the machine covers keep it."""
    bring(LOGINS, LEASES + lease("192.168.1.6", MAC, "11:59:00", "12:05:00"))
    leases = ledger.connection.execute("SELECT entry FROM leases ORDER BY entry").fetchall()
    for (entry,), left in zip(leases, (["store-b"], ["store-b"], []), strict=True):
        with ledger.writing() as log:
            log.erase(Wanted(entries=(entry,)), "test")
        assert [account for account, joined in joined_of(ledger).items() if joined] == left
        assert ledger.verify().intact


def test_any_sequence_of_logins_leases_and_erasures_verifies(bring: Import, tmp_path: Path) -> None:
    """Tables kept while joining, taking back and erasing are those that follow from the log."""
    chance = random.Random(8)
    for number in range(6):
        with Ledger.open(tmp_path / f"{number}.sqlite3", key_store="file", clock=lambda: NOW) as one:
            for _ in range(6):
                logins = "".join(
                    f"store-{chance.choice('abc')},2026-11-24T{chance.randrange(24):02}:00:00Z,192.168.1.{chance.randrange(3)}\n"
                    for _ in range(5)
                )
                leases = "".join(
                    lease(
                        f"192.168.1.{chance.randrange(3)}",
                        chance.choice((MAC, OTHER, RANDOM)),
                        f"{hour:02}:30:00",
                        "23:59:00",
                    )
                    for hour in chance.sample(range(20), 2)
                )
                bring(*chance.sample(("account,time,ip\n" + logins, leases), chance.choice((1, 2))), into=one)
                if chance.random() < 0.3:
                    with one.writing() as log:
                        log.erase(Wanted(accounts=(f"store-{chance.choice('abc')}",)), "test")
                result = one.verify()
                assert result.intact, result.problems
