"""The shared logic of rules about one identifier, against a slow oracle that looks at every pair."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from isolation.evidence import DAY, HOUR, Contact, IdentifierGroup, Match
from isolation.model import UNDATED
from isolation.relations import Bond, Relations
from isolation.rules import shared_device, shared_gateway, shared_public_ip
from isolation.rules.run import over_identifier
from isolation.rules.sharing import needs_uses


@st.composite
def contacts(draw: st.DrawFn) -> tuple[Contact, ...]:
    """One contact for each of two to six accounts, with every use known."""
    found = []
    for account in range(draw(st.integers(2, 6))):
        uses = tuple(sorted(draw(st.lists(st.integers(0, 90 * 24), min_size=1, max_size=5))))
        moments = tuple((1 + hour) * HOUR for hour in uses)
        channels = frozenset(draw(st.sets(st.sampled_from(("ui", "api")), min_size=1)))
        found.append(Contact(account, moments[0], moments[-1], len(moments), channels, "certain", moments))
    return tuple(found)


@st.composite
def relations(draw: st.DrawFn) -> Relations:
    """Up to three declared groups and a platform for some accounts."""
    bonds = tuple(
        Bond(f"group {number}", frozenset(draw(st.sets(st.integers(0, 5), max_size=4))))
        for number in range(draw(st.integers(0, 3)))
    )
    platforms = draw(st.dictionaries(st.integers(0, 5), st.sampled_from(("amazon", "ebay"))))
    return Relations(bonds, platforms)


def _group_of(members: tuple[Contact, ...], fact: str = "gateway_mac") -> IdentifierGroup:
    return IdentifierGroup(1, fact, "ab" * 16, members)


def _declared(one: Contact, other: Contact, policy: Relations) -> bool:
    return any({one.account, other.account} <= bond.accounts for bond in policy.bonds)


def _harmless(one: Contact, other: Contact, policy: Relations) -> bool:
    platforms = [policy.platforms.get(contact.account, "") for contact in (one, other)]
    api = one.channels == other.channels == {"api"}
    return api or (all(platforms) and platforms[0] != platforms[1])


def _nearest(one: Contact, other: Contact) -> int:
    return min(abs(first - second) for first in one.moments() for second in other.moments())


def _open_match(found: list[Match]) -> Match | None:
    return next((match for match in found if match.state == "open"), None)


@given(contacts(), relations())
def test_a_shared_network_is_judged_as_its_pairs_are(members: tuple[Contact, ...], policy: Relations) -> None:
    """Accounts, state and severity of a shared network are those that looking at every pair gives."""
    found = list(shared_gateway.check(_group_of(members), policy))
    pairs = list(itertools.combinations(members, 2))
    undeclared = [(a, b) for a, b in pairs if not _declared(a, b, policy)]
    grave = [(a, b) for a, b in undeclared if not _harmless(a, b, policy)]
    match = _open_match(found)
    if not undeclared:
        assert match is None
    else:
        assert match is not None
        assert set(match.accounts) == {contact.account for pair in undeclared for contact in pair}
        near = any(_nearest(a, b) <= DAY for a, b in grave)
        assert match.severity == ("high" if near else "medium" if grave else "info")
    declared_accounts = {c.account for a, b in pairs if _declared(a, b, policy) for c in (a, b)}
    kept = {account for match in found if match.state == "declared" for account in match.accounts}
    assert kept == declared_accounts


@given(contacts(), relations(), st.randoms())
def test_the_order_of_contacts_changes_nothing(members: tuple[Contact, ...], policy: Relations, chance: object) -> None:
    """A rule says the same of the same contacts in any order."""
    shuffled = list(members)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random

    def said(of: tuple[Contact, ...]) -> set[tuple[object, ...]]:
        found = shared_public_ip.check(_group_of(of, "public_ip"), policy)
        return {(m.state, m.severity, m.confidence, frozenset(m.accounts), m.sessions, m.reason) for m in found}

    assert said(members) == said(tuple(shuffled))


@given(contacts(), relations())
def test_first_and_last_uses_settle_what_they_are_said_to_settle(
    members: tuple[Contact, ...], policy: Relations
) -> None:
    """Where the single uses are not asked for, the severity is the same without them."""
    summed = tuple(contact.replace(uses=None) for contact in members)
    if needs_uses("shared-gateway", _group_of(summed), policy):
        return
    full = _open_match(list(shared_gateway.check(_group_of(members), policy)))
    short = _open_match(list(shared_gateway.check(_group_of(summed), policy)))
    assert (full and full.severity) == (short and short.severity)


@given(contacts(), relations(), st.integers(0, 5))
def test_a_verdict_counts_only_the_meetings_of_its_own_account(
    members: tuple[Contact, ...], policy: Relations, focus: int
) -> None:
    """With a focus, the accounts found are the focus and those it has an undeclared meeting with."""
    mine = next((contact for contact in members if contact.account == focus), None)
    found = list(shared_device.check(_group_of(members, "device_id"), policy.replace(focus=focus)))
    if mine is None:
        return
    partners = {c.account for c in members if c is not mine and not _declared(mine, c, policy)}
    match = _open_match(found)
    assert (set(match.accounts) if match else set()) == (partners | {focus} if partners else set())


def test_uses_are_asked_for_only_where_first_and_last_leave_the_question_open() -> None:
    """A group whose spans overlap without near ends gets its uses; one whose spans lie apart does not."""
    asked: list[int] = []

    def with_uses(group: IdentifierGroup) -> IdentifierGroup:
        asked.append(group.identifier)
        filled = (
            group.contacts[0].replace(uses=(DAY, 100 * DAY)),
            group.contacts[1].replace(uses=(40 * DAY, 60 * DAY)),
        )
        return group.replace(contacts=filled)

    overlapping = _group_of((Contact(1, DAY, 100 * DAY, 2), Contact(2, 40 * DAY, 60 * DAY, 2)))
    apart = _group_of((Contact(1, DAY, 10 * DAY, 2), Contact(2, 40 * DAY, 60 * DAY, 2)))
    severities = [
        [match.severity for match in over_identifier(group, Relations(), with_uses)] for group in (overlapping, apart)
    ]
    assert severities == [["medium"], ["medium"]]
    assert asked == [1]


def test_a_group_covers_only_contacts_within_its_period() -> None:
    """Accounts declared together since a date stay open for a contact before it."""
    members = (Contact(1, 10 * DAY, 10 * DAY, 1), Contact(2, 10 * DAY, 10 * DAY, 1))
    late = Relations((Bond("household", frozenset({1, 2}), 20 * DAY, None),))
    early = Relations((Bond("household", frozenset({1, 2}), 5 * DAY, None),))
    assert [match.state for match in shared_gateway.check(_group_of(members), late)] == ["open"]
    assert [match.state for match in shared_gateway.check(_group_of(members), early)] == ["declared"]


def test_two_spellings_of_one_account_do_not_collide() -> None:
    """An alias is folded before any rule looks."""
    members = (Contact(1, DAY, DAY, 1), Contact(2, DAY, DAY, 1))
    assert list(over_identifier(_group_of(members), Relations(aliases={2: 1}), lambda group: group)) == []


def test_a_device_id_alone_is_only_probable() -> None:
    """Without a shared permanent MAC address a shared device id may be a cloned disk, and says so."""
    members = (Contact(1, DAY, DAY, 1), Contact(2, DAY, DAY, 1))
    alone = _group_of(members, "device_id")
    (weaker,) = shared_device.check(alone, Relations())
    (certain,) = shared_device.check(alone.replace(corroborated=(frozenset({1, 2}),)), Relations())
    assert (weaker.confidence, certain.confidence) == ("probable", "certain")
    assert "cloned" in weaker.reason


def test_a_public_address_months_apart_is_weak() -> None:
    """A public address whose nearest uses lie more than 30 days apart is reported, as weak."""
    members = (Contact(1, DAY, DAY, 1), Contact(2, 32 * DAY, 32 * DAY, 1))
    (match,) = shared_public_ip.check(_group_of(members, "public_ip"), Relations())
    assert (match.severity, match.confidence) == ("medium", "weak")


def test_a_use_without_a_time_is_a_contact_and_near_to_nothing() -> None:
    """Accounts that share a network at times not known collide at medium, and the times known are shown."""
    members = (Contact(1, UNDATED, UNDATED, 2), Contact(2, UNDATED, UNDATED, 1))
    (match,) = shared_gateway.check(_group_of(members), Relations())
    assert (match.severity, match.first, match.last) == ("medium", UNDATED, UNDATED)
    dated = (members[0], Contact(2, 5 * DAY, 5 * DAY, 1))
    (match,) = shared_gateway.check(_group_of(dated), Relations())
    assert (match.severity, match.first, match.last) == ("medium", 5 * DAY, 5 * DAY)


def test_a_contact_with_some_times_known_is_settled_by_its_uses() -> None:
    """Where one use of an account has no time, its other uses are asked for before the severity is told."""
    summed = (Contact(1, UNDATED, 9 * DAY, 3), Contact(2, 5 * DAY, 5 * DAY, 1))
    assert needs_uses("shared-gateway", _group_of(summed), Relations())
    full = (Contact(1, UNDATED, 9 * DAY, 3, uses=(UNDATED, 5 * DAY + HOUR, 9 * DAY)), summed[1])
    (match,) = shared_gateway.check(_group_of(full), Relations())
    assert (match.severity, match.first) == ("high", 5 * DAY)


def test_a_meeting_is_as_sure_as_its_weaker_contact() -> None:
    """Two certain contacts that are declared together do not make a weak stranger's meeting with them certain."""
    members = (Contact(1, DAY, DAY, 1, confidence="weak"), Contact(2, DAY, DAY, 1), Contact(3, DAY, DAY, 1))
    household = Relations((Bond("household", frozenset({2, 3})),))
    found = {match.state: match.confidence for match in shared_gateway.check(_group_of(members), household)}
    assert found == {"open": "weak", "declared": "certain"}


def test_a_declared_pairs_adapter_corroborates_no_stranger() -> None:
    """A permanent MAC shared by a declared pair does not make a stranger's shared device id certain."""
    members = tuple(Contact(account, DAY, DAY, 1) for account in (1, 2, 3))
    group = _group_of(members, "device_id").replace(corroborated=(frozenset({2, 3}),))
    household = Relations((Bond("household", frozenset({2, 3})),))
    found = {match.state: match.confidence for match in shared_device.check(group, household)}
    assert found == {"open": "probable", "declared": "certain"}
