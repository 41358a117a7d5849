"""The parsers of Windows' answers on bytes that Windows did not write.

Each gets 100,000 inputs from a seeded generator: noise, and documented structures with bytes changed, dropped and cut.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from isolation.errors import ProbeError
from isolation.probes.windows import radio, smbios, tables

from . import simulated
from .simulated import Adapter, adapters_buffer, bss_entry, connection, forward_row, if_row, sockaddr, table

INPUTS = 100_000
_BASE = 0x10000
_ADAPTERS = adapters_buffer(
    (
        Adapter(11, "E", mac=simulated.CARD, own=(("192.168.1.57", 4, 4), ("fe80::1", 5, 4)), gateways=("fe80::2",)),
        Adapter(12, "W"),
    ),
    _BASE,
)
_NEIGHBOUR = tables.neighbour_question(11, tables.endpoint(sockaddr("192.168.1.1")))
_CARDS = table([simulated.guid_bytes(simulated.GUID) + bytes(512) + b"\1\0\0\0"])
_POINTS = (8 + 360).to_bytes(4, "little") + table([bss_entry("3C-37-86-5D-75-D6", b"x", -50, 5_220_000)])[:4]
_POINTS += bss_entry("3C-37-86-5D-75-D6", b"x", -50, 5_220_000)

PARSERS: dict[str, tuple[Callable[[bytes], object], bytes]] = {
    "interface_table": (tables.interface_table, table([if_row(11, "E", mac=simulated.CARD, permanent=simulated.CARD)])),
    "adapters": (lambda data: tables.adapters(data, _BASE), _ADAPTERS),
    "best_route": (tables.best_route, forward_row(11, "192.168.1.1")),
    "neighbour_mac": (tables.neighbour_mac, _NEIGHBOUR),
    "endpoint": (tables.endpoint, sockaddr("2001:db8::1")),
    "smbios": (smbios.parse, simulated.smbios()),
    "cards": (radio.cards, _CARDS),
    "heard": (radio.heard, _POINTS),
    "connection": (radio.connection, connection(b"Harbour", "3C-37-86-5D-75-D6")),
}


def _mutated(original: bytes, chance: random.Random) -> bytes:
    data = bytearray(original)
    for _ in range(1 + int(chance.random() * 3)):
        at = int(chance.random() * len(data))
        kind = int(chance.random() * 4)
        if kind == 0:
            data[at] = int(chance.random() * 256)
        elif kind == 1:
            data[at : at + 8] = chance.randbytes(8)
        elif kind == 2:
            del data[at : at + int(chance.random() * 16)]
        else:
            del data[at:]
        if not data:
            break
    return bytes(data)


@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_of_structures_raises_only_probe_errors(name: str) -> None:
    """A parser raises nothing but ProbeError, whatever bytes it is handed."""
    parse, original = PARSERS[name]
    parse(original)
    chance = random.Random(name)
    for number in range(INPUTS):
        data = chance.randbytes(int(chance.random() * 200)) if number % 10 == 0 else _mutated(original, chance)
        try:
            parse(data)
        except ProbeError:
            continue


def test_a_list_that_runs_in_a_ring_is_refused() -> None:
    """A list of adapters whose last member points to the first is refused instead of followed for ever."""
    ring = bytearray(_ADAPTERS)
    ring[448 + 8 : 448 + 16] = _BASE.to_bytes(8, "little")
    with pytest.raises(ProbeError):
        tables.adapters(bytes(ring), _BASE)


@pytest.mark.parametrize("pointer", [_BASE - 1, _BASE + len(_ADAPTERS), 1, 2**64 - 1])
def test_pointers_are_followed_within_the_answer_only(pointer: int) -> None:
    """A pointer to anywhere but the answer itself is refused."""
    for offset in (8, 24, 72, 208):
        broken = bytearray(_ADAPTERS)
        broken[offset : offset + 8] = pointer.to_bytes(8, "little")
        with pytest.raises(ProbeError):
            tables.adapters(bytes(broken), _BASE)
