"""Whole findings about people and standings, every field of them."""

from __future__ import annotations

from isolation.evidence import (
    DAY,
    HOUR,
    Contact,
    IdentifierGroup,
    Match,
    Neighbourhood,
    OperatorGroup,
    Visit,
)
from isolation.model import UNDATED
from isolation.relations import Permit, Relations, Waiver
from isolation.rules import (
    deactivated_contact,
    missing_permission,
    shared_operator_login,
)
from isolation.rules.links import Walk, steps_from

from .matches import DOUBT, LI, TAG, WANG, T, accepts, only, use, waived, worked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.evidence import Seen


def test_a_missing_permission() -> None:
    """Both reasons stand side by side; a waiver's names are told in order, and nothing of them where there is none."""
    check = missing_permission.check
    permits = Permit(WANG, 1, True), Permit(LI, 2, True, "", None, T + HOUR), Permit(WANG, 3, True)
    match = Match(
        "missing-permission", "high", "certain", "open", "operator", LI, TAG, (1, 2), 3, T, T + 5 * HOUR,
        "the policy permits others to use it, and not this operator; what permits this operator to use it did not hold "
        "at that time",
    )  # fmt: skip
    assert only(check(worked(use(2, 0, HOUR), use(1, 0, 5 * HOUR)), Relations(permits=permits))) == match
    never = only(check(worked(use(1, 0, 5 * HOUR)), Relations(permits=permits)))
    assert (never.sessions, never.reason) == (2, "the policy permits others to use it, and not this operator")
    ended = only(check(worked(use(2, 0, 2 * HOUR)), Relations(permits=permits)))
    assert ended.reason == "what permits this operator to use it did not hold at that time"
    early = Relations(permits=(Permit(LI, 2, True, "", T + HOUR),))
    assert only(check(worked(use(2, 0, 2 * HOUR)), early)).last == T
    two = tuple(
        Waiver(name, "missing-permission", frozenset({one}), T + DAY) for name, one in (("second", 1), ("first", 3))
    )
    both = only(check(worked(use(1, 0), use(3, 0)), Relations(permits=permits, waivers=two, moment=T)))
    assert (both.state, both.accounts) == ("waived", (1, 3))
    assert both.reason == waived(never, "first, second").reason


def test_a_presence_where_only_others_are_permitted() -> None:
    """It is low and weak, from the first to the last of them, and a waiver of the rule accepts it."""
    relations = Relations(
        permits=(Permit(WANG, 1, True), Permit(WANG, 2, True)), labels={90: ("desk",)},
        machines={1: frozenset({"desk"}), 2: frozenset({"desk"})}, moment=T,
    )  # fmt: skip
    shown = tuple(Visit(at, 0, T + at * HOUR, seen=((90, "device_id", "certain"),)) for at in (1, 2))
    match = Match(
        "missing-permission", "low", "weak", "open", "operator", LI, TAG, (1, 2), 2, T + HOUR, T + 2 * HOUR,
        "another tool's log shows this operator where these accounts are assigned, and none of them permits that name",
        "presence",
    )  # fmt: skip
    group = OperatorGroup(LI, TAG, (), presences=shown)
    assert only(missing_permission.check(group, relations)) == match
    waiver = Waiver("agreed", "missing-permission", frozenset({1, 2}), T + DAY)
    assert only(missing_permission.check(group, relations.replace(waivers=(waiver,)))) == waived(match)
    other = waiver.replace(rule="shared-operator-login")
    assert only(missing_permission.check(group, relations.replace(waivers=(other,)))) == match


def test_uses_without_a_time_that_nothing_ever_permitted_are_counted() -> None:
    """Their number is told, their times as not known; the last one known is the last."""
    nobody = Relations(permits=(Permit(WANG, 1, True),))
    undated = Contact(1, UNDATED, UNDATED, 3)
    match = only(missing_permission.check(worked(undated), nobody))
    assert (match.sessions, match.first, match.last) == (3, UNDATED, UNDATED)
    half = Contact(1, UNDATED, T, 2)
    assert only(missing_permission.check(worked(half), nobody)).last == T


