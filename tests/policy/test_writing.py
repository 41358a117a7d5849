"""Changing a policy by command: what a person wrote stays, and a wrong change changes nothing."""

from __future__ import annotations

import datetime
import os
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isolation.errors import PolicyError, UsageError
from isolation.identifiers.accounts import account_key
from isolation.policy import compiled_path, load_policy
from isolation.policy.document import parse_policy
from isolation.policy.writing import PolicyFile

JANUARY = datetime.date(2026, 1, 31)
FEBRUARY = datetime.date(2026, 2, 28)

WRITTEN = """\
# My policy.  Do not touch!

[policy]
block_at   =   "medium"   # strict

[accounts."Amazon:Store-US"]   # the first
owner = 'me'
aliases = ["old name"]

[groups.Family] # at home
accounts = [
    "Amazon:Store-US", # mine
    "store of my sister",
]
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the policy lies; its folder does not exist yet."""
    return tmp_path / "folder" / "policy.toml"


def written(path: Path, text: str = WRITTEN) -> PolicyFile:
    """A policy with this text, opened to be changed."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode())
    return PolicyFile(str(path))


def test_a_new_policy_is_made_with_its_folder(path: Path) -> None:
    """The first change makes the file, readable by its owner only, with its compiled form beside it."""
    policy = PolicyFile(str(path))
    policy.set_general(block_at="medium", retention=12)
    policy.put_account("amazon:store-us", owner="me", platform="amazon", standing="good", since=JANUARY)
    policy.put_group("Our shops", ["amazon:store-us", "amazon:store-uk"], kind="same-owner", operators=["Li"])
    saved = policy.save()
    assert saved == load_policy(str(path))
    assert (saved.block_at, saved.retention_months) == ("medium", 12)
    assert saved.groups[0].accounts == ("amazon:store-us", "amazon:store-uk")
    assert Path(compiled_path(str(path))).exists()
    assert path.read_text(encoding="utf-8").startswith("# The policy of `isolation`")
    if sys.platform != "win32":
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700


def test_what_a_person_wrote_stays(path: Path) -> None:
    """Comments, spacing and order stay; only what was asked for is added."""
    policy = written(path)
    policy.put_group("family", ["AMAZON:store-us", "shop of my brother"])
    policy.put_account("ebay:x", owner="me")
    policy.save()
    text = path.read_text(encoding="utf-8")
    for line in WRITTEN.splitlines():
        assert line in text
    assert load_policy(str(path)).groups[0].accounts == ("amazon:store-us", "store of my sister", "shop of my brother")
    assert load_policy(str(path)).accounts["ebay:x"] == "ebay"


def test_an_account_is_changed_under_any_of_its_names(path: Path) -> None:
    """An account named by another spelling or by an alias is the account itself."""
    policy = written(path)
    policy.put_account(" amazon:STORE-us", owner="my company")
    policy.put_account("Old Name", platform="amazon.com")
    saved = policy.save()
    assert saved.owners == {"amazon:store-us": "my company"}
    assert saved.accounts == {"amazon:store-us": "amazon.com"}


def test_a_standing_is_added_to_the_earlier_ones(path: Path) -> None:
    """Standings make a history; saying the latest again adds nothing."""
    policy = PolicyFile(str(path))
    for state, since in (("good", JANUARY), ("deactivated", FEBRUARY), ("deactivated", FEBRUARY)):
        policy.put_account("a", standing=state, since=since)
    assert [state for state, _ in policy.save().standing["a"]] == ["good", "deactivated"]


def test_operators_of_a_group_are_added(path: Path) -> None:
    """Adding an operator to a group keeps the others."""
    policy = PolicyFile(str(path))
    policy.put_group("g", ["a"], operators=["Li"])
    policy.put_group("G", ["A"], operators=["li", "Wang"], **{"from": JANUARY, "until": None})
    (group,) = policy.save().groups
    assert (group.name, group.accounts, group.operators, group.until) == ("g", ("a",), ("li", "wang"), None)
    assert group.since == 1_769_817_600_000_000


@pytest.mark.parametrize(
    "text",
    [
        'accounts = { a = { owner = "x" } }\n',
        'accounts.a.owner = "x"\n',
        '[accounts]\na = { owner = "x" }\n',
        '[accounts]\na.owner = "x"\n[policy]\n',
        '[accounts.a]\nowner = "x"\n[groups.g]\n[accounts.b]\n[thresholds]\n',
        '[[accounts.a.standing]]\nstate = "good"\nfrom = 2025-01-31\n',
        'groups = { "h" = { accounts = [] } }\n[accounts."a"]\nstanding = []\n',
        'permissions = { li = [{ accounts = ["z"], user = "own" }] }\nlabels = { x = { kind = "machine" } }\n',
        '[permissions]\nli = [{ accounts = ["a", "z"], user = "client" }]\n[waivers]\n[labels]\nx.kind = "machine"\n',
        '[[permissions.li]]\naccounts = ["z"]\nuser = "own"\n[policy]\n[[permissions.wang]]\nuser = "own"\n',
    ],
)
def test_every_way_to_write_tables_can_be_added_to(path: Path, text: str) -> None:
    """Inline, dotted, scattered: whatever form the tables have, commands add to it."""
    policy = written(path, text)
    policy.put_account("a", platform="p", standing="at_risk", since=FEBRUARY)
    policy.put_account("new:x", owner="y")
    policy.put_group("g", ["a", "new:x"])
    policy.set_general(block_at="low")
    policy.put_permission("Li", ["a"], user="own", role="ads")
    policy.put_permission("zhao", ["a", "new:x"], user="client")
    policy.end_permission("zhao", ["new:x"], FEBRUARY)
    policy.put_account("a", machines=["X"], networks=["Office"])
    policy.put_waiver("w", ["a"], owner="o", reason="r", label="x", **{"from": JANUARY, "until": FEBRUARY})
    saved = policy.save()
    assert {("li", True, "ads", None, None), ("zhao", False, "", None, None)} <= set(saved.permissions["a"])
    assert [grant[4] for grant in saved.permissions["new:x"]] == [1_772_236_800_000_000]
    assert (saved.machines["a"], saved.networks["a"]) == (("x",), ("office",))
    assert saved.waivers[0].label == "x"
    assert saved.block_at == "low"
    assert saved.accounts["a"] == "p"
    assert saved.standing["a"][-1][0] == "at_risk"
    assert saved.owners["new:x"] == "y"
    assert next(group for group in saved.groups if group.name == "g").accounts == ("a", "new:x")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_line_ends_stay_what_they_were(path: Path, ending: str) -> None:
    """A file with Windows line ends keeps them, in new lines too; one without gets none."""
    policy = written(path, WRITTEN.replace("\n", ending))
    policy.put_account("ebay:x", owner="me")
    policy.save()
    content = path.read_bytes()
    assert content.count(b"\r\n") == (content.count(b"\n") if ending == "\r\n" else 0)


def test_a_byte_order_mark_is_no_harm(path: Path) -> None:
    """A file that begins with a byte order mark, as some editors write it, is read and changed."""
    policy = written(path, "\ufeff" + WRITTEN)
    policy.put_account("ebay:x", owner="me")
    assert "ebay:x" in policy.save().accounts


def test_a_wrong_change_leaves_the_file_as_it_was(path: Path) -> None:
    """A change that would make the policy wrong is refused, and no byte of the file changes."""
    policy = written(path)
    policy.put_group("g", ["a"], kind="friends")
    with pytest.raises(PolicyError, match="friends"):
        policy.save()
    assert path.read_bytes() == WRITTEN.encode()
    assert [one.name for one in path.parent.iterdir()] == ["policy.toml"]


def test_a_wrong_policy_cannot_be_changed_by_a_command(path: Path) -> None:
    """A file that is wrong already is refused with its place, before anything is asked or written."""
    with pytest.raises(PolicyError, match=r"policy\.toml:1:2: "):
        written(path, "[polic]\n")


def test_a_change_by_somebody_else_in_between_is_not_lost(path: Path) -> None:
    """A file that changed since it was read is left alone, and the person is told to do it again."""
    policy = written(path)
    path.write_bytes(WRITTEN.encode() + b"# more\n")
    policy.put_account("b")
    with pytest.raises(UsageError, match="changed meanwhile"):
        policy.save()
    assert path.read_bytes().endswith(b"# more\n")


def test_saving_twice_saves_both_changes(path: Path) -> None:
    """One PolicyFile can be saved again after a further change."""
    policy = written(path)
    policy.put_account("b")
    policy.save()
    policy.put_account("c")
    assert {"b", "c"} <= set(policy.save().accounts)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """Where no file can be, the failure is one sentence that names the policy."""
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    policy = PolicyFile(str(blocked / "policy.toml"))
    with pytest.raises(UsageError, match="cannot be written"):
        policy.save()


@pytest.mark.skipif(sys.platform == "win32", reason="making symbolic links needs a privilege on Windows")
def test_a_linked_policy_stays_linked(path: Path, tmp_path: Path) -> None:
    """A policy kept elsewhere behind a symbolic link is changed there."""
    written(path)
    link = tmp_path / "link.toml"
    link.symlink_to(path)
    policy = PolicyFile(str(link))
    policy.put_account("b")
    policy.save()
    assert link.is_symlink()
    assert "b" in load_policy(str(path)).accounts


NAMES = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1, max_size=10).filter(
    lambda name: name.strip() != ""
)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(NAMES, st.sampled_from(["", "good", "at_risk"])), max_size=5),
    st.lists(st.tuples(NAMES, st.lists(NAMES, max_size=4)), max_size=4),
)
def test_whatever_is_put_is_what_is_read(accounts: list[tuple[str, str]], groups: list[tuple[str, list[str]]]) -> None:
    """Any names put into a policy that a person wrote come back from its text, beside what stood there."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policy.toml"
        path.write_bytes(WRITTEN.encode())
        policy = PolicyFile(str(path))
        for name, state in accounts:
            policy.put_account(name, standing=state, since=JANUARY)
        for name, members in groups:
            policy.put_group(name, members)
        saved = policy.save()
        assert set(saved.accounts) | set(saved.aliases) >= {account_key(name) for name, _ in accounts}
        for name, members in groups:
            group = next(one for one in saved.groups if account_key(one.name) == account_key(name))
            assert set(group.accounts) >= {saved.spellings(account_key(one))[0] for one in members}
        fields = parse_policy(path.read_bytes(), str(path))
        assert fields["accounts"] == saved.accounts
        assert "# My policy.  Do not touch!" in path.read_text(encoding="utf-8")
        assert tomllib.loads(path.read_text(encoding="utf-8"))["policy"] == {"block_at": "medium"}
        assert os.listdir(folder).count("policy.toml") == 1
