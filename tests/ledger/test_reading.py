"""Reading: groups, uses, windows and coverage are what the recorded sessions come to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isolation.errors import LedgerError, UsageError
from isolation.identifiers.canonical import canonical_value
from isolation.ledger import Ledger, Reader
from isolation.model import CONFIDENCES, Reading, Session

from .conftest import HOUR, MINUTE, NOON, PLACE, fill, seen

VALUES = {
    "device_id": ["1f0c2a9be8d74c4e9a53b7d1c6e2f480", "2f0c2a9be8d74c4e9a53b7d1c6e2f480"],
    "gateway_mac": ["3C-37-86-5D-75-D4", "3c:37:86:5d:75:d5"],
    "public_ip": ["203.0.114.7", "2a02:8108:1:2::7", "2a02:8108:1:2::8"],
    "site_ip": ["Office/192.168.1.5"],
}
READING = st.sampled_from([(fact, value) for fact, values in VALUES.items() for value in values]).flatmap(
    lambda pair: st.builds(
        lambda confidence, identifying: Reading(
            pair[0], "observed", pair[1], source="test", identifying=identifying, confidence=confidence
        ),
        st.sampled_from(CONFIDENCES),
        st.sampled_from([True, True, True, False]),
    )
)
SESSION = st.builds(
    Session,
    st.sampled_from(["store-a", "Store-A", "store-b", "店铺", "store-d"]),
    st.integers(0, 30).map(lambda hours: NOON + hours * HOUR),
    channel=st.sampled_from(["ui", "api", "remote"]),
    provenance=st.sampled_from(["observed", "declared", "imported"]),
    readings=st.lists(READING, max_size=4).map(tuple),
    success=st.sampled_from([True, True, True, False]),
    refused=st.sampled_from([False, False, False, True]),
)


class Model:
    """What sessions come to, worked out without any table."""

    def __init__(self, sessions: list[Session]) -> None:
        self.uses: dict[tuple[str, str], dict[str, list[tuple[Session, int]]]] = {}
        for session in sessions:
            if not session.success or session.refused:
                continue
            surest: dict[tuple[str, str], int] = {}
            for reading in session.readings:
                if reading.identifying:
                    for pair in self.pairs(reading):
                        rank = CONFIDENCES.index(reading.confidence)
                        surest[pair] = max(rank, surest.get(pair, 0))
            for pair, rank in surest.items():
                account = canonical_value("account", session.account)
                self.uses.setdefault(pair, {}).setdefault(account, []).append((session, rank))

    @staticmethod
    def pairs(reading: Reading) -> list[tuple[str, str]]:
        """The linking identifiers of a reading, with those that follow from it."""
        value = canonical_value(reading.fact, str(reading.value))
        found = [(reading.fact, value)]
        if reading.fact == "public_ip" and ":" in value:
            found.append(("public_prefix", "2a02:8108:1:2::/64"))
        return found

    def group(self, pair: tuple[str, str]) -> set[tuple[object, ...]]:
        """What each account's contact with an identifier is."""
        return {
            (
                account, min(s.begin for s, _ in uses), max(s.begin for s, _ in uses), len(uses),
                frozenset(s.channel for s, _ in uses), CONFIDENCES[max(rank for _, rank in uses)],
                tuple(sorted(s.begin for s, _ in uses)),
            )
            for account, uses in self.uses[pair].items()
        }  # fmt: skip


def read_group(reader: Reader, source: object, group: object) -> set[tuple[object, ...]]:
    """A group as the model tells it."""
    return {
        (
            canonical_value("account", reader.account_name(one.account)), one.first, one.last, one.count, one.channels,
            one.confidence, one.uses,
        )
        for one in source.with_uses(group).contacts  # type: ignore[attr-defined]
    }  # fmt: skip


