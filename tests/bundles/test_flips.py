"""Bytes of a bundle that were flipped, cut, doubled or dropped: none goes unnoticed, by either verifier."""

from __future__ import annotations

from types import ModuleType

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
    """Whatever bit of whatever byte of a bundle is flipped, both verifiers call it damaged."""
    data = make().data
    assert agree(second, data) == INTACT
    codes = set()
    for at in range(len(data)):
        for bit in (at % 8, (at + 3) % 8):
            codes.add(agree(second, data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]))
    assert codes == {DAMAGED}


def test_every_cut_doubled_and_dropped_byte_is_found(make: Make, second: ModuleType) -> None:
    """A bundle that was cut anywhere, or in which a byte was left out or doubled, is never intact."""
    data = make().data
    for at in range(len(data)):
        assert agree(second, data[:at]) != INTACT
        assert agree(second, data[:at] + data[at + 1 :]) == DAMAGED
        assert agree(second, data[: at + 1] + data[at:]) == DAMAGED
