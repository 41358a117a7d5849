"""Rules about people, standings and waivers."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isolation.evidence import DAY, HOUR, Contact, IdentifierGroup, Match, Neighbourhood, OperatorGroup, Visit
from isolation.relations import Bond, Permit, Relations, Waiver
from isolation.rules import deactivated_contact, expired_waiver, missing_permission, shared_operator_login
from isolation.rules.links import Walk, certainly_met, steps_from, unsettled
from isolation.rules.run import over_operator

T = 100 * DAY
LI, WANG = 64 + 2, 96 + 2


def worked(*contacts: Contact, visits: tuple[Visit, ...] = ()) -> OperatorGroup:
    """What Li used."""
    return OperatorGroup(LI, "ef" * 16, contacts, visits)


def use(account: int, *moments: int) -> Contact:
    """An account's uses at these moments after T."""
    begins = tuple(T + moment for moment in moments)
    return Contact(account, begins[0], begins[-1], len(begins), uses=begins)


def missing(*contacts: Contact, relations: Relations) -> list[Match]:
    """What is said of Li's permissions."""
    return list(missing_permission.check(worked(*contacts), relations))


def permits(*found: Permit, **rest: object) -> Relations:
    """A policy with these permissions."""
    return Relations(permits=found, moment=T, **rest)  # type: ignore[arg-type]  # fields of Relations


def test_an_account_for_which_nobody_is_named_is_free() -> None:
    """Where the policy says nothing of who may use an account, nothing is missing."""
    assert missing(use(1, 0), relations=Relations()) == []
    assert missing(use(1, 0), relations=permits(Permit(WANG, 2, True))) == []


def test_once_somebody_is_named_everybody_else_lacks_a_permission() -> None:
    """High, open, about the operator, with each account and use that nothing permits."""
    (match,) = missing(use(1, 0, HOUR), use(3, 5), relations=permits(Permit(WANG, 1, True), Permit(LI, 3, True)))
    assert (match.severity, match.confidence, match.state, match.fact) == ("high", "certain", "open", "operator")
    assert (match.accounts, match.sessions, match.first, match.last) == ((1,), 2, T, T + HOUR)
    assert match.identifier == LI


def test_a_groups_operators_are_permitted_and_others_are_not() -> None:
    """People who work for a group may use its accounts, and naming them leaves others out."""
    agency = (Bond("agency", frozenset({1}), operators=frozenset({LI})),)
    others = (Bond("agency", frozenset({1}), operators=frozenset({WANG})),)
    nobody = (Bond("agency", frozenset({1})),)
    assert missing(use(1, 0), relations=Relations(agency)) == []
    assert len(missing(use(1, 0), relations=Relations(others))) == 1
    assert missing(use(1, 0), relations=Relations(nobody)) == []


@pytest.mark.parametrize(("since", "until", "found"), [
    (T, T + 1, 0), (T + 1, None, 1), (None, T, 1), (None, T + 1, 0), (T, None, 0),
])  # fmt: skip
def test_a_permission_counts_from_its_first_moment_until_its_end(
    since: int | None, until: int | None, found: int
) -> None:
    """From is included, until is not."""
    matches = missing(use(1, 0), relations=permits(Permit(LI, 1, True, "", since, until)))
    assert len(matches) == found
    assert all("did not hold at that time" in match.reason for match in matches)


def test_only_uses_outside_a_permission_are_counted() -> None:
    """Of three uses the one after the end is told, with its moment."""
    (match,) = missing(use(1, 0, HOUR, DAY), relations=permits(Permit(LI, 1, True, "", None, T + DAY)))
    assert (match.sessions, match.first, match.last) == (1, T + DAY, T + DAY)


def test_waived_and_open_accounts_of_one_operator_stand_apart() -> None:
    """A waiver covers the account that it names; the other stays open."""
    waiver = Waiver("agreed", "missing-permission", frozenset({1}), T + 1)
    relations = permits(Permit(WANG, 1, True), Permit(WANG, 2, True), waivers=(waiver,))
    found = {match.state: match.accounts for match in missing(use(1, 0), use(2, 0), relations=relations)}
    assert found == {"open": (2,), "waived": (1,)}


