"""Time stamps of a real authority in proof bundles and reports on one account: proved, and verified by its root."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from isolation.cli.entry import main
from isolation.ledger import Ledger
from isolation.ledger.anchoring import anchor
from isolation.ledger.bundle import verify_bundle
from isolation.ledger.canonical import encode
from isolation.ledger.rotating import rotate
from isolation.ledger.timestamps import Trust, request
from isolation.model import Reading, Session
from isolation.policy import Policy
from isolation.reports.bundle import Request, make_bundle
from isolation.reports.selective import BESIDE, write_account_report
from isolation.times import format_time

from ..bundles.forge import OWN, six_entries, text
from ..bundles.forge import note as signed_note
from ..docs.test_schemas import validate
from .conftest import Authority

NOON = 1_790_000_000_000_000
TOOL = Path(__file__).parents[2] / "tools" / "verify_bundle.py"
INTACT, DAMAGED, UNVERIFIED = 0, 3, 10


def use(ledger: Ledger, account: str, begin: int = NOON) -> int:
    """Records a use from one router."""
    router = Reading("gateway_mac", "observed", "3C-37-86-5D-75-D4", source="test", identifying=True)
    with ledger.writing() as log:
        return log.add_session(Session(account, begin, readings=(router,)))


def judged(path: Path, capsys: pytest.CaptureFixture[str], *roots: str) -> tuple[int, dict[str, Any]]:
    """What `verify` says of a file; the second verifier has to say the same of a bundle."""
    code = main(["--format", "json", "verify", str(path), *(("--ca", *roots) if roots else ())])
    document = json.loads(capsys.readouterr().out)
    validate(document)
    if path.suffix == ".json":
        given = [sys.executable, TOOL, "--json", path, *(("--ca", *roots) if roots else ())]
        other = subprocess.run(given, capture_output=True, text=True, check=False)
        assert other.returncode == code, other.stdout + other.stderr
        if code != DAMAGED:
            told = json.loads(other.stdout)["time_stamps"]
            assert [not one["unverified"] for one in told] == [one["verified"] for one in document["time_stamps"]]
            assert [format_time(one["by"]) for one in told] == [one["by"] for one in document["time_stamps"]]
    return code, document


@pytest.fixture
def root(certificates: Path) -> str:
    """The root that the authority's chain ends in."""
    return str(certificates / "root.pem")


