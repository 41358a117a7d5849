"""Who catches what: each attack actually tried, caught or not as docs/keeping.md says, and not caught said so."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import isolation
from isolation.ledger import Ledger
from isolation.ledger.anchoring import anchor
from isolation.ledger.proofs import signed_checkpoint
from isolation.ledger.timestamps import Trust
from isolation.model import Reading, Session
from isolation.policy import Policy
from isolation.reports.bundle import Request, make_bundle
from isolation.reports.documents import DOES_NOT_SHOW

from ..anchors.conftest import Authority
from ..cli.conftest import Cli, Outcome
from ..conftest import DAY, NOON

ROUTER = (Reading("gateway_mac", "observed", "3C-37-86-5D-75-D4", source="test", identifying=True),)
Opener = Callable[..., Ledger]


@pytest.fixture
def opened(home: Path) -> Opener:
    """Opens a file with the keys of the ledger in the home folder, at a time that the machine's clock claims."""

    def run(path: Path, now: int = NOON) -> Ledger:
        os.environ["ISOLATION_KEY_FILE"] = str(home / "ledger.key")
        return Ledger.open(path, key_store="file", clock=lambda: now)

    return run


@pytest.fixture(autouse=True)
def _one_key_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISOLATION_KEY_FILE", str(home / "ledger.key"))


def use(ledger: Ledger, account: str, begin: int) -> int:
    """Records a use."""
    with ledger.writing() as log:
        return log.add_session(Session(account, begin, readings=ROUTER))


def verified(cli: Cli, path: Path, *more: object) -> Outcome:
    """What `isolation verify` says of a ledger; its text says what it does not prove whatever it found."""
    text = cli("--ledger", str(path), "verify", *map(str, more))
    for words in ("rewrite or back-date", "removed from the end", "a fork", "is true"):
        assert words in text.out
    outcome = cli("--format", "json", "--ledger", str(path), "verify", *map(str, more))
    assert outcome.code == text.code
    assert all(limit in text.out for limit in outcome.document["does_not_prove"])
    return outcome


def state(outcome: Outcome) -> tuple[int, str]:
    """Exit code, and what holding it against a kept checkpoint showed."""
    return outcome.code, outcome.document["checkpoint"]["state"]


def test_a_forged_bundle_is_caught_and_a_forged_report_is_not(cli: Cli, home: Path, tmp_path: Path) -> None:
    """A changed bundle is damaged, one by a stranger's key shows another fingerprint and log; a report says it is
    not signed.
    """
    with Ledger.open(home / "ledger.sqlite3", key_store="file") as ledger:
        use(ledger, "store-a", NOON)
        genuine = make_bundle(ledger, Policy(), Request("store-a"))
        kept = tmp_path / "kept"
        kept.write_text(signed_checkpoint(ledger)[1], encoding="utf-8")
        report = Path(isolation.write_report(isolation.audit_ledger(ledger), tmp_path / "audit.md"))
    file = tmp_path / "bundle"
    file.write_bytes(genuine.data.replace(b"store-a", b"store-b"))
    damaged = cli("--format", "json", "verify", str(file))
    assert (damaged.code, damaged.document["intact"]) == (3, False)
    stranger = {"ISOLATION_HOME": str(tmp_path / "stranger")}
    with Ledger.open(tmp_path / "stranger" / "ledger.sqlite3", key_store="file", environment=stranger) as other:
        use(other, "store-a", NOON)
        file.write_bytes(make_bundle(other, Policy(), Request("store-a")).data)
    forged = cli("--format", "json", "verify", str(file))
    assert forged.code == 0
    assert genuine.result.key is not None
    assert forged.document["fingerprint"] != genuine.result.key.fingerprint()
    assert any("Who held the signing key" in limit for limit in forged.document["does_not_prove"])
    assert state(cli("--format", "json", "verify", str(file), "--checkpoint", str(kept))) == (3, "foreign")
    assert "it is not signed" in report.read_text(encoding="utf-8")  # so that nothing shows whether somebody changed it


def test_rewriting_by_the_owner_is_caught_by_an_old_checkpoint_or_time_stamp_only(
    opened: Opener, authority: Authority, trust: Trust, cli: Cli, home: Path, tmp_path: Path
) -> None:
    """A ledger written anew with its keys, back-dated, is intact; what was kept elsewhere from before shows it."""
    path, beginning = home / "ledger.sqlite3", tmp_path / "beginning.sqlite3"
    opened(path).close()
    shutil.copy(path, beginning)
    with opened(path) as ledger:
        use(ledger, "store-a", NOON)
        use(ledger, "store-b", NOON)
        (stamp,) = anchor(ledger, [authority.url], trust).anchors
    kept = tmp_path / "anchor.checkpoint"
    kept.write_text(stamp.checkpoint, encoding="utf-8")
    with opened(beginning, NOON + 1) as rewritten:  # the same origin and keys, another past, an earlier clock
        use(rewritten, "store-a", NOON - 300 * DAY)
        use(rewritten, "store-a", NOON - 200 * DAY)
        use(rewritten, "store-a", NOON - 100 * DAY)
    assert verified(cli, beginning).code == 0  # not caught
    assert state(verified(cli, beginning, "--checkpoint", kept)) == (3, "forked")
    assert state(verified(cli, path, "--checkpoint", kept)) == (0, "consistent")