def test_single_uses_are_asked_for_where_a_permission_covers_some() -> None:
    """Sums settle what is wholly covered or not at all; in between the uses are filled in."""
    summed = use(1, 0, DAY).replace(uses=None)
    asked: list[OperatorGroup] = []

    def fill(group: OperatorGroup) -> OperatorGroup:
        asked.append(group)
        return worked(use(1, 0, HOUR, DAY))

    def said(*found: Permit) -> list[int]:
        return [match.sessions for match in over_operator(worked(summed), permits(*found), fill)]

    assert (said(Permit(LI, 1, True)), said(Permit(WANG, 1, True)), asked) == ([], [2], [])
    assert said(Permit(LI, 1, True, "", None, T + DAY)) == [1]
    assert len(asked) == 1


def login(*contacts: Contact, relations: Relations, visits: tuple[Visit, ...] = ()) -> list[Match]:
    """What is said of how Li logs in."""
    return list(shared_operator_login.check(worked(*contacts, visits=visits), relations))


def test_work_through_a_clients_credential_is_high() -> None:
    """One person is enough; the reason tells how many work so."""
    one = login(use(1, 0), relations=permits(Permit(LI, 1, False)))
    two = login(use(1, 0), relations=permits(Permit(LI, 1, False), Permit(WANG, 1, False)))
    assert [(match.severity, match.accounts, match.sessions) for match in (*one, *two)] == [("high", (1,), 1)] * 2
    assert (one[0].reason.startswith("an operator works"), two[0].reason.startswith("2 people work")) == (True, True)


def test_an_own_user_beside_the_credential_is_enough() -> None:
    """Who has a user permission at that time does not need the credential; before it, it counts."""
    both = permits(Permit(LI, 1, False), Permit(LI, 1, True, "", T + HOUR, None))
    assert login(use(1, HOUR), relations=both) == []
    assert [match.last for match in login(use(1, 0, HOUR), relations=both)] == [T]


def seat(machine: int, begin: int, end: int, channel: str = "ui") -> Visit:
    """A session of Li's on a machine."""
    return Visit(
        machine * 100 + begin // HOUR, 1, T + begin, T + end, operator=LI, channel=channel,
        seen=((machine, "device_id", "certain"),),
    )  # fmt: skip


def test_one_operator_at_two_machines_at_once_is_told() -> None:
    """Medium; one machine, one after the other, a remote desktop and an API are none."""

    def said(*visits: Visit) -> list[tuple[str, int]]:
        return [(match.severity, match.sessions) for match in login(relations=Relations(), visits=visits)]

    assert said(seat(5, 0, 2 * HOUR), seat(6, HOUR, 3 * HOUR)) == [("medium", 2)]
    assert said(seat(5, 0, 2 * HOUR), seat(5, HOUR, 3 * HOUR)) == []
    assert said(seat(5, 0, HOUR), seat(6, HOUR, 3 * HOUR)) == []
    assert said(seat(5, 0, 2 * HOUR, "remote"), seat(6, HOUR, 3 * HOUR)) == []
    assert said(seat(5, 0, 2 * HOUR), seat(6, HOUR, 3 * HOUR, "api")) == []


def place(number: int, *accounts: int, fact: str = "gateway_mac", **rest: object) -> IdentifierGroup:
    """A router that these accounts used on one day."""
    return IdentifierGroup(number, fact, f"{number:032x}", tuple(Contact(one, T, T, 1) for one in accounts), **rest)  # type: ignore[arg-type]


def around(*groups: IdentifierGroup, relations: Relations) -> dict[str, tuple[str, tuple[int, ...]]]:
    """What is said around the deactivated account 1: state and severity -> accounts."""
    found = deactivated_contact.check(Neighbourhood(1, "ab" * 16, groups), relations)
    return {f"{match.state} {match.severity}": match.accounts for match in found}  # type: ignore[misc]


def gone(**rest: object) -> Relations:
    """A policy in which account 1 is deactivated."""
    return Relations(standings={1: (("good", 1), ("deactivated", T + DAY))}, moment=T + 2 * DAY, **rest)  # type: ignore[arg-type]


