"""Chains of evidence between accounts: the shortest, with who touched what and when."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from isolation.audit import audit_ledger
from isolation.ledger import Ledger
from isolation.model import Session
from isolation.paths import Path
from isolation.policy import Group, Policy
from isolation.verdict import check_login

from ..conftest import DAY, HOUR, NOON, Clock, identity_of, reading

NOBODY = Policy()


def _router(number: int) -> str:
    return f"3C-37-86-00-00-{number:02X}"


def _use(ledger: Ledger, account: str, at: int, *routers: int, **facts: str) -> None:
    readings = [reading("gateway_mac", _router(one)) for one in routers]
    readings += [reading(fact, value) for fact, value in facts.items()]
    with ledger.writing() as log:
        log.add_session(Session(account, at, readings=tuple(readings)))


def _accounts(path: Path) -> list[str]:
    return [path.start, *(hop.end for hop in path.hops)]


def _chain(ledger: Ledger) -> None:
    """a and b on one router, b and c on another, c and d on a third."""
    for number, (first, second) in enumerate(("ab", "bc", "cd")):
        _use(ledger, first, NOON + number * DAY, number)
        _use(ledger, second, NOON + number * DAY + HOUR, number)


def test_a_chain_leads_to_each_account_with_who_and_when(ledger: Ledger) -> None:
    """An audit of one account has the shortest chain to all that it is linked with, with the uses of each side."""
    _chain(ledger)
    audit = audit_ledger(ledger, accounts=["a"], policy=NOBODY)
    assert [_accounts(path) for path in audit.paths] == [["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d"]]
    (hop,) = audit.paths[0].hops
    (tie,) = hop.ties
    assert [(touch.account, touch.first, touch.last, touch.uses) for touch in tie.touches] == [
        ("a", NOON, NOON, 1), ("b", NOON + HOUR, NOON + HOUR, 1),
    ]  # fmt: skip
    assert (tie.fact, tie.value, tie.severity, tie.confidence, tie.state) == (
        "gateway_mac", _router(0), "high", "certain", "open",
    )  # fmt: skip
    assert tie.finding in {finding.id for finding in audit.findings}
    assert tie.label == f"router {_router(0)}"
    assert audit.clusters[0].accounts == ("a", "b", "c", "d")


def test_hops_limit_how_far_it_goes(ledger: Ledger) -> None:
    """With a number of hops only accounts that near are shown; several accounts each have their own chains."""
    _chain(ledger)
    audit = audit_ledger(ledger, accounts=["d", "a"], policy=NOBODY, hops=2)
    assert [_accounts(path) for path in audit.paths] == [["a", "b"], ["a", "b", "c"], ["d", "c"], ["d", "c", "b"]]
    assert audit_ledger(ledger, policy=NOBODY, stays=False).paths == ()


def test_a_window_has_the_chains_of_its_uses(ledger: Ledger, clock: Clock) -> None:
    """With a window only the uses in it link, and as of a moment only what was recorded by then."""
    clock.now = NOON
    _chain(ledger)
    window = audit_ledger(ledger, accounts=["b"], policy=NOBODY, since=NOON + DAY, until=NOON + 2 * DAY)
    assert [_accounts(path) for path in window.paths] == [["b", "c"]]
    clock.now = NOON + DAY
    _use(ledger, "late", NOON, 0)
    then = audit_ledger(ledger, accounts=["b"], policy=NOBODY, as_of=NOON)
    assert "late" not in {path.end for path in then.paths}
    assert "late" in {path.end for path in audit_ledger(ledger, accounts=["b"], policy=NOBODY).paths}


def test_no_chain_passes_between_accounts_that_are_declared(ledger: Ledger) -> None:
    """Two declared accounts at a router with a stranger are linked through the stranger, not to each other."""
    for number, account in enumerate(("mine", "also mine", "stranger")):
        _use(ledger, account, NOON + number * HOUR, 1)
    policy = Policy(groups=(Group("g", "same-owner", ("mine", "also mine")),))
    audit = audit_ledger(ledger, accounts=["mine"], policy=policy)
    assert [_accounts(path) for path in audit.paths] == [["mine", "stranger"], ["mine", "stranger", "also mine"]]


def test_confidence_is_that_of_the_two_alone(ledger: Ledger) -> None:
    """A weak meeting at an address is told as weak, though others met there surely."""
    for account, days in (("a", 0), ("b", 0), ("c", 200)):
        _use(ledger, account, NOON + days * DAY, public_ip="1.1.1.1")
    audit = audit_ledger(ledger, accounts=["a"], policy=NOBODY)
    assert {path.end: path.confidence for path in audit.paths} == {"b": "certain", "c": "weak"}


def test_a_declared_contact_with_a_deactivated_account_has_a_chain(ledger: Ledger) -> None:
    """Contact with a deactivated account stays open whatever is declared, and its chain says that it was declared."""
    _use(ledger, "gone", NOON, 1)
    _use(ledger, "mine", NOON + HOUR, 1, 2)
    _use(ledger, "third", NOON + 2 * HOUR, 2)
    policy = Policy(
        groups=(Group("g", "same-owner", ("mine", "gone", "third")),),
        standing={"gone": (("deactivated", NOON),)},
    )
    audit = audit_ledger(ledger, accounts=["third"], policy=policy, now=NOON + DAY)
    assert [_accounts(path) for path in audit.paths] == [["third", "mine"], ["third", "mine", "gone"]]
    assert {tie.state for path in audit.paths for hop in path.hops for tie in hop.ties} == {"declared"}
    verdict = check_login(ledger, "third", identity_of(NOON + DAY), policy=policy)
    assert {path.end for path in verdict.paths} == set(verdict.would_join) == {"mine", "gone"}


def test_a_verdict_has_the_chain_to_each_account_it_would_join(ledger: Ledger) -> None:
    """What logging in here would join is told with the way to each, this login included."""
    _chain(ledger)
    verdict = check_login(ledger, "new", identity_of(NOON + 9 * DAY, gateway_mac=_router(0)), policy=NOBODY)
    assert verdict.would_join == ("a", "b", "c", "d")
    assert [_accounts(path) for path in verdict.paths] == [
        ["new", "a"], ["new", "b"], ["new", "b", "c"], ["new", "b", "c", "d"],
    ]  # fmt: skip
    (tie,) = verdict.paths[0].hops[0].ties
    assert (tie.label, tie.severity) == ("this network", "medium")
    assert [touch.account for touch in tie.touches] == ["a", "new"]


def test_an_alias_is_one_account_on_a_chain(ledger: Ledger) -> None:
    """Uses under another spelling are the account's own, on a chain too."""
    _use(ledger, "old name", NOON, 1)
    _use(ledger, "a", NOON + HOUR, 1)
    _use(ledger, "store", NOON + 2 * HOUR, 2)
    audit = audit_ledger(ledger, accounts=["a"], policy=Policy(aliases={"old name": "store"}))
    assert [path.end for path in audit.paths] == ["store"]