def test_back_dating_after_a_time_stamp_shows_by_the_interval(
    opened: Opener, authority: Authority, trust: Trust, home: Path
) -> None:
    """An entry written by a clock set back years stands in the report as recorded after the time stamp before it."""
    path = home / "ledger.sqlite3"
    with opened(path) as ledger:
        use(ledger, "store-a", NOON)
        (stamp,) = anchor(ledger, [authority.url], trust).anchors
    claimed = stamp.since - 1000 * DAY
    with opened(path, claimed) as ledger:
        entry = use(ledger, "store-b", claimed)
        audit = isolation.audit_ledger(ledger, policy=Policy())
        told = {one.entry: one for uses in audit.logged.values() for one in uses}[entry]
        assert (told.begin, told.clock, told.after) == (claimed, claimed, stamp.since)
        assert any("set back" in remark for remark in ledger.verify().remarks)


def test_a_cut_tail_is_caught_by_what_was_kept_elsewhere_only(
    opened: Opener, authority: Authority, trust: Trust, cli: Cli, home: Path, tmp_path: Path
) -> None:
    """A ledger without its last entries is intact by itself; an anchor kept elsewhere from after them shows it."""
    path, short = home / "ledger.sqlite3", tmp_path / "short.sqlite3"
    with opened(path) as ledger:
        use(ledger, "store-a", NOON)
        (early,) = anchor(ledger, [authority.url], trust).anchors
        shutil.copy(path, short)
        use(ledger, "store-b", NOON)
        (late,) = anchor(ledger, [authority.url], trust).anchors
    kept = tmp_path / "anchor.checkpoint"
    assert verified(cli, short).code == 0  # not caught
    kept.write_text(early.checkpoint, encoding="utf-8")
    assert state(verified(cli, short, "--checkpoint", kept)) == (0, "consistent")  # nor by one from before them
    kept.write_text(late.checkpoint, encoding="utf-8")
    assert state(verified(cli, short, "--checkpoint", kept)) == (3, "truncated")


def test_a_fork_is_caught_by_comparing_the_branches_only(
    opened: Opener, authority: Authority, trust: Trust, cli: Cli, home: Path, tmp_path: Path
) -> None:
    """Each branch is intact and gets its time stamp from one authority; only a checkpoint of the other one shows it."""
    one, other = home / "ledger.sqlite3", tmp_path / "copy.sqlite3"
    with opened(one) as ledger:
        use(ledger, "store-a", NOON)
    shutil.copy(one, other)
    kept = {}
    for path, account in ((one, "store-b"), (other, "store-c")):
        with opened(path) as ledger:
            use(ledger, account, NOON)
            (stamp,) = anchor(ledger, [authority.url], trust).anchors  # it never asks for consistency
            kept[path] = tmp_path / f"{account}.checkpoint"
            kept[path].write_text(stamp.checkpoint, encoding="utf-8")
            bundle = make_bundle(ledger, Policy(), Request(account))
            file = tmp_path / account
            file.write_bytes(bundle.data)
        assert verified(cli, path).code == 0  # not caught
        checked = cli("--format", "json", "verify", str(file))
        assert (checked.code, checked.document["intact"]) == (10, True)  # who made the time stamp was not asked
        assert any("only a witness shows a fork" in limit for limit in checked.document["does_not_prove"])
    assert state(verified(cli, one, "--checkpoint", kept[other])) == (3, "forked")
    assert state(verified(cli, other, "--checkpoint", kept[one])) == (3, "forked")


def test_bundles_say_what_is_not_caught_before_anybody_asks(cli: Cli, home: Path, tmp_path: Path) -> None:
    """The limits stand in the bundle itself and in what both forms of `verify` print of it, intact or damaged."""
    with Ledger.open(home / "ledger.sqlite3", key_store="file") as ledger:
        use(ledger, "store-a", NOON)
        data = make_bundle(ledger, Policy(), Request("store-a")).data
    file = tmp_path / "bundle"
    for content in (data, data.replace(b"store-a", b"store-b")):
        file.write_bytes(content)
        limits = cli("--format", "json", "verify", str(file)).document["does_not_prove"]
        text = cli("verify", str(file)).out
        assert all(limit in text for limit in limits)
        for words in ("rewritten", "removed from the end", "fork", "left out"):
            assert any(words in limit for limit in limits)
    assert json.loads(data)["statement"]["does_not_prove"] == limits
    assert not set(limits) & set(DOES_NOT_SHOW)  # a bundle's limits are its own, because it is signed
