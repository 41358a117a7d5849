"""Whole findings about one identifier and several accounts, every field of them."""

from __future__ import annotations

import pytest

from isolation.evidence import DAY, HOUR, Contact, IdentifierGroup, Match
from isolation.model import UNDATED
from isolation.relations import Bond, Relations, Waiver
from isolation.rules import shared_device, shared_gateway, shared_hardware_mac, shared_public_ip
from isolation.rules.run import corroborate, over_identifier
from isolation.rules.sharing import needs_uses

from .matches import TAG, WITHIN, T, accepts, only, waived

UI, API = frozenset({"ui"}), frozenset({"api"})
BY_API = "both only used it through API access, where one address for several stores is normal"
APART = "the accounts are declared on different platforms (amazon, ebay)"


def at(account: int, *hours: int, channels: frozenset[str] = UI, **rest: object) -> Contact:
    """An account's uses, so many hours after T."""
    begins = tuple(T + hour * HOUR for hour in hours)
    return Contact(account, begins[0], begins[-1], len(begins), channels, uses=begins, **rest)  # type: ignore[arg-type]


def shared(*contacts: Contact, fact: str = "gateway_mac") -> IdentifierGroup:
    """One identifier with these contacts."""
    return IdentifierGroup(7, fact, TAG, contacts)


OPEN = Match("shared-gateway", "high", "certain", "open", "gateway_mac", 7, TAG, (1, 2), 3, T, T + 2 * HOUR, WITHIN)


def test_an_open_finding() -> None:
    """Uses are summed, from the first to the last."""
    assert only(shared_gateway.check(shared(at(1, 0, 2), at(2, 1)), Relations())) == OPEN


def test_a_waived_finding() -> None:
    """It is as grave, with every waiver that names both; one about another rule is none."""
    group = shared(at(1, 0, 2), at(2, 1))
    assert only(shared_gateway.check(group, accepts("shared-gateway", 1, 2))) == waived(OPEN)
    assert only(shared_gateway.check(group, accepts("shared-bssid", 1, 2))) == OPEN
    two = accepts("shared-gateway", 1, 2, 3)
    more = two.waivers[0].replace(name="again", accounts=frozenset({1, 3}))
    three = shared(at(1, 0, 2), at(2, 1), at(3, 1))
    told = only(shared_gateway.check(three, two.replace(waivers=(*two.waivers, more))))
    assert told == waived(OPEN.replace(accounts=(1, 3, 2), sessions=4), "again, agreed")


def test_a_declared_finding() -> None:
    """It names all groups that say so, and is certain where its contacts are."""
    bonds = Bond("owner", frozenset({1, 2})), Bond("home", frozenset({1, 2, 3})), Bond("attic", frozenset({2, 3}))
    group = shared(at(1, 0, 2), at(2, 1))
    declared = OPEN.replace(severity="info", state="declared", reason="declared to belong together: home, owner")
    assert only(shared_gateway.check(group, Relations(bonds))) == declared
    three = only(shared_gateway.check(shared(at(1, 0, 2), at(2, 1), at(3, 1)), Relations(bonds)))
    assert three.reason == "declared to belong together: attic, home, owner"


def test_harmless_findings() -> None:
    """Through API alone, or on declared platforms, it is open information that says which, as sure as the judge."""
    quiet = shared(at(1, 0, 2, channels=API), at(2, 1, channels=API))
    harmless = OPEN.replace(severity="info", reason=BY_API)
    assert only(shared_gateway.check(quiet, Relations())) == harmless
    platforms = Relations(platforms={1: "ebay", 2: "amazon"})
    assert only(shared_gateway.check(shared(at(1, 0, 2), at(2, 1)), platforms)) == harmless.replace(reason=APART)
    both = shared(at(1, 0, channels=API), at(2, 1), at(3, 2, channels=API))
    said = only(shared_gateway.check(both, Relations(platforms={1: "amazon", 2: "ebay", 3: "amazon"})))
    assert (said.severity, said.reason) == ("info", f"{BY_API}; {APART}")
    assert only(
        shared_gateway.check(shared(at(1, 0), at(2, 1)), platforms.replace(platforms={1: "ebay"}))
    ).severity == ("high")
    late = shared(at(1, 0, channels=API), at(2, 40 * 24, channels=API), fact="public_ip")
    assert only(shared_public_ip.check(late, Relations())).confidence == "weak"


def test_at_a_site_an_address_is_known_to_be_shared() -> None:
    """What the policy says of the place, and a reading of doubt, both keep an address from being high."""
    group = shared(at(1, 0), at(2, 1), fact="public_ip")
    site = Relations(sites=frozenset({7}))
    told = [only(shared_public_ip.check(group, one)) for one in (site, Relations(sites=frozenset({8})))]
    assert [(one.severity, one.confidence) for one in told] == [("medium", "certain"), ("high", "certain")]
    doubtful = shared(at(1, 0, confidence="probable"), at(2, 1), fact="public_ip")
    one = only(shared_public_ip.check(doubtful, Relations()))
    assert (one.severity, one.confidence) == ("medium", "probable")
    assert one.reason == WITHIN + "; others are known to share this address"
    accepted = site.replace(waivers=accepts("shared-public-ip", 1, 2).waivers, moment=T)
    assert only(shared_public_ip.check(group, accepted)).severity == "medium"


