"""Erasing: nothing of it is left in the file, the tree verifies, and what others share stays."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from isolation.audit import audit_ledger
from isolation.errors import KeyUnavailable, LedgerError, UsageError
from isolation.ledger import Ledger
from isolation.ledger.choosing import Wanted
from isolation.ledger.erasing import Erased
from isolation.ledger.proofs import StoredTree
from isolation.model import Session
from isolation.policy import Policy

from .conftest import DAY, DEVICE, ELSEWHERE, HERE, HOUR, NOON, OTHER_DEVICE, left_in, rows, traces


def erase(ledger: Ledger, **wanted: object) -> Erased:
    """Erases and sweeps."""
    with ledger.writing() as log:
        erased = log.erase(Wanted(**wanted), "a test")  # type: ignore[arg-type]  # by name
    ledger.sweep()
    return erased


def record(ledger: Ledger, account: str, at: int = NOON + 10 * DAY) -> int:
    """Records a session; returns its entry."""
    with ledger.writing() as log:
        return log.add_session(Session(account, at, readings=HERE[:2]))


def number_of(ledger: Ledger, entry: int) -> object:
    """The number that a session has within its account."""
    return rows(ledger.path, "SELECT sequence FROM sessions WHERE entry = ?", entry)[0][0]


def empty(ledger: Ledger) -> list[int]:
    """The entries that are erased."""
    return [int(str(entry)) for (entry,) in rows(ledger.path, "SELECT i FROM entries WHERE body = x''")]


def by_number(wish: dict[str, Any], made: dict[str, int]) -> dict[str, Any]:
    """The wish with its entries by number."""
    return wish | {"entries": tuple(made[name] for name in wish.get("entries", ()))}


EVERY_ACCOUNT = ("amazon:store-a", "store-b", "store-c", "store-d")
EVERY_WISH = [
    {"accounts": ("AMAZON:store-a",)}, {"accounts": ("store-b",)}, {"accounts": ("store-c",)},
    {"accounts": ("store-d",)}, {"accounts": EVERY_ACCOUNT}, {"operators": ("li",)}, {"operators": ("Wu",)},
    {"operators": ("zhao",)}, {"machine": DEVICE}, {"machine": OTHER_DEVICE}, {"machine": "3c:07:54:1a:2b:3c"},
    {"machine": "old LAPTOP"}, {"before": NOON - 500 * DAY}, {"before": NOON + HOUR + 1},
    {"before": NOON + 1000 * DAY}, {"scans_before": NOON + 1}, {"entries": ("policy",)}, {"entries": ("a1", "b1")},
]  # fmt: skip


@pytest.mark.parametrize("wish", EVERY_WISH, ids=[str(wish) for wish in EVERY_WISH])
def test_whatever_is_erased_the_ledger_verifies(full: Ledger, made: dict[str, int], wish: dict[str, Any]) -> None:
    """After an erasure each table is what replaying the rest gives, the old root is proved, and the gap is counted."""
    size, root = full.size, full.root
    erased = erase(full, **by_number(wish, made))
    assert erased.entries > 0
    result = full.verify()
    assert result.problems == ()
    assert result.unchecked == ()
    assert result.erased == erased.entries == len(empty(full))
    assert full.size > size
    assert StoredTree(full).root(size) == root


def test_no_trace_is_left_in_the_file(full: Ledger) -> None:
    """After all accounts are erased no sealed or open byte, no tag and no identifier of them is left in the file."""
    entries = [entry for (entry,) in rows(full.path, "SELECT i FROM entries WHERE i > 0")]
    wanted = traces(full.path, entries)  # type: ignore[arg-type]  # integers, by the table
    values = [value for (value,) in rows(full.path, "SELECT value FROM identifiers") if value]
    fields = [blob for (blob,) in rows(full.path, "SELECT core FROM rows")]
    everything = [*wanted, *values, *fields]
    assert len(left_in(full.path, everything)) == len(everything)  # type: ignore[arg-type]  # byte strings
    erase(full, accounts=EVERY_ACCOUNT)
    assert left_in(full.path, everything) == []  # type: ignore[arg-type]  # as above
    assert rows(full.path, "SELECT count(*) FROM identifiers") == [(0,)]


def test_many_sessions_leave_no_trace_either(full: Ledger) -> None:
    """Where pages were split and merged by two thousand sessions, sweeping still leaves nothing of the erased half."""
    others = {bytes(tag) for (tag,) in rows(full.path, "SELECT tag FROM identifiers")}  # type: ignore[call-overload]  # blobs
    with full.writing() as log:
        mine = [
            log.add_session(Session(f"many-{n % 40}", NOON + n, operator=f"person {n}", readings=HERE[:2]))
            for n in range(2000)
        ]
    tags = {bytes(tag) for (tag,) in rows(full.path, "SELECT tag FROM identifiers")} - others  # type: ignore[call-overload]  # blobs
    wanted = [trace for trace in traces(full.path, mine[::200]) if trace not in others] + sorted(tags)[:200]
    assert len(left_in(full.path, wanted)) == len(wanted)
    erase(full, accounts=tuple(f"many-{n}" for n in range(40)))
    assert left_in(full.path, wanted) == []
    assert full.verify().problems == ()


def test_what_others_share_stays(full: Ledger) -> None:
    """Erasing one account takes it out of every group, and leaves the values that other accounts used."""
    with full.reading() as reader:
        router = reader.identifier_number("gateway_mac", "3C-37-86-5D-75-D4")
        assert router is not None
        assert len(reader.group(router).contacts) == 2
    erase(full, accounts=("amazon:store-a",))
    with full.reading() as reader:
        assert reader.account_number("amazon:store-a") is None
        assert reader.identifier_number("gateway_mac", "3C-37-86-5D-75-D4") == router
        assert [reader.account_name(contact.account) for contact in reader.group(router).contacts] == ["store-b"]
        assert reader.identifier_value(router) == "3C-37-86-5D-75-D4"
        assert reader.identifier_number("gateway_mac", "00-1B-2F-AA-BB-CC") is not None  # a failed login saw it
    audit = audit_ledger(full, policy=Policy())
    assert [finding for finding in audit.findings if "amazon:store-a" in finding.accounts] == []


def test_an_audit_counts_what_was_erased(full: Ledger) -> None:
    """An audit says how many entries are missing from it because they were erased."""
    assert [gap for gap in audit_ledger(full, policy=Policy()).unreadable if gap.code == "erased"] == []
    erased = erase(full, accounts=("store-b",))
    (gap,) = [gap for gap in audit_ledger(full, policy=Policy()).unreadable if gap.code == "erased"]
    assert gap.text.startswith(f"{erased.entries} entries were erased")


def test_an_erased_entry_is_told_from_a_damaged_one(full: Ledger, made: dict[str, int]) -> None:
    """Reading an erased session says that it was erased; erasing it again is refused."""
    erase(full, entries=(made["a1"],))
    with full.reading() as reader, pytest.raises(LedgerError, match=f"Entry {made['a1']} was erased"):
        reader.session(made["a1"])
    with pytest.raises(UsageError, match="erased already"):
        erase(full, entries=(made["a1"],))


@pytest.mark.parametrize(
    ("entry", "why"), [(0, "stands on"), (99, "no entry 99"), (-1, "no entry -1"), ("end", "tells more of entry 3")]
)
def test_what_cannot_be_erased_alone_is_refused(full: Ledger, made: dict[str, int], entry: int | str, why: str) -> None:
    """The origin, an end without its session and entries that there are not are refused, and nothing is changed."""
    root = full.root
    with pytest.raises(UsageError, match=why):
        erase(full, entries=(made[entry] if isinstance(entry, str) else entry,))
    assert full.root == root


def test_a_session_goes_with_all_that_tells_of_it(full: Ledger, made: dict[str, int]) -> None:
    """The end, the scan and the amendment of an erased session go with it."""
    erased = erase(full, accounts=("amazon:store-a",), operators=("Zhao",))
    assert erased.kinds == {
        "policy": 1, "baseline": 1, "session": 3, "scan": 2, "end": 1, "amend": 1,
    }  # fmt: skip
    assert set(empty(full)) >= {made["a1"], made["end"], made["a2"]}


def test_names_in_answers_policies_and_reports_go_too(full: Ledger, made: dict[str, int]) -> None:
    """A policy and a report that name the account are erased; the answer about the past stays without the name."""
    with full.writing() as log:
        about = log.add_report("bundle", "0" * 64, accounts=["AMAZON:STORE-A"], operators=[], disclosed=["store-b"])
        other = log.add_report("bundle", "0" * 64, accounts=["store-b"], operators=["Wu"], disclosed=[])
        broken = log.add_policy("this is [no toml")
        harmless = log.add_policy('[accounts."store-z"]\n')
    erase(full, accounts=("amazon:store-a",))
    gone = set(empty(full))
    assert {made["policy"], made["baseline"], about, broken} <= gone
    assert not {other, harmless} & gone
    with full.reading() as reader:
        assert reader.has_baseline()
    (latest,) = rows(full.path, "SELECT latest FROM kinds WHERE kind = 'baseline'")[0]
    assert full.opener().fields(full.connection.execute, int(str(latest))) == {
        "accounts": ["store-b"], "by": "setup", "left_out": 1,
    }  # fmt: skip
    assert full.verify().problems == ()


def test_a_superseded_policy_goes_with_its_age(full: Ledger, made: dict[str, int], clock: Callable[[], int]) -> None:
    """By age the policies that had stopped being in force by then go; the one in force stays, however old."""
    clock.now = NOON + 10 * DAY  # type: ignore[attr-defined]  # the tests' own clock
    with full.writing() as log:
        second = log.add_policy("")
    clock.now = NOON + 20 * DAY  # type: ignore[attr-defined]  # as above
    with full.writing() as log:
        third = log.add_policy("")
    erase(full, before=NOON + 20 * DAY)
    assert made["policy"] in empty(full)
    assert not {second, third} & set(empty(full))


def test_age_is_that_of_the_end_of_a_use_or_of_logging_without_one(full: Ledger, made: dict[str, int]) -> None:
    """A use that ended after the limit stays, one without a time goes by when it was recorded."""
    row = Session("store-e", 0, provenance="imported", source="log.csv", readings=ELSEWHERE[2:3])
    with full.writing() as log:
        log.add_row(row, ("public_ip",))
    undated = full.size - 1
    erase(full, before=NOON + HOUR)
    assert made["a1"] not in empty(full)  # it ended then
    assert undated in empty(full)  # it was recorded before


def test_scans_go_by_their_own_age(full: Ledger) -> None:
    """Neighbouring access points can be erased without the sessions that saw them."""
    before = rows(full.path, "SELECT count(*) FROM sessions")
    assert rows(full.path, "SELECT count(*) FROM scans") == [(3,)]
    erase(full, scans_before=NOON + 1)
    assert rows(full.path, "SELECT count(*) FROM scans") == [(0,)]
    assert rows(full.path, "SELECT count(*) FROM identifiers WHERE id % 32 = 11") == [(0,)]
    assert rows(full.path, "SELECT count(*) FROM sessions") == before


@pytest.mark.parametrize("wish", [{"entries": ("b2",)}, {"before": NOON + 100 * DAY}, {"accounts": ("store-b",)}])
def test_numbers_within_an_account_are_never_used_twice(
    full: Ledger, made: dict[str, int], wish: dict[str, Any]
) -> None:
    """Whether an account's last session is erased, all of them or the whole ledger's, the next has a new number."""
    assert number_of(full, made["b2"]) == 3
    erase(full, **by_number(wish, made))
    assert number_of(full, record(full, "store-b")) == 4
    assert number_of(full, record(full, "store-b")) == 5
    assert full.verify().problems == ()
    erase(full, accounts=("store-b",))
    entry = record(full, "store-b")
    assert number_of(full, entry) == 6
    assert full.opener().fields(full.connection.execute, entry)["acct_from"] == 5
    assert full.verify().problems == ()


def test_an_account_that_stays_goes_on_with_its_own_numbers(full: Ledger, made: dict[str, int]) -> None:
    """An account with sessions left is not moved by another's erasure, also after several."""
    erase(full, accounts=("store-b",))
    assert number_of(full, record(full, "amazon:store-a")) == 3
    erase(full, entries=(full.size - 1,))
    erase(full, entries=(made["a2"],))
    assert number_of(full, record(full, "amazon:store-a")) == 4
    assert full.verify().problems == ()


