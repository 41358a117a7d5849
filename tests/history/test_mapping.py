"""The arguments of --map."""

from __future__ import annotations

import pytest

from isolation.errors import UsageError
from isolation.history import FIELDS, Mapping


def test_fields_come_in_their_own_order_whatever_order_they_were_given_in() -> None:
    """Two mappings of the same fields are the same, however they were typed."""
    mapping = Mapping.parse(["public_ip=IP", "time=When", "account=Account Name"])
    assert mapping.fields == ("account", "time", "public_ip")
    assert mapping.columns == ("Account Name", "When", "IP")


def test_a_column_may_have_an_equals_sign_and_stand_for_two_fields() -> None:
    """Only the first equals sign parts field and column, and one column can carry two facts."""
    mapping = Mapping.parse(["account=a=b", "operator=a=b", "time=t"])
    assert mapping.columns == ("a=b", "t", "a=b")


def test_every_field_can_be_mapped() -> None:
    """The fields are exactly those that users were promised."""
    assert " ".join(FIELDS) == (
        "account time end public_ip local_ip device_id hardware_mac gateway_mac bssid ssid operator channel success"
        " record"
    )
    assert Mapping.parse([f"{field}={field}" for field in FIELDS]).fields == FIELDS


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["account=a"], "time"),
        (["time=t"], "account"),
        ([], "account and time"),
        (["account=a", "time=t", "publicip=i"], "Did you mean"),
        (["account=a", "time=t", "account=b"], "twice"),
        (["account=a", "time"], "field=column"),
        (["account=a", "time="], "field=column"),
        (["=a", "time=t"], "field=column"),
        (["account=a", "time=t", "\x1b[31m=x"], "\\x1b"),
    ],
)
def test_a_wrong_mapping_is_refused_with_what_is_wrong(arguments: list[str], says: str) -> None:
    """Each wrong argument is named, in printable text."""
    with pytest.raises(UsageError) as caught:
        Mapping.parse(arguments)
    assert says in str(caught.value)
    assert str(caught.value).isprintable()
