"""What is joined to sessions does not depend on how its files come: leases and scans twice, split, shuffled, packed."""

from __future__ import annotations

import gzip
import random
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isolation.audit import audit_ledger
from isolation.history import Mapping
from isolation.hooks.import_history import import_history, join_history, join_scans
from isolation.hooks.logs import open_logs
from isolation.ledger import Ledger
from isolation.ledger.lines import ledger_lines
from isolation.policy import Policy

from .conftest import NOW, UTC
from .logs import dhcpd, dnsmasq

MAPPING = Mapping.parse(["account=account", "time=time", "public_ip=ip", "bssid=bssid"])
HEADS = {"logins": "account,time,ip,bssid\n", "wigle": "WigleWifi-1.6,app\nMAC,FirstSeen,RSSI,Type\n"}
PLACES = [[f"3c:37:86:5d:{place}{number}:d0" for number in range(6)] for place in range(3)]


def _login(chance: random.Random, number: int) -> str:
    minute = f"2026-11-01T{8 + number % 12:02}:{chance.randrange(60):02}:00Z"
    return f"store-{number % 3},{minute},192.168.1.{chance.randrange(2, 9)},{chance.choice(PLACES)[0]}\n"


def _heard(chance: random.Random, number: int) -> str:
    """A scan in one record; two of them never lie so near that cutting the file between them changes where one ends."""
    at = f"2026-11-01 {8 + number % 12:02}:{number // 12 * 10:02}:00"
    points = enumerate(chance.choice(PLACES))
    return "".join(f"{point},{at},-{40 + 8 * distance},WIFI\n" for distance, point in points)


MAKERS = {"wigle": _heard, "dnsmasq": dnsmasq, "dhcpd": dhcpd}


def _told(files: list[bytes]) -> tuple[object, ...]:
    """Sessions with what was joined to them, scans by session, findings and clusters, without order."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        paths = []
        for number, content in enumerate(files):
            (Path(name) / f"{number}.log").write_bytes(content)
            paths.append(str(Path(name) / f"{number}.log"))
        ledger = stack.enter_context(Ledger.open(Path(name) / "ledger.sqlite3", key_store="file"))
        sources = open_logs(paths, stack, lambda _: None, mapping=MAPPING, now=NOW, zone=UTC, site="home")
        results = [import_history(ledger, source) for source in sources]
        join_history(ledger, results)
        joined = join_scans(ledger, results)
        assert ledger.verify().intact
        lines = [line for line in ledger_lines(ledger) if line.get("kind") == "session"]
        scans = dict(ledger.connection.execute("SELECT session, count(*) FROM scans GROUP BY session").fetchall())
        sessions = Counter(
            (line["account"], line["begin"], scans.get(line["entry"], 0), repr(sorted(line["readings"], key=repr)))
            for line in lines
        )
        audit = audit_ledger(ledger, policy=Policy())
        findings = Counter((one.rule, one.value, one.accounts, one.sessions) for one in audit.findings)
        return sessions, findings, Counter((one.accounts, one.facts) for one in audit.clusters), joined.scans_joined


@pytest.mark.parametrize("kind", MAKERS)
@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 1000), data=st.data())
def test_what_is_joined_is_the_same_however_the_files_come(kind: str, seed: int, data: st.DataObject) -> None:
    """Twice, split, shuffled, packed, put together, before or after the sessions: the same is joined and found."""
    chance, head = random.Random(seed), HEADS.get(kind, "")
    records = [MAKERS[kind](chance, number) for number in range(1, 25)]
    logins = (HEADS["logins"] + "".join(_login(chance, number) for number in range(20))).encode()

    def whole(some: list[str]) -> bytes:
        return (head + "".join(some)).encode()

    expected = _told([logins, whole(records)])
    cut = data.draw(st.integers(1, len(records) - 1))
    shuffled = data.draw(st.permutations(records))
    assert _told([whole(records), logins, whole(records)]) == expected
    assert _told([whole(records[cut:]), whole(records[:cut]), logins]) == expected
    assert _told([logins, whole(shuffled)]) == expected
    assert _told([gzip.compress(whole(records)), logins]) == expected
    assert _told([logins, whole(records) + whole(records[:cut])]) == expected


def test_the_files_of_the_property_are_joined() -> None:
    """The comparison is not of nothing with nothing."""
    for kind, maker in MAKERS.items():
        chance = random.Random(1)
        records = HEADS.get(kind, "") + "".join(maker(chance, number) for number in range(1, 25))
        logins = HEADS["logins"] + "".join(_login(chance, number) for number in range(20))
        sessions, findings, _, joined = _told([logins.encode(), records.encode()])
        assert joined if kind == "wigle" else "leases" in repr(sessions)
        assert findings
