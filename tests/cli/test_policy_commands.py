"""The commands that change the policy, as users run them: what they write, record, say and refuse."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path

import jsonschema
import pytest

from isolation.home import policy_path
from isolation.ledger import Ledger
from isolation.policy import load_policy

from .conftest import Cli

DAY = 86_400_000_000
TODAY = datetime.datetime.now(datetime.UTC).date()
NEXT_YEAR = (TODAY + datetime.timedelta(days=365)).isoformat()
LAST_WEEK = (TODAY - datetime.timedelta(days=7)).isoformat()


def policy_text() -> str:
    """The policy as it stands on the disk."""
    return Path(policy_path()).read_bytes().decode()


def recorded() -> list[str]:
    """Every policy that the log holds, in order."""
    with Ledger.open(os.path.join(os.path.dirname(policy_path()), "ledger.sqlite3"), read_only=True) as ledger:
        from isolation.ledger.lines import ledger_lines

        return [line["text"] for line in ledger_lines(ledger) if line.get("kind") == "policy"]


def test_each_command_writes_and_records_the_whole_policy(cli: Cli) -> None:
    """Account, group, permission, standing and waiver arrive in the file, and in the log as the file is."""
    for words in (
        ["account", "amazon:a", "--owner", "Li", "--alias", "shop a", "--machine", "Laptop", "--network", "Office A"],
        ["group", "clients", "amazon:a", "amazon:b", "--kind", "agency", "--operator", "li"],
        ["permit", "li", "amazon:a", "amazon:b", "--own-user", "--role", "ads", "--from", "2026-01-01"],
        ["standing", "amazon:b", "deactivated", "--from", "2026-02-03"],
        ["waive", "--group", "clients", "--rule", "shared-gateway", "--label", "Office A", "--owner", "boss",
         "--reason", "one office", "--until", NEXT_YEAR],
    ):  # fmt: skip
        done = cli(*words)
        assert (done.code, done.out.count("entry")) == (0, 1), done
        assert recorded()[-1] == policy_text()
    policy = load_policy(policy_path())
    assert policy.aliases == {"shop a": "amazon:a"}
    assert policy.machines["amazon:a"] == ("laptop",)
    assert {grant[0] for grant in policy.permissions["amazon:b"]} == {"li"}
    assert policy.standing["amazon:b"][0][0] == "deactivated"
    assert policy.waivers[0].accounts == ("amazon:a", "amazon:b")
    assert (policy.waivers[0].name, policy.waivers[0].label) == ("waiver 1", "office a")
    assert len(recorded()) == 5
    assert cli("verify").code == 0


def test_the_same_again_records_nothing(cli: Cli) -> None:
    """A change that the policy has already is said to be none, and the log does not grow."""
    words = ("permit", "li", "a", "--own-user")
    cli(*words)
    again = cli("--format", "json", *words)
    assert (again.code, again.document["entry"]) == (0, None)
    assert len(recorded()) == 1


def test_ending_a_permission_ends_it_for_those_accounts_only(cli: Cli) -> None:
    """`--until` alone ends what stands, leaves other accounts of the same block, and refuses where nothing stands."""
    cli("permit", "li", "a", "b", "--own-user", "--from", "2026-01-01")
    assert cli("permit", "Li", "B", "--until", "2026-03-01").code == 0
    policy = load_policy(policy_path())
    assert policy.permissions["a"][0][4] is None
    assert policy.permissions["b"][0][3:] == (1_767_225_600_000_000, 1_772_323_200_000_000)
    before = policy_text()
    refused = cli("permit", "li", "c", "--until", "2026-03-01")
    assert (refused.code, "no permission" in refused.err) == (2, True)
    assert policy_text() == before


def test_a_group_that_is_known_can_be_ended_by_its_name(cli: Cli) -> None:
    """`--until` on a known group needs no account, and keeps those it has."""
    cli("group", "clients", "a", "b", "--kind", "agency")
    assert cli("group", "Clients", "--until", "2026-03-01").code == 0
    (group,) = load_policy(policy_path()).groups
    assert (group.accounts, group.until) == (("a", "b"), 1_772_323_200_000_000)


def test_a_later_permission_stands_beside_one_that_ended(cli: Cli) -> None:
    """One pair of operator and account can have several periods."""
    cli("permit", "li", "a", "--own-user", "--from", "2026-01-01", "--until", "2026-02-01")
    cli("permit", "li", "a", "--client-credential", "--from", "2026-05-01")
    assert len(load_policy(policy_path()).permissions["a"]) == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["account"], "ACCOUNT is not given."),
        (["account", "a", "--alias", "a"], "is the account itself"),
        (["account", "a", "--network", "192.0.2.7"], "holds an IP address"),
        (["permit", "li"], "ACCOUNT is not given."),
        (["permit", "li", "a"], "--own-user or --client-credential is not given."),
        (["permit", "li", "a", "--own-user", "--client-credential"], "not allowed with argument"),
        (["permit", "li", "a", "--own-user", "--from", "2026-02-30"], "is a day that does not exist"),
        (["permit", "li", "a", "--own-user", "--from", "soon"], '"soon" is not a date'),
        (["permit", "li", "a", "--own-user", "--from", "2026-02-02", "--until", "2026-01-01"], "ends before it begins"),
        (["permit", "", "a", "--own-user"], "OPERATOR: it is empty."),
        (["standing", "a", "bad", "--from", "2026-01-01"], "invalid choice"),
        (["standing", "a", "good"], "--from is not given."),
        (["waive", "--account", "a", "--owner", "o", "--reason", "r"], "--until is not given."),
        (["waive", "--account", "a", "--owner", "o", "--until", NEXT_YEAR], "--reason is not given."),
        (["waive", "--account", "a", "--owner", "o", "--reason", "r", "--until", LAST_WEEK], "expired already"),
        (["waive", "--group", "g", "--owner", "o", "--reason", "r", "--until", NEXT_YEAR], "no group 'g'"),
        (
            ["waive", "--account", "a", "--rule", "x", "--owner", "o", "--reason", "r", "--until", NEXT_YEAR],
            'There is no rule "x"',
        ),
        (["group", "g"], "ACCOUNT is not given."),
        (["name", "phone", "x"], "invalid choice"),
        (["name", "machine"], "LABEL is not given."),
        (["name", "machine", "x", "--site"], "A machine is no shared site."),
        (["permit", "--csv", "x.csv", "--export", "y.csv"], "A list comes in or goes out by itself."),
        (["permit", "li", "--csv", "x.csv"], "A list comes in or goes out by itself."),
        (["permit", "--encoding", "gb18030"], "--encoding says how a list is written."),
        (["permit", "--csv", "nowhere.csv"], "There is no file nowhere.csv."),
    ],
)
def test_what_cannot_be_is_one_sentence_and_changes_nothing(cli: Cli, words: list[str], sentence: str) -> None:
    """A wrong command says what is wrong, exits 2, and leaves neither policy nor ledger."""
    refused = cli(*words)
    assert refused.code == 2
    assert sentence in refused.err
    assert refused.out == ""
    assert not os.path.exists(policy_path())


def test_a_waiver_that_expired_meanwhile_stops_nothing_and_a_new_one_does(cli: Cli) -> None:
    """An expired waiver written by hand is refused by the command that would record it first, with its place; one
    that was recorded before lets every command go on."""
    cli("init", "--no-earlier-accounts", "--key-store", "file")
    text = '[waivers.w]\naccounts = ["a"]\nowner = "o"\nreason = "r"\nfrom = 2024-01-01\nuntil = 2024-02-01\n'
    Path(policy_path()).write_bytes(text.encode())
    refused = cli("account", "b")
    assert refused.code == 2
    assert ":6:1: The waiver" in refused.err
    assert "has expired already." in refused.err
    assert policy_text() == text
    assert cli("check", "b").code in (0, 10)
    assert cli("begin", "b", "--allow-unknown").code == 0
    assert recorded() == [text]
    assert cli("account", "c").code == 0


def test_a_policy_edited_by_hand_is_recorded_by_the_next_recording_command(cli: Cli) -> None:
    """What an editor changed is in the log once something is recorded, once; a check records nothing."""
    cli("init", "--no-earlier-accounts", "--key-store", "file")
    Path(policy_path()).write_bytes(b"[policy]\nretention = 12\n")
    cli("check", "a")
    assert recorded() == []
    for account in ("a", "b"):
        cli("begin", account)
    assert recorded() == ["[policy]\nretention = 12\n"]
    os.unlink(policy_path())
    cli("declare", "a", "--time", "2026-01-31T08:00:00Z")
    assert recorded()[1:] == [""]


def test_an_audit_as_of_then_uses_the_policy_of_then(cli: Cli, tmp_path: Path) -> None:
    """What was declared later was not declared then; a policy that is named holds for any time."""
    log = tmp_path / "log.csv"
    log.write_text("account,time,ip\na,2026-01-31T10:00:00Z,203.0.114.7\nb,2026-01-31T11:00:00Z,203.0.114.7\n")
    mapping = ("--map", "account=account", "--map", "time=time", "--map", "public_ip=ip")
    assert cli("import", str(log), *mapping).code == 0
    then = datetime.datetime.now(datetime.UTC).isoformat()
    assert cli("audit").code == 11
    assert cli("group", "mine", "a", "b", "--kind", "same-owner").code == 0
    assert cli("audit").code == 0
    assert cli("audit", "--as-of", then).code == 11
    assert cli("--policy", policy_path(), "audit", "--as-of", then).code == 0


def test_lists_go_out_and_come_in(cli: Cli, tmp_path: Path) -> None:
    """A list written by one command is taken by the same one; a bad row stops it with every reason on stderr."""
    cli("permit", "li", "a", "=b", "--own-user")
    out = tmp_path / "permissions.csv"
    assert cli("permit", "--export", str(out)).code == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbfoperator,account,user")
    assert b",'=b," not in out.read_bytes().replace(b"li,'=b,own", b"")
    assert cli("permit", "--csv", str(out)).code == 0
    assert cli("permit", "--export", "-").out.splitlines()[1] == "li,a,own,,,"
    before = policy_text()
    out.write_text("operator,account,user\nli,c,own\nli,,own\nli,d,his\n")
    refused = cli("permit", "--csv", str(out))
    assert refused.code == 2
    assert f"{out}:3: account is empty." in refused.err
    assert f'{out}:4: user is "his".' in refused.err
    assert policy_text() == before
    told = cli("--format", "json", "permit", "--csv", str(out)).document
    assert [(one["line"], one["file"]) for one in told["rejected"]] == [(3, str(out)), (4, str(out))]


def test_what_is_printed_as_json_is_in_the_schema(cli: Cli, tmp_path: Path) -> None:
    """Every command's document has the keys of its schema and no other."""
    schema = json.loads((Path(__file__).parents[2] / "docs" / "schemas" / "policy-1.schema.json").read_text())
    for words in (
        ["account", "a"], ["group", "g", "a"], ["permit", "li", "a", "--own-user"], ["name", "machine", "PC"],
        ["standing", "a", "good", "--from", "2026-01-31"], ["permit", "--export", str(tmp_path / "out.csv")],
        ["permit", "--csv", str(tmp_path / "out.csv")],
        ["waive", "--account", "a", "--owner", "o", "--reason", "r", "--until", NEXT_YEAR],
    ):  # fmt: skip
        told = cli("--format", "json", *words).document
        jsonschema.Draft202012Validator(schema).validate(told)
        assert told.keys() <= schema["properties"].keys()


