"""What a policy may say, and how it is told where it may not."""

from __future__ import annotations

import datetime
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from isolation.errors import PolicyError
from isolation.identifiers.accounts import account_key
from isolation.policy import Policy, load_policy
from isolation.policy.document import KINDS, STATES, parse_policy

DAY = 86_400_000_000
WAIVER = """\
[waivers.w]
accounts = ["a"]
owner = "boss"
reason = "why"
from = 2026-01-31
until = 2026-06-30
"""


def parse(text: str) -> dict[str, Any]:
    """The fields of a right policy."""
    return parse_policy(text.encode(), "policy.toml")


def refused(text: str | bytes) -> PolicyError:
    """The error of a policy that may not be so."""
    with pytest.raises(PolicyError) as caught:
        parse_policy(text.encode() if isinstance(text, str) else text, "policy.toml")
    return caught.value


def test_an_empty_policy_is_the_defaults() -> None:
    """A policy that says nothing says what no policy says."""
    fields = parse("")
    assert (fields["block_at"], fields["on_unknown"], fields["retention_months"]) == ("high", "record", 24)
    assert fields["accounts"] == fields["aliases"] == fields["thresholds"] == {}


def test_everything_a_policy_may_say_is_read(tmp_path: Path) -> None:
    """Each table arrives in the policy, names compared by their keys and dates as the first moment of a UTC day."""
    file = tmp_path / "policy.toml"
    file.write_text(
        """
        [policy]
        block_at = "medium"
        on_unknown = "block"
        retention = 12

        [accounts."Amazon:Store-US"]
        owner = "me"
        aliases = ["shop us", "UPN@example.com"]
        standing = [{ state = "deactivated", from = 1970-01-03 }, { state = "good", from = 1970-01-02 }]

        [accounts.laden]
        platform = "eBay"

        [groups."Our shops"]
        kind = "same-owner"
        accounts = ["SHOP US", "laden", "not declared elsewhere", "amazon:store-us"]
        operators = ["Li"]
        evidence = "register.pdf"
        from = 1970-01-01T00:00:00.000001+00:00
        until = 1970-01-02

        [thresholds]
        many-devices = 7

        [public_ip]
        services4 = ["https://one.example/ip", "https://two.example:8443"]
        services6 = ["https://[2001:db8::1]/", "https://three.example"]
        """,
        encoding="utf-8",
    )
    policy = load_policy(str(file))
    assert (policy.block_at, policy.on_unknown, policy.retention_months) == ("medium", "block", 12)
    assert policy.accounts == {"amazon:store-us": "amazon", "laden": "ebay"}
    assert policy.owners["amazon:store-us"] == "me"
    assert policy.aliases == {"shop us": "amazon:store-us", "upn@example.com": "amazon:store-us"}
    assert policy.standing["amazon:store-us"] == (("good", DAY), ("deactivated", 2 * DAY))
    (group,) = policy.groups
    assert group.accounts == ("amazon:store-us", "laden", "not declared elsewhere")
    assert (group.operators, group.evidence, group.since, group.until) == (("li",), "register.pdf", 1, DAY)
    assert policy.thresholds == {"many-devices": 7}
    assert policy.services4 == ("https://one.example/ip", "https://two.example:8443")
    assert len(policy.services6) == 2