def test_a_clients_credential() -> None:
    """How many people work so, through which accounts, and who accepts it."""
    check = shared_operator_login.check
    permits = Permit(LI, 1, False), Permit(LI, 2, False), Permit(WANG, 2, False), Permit(WANG, 1, True)
    match = Match(
        "shared-operator-login", "high", "certain", "open", "operator", LI, TAG, (1, 2), 3, T, T + 2 * HOUR,
        "2 people work through a client's credential, and not under user permissions of their own", "credential",
    )  # fmt: skip
    assert only(check(worked(use(2, HOUR, 2 * HOUR), use(1, 0)), Relations(permits=permits))) == match
    summed = worked(use(2, HOUR, 2 * HOUR, uses=None).replace(count=7), use(1, 0))
    assert only(check(summed, Relations(permits=permits))).sessions == 8
    ended = Relations(permits=(Permit(LI, 1, False, "", None, T + HOUR),))
    assert only(check(worked(use(1, 0, HOUR, 2 * HOUR)), ended)).sessions == 1
    alone = match.replace(
        accounts=(1,), sessions=1, last=T,
        reason="an operator works through a client's credential, and not under user permissions of their own",
    )  # fmt: skip
    assert only(check(worked(use(1, 0)), accepts("shared-operator-login", 1, permits=permits))) == waived(alone)
    assert only(check(worked(use(1, 0)), accepts("missing-permission", 1, permits=permits))) == alone
    apart = check(worked(use(1, 0), use(2, HOUR)), accepts("shared-operator-login", 1, permits=permits))
    assert {one.state: one.accounts for one in apart} == {"open": (2,), "waived": (1,)}


def test_credentials_that_several_waivers_accept_name_them_all() -> None:
    """Each account's waiver is named, in order."""
    waivers = tuple(Waiver(name, "", frozenset({one}), T + DAY) for name, one in (("second", 1), ("first", 2)))
    permits = Permit(LI, 1, False), Permit(LI, 2, False)
    match = only(shared_operator_login.check(worked(use(1, 0), use(2, 0)), Relations(permits=permits, waivers=waivers)))
    assert (match.state, match.reason.partition(":")[0]) == ("waived", "accepted by the waiver first, second")


def test_a_credential_counts_while_it_is_permitted() -> None:
    """From its first moment until its end, and both are reasons to look at single uses."""
    for since, until, found in ((T, T + 1, 1), (T + 1, None, 0), (None, T, 0), (None, T + 1, 1)):
        permits = Relations(permits=(Permit(LI, 1, False, "", since, until),))
        assert len(list(shared_operator_login.check(worked(use(1, 0)), permits))) == found
        asked = shared_operator_login.needs_uses(worked(use(1, 0, uses=None)), permits)
        assert asked is (found == 0)
    others = Relations(permits=(Permit(WANG, 1, False, "", T + 1),))
    assert not shared_operator_login.needs_uses(worked(use(1, 0, uses=None)), others)


def seat(number: int, begin: int, account: int, sure: str = "certain") -> Visit:
    """A session of Li's on a machine, for two hours."""
    seen: tuple[Seen, ...] = ((number, "device_id", sure),)  # type: ignore[assignment]  # a confidence
    return Visit(number, account, T + begin, T + begin + 2 * HOUR, operator=LI, seen=seen)


def test_one_operator_at_two_machines() -> None:
    """The surest pair counts; sessions and accounts are told once each."""
    check = shared_operator_login.check
    course = seat(5, 0, 2), seat(6, HOUR, 1)
    match = Match(
        "shared-operator-login", "medium", "certain", "open", "operator", LI, TAG, (1, 2), 2, T, T + HOUR,
        "one operator's sessions were open at once on two machines", "machines",
    )  # fmt: skip
    assert only(check(worked(course=course), Relations())) == match
    assert only(check(worked(course=course), accepts("shared-operator-login", 1, 2))) == waived(match)
    assert only(check(worked(course=course), accepts("missing-permission", 1, 2))) == match
    doubt = only(check(worked(course=(seat(5, 0, 2, "probable"), seat(6, HOUR, 1))), Relations()))
    assert doubt == match.replace(confidence="probable", reason=match.reason + DOUBT)
    three = only(
        check(worked(course=(seat(5, 0, 2, "weak"), seat(6, HOUR, 1, "probable"), seat(7, HOUR, 1))), Relations())
    )
    assert (three.confidence, three.sessions) == ("probable", 3)
    adapters = ((90, "hardware_mac", "certain"),), ((91, "hardware_mac", "certain"),)
    wired = seat(5, 0, 2).replace(seen=(*course[0].seen, *adapters[0])), seat(6, HOUR, 1).replace(seen=adapters[1])
    assert only(check(worked(course=wired), Relations())) == match
    unread = Visit(8, 1, T + HOUR, T + 2 * HOUR, operator=LI)
    assert list(check(worked(course=(course[0], unread)), Relations())) == []


def gone(**rest: object) -> Relations:
    """A policy in which account 1 is deactivated."""
    standings = {1: (("deactivated", 0),), 2: (("good", 0),), 3: (("at_risk", 0),), 4: (("deactivated", 0),)}
    return Relations(standings=standings, moment=T, **rest)  # type: ignore[arg-type]


def place(number: int, *accounts: int, fact: str = "gateway_mac", count: int = 1) -> IdentifierGroup:
    """An identifier that these accounts used on one day."""
    return IdentifierGroup(number, fact, f"{number:032x}", tuple(Contact(one, T, T, count) for one in accounts))