def test_a_report_on_one_account_proves_its_logged_intervals(
    ledger: Ledger, authority: Authority, trust: Trust, tmp_path: Path, root: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its bundle bears the intervals out that it prints, which are the ledger's; --ca says who made the time stamps."""
    first = use(ledger, "store-a")
    use(ledger, "store-b")
    (one,) = anchor(ledger, [authority.url], trust).anchors
    use(ledger, "store-b")
    last = use(ledger, "store-a", NOON + 1)
    (two,) = anchor(ledger, [authority.url], trust).anchors
    use(ledger, "store-b")
    anchor(ledger, [authority.url], trust)
    path = tmp_path / "report.html"
    audit, _ = write_account_report(ledger, Policy(), Request("store-a"), str(path))
    bounds = {first: (None, one.until), last: (one.since, two.until)}
    (uses,) = {audit.logged[found.id] for found in audit.findings if found.fact == "gateway_mac"}
    assert {told.entry: (told.after, told.by) for told in uses} == bounds
    assert [stamp.size for stamp in audit.time_stamps] == [one.size, two.size]
    assert "newest entries no time stamp" not in path.read_text(encoding="utf-8")
    for file in (path, Path(f"{path}{BESIDE}")):
        code, document = judged(file, capsys)
        assert (code, document["intact"]) == (UNVERIFIED, True)
        assert len(document["unchecked"]) == 2
        code, document = judged(file, capsys, root)
        assert (code, document["unchecked"]) == (INTACT, [])
        shown = {each["entry"]: (each["logged_after"], each["logged_by"]) for each in document["entries"]}
        assert shown == {
            entry: tuple(None if moment is None else format_time(moment) for moment in pair)
            for entry, pair in bounds.items()
        }
        assert [each["verified"] for each in document["time_stamps"]] == [True, True]


def test_words_tell_what_was_not_checked(
    ledger: Ledger, authority: Authority, tmp_path: Path, root: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A person reads who says so, and that nobody verified it until a root is named."""
    use(ledger, "store-a")
    (one,) = anchor(ledger, [authority.url]).anchors
    path = tmp_path / "a.bundle"
    path.write_bytes(make_bundle(ledger, Policy(), Request("store-a")).data)
    assert main(["verify", str(path)]) == UNVERIFIED
    told = capsys.readouterr().out
    assert f"not checked: who made the time stamp in entry {one.entry}: name the root" in told
    assert "who made it was not verified" in told
    assert main(["verify", str(path), "--ca", root]) == INTACT
    told = capsys.readouterr().out
    assert "not checked" not in told
    assert f"says {authority.url} (time stamp in entry {one.entry}); made by an authority of the root named" in told


def test_a_time_stamp_below_another_root_is_not_verified(
    ledger: Ledger, authority: Authority, certificates: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The wrong root leaves open who made it; the bundle stays intact."""
    use(ledger, "store-a")
    anchor(ledger, [authority.url])
    path = tmp_path / "a.json"
    path.write_bytes(make_bundle(ledger, Policy(), Request("store-a")).data)
    code, document = judged(path, capsys, str(certificates / "other.pem"))
    assert (code, document["intact"]) == (UNVERIFIED, True)
    assert "does not lead to the root" in document["time_stamps"][0]["problem"]


def test_a_ledger_without_time_stamps_makes_the_bundle_of_before(ledger: Ledger, authority: Authority) -> None:
    """Neither key is there, also where the ledger's time stamps tell nothing of the entries shown."""
    use(ledger, "store-a")
    made = json.loads(make_bundle(ledger, Policy(), Request("store-a")).data)
    assert set(made) == {"checkpoint", "proofs", "report", "schema", "statement"}
    assert "anchors" not in made["statement"]
    anchor(ledger, [authority.url])
    made = json.loads(make_bundle(ledger, Policy(accounts={"store-c": "amazon"}), Request("store-c")).data)
    assert "anchors" not in made["statement"]
    assert "anchor_proofs" not in made


def test_a_time_stamp_tells_nothing_of_other_accounts(ledger: Ledger, authority: Authority) -> None:
    """An anchor in a bundle holds the log's size and root, the authority's address and answer, and no more."""
    use(ledger, "store-a")
    use(ledger, "secret-shop")
    (one,) = anchor(ledger, [authority.url]).anchors
    data = make_bundle(ledger, Policy(), Request("store-a")).data
    (shown,) = json.loads(data)["statement"]["anchors"]
    assert shown["body"]["sd"] == {}
    assert set(shown["body"]["open"]) == {"authority", "before", "chain", "checkpoint", "logged", "response"}
    assert base64.b64decode(shown["body"]["open"]["response"]) == one.response
    for trace in (b"secret", base64.b64encode(b"secret-shop")[:-2]):
        assert trace not in data
        assert trace not in one.response


def test_the_same_bundle_is_the_same_bytes(ledger: Ledger, authority: Authority) -> None:
    """A bundle with time stamps in it, made again, is the same, and is logged once."""
    use(ledger, "store-a")
    anchor(ledger, [authority.url])
    first = make_bundle(ledger, Policy(), Request("store-a"))
    assert make_bundle(ledger, Policy(), Request("store-a")).data == first.data
    assert ledger.size == (first.result.report or 0) + 1


def test_a_time_stamp_from_before_a_rotation_holds(
    ledger: Ledger, authority: Authority, tmp_path: Path, root: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The key that signed its checkpoint is one of the bundle's signers."""
    use(ledger, "store-a")
    anchor(ledger, [authority.url])
    rotate(ledger)
    use(ledger, "store-a")
    path = tmp_path / "a.json"
    path.write_bytes(make_bundle(ledger, Policy(), Request("store-a")).data)
    assert judged(path, capsys, root)[0] == INTACT


def stamp(authority: Authority, data: bytes) -> bytes:
    """A genuine response over these data."""
    return authority.stamp(request(data).as_bytes())


@pytest.mark.parametrize("forged", [False, True])
def test_a_token_whose_signature_does_not_hold_is_not_verified(
    authority: Authority, tmp_path: Path, root: str, capsys: pytest.CaptureFixture[str], forged: bool
) -> None:
    """The holder of the log's key can store a time stamp with another time in it; the authority's root shows it."""
    made = six_entries()
    note = signed_note(made.checkpoint())
    token = stamp(authority, note.encode())
    year = token.index(b"\x18\x0f20") + 2
    changed = token[:year] + b"2019" + token[year + 4 :] if forged else token
    path = tmp_path / "forged.json"
    path.write_bytes(made.bundle(OWN, anchors=(made.anchor(note, changed),)))
    code, document = judged(path, capsys, root)
    assert (code, document["intact"]) == (UNVERIFIED if forged else INTACT, True)
    assert document["time_stamps"][0]["by"].startswith("2019") == forged


def test_foreign_and_swapped_tokens_are_damage(
    ledger: Ledger, authority: Authority, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A genuine token over other data, or over the log's other checkpoint, in the place of an entry's own is found."""
    use(ledger, "store-a")
    anchor(ledger, [authority.url])
    use(ledger, "store-a")
    anchor(ledger, [authority.url])
    document = json.loads(make_bundle(ledger, Policy(), Request("store-a")).data)
    own = [one["body"]["open"] for one in document["statement"]["anchors"]]
    tokens = own[0]["response"], own[1]["response"], text(stamp(authority, b"other"))
    path = tmp_path / "swapped.json"
    for first, second in ((1, 0), (2, 1), (0, 2), (0, 0)):
        own[0]["response"], own[1]["response"] = tokens[first], tokens[second]
        path.write_bytes(encode(document))
        assert judged(path, capsys)[0] == DAMAGED
    own[0]["response"], own[1]["response"] = tokens[:2]
    path.write_bytes(encode(document))
    assert judged(path, capsys)[0] == UNVERIFIED
    # Logged and signed so from the beginning, it is found all the same.
    for data in (b"other", six_entries().checkpoint().encode(), signed_note(six_entries().checkpoint(5)).encode()):
        made = six_entries()
        index = made.anchor(token=stamp(authority, data))
        assert not verify_bundle(made.bundle(OWN, anchors=(index,))).intact


def test_the_ledgers_own_time_stamps_can_be_verified(
    ledger: Ledger, authority: Authority, certificates: Path, root: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """`verify --ca` says of each of the ledger's time stamps whether its maker leads to the root."""
    use(ledger, "store-a")
    anchor(ledger, [authority.url])
    assert main(["verify"]) == INTACT
    assert "an authority of the root named" not in capsys.readouterr().out
    assert main(["verify", "--ca", root]) == INTACT
    assert f"says {authority.url}; an authority of the root named made that time stamp." in capsys.readouterr().out
    assert main(["verify", "--ca", str(certificates / "other.pem")]) == UNVERIFIED
    assert main(["verify", "--ca", str(certificates / "tsa.pem")]) == 2
    assert "who made the time stamp in entry" in capsys.readouterr().out