def compare(reader: Reader, source: object, model: Model) -> None:
    """All groups of a reader or a window are those of the model: shared ones by iteration."""
    shared = {pair for pair, accounts in model.uses.items() if len(accounts) > 1}
    found = {}
    for group in source.all_groups():  # type: ignore[attr-defined]
        value = canonical_value(group.fact, reader.identifier_value(group.identifier))
        assert group.tag == reader.tag_hex(group.fact, value)
        found[group.fact, value] = read_group(reader, source, group)
    assert found == {pair: model.group(pair) for pair in shared}
    accounts = {}
    for group in source.all_accounts():  # type: ignore[attr-defined]
        name = canonical_value("account", reader.account_name(group.account))
        assert group.tag == reader.tag_hex("account", name)
        accounts[name] = {
            (
                one.fact,
                canonical_value(one.fact, reader.identifier_value(one.identifier)),
                one.first,
                one.last,
                one.count,
            )
            for one in group.sightings
        }
    expected: dict[str, set[tuple[object, ...]]] = {}
    for (fact, value), by_account in model.uses.items():
        for account, uses in by_account.items():
            begins = [session.begin for session, _ in uses]
            expected.setdefault(account, set()).add((fact, value, min(begins), max(begins), len(begins)))
    assert accounts == expected