@pytest.mark.parametrize(
    ("text", "place", "sentence"),
    [
        ("[policie]\n", (1, 2), "There is no table [policie]."),
        ('block_at = "high"\n', (1, 1), 'There is no key "block_at" outside the tables.'),
        ("policy = 3\n", (1, 1), "policy is 3."),
        ("[[policy]]\n", (1, 3), "policy is a list."),
        ('[policy]\nblock_at = "hi"\n', (2, 1), 'block_at is "hi".'),
        ("[policy]\nblock_at = 1\n", (2, 1), "block_at is 1."),
        ('[policy]\nblock_att = "high"\n', (2, 1), 'There is no key "block_att" in [policy].'),
        ('policy.block_att = "high"\n', (1, 8), 'There is no key "block_att" in [policy].'),
        ('policy = {retention = 3, block_att = "high"}\n', (1, 26), 'There is no key "block_att" in [policy].'),
        ("[policy]\r\n\r\nretention = 0\r\n", (3, 1), "retention is 0."),
        ("[policy]\n\tretention = true\n", (2, 2), "retention is true."),
        ("\ufeff[policy]\nretention = 1.5\n", (2, 1), "retention is 1.5."),
        ("\ufeffx = 1\n", (1, 1), 'There is no key "x" outside the tables.'),
        ("# \x85 \u2028\n[policy]\nretention = 1.5\n", (3, 1), "retention is 1.5."),
        ('note = """\n[policy]\nx = 1\n"""\n', (1, 1), 'There is no key "note" outside the tables.'),
        ('[accounts."a.b"]\nownr = "x"\n', (2, 1), 'There is no key "ownr" in [accounts."a.b"].'),
        ('[accounts]\n"a.b".ownr = "x"\n', (2, 7), 'There is no key "ownr" in [accounts."a.b"].'),
        ('[accounts]\n"a.b" = { ownr = "x" }\n', (2, 11), 'There is no key "ownr" in [accounts."a.b"].'),
        ("[accounts]\na = 1\n", (2, 1), "a is 1."),
        ('[accounts]\n"" = {}\n', (2, 1), "The account name is empty."),
        ("[accounts.a]\nowner = 1\n", (2, 1), "owner is 1."),
        ('[accounts.a]\nowner = "x"\n[accounts." A "]\n', (3, 11), '"a" and " A " are one account.'),
        ('[accounts.a]\naliases = "b"\n', (2, 1), 'aliases is "b".'),
        ('[accounts.a]\naliases = ["b",\n  3]\n', (3, 3), "aliases holds 3."),
        ('[accounts.a]\naliases = ["A "]\n', (2, 12), 'The alias "A " of "a" is the account itself.'),
        ('[accounts.a]\naliases = ["b"]\n[accounts.B]\n', (2, 12), 'The alias "b" of "a" is an account of its own.'),
        ('[accounts.b]\n[accounts.a]\naliases = ["B"]\n', (3, 12), 'The alias "B" of "a" is an account of its own.'),
        (
            '[accounts.a]\naliases = ["x"]\n[accounts.b]\naliases = ["y", "X"]\n',
            (4, 17),
            'The alias "X" of "b" is an alias already, of "a".',
        ),
        ('[accounts.a]\naliases = ["x", "X"]\n', (2, 17), 'The alias "X" of "a" is an alias already, of "a".'),
        ('[accounts.a]\nplatform = "\\u0007"\n', (2, 1), 'The label "\\x07" holds control characters.'),
        ('[accounts.a]\nstanding = "good"\n', (2, 1), 'standing is "good".'),
        ('[accounts.a]\nstanding = ["good"]\n', (2, 13), 'standing is "good".'),
        (
            '[accounts.a]\nstanding = [\n  {state = "bad", from = 2026-01-31},\n]\n',
            (3, 4),
            'state is "bad".',
        ),
        ("[accounts.a]\nstanding = [{from = 2026-01-31}]\n", (2, 13), "[accounts.a.standing] has no state."),
        ('[accounts.a]\nstanding = [{state = "good"}]\n', (2, 13), "A standing says since when."),
        (
            '[[accounts.a.standing]]\nstate = "good"\nfrom = 2026-01-31\n[[accounts.a.standing]]\nstat = 1\n',
            (5, 1),
            'There is no key "stat" in [accounts.a.standing].',
        ),
        ('[groups.g]\nkind = "same owner"\n', (2, 1), 'kind is "same owner".'),
        ('[groups.g]\naccounts = ["a", ""]\n', (2, 18), "The account name is empty."),
        ('[groups.g]\noperators = [""]\n', (2, 14), "The operator name is empty."),
        ('[groups.g]\n[groups."G "]\n', (2, 9), '"g" and "G " are one group.'),
        ("[groups.g]\nfrom = 2026-02-30\n", (2, 8), "2026-02-30 is a date that does not exist."),
        ('[groups.g]\nfrom = "2026-01-31"\n', (2, 1), 'from is "2026-01-31".'),
        ("[groups.g]\nfrom = 07:32:00\n", (2, 1), "from is 07:32:00."),
        (
            "[groups.g]\nfrom = 2026-01-31T07:32:00\n",
            (2, 1),
            "from is 2026-01-31 07:32:00, which happens at another moment in each zone.",
        ),
        ("[groups.g]\nfrom = 2026-02-01\nuntil = 2026-02-01\n", (3, 1), "The period ends before it begins."),
        ("[thresholds]\nmany-device = 3\n", (2, 1), 'There is no key "many-device" in [thresholds].'),
        ("[thresholds]\nmany-devices = -1\n", (2, 1), "many-devices is -1."),
        (
            '[public_ip]\nservices4 = ["https://a.example", "http://b.example"]\n',
            (2, 35),
            "Service 2 of services4 is no",
        ),
        ('[public_ip]\nservices4 = ["https://u:p@a.example", "x"]\n', (2, 14), "Service 1 of services4 is no"),
        ('[public_ip]\nservices6 = ["https://a.example"]\n', (2, 1), "services6 names one service."),
        (
            '[accounts.a]\naliases = ["B"]\n[accounts.b]\naliases = ["A"]\n',
            (2, 12),
            'The alias "B" of "a" leads back to it: each is an alias of the other.',
        ),
        ('[accounts.a]\nmachines = ["x"]\n', (2, 13), 'There is no label "x" in [labels].'),
        (
            '[labels.x]\nkind = "network"\n[accounts.a]\nmachines = ["X"]\n',
            (4, 13),
            '"X" is the label of a network.',
        ),
        ("[labels.x]\n", (1, 9), "[labels.x] has no kind."),
        ('[labels.x]\nkind = "phone"\n', (2, 1), 'kind is "phone".'),
        ('[labels.x]\nkind = "machine"\nsite = true\n', (3, 1), "A machine is no shared site."),
        ('[labels.x]\nkind = "network"\nsite = "yes"\n', (3, 1), 'site is "yes".'),
        ('[labels.x]\nkind = "machine"\n[labels.X]\n', (3, 9), '"x" and "X" are one label.'),
        ('[labels.x]\nkind = "network"\nssid = "Home"\n', (3, 1), 'There is no key "ssid" in [labels.x].'),
        ('[labels."192.0.2.7"]\nkind = "network"\n', (1, 9), '"192.0.2.7" holds an IP address.'),
        ('[labels."router 00-00-5E-00-53-23"]\n', (1, 9), '"router 00-00-5E-00-53-23" holds a MAC address.'),
        ('[labels.x]\nkind = "network"\nowner = "2001:db8::1"\n', (3, 1), '"2001:db8::1" holds an IP address.'),
        ('[groups.g]\nevidence = "was 192.0.2.7, then moved"\n', (2, 1), '"was 192.0.2.7, then moved" holds an IP'),
        ('[permissions]\nli = "a"\n', (2, 1), 'li is "a".'),
        ('[permissions]\n"" = []\n', (2, 1), "The operator name is empty."),
        ("[[permissions.li]]\n", (1, 15), "[permissions.li] has no user."),
        ('[[permissions.li]]\nuser = "own"\n[[permissions.LI]]\n', (3, 15), '"li" and "LI" are one operator.'),
        (
            '[[permissions.li]]\nuser = "own"\nfrom = 2026-02-01\nuntil = 2026-01-01\n',
            (4, 1),
            "The period ends before it begins.",
        ),
        ('[waivers.w]\nrule = "shared-gatewy"\n', (2, 1), 'There is no rule "shared-gatewy".'),
        ("[waivers.w]\n", (1, 10), 'The waiver "w" has no accounts.'),
        ('[waivers.w]\naccounts = ["a"]\nowner = "x"\n', (1, 10), 'The waiver "w" has no reason.'),
        (WAIVER.replace("until = 2026-06-30", ""), (1, 10), 'The waiver "w" has no until.'),
        (
            WAIVER.replace("until = 2026-06-30", "until = 2025-12-31"),
            (6, 1),
            'The waiver "w" expires before it begins.',
        ),
        (
            WAIVER.replace("until = 2026-06-30", "until = 2026-02-30"),
            (6, 9),
            "2026-02-30 is a date that does not exist.",
        ),
        (WAIVER.replace('"why"', '" "'), (4, 1), "reason is empty."),
        (WAIVER + 'label = "x"\n', (7, 1), 'There is no label "x" in [labels].'),
        ("[policy\n", (1, 8), "Expected ']' at the end of a table declaration."),
        ('[policy]\nx = "', (2, 6), "Unterminated string."),
        ("[policy]\n[policy]\n", (2, 8), "Cannot declare ('policy',) twice."),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, place: tuple[int, int], sentence: str) -> None:
    """A wrong policy is one clear sentence with the line and column of what is wrong."""
    problem = refused(text)
    assert (problem.line, problem.column) == place
    assert problem.message.startswith(f"policy.toml:{place[0]}:{place[1]}: {sentence}")
    assert problem.hint


def test_a_policy_that_is_no_utf8_is_told_by_its_first_wrong_character() -> None:
    """A policy in another encoding is refused at the first byte that is no UTF-8, counted in characters."""
    problem = refused('[policy]\nx = "中'.encode() + "文".encode("gb18030"))
    assert (problem.line, problem.column) == (2, 7)
    assert refused("[policy]\n".encode("utf-16")).message.endswith("The policy is not UTF-8 text.")


@pytest.mark.parametrize("text", ["a = " + "[" * 5000 + "]" * 5000, "a = " + "9" * 5000, f"a = 0x{'f' * 9000}"])
def test_a_policy_made_to_break_the_parser_is_refused(text: str) -> None:
    """Nesting without end and numbers without end are a refusal like any other."""
    assert refused(text).exit_code == 2


def test_an_alias_in_a_group_means_its_account() -> None:
    """A group that names an account by alias and by name holds it once."""
    fields = parse('[accounts.a]\naliases = ["b"]\n[groups.g]\naccounts = ["B", "a", "b", "c"]\n')
    assert fields["groups"][0][2] == ("a", "c")


def test_accounts_that_differ_by_unicode_form_are_one() -> None:
    """A composed and a decomposed spelling are refused as two accounts."""
    assert "are one account" in refused('[accounts."caf\\u00e9"]\n[accounts."cafe\\u0301"]\n').message


def test_control_characters_of_a_policy_never_reach_a_message() -> None:
    """An error quotes a key with everything that could command a terminal escaped."""
    assert refused('"\\u001b[2J\\u202e" = 1\n').message.isprintable()


NAMES = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1, max_size=12).filter(
    lambda name: name.strip() != ""
)
MOMENTS = st.one_of(
    st.dates(),
    st.datetimes(
        datetime.datetime(1, 1, 2),
        datetime.datetime(9999, 12, 30),
        timezones=st.sampled_from([datetime.UTC, datetime.timezone(datetime.timedelta(hours=5, minutes=30))]),
    ),
)


