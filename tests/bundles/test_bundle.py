"""What a bundle holds: the account's own entries, chosen fields of them, its findings, and counts of the rest."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from isolation.errors import KeyUnavailable, UsageError
from isolation.ledger import Ledger
from isolation.ledger.bundle import DOES_NOT_PROVE, PROVES
from isolation.model import Session
from isolation.policy import Group, Policy
from isolation.reports.bundle import Request, make_bundle

from .conftest import ADDRESS, HOUR, INTACT, LI, NOON, ROUTER, WU, Judge, Make


def statement(data: bytes) -> dict[str, Any]:
    """What a bundle says."""
    return dict(json.loads(data)["statement"])


def values(entry: dict[str, Any]) -> dict[str, Any]:
    """The fields that an entry shows."""
    return {name: field["value"] for name, field in entry["opened"].items()}


def test_a_bundle_shows_the_accounts_entries(make: Make, judge: Judge) -> None:
    """Sessions, a refusal and an end of the account are shown in order, with when, how and over what."""
    bundle = make()
    assert judge(bundle.data)[:2] == (INTACT, [])
    entries = statement(bundle.data)["entries"]
    assert [entry["body"]["kind"] for entry in entries] == ["session", "end", "session", "session"]
    first, end, second, refused = map(values, entries)
    assert (first["account"], first["acct_seq"], first["begin"]) == ("Plum-Garden", 1, NOON)
    assert [one["value"] for one in first["gateway_mac"]] == ["3C-37-86-5D-75-D4"]
    assert end == {"at": NOON + HOUR}
    assert (second["account"], second["channel"], second["acct_seq"]) == ("plum-garden", "api", 2)
    assert refused["refused"] is True


def test_a_bundle_is_canonical_json(make: Make) -> None:
    """Another implementation of RFC 8785 writes the same bytes."""
    data = make().data
    assert rfc8785.dumps(json.loads(data)) == data


def test_words_and_people_are_not_shown_unasked(make: Make) -> None:
    """Who used an account and what was written about it is shown only by name, and any other field can be hidden."""
    shown = {name for entry in statement(make().data)["entries"] for name in values(entry)}
    assert not shown & {"operator", "forced", "machine", "network", "evidence", "site", "source"}
    entry = statement(make(opened=("operator", "forced"), hidden=("public_ip", "device_id")).data)["entries"][0]
    assert values(entry)["operator"] == LI
    assert not {"public_ip", "device_id"} & values(entry).keys()


@pytest.mark.parametrize("field", ["account", "acct_seq", "wifi_scan", "mapped", "nonsense", ""])
def test_a_field_that_cannot_be_chosen_is_refused(make: Make, field: str) -> None:
    """What shows whose an entry is cannot be hidden, and neighbours' networks cannot be opened."""
    for choice in ({"opened": (field,)}, {"hidden": (field,)}):
        with pytest.raises(UsageError, match="no field"):
            make(**choice)


def test_what_is_omitted_is_counted(full: Ledger, make: Make) -> None:
    """Entries of others and findings between others are counted, and add up to the ledger's size."""
    with full.writing() as log:
        log.add_session(Session("Orchid", NOON, readings=(ADDRESS,)))
    size = full.size
    said = statement(make("Zebra-Outlet").data)
    assert said["size"] == size
    assert said["omitted"] == {"entries": size - 1, "erased": 0, "findings": 2, "sessions": 0}
    assert {finding["rule"] for finding in said["findings"]} == {"shared-public-ip", "shared-ipv6-prefix"}


def test_a_period_chooses_sessions_and_shows_the_gap(make: Make, judge: Judge) -> None:
    """Sessions outside the period are left out and counted; what is missing in front or between shows by number."""
    bundle = make(since=NOON + 2 * HOUR, until=NOON + 3 * HOUR)
    assert judge(bundle.data)[:2] == (INTACT, [("plum-garden", 1, 1)])
    said = statement(bundle.data)
    assert [values(entry)["acct_seq"] for entry in said["entries"]] == [2]
    assert said["omitted"]["sessions"] == 2
    assert said["period"] == {"since": "2026-09-21T16:13:20Z", "until": "2026-09-21T17:13:20Z"}


