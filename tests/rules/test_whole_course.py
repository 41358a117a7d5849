"""Whole findings about the course of sessions, every field of them."""

from __future__ import annotations

from isolation.digests import sha256
from isolation.evidence import (
    DAY,
    HOUR,
    Contact,
    IdentifierGroup,
    MachineGroup,
    Match,
    Visit,
    VisitGroup,
)
from isolation.relations import Bond, Relations, Waiver
from isolation.rules import (
    changed_after_refusal,
    changed_network,
    expired_waiver,
    overlapping_sessions,
    unassigned_device,
    unassigned_network,
    uncovered_period,
)

from .matches import DOUBT, TAG, T, accepts, only, waived

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.evidence import Seen

DEVICE, MAC, ROUTER, OTHER_ROUTER, ADDRESS, OTHER_ADDRESS, PREFIX, OTHER_PREFIX = range(10, 18)
FACTS = {
    DEVICE: "device_id", MAC: "hardware_mac", ROUTER: "gateway_mac", OTHER_ROUTER: "gateway_mac", ADDRESS: "public_ip",
    OTHER_ADDRESS: "public_ip", PREFIX: "public_prefix", OTHER_PREFIX: "public_prefix",
}  # fmt: skip


def saw(*identifiers: int, sure: str = "certain") -> tuple[Seen, ...]:
    """Identifiers as a session saw them."""
    return tuple((one, FACTS[one], sure) for one in identifiers)  # type: ignore[misc]  # a confidence