@st.composite
def policies(draw: st.DrawFn) -> dict[str, Any]:
    """Documents that are right: accounts with aliases, groups of any accounts."""
    keys: set[str] = set()
    fresh = NAMES.filter(lambda name: account_key(name) not in keys)

    def name() -> str:
        chosen = draw(fresh)
        keys.add(account_key(chosen))
        return chosen

    accounts = {}
    for _ in range(draw(st.integers(0, 4))):
        standing = [
            {"state": state, "from": moment}
            for state, moment in draw(st.lists(st.tuples(st.sampled_from(STATES), MOMENTS), max_size=2))
        ]
        aliases = [name() for _ in range(draw(st.integers(0, 2)))]
        accounts[name()] = {"aliases": aliases, "standing": standing}
    groups = {
        group: {"kind": draw(st.sampled_from(KINDS)), "accounts": draw(st.lists(NAMES, max_size=3))}
        for group in draw(st.lists(NAMES, max_size=3, unique_by=account_key))
    }
    return {"policy": {"retention": draw(st.integers(1, 1200))}, "accounts": accounts, "groups": groups}


@settings(deadline=None)
@given(policies())
def test_every_right_policy_is_read_whole(document: dict[str, Any]) -> None:
    """Every account, alias and group of a right policy arrives, and no alias leads to another alias."""
    fields = parse(tomlkit.dumps(document))
    assert set(fields["accounts"]) == {account_key(name) for name in document["accounts"]}
    assert len(fields["aliases"]) == sum(len(one["aliases"]) for one in document["accounts"].values())
    assert set(fields["aliases"].values()) <= set(fields["accounts"])
    assert not set(fields["aliases"]) & set(fields["accounts"])
    assert [group[0] for group in fields["groups"]] == list(document["groups"])
    for changes in fields["standing"].values():
        assert [since for _, since in changes] == sorted(since for _, since in changes)


@settings(deadline=None)
@given(st.one_of(st.binary(max_size=60), st.text(st.sampled_from("[]{}=\"'\\\n .,#apolicyt1-:"), max_size=40)))
def test_any_bytes_are_read_or_refused(content: str | bytes) -> None:
    """Whatever a file holds, it is a policy or one PolicyError; nothing else ever comes out."""
    with suppress(PolicyError):
        parse_policy(content if isinstance(content, bytes) else content.encode(), "policy.toml")


def test_nothing_of_a_wrong_policy_is_applied(tmp_path: Path) -> None:
    """A policy whose last line is wrong is no policy at all, whatever stands above."""
    file = tmp_path / "policy.toml"
    file.write_text('[policy]\nblock_at = "info"\n[thresholds]\nmany-devices = "x"\n', encoding="utf-8")
    with pytest.raises(PolicyError):
        Policy.load(file)