EDGES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda e: e[0] != e[1]), max_size=8)


def _distances(edges: list[tuple[int, int]], start: int) -> dict[int, int]:
    found, frontier = {start: 0}, [start]
    while frontier:
        number = frontier.pop(0)
        for one, other in [*edges, *((b, a) for a, b in edges)]:
            if one == number and other not in found:
                found[other] = found[number] + 1
                frontier.append(other)
    return found


@settings(max_examples=25)
@given(EDGES)
def test_chains_are_the_shortest(tmp_path_factory: object, edges: list[tuple[int, int]]) -> None:
    """In any ledger each chain has as many hops as the shortest way that there is, and no linked account lacks one."""
    folder = tmp_path_factory.mktemp("chains")  # type: ignore[attr-defined]  # a TempPathFactory
    with Ledger.open(folder / "ledger.sqlite3", key_store="file", clock=Clock()) as ledger:
        _use(ledger, "0", NOON)
        for number, pair in enumerate(edges):
            for account in pair:
                _use(ledger, str(account), NOON + number * HOUR, number)
        audit = audit_ledger(ledger, accounts=["0"], policy=NOBODY)
    expected = {str(number): hops for number, hops in _distances(edges, 0).items() if hops}
    assert {path.end: len(path.hops) for path in audit.paths} == expected
    for path in audit.paths:
        assert all(hop.end == after.start for hop, after in zip(path.hops, path.hops[1:], strict=False))