def test_contact_is_graver_the_nearer_it_is() -> None:
    """Direct contact is critical, one account further high, all beyond medium, each told once."""
    chain = (place(10, 1, 2), place(11, 2, 3), place(12, 3, 4), place(13, 4, 5))
    assert around(*chain, relations=gone()) == {
        "open critical": (1, 2), "open high": (1, 3), "open medium": (1, 4, 5),
    }  # fmt: skip


def test_it_does_not_matter_when_the_standing_changed() -> None:
    """The contact at T counts before and after the change; a change to come and a reinstatement do not."""
    meeting = place(10, 1, 2)
    assert around(meeting, relations=gone()) == {"open critical": (1, 2)}
    assert around(meeting, relations=gone().replace(moment=T + DAY)) == {"open critical": (1, 2)}
    assert around(meeting, relations=gone().replace(moment=T + DAY - 1)) == {}
    back = gone().replace(standings={1: (("deactivated", 1), ("good", T))})
    assert around(meeting, relations=back) == {}


def test_the_reason_tells_both_standings_and_since_when() -> None:
    """The date of the deactivation and the other's standing are in words."""
    relations = gone().replace(standings={1: (("deactivated", 0),), 2: (("at_risk", 0),)})
    (match,) = deactivated_contact.check(Neighbourhood(1, "ab" * 16, (place(10, 1, 2),)), relations)
    assert match.reason == "direct contact with an account that is deactivated since 1970-01-01; the other is at risk"
    assert (match.confidence, match.part, match.sessions, match.first, match.last) == ("certain", "direct", 2, T, T)


def test_a_longer_chain_does_not_pass_through_a_declared_site() -> None:
    """Direct contact at a site counts; from there on only what is no site does."""
    office = frozenset({10})
    assert around(place(10, 1, 2), place(11, 2, 3), relations=gone(sites=office)) == {"open critical": (1, 2)}
    assert around(place(11, 1, 2), place(10, 2, 3), relations=gone(sites=office)) == {"open critical": (1, 2)}
    assert around(place(10, 1, 2, 3), relations=gone(sites=office)) == {"open critical": (1, 2, 3)}


def test_a_waiver_covers_the_pairs_that_it_names() -> None:
    """Of two direct contacts the named one is waived and stays critical."""
    waiver = Waiver("agreed", "deactivated-contact", frozenset({1, 2}), T + 3 * DAY)
    said = around(place(10, 1, 2, 3), relations=gone(waivers=(waiver,)))
    assert said == {"open critical": (1, 3), "waived critical": (1, 2)}
    late = gone(waivers=(waiver,)).replace(moment=T + 3 * DAY)
    assert around(place(10, 1, 2), relations=late) == {"open critical": (1, 2)}


def test_an_account_never_blocks_itself() -> None:
    """In the deactivated account's own verdict nothing is said of it, in another's only its own contact."""
    groups = (place(10, 1, 2), place(11, 1, 3))
    assert around(*groups, relations=gone(focus=1)) == {}
    assert around(*groups, relations=gone(focus=3)) == {"open critical": (1, 3)}


def test_only_certain_facts_carry_contact() -> None:
    """A probable contact, a group of access points and an uncorroborated device id carry none."""
    one, other = Contact(1, T, T, 1), Contact(2, T, T, 1)
    assert certainly_met(place(10, 1, 2), one, other)
    assert not certainly_met(place(10, 1, 2), one, other.replace(confidence="probable"))
    assert not certainly_met(place(10, 1, 2), one.replace(confidence="weak"), other)
    for fact in ("access_point", "site_ip", "wifi_scan", "device_id"):
        assert not certainly_met(place(10, 1, 2, fact=fact), one, other)
    assert certainly_met(place(10, 1, 2, fact="device_id", corroborated=(frozenset({1, 2}),)), one, other)
    assert not certainly_met(place(10, 1, 2, fact="device_id", corroborated=(frozenset({1, 3}),)), one, other)


