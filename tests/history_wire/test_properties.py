"""What holds for a log of any of these formats."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from isolation.errors import UsageError
from isolation.history import Lease, Rejected, open_import
from isolation.identifiers.escape import printable
from isolation.model import Session

from .conftest import OPTIONS
from .logs import MAKERS, dhcpd, dnsmasq, records


@pytest.mark.parametrize("kind", MAKERS)
def test_a_log_is_the_same_however_it_comes(kind: str, recorded: Callable[..., object], tmp_path: Path) -> None:
    """Twice, split in two, shuffled, packed or joined to itself: the same sessions, findings and clusters."""
    told = records(kind, 60)

    def written(name: str, content: list[str]) -> Path:
        path = tmp_path / name
        path.write_text("".join(content), encoding="utf-8", newline="")
        return path

    whole = written("whole", told)
    expected = recorded([whole])
    shuffled = random.Random(3).sample(told, len(told))
    packed = tmp_path / "whole.gz"
    packed.write_bytes(gzip.compress(whole.read_bytes()))
    assert recorded([whole, whole]) == expected
    assert recorded([written("b", told[25:]), written("a", told[:25])]) == expected
    assert recorded([written("shuffled", shuffled)]) == expected
    assert recorded([packed]) == expected
    assert recorded([written("twice", told + shuffled)]) == expected


PIECES = (
    b"\n", b"\r", b"{", b"}", b"[", b'"', b"=", b"\t", b":", b"\xff\xfe", b"\0", b"\x1b[2J", b"</Event>", b"<Event ",
    b" from ", b"Accepted ", b"port ", b"99999999999999999999", b"-1", b"2026-13-45T25:61:61Z", b"Feb 29", b"0x",
    b"::1", b"lease 1.2.3.4 {", b"ends never;", "\u202e".encode(), "名".encode(), b"a" * 300, b"", b"epoch ",
)  # fmt: skip


def _damaged(chance: random.Random, content: bytes) -> bytes:
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(content))
        content = content[:at] + chance.choice(PIECES) + content[at + chance.randrange(8) :]
    return content[: chance.randrange(len(content)) + 1] if chance.random() < 0.2 else content


@pytest.mark.parametrize("kind", [*MAKERS, "dnsmasq", "dhcpd"])
def test_a_damaged_log_gives_sessions_and_rejections_and_nothing_else(kind: str, tmp_path: Path) -> None:
    """Of two thousand damaged files each is read or refused in printable words, every rejection with its line."""
    chance = random.Random(kind)
    makers = {**MAKERS, "dnsmasq": dnsmasq, "dhcpd": dhcpd}
    fmt = "leases" if kind in ("dnsmasq", "dhcpd") else kind
    path = tmp_path / "damaged"
    outcomes = {"taken": 0, "rejected": 0, "refused": 0}
    for _ in range(2000):
        whole = "".join(makers[kind](chance, number) for number in range(1, 5)).encode()
        content = _damaged(chance, whole)
        path.write_bytes(content)
        lines = content.count(b"\n") + content.count(b"\r") + 1
        said = ""
        try:
            with open_import(path, None, format=fmt, **OPTIONS) as source:  # type: ignore[arg-type]  # options by name
                for row in source.rows():
                    if isinstance(row, Rejected):
                        outcomes["rejected"] += 1
                        assert 1 <= row.line <= lines
                        assert row.reason == printable(row.reason)
                    else:
                        assert isinstance(row, Session | Lease)
                        outcomes["taken"] += 1
        except UsageError as error:
            outcomes["refused"] += 1
            said = str(error)
        assert said == printable(said)
    assert outcomes["rejected"] > 100
    assert outcomes["taken"] > 100
