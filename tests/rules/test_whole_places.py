"""How shared machines and networks are judged, to the moment and the word; and rules that fail."""

from __future__ import annotations

import pytest

from isolation.errors import RuleError
from isolation.evidence import (
    DAY,
    HOUR,
    AccountGroup,
    Contact,
    IdentifierGroup,
    Match,
    Scan,
    ScanGroup,
    Sighting,
)
from isolation.relations import Permit, Relations
from isolation.rules import (
    IDENTIFIER,
    RuleEntry,
    severity,
    shared_access_point,
    shared_wifi_place,
)
from isolation.rules.run import over, over_account, over_operator, over_scans

from .matches import TAG, WANG, WITHIN, T, only, use, worked

TYPE_CHECKING = False
if TYPE_CHECKING:
    pass

GIVEN_AWAY = "; a provider may have given the address to somebody else in between"
NOT_KNOWN = "undeclared accounts used it, at times of which one at least is not known"


def apart(days: str) -> str:
    """The reason of a meeting that long apart."""
    return f"undeclared accounts used it, {days} apart at the nearest"


@pytest.mark.parametrize(
    ("gap", "common", "shared", "address"),
    [
        (None, False, ("medium", "certain", NOT_KNOWN), ("medium", "probable", NOT_KNOWN)),
        (DAY, False, ("high", "certain", WITHIN), ("high", "certain", WITHIN)),
        (DAY, True, ("high", "certain", WITHIN),
         ("medium", "certain", WITHIN + "; others are known to share this address")),
        (DAY + 1, False, ("medium", "certain", apart("1 day")), ("medium", "certain", apart("1 day"))),
        (2 * DAY, False, ("medium", "certain", apart("2 days")), ("medium", "certain", apart("2 days"))),
        (30 * DAY, False, ("medium", "certain", apart("30 days")), ("medium", "certain", apart("30 days"))),
        (30 * DAY + 1, True, ("medium", "certain", apart("30 days")),
         ("medium", "weak", apart("30 days") + GIVEN_AWAY)),
    ],
)  # fmt: skip
def test_a_network_and_an_address_are_judged_by_the_nearest_uses(
    gap: int | None, common: bool, shared: tuple[str, ...], address: tuple[str, ...]
) -> None:
    """To the moment: high up to a day, weak for an address after thirty, and what the reason says of it."""
    assert severity.network(gap, common) == shared
    assert severity.public_address(gap, common) == address


def test_a_machine_is_judged_alike_at_any_time() -> None:
    """A shared machine is high and certain whenever it was."""
    reason = "the accounts were used on one device and are not declared to belong together"
    assert severity.machine(None, True) == severity.machine(9, False) == ("high", "certain", reason)


def test_a_group_of_access_points_says_why_it_is_no_more_than_probable() -> None:
    """Whatever the meeting, the group's finding is probable, and its reason adds why."""
    group = IdentifierGroup(10, "access_point", TAG, (Contact(1, T, T, 1), Contact(2, T + HOUR, T + HOUR, 1)))
    assert only(shared_access_point.check(group, Relations())) == Match(
        "shared-access-point", "high", "probable", "open", "access_point", 10, TAG, (1, 2), 2, T, T + HOUR,
        WITHIN + "; that adjacent addresses are one radio box is likely, and no more",
    )  # fmt: skip


def test_a_place_by_its_access_points() -> None:
    """Each account's scans are counted once; signals in per cent say what they are worth."""
    room = {1: 12, 2: 10, 3: 9, 4: 7}
    scans = tuple(Scan(one, T + at, "ui", True, room) for at, one in enumerate((2, 1, 3, 1)))
    reason = "undeclared accounts were used among the same Wi-Fi access points; neighbours wall to wall may be, too"
    match = Match(
        "shared-wifi-place", "medium", "probable", "open", "wifi_scan", 1, TAG, (1, 2, 3), 4, T, T + 3, reason
    )
    assert only(shared_wifi_place.check(ScanGroup(1, TAG, scans), Relations())) == match
    percent = ScanGroup(1, TAG, tuple(scan.replace(dbm=False) for scan in scans))
    assert only(shared_wifi_place.check(percent, Relations())) == match.replace(
        confidence="weak",
        reason=reason + "; signals were told in per cent, so only which access points were seen is compared",
    )


def test_meetings_at_one_access_point_come_as_one() -> None:
    """Whoever was not there is left out, the surest pair counts, and the times are those of all who met."""
    room, elsewhere = {1: 12, 2: 10, 3: 9, 4: 7}, {1: 2, 12: 10, 13: 9, 14: 7}
    scans = (
        Scan(1, T + 5, "ui", True, elsewhere), Scan(2, T + 4, "ui", False, room), Scan(3, T + 9, "ui", True, room),
        Scan(4, T + 1, "ui", True, room),
    )  # fmt: skip
    match = only(shared_wifi_place.check(ScanGroup(1, TAG, scans), Relations()))
    assert (match.accounts, match.confidence, match.sessions) == ((2, 3, 4), "probable", 3)
    assert (match.first, match.last) == (T + 1, T + 9)
    mixed = only(shared_wifi_place.check(ScanGroup(1, TAG, scans[1:3]), Relations()))
    assert (mixed.accounts, mixed.confidence) == ((2, 3), "weak")


def test_scans_through_an_api_alone_are_information() -> None:
    """Of two accounts that only programs used there, the finding is harmless."""
    room = {1: 12, 2: 10, 3: 9, 4: 7}
    scans = tuple(Scan(one, T, "api", True, room) for one in (1, 2))
    match = only(shared_wifi_place.check(ScanGroup(1, TAG, scans), Relations()))
    assert (match.severity, "API" in match.reason) == ("info", True)


def test_an_entry_of_the_registry_knows_its_module() -> None:
    """A rule's id names its module, whatever it is handed and needs."""
    entry = RuleEntry("shared-new-thing", IDENTIFIER, ("bssid",), "luck")
    told = (entry.id, entry.module, entry.over, entry.facts, entry.needs)
    assert told == ("shared-new-thing", "isolation.rules.shared_new_thing", "identifier", ("bssid",), "luck")
    assert RuleEntry("x", IDENTIFIER, ()).needs == ""


def test_every_way_of_running_a_rule_names_the_one_that_fails() -> None:
    """Account, operator, sessions, scans: what goes wrong is told with the rule's id and the kind of failure."""
    broken = "not a policy"
    room = {1: 12, 2: 10, 3: 9, 4: 7}
    scans = ScanGroup(1, TAG, tuple(Scan(one, T, "ui", True, room) for one in (1, 2)))
    with pytest.raises(RuleError, match=r"The rule expired-waiver failed \(AttributeError: "):
        list(over("waiver", broken, Relations()))
    sighting = Sighting(1, "device_id", DAY, DAY, 1, confidence="sure")  # type: ignore[arg-type]
    several = tuple(sighting.replace(identifier=number) for number in range(4))
    with pytest.raises(RuleError, match=r"many-devices failed \(ValueError"):
        list(over_account(AccountGroup(1, TAG, several, ()), Relations(), lambda group: group))
    permit = Relations(permits=(Permit(WANG, 1, True),))
    with pytest.raises(RuleError, match=r"missing-permission failed \(TypeError"):
        list(over_operator(worked(use(1, 0, uses=5)), permit, lambda group: group))
    with pytest.raises(RuleError, match=r"shared-wifi-place failed \(AttributeError"):
        list(over_scans(scans.replace(scans=(scans.scans[0], scans.scans[1].replace(points=None))), Relations()))