@pytest.mark.parametrize(("gap", "met"), [(30 * DAY, True), (30 * DAY + 1, False)])
def test_a_public_address_carries_contact_for_thirty_days(gap: int, met: bool) -> None:
    """Uses 30 days apart are certain enough, a moment more is not; a time not known is near to nothing."""
    address = place(10, 1, 2, fact="public_ip")
    assert certainly_met(address, Contact(1, T, T, 1), Contact(2, T + gap, T + gap, 1)) is met
    assert not certainly_met(address, Contact(1, 0, 0, 1), Contact(2, T, T, 1))


def test_uses_of_an_address_are_asked_for_where_spans_meet() -> None:
    """Spans that lie apart settle who met; those that meet, or whose begin is not known, do not."""

    def ask(*spans: tuple[int, int], fact: str = "public_ip") -> bool:
        contacts = tuple(Contact(at, first, last, 2) for at, (first, last) in enumerate(spans))
        return unsettled(IdentifierGroup(10, fact, "ab" * 16, contacts))

    assert not ask((T, T + 1), (T + 2, T + 3))
    assert ask((T, T + 2), (T + 2, T + 3))
    assert ask((0, T), (T + 5, T + 6))
    assert not ask((T, T + 2), (T, T + 3), fact="gateway_mac")
    long, short, late = (
        Contact(1, T, T + 9, 2),
        Contact(2, T + 1, T + 2, 2, uses=(T + 1, T + 2)),
        Contact(3, T + 5, T + 6, 2),
    )
    assert unsettled(IdentifierGroup(10, "public_ip", "ab" * 16, (long, short, late)))
    assert not unsettled(IdentifierGroup(10, "public_ip", "ab" * 16, (long, short)))


@st.composite
def meetings(draw: st.DrawFn) -> tuple[tuple[IdentifierGroup, ...], frozenset[int]]:
    """Up to six identifiers that up to seven accounts used, at some confidence, and which of them are sites."""
    groups = []
    for number in range(draw(st.integers(1, 6))):
        accounts = draw(st.sets(st.integers(1, 7), min_size=1, max_size=4))
        contacts = []
        for one in sorted(accounts):
            begin = T + draw(st.integers(0, 40)) * DAY
            sure = draw(st.sampled_from(("certain", "probable")))
            contacts.append(Contact(one, begin, begin, 1, confidence=sure, uses=(begin,)))  # type: ignore[arg-type]
        fact = draw(st.sampled_from(("gateway_mac", "public_ip", "hardware_mac")))
        groups.append(IdentifierGroup(number, fact, f"{number:032x}", tuple(contacts)))
    return tuple(groups), frozenset(draw(st.sets(st.integers(0, 5), max_size=2)))


@given(meetings())
def test_distances_are_those_of_a_slow_search(told: tuple[tuple[IdentifierGroup, ...], frozenset[int]]) -> None:
    """The walk finds each account at the distance that looking at every pair gives."""
    groups, sites = told
    edges = {
        (one.account, other.account, group.identifier in sites)
        for group in groups
        for one, other in itertools.permutations(group.contacts, 2)
        if certainly_met(group, one, other)
    }
    distance, frontier = {1: 0}, [1]
    for number in frontier:
        for one, other, at_site in edges:
            if one == number and not at_site and other not in distance:
                distance[other] = distance[number] + 1
                frontier.append(other)
    distance |= dict.fromkeys([other for one, other, _ in edges if one == 1], 1)
    del distance[1]
    found = steps_from(1, groups, sites)
    assert {account: step.distance for account, step in found.items()} == distance
    for account, step in found.items():
        assert step.groups
        for group in step.groups:
            contacts = {contact.account: contact for contact in group.contacts}
            nearer = [contact for one, contact in contacts.items() if distance.get(one, 0) == step.distance - 1]
            assert any(certainly_met(group, one, contacts[account]) for one in nearer)


def test_a_walk_says_when_it_stopped() -> None:
    """With more accounts than asked for it does not come to an end."""
    groups = {number: place(number, number, number + 1) for number in range(1, 6)}
    walk = Walk(1, lambda account: [n for n in (account - 1, account) if n in groups], groups.__getitem__)
    assert not walk.run(2)
    assert len(walk.steps) == 2
    whole = Walk(1, lambda account: [n for n in (account - 1, account) if n in groups], groups.__getitem__)
    assert whole.run(100)
    assert sorted(whole.steps) == [2, 3, 4, 5, 6]


