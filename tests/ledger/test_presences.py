"""Presences: what workforce logs say of operators. Entries that are no use of any account."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from isolation.audit import audit_ledger
from isolation.hooks.erasure import carry_out, wanted_operator
from isolation.ledger import Ledger
from isolation.ledger.lines import ledger_lines
from isolation.ledger.person import stored_of_operator
from isolation.model import Session

from .conftest import NOON, row, seen

ADDRESS = seen("public_ip", "203.0.114.7")
ROUTER = seen("gateway_mac", "3C-37-86-5D-75-D4")
Told = tuple[Session, tuple[str, ...]]


def presence(operator: str, begin: int, *readings: object, success: bool = True) -> Session:
    """What a workforce log tells of a person."""
    return Session(
        "", begin, operator=operator, provenance="imported", readings=readings, source="import:okta", success=success  # type: ignore[arg-type]  # Reading
    )  # fmt: skip


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A ledger in which an account and two operators were seen at one address."""
    ledger = Ledger.open(tmp_path / "x.sqlite3", key_store="file")
    with ledger.writing() as log:
        log.add_row(row("store", NOON, ADDRESS), ("public_ip",))
        outcomes = [
            log.add_row(presence("Li@corp.example", NOON, ADDRESS), ("public_ip",)),
            log.add_row(presence(" li@CORP.example", NOON, ADDRESS), ("public_ip",)),
            log.add_row(presence("li@corp.example", NOON, ADDRESS, ROUTER), ("public_ip", "gateway_mac")),
            log.add_row(presence("wang", NOON, ADDRESS, success=False), ("public_ip",)),
        ]
    assert outcomes == ["recorded", "duplicate", "amended", "recorded"]
    return ledger


def test_a_presence_is_no_use_and_collides_with_nothing(ledger: Ledger) -> None:
    """Accounts, uses, failed logins and findings of an audit are as if the workforce log were not there."""
    with ledger:
        audit = audit_ledger(ledger)
        assert (audit.sessions, audit.accounts, audit.findings) == (1, 1, ())
        assert ledger.verify().problems == ()


def test_a_presence_that_was_changed_in_its_table_is_found(ledger: Ledger) -> None:
    """Verifying makes the table of presences anew from the log and says where it differs."""
    with ledger:
        ledger.connection.execute("UPDATE presences SET begin = begin + 1 WHERE entry = 2")
        assert [problem for problem in ledger.verify().problems if "presences" in problem[1]]


def test_an_operators_presences_come_out_whole(ledger: Ledger) -> None:
    """What is stored about a person has their presences with what later rows added, under any spelling."""
    with ledger:
        told = stored_of_operator(ledger, "LI@corp.example")["sessions"]
        assert [(line["kind"], line["operator"], "account" in line) for line in told] == [
            ("presence", "Li@corp.example", False)
        ]
        assert {reading["fact"] for reading in told[0]["readings"]} == {"public_ip", "gateway_mac"}


def test_one_login_is_one_person_however_logs_spell_it(ledger: Ledger) -> None:
    """CORP\\li and li@CORP.EXAMPLE are found and erased with li@corp.example; another company's li is not."""
    with ledger:
        with ledger.writing() as log:
            for number, name in enumerate((r"CORP\li", "li@CORP.EXAMPLE", "li@corp.test", "li"), 1):
                log.add_row(presence(name, NOON + number, ADDRESS), ("public_ip",))
        spelled = {line["operator"] for line in stored_of_operator(ledger, "li@corp.example")["sessions"]}
        assert spelled == {"Li@corp.example", r"CORP\li", "li@CORP.EXAMPLE"}
        carry_out(ledger, wanted_operator("li@corp.example"), "by operator")
        left = {line["operator"] for line in ledger_lines(ledger) if line.get("kind") == "presence"}
        assert left == {"wang", "li@corp.test", "li"}
        assert ledger.verify().problems == ()


def test_erasing_an_operator_takes_their_presences_and_no_others(ledger: Ledger) -> None:
    """After it the ledger verifies, no tag of the person or of what only they had is left, and others stay."""
    with ledger:
        carry_out(ledger, wanted_operator("li@corp.example"), "by operator")
        kinds = [line["kind"] for line in ledger_lines(ledger) if "kind" in line]
        assert kinds == ["session", "presence"]
        left = ledger.connection.execute("SELECT count(*) FROM identifiers").fetchone()[0]
        assert left == 3  # store, its address, wang
        assert ledger.verify().problems == ()


def test_a_presence_moves_to_another_ledger_once(ledger: Ledger, tmp_path: Path) -> None:
    """The lines of a ledger bring its presences as presences, and bring nothing twice."""
    import json

    from isolation.history import open_import
    from isolation.hooks.import_history import import_history

    path = tmp_path / "lines.jsonl"
    with ledger:
        path.write_text("".join(json.dumps(line) + "\n" for line in ledger_lines(ledger)), encoding="utf-8")
    with Ledger.open(tmp_path / "other.sqlite3", key_store="file") as other:
        for expected in ((3, 2, 0), (0, 0, 3)):
            with open_import(path, None, now=NOON * 2) as source:
                result = import_history(other, source)
            assert (result.recorded, result.presences, result.duplicates) == expected
            assert result.rejected == ()
        assert other.verify().problems == ()
        with pytest.raises(sqlite3.IntegrityError):
            other.connection.execute("INSERT INTO presences VALUES (1, NULL, 0, NULL, 0, 0, 1, x'')")