def test_a_label_is_learnt_on_the_spot_and_never_in_the_policy(cli: Cli) -> None:
    """What identifies this machine is shown, recorded sealed, and told apart from the label in the policy."""
    learnt = cli("--format", "json", "name", "machine", "Office PC", "--owner", "me")
    assert learnt.code == 0, learnt
    (value, *_) = [one["value"] for one in learnt.document["identifiers"]]
    assert value in learnt.err
    assert value not in policy_text()
    assert load_policy(policy_path()).labels["office pc"].kind == "machine"
    again = cli("name", "machine", "office pc")
    assert "was known" in again.out
    near = cli("name", "machine", "Ofice PC")
    assert "looks like Office PC" in near.err
    assert cli("name", "network", "Office PC").code == 2


def test_a_use_told_at_a_label_collides_as_if_it_was_seen(cli: Cli) -> None:
    """A declared use of a learnt machine links its account to a session on that machine."""
    cli("init", "--no-earlier-accounts", "--key-store", "file")
    assert cli("begin", "a", "--allow-unknown").code == 0
    assert cli("name", "machine", "Office PC").code == 0
    told = cli("declare", "b", "--time", "2026-01-31T08:00:00Z", "--machine", "office pc")
    assert "links to no other account" not in told.out
    assert {"a", "b"} <= {
        name for one in cli("--format", "json", "audit").document["findings"] for name in one["accounts"]
    }


def test_status_counts_what_the_policy_says(cli: Cli) -> None:
    """Permissions, labels and waivers are counted, and how many of the waivers have expired."""
    cli("init", "--no-earlier-accounts", "--key-store", "file")
    waiver = '[waivers.w{}]\naccounts = ["a"]\nowner = "o"\nreason = "r"\nfrom = 2024-01-01\nuntil = {}\n'
    Path(policy_path()).write_bytes((waiver.format(1, "2024-02-01") + waiver.format(2, NEXT_YEAR)).encode())
    cli("begin", "b", "--allow-unknown")
    cli("permit", "li", "a", "b", "--own-user")
    told = cli("--format", "json", "status").document["policy"]
    assert [told[key] for key in ("permissions", "labels", "waivers", "waivers_expired")] == [2, 0, 2, 1]
    assert "2 permissions, 2 waivers, 1 expired." in cli("status").out


def test_near_names_of_people_are_pointed_out(cli: Cli) -> None:
    """A new operator who is one slip from a known one is asked about on stderr."""
    cli("permit", "li na", "a", "--own-user")
    assert "the operator li-na is new here and looks like li na" in cli("permit", "li-na", "a", "--own-user").err