def test_contact_with_a_deactivated_account() -> None:
    """Every standing is told once, in its order; a waiver's names too; the fact that links best stands for it."""
    groups = place(10, 1, 2, 3, 4, 5, count=2), place(11, 1, 2, fact="public_ip"), place(12, 5, 6)
    around = Neighbourhood(1, TAG, groups)
    direct, near = deactivated_contact.check(around, gone())
    assert direct == Match(
        "deactivated-contact", "critical", "certain", "open", "public_ip", None, TAG, (1, 2, 3, 4, 5), 10, T, T,
        "direct contact with an account that is deactivated since 1970-01-01; the others are in good standing, or at "
        "risk, or deactivated too, or of a standing that was not told",
        "direct",
    )  # fmt: skip
    assert near == Match(
        "deactivated-contact", "high", "certain", "open", "gateway_mac", None, TAG, (1, 6), 1, T, T,
        "one account away from an account that is deactivated since 1970-01-01; the other is of a standing that was "
        "not told",
        "near",
    )  # fmt: skip


def test_acknowledged_contact_names_its_waivers() -> None:
    """What is waived at one distance comes together under the waivers' names, in order."""
    waivers = tuple(
        Waiver(name, "deactivated-contact", frozenset({1, other}), T + 1) for name, other in (("b", 2), ("a", 3))
    )
    around = Neighbourhood(1, TAG, (place(10, 1, 2, 3),))
    (match,) = deactivated_contact.check(around, gone(waivers=waivers))
    assert (match.state, match.accounts) == ("waived", (1, 2, 3))
    assert match.reason == (
        "accepted by the waiver a, b: direct contact with an account that is deactivated since 1970-01-01; the others "
        "are in good standing, or at risk"
    )


def test_each_link_knows_through_whom_it_goes_and_all_it_goes_over() -> None:
    """An account at two links is reached through the one between, over each identifier that the two share."""
    groups = place(10, 1, 2), place(11, 2, 3), place(12, 2, 3), place(13, 1, 4)
    steps = steps_from(1, groups, frozenset({13}))
    told = {
        account: (step.distance, step.before, [group.identifier for group in step.groups])
        for account, step in steps.items()
    }
    assert told == {2: (1, 1, [10]), 3: (2, 2, [11, 12]), 4: (1, 1, [13])}


def test_an_identifier_that_was_gone_through_is_left_behind() -> None:
    """Where all have met for certain nobody is asked again; at an address, and for a device id, everybody is."""
    asked: list[int] = []
    groups = {10: place(10, 1, 2, 3), 11: place(11, 3, 4, fact="public_ip")}

    def of(account: int) -> list[int]:
        asked.append(account)
        return [number for number, group in groups.items() if account in {one.account for one in group.contacts}]

    walk = Walk(1, of, groups.__getitem__)
    assert (walk.run(9), sorted(walk.steps), sorted(set(asked))) == (True, [2, 3, 4], [1, 2, 3, 4])
    cloned = place(10, 1, 2, 3, fact="device_id").replace(corroborated=(frozenset({1, 2}), frozenset({2, 3})))
    steps = steps_from(1, (cloned,), frozenset())
    assert {account: step.distance for account, step in steps.items()} == {2: 1, 3: 2}
    doubtful = place(10, 1, 2).contacts[0].replace(confidence="probable")
    mixed = place(10, 1, 2, 3)
    mixed = mixed.replace(contacts=(doubtful, *mixed.contacts[1:]))
    steps = steps_from(1, (mixed, place(11, 1, 2)), frozenset())
    assert {account: step.distance for account, step in steps.items()} == {2: 1, 3: 2}


def test_open_contact_does_not_count_who_is_acknowledged() -> None:
    """Each finding counts the uses of its own accounts."""
    waiver = Waiver("agreed", "deactivated-contact", frozenset({1, 2}), T + 1)
    around = Neighbourhood(1, TAG, (place(10, 1, 2, 3, count=2),))
    found = {one.state: one for one in deactivated_contact.check(around, gone(waivers=(waiver,)))}
    assert {state: (one.accounts, one.sessions) for state, one in found.items()} == {
        "open": ((1, 3), 4), "waived": ((1, 2), 4),
    }  # fmt: skip


def test_contacts_without_a_time_link_too() -> None:
    """Where no time is known, none is told."""
    undated = tuple(Contact(one, UNDATED, UNDATED, 1) for one in (1, 2))
    around = Neighbourhood(1, TAG, (IdentifierGroup(10, "gateway_mac", TAG, undated),))
    (match,) = deactivated_contact.check(around, gone())
    assert (match.first, match.last, match.sessions) == (UNDATED, UNDATED, 2)
