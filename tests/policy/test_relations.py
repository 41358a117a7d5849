"""What the policy says, in the ledger's numbers: everything that rules ask of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from isolation.policy import Policy, from_fields
from isolation.policy.document import parse_policy
from isolation.relations import Bond, Permit, Relations, Waiver

DAY = 86_400_000_000
TEXT = """
[accounts."shop:a"]
aliases = ["b", "c"]
owner = "Li Na"
standing = [{ state = "good", from = 1970-01-01 }, { state = "deactivated", from = 1970-01-03 }]
machines = ["laptop"]
networks = ["OFFICE a"]

[accounts."shop:never seen"]

[groups.g]
kind = "agency"
accounts = ["C", "d"]
operators = ["Li", "Wang"]
from = 1970-01-01

[[permissions.li]]
accounts = ["b", "d"]
user = "own"
role = "listing"
until = 1970-01-02
[[permissions.li]]
accounts = ["d"]
user = "client"
from = 1970-01-05
[[permissions."Nobody yet"]]
accounts = ["d"]
user = "own"

[labels."Office A"]
kind = "network"
site = true
[labels.Laptop]
kind = "machine"
[labels."Not learnt"]
kind = "network"

[waivers.w]
accounts = ["b"]
rule = "shared-gateway"
label = "office a"
owner = "boss"
reason = "one office"
document = "lease.pdf"
from = 1970-01-02
until = 1970-01-09
[waivers.everywhere]
accounts = ["d", "shop:never seen"]
owner = "boss"
reason = "known"
from = 1970-01-02
until = 1970-01-04
[waivers.nowhere]
accounts = ["d"]
label = "not learnt"
owner = "boss"
reason = "known"
from = 1970-01-02
until = 1970-01-04
"""


class Known:
    """A ledger that has met these names and learnt these labels."""

    def __init__(self, numbers: Mapping[str, int], labels: Mapping[str, tuple[int, ...]] | None = None) -> None:
        self._numbers = numbers
        self._labels = labels or {}

    def numbers(self, fact: str, names: Iterable[str]) -> dict[str, int]:
        """The numbers of names, written `fact/name` here."""
        return {name: self._numbers[f"{fact}/{name}"] for name in names if f"{fact}/{name}" in self._numbers}

    def labelled(self, labels: Iterable[str]) -> dict[str, tuple[int, ...]]:
        """What was learnt."""
        return {label: self._labels[label] for label in labels if label in self._labels}


LEDGER = Known(
    {"account/shop:a": 1, "account/b": 2, "account/d": 4, "operator/li": 7, "operator/wang": 8},
    {"office a": (100, 101), "laptop": (101, 102)},
)


def policy() -> Policy:
    """The policy above."""
    return from_fields(parse_policy(TEXT.encode(), "policy.toml"), "policy.toml")


def test_every_field_of_the_relations_is_filled() -> None:
    """Groups, permissions, standings, owners, labels, sites, assignments and waivers arrive by number."""
    found = policy().relations(LEDGER, moment=5 * DAY)
    assert found.bonds == (Bond("g", frozenset({1, 4}), 0, None, "agency", frozenset({7, 8})),)
    assert found.platforms == {1: "shop"}
    assert found.aliases == {2: 1}
    assert found.permits_of(7, 1) == (Permit(7, 1, True, "listing", None, DAY),)
    assert found.permits_of(7, 4) == (Permit(7, 4, True, "listing", None, DAY), Permit(7, 4, False, "", 4 * DAY, None))
    assert len(found.permits[4]) == 2
    assert found.permits[100] == ()
    assert found.people_of(1) == {7, 8}
    assert found.standings == {1: (("good", 0), ("deactivated", 2 * DAY))}
    assert found.owners == {1: "Li Na"}
    assert found.labels == {100: ("Office A",), 101: ("Office A", "Laptop"), 102: ("Laptop",)}
    assert found.sites == {100, 101}
    assert (found.machines, found.networks) == ({1: {"Laptop"}}, {1: {"Office A"}})
    assert found.waivers == (
        Waiver(
            "w", "shared-gateway", frozenset({1}), 8 * DAY, frozenset({100, 101}), DAY, "boss", "one office",
            "lease.pdf",
        ),
        Waiver("everywhere", "", frozenset({4}), 3 * DAY, None, DAY, "boss", "known"),
        Waiver("nowhere", "", frozenset({4}), 3 * DAY, frozenset(), DAY, "boss", "known"),
    )  # fmt: skip
    assert (found.moment, found.focus) == (5 * DAY, None)


def test_permissions_are_made_for_the_accounts_that_are_asked_for_only() -> None:
    """Of thousands of permissions only those of an account at hand are made, and those once."""
    found = policy().relations(LEDGER)
    assert found.permits == {}
    assert found.permits_of(7, 1)
    assert list(found.permits) == [1]
    assert found.permits[1] is found.focused(4).permits[1]


def test_an_account_number_stands_for_every_spelling_that_was_seen() -> None:
    """Spellings of one account fold into the first that was seen, also where the account's own name never was."""
    both = policy().relations(Known({"account/shop:a": 1, "account/b": 2, "account/c": 3}))
    assert both.aliases == {2: 1, 3: 1}
    unseen = policy().relations(Known({"account/b": 2, "account/c": 3, "account/d": 4}))
    assert unseen.aliases == {3: 2}
    assert unseen.bonds[0].accounts == {2, 4}
    assert unseen.platforms == {2: "shop"}
    assert policy().spellings("c") == ("shop:a", "b", "c")


def test_a_name_that_the_ledger_has_not_met_can_be_given_a_number() -> None:
    """The candidate of a verdict, account or operator, is told of before its first session is recorded."""
    found = policy().relations(Known({}), unseen={("account", "shop:a"): -1, ("operator", "li"): -2})
    assert found.permits[-1] == (Permit(-2, -1, True, "listing", None, DAY),)
    assert found.bonds[0].operators == {-2}


def test_looking_from_one_account_changes_nothing_else() -> None:
    """`focused` is `replace` of the focus alone."""
    found = policy().relations(LEDGER)
    assert found.focused(4) == found.replace(focus=4) != found
    assert isinstance(found.focused(4), Relations)
