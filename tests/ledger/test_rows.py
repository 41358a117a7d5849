"""Rows of logs: each session once, whatever the order, the number and the mapping of the files it comes in."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isolation.errors import KeyUnavailable, UsageError
from isolation.ledger import Ledger
from isolation.model import Reading, Session

from .conftest import HOUR, NOON, Keyring, row, seen

ADDRESS = seen("public_ip", "203.0.114.7")
OTHER = seen("public_ip", "203.0.114.8")
ROUTER = seen("gateway_mac", "3C-37-86-5D-75-D4")
PRIVATE = Reading("local_ip", "observed", "192.168.1.5", source="log.csv")
AT_SITE = seen("site_ip", "Office A/192.168.1.5", "probable")
ELSEWHERE = seen("site_ip", "Office B/192.168.1.5", "probable")

Told = tuple[Session, tuple[str, ...]]


def outcomes(folder: Path, *rows: Told) -> list[str]:
    """What becomes of rows that are recorded one by one in a fresh ledger, which verifies after it."""
    with Ledger.open(folder / f"{len(list(folder.iterdir()))}.sqlite3", key_store="file") as ledger:
        with ledger.writing() as log:
            found: list[str] = [log.add_row(*one) for one in rows]
        assert ledger.verify().problems == ()
    return found


@pytest.mark.parametrize(
    ("second", "outcome"),
    [
        ((row("Store", NOON, ADDRESS), ("public_ip",)), "duplicate"),
        ((row(" STORE ", NOON, seen("public_ip", "::ffff:203.0.114.7")), ("public_ip",)), "duplicate"),
        ((row("store", NOON), ()), "duplicate"),
        ((row("store", NOON, ADDRESS, ROUTER), ("public_ip", "gateway_mac")), "amended"),
        ((row("store", NOON, ROUTER), ("gateway_mac",)), "amended"),
        ((row("store", NOON, ADDRESS, operator="Li"), ("public_ip", "operator")), "amended"),
        ((row("store", NOON, ADDRESS, end=NOON + HOUR), ("public_ip", "end")), "amended"),
        ((row("store", NOON, ADDRESS, record="r1"), ("public_ip", "record")), "amended"),
        ((row("store", NOON, ADDRESS), ("public_ip", "operator")), "amended"),
        ((row("store", NOON, OTHER), ("public_ip",)), "recorded"),
        ((row("store", NOON), ("public_ip",)), "recorded"),
        ((row("other", NOON, ADDRESS), ("public_ip",)), "recorded"),
        ((row("store", NOON + 1, ADDRESS), ("public_ip",)), "recorded"),
        ((row("store", NOON, ADDRESS, channel="api"), ("public_ip",)), "recorded"),
        ((row("store", NOON, ADDRESS, success=False), ("public_ip",)), "recorded"),
    ],
)  # fmt: skip
def test_what_makes_two_rows_one(tmp_path: Path, second: Told, outcome: str) -> None:
    """Account, time, channel and success make a row; mapped values that differ make another; more of them amend it."""
    assert outcomes(tmp_path, (row("store", NOON, ADDRESS), ("public_ip",)), second) == ["recorded", outcome]


def test_a_record_number_tells_rows_apart_where_both_have_one(tmp_path: Path) -> None:
    """Two records of one second stay two, and a file without record numbers adds neither again."""
    one, two = (row("store", NOON, ADDRESS, record=name) for name in ("r1", "r2"))
    mapped = ("public_ip", "record")
    plain = (row("store", NOON, ADDRESS), ("public_ip",))
    assert outcomes(tmp_path, (one, mapped), (two, mapped), plain, plain) == [
        "recorded", "recorded", "duplicate", "duplicate",
    ]  # fmt: skip


def test_a_site_never_makes_two_rows_of_one(tmp_path: Path) -> None:
    """A site that was lacking amends; another site of the same row changes nothing."""
    plain = (row("store", NOON, PRIVATE), ("local_ip",))
    named = (row("store", NOON, AT_SITE, site="Office A"), ("local_ip",))
    other = (row("store", NOON, ELSEWHERE, site="Office B"), ("local_ip",))
    assert outcomes(tmp_path, plain, named, named, other, plain) == [
        "recorded", "amended", "duplicate", "duplicate", "duplicate",
    ]  # fmt: skip
    assert outcomes(tmp_path, named, other, plain) == ["recorded", "duplicate", "duplicate"]


def test_an_amendment_is_read_with_its_session(tmp_path: Path) -> None:
    """What a later row tells is part of the session from then on, and of the groups; what was told stays."""
    with Ledger.open(tmp_path / "ledger.sqlite3", key_store="file") as ledger:
        with ledger.writing() as log:
            log.add_row(row("store", NOON, ADDRESS), ("public_ip",))
            more = row("store", NOON, ROUTER, operator="Li", end=NOON + HOUR, record="r1")
            log.add_row(more, ("gateway_mac", "operator", "end", "record"))
            log.add_row(row("store", NOON, operator="Wu", end=NOON + 2 * HOUR), ())
        with ledger.reading() as reader:
            assert reader.basis().sessions == 2
            session = reader.session(1)
            assert (session.operator, session.end, session.record) == ("Li", NOON + HOUR, "r1")
            assert set(session.readings) == {ADDRESS, ROUTER}
            number = reader.identifier_number("gateway_mac", "3C-37-86-5D-75-D4")
            assert number is not None
            (contact,) = reader.group(number).contacts
            assert (contact.count, contact.first) == (1, NOON)


ROWS: list[Told] = [
    (row("store", NOON, ADDRESS), ("public_ip",)),
    (row("Store", NOON, ADDRESS, ROUTER), ("public_ip", "gateway_mac")),
    (row("store", NOON), ()),
    (row("store", NOON, ADDRESS, operator="Li"), ("public_ip", "operator")),
    (row("store", NOON, OTHER, operator="Wu"), ("public_ip", "operator")),
]


def told(ledger: Ledger) -> list[tuple[object, ...]]:
    """The sessions of a ledger, without what differs by the order they came in."""
    with ledger.reading() as reader:
        entries = [entry for (entry,) in ledger.connection.execute("SELECT entry FROM sessions")]
        return sorted(
            (one.account.casefold(), one.begin, one.operator, tuple(sorted(map(repr, one.readings))))
            for one in map(reader.session, entries)
        )


def test_the_result_does_not_depend_on_order_or_repetition(tmp_path: Path) -> None:
    """Rows of files with nested columns give the same sessions in every order, in one transaction or several."""
    results = set()
    for number, order in enumerate(itertools.permutations(ROWS)):
        with Ledger.open(tmp_path / f"{number}.sqlite3", key_store="file") as ledger:
            ledger.connection.execute("PRAGMA synchronous = OFF")
            with ledger.writing() as log:
                for one in order[:2]:
                    log.add_row(*one)
            with ledger.writing() as log:
                rest = [*order[2:], *order]
                assert len(list(log.add_rows(rest))) == len(rest)
            results.add(repr(told(ledger)))
            if number % 20 == 0:
                assert ledger.verify().problems == ()
    assert len(results) == 1


VALUES = st.sampled_from([None, "203.0.114.7", "203.0.114.8"])
MANY = st.lists(
    st.builds(
        lambda name, hour, value: (
            row(name, NOON + hour * HOUR, *([seen("public_ip", value)] if value else [])), ("public_ip",)
        ),
        st.sampled_from(["a", "A", "b"]), st.integers(0, 2), VALUES,
    ),
    max_size=20,
)  # fmt: skip


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=MANY)
def test_many_at_once_are_as_one_by_one(tmp_path: Path, rows: list[Told]) -> None:
    """Looking rows up in blocks gives what looking each up gives: the distinct rows, each once."""
    distinct = {(s.account.casefold(), s.begin, s.readings[0].value if s.readings else None) for s, _ in rows}
    with Ledger.open(tmp_path / f"{len(list(tmp_path.iterdir()))}.sqlite3", key_store="file") as ledger:
        ledger.connection.execute("PRAGMA synchronous = OFF")
        with ledger.writing() as log:
            found = list(log.add_rows(rows))
        assert found.count("recorded") == len(distinct)
        assert "amended" not in found
        with ledger.writing() as log:
            assert {log.add_row(*one) for one in rows} <= {"duplicate"}
        with ledger.reading() as reader:
            assert reader.basis().sessions == len(distinct)


def test_a_row_that_tells_more_of_another_of_its_block_leaves_a_ledger_that_verifies(tmp_path: Path) -> None:
    """What is recorded of the first row is what it told, so that the amendment follows from the log."""
    rows = [(row("store", NOON), ("public_ip",)), (row("store", NOON, PRIVATE), ("public_ip",))]
    with Ledger.open(tmp_path / "ledger.sqlite3", key_store="file") as ledger:
        with ledger.writing() as log:
            assert list(log.add_rows(rows)) == ["recorded", "amended"]
        assert ledger.verify().problems == ()


def test_rows_need_the_key(tmp_path: Path, keyring: Keyring) -> None:
    """Without the index key no row can be told apart, so none is recorded."""
    path = tmp_path / "ledger.sqlite3"
    Ledger.open(path, key_store="keyring").close()
    keyring.become("locked")
    with Ledger.open(path) as ledger, pytest.raises(KeyUnavailable), ledger.writing() as log:
        log.add_row(row("store", NOON), ())


def test_a_row_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    """Such a row is a usage error, and what came before it in the transaction is gone with it."""
    with Ledger.open(tmp_path / "ledger.sqlite3", key_store="file") as ledger:
        with pytest.raises(UsageError), ledger.writing() as log:
            log.add_row(row("store", NOON), ())
            log.add_row(row("store", NOON, end=NOON - 1), ("end",))
        assert ledger.size == 1
