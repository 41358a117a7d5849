"""Histories of every system's places, hostile ones, and what is never taken for a use."""

from __future__ import annotations

import os
import random
import sqlite3
import sys
import tempfile
import tracemalloc
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isolation.errors import UsageError
from isolation.history.recover.found import Candidate
from isolation.history.recover.histories import read_browsers
from isolation.history.recover.platforms import AREAS, PLATFORMS, ranges
from isolation.history.recover.visits import GAP, Folding, Use, joined

from .made import OLD_TABLES, TABLES, chromium_history, firefox_history
from .simulated import HOUR, SimulatedComputer

NOON = 1_790_000_000_000_000
STORE = "https://sellercentral.amazon.com/orders"
LINUX = ".config/google-chrome/Default/History"


@pytest.fixture
def computer(tmp_path: Path) -> SimulatedComputer:
    """A Linux computer at noon."""
    (tmp_path / "user").mkdir()
    return SimulatedComputer(tmp_path, "linux", now=NOON)


def only(computer: SimulatedComputer) -> Candidate:
    """The one candidate of a computer."""
    (candidate,) = read_browsers(computer)[1]
    return candidate


@pytest.mark.parametrize(
    ("platform", "place", "found"),
    [
        ("linux", ".config/google-chrome/Profile 3/History", "chrome/Profile 3/amazon"),
        ("linux", ".config/microsoft-edge/Default/History", "edge/Default/amazon"),
        ("linux", ".config/BraveSoftware/Brave-Browser/Default/History", "brave/Default/amazon"),
        ("linux", "snap/chromium/common/chromium/Default/History", "chromium-snap/Default/amazon"),
        ("linux", ".var/app/com.google.Chrome/config/google-chrome/Default/History", "chrome-flatpak/Default/amazon"),
        ("darwin", "Library/Application Support/Google/Chrome/Default/History", "chrome/Default/amazon"),
        ("darwin", "Library/Application Support/Microsoft Edge/Default/History", "edge/Default/amazon"),
        ("win32", "AppData/Local/Google/Chrome/User Data/Default/History", "chrome/Default/amazon"),
        ("win32", "AppData/Local/Microsoft/Edge/User Data/Profile 1/History", "edge/Profile 1/amazon"),
        ("linux", ".mozilla/firefox/ab12.default/places.sqlite", "firefox/ab12.default/amazon"),
        ("linux", ".config/mozilla/firefox/ab12.default/places.sqlite", "firefox/ab12.default/amazon"),
        (
            "linux",
            "snap/firefox/common/.mozilla/firefox/ab12.default/places.sqlite",
            "firefox-snap/ab12.default/amazon",
        ),
        ("darwin", "Library/Application Support/Firefox/Profiles/x.y/places.sqlite", "firefox/x.y/amazon"),
        ("win32", "AppData/Roaming/Mozilla/Firefox/Profiles/x.y/places.sqlite", "firefox/x.y/amazon"),
    ],
)
def test_profiles_are_found_where_each_system_keeps_them(tmp_path: Path, platform: str, place: str, found: str) -> None:
    """A profile in each usual folder of Linux, macOS and Windows gives a candidate with its browser's name."""
    if place.endswith("History"):
        chromium_history(tmp_path / "user" / place, [(STORE, NOON - 2 * HOUR)])
    else:
        firefox_history(tmp_path / "user" / place, [(STORE, "sellercentral.amazon.com", NOON - 2 * HOUR)])
    assert only(SimulatedComputer(tmp_path, platform, now=NOON)).id == found


def test_a_named_folder_is_looked_at(tmp_path: Path, computer: SimulatedComputer) -> None:
    """A folder of profiles, or one profile, is read where it is named, absent if it has none, an error if missing."""
    chromium_history(tmp_path / "usb" / "Default" / "History", [(STORE, NOON - 2 * HOUR)])
    (tmp_path / "nothing").mkdir()
    named = [str(tmp_path / "usb"), str(tmp_path / "usb" / "Default"), str(tmp_path / "nothing")]
    sources, candidates = read_browsers(computer, named)
    assert [candidate.id for candidate in candidates] == ["named1/Default/amazon", "named2/Default/amazon"]
    assert [source.status for source in sources] == ["observed", "observed", "absent"]
    with pytest.raises(UsageError, match="missing cannot be read"):
        read_browsers(computer, [str(tmp_path / "missing")])


