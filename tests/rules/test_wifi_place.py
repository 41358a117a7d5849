"""The Wi-Fi neighbourhood: how alike two scans are, when they are one place, and what an office makes of it."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isolation.audit import audit_ledger
from isolation.audited import Audit
from isolation.evidence import DAY, Match, Scan, ScanGroup
from isolation.findings import one_of_each_place
from isolation.ledger import Ledger
from isolation.ledger.neighbourhoods import strongest
from isolation.model import Finding, Identity, Session
from isolation.policy import Group, Policy
from isolation.relations import Bond, Relations
from isolation.rules.neighbourhood import SAME_UNWEIGHTED, SAME_WEIGHTED, likeness, same_place
from isolation.rules.shared_wifi_place import check
from isolation.verdict import check_login

from ..conftest import HOUR, NOON, reading

if TYPE_CHECKING:
    from isolation.model import Confidence, Severity

POINTS = st.dictionaries(st.integers(0, 30), st.integers(0, 15), max_size=20)
SEVERITY: tuple[Severity, ...] = ("medium", "medium", "low")
CONFIDENCE: tuple[Confidence, ...] = ("weak", "probable", "probable")
ROOM = {1: 12, 2: 10, 3: 9, 4: 7, 5: 3}


def scan(account: int, points: dict[int, int], *, dbm: bool = True, begin: int = 1) -> Scan:
    """A scan of one use."""
    return Scan(account, begin, "ui", dbm, points)


@given(POINTS, POINTS, st.booleans())
def test_likeness_is_symmetric_and_between_none_and_all(
    first: dict[int, int], second: dict[int, int], weighted: bool
) -> None:
    """Two scans are as alike one way as the other, from 0 to 1, and a scan is wholly like itself."""
    score = likeness(first, second, weighted=weighted)
    assert score == likeness(second, first, weighted=weighted)
    assert score is None or 0 <= score <= 1
    assert likeness(first, first, weighted=weighted) in (None, 1.0)


@given(POINTS, st.integers(31, 99))
def test_points_too_faint_to_count_change_nothing(points: dict[int, int], faint: int) -> None:
    """A point of weight 0 is as good as not heard."""
    for weighted in (True, False):
        assert likeness(points | {faint: 0}, ROOM, weighted=weighted) == likeness(points, ROOM, weighted=weighted)


@given(st.permutations(("0a", "1b", "2c")))
def test_a_place_is_told_alike_whatever_its_tags(tags: list[str]) -> None:
    """What access points of one place tell is one finding, whose words and numbers do not depend on the index key."""
    told = [
        Match("shared-wifi-place", severity, confidence, "open", "wifi_scan", at, tag, (1, 2), uses, 5, last, reason)
        for at, (tag, severity, confidence, uses, last, reason) in enumerate(
            zip(tags, SEVERITY, CONFIDENCE, (2, 7, 3), (9, 8, 11), ("weak", "sure", "sure"), strict=True)
        )
    ]
    (found,) = one_of_each_place(told)
    assert (found.severity, found.confidence, found.reason) == ("medium", "probable", "sure")
    assert (found.sessions, found.first, found.last, found.tag) == (7, 5, 11, "0a")


def test_fewer_than_four_points_tell_nothing() -> None:
    """Three points on either side are insufficient, four are enough, and what was not heard does not count."""
    three, four = {1: 9, 2: 9, 3: 9}, {1: 9, 2: 9, 3: 9, 4: 9}
    assert likeness(three, four, weighted=True) is None
    assert likeness(four, three, weighted=False) is None
    assert likeness(three | {4: 0}, four, weighted=False) is None
    assert likeness(four, four, weighted=True) == 1.0
    assert same_place(scan(1, three), scan(2, four)) is None


def test_weights_count_squared_where_both_are_dbm() -> None:
    """The lesser squares over the greater squares; mere presence where one side has percentages."""
    one, other = {1: 4, 2: 3, 3: 2, 4: 1}, {1: 2, 2: 3, 3: 2, 5: 5}
    assert likeness(one, other, weighted=True) == (4 + 9 + 4) / (16 + 9 + 4 + 1 + 25)
    assert likeness(one, other, weighted=False) == 3 / 5


def test_a_place_is_told_from_the_threshold_on() -> None:
    """At the threshold two scans are one place, just below it they are not, weighted and unweighted."""
    base = dict.fromkeys(range(20), 10)
    at = dict.fromkeys(range(7), 10)  # 7 of 20 in common: 0.35
    assert likeness(base, at, weighted=True) == SAME_WEIGHTED
    assert same_place(scan(1, base), scan(2, at)) is True
    assert same_place(scan(1, base | {20: 1}), scan(2, at)) is False
    assert same_place(scan(1, base), scan(2, at, dbm=False)) is False
    mixed = dict.fromkeys(range(11), 1)  # 11 of 20: 0.55
    assert likeness(base, mixed, weighted=False) == SAME_UNWEIGHTED
    assert same_place(scan(1, base), scan(2, mixed, dbm=False)) is True
    assert same_place(scan(1, base, dbm=False), scan(2, mixed)) is True
    assert same_place(scan(1, base | {20: 1}), scan(2, mixed, dbm=False)) is False


def test_three_common_points_are_no_place_however_strong() -> None:
    """At least four access points must be heard by both, or nothing joins the scans."""
    common = {1: 15, 2: 15, 3: 15}
    one, other = common | {4: 1}, common | {5: 1}
    assert (likeness(one, other, weighted=True) or 0) > 0.99
    assert same_place(scan(1, one), scan(2, other)) is False
    assert same_place(scan(1, one), scan(2, common | {4: 0, 5: 1})) is False
    assert same_place(scan(1, one), scan(2, one)) is True


def test_the_strongest_points_are_those_of_three_ranks() -> None:
    """The three greatest weights and all that equal the third; no order decides among equals."""
    assert strongest({1: 9, 2: 8, 3: 7, 4: 7, 5: 6}) == {1, 2, 3, 4}
    assert strongest({1: 9}) == {1}
    assert strongest({}) == set()


def found(scans: list[Scan], relations: Relations | None = None) -> list[tuple[str, tuple[int, ...], str, str, int]]:
    """State, accounts, severity, confidence and sessions of what the rule says."""
    matches = check(ScanGroup(32, "ab" * 16, tuple(scans)), relations or Relations())
    return sorted((m.state, m.accounts, m.severity, m.confidence, m.sessions) for m in matches)


def test_the_rule_names_the_accounts_of_one_place() -> None:
    """Accounts whose scans agree are named, with the number of their scans; one that was elsewhere is not."""
    far = {1: 2, 7: 12, 8: 11, 9: 10, 10: 9}
    scans = [scan(1, ROOM), scan(1, ROOM, begin=9), scan(2, ROOM, begin=5), scan(3, far)]
    assert found(scans) == [("open", (1, 2), "medium", "probable", 3)]
    (match,) = check(ScanGroup(32, "ab" * 16, tuple(scans)), Relations())
    assert (match.first, match.last, match.fact, match.identifier, match.tag) == (1, 9, "wifi_scan", 32, "ab" * 16)


def test_percentages_are_weak_and_the_surer_scans_settle() -> None:
    """A meeting told by percentages is weak; where two scans in dBm agree too, it is probable."""
    percent = [scan(1, ROOM, dbm=False), scan(2, ROOM, dbm=False)]
    assert found(percent) == [("open", (1, 2), "medium", "weak", 2)]
    assert found([*percent, scan(1, ROOM, begin=3), scan(2, ROOM, begin=4)])[0][3] == "probable"


def test_declared_partners_and_aliases_are_told_apart() -> None:
    """Declared accounts meet as declared, an open partner stays open, and an alias is no second account."""
    scans = [scan(1, ROOM), scan(2, ROOM), scan(3, ROOM)]
    bond = Relations(bonds=(Bond("us", frozenset({1, 2})),))
    assert [(state, accounts) for state, accounts, *_ in found(scans, bond)] == [
        ("declared", (1, 2)), ("open", (1, 2, 3)),
    ]  # fmt: skip
    assert found(scans[:2], Relations(aliases={2: 1})) == []
    focused = found(scans, Relations(focus=3))
    assert [(state, accounts) for state, accounts, *_ in focused] == [("open", (1, 2, 3))]
    assert found(scans[:2], Relations(focus=3)) == []


@given(st.permutations(range(6)))
def test_order_does_not_matter(order: list[int]) -> None:
    """The rule says the same whatever the order of the scans."""
    other = {point: max(weight - 2, 1) for point, weight in ROOM.items()}
    scans = [scan(1 + at % 3, ROOM if at % 2 else other, begin=at) for at in range(6)]
    assert found([scans[at] for at in order]) == found(scans)


def test_of_one_account_the_earliest_scans_are_compared() -> None:
    """A 33rd scan of an account at one access point adds nothing, whatever it saw."""
    far = dict.fromkeys(range(20, 30), 9)
    many = [scan(1, far, begin=at) for at in range(32)]
    assert found([*many[:31], scan(1, ROOM, begin=31), scan(2, ROOM)]) != []
    assert found([*many, scan(1, ROOM, begin=99), scan(2, ROOM)]) == []


# --- in a ledger: tags, groups of BSSIDs, verdict and audit ---

BOXES = tuple(f"00-00-5E-00-5{number}-{number}0" for number in range(1, 7))
NEIGHBOURHOOD = tuple((bssid, -45 - 6 * at) for at, bssid in enumerate(BOXES))
ELSEWHERE = tuple((bssid.replace("00-00-5E", "00-1B-21"), signal) for bssid, signal in NEIGHBOURHOOD)


def second_radio(points: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    """The same boxes, heard on other BSSIDs of theirs: the last digit and the local bit differ."""
    return tuple((f"02{bssid[2:-1]}4", signal) for bssid, signal in points)


def record(ledger: Ledger, account: str, points: tuple[tuple[str, int], ...], at: int = NOON) -> None:
    """One use among these access points."""
    with ledger.writing() as log:
        log.add_session(Session(account, at, readings=(reading("wifi_scan", points),)))


def places(audit: Audit) -> list[Finding]:
    """The findings about a place."""
    return [finding for finding in audit.findings if finding.rule == "shared-wifi-place"]


def test_one_place_is_one_finding_and_shows_no_value(ledger: Ledger) -> None:
    """An audit names the accounts of one place once, though several access points tell of it, and reads no BSSID."""
    record(ledger, "one", NEIGHBOURHOOD)
    record(ledger, "two", tuple((bssid, signal - 2) for bssid, signal in NEIGHBOURHOOD), NOON + HOUR)
    record(ledger, "far", ELSEWHERE, NOON + HOUR)
    audit = audit_ledger(ledger, policy=Policy())
    (finding,) = places(audit)
    assert (finding.accounts, finding.severity, finding.confidence) == (("one", "two"), "medium", "probable")
    assert (finding.value, finding.fact, finding.subject[:6]) == (None, "wifi_scan", "place-")
    assert not audit.unreadable
    assert [cluster.accounts for cluster in audit.clusters] == [("one", "two")]
    (coverage,) = [row for row in audit.coverage if row.fact == "wifi_scan"]
    assert (coverage.sessions, coverage.accounts, coverage.values, coverage.shared) == (3, 3, 12, 6)
    assert ledger.verify().intact


def test_the_bssids_of_one_box_are_one_access_point(ledger: Ledger) -> None:
    """Scans that hear other radios of the same boxes agree: BSSIDs are compared by the box that sends them."""
    record(ledger, "one", NEIGHBOURHOOD)
    record(ledger, "two", second_radio(NEIGHBOURHOOD))
    assert places(audit_ledger(ledger, policy=Policy()))


def test_a_login_is_told_of_the_place(ledger: Ledger) -> None:
    """A verdict finds the place now and the earlier one, joins its account to those met there, and blocks not."""
    record(ledger, "one", NEIGHBOURHOOD)
    record(ledger, "two", NEIGHBOURHOOD, NOON + HOUR)
    now = Identity((reading("wifi_scan", NEIGHBOURHOOD),), NOON + DAY, source="example")
    verdict = check_login(ledger, "three", now, policy=Policy())
    (finding,) = [one for one in verdict.findings if one.rule == "shared-wifi-place"]
    assert (finding.accounts, finding.subject) == (("one", "three", "two"), "this-network")
    assert verdict.would_join == ("one", "two")
    assert verdict.outcome == "unknown"
    moved = Identity((reading("wifi_scan", ELSEWHERE),), NOON + DAY, source="example")
    assert [one.accounts for one in check_login(ledger, "one", moved, policy=Policy()).findings] == [("one", "two")]
    assert check_login(ledger, "three", moved, policy=Policy()).findings == ()


def test_a_scan_that_saw_too_little_is_named(ledger: Ledger) -> None:
    """With three access points the rule is listed as not examined, with the reason, and decides nothing."""
    now = Identity((reading("wifi_scan", NEIGHBOURHOOD[:3]),), NOON, source="example")
    verdict = check_login(ledger, "one", now, policy=Policy())
    (gap,) = [gap for gap in verdict.unknown if gap.code == "shared-wifi-place"]
    assert "fewer than 4 access points" in gap.text
    assert not gap.decides


def test_places_of_a_window_and_of_an_earlier_moment(ledger: Ledger) -> None:
    """A window has the places of its own uses only; a declared group shows as declared."""
    record(ledger, "one", NEIGHBOURHOOD)
    record(ledger, "two", NEIGHBOURHOOD, NOON + DAY)
    assert places(audit_ledger(ledger, policy=Policy(), since=NOON, until=NOON + 2 * DAY))
    assert not places(audit_ledger(ledger, policy=Policy(), until=NOON + DAY))
    together = Policy(groups=(Group("home", "household", ("one", "two")),))
    assert [one.state for one in places(audit_ledger(ledger, policy=together))] == ["declared"]


@pytest.fixture(scope="module")
def calibration() -> ModuleType:
    """The program that draws the curve."""
    path = Path(__file__).parents[2] / "benchmarks" / "wifi_place.py"
    spec = importlib.util.spec_from_file_location("wifi_place", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif("ISOLATION_CONFORMANCE" not in os.environ, reason="ISOLATION_CONFORMANCE names no data")
def test_real_scans_are_told_apart(calibration: ModuleType) -> None:
    """On measured pairs the areas under the curve and the errors at the thresholds are as the decision record says."""
    folder = Path(os.environ["ISOLATION_CONFORMANCE"]) / "wifi-uji"
    told, _ = calibration.scores(folder, weighted=True)
    same = told[calibration.SAME]
    least = {"uji:far_>50m": 0.995, "uji:other_floor_same_building": 0.99, "uji:other_building": 1.0,
             "uji:mid_15_50m": 0.92}  # fmt: skip
    assert {name: calibration.area(same, told[name]) >= area for name, area in least.items()} == dict.fromkeys(
        least, True
    )
    for weighted, threshold in ((True, SAME_WEIGHTED), (False, SAME_UNWEIGHTED)):
        told, _ = calibration.scores(folder, weighted=weighted)
        for name in ("uji:far_>50m", "uji:other_floor_same_building", "uji:other_building"):
            assert sum(score >= threshold for score in told[name]) / len(told[name]) < 0.01
