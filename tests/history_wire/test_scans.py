"""Scans of a phone (WiGLE) joined to sessions by time and access point."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from isolation.audit import audit_ledger
from isolation.history import Mapping, open_import
from isolation.history.rows import Scan
from isolation.history.scans import Scans
from isolation.hooks.import_history import import_history, join_history, join_scans
from isolation.ledger import Ledger
from isolation.ledger.bundle import verify_bundle
from isolation.ledger.choosing import Wanted
from isolation.ledger.rotating import rotate
from isolation.ledger.scan_joining import MOST_JOINED, JoinedScans, WaitingScans
from isolation.policy import Policy
from isolation.reports.bundle import Request, make_bundle

from .conftest import NOW, UTC

VERIFIER = Path(__file__).parents[2] / "tools" / "verify_bundle.py"
MAPPING = Mapping.parse(["account=account", "time=time", "bssid=bssid"])
A, B, *AROUND = (f"3c:37:86:5d:{number:02x}:d0" for number in range(1, 8))
HEAD = "WigleWifi-1.6,appRelease=2.70\nMAC,SSID,AuthMode,FirstSeen,Channel,RSSI,Type\n"
LOGINS = f"account,time,bssid\nstore-a,2026-11-24T10:00:00Z,{A}\nstore-b,2026-11-24T12:00:00Z,{B}\n"
Import = Callable[..., JoinedScans]


def scan(time: str, *points: str, signal: int = -50) -> str:
    """The rows of one scan on 2026-11-24."""
    return "".join(f"{bssid},name of a network,[ESS],2026-11-24 {time},6,{signal},WIFI\n" for bssid in points)


PHONE = HEAD + scan("09:55:00", A, *AROUND) + scan("12:08:00", B, *AROUND)


@pytest.fixture
def bring(ledger: Ledger, tmp_path: Path) -> Import:
    """Imports texts, all in one run, and joins; a text that begins `account` is a table of logins."""

    def run(*texts: str, into: Ledger = ledger) -> JoinedScans:
        results = []
        for number, text in enumerate(texts):
            path = tmp_path / f"log-{number}"
            path.write_text(text, encoding="utf-8")
            with open_import(path, MAPPING if text.startswith("account") else None, now=NOW, zone=UTC) as source:
                results.append(import_history(into, source, pause=lambda _: None))
        join_history(into, results)
        return join_scans(into, results)

    return run


def scans_of(ledger: Ledger) -> list[tuple[int, int, int]]:
    """Session, access points and greatest weight of each scan that the ledger has."""
    query = "SELECT session, count(*), max(weight) FROM scans GROUP BY entry, session ORDER BY session, entry"
    return ledger.connection.execute(query).fetchall()


@pytest.mark.parametrize("turned", [False, True])
def test_two_accounts_with_nothing_in_common_are_found_at_one_place(
    bring: Import, ledger: Ledger, turned: bool
) -> None:
    """Each session has its own access point and no other identifier; the scans show one place, probably."""
    before = audit_ledger(ledger)
    assert not before.findings
    texts = (PHONE, LOGINS) if turned else (LOGINS, PHONE)
    assert bring(*texts) == JoinedScans(2, 0)
    found = [one for one in audit_ledger(ledger).findings if one.rule == "shared-wifi-place"]
    assert {one.accounts for one in found} == {("store-a", "store-b")}
    assert {one.confidence for one in found} == {"probable"}
    assert ledger.verify().intact


def test_without_the_scans_nothing_joins_the_two(bring: Import, ledger: Ledger) -> None:
    """The sessions alone give no finding about a place."""
    bring(LOGINS)
    assert not [one for one in audit_ledger(ledger).findings if len(one.accounts) > 1]


def test_importing_again_adds_nothing(bring: Import, ledger: Ledger) -> None:
    """A session has one scan, however often and from however many files it could have one."""
    bring(LOGINS, PHONE, PHONE)
    size = ledger.size
    assert bring(PHONE, LOGINS) == JoinedScans(0, 0)
    assert ledger.size == size


def test_scans_before_their_sessions_come_to_the_same_with_one_more_import(bring: Import, ledger: Ledger) -> None:
    """Scans that find no session are counted and not kept; with the sessions there, the same file joins."""
    assert bring(PHONE) == JoinedScans(0, 2)
    assert ledger.size == 1
    assert bring(LOGINS) == JoinedScans(0, 0)
    assert bring(PHONE) == JoinedScans(2, 0)


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        (scan("09:50:00", A), JoinedScans(1, 0)),
        (scan("09:49:59", A), JoinedScans(0, 1)),
        (scan("10:10:00", A), JoinedScans(1, 0)),
        (scan("10:10:01", A), JoinedScans(0, 1)),
        (scan("10:00:00", *AROUND), JoinedScans(0, 1)),
        (scan("10:00:00", B), JoinedScans(0, 1)),
        (scan("10:00:00", A.replace("d0", "d7")), JoinedScans(1, 0)),
    ],
    ids=["early", "too early", "late", "too late", "without its access point", "another's", "same box"],
)
def test_a_scan_belongs_by_time_and_access_point(bring: Import, phone: str, expected: JoinedScans) -> None:
    """Ten minutes around the begin and the session's own access point, by its box: both, or it is no scan of it."""
    assert bring(LOGINS, HEAD + phone) == expected


