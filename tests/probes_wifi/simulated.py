"""A simulated Linux machine with Wi-Fi: its /sys, its clock, its D-Bus address, and a kernel that speaks nl80211.

The kernel's side is packed here by itself, not with the functions under test.
"""

from __future__ import annotations

import errno
import itertools
import random
import struct
from collections.abc import Mapping, Sequence

from isolation.probes.machine import Channel, Machine

NL80211_FAMILY = 0x1C
GET_INTERFACE, GET_STATION, GET_SCAN = 5, 17, 32

Answer = Sequence[bytes] | OSError


def attribute(kind: int, value: bytes) -> bytes:
    """One netlink attribute: length, type, value, padding to four."""
    return struct.pack("=HH", len(value) + 4, kind) + value + b"\0" * (-len(value) % 4)


def u32(value: int) -> bytes:
    """A number as the kernel writes it."""
    return struct.pack("=I", value)


def message(kind: int, sequence: int, body: bytes, flags: int = 2) -> bytes:
    """One netlink message."""
    return struct.pack("=IHHII", 16 + len(body), kind, flags, sequence, 0) + body


def interface_payload(index: int, name: str, *, kind: int = 2, ssid: bytes = b"") -> bytes:
    """What the kernel answers to NL80211_CMD_GET_INTERFACE for one interface."""
    told = attribute(3, u32(index)) + attribute(4, name.encode() + b"\0") + attribute(5, u32(kind))
    return struct.pack("=BBH", 7, 1, 0) + told + (attribute(52, ssid) if ssid else b"")


def scan_payload(
    bssid: bytes,
    *,
    mbm: int | None = -6500,
    percent: int | None = None,
    age_ms: int = 1000,
    frequency: int = 2437,
    status: int | None = None,
    capability: int = 0x0411,
    elements: bytes = b"",
) -> bytes:
    """What the kernel answers to NL80211_CMD_GET_SCAN for one access point."""
    nested = attribute(1, bssid) + attribute(2, u32(frequency)) + attribute(5, struct.pack("=H", capability))
    nested += attribute(10, u32(age_ms)) + attribute(6, elements)
    nested += attribute(7, struct.pack("=i", mbm)) if mbm is not None else b""
    nested += attribute(8, bytes((percent,))) if percent is not None else b""
    nested += attribute(9, u32(status)) if status is not None else b""
    return struct.pack("=BBH", 34, 1, 0) + attribute(3, u32(3)) + attribute(47 | 0x8000, nested)


def station_payload(mac: bytes, signal: int = -58) -> bytes:
    """What the kernel answers to NL80211_CMD_GET_STATION for the access point in use."""
    statistics = attribute(7, struct.pack("b", signal))
    return struct.pack("=BBH", 19, 1, 0) + attribute(6, mac) + attribute(21 | 0x8000, statistics)


def element(kind: int, body: bytes) -> bytes:
    """One information element of a beacon."""
    return bytes((kind, len(body))) + body


def security_element(*suites: bytes, pairwise: int = 1) -> bytes:
    """An RSN element with CCMP ciphers and these key management suites."""
    body = struct.pack("<H", 1) + b"\x00\x0f\xac\x04" + struct.pack("<H", pairwise) + b"\x00\x0f\xac\x04" * pairwise
    return element(48, body + struct.pack("<H", len(suites)) + b"".join(suites) + b"\0\0")


def mutated(data: bytes, seeded: random.Random) -> bytes:
    """A copy with a few random changes."""
    changed = bytearray(data)
    for _ in range(seeded.randint(1, 4)):
        place = seeded.randrange(len(changed) + 1)
        kind = seeded.randrange(4)
        if kind == 0 and changed:
            changed[place % len(changed)] = seeded.choice((0, 1, 0x7F, 0x80, 0xFF, seeded.randrange(256)))
        elif kind == 1:
            del changed[place:]
        elif kind == 2:
            changed[place:place] = changed[:place][-seeded.randrange(1, 9) :]
        else:
            del changed[place : place + seeded.randrange(1, 5)]
    return bytes(changed)