@pytest.mark.parametrize(("until", "found"), [(T, 1), (T + 1, 0)])
def test_a_waiver_expires_at_its_end(until: int, found: int) -> None:
    """At the moment of its end it has expired: low, open, naming its accounts."""
    waiver = Waiver("move", "", frozenset({2, 1}), until)
    matches = list(expired_waiver.check(waiver, Relations(moment=T)))
    assert [(one.severity, one.state, one.accounts) for one in matches] == [("low", "open", (1, 2))] * found
    assert list(expired_waiver.check(waiver, Relations(moment=T, focus=3))) == []
    assert len(list(expired_waiver.check(waiver, Relations(moment=T, focus=2)))) == found


def test_filled_uses_are_not_asked_for_again() -> None:
    """What is filled in settles both rules about people; sums that a period cuts do not."""
    cut = permits(Permit(LI, 1, False, "", None, T + DAY))
    for rule in (missing_permission, shared_operator_login):
        assert not rule.needs_uses(worked(use(1, 0, 2 * DAY)), cut)
        assert rule.needs_uses(worked(use(1, 0, 2 * DAY).replace(uses=None)), cut)


def test_a_waived_credential_is_kept_as_waived() -> None:
    """A waiver that names the account makes the finding waived, with its name; without one it is open."""
    waiver = Waiver("agreed", "", frozenset({1}), T + DAY)
    (waived,) = login(use(1, 0), relations=permits(Permit(LI, 1, False), waivers=(waiver,)))
    (open_one,) = login(use(1, 0), relations=permits(Permit(LI, 1, False)))
    assert (waived.state, open_one.state) == ("waived", "open")
    assert ("waiver agreed" in waived.reason, "waiver" in open_one.reason) == (True, False)


# --- presences: what workforce logs tell of people ---

OFFICE = 7 + 32  # an identifier that was learnt as the office


def present(relations: Relations, *moments: int) -> list[Match]:
    """What is said of Li, whom a log shows at the office at these moments after T."""
    seen = ((OFFICE, "gateway_mac", "certain"),)
    visits = tuple(Visit(at, 0, T + moment, operator=LI, seen=seen) for at, moment in enumerate(moments))
    return list(missing_permission.check(OperatorGroup(LI, "ef" * 16, (), presences=visits), relations))


def at_office(*found: Permit, **rest: object) -> Relations:
    """Accounts 1 and 2 are assigned to the office, with these permissions."""
    office = frozenset({"Office"})
    return permits(*found, labels={OFFICE: ("Office",)}, networks={1: office, 2: office}, **rest)


def test_a_presence_where_only_others_are_permitted_is_low_and_weak() -> None:
    """A person seen at the place of accounts that are for others is told of once, with those accounts and no use."""
    (match,) = present(at_office(Permit(WANG, 1, True), Permit(WANG, 2, True)), 0, HOUR)
    assert (match.severity, match.confidence, match.state, match.part) == ("low", "weak", "open", "presence")
    assert (match.accounts, match.sessions, match.first, match.last) == ((1, 2), 2, T, T + HOUR)
    (match,) = present(at_office(Permit(WANG, 1, True)), 0)
    assert match.accounts == (1,)


def test_a_presence_of_somebody_who_works_there_is_nothing() -> None:
    """A permission for one account of the place is enough; and a place whose accounts are for all says nothing."""
    assert present(at_office(Permit(WANG, 1, True), Permit(LI, 2, True)), 0) == []
    assert present(at_office(), 0) == []
    assert present(permits(Permit(WANG, 1, True)), 0) == []
    assert present(at_office(Permit(WANG, 1, True))) == []


def test_a_presence_can_be_waived() -> None:
    """A waiver that names the accounts keeps the finding, as waived."""
    waiver = Waiver("visit", "missing-permission", frozenset({1}), T + 1)
    (match,) = present(at_office(Permit(WANG, 1, True), waivers=(waiver,)), 0)
    assert match.state == "waived"