def test_the_guard_against_accidents_stands_again(full: Ledger) -> None:
    """After an erasure the log refuses UPDATE and DELETE as before."""
    erase(full, accounts=("store-b",))
    connection = sqlite3.connect(full.path)
    for statement in ("UPDATE entries SET body = x'' WHERE i = 3", "DELETE FROM entries"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    connection.close()


def test_an_interrupted_sweep_is_seen_and_finished(full: Ledger) -> None:
    """Where the file was not swept, `verify` remarks on it without calling it damage, until somebody sweeps."""
    with full.writing() as log:
        log.erase(Wanted(accounts=("store-b",)), "a test")
    result = full.verify()
    assert result.intact
    assert any("--sweep" in remark for remark in result.remarks)
    full.sweep()
    assert full.verify().remarks == ()


def test_an_entry_that_is_said_to_be_erased_and_is_there_is_found(full: Ledger, made: dict[str, int]) -> None:
    """Putting an erased entry back, or emptying one that was not erased, is damage."""
    saved = rows(full.path, "SELECT tags, tag_mac, body, sealed FROM entries WHERE i = ?", made["b2"])[0]
    erase(full, entries=(made["b2"],))
    connection = sqlite3.connect(full.path)
    connection.execute("DROP TRIGGER entries_update")
    update = "UPDATE entries SET tags = ?, tag_mac = ?, body = ?, sealed = ? WHERE i = ?"
    connection.execute(update, (*saved, made["b2"]))
    connection.execute(update, (None, None, b"", b"", made["a1"]))
    connection.commit()
    connection.close()
    problems = full.verify().problems
    assert (made["b2"], "an entry says that it was erased, and it is there") in problems
    assert (made["a1"], "it is empty, and no entry says that it was erased") in problems


def test_entries_that_wait_for_their_tags_are_erased_as_well(
    full: Ledger, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Entries recorded while the keys were out of reach are given their tags first, so that none is overlooked."""
    path = tmp_path / "waiting" / "ledger.sqlite3"
    moods = Path(__file__).parents[1] / "ledger" / "backends"
    monkeypatch.syspath_prepend(str(moods))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "isolation_test_keyring.FileKeyring")
    monkeypatch.setenv("TEST_KEYRING", str(tmp_path / "keyring.json"))
    with Ledger.open(path, key_store="keyring"):
        pass
    mood = tmp_path / "keyring.mood"
    mood.write_text("locked")
    with Ledger.open(path) as ledger:
        record(ledger, "store-b")
        with pytest.raises(KeyUnavailable):
            erase(ledger, accounts=("store-b",))
    mood.unlink()
    with Ledger.open(path) as ledger:
        assert erase(ledger, accounts=("store-b",)).sessions == 1
        assert ledger.verify().problems == ()