class SimulatedKernel(Channel):
    """The kernel's end of a generic netlink channel: `answers` by (command, interface number)."""

    __slots__ = ("_answers", "_waiting", "asked", "closed")

    def __init__(self, answers: Mapping[tuple[int, int], Answer], *, family: bool = True) -> None:
        self._answers = dict(answers)
        self._waiting: list[bytes] = []
        self.asked: list[tuple[int, int]] = []
        self.closed = False
        if not family:
            self._answers[(0, 0)] = OSError(errno.ENOENT, "No such file or directory")

    def send(self, request: bytes) -> None:
        """Take one request and lay its answers ready."""
        _length, kind, _flags, sequence, _port = struct.unpack_from("=IHHII", request)
        if kind == 16:
            self._answer(
                self._answers.get((0, 0), [struct.pack("=BBH", 1, 2, 0) + self._family()]), 16, sequence, False
            )
            return
        assert kind == NL80211_FAMILY
        interface = struct.unpack_from("=I", request, 24)[0] if len(request) >= 28 else 0
        self.asked.append((request[16], interface))
        self._answer(self._answers.get((request[16], interface), []), kind, sequence, True)

    def receive(self) -> bytes:
        """The next datagram; a kernel that has nothing to say leaves the reader to its time limit."""
        if not self._waiting:
            raise TimeoutError
        return self._waiting.pop(0)

    def close(self) -> None:
        """Note that the conversation was ended."""
        self.closed = True

    def _family(self) -> bytes:
        return attribute(2, b"nl80211\0") + attribute(1, struct.pack("=H", NL80211_FAMILY))

    def _answer(self, answer: Answer, kind: int, sequence: int, dump: bool) -> None:
        if isinstance(answer, OSError):
            assert answer.errno is not None
            self._waiting.append(message(2, sequence, struct.pack("=i", -answer.errno) + bytes(16), 0))
            return
        self._waiting += [message(kind, sequence, payload) for payload in answer]
        if dump:
            self._waiting.append(message(3, sequence, struct.pack("=i", 0)))


class WifiMachine(Machine):
    """A Linux machine whose interfaces, clock, D-Bus address and kernel are given."""

    __slots__ = ("_bus", "_interfaces", "_kernel", "_ticks", "_uptime", "netlinks")

    def __init__(
        self,
        interfaces: Mapping[str, bool] | None,
        *,
        bus: str = "",
        kernel: SimulatedKernel | OSError | None = None,
        uptime: bytes | None = b"1000.00 500.00\n",
        tick: float = 0.0,
    ) -> None:
        self._interfaces = interfaces
        self._bus = bus
        self._kernel = kernel or OSError(errno.EPROTONOSUPPORT, "Protocol not supported")
        self._uptime = uptime
        self._ticks = itertools.count(0.0, tick)
        self.netlinks = 0

    @property
    def platform(self) -> str:
        """Linux, wherever the test runs."""
        return "linux"

    @property
    def environment(self) -> Mapping[str, str]:
        """Only where the system bus is."""
        return {"DBUS_SYSTEM_BUS_ADDRESS": self._bus}

    def list_dir(self, path: str) -> list[str]:
        """The interfaces."""
        if self._interfaces is None or path != "/sys/class/net":
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", path)
        return sorted(self._interfaces)

    def exists(self, path: str) -> bool:
        """Whether an interface is a radio's."""
        name, _, what = path.removeprefix("/sys/class/net/").partition("/")
        return what == "phy80211" and bool((self._interfaces or {}).get(name))

    def read_file(self, path: str, limit: int = 65536) -> bytes:
        """The time since boot."""
        if path != "/proc/uptime" or self._uptime is None:
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", path)
        return self._uptime[:limit]

    def netlink(self, protocol: int = 0, *, groups: int = 0, timeout: float = 0.5) -> Channel:
        """The kernel, where there is one."""
        assert (protocol, groups) == (16, 0)
        assert timeout > 0
        self.netlinks += 1
        if isinstance(self._kernel, OSError):
            raise self._kernel
        return self._kernel

    def monotonic(self) -> float:
        """A clock that goes on by one tick each time it is read."""
        return next(self._ticks)