def test_a_scan_within_a_long_session_belongs_to_it(ledger: Ledger, tmp_path: Path, bring: Import) -> None:
    """Hours after its begin a scan still fits a session that had not ended."""
    path = tmp_path / "ended.csv"
    path.write_text(f"account,time,end,bssid\nstore-a,2026-11-24T10:00:00Z,2026-11-24T15:00:00Z,{A}\n", "utf-8")
    mapping = Mapping.parse(["account=account", "time=time", "end=end", "bssid=bssid"])
    with open_import(path, mapping, now=NOW) as source:
        import_history(ledger, source)
    assert bring(HEAD + scan("15:00:01", A)) == JoinedScans(0, 1)
    assert bring(HEAD + scan("14:59:00", A)) == JoinedScans(1, 0)


@pytest.mark.parametrize("turned", [False, True])
def test_the_scan_nearest_to_the_begin_is_taken(bring: Import, ledger: Ledger, turned: bool) -> None:
    """Of several that fit, in whatever file and order, the nearest in time."""
    files = [HEAD + scan("09:52:00", A, *AROUND), HEAD + scan("10:01:00", A, signal=-30)]
    assert bring(*(files[::-1] if turned else files), LOGINS) == JoinedScans(1, 0)
    assert scans_of(ledger) == [(1, 1, 14)]


def test_rows_of_ten_seconds_are_one_scan_with_the_strongest_signals() -> None:
    """From its first row a scan has those of 10 seconds; the order of the rows is of no matter."""
    rows = [
        Scan(1, 0, A, "", -70),
        Scan(2, 10_000_000, A, "", -60),
        Scan(3, 1, B, "", -80),
        Scan(4, 10_000_001, B, "", -50),
    ]
    for seed in range(6):
        scans = Scans()
        scans.extend(random.Random(seed).sample(rows, len(rows)))
        settled = scans.settled()
        assert len(settled) == 2
        assert [*settled] == [(0, ((A, -60), (B, -80))), (10_000_001, ((B, -50),))]


