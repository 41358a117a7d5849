"""Rules about the course of sessions: what is open at once, what changed, what is covered."""

from __future__ import annotations

import pytest

from isolation.evidence import (
    DAY,
    HOUR,
    AccountGroup,
    Contact,
    IdentifierGroup,
    MachineGroup,
    Match,
    Sighting,
    Visit,
    VisitGroup,
)
from isolation.relations import Bond, Relations, Waiver
from isolation.rules import (
    changed_after_refusal,
    changed_network,
    overlapping_sessions,
    unassigned_device,
    unassigned_network,
    uncovered_period,
)
from isolation.rules.assignment import off_label
from isolation.rules.course import surest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.evidence import Seen

T = 100 * DAY
DEVICE, MAC, OTHER_MAC, ROUTER, OTHER_ROUTER, ADDRESS, OTHER_ADDRESS, POINT, OTHER_POINT = range(10, 19)
FACTS = {
    DEVICE: "device_id", MAC: "hardware_mac", OTHER_MAC: "hardware_mac", ROUTER: "gateway_mac",
    OTHER_ROUTER: "gateway_mac", ADDRESS: "public_ip", OTHER_ADDRESS: "public_ip", POINT: "access_point",
    OTHER_POINT: "access_point",
}  # fmt: skip
HOUSEHOLD = Relations((Bond("household", frozenset({1, 2})),))
EVERYTHING = Waiver("agreed", "", frozenset({1, 2}), T + DAY)


def saw(*identifiers: int, sure: str = "certain") -> tuple[Seen, ...]:
    """Identifiers as a session saw them."""
    return tuple((one, FACTS[one], sure) for one in identifiers)  # type: ignore[misc]  # a confidence