@pytest.mark.parametrize(
    ("first", "second", "severity"),
    [
        ((0, 100), (50,), "medium"),
        ((0, 100), (76,), "high"),
        ((0, 100), (75, 300), "medium"),
        ((0,), (24,), "high"),
        ((0,), (25,), "medium"),
    ],
)
def test_the_nearest_two_uses_count(first: tuple[int, ...], second: tuple[int, ...], severity: str) -> None:
    """Of different accounts, taken alike by the policy or not, on whichever side."""
    for relations in (Relations(), Relations(platforms={1: "amazon"}), Relations(focus=1)):
        for group in (shared(at(1, *first), at(2, *second)), shared(at(2, *first), at(1, *second))):
            assert only(shared_gateway.check(group, relations)).severity == severity


def test_an_accounts_own_uses_hide_no_meeting() -> None:
    """Between two uses of one account an earlier one of another is still near, as is a later one."""
    for hours in ((0, 20, 22), (0, 2, 22)):
        group = shared(at(1, hours[0]), at(2, *(hour + 100 for hour in hours)), at(3, *hours[1:]))
        assert only(shared_gateway.check(group, Relations())).severity == "high"
    group = shared(at(1, 0, 30), at(2, 1000), at(3, 53))
    assert only(shared_gateway.check(group, Relations())).severity == "high"


def test_some_uses_without_a_time() -> None:
    """The first time known is the first; where none is near, it is medium."""
    half = Contact(1, UNDATED, T, 2, uses=(UNDATED, T))
    match = only(shared_gateway.check(shared(half, at(2, 40)), Relations()))
    assert (match.severity, match.first, match.last) == ("medium", T, T + 40 * HOUR)


def test_uses_are_asked_for_at_the_edge() -> None:
    """Uses 24 hours apart settle it, spans that touch do not, and a waiver of another rule is none."""

    def summed(*spans: tuple[int, int]) -> IdentifierGroup:
        return shared(*(at(number, *span).replace(uses=None) for number, span in enumerate(spans, start=1)))

    assert not needs_uses("shared-gateway", summed((0, 100), (24, 90)), Relations())
    assert needs_uses("shared-gateway", summed((0, 100), (25, 75)), Relations())
    assert needs_uses("shared-gateway", summed((0, 100), (100, 200)), Relations(), within=-1)
    assert not needs_uses("shared-gateway", summed((0, 100), (101, 200)), Relations(), within=-1)
    filled = shared(at(1, 0, 100), at(2, 40, 60))
    assert not needs_uses("shared-gateway", filled, Relations())
    three = summed((0, 100), (25, 75), (0, 0))
    other = accepts("shared-bssid", 1, 2)
    assert not needs_uses("shared-gateway", three, other)
    assert needs_uses("shared-gateway", three, accepts("shared-gateway", 1, 2))


def test_uses_are_filled_in_under_the_rule_that_asks() -> None:
    """A waiver of the rule itself makes the waived pair's question one of its own."""
    spans = {1: (0, 100), 2: (25, 75), 3: (0, 0)}
    summed = shared(*(at(number, *span).replace(uses=None) for number, span in spans.items()))
    asked: list[int] = []

    def fill(group: IdentifierGroup) -> IdentifierGroup:
        asked.append(group.identifier)
        return shared(at(1, 0, 50, 100), at(2, 25, 75), at(3, 0, 0))

    found = list(over_identifier(summed, accepts("shared-gateway", 1, 2), fill))
    assert (asked, {one.state: one.severity for one in found}) == ([7], {"open": "high", "waived": "medium"})


def test_a_machine_is_shared_whenever_it_was() -> None:
    """A device's declared finding stays certain; one adapter of two accounts corroborates their id alone."""
    reason = "the accounts were used on one device and are not declared to belong together"
    group = shared(at(1, 0, 2), at(2, 1), fact="hardware_mac")
    match = OPEN.replace(rule="shared-hardware-mac", fact="hardware_mac", reason=reason)
    assert only(shared_hardware_mac.check(group, Relations())) == match
    device = group.replace(fact="device_id", corroborated=(frozenset({1}), frozenset({2, 3})))
    clone = only(shared_device.check(device, Relations()))
    assert (clone.confidence, clone.reason) == (
        "probable", reason + "; no permanent MAC address is shared, so it may be a cloned disk",
    )  # fmt: skip
    declared = only(shared_device.check(device, Relations((Bond("home", frozenset({1, 2})),))))
    assert (declared.confidence, declared.reason) == ("certain", "declared to belong together: home")
    sure = device.replace(corroborated=(frozenset({1, 2}),))
    accepted = only(shared_device.check(sure, accepts("shared-device", 1, 2)))
    assert (accepted.state, accepted.confidence) == ("waived", "certain")
    assert tuple(corroborate([group], [group])) == (group,)
    (lone,) = corroborate([device], [group.replace(contacts=group.contacts[:1])])
    assert lone.corroborated == ()


def test_a_pair_that_is_waived_by_one_name_and_open_by_another_stands_twice() -> None:
    """The stranger's finding is open with both, and the waiver's own keeps its severity."""
    waivers = (Waiver("agreed", "", frozenset({1, 2}), T + DAY),)
    group = shared(at(1, 0), at(2, 100), at(3, 1))
    found = {one.state: one for one in shared_gateway.check(group, Relations(waivers=waivers, moment=T))}
    assert (found["open"].severity, set(found["open"].accounts)) == ("high", {1, 2, 3})
    assert (found["waived"].severity, found["waived"].accounts) == ("medium", (1, 2))