def test_a_hundred_thousand_access_points_are_not_held(ledger: Ledger) -> None:
    """Neither the rows of a long file, nor its scans, nor what they are joined by grow in memory with it."""
    rows = (Scan(number, number // 10 * 20_000_000, f"001b21{number:06x}", "", -50) for number in range(100_000))
    tracemalloc.start()
    scans = Scans()
    scans.extend(rows)
    assert len(scans.settled()) == 10_000
    with closing(WaitingScans(ledger, scans)) as waiting:
        assert waiting.unmatched == 10_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000


def test_more_sessions_than_one_transaction_takes_all_get_theirs(bring: Import, ledger: Ledger) -> None:
    """Hundreds of sessions at one access point each get the scan, in several transactions."""
    logins = "".join(f"store-{number},2026-11-24T10:00:00Z,{A}\n" for number in range(MOST_JOINED + 1))
    assert bring("account,time,bssid\n" + logins, PHONE) == JoinedScans(MOST_JOINED + 1, 1)
    assert len(scans_of(ledger)) == MOST_JOINED + 1


def test_a_joined_scan_is_marked_and_names_no_access_point(bring: Import, ledger: Ledger) -> None:
    """Its entry says where it is from, and of which session it is; no BSSID or name of a neighbour is in the file."""
    bring(LOGINS, PHONE)
    rows = ledger.connection.execute(
        "SELECT i, body FROM entries WHERE i IN (SELECT entry FROM scans) ORDER BY i"
    ).fetchall()
    assert [json.loads(body)["open"]["of"] for _, body in rows] == [1, 2]
    with ledger.reading():
        told = [ledger.opener().fields(ledger.connection.execute, entry) for entry, _ in rows]
    assert [one["source"] for one in told] == ["import:wigle", "import:wigle"]
    assert set(told[0]) == {"points", "source", "unit"}
    assert not re.search("name of a network|" + "|".join(AROUND), json.dumps(told), re.IGNORECASE)


def test_a_bundle_of_sessions_with_joined_scans_verifies_and_names_no_access_point(
    bring: Import, ledger: Ledger, tmp_path: Path
) -> None:
    """Both verifiers take it, with the session's own access point; no neighbour and no other account is in it."""
    assert bring(LOGINS, PHONE) == JoinedScans(2, 0)
    bundle = make_bundle(ledger, Policy(), Request("store-a"))
    assert A.upper().replace(":", "-") in bundle.data.decode()
    assert not re.search("|".join([B, *AROUND, "store-b"]).replace(":", "[-:]"), bundle.data.decode(), re.IGNORECASE)
    assert verify_bundle(bundle.data).intact
    path = tmp_path / "store-a.bundle"
    path.write_bytes(bundle.data)
    done = subprocess.run([sys.executable, VERIFIER, path], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_joined_scan_is_carried_through_a_rotation(bring: Import, ledger: Ledger) -> None:
    """Under new keys the scans still meet, and a repeat adds nothing."""
    bring(LOGINS, PHONE)
    rotate(ledger, reason="a test")
    assert ledger.verify().intact
    assert [one.accounts for one in audit_ledger(ledger).findings if one.rule == "shared-wifi-place"]
    assert bring(PHONE) == JoinedScans(0, 0)


def test_erasing_takes_scans_with_their_session_or_alone(bring: Import, ledger: Ledger) -> None:
    """A person's scans go with their sessions; old ones go by themselves, by when they were recorded."""
    bring(LOGINS, PHONE)
    with ledger.writing() as log:
        assert log.erase(Wanted(accounts=("store-a",)), "test").kinds == {"session": 1, "scan": 1}
    assert ledger.verify().intact
    with ledger.writing() as log:
        assert log.erase(Wanted(scans_before=ledger.clock() + 1), "test").kinds == {"scan": 1}
    assert scans_of(ledger) == []
    assert ledger.verify().intact


def test_rubbish_is_rejected_by_its_line_and_the_rest_is_joined(home: Path, tmp_path: Path) -> None:
    """The command tells of joined scans, of those that it keeps nothing of, and of each bad line; JSON has numbers."""
    (tmp_path / "logins.csv").write_text(LOGINS, "utf-8")
    phone = PHONE + scan("20:00:00", A) + scan("10:00:00", "no address") + scan("10:00:00", A, signal=3)
    phone += f"{A},,[ESS],2031-01-01 00:00:00,6,-40,WIFI\n"
    (tmp_path / "phone.csv").write_text(phone, "utf-8")
    files = [str(tmp_path / "phone.csv"), str(tmp_path / "logins.csv")]
    mapped = ["--map", "account=account", "--map", "time=time", "--map", "bssid=bssid", "--tz", "UTC"]

    def run(*options: str) -> str:
        command = [sys.executable, "-m", "isolation", *options]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        assert done.returncode in (0, 12), done.stderr
        return " ".join(done.stdout.split())

    run("init", "--key-store", "file")
    said = run("import", *files, *mapped)
    assert "2 sessions joined to a scan" in said
    assert "not kept: 1 scan that no session" in said
    assert "import the file again once the sessions are in the ledger" in said
    told = json.loads(run("--format", "json", "import", *files, *mapped))
    assert (told["scans_joined"], told["scans_unmatched"], told["ended"]) == (0, 1, 0)
    first = phone.splitlines().index(scan("10:00:00", "no address").strip()) + 1
    assert [one["line"] for one in told["rejected"]] == [first, first + 1, first + 2]