def visit(account: int, begin: int, end: int | None = None, *identifiers: int, **rest: object) -> Visit:
    """A session `begin` µs after T, on one machine unless told otherwise."""
    seen = saw(*(identifiers or (DEVICE, MAC)))
    until = None if end is None else T + end
    return Visit(account * 1000 + begin // HOUR, account, T + begin, until, **({"seen": seen} | rest))  # type: ignore[arg-type]


def at_machine(*visits: Visit, relations: Relations | None = None) -> list[Match]:
    """What is said of one adapter's sessions."""
    group = MachineGroup(MAC, "hardware_mac", "ab" * 16, tuple(sorted(visits, key=lambda one: (one.begin, one.entry))))
    return list(overlapping_sessions.check(group, relations or Relations()))


def one_account(module: object, *visits: Visit, relations: Relations | None = None, since: int = 0) -> list[Match]:
    """What a rule says of one account's sessions."""
    group = VisitGroup(1, "cd" * 16, tuple(sorted(visits, key=lambda one: (one.begin, one.entry))), since)
    return list(module.check(group, relations or Relations()))  # type: ignore[attr-defined]  # a rule


def test_a_session_that_begins_while_another_accounts_is_open_overlaps() -> None:
    """The overlap is high and certain, names both accounts and counts both sessions."""
    (match,) = at_machine(visit(1, 0, 2 * HOUR), visit(2, HOUR, 3 * HOUR))
    assert (match.severity, match.confidence, match.state) == ("high", "certain", "open")
    assert (match.accounts, match.sessions, match.first, match.last) == ((1, 2), 2, T, T + HOUR)
    assert "open at once" in match.reason


def test_a_session_that_begins_when_the_other_ends_does_not_overlap() -> None:
    """The end itself is no longer part of a session; a moment before it is."""
    assert at_machine(visit(1, 0, HOUR), visit(2, HOUR, 2 * HOUR)) == []
    assert len(at_machine(visit(1, 0, HOUR + 1), visit(2, HOUR, 2 * HOUR))) == 1


@pytest.mark.parametrize(("gap", "found"), [(1, 1), (12 * HOUR, 1), (12 * HOUR + 1, 0)])
def test_a_session_without_an_end_counts_for_twelve_hours_at_most(gap: int, found: int) -> None:
    """Without an end the overlap is weak, up to 12 hours and not a moment longer."""
    matches = at_machine(visit(1, 0), visit(2, gap, gap + HOUR))
    assert [(one.severity, one.confidence) for one in matches] == [("high", "weak")] * found
    assert all("was not told" in one.reason for one in matches)


def test_a_session_without_an_end_counts_to_the_next_begin_only() -> None:
    """The account's own next session closes the earlier one, so a third one meets the second alone."""
    (match,) = at_machine(visit(1, 0), visit(3, HOUR), visit(2, 2 * HOUR, 3 * HOUR))
    assert match.accounts == (1, 2, 3)
    assert at_machine(visit(1, 0), visit(1, HOUR, 2 * HOUR), visit(2, 3 * HOUR)) == []


@pytest.mark.parametrize("accounts", [(1, 2), (2, 1)])
def test_all_that_begin_at_one_moment_are_the_next_begin(accounts: tuple[int, int]) -> None:
    """A session whose end was not told meets each of them, whichever of them was recorded first."""
    tied = (Visit(entry, account, T + HOUR, seen=saw(MAC)) for entry, account in enumerate(accounts, 5000))
    (match,) = at_machine(visit(1, 0), *tied)
    assert (match.accounts, match.sessions, match.first, match.last) == ((1, 2), 3, T, T + HOUR)


def test_an_overlap_with_a_told_end_makes_it_certain() -> None:
    """One certain overlap beside a weak one decides, and the reason does not doubt it."""
    (match,) = at_machine(visit(1, 0), visit(2, HOUR, 5 * HOUR), visit(1, 3 * HOUR))
    assert match.confidence == "certain"
    assert "was not told" not in match.reason


def test_one_account_does_not_overlap_with_itself() -> None:
    """Two windows of one account are no meeting of accounts, in any of its spellings."""
    assert at_machine(visit(1, 0, 2 * HOUR), visit(1, HOUR, 3 * HOUR)) == []
    assert at_machine(visit(1, 0, 2 * HOUR), visit(2, HOUR), relations=Relations(aliases={2: 1})) == []


def test_declared_waived_and_harmless_overlaps_are_told_apart() -> None:
    """A declared overlap is info, a waived one stays high and waived, one through API alone is info and open."""
    two = (visit(1, 0, 2 * HOUR), visit(2, HOUR, 3 * HOUR))
    (declared,) = at_machine(*two, relations=HOUSEHOLD)
    (waived,) = at_machine(*two, relations=Relations(waivers=(EVERYTHING,), moment=T))
    (api,) = at_machine(*(one.replace(channel="api") for one in two))
    (apart,) = at_machine(*two, relations=Relations(platforms={1: "amazon", 2: "ebay"}))
    assert (declared.state, declared.severity) == ("declared", "info")
    assert (waived.state, waived.severity) == ("waived", "high")
    assert (api.state, api.severity, apart.severity) == ("open", "info", "info")
    assert ("household" in declared.reason, "agreed" in waived.reason) == (True, True)


def test_an_open_overlap_outweighs_a_harmless_one() -> None:
    """Where one pair is harmless and another is not, the finding is that of the other."""
    platforms = Relations(platforms={1: "amazon", 2: "ebay"})
    (match,) = at_machine(visit(1, 0, 5 * HOUR), visit(2, HOUR), visit(3, 2 * HOUR), relations=platforms)
    assert (match.severity, match.accounts, match.confidence) == ("high", (1, 2, 3), "certain")


def test_a_device_id_alone_overlaps_probably() -> None:
    """Two sessions under one device id without a shared permanent MAC address may be on cloned disks."""

    def said(*identifiers: int) -> str:
        visits = (visit(1, 0, 2 * HOUR, DEVICE, MAC), visit(2, HOUR, 3 * HOUR, *identifiers))
        (match,) = overlapping_sessions.check(MachineGroup(DEVICE, "device_id", "ab" * 16, visits), Relations())
        return match.confidence

    assert (said(DEVICE), said(DEVICE, MAC)) == ("probable", "certain")


def test_a_session_that_did_not_read_the_machine_overlaps_weakly() -> None:
    """What a session saw of a machine is as sure as its surest reading, and weak where it saw nothing."""
    assert surest(visit(1, 0), frozenset({MAC})) == "certain"
    assert surest(visit(1, 0), frozenset({ROUTER})) == "weak"


def test_a_verdict_looks_at_its_own_overlaps() -> None:
    """With a focus, only the pairs of that account are told."""
    three = (visit(1, 0, 9 * HOUR), visit(2, HOUR, 9 * HOUR), visit(3, 20 * HOUR, 21 * HOUR))
    assert at_machine(*three, relations=Relations(focus=3)) == []
    assert len(at_machine(*three, relations=Relations(focus=2))) == 1


def _sums(*spans: tuple[int, int]) -> IdentifierGroup:
    contacts = tuple(Contact(at, T + first, T + last, 2) for at, (first, last) in enumerate(spans, start=1))
    return IdentifierGroup(MAC, "hardware_mac", "ab" * 16, contacts)


def test_sums_settle_where_nobody_can_have_overlapped() -> None:
    """Sessions are opened only where spans come within 12 hours, of accounts that are not declared together."""
    ask = overlapping_sessions.needs_visits
    assert ask(_sums((0, HOUR), (13 * HOUR, DAY)), Relations())
    assert not ask(_sums((0, HOUR), (13 * HOUR + 1, DAY)), Relations())
    assert not ask(_sums((0, DAY), (HOUR, DAY)), HOUSEHOLD)
    assert ask(_sums((0, DAY), (HOUR, DAY), (2 * HOUR, DAY)), HOUSEHOLD)


def test_another_router_within_a_session_is_a_change() -> None:
    """It is medium and certain, is told once for an account, and counts the sessions it happened in."""
    moving = visit(1, 0, None, ROUTER, later=((T + HOUR, saw(OTHER_ROUTER)),))
    again = visit(1, DAY, None, ROUTER, later=((T + DAY + HOUR, saw(OTHER_ROUTER)),))
    (match,) = one_account(changed_network, moving, again)
    assert (match.severity, match.confidence, match.sessions, match.fact) == ("medium", "certain", 2, "gateway_mac")
    assert (match.first, match.last, match.accounts) == (T, T + DAY + HOUR, (1,))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ((ROUTER,), (ROUTER,), None),
        ((ROUTER,), (ROUTER, OTHER_ROUTER), None),
        ((ROUTER,), (POINT,), None),
        ((POINT,), (OTHER_POINT,), ("access_point", "probable")),
        ((ROUTER, POINT), (ROUTER, OTHER_POINT), None),
        ((ROUTER, ADDRESS), (ROUTER, OTHER_ADDRESS), ("public_ip", "probable")),
        ((ADDRESS,), (ADDRESS, OTHER_ADDRESS), ("public_ip", "probable")),
        ((ROUTER, ADDRESS), (OTHER_ROUTER, ADDRESS), ("gateway_mac", "certain")),
    ],
)
def test_what_counts_as_another_network(
    before: tuple[int, ...], after: tuple[int, ...], said: tuple[str, str] | None
) -> None:
    """The router decides, then the access point; a further public address is a change too, and probable."""
    found = one_account(changed_network, visit(1, 0, None, *before, later=((T + 1, saw(*after)),)))
    assert [(one.fact, one.confidence) for one in found] == ([said] if said else [])


