"""Rules about one account and its many machines or networks."""

from __future__ import annotations

from isolation.evidence import DAY, AccountGroup, Sighting
from isolation.model import UNDATED
from isolation.relations import Relations
from isolation.rules import many_devices, many_networks


def _account(*sightings: Sighting) -> AccountGroup:
    return AccountGroup(1, "cd" * 16, sightings)


def _devices(count: int, apart: int, fact: str = "device_id") -> AccountGroup:
    return _account(*(Sighting(n, fact, n * apart, n * apart, 1) for n in range(1, count + 1)))


def test_more_devices_than_expected_within_a_month_are_a_finding() -> None:
    """Four devices in four days are found, three are not."""
    assert [match.sessions for match in many_devices.check(_devices(4, DAY), Relations())] == [4]
    assert list(many_devices.check(_devices(3, DAY), Relations())) == []


def test_devices_that_follow_each_other_slowly_are_none() -> None:
    """A new device every two months is no finding however many there were."""
    assert list(many_devices.check(_devices(12, 60 * DAY), Relations())) == []


def test_the_policy_changes_the_limit() -> None:
    """A threshold of the policy replaces the rule's own."""
    policy = Relations(thresholds={"many-devices": 10})
    assert list(many_devices.check(_devices(10, DAY), policy)) == []
    assert len(list(many_devices.check(_devices(11, DAY), policy))) == 1


def test_several_facts_of_one_network_count_once() -> None:
    """A network that shows router, access point and address is one network, not three."""
    facts = ("gateway_mac", "bssid", "public_ip")
    three = _account(
        *(Sighting(10 * n + i, fact, n * DAY, n * DAY, 1) for n in range(1, 4) for i, fact in enumerate(facts))
    )
    assert list(many_networks.check(three, Relations())) == []


def test_the_finding_is_as_sure_as_its_weakest_sighting() -> None:
    """One probable network among certain ones makes the count probable."""
    sightings = [Sighting(n, "gateway_mac", n * DAY, n * DAY, 1) for n in range(1, 7)]
    sightings[2] = sightings[2].replace(confidence="probable")
    (match,) = many_networks.check(_account(*sightings), Relations())
    assert match.confidence == "probable"
    assert match.reason.startswith("6 different values")


def test_uses_without_a_time_are_in_no_window() -> None:
    """Devices whose uses have no time are not counted together."""
    undated = _account(*(Sighting(n, "device_id", UNDATED, UNDATED, 1) for n in range(9)))
    assert list(many_devices.check(undated, Relations())) == []