LEDGERS = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for many small ledgers."""
    return tmp_path_factory.mktemp("ledgers")  # type: ignore[return-value]


def fresh(folder: Path, **options: object) -> Ledger:
    """A new ledger without the cost of syncing."""
    number = len(list(folder.iterdir()))
    ledger = Ledger.open(folder / f"{number}.sqlite3", key_store="file", **options)  # type: ignore[arg-type]
    ledger.connection.execute("PRAGMA synchronous = OFF")
    return ledger


@LEDGERS
@given(sessions=st.lists(SESSION, max_size=12), splits=st.integers(1, 4))
def test_groups_are_what_sessions_come_to(folder: Path, sessions: list[Session], splits: int) -> None:
    """However sessions are spread over transactions, every group, account, use and count is the sum of the sessions."""
    model = Model(sessions)
    with fresh(folder) as ledger:
        for part in range(splits):
            with ledger.writing() as log:
                for session in sessions[part::splits]:
                    log.add_session(session)
        with ledger.reading() as reader:
            for fact, value in model.uses:
                number = reader.identifier_number(fact, value)
                assert number is not None
                assert read_group(reader, reader, reader.group(number)) == model.group((fact, value))
                assert reader.group(number) == reader.group(number)
            compare(reader, reader, model)
            uses = [session for session in sessions if session.success and not session.refused]
            total, accounts, provenance, not_uses = reader.counts()
            assert total == len(uses) == reader.basis().sessions == sum(provenance.values())
            assert accounts == len({canonical_value("account", session.account) for session in uses})
            assert not_uses["refused"] == sum(session.refused for session in sessions)
            assert sum(not_uses.values()) == len(sessions) - len(uses)
            for fact in reader.coverage():
                pairs = [pair for pair in model.uses if pair[0] == fact.fact]
                assert fact.values == len(pairs)
                assert fact.shared == sum(len(model.uses[pair]) > 1 for pair in pairs)
                assert fact.accounts == len({account for pair in pairs for account in model.uses[pair]})
                assert fact.sessions == len(
                    {id(s) for pair in pairs for uses in model.uses[pair].values() for s, _ in uses}
                )
        assert ledger.verify().problems == ()


@LEDGERS
@given(
    sessions=st.lists(SESSION, max_size=10),
    since=st.none() | st.integers(0, 30),
    until=st.none() | st.integers(0, 30),
    known=st.none() | st.integers(0, 10),
)
def test_windows_are_what_their_sessions_come_to(
    folder: Path, sessions: list[Session], since: int | None, until: int | None, known: int | None
) -> None:
    """A window has the sessions that begin in it and were recorded by a moment, and sums them up alike."""
    clock = iter(range(1000))
    first, last = (None if hour is None else NOON + hour * HOUR for hour in (since, until))
    with fresh(folder, clock=lambda: next(clock)) as ledger:
        for session in sessions:
            with ledger.writing() as log:
                log.add_session(session)
        inside = [
            session
            for number, session in enumerate(sessions, 1)
            if (first is None or session.begin >= first)
            and (last is None or session.begin < last)
            and (known is None or number <= known)
        ]
        with ledger.reading() as reader:
            window = reader.window(first, last, known)
            compare(reader, window, Model(inside))
            assert window.counts()[0] == sum(session.success and not session.refused for session in inside)


def test_as_of_forgets_what_was_told_later(tmp_path: Path) -> None:
    """As of a moment, sessions, amendments and indexed entries that were recorded after it are not there."""
    clock = iter(range(1, 100))
    with Ledger.open(tmp_path / "ledger.sqlite3", key_store="file", clock=lambda: next(clock)) as ledger:
        address, router = seen("public_ip", "203.0.114.7"), seen("gateway_mac", "3C-37-86-5D-75-D4")
        rows = [
            (Session("a", NOON, provenance="imported", readings=(address,)), ("public_ip",)),
            (Session("b", NOON, provenance="imported", readings=(address,)), ("public_ip",)),
            (Session("a", NOON, provenance="imported", readings=(address, router)), ("public_ip", "gateway_mac")),
            (Session("b", NOON, provenance="imported", readings=(address, router)), ("public_ip", "gateway_mac")),
        ]
        for session, mapped in rows:
            with ledger.writing() as log:
                log.add_row(session, mapped)
        found = []
        for moment in range(1, 6):
            with ledger.reading() as reader:
                window = reader.window(as_of=moment)
                shared = sorted(group.fact for group in window.all_groups())
                found.append((window.counts()[0], shared, sum(len(one.sightings) for one in window.all_accounts())))
        assert found == [
            (0, [], 0), (1, [], 1), (2, ["public_ip"], 2), (2, ["public_ip"], 3), (2, ["gateway_mac", "public_ip"], 4),
        ]  # fmt: skip


def test_an_audit_s_copy_is_of_one_root_and_lets_go(tmp_path: Path) -> None:
    """Once groups are being read, a writer gets in, and size, root, groups and counts stay those of before."""
    path = tmp_path / "ledger.sqlite3"
    with Ledger.open(path, key_store="file") as ledger:
        fill(ledger)
        with ledger.writing() as log:
            log.add_session(Session("store-old", NOON, readings=PLACE))
        with ledger.reading() as reader, Ledger.open(path) as other:
            groups = reader.all_groups()
            first = next(groups)
            before = (reader.size, reader.root, reader.counts())
            with other.writing() as log:
                log.add_session(Session("store-new", NOON, readings=PLACE))
            rest = list(groups)
            assert (reader.size, reader.root, reader.counts()) == before
            assert other.size == before[0] + 2
            assert rest
            again = [group.identifier for group in reader.all_groups()]
            assert again == [group.identifier for group in (first, *rest)]
            assert reader.all_groups(("hardware_mac",)) is not None
            assert {group.fact for group in reader.all_groups(("hardware_mac",))} <= {"hardware_mac"}


def test_the_earliest_use_s_spelling_is_shown(tmp_path: Path) -> None:
    """An account shows as its earliest use spelled it, whenever recorded; attempts count only where no use is."""
    with Ledger.open(tmp_path / "ledger.sqlite3", key_store="file") as ledger:
        names = []
        for name, begin, success in [
            ("STORE", NOON - HOUR, False), (" Store ", NOON, True),
            ("stORe", NOON + HOUR, True), ("store", NOON - 1, True),
        ]:  # fmt: skip
            with ledger.writing() as log:
                log.add_session(Session(name, begin, success=success))
                number = log.reader.account_number("store")
                assert number is not None
                names.append(log.reader.account_name(number))
        assert names == ["STORE", "Store", "Store", "store"]
        with ledger.reading() as reader:
            assert reader.account_names(10) == ["store"]


def test_a_session_comes_back_as_it_was_recorded(tmp_path: Path) -> None:
    """Every field and reading of a session is given back, but for a scan, of which only tags and signals are kept."""
    session = Session(
        "Store", NOON, end=NOON + HOUR, operator="Li", channel="remote", provenance="declared", readings=PLACE,
        forced="why", source="a test", site="Office", record="r-1", machine="laptop", network="office", evidence="00ff",
    )  # fmt: skip
    hostile = Session("店 'x'; DROP TABLE", NOON, source="=1+1\x00\x1b[31m<b>", machine="\udcff‮")
    with Ledger.open(tmp_path / "ledger.sqlite3", key_store="file") as ledger:
        with ledger.writing() as log:
            first, second = log.add_session(session), log.add_session(hostile)
        with ledger.reading() as reader:
            opened = reader.session(first)
            told = [reading for reading in PLACE if reading.fact != "wifi_scan"]
            assert sorted(map(repr, opened.readings)) == sorted(map(repr, told))
            assert opened.replace(readings=PLACE) == session
            assert reader.session(second) == hostile.replace(machine="\\udcff‮")
            with pytest.raises(LedgerError):
                reader.session(0)
        assert ledger.verify().intact


def test_ends(tmp_path: Path) -> None:
    """A session is open until its end is told, once, and not before it began."""
    with Ledger.open(tmp_path / "ledger.sqlite3", key_store="file") as ledger, ledger.writing() as log:
        first = log.add_session(Session("a", NOON, readings=PLACE))
        second = log.add_session(Session("b", NOON + MINUTE, readings=PLACE))
        log.add_session(Session("c", NOON, provenance="imported", readings=PLACE))
        log.add_session(Session("d", NOON, refused=True))
        assert [entry for entry, _, _ in log.reader.open_sessions()] == [first, second]
        with pytest.raises(UsageError, match="before it begins"):
            log.add_end(first, NOON - 1)
        log.add_end(first, NOON + MINUTE)
        assert [entry for entry, _, _ in log.reader.open_sessions()] == [second]
        for entry, sentence in ((first, "ended already"), (0, "no open session"), (99, "no open session")):
            with pytest.raises(UsageError, match=sentence):
                log.add_end(entry, NOON + MINUTE)
        with pytest.raises(UsageError, match="before it begins"):
            log.add_session(Session("a", NOON, end=NOON - 1))
        assert log.reader.last_observed() == NOON + MINUTE


@pytest.mark.parametrize(
    ("make", "known"),
    [
        (lambda log: log.add_baseline((), "me"), True),
        (lambda log: log.add_session(Session("a", NOON, provenance="declared")), True),
        (lambda log: log.add_session(Session("a", NOON, provenance="imported")), True),
        (lambda log: log.add_session(Session("a", NOON, provenance="imported", success=False)), False),
        (lambda log: log.add_session(Session("a", NOON)), False),
        (lambda log: log.add_policy(""), False),
    ],
)
def test_what_is_a_baseline(tmp_path: Path, make: object, known: bool) -> None:
    """An answer, a declared or an imported use tells what was used here before; nothing else does."""
    assert callable(make)
    with Ledger.open(tmp_path / "ledger.sqlite3", key_store="file") as ledger, ledger.writing() as log:
        assert not log.reader.has_baseline()
        make(log)
        assert log.reader.has_baseline() is known


def test_wider_networks_and_radio_boxes_are_stored_with_what_shows_them(tmp_path: Path) -> None:
    """A public IPv6 address brings its /64, /56 and /48, a BSSID its access point; only linking facts collide."""
    with Ledger.open(tmp_path / "ledger.sqlite3", key_store="file") as ledger, ledger.writing() as log:
        for account in ("a", "b"):
            readings = (seen("public_ip", "2a02:8108:1:2::7"), seen("bssid", "3C-37-86-5D-75-D5"))
            log.add_session(Session(account, NOON, readings=readings))
        reader = log.reader
        assert reader.identifier_number("public_prefix", "2a02:8108:1:2::/64") is not None
        assert reader.identifier_number("prefix56", "2a02:8108:1::/56") is not None
        assert reader.identifier_number("prefix48", "2a02:8108:1::/48") is not None
        assert reader.identifier_number("access_point", "3C-37-86-5D-75-D9") is not None
        facts = sorted(group.fact for group in reader.all_groups())
        assert facts == ["access_point", "bssid", "public_ip", "public_prefix"]


def test_what_does_not_identify_is_no_identifier(tmp_path: Path) -> None:
    """Readings that do not identify, and context, are kept and compared with nothing."""
    readings = (
        Reading("gateway_mac", "observed", "00-00-5E-00-01-01", reason="VRRP"),
        Reading("local_ip", "observed", "192.168.1.5", identifying=True),
    )
    with Ledger.open(tmp_path / "ledger.sqlite3", key_store="file") as ledger, ledger.writing() as log:
        entry = log.add_session(Session("a", NOON, readings=readings))
        reader = log.reader
        assert reader.identifier_number("gateway_mac", "00-00-5E-00-01-01") is None
        assert reader.session_identifiers(1, NOON) == ()
        assert len(reader.session(entry).readings) == 2
