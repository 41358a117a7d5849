"""The runner of rules."""

from __future__ import annotations

import pytest

from isolation.errors import RuleError
from isolation.evidence import Contact, IdentifierGroup
from isolation.relations import Relations
from isolation.rules.run import corroborate, over_identifier


def test_a_rule_that_fails_is_an_error_naming_it() -> None:
    """An exception inside a rule never looks like a pass."""
    broken = Contact(1, 0, 0, 1, confidence="sure")  # type: ignore[arg-type]  # what no ledger hands over
    group = IdentifierGroup(1, "device_id", "ab" * 16, (broken, Contact(2, 0, 0, 1)))
    with pytest.raises(RuleError, match="shared-device"):
        list(over_identifier(group, Relations(), lambda same: same))


def test_one_account_alone_is_no_match() -> None:
    """An identifier that one account touched is nothing to find."""
    group = IdentifierGroup(1, "device_id", "ab" * 16, (Contact(1, 0, 0, 5),))
    assert list(over_identifier(group, Relations(), lambda same: same)) == []


def test_a_device_is_corroborated_by_a_mac_that_two_of_its_accounts_share() -> None:
    """A MAC of one account alone corroborates nothing; one that two accounts of the device share does."""
    group = IdentifierGroup(1, "device_id", "ab" * 16, (Contact(1, 0, 0, 1), Contact(2, 0, 0, 1)))
    (alone,) = corroborate([group], [_adapter(7, 1), _adapter(8, 2)])
    (together,) = corroborate([group], [_adapter(7, 1, 2), _adapter(8, 2)])
    assert (alone.corroborated, together.corroborated) == ((), (frozenset({1, 2}),))


def _adapter(identifier: int, *accounts: int) -> IdentifierGroup:
    return IdentifierGroup(identifier, "hardware_mac", "cd" * 16, tuple(Contact(one, 1, 1, 1) for one in accounts))
