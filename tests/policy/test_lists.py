"""The policy's lists as CSV: out and in again is the same policy, and what cannot be taken is named, row by row."""

from __future__ import annotations

import csv
import datetime
import io
import tempfile
from pathlib import Path

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from isolation.errors import IsolationError, UsageError
from isolation.hooks.list_kinds import (
    ACCOUNTS,
    GROUPS,
    LABELS,
    LISTS,
    PERMISSIONS,
    STANDINGS,
    WAIVERS,
    ListKind,
    join_names,
    split_names,
)
from isolation.hooks.lists import RowsRejected, list_text, read_cell, take_list, write_cell
from isolation.identifiers.accounts import account_key
from isolation.policy import load_policy
from isolation.policy.agreements import USERS
from isolation.policy.writing import PolicyFile

HEADER = "operator,account,user,role,from,until\r\n"


def taken(path: Path, kind: ListKind, content: bytes) -> PolicyFile:
    """The policy at `path` with that list taken in, saved."""
    (path.parent / "list.csv").write_bytes(content)
    file = PolicyFile(str(path))
    take_list(file, kind, str(path.parent / "list.csv"))
    file.save()
    return file


def rejected(path: Path, kind: ListKind, content: str) -> list[tuple[int, str]]:
    """Line and reason of each row that is not taken."""
    with pytest.raises(RowsRejected) as caught:
        taken(path, kind, content.encode())
    return [(one.line, one.reason) for one in caught.value.rejected]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a policy will be."""
    return tmp_path / "policy.toml"


def test_one_list_permits_an_agency_all_of_its_clients(path: Path) -> None:
    """Of 25 operators and 140 clients, a row each pair, every pair arrives, in one block for each operator."""
    rows = [f"op {o},amazon:client-{c},own,listings,2026-01-01,\r\n" for o in range(25) for c in range(140)]
    taken(path, PERMISSIONS, (HEADER + "".join(rows)).encode())
    policy = load_policy(str(path))
    assert len(policy.permissions) == 140
    assert all(len(grants) == 25 for grants in policy.permissions.values())
    assert path.read_text(encoding="utf-8").count("[[permissions.") == 25


def test_a_row_may_name_many_operators_and_accounts(path: Path) -> None:
    """Semicolons part names within a cell."""
    taken(path, PERMISSIONS, b"operator;account;user\nli,wang;a;own\n")
    assert list(load_policy(str(path)).permissions) == ["a"]
    taken(path, PERMISSIONS, b"sep=|\r\noperator|account|user\r\nli|d, e|own\r\n")
    assert "d, e" in load_policy(str(path)).permissions
    taken(path, PERMISSIONS, b"operator,account,user\nli; zhao,b;c,client\n")
    policy = load_policy(str(path))
    assert {grant[0] for grant in policy.permissions["b"]} == {"li", "zhao"}
    assert policy.permissions["c"][0][1] is False


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_list_from_any_spreadsheet_is_read(path: Path, encoding: str) -> None:
    """A Chinese list is read in the encodings that spreadsheets write, dates in their order too."""
    rows = (
        "operator\taccount\tuser\tfrom",
        "李娜\t亚马逊美国\town\t2026/1/31",
        "王伟\t亚马逊英国店铺\town\t2026-01-31",
        "",
    )
    text = "\r\n".join(rows)
    taken(path, PERMISSIONS, text.encode(encoding))
    policy = load_policy(str(path))
    assert list(policy.permissions["亚马逊美国"]) == [("李娜", True, "", 1_769_817_600_000_000, None)]
    assert policy.permissions["亚马逊英国店铺"][0][3] == 1_769_817_600_000_000


def test_every_row_that_cannot_be_taken_is_named_and_nothing_is_applied(path: Path) -> None:
    """Each bad row comes with its line and reason, and not even the good ones are in the policy."""
    content = (
        HEADER + "li,a,own,,,\r\n\r\n,a,own,,,\r\nli,a,mine,,,\r\n"
        "li,a,own,,2026-02-30,\r\nli,a,own,,soon,\r\nli,a,own,x,,,more\r\n"
    )
    found = rejected(path, PERMISSIONS, content)
    assert [line for line, _ in found] == [4, 5, 6, 7, 8]
    assert found[0][1] == "operator is empty."
    assert found[1][1].startswith('user is "mine". Write one of: own, client.')
    assert found[2][1].startswith('"2026-02-30" is a day that does not exist.')
    assert not path.exists()


def test_rows_that_contradict_each_other_are_named(path: Path) -> None:
    """A row that is right by itself and cannot stand beside those before it is named by its line."""
    content = "account,aliases\na,x\nb,X\nc,y\nd,y; e\n"
    found = rejected(path, ACCOUNTS, content)
    assert [line for line, _ in found] == [3, 5]
    assert found[0][1].startswith('The alias "X" of "b" is an alias already, of "a".')
    assert rejected(path, GROUPS, "group,accounts,evidence\ng,a,was 192.0.2.7\n")[0][1].startswith(
        "evidence holds an IP"
    )
    assert rejected(path, WAIVERS, "waiver,accounts,owner,reason,from,until\nw,a,o,r,2026-02-01,2026-01-01\n") == [
        (2, "The period ends before it begins. Mend from or until.")
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("operator,account\nli,a\n", 'has no column "user"'),
        ("operator,account,user,rol\nli,a,own,x\n", 'names a column "rol"'),
        ("operator,account,user,user\nli,a,own,own\n", "names a column twice"),
        ('operator,account,user\n"li,a,own\n', "line 2: the row is no CSV"),
        ("\n\n", "has no header"),
        ("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x10", "not a text log"),
    ],
)
def test_what_is_no_list_is_refused(path: Path, content: str, sentence: str) -> None:
    """A file that is no such list is one sentence."""
    with pytest.raises(UsageError, match=sentence):
        taken(path, PERMISSIONS, content.encode())
    assert not path.exists()


def test_a_list_that_goes_in_again_changes_nothing(path: Path) -> None:
    """What a person wrote stays byte for byte when its own lists come in."""
    text = (Path(__file__).parents[2] / "docs" / "policy.example.toml").read_bytes()
    path.write_bytes(text)
    for kind in LISTS:
        taken(path, kind, list_text(PolicyFile(str(path)), kind).encode())
    assert load_policy(str(path)).replace(path="") == load_policy(
        str(Path(__file__).parents[2] / "docs" / "policy.example.toml")
    ).replace(path="")
    assert path.read_text(encoding="utf-8") == tomlkit.dumps(tomlkit.parse(text.decode()))


NAMES = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=12).filter(
    lambda name: name.strip() == name != ""
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), max_size=20)
DATES = st.dates(datetime.date(1980, 1, 1), datetime.date(2080, 1, 1))


def _folded(one: tuple[object, ...]) -> str:
    return account_key(str(one[0]))


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.tuples(NAMES, TEXTS, st.lists(NAMES, max_size=2)), max_size=4, unique_by=_folded),
    st.lists(st.tuples(NAMES, NAMES, st.sampled_from(USERS), TEXTS, DATES), max_size=5),
    st.lists(st.tuples(NAMES, st.lists(NAMES, max_size=3), TEXTS), max_size=3, unique_by=_folded),
    st.lists(st.tuples(NAMES, st.sampled_from(["good", "at_risk"]), DATES), max_size=4),
)  # fmt: skip
def test_lists_out_and_in_again_give_the_same_policy(
    accounts: list[tuple[str, str, list[str]]],
    permissions: list[tuple[str, str, str, str, datetime.date]],
    groups: list[tuple[str, list[str], str]],
    standings: list[tuple[str, str, datetime.date]],
) -> None:
    """Whatever policy there is, its lists taken into an empty one make it again."""
    with tempfile.TemporaryDirectory() as folder:
        first, second = Path(folder) / "a.toml", Path(folder) / "b.toml"
        file = PolicyFile(str(first))
        try:
            for name, owner, labels in accounts:
                file.put_account(name, owner=owner, machines=labels)
            for operator, account, user, role, since in permissions:
                file.put_permission(operator, [account], user=user, role=role, **{"from": since})
            for name, members, evidence in groups:
                file.put_group(name, members, kind="agency", evidence=evidence)
            for account, state, since in standings:
                file.put_standing(account, state, since)
            for name, owner, _ in accounts:
                file.put_waiver(
                    name, [name], owner=owner or "x", reason="y",
                    **{"from": datetime.date(2026, 1, 1), "until": datetime.date(2027, 1, 1)},
                )  # fmt: skip
            saved = file.save()
        except IsolationError:
            return  # a text that holds an address, or two names that are one
        for kind in (LABELS, ACCOUNTS, STANDINGS, GROUPS, PERMISSIONS, WAIVERS):
            taken(second, kind, ("\ufeff" + list_text(file, kind)).encode())
        again = load_policy(str(second))
        assert _comparable(again) == _comparable(saved)


def _comparable(policy: object) -> dict[str, object]:
    fields = {name: getattr(policy, name) for name in policy.__slots__ if name != "path"}  # type: ignore[attr-defined]  # a Policy
    fields["permissions"] = {key: sorted(map(repr, grants)) for key, grants in fields["permissions"].items()}
    return fields


@given(TEXTS)
def test_no_cell_is_a_formula(text: str) -> None:
    """What goes out never begins as a formula does, and comes back as it was."""
    cell = write_cell(text)
    assert cell[:1] not in tuple("=+-@\t\r＝＋－＠")
    assert read_cell(cell) == text
    out = io.StringIO()
    csv.writer(out).writerow([cell])
    assert next(csv.reader([out.getvalue()])) == [cell]


@given(st.lists(NAMES, max_size=4))
def test_names_of_one_cell_come_back(names: list[str]) -> None:
    """Any names, with semicolons and backslashes in them, are told apart again."""
    assert list(split_names(join_names(names))) == names


def test_a_backslash_that_escapes_nothing_stays() -> None:
    """A Windows login in a list that a person wrote is read as it stands."""
    assert split_names(r"CORP\li; b\;c; d\\;e") == ("CORP\\li", "b;c", "d\\", "e")


@settings(deadline=None, max_examples=80)
@given(
    st.sampled_from(LISTS),
    st.one_of(
        st.binary(max_size=60),
        st.text(st.sampled_from("operatoracunser,;\"'\n\r\t=\\ 2026-01-31ownclient中"), max_size=80).map(str.encode),
        st.lists(st.lists(TEXTS, max_size=7).map(",".join), max_size=5).map("\n".join).map(str.encode),
    ),
    st.booleans(),
)
def test_rubbish_gives_a_sentence(kind: ListKind, content: bytes, headed: bool) -> None:
    """Whatever a file holds, its rows are taken or refused; nothing else comes out, and a refusal changes nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policy.toml"
        header = ",".join(kind.columns).encode() + b"\n" if headed else b""
        try:
            taken(path, kind, header + content)
        except IsolationError:
            assert not path.exists()
