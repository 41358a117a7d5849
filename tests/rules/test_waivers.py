"""Waivers, declared sites and shared addresses inside rules about one identifier; journeys and replacements."""

from __future__ import annotations

import pytest

from isolation.evidence import DAY, AccountGroup, Contact, IdentifierGroup, Match, Sighting, Visit
from isolation.relations import Bond, Permit, Relations, Waiver
from isolation.rules import many_devices, many_networks, shared_device, shared_gateway, shared_public_ip
from isolation.rules.run import over_account

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.evidence import Seen

T = 100 * DAY
AGREED = Waiver("agreed", "shared-gateway", frozenset({1, 2}), T + DAY)


def met(*accounts: int, fact: str = "gateway_mac", apart: int = 0, sure: str = "certain") -> IdentifierGroup:
    """An identifier that these accounts used, each `apart` µs after the one before."""
    contacts = tuple(
        Contact(one, T + at * apart, T + at * apart, 1, confidence=sure)  # type: ignore[arg-type]  # a confidence
        for at, one in enumerate(accounts)
    )
    return IdentifierGroup(7, fact, "ab" * 16, contacts)


def said(rule: object, group: IdentifierGroup, relations: Relations) -> dict[str, Match]:
    """The findings by state."""
    return {match.state: match for match in rule.check(group, relations)}  # type: ignore[attr-defined]  # a rule


def accepted(*waivers: Waiver, **rest: object) -> Relations:
    """A policy with these waivers."""
    return Relations(waivers=waivers, moment=T, **rest)  # type: ignore[arg-type]  # fields of Relations


def test_a_waived_pair_is_kept_with_its_severity() -> None:
    """The finding is waived, as grave as it would be open, and names the waiver."""
    found = said(shared_gateway, met(1, 2), accepted(AGREED))
    assert set(found) == {"waived"}
    assert (found["waived"].severity, found["waived"].accounts) == ("high", (1, 2))
    assert found["waived"].reason.startswith("accepted by the waiver agreed: undeclared accounts")


def test_a_partner_that_the_waiver_does_not_name_keeps_the_finding_open() -> None:
    """The open part holds the stranger with both, the waived part the two."""
    found = said(shared_gateway, met(1, 2, 3), accepted(AGREED))
    assert {state: set(match.accounts) for state, match in found.items()} == {"open": {1, 2, 3}, "waived": {1, 2}}


@pytest.mark.parametrize(
    ("waiver", "state"),
    [
        (AGREED.replace(until=T), "open"),
        (AGREED.replace(until=T + 1), "waived"),
        (AGREED.replace(since=T), "waived"),
        (AGREED.replace(since=T + 1), "open"),
        (AGREED.replace(rule=""), "waived"),
        (AGREED.replace(rule="shared-bssid"), "open"),
        (AGREED.replace(identifiers=frozenset({7})), "waived"),
        (AGREED.replace(identifiers=frozenset({8})), "open"),
        (AGREED.replace(accounts=frozenset({1})), "open"),
    ],
)
def test_what_a_waiver_covers(waiver: Waiver, state: str) -> None:
    """Only its rule, its label's identifiers and its accounts, from its first moment until its end."""
    assert set(said(shared_gateway, met(1, 2), accepted(waiver))) == {state}


def test_a_declared_pair_is_declared_whatever_is_waived() -> None:
    """A declaration comes before a waiver."""
    household = Bond("household", frozenset({1, 2}))
    assert set(said(shared_gateway, met(1, 2), accepted(AGREED, bonds=(household,)))) == {"declared"}


def test_a_waived_device_id_alone_is_probable_too() -> None:
    """A waiver does not make a clone certain."""
    waiver = AGREED.replace(rule="")
    assert said(shared_device, met(1, 2, fact="device_id"), accepted(waiver))["waived"].confidence == "probable"


@pytest.mark.parametrize(
    ("sure", "sites", "severity"),
    [("certain", frozenset(), "high"), ("probable", frozenset(), "medium"), ("certain", frozenset({7}), "medium")],
)
def test_an_address_known_to_be_shared_is_not_high(sure: str, sites: frozenset[int], severity: str) -> None:
    """Behind a carrier's or a tunnel's address, or at a declared site, two accounts are medium at most."""
    found = said(shared_public_ip, met(1, 2, fact="public_ip", sure=sure), Relations(sites=sites))
    assert (found["open"].severity, found["open"].confidence) == (severity, sure)
    assert ("known to share" in found["open"].reason) is (severity == "medium")


