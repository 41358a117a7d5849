"""Which names that people sign in with are one login."""

from __future__ import annotations

import pytest

from isolation.errors import BadIdentifier
from isolation.identifiers.logins import same_login


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("li@corp.example", r"CORP\li", True),
        ("li@corp.example", "LI@CORP.EXAMPLE", True),
        (r"CORP\li", r"corp\LI", True),
        (r"corp.example\li", "li@corp.example", True),
        ("li_corp.example#EXT#@host.onmicrosoft.example", "li@corp.example", True),
        ("li_corp.example#EXT#@host.onmicrosoft.example", "li@host.onmicrosoft.example", False),
        ("li@corp.example", "li@corp.test", False),
        (r"CORP\li", r"OTHER\li", False),
        ("li@corp.example", "li", False),
        ("li", "LI", True),
        (r"CORP\li", "wang@corp.example", False),
        ("@corp.example", "@corp.test", False),
        ("\\li", "li", False),
    ],
)
def test_what_is_one_login(first: str, second: str, same: bool) -> None:
    """Ways of writing one login fold in both directions; other realms and bare names do not."""
    assert same_login(first, second) is same
    assert same_login(second, first) is same


def test_what_is_no_name_is_refused() -> None:
    """An empty name or one with control characters is no login."""
    with pytest.raises(BadIdentifier):
        same_login("", "li")
    with pytest.raises(BadIdentifier):
        same_login("li", "a\nb")
