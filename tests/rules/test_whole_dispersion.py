"""Whole findings about one account on many machines or networks, every field of them."""

from __future__ import annotations

import pytest

from isolation.evidence import (
    DAY,
    AccountGroup,
    Match,
    Sighting,
    Visit,
)
from isolation.model import UNDATED
from isolation.relations import Permit, Relations
from isolation.rules import (
    many_devices,
    many_networks,
)

from .matches import DOUBT, LI, TAG, WANG, accepts, only, waived

TYPE_CHECKING = False
if TYPE_CHECKING:
    pass


def devices(*spans: tuple[int, int], fact: str = "device_id", **rest: object) -> AccountGroup:
    """An account on devices that were in use from day to day."""
    sightings = tuple(
        Sighting(at, fact, first * DAY, last * DAY, 2) for at, (first, last) in enumerate(spans, start=20)
    )
    return AccountGroup(1, TAG, sightings, **rest)  # type: ignore[arg-type]


def seen_in(*numbers: int, fact: str = "device_id", **rest: int) -> tuple[Visit, ...]:
    """Sessions that saw these values one after another, on the machines told, if any."""
    machines = [((90 + number, "hardware_mac", "certain"),) for number in rest.values()] or [()]
    return tuple(
        Visit(at, 1, at * DAY, seen=((number, fact, "certain"), *machines[at % len(machines)]))  # type: ignore[arg-type]
        for at, number in enumerate(numbers, start=1)
    )


FOUR = ((1, 1), (2, 2), (3, 3), (4, 9))


def test_many_devices() -> None:
    """Side by side medium, one after another low, with the counts and the limit in words."""
    match = Match(
        "many-devices", "medium", "certain", "open", "device_id", None, TAG, (1,), 8, DAY, 9 * DAY,
        "4 different values within 30 days, in use side by side, where 3 are expected at most",
    )  # fmt: skip
    check = many_devices.check
    assert only(check(devices(*FOUR), Relations())) == match
    assert only(check(devices(*FOUR), accepts("many-devices"))) == waived(match)
    assert only(check(devices(*FOUR), accepts("many-networks"))) == match
    replaced = only(check(devices(*FOUR, visits=seen_in(20, 21, 22, 23)), Relations()))
    assert replaced == match.replace(
        severity="low",
        reason="4 different values within 30 days, one after another, as when machines are replaced; 3 are expected at "
        "most",
    )
    again = only(check(devices(*FOUR, visits=seen_in(20, 21, 20, 22, 23)), Relations()))
    assert again == match


def test_the_window_of_thirty_days_has_an_edge() -> None:
    """Devices 30 days apart count together, and a moment more apart they do not."""
    edge = devices((1, 1), (2, 2), (3, 3), (31, 31))
    assert only(many_devices.check(edge, Relations())).sessions == 8
    late = edge.sightings[-1].replace(first=31 * DAY + 1, last=31 * DAY + 1)
    assert list(many_devices.check(edge.replace(sightings=(*edge.sightings[:-1], late)), Relations())) == []


def test_a_use_whose_first_time_is_not_known_counts_from_its_last() -> None:
    """What was used at some time not known and then today is in today's window."""
    half = devices((1, 1), (2, 2), (3, 3), (4, 4))
    dated = half.sightings[-1].replace(first=UNDATED)
    (match,) = many_devices.check(half.replace(sightings=(*half.sightings[:-1], dated)), Relations())
    assert (match.first, match.last) == (DAY, 4 * DAY)
    long_ago = half.sightings[0].replace(first=UNDATED, last=40 * DAY)
    assert list(many_devices.check(half.replace(sightings=(long_ago, *half.sightings[1:])), Relations())) == []


def test_the_first_busiest_window_and_the_first_busiest_fact_count() -> None:
    """Of several windows with as many devices the earliest is told, and a device id before an adapter."""
    twice = devices(*FOUR, (100, 100), (101, 101), (102, 102), (103, 103))
    assert only(many_devices.check(twice, Relations())).last == 9 * DAY
    adapters = devices(*FOUR, fact="hardware_mac").sightings
    both = devices(*FOUR)
    assert (
        only(many_devices.check(both.replace(sightings=(*adapters, *both.sightings)), Relations())).fact == "device_id"
    )


def test_the_order_is_asked_for_where_there_are_too_many_only() -> None:
    """Up to the limit of the policy nothing is opened, and nothing twice."""
    for rule, fact, limit in ((many_devices, "device_id", 3), (many_networks, "gateway_mac", 5)):
        just, more = (devices(*((day, day) for day in range(1, count + 1)), fact=fact) for count in (limit, limit + 1))
        assert (rule.needs_visits(just, Relations()), rule.needs_visits(more, Relations())) == (False, True)
        assert not rule.needs_visits(more.replace(visits=()), Relations())
        high = Relations(thresholds={rule.RULE: limit + 1})
        assert not rule.needs_visits(more, high)
        assert rule.needs_visits(more, Relations(thresholds={"other": 99}))
        assert (list(rule.check(just, Relations())), list(rule.check(more, high))) == ([], [])
        people = Relations(permits=(Permit(LI, 1, True), Permit(WANG, 1, True)))
        assert not rule.needs_visits(more, people)


SIX = tuple((day, day) for day in range(1, 7))
HOTELS = (20, 21, 22, 23, 24, 25)


@pytest.mark.parametrize(
    ("course", "severity_told", "how"),
    [
        ((), "medium", "in an order that is not known"),
        (seen_in(*HOTELS, 21, 22, fact="gateway_mac"), "medium", "scattered: places come again in between others"),
        (seen_in(*HOTELS, fact="gateway_mac", one=1, other=2), "medium", "scattered: on several machines"),
        (seen_in(*HOTELS, fact="gateway_mac", one=1), "info", "a journey of one machine, place after place"),
        (seen_in(20, 21, 22, 20, 20, 23, 24, 25, 20, fact="gateway_mac", one=1), "info",
         "a journey of one machine, place after place"),
        (seen_in(25, 21, 22, 25, 25, 23, 24, 20, 25, fact="gateway_mac", one=1), "info",
         "a journey of one machine, place after place"),
        (seen_in(*HOTELS, fact="gateway_mac"), "low", "place after place, on machines that were not read"),
        ((*seen_in(*HOTELS[:5], fact="gateway_mac", one=1), *seen_in(25, fact="gateway_mac")), "low",
         "place after place, on machines that were not read"),
    ],
)  # fmt: skip
def test_many_networks(course: tuple[Visit, ...], severity_told: str, how: str) -> None:
    """A journey of one machine is information; home may come again on it, wherever it stands in the ledger."""
    group = devices(*SIX, fact="gateway_mac", visits=course)
    match = Match(
        "many-networks", severity_told, "certain", "open", "gateway_mac", None, TAG, (1,), 12, DAY, 6 * DAY,  # type: ignore[arg-type]
        f"6 different values within 30 days, {how}; 5 are expected at most",
    )  # fmt: skip
    assert only(many_networks.check(group, Relations())) == match
    assert only(many_networks.check(group, accepts("many-networks"))) == waived(match)
    probable = group.sightings[0].replace(confidence="probable")
    doubtful = only(many_networks.check(group.replace(sightings=(probable, *group.sightings[1:])), Relations()))
    assert (doubtful.confidence, doubtful.reason) == ("probable", match.reason + DOUBT)