def test_a_change_is_as_sure_as_its_readings() -> None:
    """A router that was read probably only makes the change probable."""
    moving = visit(1, 0, None, ROUTER, later=((T + 1, saw(OTHER_ROUTER, sure="probable")),))
    (match,) = one_account(changed_network, moving)
    assert match.confidence == "probable"


def test_a_waived_change_is_kept() -> None:
    """A waiver that names the account makes it waived, with its name in the reason."""
    moving = visit(1, 0, None, ROUTER, later=((T + 1, saw(OTHER_ROUTER)),))
    (match,) = one_account(changed_network, moving, relations=Relations(waivers=(EVERYTHING,), moment=T))
    assert (match.state, match.severity) == ("waived", "medium")
    assert match.reason.startswith("accepted by the waiver agreed")


def _refused(*identifiers: int) -> Visit:
    return visit(1, 0, None, *identifiers, refused=True)


@pytest.mark.parametrize(("gap", "found"), [(0, 1), (24 * HOUR, 1), (24 * HOUR + 1, 0), (-1, 0)])
def test_a_change_within_a_day_of_a_refusal_counts(gap: int, found: int) -> None:
    """24 hours count, a moment more does not, and nothing before the refusal does."""
    matches = one_account(changed_after_refusal, _refused(MAC, ROUTER), visit(1, gap, None, MAC, OTHER_ROUTER))
    assert [(one.severity, one.confidence) for one in matches] == [("high", "certain")] * found


def test_another_adapter_or_address_is_a_change_and_another_machine_is_none() -> None:
    """On the same device another adapter counts; where the machine is another one, or was not read, nothing does."""

    def said(*identifiers: int) -> list[str]:
        refusal = _refused(DEVICE, MAC, ROUTER, ADDRESS)
        return [one.fact for one in one_account(changed_after_refusal, refusal, visit(1, HOUR, None, *identifiers))]

    assert said(DEVICE, OTHER_MAC, ROUTER) == ["hardware_mac"]
    assert said(DEVICE, MAC, ROUTER, OTHER_ADDRESS) == ["public_ip"]
    assert said(DEVICE, MAC, ROUTER, ADDRESS) == []
    assert said(OTHER_MAC, OTHER_ROUTER) == []
    assert said(OTHER_ROUTER) == []


def test_a_second_refusal_is_no_begin() -> None:
    """Only what was begun counts, not what was refused again."""
    again = visit(1, HOUR, None, MAC, OTHER_ROUTER, refused=True)
    assert one_account(changed_after_refusal, _refused(MAC, ROUTER), again) == []