def test_what_was_not_done_here_is_counted_and_not_taken(tmp_path: Path, computer: SimulatedComputer) -> None:
    """Synced, imported, embedded, misdated and unreadable visits are no uses, and each kind is counted."""
    path = tmp_path / "user" / LINUX
    times: list[object] = [NOON - HOUR] * 6 + [NOON + HOUR, 0, "yesterday", NOON - 2 * HOUR]
    chromium_history(path, [(STORE, time) for time in times])
    with closing(sqlite3.connect(path)) as history, history:
        history.execute("UPDATE visits SET originator_cache_guid = 'other device' WHERE id = 1")
        history.execute("INSERT INTO visit_source VALUES (2, 0), (3, 3), (4, 5), (5, 1)")
        history.execute("UPDATE visits SET transition = 0x30000003 WHERE id = 6")
    (source,), (candidate,) = read_browsers(computer)
    assert [(use.begin, use.visits) for use in candidate.uses()] == [(NOON - 2 * HOUR, 1), (NOON - HOUR, 1)]
    assert sorted(sentence.partition(" ")[0] for sentence in source.left) == ["1", "1", "2", "2", "2"]
    assert source.seen == 2


def test_old_and_new_tables_are_read(tmp_path: Path, computer: SimulatedComputer) -> None:
    """A history from before visits told their device is read, and so is one with tables and columns to come."""
    chromium_history(tmp_path / "user" / LINUX, [(STORE, NOON - HOUR)], OLD_TABLES)
    newer = TABLES + "ALTER TABLE visits ADD COLUMN future TEXT; CREATE TABLE more(x);"
    chromium_history(tmp_path / "user/.config/chromium/Default/History", [(STORE, NOON - HOUR)], newer)
    assert [one.id for one in read_browsers(computer)[1]] == ["chrome/Default/amazon", "chromium/Default/amazon"]


@pytest.mark.parametrize("damage", ["no database", "cut", "other tables", "empty", "folder"])
def test_a_broken_history_is_a_source_that_failed(tmp_path: Path, computer: SimulatedComputer, damage: str) -> None:
    """What cannot be read is listed with the reason, and the profile beside it is read all the same."""
    path = tmp_path / "user" / LINUX
    chromium_history(path, ((f"{STORE}/{number}", NOON - HOUR) for number in range(2000)))
    chromium_history(path.parent.parent / "Profile 1" / "History", [(STORE, NOON - HOUR)])
    if damage == "no database":
        path.write_bytes(b"<html>not a database</html>" * 100)
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:20_000])
    elif damage == "other tables":
        path.unlink()
        chromium_history(path, [], "CREATE TABLE pages(id);")
    elif damage == "empty":
        path.write_bytes(b"")
    else:
        path.unlink()
        path.mkdir()
    sources, candidates = read_browsers(computer)
    assert [source.status for source in sources] == ["failed", "observed"]
    assert sources[0].reason
    assert [candidate.id for candidate in candidates] == ["chrome/Profile 1/amazon"]


def test_a_refused_history_is_denied(tmp_path: Path, computer: SimulatedComputer) -> None:
    """A history that may not be read is listed as denied, with the system's reason."""
    chromium_history(tmp_path / "user" / LINUX, [(STORE, NOON - HOUR)])
    computer.refused.add(f"/home/user/{LINUX}")
    (source,), candidates = read_browsers(computer)
    assert (source.status, source.reason, candidates) == ("denied", "Permission denied", [])


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right of their own on Windows")
def test_links_in_a_circle_hide_no_other_profile(tmp_path: Path, computer: SimulatedComputer) -> None:
    """A profile or a history that is a link to itself is said, and the profile beside it is read."""
    chromium_history(tmp_path / "user" / LINUX, [(STORE, NOON - HOUR)])
    browser = (tmp_path / "user" / LINUX).parents[1]
    (browser / "Round").symlink_to("Round")
    (browser / "Within").mkdir()
    (browser / "Within" / "History").symlink_to("History")
    (browser / "Gone").symlink_to("nowhere")
    sources, candidates = read_browsers(computer)
    unread = [(Path(source.path).parent.name, source.status) for source in sources[1:]]
    assert unread == [("Round", "failed"), ("Within", "failed")]
    assert all(source.reason for source in sources[1:])
    assert (sources[0].status, len(candidates)) == ("observed", 1)


