"""Bytes of a bundle that were flipped, cut, doubled or dropped: none goes unnoticed, by either verifier."""

from __future__ import annotations

from types import ModuleType

from isolation.ledger import Ledger
from isolation.policy import Policy
from isolation.reports.bundle import Request, make_bundle

from .conftest import DAMAGED, INTACT, NO_BUNDLE, Make, first_verdict


def agree(second: ModuleType, data: bytes) -> int:
    """The verdict of both, in this process, as an exit code; they have to agree."""
    code, _ = first_verdict(data)
    try:
        second.verify(data)
        other = INTACT
    except second.NotABundle:
        other = NO_BUNDLE
    except second.Damaged:
        other = DAMAGED
    assert code == other
    return code


def test_every_flipped_byte_is_found(make: Make, second: ModuleType) -> None:
    """Whatever byte of a bundle has a bit flipped, both verifiers call it damaged."""
    data = make().data
    assert agree(second, data) == INTACT
    flipped = (data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :] for at in range(len(data)))
    assert {agree(second, one) for one in flipped} == {DAMAGED}


def test_every_byte_of_the_smallest_bundle(ledger: Ledger, second: ModuleType) -> None:
    """A bundle of an account with no entry has bits flipped, and is cut, doubled and dropped, at every byte."""
    data = make_bundle(ledger, Policy(accounts={"store-a": "amazon"}), Request("store-a")).data
    assert agree(second, data) == INTACT
    for at in range(len(data)):
        assert agree(second, data[:at]) != INTACT
        assert agree(second, data[:at] + data[at + 1 :]) == DAMAGED
        assert agree(second, data[: at + 1] + data[at:]) == DAMAGED
        for bit in (at % 8, (at + 3) % 8, (at + 6) % 8):
            assert agree(second, data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]) == DAMAGED
