"""Sessions and their ends, told by records that may lie in different files: the same in any order, over any runs."""

from __future__ import annotations

import gzip
import itertools
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from isolation.history import open_import
from isolation.hooks.import_history import ImportResult, import_history
from isolation.ledger import Ledger
from isolation.ledger.choosing import Wanted

from .conftest import NOW, OPTIONS, sessions_of
from .logs import SESSION_MAKERS

Bring = Callable[..., ImportResult]
BEGIN = "2026-11-24T10:00:00Z web sshd[9]: Accepted password for li from 192.168.1.5 port 5 ssh2\n"
AGAIN = BEGIN.replace("T10", "T12")
CLOSE = "2026-11-24T10:30:00Z web sshd[9]: pam_unix(sshd:session): session closed for user li\n"
LATER = CLOSE.replace("T10:30", "T12:30")
GONE = "2026-11-24T10:20:00Z web sshd[77]: Disconnected from user li 192.168.1.5 port 5\n"


@pytest.fixture
def bring(ledger: Ledger, tmp_path: Path) -> Bring:
    """Imports one text in a run of its own."""

    def run(text: str, into: Ledger = ledger, **options: object) -> ImportResult:
        path = tmp_path / "log"
        path.write_text(text, encoding="utf-8", newline="")
        with open_import(path, None, **(OPTIONS | options)) as source:  # type: ignore[arg-type]  # options by name
            return import_history(into, source, pause=lambda _: None)

    return run


def ends(ledger: Ledger) -> list[object]:
    """The ends of all sessions, by their begins."""
    return [line["end"] for line in sorted(sessions_of(ledger), key=lambda line: str(line["begin"]))]


@pytest.mark.parametrize("kind", SESSION_MAKERS)
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("user_as", ["account", "operator"])
def test_sessions_and_ends_are_the_same_however_a_log_is_cut(
    kind: str, seed: int, user_as: str, recorded: Callable[..., object], tmp_path: Path
) -> None:
    """Cut anywhere, in any order, packed, twice: records of begins and ends come to the same sessions and findings."""
    chance = random.Random(f"{kind}{seed}")
    told = [line for number in range(1, 50) for line in SESSION_MAKERS[kind](chance, number)]
    whole = tmp_path / "whole"
    whole.write_text("".join(told), encoding="utf-8")
    expected = recorded([whole], format=kind, user_as=user_as)
    assert '"end": "2026' in str(expected)
    for turn in range(5):
        several = chance.sample(told, len(told)) if turn % 2 else list(told)
        cuts = [0, *sorted(chance.sample(range(1, len(told)), chance.randrange(1, 6))), len(told)]
        paths = []
        for number, (first, last) in enumerate(itertools.pairwise(cuts)):
            path = tmp_path / f"{turn}-{number}"
            content = "".join(several[first:last] + (several[:3] if turn == 3 else [])).encode()
            path.write_bytes(gzip.compress(content) if turn == 2 else content)
            paths.append(path)
        assert recorded(chance.sample(paths, len(paths)), format=kind, user_as=user_as) == expected


def test_an_end_waits_for_its_begin(bring: Bring, ledger: Ledger) -> None:
    """An end that a run brings before its begin ends it in a later run; a repeat adds nothing."""
    assert bring(CLOSE).recorded == 1
    result = bring(BEGIN)
    assert (result.recorded, result.ended) == (1, 1)
    assert ends(ledger) == ["2026-11-24T10:30:00Z"]
    size = ledger.size
    assert bring(CLOSE + BEGIN).duplicates == 2
    assert ledger.size == size
    assert ledger.verify().intact


def test_a_name_that_is_given_out_again_ends_each_session_with_its_own_end(bring: Bring, ledger: Ledger) -> None:
    """An end of the next session is taken back from the one before once that next session, or its own end, is known."""
    bring(BEGIN + LATER)
    assert ends(ledger) == ["2026-11-24T12:30:00Z"]
    bring(AGAIN)
    assert ends(ledger) == [None, "2026-11-24T12:30:00Z"]
    bring(CLOSE)
    assert ends(ledger) == ["2026-11-24T10:30:00Z", "2026-11-24T12:30:00Z"]
    assert ledger.verify().intact


def test_disconnected_ends_a_session_whose_process_is_another(bring: Bring, ledger: Ledger) -> None:
    """sshd's own message names user, address and port: the session ends there, before PAM closed it."""
    bring(CLOSE)
    bring(BEGIN + GONE)
    assert ends(ledger) == ["2026-11-24T10:20:00Z"]
    assert ledger.verify().intact


def test_a_stop_alone_is_the_session_that_its_start_is(bring: Bring, ledger: Ledger) -> None:
    """Clocks that disagree by two seconds make no second session, and what the Stop alone knows is added."""
    start = (
        '{"Acct-Status-Type":"Start","Acct-Session-Id":"A","User-Name":"li","NAS-Identifier":"ap",'
        '"Event-Timestamp":"2026-11-24T10:00:00Z"}\n'
    )
    stop = (
        '{"Acct-Status-Type":"Stop","Acct-Session-Id":"A","User-Name":"li","NAS-Identifier":"ap",'
        '"Event-Timestamp":"2026-11-24T10:10:02Z","Acct-Session-Time":600,"Framed-IP-Address":"8.8.4.4"}\n'
    )
    bring(start)
    assert bring(stop).amended == 1
    (session,) = sessions_of(ledger)
    assert (session["begin"], session["end"]) == ("2026-11-24T10:00:00Z", "2026-11-24T10:10:02Z")
    assert "8.8.4.4" in str(session["readings"])
    assert ledger.verify().intact


def test_what_is_erased_takes_its_ends_with_it(bring: Bring, ledger: Ledger) -> None:
    """Erasing a person takes the records of their sessions' ends; one by its number takes the end back."""
    bring(BEGIN + CLOSE)
    bring(AGAIN.replace("li", "wang") + LATER)
    with ledger.writing() as log:
        erased = log.erase(Wanted(accounts=("li",)), "test")
    assert erased.kinds == {"session": 1, "end": 1, "close": 1}
    assert ledger.verify().intact
    (entry,) = ledger.connection.execute("SELECT entry FROM closes").fetchone()
    with ledger.writing() as log:
        log.erase(Wanted(entries=(entry,)), "test")
    assert ends(ledger) == [None]
    assert ledger.verify().intact


def test_logoffs_of_machines_are_counted_and_not_kept(bring: Bring, ledger: Ledger) -> None:
    """In a log of operators the end of a machine account's session is passed over, as its begin is."""
    told = (
        '{"EventID":"4634","Computer":"PC1","TimeCreated":"2026-11-24T10:00:00Z","TargetUserName":"PC1$",'
        '"TargetLogonId":"0x9"}\n'
    )
    result = bring(told, user_as="operator")
    assert (result.recorded, dict(result.ignored)) == (0, {"logoff of a machine account": 1})


def test_an_earlier_state_has_the_end_that_was_known_then(bring: Bring, tmp_path: Path) -> None:
    """Ends stand in the log one after the other, so that what was known before stays."""
    with Ledger.open(tmp_path / "own.sqlite3", key_store="file", clock=lambda: NOW) as one:
        bring(BEGIN + LATER, into=one)
        bring(CLOSE, into=one)
        assert one.connection.execute('SELECT "end" FROM changes ORDER BY entry').fetchall() == [
            (None,), (1_795_523_400_000_000,),
        ]  # fmt: skip
