"""Machine ids: strict reading, and systemd's keyed hash."""

from __future__ import annotations

import hashlib
import hmac
import os
import shutil
import subprocess
import uuid
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isolation.errors import BadIdentifier
from isolation.identifiers.machine_ids import (
    APPLICATION_ID,
    app_specific,
    format_uuid,
    parse_machine_id,
    parse_uuid,
)

patient = settings(deadline=None)
ids = st.binary(min_size=16, max_size=16).map(bytes.hex)


def require(present: bool, what: str) -> None:
    """Skips, visibly, what needs something this machine lacks; ISOLATION_TEST_ALL=1 makes that a failure."""
    if not present:
        if os.environ.get("ISOLATION_TEST_ALL") == "1":
            pytest.fail(f"{what} is missing")
        pytest.skip(f"{what} is missing")


def test_the_hash_is_the_one_systemd_makes() -> None:
    """`systemd-id128 machine-id -a` prints what `app_specific` returns for this machine."""
    command, path = shutil.which("systemd-id128"), Path("/etc/machine-id")
    require(command is not None, "systemd-id128")
    require(path.exists() and len(path.read_text().strip()) == 32, "a machine id")
    told = subprocess.run(
        [command or "", "machine-id", "-a", APPLICATION_ID], capture_output=True, text=True, check=True, timeout=30
    )
    assert app_specific(parse_machine_id(path.read_text())) == told.stdout.strip()


@patient
@given(ids)
def test_the_hash_is_an_hmac_with_the_bits_of_a_version_4_uuid(machine_id: str) -> None:
    """The application id is hashed under the machine id's bytes, cut to 16, and marked as a random UUID."""
    digest = hmac.new(bytes.fromhex(machine_id), bytes.fromhex(APPLICATION_ID), hashlib.sha256).digest()[:16]
    assert app_specific(machine_id) == uuid.UUID(bytes=digest, version=4).hex


def test_the_application_id_never_changes() -> None:
    """Every ledger's device ids depend on it."""
    assert APPLICATION_ID == "d33f83a079194c8ba105de9e5ce96f4c"
    assert app_specific("0123456789abcdef0123456789abcdef") == "93fe71d478ef41208228ab4df693506d"


@patient
@given(ids)
def test_a_machine_id_is_read_in_either_case(machine_id: str) -> None:
    """32 hex digits with a line end are the id, in lower case."""
    if machine_id.strip("0"):
        assert parse_machine_id(machine_id.upper() + "\n") == machine_id


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"), ("\n", "empty"), ("uninitialized\n", "not made yet"), ("0" * 32, "zeros"),
        ("a" * 31, "32 hex"),
        ("a" * 33, "32 hex"), ("g" * 32, "32 hex"), ("1" * 8 + "-1111-1111-1111-" + "1" * 12, "32 hex"),
        ("１" * 32, "32 hex"),
    ],
)  # fmt: skip
def test_machine_ids_that_are_none(text: str, reason: str) -> None:
    """Empty, uninitialised, zero and malformed ids are refused with the reason."""
    with pytest.raises(BadIdentifier, match=reason):
        parse_machine_id(text)


@patient
@given(st.uuids())
def test_uuids_in_every_spelling(value: uuid.UUID) -> None:
    """Dashes, braces and case make no difference, and the shown form parses to the same digits."""
    text = str(value)
    spellings = (text, text.upper(), "{" + text + "}", value.hex, f" {text}\n")
    assert {parse_uuid(spelling) for spelling in spellings} == {value.hex}
    assert format_uuid(value.hex) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "none",
        "1234",
        "g" * 32,
        "{" + "a" * 32,
        "{" + "a" * 33,
        "a" * 16 + "-" + "a" * 16,
        "aaaaaaaa-aaaa-aaaa-aaaaaaaa-aaaaaaaa",
    ],
)
def test_uuids_that_are_none(text: str) -> None:
    """Texts with other digits, or dashes in other places, are refused."""
    with pytest.raises(BadIdentifier, match="UUID"):
        parse_uuid(text)