def _assigned(**labels: int) -> Relations:
    names = {number: (name,) for name, number in labels.items()}
    both = frozenset({"desk"})
    return Relations(labels=names, machines={1: both}, networks={1: both})


def test_a_session_off_its_label_is_told() -> None:
    """Medium, with the label that it was used at in words; a session that carries an assigned label is fine."""
    relations = _assigned(desk=MAC, van=OTHER_MAC)
    (match,) = one_account(unassigned_device, visit(1, 0, None, OTHER_MAC), visit(1, HOUR), relations=relations)
    assert (match.severity, match.sessions, match.first, match.fact) == ("medium", 1, T, "hardware_mac")
    assert ("outside desk" in match.reason, "at van" in match.reason) == (True, True)


def test_an_unknown_adapter_beside_a_labelled_device_is_fine() -> None:
    """A new dock on the labelled machine is still that machine."""
    assert one_account(unassigned_device, visit(1, 0, None, DEVICE, OTHER_MAC), relations=_assigned(desk=DEVICE)) == []


def test_nothing_is_told_where_no_label_was_learnt_or_nothing_was_read() -> None:
    """Without a learnt label, and in sessions that read no such fact, it cannot be told."""
    away = visit(1, 0, None, OTHER_ROUTER)
    assert one_account(unassigned_network, away, relations=_assigned(van=ROUTER)) == []
    assert one_account(unassigned_network, visit(1, 0), relations=_assigned(desk=ROUTER)) == []
    assert len(one_account(unassigned_network, away, relations=_assigned(desk=ROUTER))) == 1


SLACK = 5 * HOUR // 60


@pytest.mark.parametrize(
    ("told", "found"),
    [(0, 0), (HOUR, 0), (HOUR + 1, 1), (-SLACK, 0), (-SLACK - 1, 1)],
)
def test_a_told_use_wants_a_recorded_session(told: int, found: int) -> None:
    """From 5 minutes before its begin to its end a recorded session covers what a log tells."""
    log = visit(1, told, None, provenance="imported")
    matches = one_account(uncovered_period, visit(1, 0, HOUR), log)
    assert [(one.severity, one.confidence, one.sessions) for one in matches] == [("low", "certain", 1)] * found


@pytest.mark.parametrize(("told", "found"), [(12 * HOUR, 0), (12 * HOUR + 1, 1)])
def test_a_recorded_session_without_an_end_covers_twelve_hours(told: int, found: int) -> None:
    """Twelve hours count, a moment more does not."""
    assert len(one_account(uncovered_period, visit(1, 0), visit(1, told, None, provenance="declared"))) == found


def test_what_was_before_the_ledger_is_not_asked_for() -> None:
    """Uses before the ledger began want no recorded session; one at that moment does."""
    log = visit(1, 0, None, provenance="imported")
    assert one_account(uncovered_period, log, since=T + 1) == []
    (match,) = one_account(uncovered_period, log, since=T)
    assert match.reason.startswith("imported uses")


def test_overlapping_recorded_sessions_cover_as_one() -> None:
    """A short session within a long one does not end what the long one covers."""
    long, short = visit(1, 0, 8 * HOUR), visit(1, HOUR, 2 * HOUR)
    log = visit(1, 5 * HOUR, None, provenance="imported")
    assert one_account(uncovered_period, long, short, log) == []
    assert len(one_account(uncovered_period, short, log)) == 1


def test_only_identifiers_of_an_assigned_kind_are_off_their_label() -> None:
    """Of an account's sums, machines and networks without an assigned label are asked about, and nothing else."""
    sums = tuple(Sighting(one, FACTS[one], T, T, 1) for one in (MAC, OTHER_MAC, ROUTER, OTHER_ROUTER))
    group = AccountGroup(1, "cd" * 16, sums)
    labels = Relations(labels={MAC: ("desk",)}, machines={1: frozenset({"desk"})})
    assert off_label(group, labels) == {OTHER_MAC}
    assert off_label(group, labels.replace(networks={1: frozenset({"desk"})})) == {OTHER_MAC, ROUTER, OTHER_ROUTER}
    assert off_label(group, Relations()) == frozenset()


def test_a_weak_machine_is_no_doubt_about_the_end() -> None:
    """An overlap that is weak because of the machine does not speak of an end that was told."""
    weak = tuple((MAC, "hardware_mac", "weak") for _ in range(1))
    (match,) = at_machine(visit(1, 0, 2 * HOUR, seen=weak), visit(2, HOUR, 3 * HOUR, seen=weak))
    assert (match.confidence, "was not told" in match.reason) == ("weak", False)