def test_the_bundle_is_logged_before_it_is_signed(full: Ledger, make: Make) -> None:
    """The last entry under the checkpoint tells of the bundle, by the digest of what it says; verifying agrees."""
    size = full.size
    document = json.loads(make(disclosed=("kiosk-nord",)).data)
    assert document["checkpoint"].split("\n")[1] == str(size + 1) == str(full.size)
    assert document["report"]["index"] == size
    fields = full.opener().fields(full.connection.execute, size)
    canonical = json.dumps(document["statement"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert fields == {
        "accounts": ["Plum-Garden"], "digest": hashlib.sha256(canonical).hexdigest(), "disclosed": ["Kiosk-Nord"],
        "operators": [], "what": "bundle",
    }  # fmt: skip
    assert full.verify().problems == ()


def test_findings_are_the_accounts_own(make: Make) -> None:
    """Times and counts of a finding are those of the account's own uses; no word of a rule is repeated."""
    (finding,) = [one for one in statement(make().data)["findings"] if one["fact"] == "gateway_mac"]
    assert finding["rule"] == "shared-gateway"
    assert finding["value"] == "3C-37-86-5D-75-D4"
    assert (finding["first_seen"], finding["last_seen"]) == ("2026-09-21T14:13:20Z", "2026-09-21T16:13:20Z")
    assert finding["sessions"] == 2
    assert "reason" not in finding
    assert "Plum-Garden" in finding["accounts"]


def test_a_finding_is_about_the_accounts_own_meetings(full: Ledger) -> None:
    """How grave a finding is does not tell of two others that met each other more closely."""
    month = 30 * 24 * HOUR
    with full.writing() as log:
        for name, when in (("Far-Away", NOON - month), ("plum-tree", NOON), ("plum-hill", NOON + 1)):
            log.add_session(Session(name, when, readings=(ADDRESS.replace(value="9.9.4.4"),)))
    (finding,) = statement(make_bundle(full, Policy(), Request("Far-Away")).data)["findings"]
    assert finding["severity"] == "medium"
    (finding,) = statement(make_bundle(full, Policy(), Request("plum-tree")).data)["findings"]
    assert finding["severity"] == "high"


def test_pseudonyms_are_stable_and_apart(make: Make) -> None:
    """Another account has one pseudonym in every bundle of an account, and another one in bundles of other accounts."""

    def stranger(account: str, fact: str) -> str:
        data = make(account).data
        (finding,) = [one for one in statement(data)["findings"] if one["fact"] == fact]
        (name,) = [name for name in finding["accounts"] if name.startswith("account-")]
        return name

    of_kiosk = stranger("plum-garden", "gateway_mac")
    assert stranger("plum-garden", "gateway_mac") == of_kiosk
    assert stranger("zebra-outlet", "public_ip") != of_kiosk


def test_a_disclosed_account_is_named(make: Make) -> None:
    """`disclosed` names an account where a finding joins it, and says so; one nobody knows is refused."""
    said = statement(make(disclosed=("kiosk-nord",)).data)
    assert said["disclosed"] == ["Kiosk-Nord"]
    assert ["Kiosk-Nord", "Plum-Garden"] in [finding["accounts"] for finding in said["findings"]]
    with pytest.raises(UsageError, match="nobody-knows"):
        make(disclosed=("nobody-knows",))


def test_a_declared_group_shows_as_declared_without_its_name(make: Make) -> None:
    """Accounts that belong together are declared in the bundle; the name of their group is not in it."""
    group = Group("Family of the Kiosk", "same-owner", ("plum-garden", "kiosk-nord"))
    bundle = make(policy=Policy(accounts={"plum-garden": "amazon", "kiosk-nord": "amazon"}, groups=(group,)))
    assert {finding["state"] for finding in statement(bundle.data)["findings"]} == {"declared"}
    assert b"Kiosk" not in bundle.data


def test_an_account_without_entries(make: Make, judge: Judge) -> None:
    """An account that only the policy knows has an intact bundle that shows nothing; one nobody knows has none."""
    bundle = make("store-new", Policy(accounts={"store-new": "amazon"}))
    assert judge(bundle.data)[:2] == (INTACT, [])
    said = statement(bundle.data)
    assert (said["entries"], said["findings"]) == ([], [])
    assert said["omitted"]["entries"] == said["size"]
    with pytest.raises(UsageError, match="store-new"):
        make("store-new")


def test_a_bundle_too_large_is_refused_before_it_is_logged(full: Ledger) -> None:
    """What no verifier would read is not made, and no entry says that it was."""
    with full.writing() as log:
        log.add_session(Session("store-loud", NOON, readings=(ROUTER,), forced="x" * (33 << 20)))
    size = full.size
    with pytest.raises(UsageError, match="too large"):
        make_bundle(full, Policy(), Request("store-loud", opened=("forced",)))
    assert full.size == size
    assert make_bundle(full, Policy(), Request("store-loud")).result.intact


def test_several_spellings_of_an_account(full: Ledger, judge: Judge) -> None:
    """An alias brings the entries of both spellings; each is numbered on its own."""
    policy = Policy(accounts={"plum-garden": "amazon"}, aliases={"zebra-outlet": "plum-garden"})
    bundle = make_bundle(full, policy, Request("zebra-outlet"))
    assert judge(bundle.data)[:2] == (INTACT, [])
    account = statement(bundle.data)["subject"]["account"]
    assert sorted(map(sorted, account["spellings"])) == [["Plum-Garden", "plum-garden"], ["Zebra-Outlet"]]


def test_what_is_stored_about_a_person(full: Ledger, judge: Judge) -> None:
    """A bundle about an operator shows each session of theirs; the accounts are pseudonyms unless disclosed."""
    bundle = make_bundle(full, Policy(), Request(operator=WU.upper()))
    assert judge(bundle.data)[:2] == (INTACT, [])
    entries = statement(bundle.data)["entries"]
    assert [values(entry)["operator"] for entry in entries] == [WU, WU]
    assert len({entry["account"] for entry in entries}) == 2
    assert all(name not in bundle.data for name in (b"iosk", b"lum-", b"LUM"))
    named = make_bundle(full, Policy(), Request(operator=WU, disclosed=("Kiosk-Nord",)))
    assert judge(named.data).code == INTACT
    assert [values(entry).get("account") for entry in statement(named.data)["entries"]] == ["Kiosk-Nord", None]
    with pytest.raises(UsageError, match="nobody"):
        make_bundle(full, Policy(), Request(operator="nobody"))


def test_one_person_on_one_account(make: Make, judge: Judge) -> None:
    """Account and operator together choose what that person did there, and the numbers of the rest are missing."""
    bundle = make(operator=WU)
    assert judge(bundle.data)[:2] == (INTACT, [("plum-garden", 1, 2)])
    assert [values(entry)["acct_seq"] for entry in statement(bundle.data)["entries"]] == [3]


def test_entries_recorded_without_the_key_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, judge: Judge
) -> None:
    """A session that got its number, and its end, when the keyring was open again is shown with what gave them."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "ledger" / "backends"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "isolation_test_keyring.FileKeyring")
    monkeypatch.setenv("TEST_KEYRING", str(tmp_path / "keyring.json"))
    path, mood = tmp_path / "late.sqlite3", tmp_path / "keyring.mood"
    with Ledger.open(path, key_store="keyring") as ledger, ledger.writing() as log:
        log.add_session(Session("Late-Bloomer", NOON + HOUR, readings=(ROUTER,)))
    mood.write_text("locked")
    with Ledger.open(path) as ledger, ledger.writing() as log:
        log.add_end(log.add_session(Session("late-bloomer", NOON, readings=(ROUTER,))), NOON + HOUR)
    mood.unlink()
    with Ledger.open(path) as ledger:
        with ledger.writing() as log:
            assert log.index_pending() == 2
        bundle = make_bundle(ledger, Policy(), Request("late-bloomer"))
    assert judge(bundle.data)[:2] == (INTACT, [])
    entries = statement(bundle.data)["entries"]
    assert [entry["body"]["kind"] for entry in entries] == ["session", "session", "end", "index", "index"]
    assert values(entries[3]) == {"acct_seq": 2}


def test_amendments_are_shown(full: Ledger, judge: Judge) -> None:
    """What a second log told of a session stands beside it."""
    row = Session("store-it", NOON, provenance="imported", readings=(ADDRESS,), source="log.csv")
    with full.writing() as log:
        log.add_row(row, ("public_ip",))
        log.add_row(row.replace(operator=WU, end=NOON + HOUR), ("public_ip", "operator", "end"))
    bundle = make_bundle(full, Policy(), Request("store-it"))
    assert judge(bundle.data)[:2] == (INTACT, [])
    assert [entry["body"]["kind"] for entry in statement(bundle.data)["entries"]] == ["session", "amend"]
    assert values(statement(bundle.data)["entries"][1]) == {"end": NOON + HOUR}
    assert judge(make_bundle(full, Policy(), Request(operator=WU)).data).code == INTACT


def test_a_bundle_says_what_it_proves_and_what_not(make: Make) -> None:
    """The limits stand in the bundle: no other ledger, no key holder, no truth of rows, no tail, no fork."""
    said = statement(make().data)
    assert (tuple(said["proves"]), tuple(said["does_not_prove"])) == (PROVES, DOES_NOT_PROVE)
    limits = " ".join(DOES_NOT_PROVE)
    for limit in ("no other ledger, device", "Who held the signing key", "imported row", "end of the log", "a fork",
                  "What a platform saw", "findings are right"):  # fmt: skip
        assert limit in limits
    assert not any(word in " ".join(PROVES).lower() for word in ("true", "authentic", "genuine"))


def test_making_needs_the_keys_and_logs_nothing_without(full: Ledger) -> None:
    """Without the key file no bundle is made, and no entry says that one was."""
    path, size = full.path, full.size
    full.close()
    Path(path).with_suffix(".key").unlink()
    with Ledger.open(path) as ledger:
        with pytest.raises(KeyUnavailable):
            make_bundle(ledger, Policy(), Request("plum-garden"))
        assert ledger.size == size