def test_a_history_is_not_absent_for_want_of_room(
    tmp_path: Path, computer: SimulatedComputer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no folder takes the private copy, reading failed: it is not told that there is no history."""

    def no_folder() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found")

    chromium_history(tmp_path / "user" / LINUX, [(STORE, NOON - HOUR)])
    monkeypatch.setattr(tempfile, "gettempdir", no_folder)
    ((source,), _) = read_browsers(computer)
    assert (source.status, "TMPDIR" in source.reason) == ("failed", True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_a_historys_place_is_not_waited_for(tmp_path: Path, computer: SimulatedComputer) -> None:
    """What is no file is said so at once."""
    (tmp_path / "user" / LINUX).parent.mkdir(parents=True)
    os.mkfifo(tmp_path / "user" / LINUX)
    ((source,), _) = read_browsers(computer)
    assert source.status == "failed"
    assert "is a named pipe" in source.reason


def test_a_profile_under_its_lock_is_read_with_what_its_wal_holds(tmp_path: Path, computer: SimulatedComputer) -> None:
    """A database held exclusively, with its newest visits in the WAL only, is read whole and stays as it was."""
    path = tmp_path / "user" / LINUX
    chromium_history(path, [(STORE, NOON - 3 * HOUR)])
    with closing(sqlite3.connect(path)) as browser:
        browser.execute("PRAGMA locking_mode = EXCLUSIVE")
        browser.execute("PRAGMA journal_mode = WAL")
        browser.execute("PRAGMA wal_autocheckpoint = 0")
        with browser:
            browser.execute("INSERT INTO visits (url, visit_time) SELECT url, visit_time + ? FROM visits", (HOUR,))
        before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
        assert len(only(computer).uses()) == 2
        assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before


def test_a_transaction_under_way_is_not_taken(tmp_path: Path, computer: SimulatedComputer) -> None:
    """What a browser has written over and not committed is undone in the copy, from the journal beside it."""
    path = tmp_path / "user" / LINUX
    chromium_history(path, ((f"{STORE}/{number}", NOON - 3 * HOUR) for number in range(500)))
    with closing(sqlite3.connect(path, isolation_level=None)) as browser:
        browser.execute("PRAGMA cache_size = 1")
        browser.execute("PRAGMA cache_spill = ON")
        browser.execute("BEGIN EXCLUSIVE")
        browser.execute("UPDATE visits SET visit_time = visit_time + ?", (HOUR,))
        assert (path.parent / "History-journal").stat().st_size > 0
        (use,) = only(computer).uses()
        assert (use.begin, use.visits) == (NOON - 3 * HOUR, 500)
        browser.execute("ROLLBACK")


def test_what_cannot_be_looked_at_is_listed(tmp_path: Path, computer: SimulatedComputer) -> None:
    """A history of which it cannot even be told whether it is there is a source that failed, not one left out."""
    path = tmp_path / "user" / LINUX
    path.parent.mkdir(parents=True)
    path.symlink_to(path)
    (source,), candidates = read_browsers(computer)
    assert (source.status, bool(source.reason), candidates) == ("failed", True, [])


def test_mutated_histories_are_read_or_failed(tmp_path: Path, computer: SimulatedComputer) -> None:
    """Whatever bytes of a history are changed or cut, it is read, or listed with a reason; nothing is raised."""
    path = tmp_path / "user" / LINUX
    chromium_history(path, ((f"{STORE}/{number % 7}", NOON - number * HOUR) for number in range(400)))
    whole = path.read_bytes()
    chance = random.Random(0)
    seen = set()
    for _ in range(300):
        content = bytearray(whole[: chance.choice((len(whole), len(whole), chance.randrange(len(whole))))])
        for _ in range(chance.randrange(1, 30)):
            if content:
                place = chance.randrange(len(content)) % chance.choice((100, 5000, len(content)))
                content[place] = chance.randrange(256)
        path.write_bytes(content)
        (source,), candidates = read_browsers(computer)
        assert source.reason
        assert source.status == "observed" or not candidates
        seen.add(source.status)
    assert seen == {"observed", "failed"}


def test_hostile_names_stay_data(tmp_path: Path, computer: SimulatedComputer) -> None:
    """Profiles and Local State of any content are read or passed over, never an error."""
    folder = "Profile \x1b[31m\u202e"
    chromium_history(tmp_path / "user/.config/google-chrome" / folder / "History", [(STORE, NOON - HOUR)])
    state = computer.real("/home/user/.config/google-chrome/Local State")
    for content in (
        b"{",
        b"[]",
        b'{"profile": {"info_cache": {"x": 3}}}',
        b'{"profile": []}',
        b"\xff" * 9,
        b"[" * 99999,
    ):
        Path(state).write_bytes(content)
        assert only(computer).folder == folder
    computer.put("/home/user/.mozilla/firefox/profiles.ini", b"\x00[Profile0]\nPath=../../../etc\n[Profile1\nPath")
    assert only(computer).folder == folder


def test_firefox_names_its_profiles(tmp_path: Path, computer: SimulatedComputer) -> None:
    """Profiles of profiles.ini, relative and absolute, have their names; one that is signed in to Sync is weak."""
    visits = [(STORE, "sellercentral.amazon.com", NOON - HOUR)]
    firefox_history(tmp_path / "user/.mozilla/firefox/Profiles/a.shop/places.sqlite", visits)
    firefox_history(tmp_path / "usb/b.work/places.sqlite", visits)
    ini = "[Profile0]\nName=shop\nIsRelative=1\nPath=Profiles/a.shop\n"
    ini += f"[Profile1]\nName=work\nIsRelative=0\nPath={tmp_path}/usb/b.work\n"
    computer.put("/home/user/.mozilla/firefox/profiles.ini", ini.encode())
    computer.put("/home/user/.mozilla/firefox/Profiles/a.shop/prefs.js", b'user_pref("services.sync.username", "x");\n')
    candidates = read_browsers(computer)[1]
    assert {(one.folder, one.name, one.confidence) for one in candidates} == {
        ("a.shop", "shop", "weak"), ("b.work", "work", "probable"),
    }  # fmt: skip
    assert all(bool(one.reason) == (one.confidence == "weak") for one in candidates)


def test_only_seller_pages_count() -> None:
    """A range holds its area's pages with either scheme and any port, and no page of a host that only looks like it."""
    for area in AREAS:
        held = [start for start, stop in ranges(area)]
        inside = [f"https://{area.host}{area.path}x", f"http://{area.host}{area.path}x"]
        outside = [
            f"https://{area.host}.example.com/",
            f"https://x{area.host}/",
            f"https://{area.host}-x/",
            "https://x.com/",
        ]
        assert held
        assert all(any(start <= url < stop for start, stop in ranges(area)) for url in inside)
        assert not any(start <= url < stop for start, stop in ranges(area) for url in outside)
    assert len({(area.host, area.path) for area in AREAS}) == len(AREAS)
    assert {area.platform for area in AREAS} == set(PLATFORMS)


def test_a_buyers_page_of_a_shared_host_does_not_count(tmp_path: Path, computer: SimulatedComputer) -> None:
    """On hosts that buyers share only the sellers' part counts."""
    visits = [
        (f"https://www.{page}", NOON - HOUR)
        for page in ("ebay.com/itm/1", "etsy.com/listing/1", "etsy.com/your/purchases")
    ]
    visits += [(f"https://www.{page}", NOON - 2 * HOUR) for page in ("ebay.com/sh/ovw", "etsy.com/your/shops/me")]
    chromium_history(tmp_path / "user" / LINUX, visits)
    candidates = read_browsers(computer)[1]
    assert {(one.platform, len(one.uses())) for one in candidates} == {("ebay", 1), ("etsy", 1)}
    assert {one.uses()[0].begin for one in candidates} == {NOON - 2 * HOUR}


MOMENTS = st.lists(st.integers(0, 40).map(lambda step: NOON - 40 * GAP // 4 + step * GAP // 4), max_size=40)


def fold(moments: list[int]) -> list[Use]:
    """Moments folded as one host's."""
    folding = Folding(NOON)
    for moment in sorted(moments):
        folding.add(moment)
    return folding.uses


@given(MOMENTS, MOMENTS)
def test_folding_by_host_and_joining_is_folding_all(ours: list[int], theirs: list[int]) -> None:
    """The uses of two hosts joined are those of all visits, no visit is lost, and no two uses are close."""
    uses = joined(fold(ours) + fold(theirs))
    assert uses == fold(ours + theirs)
    assert sum(use.visits for use in uses) == len(ours) + len(theirs)
    assert all(later.begin - earlier.end > GAP for earlier, later in pairwise(uses))


def test_a_huge_history_streams(tmp_path: Path, computer: SimulatedComputer) -> None:
    """Of a million visits only the uses are held: a hundred bytes of memory a visit would be noticed."""
    path = tmp_path / "user" / LINUX
    chromium_history(path, [])
    with closing(sqlite3.connect(path)) as history, history:
        history.execute("INSERT INTO urls VALUES (1, ?, '')", (STORE,))
        history.execute(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999999)"
            " INSERT INTO visits (url, visit_time) SELECT 1, ? + i * 1000000 FROM n",
            (NOON - 1_100_000 * 1_000_000 + 11_644_473_600_000_000,),
        )
    tracemalloc.start()
    candidate = only(computer)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    (use,) = candidate.uses()
    assert use.visits == 1_000_000
    assert peak < 10 << 20
