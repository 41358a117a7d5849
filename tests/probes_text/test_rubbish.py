"""Parsers on what no tool printed: noise, and outputs with bytes changed, dropped, doubled and cut.

Each parser gets 100,000 inputs from a seeded generator. None may raise anything but ProbeError, noise may not give a
value, and what is made of a damaged output is still well formed.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator

import pytest

from isolation.errors import ProbeError
from isolation.identifiers.addresses import parse_address
from isolation.model import Value
from isolation.probes.text import ipconfig, netsh
from isolation.probes.text.recorded import nmcli

from .fixtures import FOLDER, OUTPUTS, PARSERS, parser

INPUTS = 100_000
_LONGEST = 320  # of an input, so that two million of them take seconds

# Whole outputs, brief: these two are read by the order of their lines, which a piece does not have.
_BRIEF = {
    "ipconfig": (
        b"W\n  h: H\n  a: \n  b: \n  c: n\n  d: n\n\nE x:\n  s: \n  d: i\n  p. : 00-00-5E-00-53-57\n  y: j\n  z: j\n"
        b"  q: 192.168.1.57(P)\n  m: 255.255.255.0\n  l: 2. 3. 2026 7:52\n  g: fe80::1%11\n"
        + b" " * 39
        + b"192.168.1.1\n"
    ),
    "netsh": (
        b" n : W\n d : I\n g : 3d0f7c21-8a54-4b6e-9c77-5f1be2a40d93\n p : 00:00:5e:00:53:10\n s : c\n i : Shop\n"
        b" b : 00:00:5e:00:53:a1\n t : I\n r : 802.11ax\n a : WPA2\n k : 44\n f : 866.7\n q : 84%\n e : -55\n\n"
    ),
}

_MACS = ("mac", "bssid")
_ADDRESSES = ("address", "next_hop")
_LISTS = ("ipv4", "ipv6", "gateways")


def _pieces(name: str) -> list[bytes]:
    """Short pieces of a parser's fixtures, a few lines from every place; documents that must be whole, whole."""
    pieces = []
    for output in [path.read_bytes() for path in OUTPUTS if path.parent.name == name]:
        if output.startswith(b"{"):
            pieces.append(json.dumps(json.loads(output), separators=(",", ":")).encode())
        elif output.startswith((b"bplist", b"<?xml")):
            pieces.append(output)
        else:
            lines = output.splitlines(keepends=True)
            starts = range(0, len(lines), 2)
            pieces += [b"".join(lines[start : start + 8])[:_LONGEST] for start in starts]
            pieces += [b"".join(lines[:2] + lines[start : start + 5])[:_LONGEST] for start in starts]
    pieces += [_BRIEF[name]] * len(pieces) if name in _BRIEF else []
    return [piece for piece in pieces if piece.strip()]


def _mutated(pieces: list[bytes], chance: random.Random) -> Iterator[bytes]:
    """Endless pieces, each with one to three places changed."""
    alphabet = bytes(range(256))
    while True:
        data = bytearray(chance.choice(pieces))
        for _ in range(chance.randrange(1, 4)):
            at = int(chance.random() * len(data))
            kind = int(chance.random() * 5)
            if kind == 0:
                data[at : at + 1] = bytes((alphabet[int(chance.random() * 256)],))
            elif kind == 1:
                del data[at : at + int(chance.random() * 12)]
            elif kind == 2:
                data[at:at] = data[at : at + 8]
            elif kind == 3:
                data[at:at] = b'\x00 \t\r\n:-.()<>[]\\"%=0fF\xff\xc3'[int(chance.random() * 24) :][:1]
            else:
                del data[at:]
            if not data:
                break
        yield bytes(data)


def _check(found: object, seen: set[tuple[str, object]]) -> None:
    """Addresses in what was found are canonical, and no MAC is made of zeros."""
    if isinstance(found, list | tuple):
        for member in found:
            _check(member, seen)
    elif isinstance(found, Value):
        for name in found.__slots__:
            value = getattr(found, name)
            if (name, value) in seen or value is None or value == "":
                continue
            if name in _MACS:
                assert len(value) == 12
                assert int(value, 16) > 0
                seen.add((name, value))
            elif name in _ADDRESSES:
                assert parse_address(value).text == value
                seen.add((name, value))
            elif name in _LISTS:
                assert all(parse_address(member).text == member for member in value)
            elif isinstance(value, tuple):
                _check(value, seen)


def _run(parse: Callable[[bytes], object], pieces: list[bytes], seed: str) -> None:
    chance = random.Random(seed)
    noise = INPUTS // 10
    for _ in range(noise):
        try:
            found = parse(chance.randbytes(int(chance.random() * 120)))
        except ProbeError:
            continue
        assert not found, "noise gave a value"
    seen: set[tuple[str, object]] = set()
    inputs = _mutated(pieces, chance)
    for _ in range(INPUTS - noise):
        data = next(inputs)
        try:
            found = parse(data)
        except ProbeError:
            continue
        _check(found, seen)


@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_raises_only_probe_errors(name: str) -> None:
    """A parser raises nothing but ProbeError, makes nothing of noise, and its values are well formed."""
    _run(parser(name), _pieces(name), name)


def test_terse_rows_of_nmcli_raise_only_probe_errors() -> None:
    """Terse rows raise nothing but ProbeError, and make nothing of noise."""
    row = rb"*:00\:00\:5E\:00\:53\:A1:436166C3A9:44:5220 MHz:67:WPA2 802.1X:wlp2s0" + b"\n"
    _run(nmcli.networks, [row, row + row, row.replace(b"*", b" ")], "terse")


@pytest.mark.parametrize("page", ["cp936", "cp932", "cp866", "no such page"])
def test_damage_in_any_code_page_raises_only_probe_errors(page: str) -> None:
    """Outputs whose code page is another than said, or none, raise nothing but ProbeError."""
    chance = random.Random(page)
    for parse, name in ((ipconfig.parse, "ipconfig"), (netsh.parse, "netsh")):
        inputs = _mutated([path.read_bytes() for path in sorted((FOLDER / name).glob("*.out"))], chance)
        for _ in range(500):
            try:
                _check(parse(next(inputs), page), set())
            except ProbeError:
                continue