def visit(begin: int, seen: tuple[Seen, ...], account: int = 1, entry: int = 0, **rest: object) -> Visit:
    """A session `begin` µs after T."""
    return Visit(entry or begin // HOUR, account, T + begin, seen=seen, **rest)  # type: ignore[arg-type]


def visits(*found: Visit) -> VisitGroup:
    """One account's sessions."""
    return VisitGroup(1, TAG, found)


def test_a_refusal_and_what_followed() -> None:
    """The surest change counts; each begin once, from the first refusal to the last begin."""
    before = saw(MAC, ROUTER, ADDRESS)
    refusals = visit(0, before, refused=True), visit(HOUR, before, refused=True)
    by_proxy = visit(2 * HOUR, saw(MAC, ROUTER, OTHER_ADDRESS))
    match = Match(
        "changed-after-refusal", "high", "probable", "open", "public_ip", None, TAG, (1,), 1, T, T + 2 * HOUR,
        "begun within 24 hours of a refusal, on the same machine, with another network, proxy or MAC address" + DOUBT,
    )  # fmt: skip
    check = changed_after_refusal.check
    assert only(check(visits(*refusals, by_proxy), Relations())) == match
    assert only(check(visits(*refusals, by_proxy), accepts("changed-after-refusal"))) == waived(match)
    assert only(check(visits(*refusals, by_proxy), accepts("changed-network"))).state == "open"
    moved = visit(3 * HOUR, saw(MAC, OTHER_ROUTER))
    sure = only(check(visits(*refusals, by_proxy, moved), Relations()))
    told = (sure.confidence, sure.fact, sure.sessions, sure.last, sure.reason)
    reason = match.reason.removesuffix(DOUBT)
    assert told == ("certain", "gateway_mac", 2, T + 3 * HOUR, reason)
    faint = visit(3 * HOUR, saw(MAC, OTHER_ROUTER, sure="weak"))
    assert only(check(visits(*refusals, by_proxy, faint), Relations())).confidence == "probable"


def test_a_change_of_network_within_a_session() -> None:
    """An address that changes says why it is probable; a router of doubt says that; both are named in order."""
    check = changed_network.check
    address = visit(0, saw(ROUTER, ADDRESS), later=((T + 1, saw(ROUTER, OTHER_ADDRESS)),))
    match = Match(
        "changed-network", "medium", "probable", "open", "public_ip", None, TAG, (1,), 1, T, T + 1,
        "another public address came up within one session; it may be a tunnel that came up, or an address that the "
        "provider gave anew",
    )  # fmt: skip
    assert only(check(visits(address), Relations())) == match
    assert only(check(visits(address), accepts("changed-network"))) == waived(match)
    assert only(check(visits(address), accepts("changed-after-refusal"))) == match
    doubt = visit(DAY, saw(ROUTER, sure="probable"), later=((T + DAY + 2, saw(OTHER_ROUTER)),))
    only_doubt = only(check(visits(doubt), Relations()))
    assert only_doubt.reason == "another router came up within one session" + DOUBT
    faint = doubt.replace(seen=saw(ROUTER, sure="weak"))
    assert only(check(visits(address, faint), Relations())).confidence == "probable"
    both = only(check(visits(address, doubt.replace(seen=saw(ROUTER))), Relations()))
    assert (both.fact, both.confidence, both.sessions, both.last) == ("gateway_mac", "certain", 2, T + DAY + 2)
    assert both.reason == "another public address, another router came up within one session"


def test_the_change_is_that_between_two_looks() -> None:
    """Each look is compared with the one before, and the first change counts, of an IPv6 network too."""
    moving = visit(0, saw(ROUTER), later=((T + 1, saw(ROUTER)), (T + 2, saw(OTHER_ROUTER)), (T + 3, saw(ROUTER))))
    assert only(changed_network.check(visits(moving), Relations())).last == T + 2
    prefix = visit(0, saw(PREFIX), later=((T + 1, saw(OTHER_PREFIX)),))
    assert only(changed_network.check(visits(prefix), Relations())).fact == "public_prefix"


def test_a_session_off_its_label() -> None:
    """The fact, the labels in order and the last use are told, with the doubt where there is some."""
    relations = Relations(
        labels={MAC: ("desk",), ROUTER: ("van", "bus")}, machines={1: frozenset({"desk", "attic"})}, moment=T
    )
    away = (
        visit(0, (*saw(ROUTER), (20, "hardware_mac", "weak"), (21, "device_id", "probable"))),
        visit(HOUR, ((20, "hardware_mac", "weak"),)),
    )
    match = Match(
        "unassigned-device", "medium", "probable", "open", "device_id", None, TAG, (1,), 2, T, T + HOUR,
        "used outside attic, desk, which the policy assigns it to" + DOUBT,
    )  # fmt: skip
    check = unassigned_device.check
    assert only(check(visits(*away), relations)) == match
    waiver = Waiver("agreed", "unassigned-device", frozenset({1}), T + DAY)
    assert only(check(visits(*away), relations.replace(waivers=(waiver,)))) == waived(match)
    other = waiver.replace(rule="unassigned-network")
    assert only(check(visits(*away), relations.replace(waivers=(other,)))) == match
    named = relations.replace(labels={MAC: ("desk",), 20: ("van", "bus")})
    assert only(check(visits(*away), named)).reason == (
        "used outside attic, desk, which the policy assigns it to; at bus, van" + DOUBT
    )


def test_a_session_off_its_network() -> None:
    """The fact that tells most of a place stands for it, and what is certain says no doubt."""
    relations = Relations(labels={19: ("office",)}, networks={1: frozenset({"office"})}, moment=T)
    away = visit(0, (*saw(ADDRESS, ROUTER), (20, "bssid", "certain")))
    match = Match(
        "unassigned-network", "medium", "certain", "open", "gateway_mac", None, TAG, (1,), 1, T, T,
        "used outside office, which the policy assigns it to",
    )  # fmt: skip
    assert only(unassigned_network.check(visits(away), relations)) == match
    assert list(unassigned_network.check(visits(away), relations.replace(networks={2: frozenset({"office"})}))) == []


def test_a_machine_is_the_same_by_its_adapter_where_one_side_has_no_id() -> None:
    """A device id on one side alone settles nothing; then the adapter does."""
    refusal = visit(0, saw(DEVICE, MAC, ROUTER), refused=True)
    again = visit(HOUR, saw(MAC, OTHER_ROUTER))
    assert only(changed_after_refusal.check(visits(refusal, again), Relations())).fact == "gateway_mac"


def test_a_use_that_nothing_covers() -> None:
    """From the first to the last of them, and how they were told of; touching sessions cover as one."""
    told = visit(30 * HOUR, (), provenance="imported"), visit(40 * HOUR, (), provenance="declared")
    recorded = visit(0, (), end=T + 2 * HOUR)
    match = Match(
        "uncovered-period", "low", "certain", "open", "account", None, TAG, (1,), 2, T + 30 * HOUR, T + 40 * HOUR,
        "declared and imported uses that no recorded session covers",
    )  # fmt: skip
    check = uncovered_period.check
    assert only(check(visits(recorded, *told), Relations())) == match
    assert only(check(visits(recorded, *told), accepts("uncovered-period"))) == waived(match)
    assert only(check(visits(recorded, *told), accepts("expired-waiver"))) == match


def test_an_expired_waiver() -> None:
    """Its end stands for both times; its tag is that of its name in any case, so that its finding keeps its id."""
    waiver = Waiver("Move", "", frozenset({2, 1}), T)
    match = Match(
        "expired-waiver", "low", "certain", "open", "account", None, sha256(b"move").hexdigest()[:32], (1, 2), 0, T, T,
        "the waiver Move covers nothing any more",
    )  # fmt: skip
    assert only(expired_waiver.check(waiver, Relations(moment=T))) == match


def machine(*found: Visit, fact: str = "hardware_mac") -> MachineGroup:
    """One machine's sessions."""
    return MachineGroup(MAC if fact == "hardware_mac" else DEVICE, fact, TAG, found)


def test_an_overlap() -> None:
    """Accounts, sessions and times, the reason in each state, and what makes it less than certain."""
    check = overlapping_sessions.check
    two = visit(0, saw(DEVICE, MAC), 2, end=T + 9 * HOUR), visit(HOUR, saw(DEVICE, MAC), 1, end=T + 2 * HOUR)
    match = Match(
        "overlapping-sessions", "high", "certain", "open", "hardware_mac", MAC, TAG, (1, 2), 2, T, T + HOUR,
        "undeclared accounts were open at once on it",
    )  # fmt: skip
    assert only(check(machine(*two), Relations())) == match
    names = accepts("overlapping-sessions", 1, 2)
    more = names.waivers[0].replace(name="again", identifiers=frozenset({MAC}))
    agreed = only(check(machine(*two), names.replace(waivers=(*names.waivers, more))))
    assert (agreed.state, agreed.reason) == ("waived", "accepted by the waiver again, agreed")
    assert only(check(machine(*two), accepts("shared-device", 1, 2))) == match
    bonds = tuple(Bond(name, frozenset({1, 2})) for name in ("owner", "home"))
    declared = only(check(machine(*two), Relations(bonds)))
    assert (declared.severity, declared.reason) == ("info", "declared to belong together: home, owner")
    clone = only(check(machine(*(one.replace(seen=saw(DEVICE)) for one in two), fact="device_id"), Relations()))
    assert (clone.confidence, clone.identifier) == ("probable", DEVICE)
    assert clone.reason == match.reason + "; no permanent MAC address is shared, so it may be a cloned disk"
    doubt = only(check(machine(*(one.replace(seen=saw(MAC, sure="probable")) for one in two)), Relations()))
    assert (doubt.confidence, doubt.reason) == ("probable", match.reason)
    untold = only(check(machine(two[0].replace(end=None), two[1]), Relations()))
    assert (untold.confidence, untold.reason) == (
        "weak", match.reason + "; when the first session ended was not told",
    )  # fmt: skip


def test_several_reasons_of_harmless_overlaps_stand_side_by_side() -> None:
    """Each reason is told once, in order."""
    platforms = Relations(platforms={1: "amazon", 2: "ebay"})
    three = (
        visit(0, saw(MAC), 1, end=T + 9 * HOUR), visit(HOUR, saw(MAC), 2, end=T + 9 * HOUR),
        visit(2 * HOUR, saw(MAC), 2, 50, end=T + 9 * HOUR, channel="api"),
        visit(3 * HOUR, saw(MAC), 3, end=T + 9 * HOUR, channel="api"),
    )  # fmt: skip
    found = only(overlapping_sessions.check(machine(three[0], three[1]), platforms))
    assert found.reason == "the accounts are declared on different platforms (amazon, ebay)"
    quiet = machine(three[0].replace(channel="api"), three[2], three[3])
    said = only(overlapping_sessions.check(quiet, platforms.replace(platforms={1: "amazon", 2: "ebay", 3: "amazon"})))
    assert said.reason == "both only used it through API access, where one address for several stores is normal"


def test_reasons_of_harmless_overlaps_are_told_in_order() -> None:
    """Where some pairs are harmless for one reason and some for another, both are told."""
    relations = Relations(platforms={1: "amazon", 2: "ebay", 3: "ebay"})
    three = (
        visit(0, saw(MAC), 1, end=T + 9 * HOUR), visit(HOUR, saw(MAC), 2, end=T + 9 * HOUR, channel="api"),
        visit(2 * HOUR, saw(MAC), 3, end=T + 9 * HOUR, channel="api"),
    )  # fmt: skip
    match = only(overlapping_sessions.check(machine(*three), relations))
    assert match.reason == (
        "both only used it through API access, where one address for several stores is normal; the accounts are "
        "declared on different platforms (amazon, ebay)"
    )


def test_an_overlap_is_asked_for_under_its_own_waivers() -> None:
    """A waiver about another rule does not change which sessions are opened, and neither side's reach is forgotten."""

    def spans(*found: tuple[int, int, int]) -> IdentifierGroup:
        contacts = tuple(Contact(one, T + first, T + last, 2) for one, first, last in found)
        return IdentifierGroup(MAC, "hardware_mac", TAG, contacts)

    ask = overlapping_sessions.needs_visits
    home = Relations((Bond("home", frozenset({1, 2})),))
    assert not ask(spans((1, 0, HOUR), (2, HOUR, 2 * HOUR), (3, 30 * HOUR, 31 * HOUR)), home)
    assert ask(spans((1, 0, 40 * HOUR), (2, HOUR, 2 * HOUR), (3, 45 * HOUR, 50 * HOUR)), home)
    assert ask(spans((3, 0, HOUR), (1, 13 * HOUR, 14 * HOUR)), home)
    assert not ask(spans((3, 0, HOUR), (1, 13 * HOUR + 1, 14 * HOUR)), home)
