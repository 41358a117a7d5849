"""What findings are called in reports."""

from __future__ import annotations

import pytest

from isolation.language import LANGUAGES, Language
from isolation.model import FACTS, Finding
from isolation.reports.parts.titles import finding_title
from isolation.rules import REGISTRY
from isolation.rules.pages import title


def titled(rule: str, *accounts: str, fact: str = FACTS[0], value: str | None = None) -> str:
    """The title of a finding of this rule, as a message."""
    return finding_title(
        Finding("id-1", rule, "high", "certain", "open", fact, value, accounts, 2, 0, 1, "place-1", "a reason")
    )


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_rule_has_a_title_of_its_own(code: str) -> None:
    """A finding of each rule is told in a sentence about its accounts, not by the rule's id, and as no other's is."""
    language = Language(code)
    titles = {one.id: language.say(titled(one.id, "store-a", "store-b")) for one in REGISTRY}
    assert len(set(titles.values())) == len(REGISTRY)
    for entry in REGISTRY:
        told = titles[entry.id]
        assert "store-a" in told
        assert "store-b" in told
        assert entry.id not in told
        # The rule's page is headed by a sentence of its own: one that names no account is no finding's title.
        assert language.say(title(entry)) not in told


def test_a_rule_that_is_not_known_goes_by_its_id() -> None:
    """A finding of another version's rule still has a title."""
    assert titled("later-rule", "store-a") == "store-a: later-rule"


def test_a_long_row_of_accounts_is_cut_short() -> None:
    """Of more than four accounts the title names three and counts the others; the value stands behind."""
    told = titled("shared-gateway", *"abcdef", fact="gateway_mac", value="3C-37-86-5D-75-D4")
    assert told == "a, b, c and 3 more were used behind the same router (3C-37-86-5D-75-D4)"