@pytest.mark.parametrize(("gap", "severity"), [(DAY, "high"), (DAY + 1, "medium")])
def test_a_day_is_a_day(gap: int, severity: str) -> None:
    """24 hours apart is high, a moment more is medium."""
    assert said(shared_gateway, met(1, 2, apart=gap), Relations())["open"].severity == severity


@pytest.mark.parametrize(("gap", "sure"), [(30 * DAY, "certain"), (30 * DAY + 1, "weak")])
def test_an_address_is_weak_after_thirty_days(gap: int, sure: str) -> None:
    """30 days apart is certain, a moment more is weak; a router stays certain."""
    assert said(shared_public_ip, met(1, 2, fact="public_ip", apart=gap), Relations())["open"].confidence == sure
    assert said(shared_gateway, met(1, 2, apart=gap), Relations())["open"].confidence == "certain"


def course(fact: str, order: str, machines: str = "") -> AccountGroup:
    """One account whose sessions saw these values in turn, a day apart, each on a machine."""
    visits = []
    for at, name in enumerate(order):
        seen: list[Seen] = [(ord(name), fact, "certain")]
        if machines and machines[at] != "-":
            seen.append((1000 + ord(machines[at]), "device_id", "certain"))
        visits.append(Visit(at, 1, T + at * DAY, seen=tuple(seen)))
    sums = []
    for name in dict.fromkeys(order):
        when = [T + at * DAY for at, one in enumerate(order) if one == name]
        sums.append(Sighting(ord(name), fact, when[0], when[-1], len(when)))
    return AccountGroup(1, "cd" * 16, tuple(sums), tuple(visits))


@pytest.mark.parametrize(
    ("order", "machines", "severity", "words"),
    [
        ("abcdef", "mmmmmm", "info", "journey"),
        ("aabcdefa", "mmmmmmmm", "info", "journey"),
        ("abcdef", "", "low", "not read"),
        ("abcdef", "mmm-mm", "low", "not read"),
        ("abcdef", "mmmnnn", "medium", "several machines"),
        ("abcdefbc", "mmmmmmmm", "medium", "come again"),
        ("abacadaeafa", "mmmmmmmmmmm", "info", "journey"),
        ("abcabcdef", "mmmmmmmmm", "medium", "come again"),
    ],
)
def test_a_journey_is_told_from_scatter(order: str, machines: str, severity: str, words: str) -> None:
    """One machine, place after place, is a journey, home may come again; what comes again in between is scatter."""
    (match,) = many_networks.check(course("gateway_mac", order, machines), Relations())
    assert (match.severity, words in match.reason) == (severity, True)


@pytest.mark.parametrize(("order", "severity"), [("abcd", "low"), ("aabbccdd", "low"), ("abcda", "medium")])
def test_replacements_are_told_from_machines_in_use_at_once(order: str, severity: str) -> None:
    """Machines that follow each other, none again, are replacements."""
    (match,) = many_devices.check(course("device_id", order), Relations())
    assert match.severity == severity


def test_the_limit_counts_for_each_person_who_is_permitted() -> None:
    """Two people may use twice as many machines; one more is told, with the limit in words."""
    two = Relations(permits=(Permit(5, 1, True), Permit(6, 1, True)))
    assert list(many_devices.check(course("device_id", "abcdef"), two)) == []
    (match,) = many_devices.check(course("device_id", "abcdefg"), two)
    assert "6 are expected at most" in match.reason


def test_sessions_are_looked_at_only_past_the_limit() -> None:
    """Where sums settle it, no session is asked for; past the limit they are, once for both rules."""
    asked: list[int] = []

    def fill(group: AccountGroup) -> AccountGroup:
        asked.append(group.account)
        return course("device_id", "abcd")

    few = course("device_id", "abc").replace(visits=None)
    assert (list(over_account(few, Relations(), fill)), asked) == ([], [])
    many = course("device_id", "abcd").replace(visits=None)
    assert [match.severity for match in over_account(many, Relations(), fill)] == ["low"]
    assert asked == [1]
    for rule, group in ((many_devices, many), (many_networks, course("gateway_mac", "abcdef").replace(visits=None))):
        assert rule.needs_visits(group, Relations())
        assert not rule.needs_visits(group.replace(visits=()), Relations())


def test_values_thirty_days_apart_count_together() -> None:
    """30 days between the last use of one and the first of the next are within the window, a moment more is not."""

    def count(gap: int) -> int:
        sums = tuple(Sighting(at, "device_id", T + at * gap, T + at * gap, 1) for at in range(4))
        return len(
            list(many_devices.check(AccountGroup(1, "cd" * 16, sums), Relations(thresholds={"many-devices": 1})))
        )

    assert (count(30 * DAY), count(30 * DAY + 1)) == (1, 0)
